"""Whom the VC API signs as: one key for each kind of proof, made of a secret of its own, known as a did:key.

The keys are the same in every process and after every start, and are used for nothing else. That of bbs-2023 needs the
library of the extra `bbs`; without it all other profiles work, and this one says why it does not.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Final, Literal

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from vcwallet import BbsSigner, LocalSigner, Problem, Signer, Undecided

KeyType = Literal["Ed25519", "P-256", "P-384", "BLS12-381-G2"]

_PURPOSE: Final = b"vcwallet VC API signing key v1: "
# The order of each curve's group: a private key is a number below it, and not zero.
_ORDERS: Final[Mapping[str, int]] = {
    "P-256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "P-384": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
}


_BBS_KEY: Final = "did:key:zUC7"
_SELECTIVE: Final = frozenset({"ecdsa-sd-2023", "bbs-2023", "vc+sd-jwt"})


@dataclass(frozen=True, slots=True)
class Profile:
    """A way to sign that a test suite can ask for. `name` is part of the address of its endpoints.

    `presenting` is how its key signs presentations; "" when it signs none.
    """

    name: str
    securing: str
    key_type: KeyType
    presenting: str

    @property
    def is_token(self) -> bool:
        """Whether what it signs is a token and not a document with a proof."""
        return self.securing.startswith("vc")

    @property
    def is_selective(self) -> bool:
        """Whether a holder can withhold parts of what it signs."""
        return self.securing in _SELECTIVE


PROFILES: Final[Mapping[str, Profile]] = {
    profile.name: profile
    for profile in (
        Profile("eddsa-rdfc-2022", "eddsa-rdfc-2022", "Ed25519", "eddsa-rdfc-2022"),
        Profile("eddsa-jcs-2022", "eddsa-jcs-2022", "Ed25519", "eddsa-jcs-2022"),
        Profile("ecdsa-rdfc-2019-p256", "ecdsa-rdfc-2019", "P-256", "ecdsa-rdfc-2019"),
        Profile("ecdsa-rdfc-2019-p384", "ecdsa-rdfc-2019", "P-384", "ecdsa-rdfc-2019"),
        Profile("ecdsa-jcs-2019-p256", "ecdsa-jcs-2019", "P-256", "ecdsa-jcs-2019"),
        Profile("ecdsa-jcs-2019-p384", "ecdsa-jcs-2019", "P-384", "ecdsa-jcs-2019"),
        Profile("vc-jose", "vc+jwt", "P-256", "vp+jwt"),
        Profile("vc-jwt", "vc-jwt", "P-256", "vp+jwt"),
        # What a holder can show in part. A presentation is signed as a whole, and no BBS key signs one message.
        Profile("ecdsa-sd-2023", "ecdsa-sd-2023", "P-256", "ecdsa-rdfc-2019"),
        Profile("bbs-2023", "bbs-2023", "BLS12-381-G2", ""),
        Profile("vc-sd-jwt", "vc+sd-jwt", "P-256", "vp+jwt"),
        # Data Integrity, with an entry in a status list that we publish.
        Profile("bitstring-status-list", "eddsa-rdfc-2022", "Ed25519", "eddsa-rdfc-2022"),
    )
}


class ProfileKeys:
    """The signer of each profile. `secret` is what they are made of: the VC API's, which is made of the operator's."""

    def __init__(self, secret: bytes) -> None:
        self._signers: dict[str, Signer] = {
            key_type: _signer(secret, key_type) for key_type in ("Ed25519", "P-256", "P-384")
        }
        self._absent: dict[str, Problem] = {}
        try:
            self._signers["BLS12-381-G2"] = _bbs_signer(secret)
        except Undecided as error:
            self._absent["BLS12-381-G2"] = error.problem

    def signer(self, profile: Profile) -> Signer:
        """Raises `Undecided` bbs_unavailable where what a profile needs is not installed."""
        if profile.key_type in self._absent:
            problem = self._absent[profile.key_type]
            raise Undecided(problem.code, problem.message, hint=problem.hint)
        return self._signers[profile.key_type]

    def has(self, profile: Profile) -> bool:
        return profile.key_type in self._signers


def _material(secret: bytes, key_type: str) -> bytes:
    """Twice as long as any of the keys, so that no number below an order is likelier than another."""
    return b"".join(
        hmac.digest(secret, _PURPOSE + key_type.encode() + bytes([part]), hashlib.sha512) for part in range(2)
    )


def _bbs_signer(secret: bytes) -> BbsSigner:
    """The first key whose name begins as that of nearly all of its type: others are not recognised by some readers.

    They tell types of keys by four characters of a did:key, and for this type these are not always the same.
    """
    for attempt in count():
        material = _material(secret, f"BLS12-381-G2 {attempt} ")
        signer = BbsSigner.generate(random_bytes=partial(_beginning, material))
        if signer.controller.startswith(_BBS_KEY):
            return signer
    raise AssertionError("there is always a next number")


def _beginning(material: bytes, length: int) -> bytes:
    return material[:length]


def _signer(secret: bytes, key_type: str) -> LocalSigner:
    material = _material(secret, key_type)
    key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey
    if key_type == "Ed25519":
        key = ed25519.Ed25519PrivateKey.from_private_bytes(material[:32])
    else:
        number = int.from_bytes(material, "big") % (_ORDERS[key_type] - 1) + 1
        key = ec.derive_private_key(number, ec.SECP256R1() if key_type == "P-256" else ec.SECP384R1())
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return LocalSigner.from_private_pem(key.private_bytes(*form))
