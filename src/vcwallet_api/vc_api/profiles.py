"""Whom the VC API signs as: one key for each kind of proof, made of the operator's secret, known as a did:key.

The keys are the same in every process and after every start, and are used for nothing else.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from vcwallet import LocalSigner

KeyType = Literal["Ed25519", "P-256", "P-384"]

_PURPOSE: Final = b"vcwallet VC API signing key v1: "
# The order of each curve's group: a private key is a number below it, and not zero.
_ORDERS: Final[Mapping[str, int]] = {
    "P-256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "P-384": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
}


@dataclass(frozen=True, slots=True)
class Profile:
    """A way to sign that a test suite can ask for. `name` is part of the address of its endpoints."""

    name: str
    securing: str
    key_type: KeyType


PROFILES: Final[Mapping[str, Profile]] = {
    profile.name: profile
    for profile in (
        Profile("eddsa-rdfc-2022", "eddsa-rdfc-2022", "Ed25519"),
        Profile("eddsa-jcs-2022", "eddsa-jcs-2022", "Ed25519"),
        Profile("ecdsa-rdfc-2019-p256", "ecdsa-rdfc-2019", "P-256"),
        Profile("ecdsa-rdfc-2019-p384", "ecdsa-rdfc-2019", "P-384"),
        Profile("ecdsa-jcs-2019-p256", "ecdsa-jcs-2019", "P-256"),
        Profile("ecdsa-jcs-2019-p384", "ecdsa-jcs-2019", "P-384"),
        Profile("vc-jose", "vc+jwt", "P-256"),
        Profile("vc-jwt", "vc-jwt", "P-256"),
        # Data Integrity, with an entry in a status list that we publish.
        Profile("bitstring-status-list", "eddsa-rdfc-2022", "Ed25519"),
    )
}


class ProfileKeys:
    """The signer of each profile. `secret_key` is the operator's."""

    def __init__(self, secret_key: bytes) -> None:
        self._signers = {key_type: _signer(secret_key, key_type) for key_type in ("Ed25519", "P-256", "P-384")}

    def signer(self, profile: Profile) -> LocalSigner:
        return self._signers[profile.key_type]


def _signer(secret_key: bytes, key_type: str) -> LocalSigner:
    # Twice as long as any of the keys, so that no number below the order is likelier than another.
    material = b"".join(
        hmac.digest(secret_key, _PURPOSE + key_type.encode() + bytes([part]), hashlib.sha512) for part in range(2)
    )
    key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey
    if key_type == "Ed25519":
        key = ed25519.Ed25519PrivateKey.from_private_bytes(material[:32])
    else:
        number = int.from_bytes(material, "big") % (_ORDERS[key_type] - 1) + 1
        key = ec.derive_private_key(number, ec.SECP256R1() if key_type == "P-256" else ec.SECP384R1())
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return LocalSigner.from_private_pem(key.private_bytes(*form))
