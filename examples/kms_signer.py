"""A key that never leaves its vault: the `Signer` protocol over a key service, in one small class.

`VaultClient` stands for the client of a cloud KMS, of Vault's transit engine or of an HSM by PKCS #11. They all do the
same: tell the public key, and sign a digest. What comes back is adapted to what JOSE and Data Integrity want.
"""

import hashlib
from datetime import UTC, datetime
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from vcwallet import Achievement, Identity, OpenBadge, Profile, PublicKey, issue, verify

ISSUER = "did:web:college.example"


class VaultClient(Protocol):
    """What such services offer for a key on P-256: SubjectPublicKeyInfo out, digest in, DER signature out."""

    def public_key(self, key_name: str) -> bytes: ...

    def sign_digest(self, key_name: str, sha256: bytes) -> bytes: ...


class KmsSigner:
    """Signs with a P-256 key in a key service."""

    algorithm = "ES256"

    def __init__(self, client: VaultClient, key_name: str, *, verification_method: str) -> None:
        self.verification_method = verification_method
        self.controller = verification_method.partition("#")[0]
        self._client, self._key_name = client, key_name
        key = load_der_public_key(client.public_key(key_name))
        self.public_key = PublicKey.checked("P-256", key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint))

    def sign(self, message: bytes) -> bytes:
        """Key services answer with DER; r and s side by side are wanted (RFC 7518, 3.4)."""
        r, s = decode_dss_signature(self._client.sign_digest(self._key_name, hashlib.sha256(message).digest()))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def badge_by_kms(client: VaultClient) -> bytes:
    """A badge that the key in the vault signed."""
    signer = KmsSigner(client, "badges-2026", verification_method=f"{ISSUER}#badges-2026")
    badge = OpenBadge(
        issuer=Profile(ISSUER, "Noordzee College"),
        recipient=Identity.email("ana@campus.example", salt="zout"),
        achievement=Achievement(
            "https://college.example/achievements/rowing",
            "Rowing",
            description="Rows a skiff.",
            criteria="Three rounds around the harbour.",
        ),
        valid_from=datetime(2026, 1, 15, 9, tzinfo=UTC),
    )
    return issue(badge.to_document(), signer).data


class VaultInMemory:
    """A vault for trying this out."""

    def __init__(self) -> None:
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - only to try it out

        self._key = ec.generate_private_key(ec.SECP256R1())

    def public_key(self, key_name: str) -> bytes:
        del key_name
        return self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def sign_digest(self, key_name: str, sha256: bytes) -> bytes:
        from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - only to try it out
        from cryptography.hazmat.primitives.asymmetric import ec, utils  # noqa: PLC0415 - likewise

        del key_name
        return self._key.sign(sha256, ec.ECDSA(utils.Prehashed(hashes.SHA256())))


if __name__ == "__main__":
    data = badge_by_kms(VaultInMemory())
    print(data.decode())
    print(verify(data).verdict, "without the issuer's document, as nothing was fetched")
