"""The right to make BBS signatures: what a signer of many messages is, and one that holds its key in memory.

A BBS signature is over a list of messages and a header and not over one text, so a signer for it has one ability more than
`signer.Signer` asks for, and lacks the other: `sign` refuses.
"""

import secrets
from collections.abc import Callable, Sequence
from typing import Protocol, cast

from vcwallet.errors import Refused, Undecided
from vcwallet.keys.bbs import BbsSecretKey
from vcwallet.keys.multikey import multikey_from_public_key
from vcwallet.keys.public_key import PublicKey, SignatureAlgorithm
from vcwallet.keys.signer import Signer

_KEY_MATERIAL_BYTES = 64


class MessagesSigner(Signer, Protocol):
    """A signer that can sign many messages at once, of which some can be withheld later."""

    def sign_messages(self, messages: Sequence[bytes], *, header: bytes) -> bytes: ...


def sign_messages_with(signer: Signer, messages: Sequence[bytes], header: bytes) -> bytes:
    """What the signer signs, if it is one for BBS.

    Raises `Refused` key_algorithm_mismatch, `Undecided` signer_failed, and what `bbs.BbsSecretKey.sign` raises.
    """
    if signer.algorithm != "BBS" or not hasattr(signer, "sign_messages"):
        raise Refused("key_algorithm_mismatch", f"expected a signer for BBS, found one for {signer.algorithm}")
    try:
        return cast("MessagesSigner", signer).sign_messages(messages, header=header)
    except Undecided:
        raise
    except Exception as exc:
        message = f"the signer for {signer.verification_method[:200]} failed: {type(exc).__name__}"
        raise Undecided("signer_failed", message, hint="nothing was issued; ask its log, and try again") from exc


class BbsSigner:
    """A BBS key in memory, and the name under which its public key is known. Needs the extra "bbs".

    Like a LocalSigner it speaks for itself as a did:key until `named` gives it another name. Its arithmetic takes different
    times for different secrets: a service that signs for strangers should not let them measure it.
    """

    __slots__ = ("_controller", "_public_key", "_secret_key", "_verification_method")

    def __init__(self, secret_key: BbsSecretKey, verification_method: str, controller: str) -> None:
        """Not for callers: `generate` and `from_private_bytes` make signers."""
        self._secret_key = secret_key
        self._public_key = secret_key.public_key
        self._verification_method = verification_method
        self._controller = controller

    @classmethod
    def generate(cls, *, random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> "BbsSigner":
        """A new key. Raises `Undecided` bbs_unavailable."""
        return cls._own(BbsSecretKey.from_key_material(random_bytes(_KEY_MATERIAL_BYTES)))

    @classmethod
    def from_private_bytes(cls, data: bytes) -> "BbsSigner":
        """The key in its 32 bytes, big-endian. Raises `Malformed` private_key_malformed, `Undecided` bbs_unavailable."""
        return cls._own(BbsSecretKey.from_private_bytes(data))

    @classmethod
    def _own(cls, secret_key: BbsSecretKey) -> "BbsSigner":
        multikey = multikey_from_public_key(secret_key.public_key)
        did = f"did:key:{multikey}"
        return cls(secret_key, f"{did}#{multikey}", did)

    def named(self, verification_method: str, *, controller: str | None = None) -> "BbsSigner":
        """The same key under another name, such as "did:web:college.example#bbs-1".

        Raises `ValueError` for a name without a fragment and without a controller.
        """
        before, mark, fragment = verification_method.partition("#")
        if controller is None and not (before and mark and fragment):
            raise ValueError(f"expected a URL with a fragment, or its controller, found {verification_method[:200]!r}")
        return BbsSigner(self._secret_key, verification_method, controller or before)

    @property
    def verification_method(self) -> str:
        return self._verification_method

    @property
    def controller(self) -> str:
        return self._controller

    @property
    def public_key(self) -> PublicKey:
        return self._public_key

    @property
    def algorithm(self) -> SignatureAlgorithm:
        return "BBS"

    def sign(self, message: bytes) -> bytes:
        """Raises `Refused` key_algorithm_mismatch: BBS signs lists of messages."""
        del message
        raise Refused("key_algorithm_mismatch", "a BBS key signs only for bbs-2023")

    def sign_messages(self, messages: Sequence[bytes], *, header: bytes) -> bytes:
        """The BBS signature over the messages in this order, and over the header."""
        return self._secret_key.sign(messages, header=header)

    def private_bytes(self) -> bytes:
        """The private key as 32 bytes, big-endian."""
        return self._secret_key.private_bytes()

    def __repr__(self) -> str:
        return f"BbsSigner({self._verification_method!r})"
