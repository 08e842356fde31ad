"""ecdsa-sd-2023: every statement has a signature of its own, and the holder shows those that go with what is shown.

Follows VC-DI-ECDSA 3.5 and 3.6, with two readings of it. The base signature is verified with the key of the verification
method: step 9 of 3.6.7 can be read as if the key were the one in the proof, by which anybody could sign anything. And the
length of that key, which the text gives as 36 bytes, is 35.

The signatures of statements are by a key that the suite makes for one document and then forgets. Who has just made them
tries one (`verify_made`), which shows that the halves of the key belong together, as FIPS 140-3 asks of new keys; the rest
were made in the same way a moment ago. The issuer's signature, which may come from any device, is always verified.

A derived proof is linkable: all that is derived from one credential has the same base signature.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from vcwallet.errors import Malformed, Refused
from vcwallet.keys.public_key import COORDINATE_BYTES, PublicKey
from vcwallet.keys.signer import LocalSigner, Signer, sign_with
from vcwallet.linked_data.blank_nodes import canonical_number
from vcwallet.securing.cryptosuite import Derivation, SecuredDocument, Transformer
from vcwallet.securing.suites.disclosure_proofs import (
    HMAC_KEY_BYTES,
    Groups,
    ProofReader,
    encode_proof_value,
    groups_of,
    header_of,
    hmac_labels,
    lines_hash,
    proof_hash,
    refuse_base_proof,
    refuse_unless_base,
    shown_lines,
)
from vcwallet.wire.base_encodings import base64url_decode, base64url_encode, multibase_encode, multicodec_wrap

_BASE: Final = bytes.fromhex("d95d00")
_DERIVED: Final = bytes.fromhex("d95d01")
_COMPONENTS: Final = 5
_SIGNATURE_BYTES: Final = 64
_LABEL_BYTES: Final = 32

# Multikey of P-256 (CID 1.0, 2.2.2): its code, and a compressed point.
_KEY_PREFIX: Final = bytes.fromhex("8024")
_KEY_BYTES: Final = 35
_SECRET_KEY_CODE: Final = 0x1306
# The order of the group of P-256 (FIPS 186-5).
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
# FIPS 186-5, A.2.1: 64 bits more than the order has, so that no secret is likelier than another.
_SEED_BYTES: Final = 40


@dataclass(frozen=True, slots=True)
class _Base:
    """What a base proof says."""

    base_signature: bytes
    public_key: bytes
    hmac_key: bytes
    signatures: list[bytes]
    mandatory: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Derived:
    """What a derived proof says, and the statements that it is about."""

    base_signature: bytes
    public_key: bytes
    signatures: list[bytes]
    always: list[str]
    others: list[str]


@dataclass(frozen=True, slots=True)
class EcdsaSd:
    """The suite. `random_bytes` gives the secrets of a proof: the key for its labels, and that of its statements."""

    random_bytes: Callable[[int], bytes] = os.urandom
    name: str = "ecdsa-sd-2023"
    proof_type: str = "DataIntegrityProof"
    is_legacy: bool = False
    signs_graph: bool = True

    def making(self, mandatory: Sequence[str]) -> "EcdsaSdSigning":
        return EcdsaSdSigning(self.random_bytes, mandatory=tuple(mandatory))

    def is_base(self, proof: Mapping[str, Any]) -> bool:
        return header_of(proof) == _BASE

    def mandatory_pointers(self, proof: Mapping[str, Any], *, pointer: str = "/proof") -> tuple[str, ...]:
        refuse_unless_base(self.is_base(proof), pointer)
        return _read_base(proof, pointer).mandatory

    def verify(self, secured: SecuredDocument, key: PublicKey, transformer: Transformer) -> None:
        _refuse_other_keys(key, secured.pointer)
        if self.is_base(secured.proof):
            refuse_base_proof(secured.pointer)
        derived = _read_derived(secured, transformer)
        message = proof_hash(secured, transformer) + derived.public_key + lines_hash(derived.always)
        _verify_base_signature(key, derived.base_signature, message, secured.pointer)
        _verify_statements(derived.public_key, derived.signatures, derived.others, secured.pointer)

    def verify_shown(self, derivation: Derivation, transformer: Transformer) -> None:
        secured = SecuredDocument(derivation.document, derivation.proof)
        derived = _read_derived(secured, transformer)
        _verify_statements(derived.public_key, derived.signatures, derived.others, secured.pointer)

    def verify_base(self, secured: SecuredDocument, key: PublicKey, transformer: Transformer) -> None:
        base, others = self._verify_issuer(secured, key, transformer)
        _verify_statements(base.public_key, base.signatures, others, secured.pointer)

    def verify_made(self, secured: SecuredDocument, key: PublicKey, transformer: Transformer) -> None:
        base, others = self._verify_issuer(secured, key, transformer)
        if len(base.signatures) != len(others):
            raise _wrong_count(base.signatures, others, secured.pointer)
        _verify_statements(base.public_key, base.signatures[:1], others[:1], secured.pointer)

    def _verify_issuer(
        self, secured: SecuredDocument, key: PublicKey, transformer: Transformer
    ) -> tuple[_Base, list[str]]:
        """Check what the issuer itself has signed: all but the statements that may be withheld, which it gives."""
        _refuse_other_keys(key, secured.pointer)
        refuse_unless_base(self.is_base(secured.proof), secured.pointer)
        base = _read_base(secured.proof, secured.pointer)
        groups = _groups(secured, base, transformer)
        message = proof_hash(secured, transformer) + base.public_key + lines_hash(groups.always)
        _verify_base_signature(key, base.base_signature, message, secured.pointer)
        return base, groups.others

    def derive(self, secured: SecuredDocument, reveal: Sequence[str], transformer: Transformer) -> Derivation:
        refuse_unless_base(self.is_base(secured.proof), secured.pointer)
        base = _read_base(secured.proof, secured.pointer)
        groups = _groups(secured, base, transformer)
        if len(base.signatures) != len(groups.others):
            raise _wrong_count(base.signatures, groups.others, secured.pointer)
        shown = groups.disclosure.shown((*base.mandatory, *reveal))
        signatures = dict(zip(groups.other_numbers, base.signatures, strict=True))
        labels = sorted((canonical_number(label), base64url_decode(own[3:])) for label, own in shown.labels.items())
        parts = [
            base.base_signature,
            base.public_key,
            [signatures[number] for number in shown.indexes if number in signatures],
            dict(labels),
            [place for place, number in enumerate(shown.indexes) if number not in signatures],
        ]
        return Derivation(shown.document, {**secured.proof, "proofValue": encode_proof_value(_DERIVED, parts)})


@dataclass(frozen=True, slots=True)
class EcdsaSdSigning(EcdsaSd):
    """The suite as its issuers use it: `mandatory` names what can never be withheld."""

    mandatory: tuple[str, ...] = ()

    def create(self, secured: SecuredDocument, signer: Signer, transformer: Transformer) -> dict[str, Any]:
        _refuse_other_keys(signer.public_key, secured.pointer)
        secrets = self.random_bytes(HMAC_KEY_BYTES), self.random_bytes(_SEED_BYTES)
        hmac_key, statement_signer = secrets[0], _signer_from(secrets[1])
        public_key = _KEY_PREFIX + statement_signer.public_key.data
        groups = groups_of(secured.document, self.mandatory, hmac_labels, hmac_key, transformer)
        message = proof_hash(secured, transformer) + public_key + lines_hash(groups.always)
        parts = [
            sign_with(signer, message, "ES256"),
            public_key,
            hmac_key,
            [statement_signer.sign(line.encode()) for line in groups.others],
            list(self.mandatory),
        ]
        return {**secured.proof, "proofValue": encode_proof_value(_BASE, parts)}


def _groups(secured: SecuredDocument, base: _Base, transformer: Transformer) -> Groups:
    return groups_of(secured.document, base.mandatory, hmac_labels, base.hmac_key, transformer)


def _read_base(proof: Mapping[str, Any], pointer: str) -> _Base:
    reader = ProofReader.of(proof, _BASE, _COMPONENTS, pointer=pointer)
    return _Base(
        reader.octets(0, _SIGNATURE_BYTES, "the base signature"),
        reader.octets(1, _KEY_BYTES, "the public key"),
        reader.octets(2, HMAC_KEY_BYTES, "the key for labels"),
        reader.list_of_octets(3, _SIGNATURE_BYTES, "each signature"),
        reader.texts(4, "the mandatory pointers"),
    )


def _read_derived(secured: SecuredDocument, transformer: Transformer) -> _Derived:
    reader = ProofReader.of(secured.proof, _DERIVED, _COMPONENTS, pointer=secured.pointer)
    base_signature = reader.octets(0, _SIGNATURE_BYTES, "the base signature")
    public_key = reader.octets(1, _KEY_BYTES, "the public key")
    signatures = reader.list_of_octets(2, _SIGNATURE_BYTES, "each signature")
    labels = reader.map_to(3, _is_label, "a label map")
    mandatory = reader.indexes(4, "the mandatory indexes")
    texts = {number: f"_:u{base64url_encode(label)}" for number, label in labels.items()}
    always, others = shown_lines(secured, texts, mandatory, transformer)
    return _Derived(base_signature, public_key, signatures, always, others)


def _signer_from(seed: bytes) -> LocalSigner:
    secret = 1 + int.from_bytes(seed, "big") % (_ORDER - 1)
    text = multibase_encode(multicodec_wrap(_SECRET_KEY_CODE, secret.to_bytes(COORDINATE_BYTES["P-256"], "big")))
    return LocalSigner.from_private_multikey(text)


def _is_label(value: Any) -> bool:
    return isinstance(value, bytes) and len(value) == _LABEL_BYTES


def _refuse_other_keys(key: PublicKey, pointer: str) -> None:
    if key.key_type != "P-256":
        raise Refused(
            "key_type_mismatch",
            f"ecdsa-sd-2023 is signed with a key of type P-256; the verification method holds one of type {key.key_type}",
            pointer=f"{pointer}/verificationMethod",
        )


def _verify_base_signature(key: PublicKey, signature: bytes, message: bytes, pointer: str) -> None:
    """With the key of the issuer, and not with the one that the proof brings along."""
    try:
        key.verify(signature, message, algorithm="ES256")
    except Refused as problem:
        if problem.code != "signature_invalid":
            raise
        raise Refused(
            "signature_invalid",
            "the issuer's signature does not fit: what is always shown was changed, or the proof, or another key signed",
            pointer=f"{pointer}/proofValue",
        ) from problem


def _verify_statements(public_key: bytes, signatures: Sequence[bytes], lines: Sequence[str], pointer: str) -> None:
    place = f"{pointer}/proofValue"
    if not public_key.startswith(_KEY_PREFIX):
        raise Malformed("proof_value_malformed", "expected the key of a proof to be one of type P-256", pointer=place)
    if len(signatures) != len(lines):
        raise _wrong_count(signatures, lines, pointer)
    key = PublicKey.checked("P-256", public_key[len(_KEY_PREFIX) :], pointer=place)
    for signature, line in zip(signatures, lines, strict=True):
        try:
            key.verify(signature, line.encode(), algorithm="ES256")
        except Refused as problem:
            if problem.code != "signature_invalid":
                raise
            raise Refused(
                "signature_invalid",
                f"a statement that is shown was not signed so: {line.strip()[:200]}",
                pointer=place,
            ) from problem


def _wrong_count(signatures: Sequence[bytes], lines: Sequence[str], pointer: str) -> Refused:
    return Refused(
        "signature_count_mismatch",
        f"expected a signature for each of {len(lines)} statements that may be withheld, found {len(signatures)}",
        pointer=f"{pointer}/proofValue",
    )


ECDSA_SD_2023: Final = EcdsaSd()
