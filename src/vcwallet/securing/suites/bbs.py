"""bbs-2023: one signature over all statements, from which the holder proves some and hides the rest.

Follows VC-DI-BBS 3.3 and 3.4 in its baseline. Proofs derived from one credential have no byte in common that the document
does not have, so they are not linkable by themselves; what is shown may be: ids, dates, the place in a status list.

The other features, bound holders and pseudonyms, are at risk in the specification and are not read here. The presentation
header stays empty: that a proof is shown now, to whom and by whom, is said by the presentation around it.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.keys import bbs
from vcwallet.keys.bbs_signer import sign_messages_with
from vcwallet.keys.public_key import PublicKey
from vcwallet.keys.signer import Signer
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

_BASE: Final = bytes.fromhex("d95d02")
_DERIVED: Final = bytes.fromhex("d95d03")
# VC-DI-BBS 3.3.1 and 3.3.6: base and derived proofs with bound holders, with pseudonyms, with both.
_OTHER_BASES: Final = frozenset(bytes.fromhex(text) for text in ("d95d04", "d95d06", "d95d08"))
_OTHER_FEATURES: Final = _OTHER_BASES | {bytes.fromhex(text) for text in ("d95d05", "d95d07", "d95d09")}
_COMPONENTS: Final = 5
_HEADER_BYTES: Final = 64
_KEY_BYTES: Final = 96


@dataclass(frozen=True, slots=True)
class _Base:
    """What a base proof says."""

    signature: bytes
    header: bytes
    public_key: PublicKey
    hmac_key: bytes
    mandatory: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bbs:
    """The suite. `random_bytes` gives the secrets of proofs, and must never give the same twice."""

    random_bytes: Callable[[int], bytes] = secrets.token_bytes
    name: str = "bbs-2023"
    proof_type: str = "DataIntegrityProof"
    is_legacy: bool = False
    signs_graph: bool = True

    def making(self, mandatory: Sequence[str]) -> "BbsSigning":
        return BbsSigning(self.random_bytes, mandatory=tuple(mandatory))

    def is_base(self, proof: Mapping[str, Any]) -> bool:
        return header_of(proof) in (_BASE, *_OTHER_BASES)

    def mandatory_pointers(self, proof: Mapping[str, Any], *, pointer: str = "/proof") -> tuple[str, ...]:
        _refuse_other_features(proof, pointer)
        refuse_unless_base(self.is_base(proof), pointer)
        return _read_base(proof, pointer).mandatory

    def verify(self, secured: SecuredDocument, key: PublicKey, transformer: Transformer) -> None:
        _refuse_other_keys(key, secured.pointer)
        if self.is_base(secured.proof):
            refuse_base_proof(secured.pointer)
        _refuse_other_features(secured.proof, secured.pointer)
        reader = ProofReader.of(secured.proof, _DERIVED, _COMPONENTS, pointer=secured.pointer)
        proof = reader.octets_of_any_length(0, "the BBS proof")
        labels = reader.map_to(1, _is_index, "a label map")
        mandatory = reader.indexes(2, "the mandatory indexes")
        selective = reader.indexes(3, "the selective indexes")
        presentation_header = reader.octets_of_any_length(4, "the presentation header")
        texts = {number: f"_:b{index}" for number, index in labels.items()}
        always, others = shown_lines(secured, texts, mandatory, transformer)
        if len(selective) != len(others):
            raise Refused(
                "signature_count_mismatch",
                f"the document has {len(others)} statements that may be withheld, and the proof shows {len(selective)}",
                pointer=reader.pointer,
            )
        _asking_bbs(
            lambda: bbs.verify_proof(
                key,
                proof,
                {index: line.encode() for index, line in zip(sorted(selective), others, strict=True)},
                header=proof_hash(secured, transformer) + lines_hash(always),
                presentation_header=presentation_header,
            ),
            secured.pointer,
        )

    def verify_shown(self, derivation: Derivation, transformer: Transformer) -> None:
        if derivation.key is None:
            raise ValueError("expected a derivation that this suite has made")
        self.verify(SecuredDocument(derivation.document, derivation.proof), derivation.key, transformer)

    def verify_base(self, secured: SecuredDocument, key: PublicKey, transformer: Transformer) -> None:
        _refuse_other_keys(key, secured.pointer)
        _refuse_other_features(secured.proof, secured.pointer)
        refuse_unless_base(self.is_base(secured.proof), secured.pointer)
        base = _read_base(secured.proof, secured.pointer)
        groups = _groups(secured, base, transformer)
        _verify_base_header(base, groups, secured, transformer)
        messages = [line.encode() for line in groups.others]
        _asking_bbs(lambda: bbs.verify(key, base.signature, messages, header=base.header), secured.pointer)
        if key != base.public_key:
            raise Refused(
                "signature_invalid", "the proof names another key than it was made with", pointer=secured.pointer
            )

    def verify_made(self, secured: SecuredDocument, key: PublicKey, transformer: Transformer) -> None:
        self.verify_base(secured, key, transformer)

    def derive(self, secured: SecuredDocument, reveal: Sequence[str], transformer: Transformer) -> Derivation:
        _refuse_other_features(secured.proof, secured.pointer)
        refuse_unless_base(self.is_base(secured.proof), secured.pointer)
        base = _read_base(secured.proof, secured.pointer)
        groups = _groups(secured, base, transformer)
        # Over another header the proof would be made without complaint, and verify nowhere.
        _verify_base_header(base, groups, secured, transformer)
        shown = groups.disclosure.shown((*base.mandatory, *reveal))
        places = {number: place for place, number in enumerate(groups.other_numbers)}
        selective = [places[number] for number in shown.indexes if number in places]
        labels = sorted((canonical_number(label), int(own[3:])) for label, own in shown.labels.items())
        presentation_header = b""
        proof = bbs.make_proof(
            base.public_key,
            base.signature,
            [line.encode() for line in groups.others],
            header=base.header,
            presentation_header=presentation_header,
            disclosed_indexes=selective,
            random_bytes=self.random_bytes,
        )
        mandatory = [place for place, number in enumerate(shown.indexes) if number not in places]
        value = encode_proof_value(_DERIVED, [proof, dict(labels), mandatory, selective, presentation_header])
        return Derivation(shown.document, {**secured.proof, "proofValue": value}, base.public_key)


@dataclass(frozen=True, slots=True)
class BbsSigning(Bbs):
    """The suite as its issuers use it: `mandatory` names what can never be withheld."""

    mandatory: tuple[str, ...] = ()

    def create(self, secured: SecuredDocument, signer: Signer, transformer: Transformer) -> dict[str, Any]:
        _refuse_other_keys(signer.public_key, secured.pointer)
        hmac_key = self.random_bytes(HMAC_KEY_BYTES)
        groups = groups_of(secured.document, self.mandatory, shuffled_labels, hmac_key, transformer)
        header = proof_hash(secured, transformer) + lines_hash(groups.always)
        signature = sign_messages_with(signer, [line.encode() for line in groups.others], header)
        parts = [signature, header, signer.public_key.data, hmac_key, list(self.mandatory)]
        return {**secured.proof, "proofValue": encode_proof_value(_BASE, parts)}


def shuffled_labels(hmac_key: bytes, canonical: Iterable[str]) -> dict[str, str]:
    """VC-DI-BBS 3.2.1: the place of each label's HMAC among all of them, which says nothing about the label."""
    labels = hmac_labels(hmac_key, canonical)
    places = {hashed: place for place, hashed in enumerate(sorted(labels.values()))}
    return {label: f"_:b{places[hashed]}" for label, hashed in labels.items()}


def _groups(secured: SecuredDocument, base: _Base, transformer: Transformer) -> Groups:
    return groups_of(secured.document, base.mandatory, shuffled_labels, base.hmac_key, transformer)


def _read_base(proof: Mapping[str, Any], pointer: str) -> _Base:
    reader = ProofReader.of(proof, _BASE, _COMPONENTS, pointer=pointer)
    return _Base(
        reader.octets(0, bbs.SIGNATURE_BYTES, "the BBS signature"),
        reader.octets(1, _HEADER_BYTES, "the BBS header"),
        PublicKey.checked("BLS12-381-G2", reader.octets(2, _KEY_BYTES, "the public key"), pointer=reader.pointer),
        reader.octets(3, HMAC_KEY_BYTES, "the key for labels"),
        reader.texts(4, "the mandatory pointers"),
    )


def _verify_base_header(base: _Base, groups: Groups, secured: SecuredDocument, transformer: Transformer) -> None:
    if base.header != proof_hash(secured, transformer) + lines_hash(groups.always):
        raise Refused(
            "signature_invalid",
            "the proof is not of this document: what is always shown was changed, or the options of the proof",
            pointer=f"{secured.pointer}/proofValue",
        )


def _asking_bbs(ask: Callable[[], None], pointer: str) -> None:
    try:
        ask()
    except (Refused, Malformed) as problem:
        if problem.code != "signature_invalid":
            raise problem.placed_under(f"{pointer}/proofValue") from problem
        raise Refused(
            "signature_invalid",
            "the proof does not fit: what is shown was changed after signing, or another key signed",
            pointer=f"{pointer}/proofValue",
        ) from problem


def _is_index(value: Any) -> bool:
    return isinstance(value, int) and value >= 0


def _refuse_other_features(proof: Mapping[str, Any], pointer: str) -> None:
    if header_of(proof) in _OTHER_FEATURES:
        raise Undecided(
            "bbs_feature_unsupported",
            "the proof binds its holder or has a pseudonym; of bbs-2023 only the baseline is supported",
            pointer=f"{pointer}/proofValue",
        )


def _refuse_other_keys(key: PublicKey, pointer: str) -> None:
    if key.key_type != "BLS12-381-G2":
        raise Refused(
            "key_type_mismatch",
            f"bbs-2023 is signed with a key of type BLS12-381-G2; the verification method holds one of {key.key_type}",
            pointer=f"{pointer}/verificationMethod",
        )


BBS_2023: Final = Bbs()
