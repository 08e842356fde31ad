"""What ecdsa-sd-2023 and bbs-2023 have in common: the form of their proof values, and hashes of what is always shown.

A proof value is base64url of three bytes that say what it is, and a CBOR array. Everything in it was written by strangers:
`ProofReader` hands out only parts of the type and length that the suite expects.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn

from vcwallet.errors import Malformed, Refused, VcwalletError
from vcwallet.linked_data.blank_nodes import canonical_number
from vcwallet.linked_data.selection import Disclosure, read_shown
from vcwallet.securing.cryptosuite import SecuredDocument, Transformer
from vcwallet.wire import strict_cbor
from vcwallet.wire.base_encodings import base64url_encode, multibase_decode, multibase_encode

HMAC_KEY_BYTES = 32


def encode_proof_value(header: bytes, parts: Sequence[Any]) -> str:
    """A proof value (VC-DI-ECDSA 3.5.2, 3.5.7; VC-DI-BBS 3.3.1, 3.3.6)."""
    return multibase_encode(header + strict_cbor.encode(list(parts)), "u")


def header_of(proof: Mapping[str, Any]) -> bytes:
    """The three bytes that say what a proof value is; b"" when it cannot be one. Does not raise."""
    value = proof.get("proofValue")
    if not isinstance(value, str):
        return b""
    try:
        return multibase_decode(value[:5], allowed="u")
    except Malformed:
        return b""


@dataclass(frozen=True, slots=True)
class ProofReader:
    """The parts of one proof value."""

    parts: list[Any]
    pointer: str

    @classmethod
    def of(cls, proof: Mapping[str, Any], header: bytes, count: int, *, pointer: str) -> "ProofReader":
        """Read a proof value that has this header.

        Raises `Malformed` proof_value_missing, multibase, cbor, proof_value_malformed.
        """
        place = f"{pointer}/proofValue"
        value = proof.get("proofValue")
        if not isinstance(value, str):
            raise Malformed("proof_value_missing", "expected proofValue to be a multibase string", pointer=place)
        data = multibase_decode(value, allowed="u", pointer=place)
        reader = cls([], place)
        if data[:3] != header:
            reader.refuse(f"a proof value that begins with the bytes {header.hex()}, found {data[:3].hex()}")
        parts = strict_cbor.decode(data[3:], pointer=place)
        if not isinstance(parts, list) or len(parts) != count:
            reader.refuse(f"an array of {count} components")
        return cls(parts, place)

    def octets(self, index: int, length: int, what: str) -> bytes:
        """A component that is a byte string of this length."""
        return self._octets(self.parts[index], length, what)

    def list_of_octets(self, index: int, length: int, what: str) -> list[bytes]:
        """A component that is an array of byte strings of this length."""
        return [self._octets(item, length, what) for item in self._list(index, what)]

    def octets_of_any_length(self, index: int, what: str) -> bytes:
        """A component that is a byte string."""
        value = self.parts[index]
        if not isinstance(value, bytes):
            self.refuse(f"{what} to be bytes")
        return value

    def texts(self, index: int, what: str) -> tuple[str, ...]:
        """A component that is an array of texts."""
        texts = self._list(index, what)
        if not all(isinstance(text, str) for text in texts):
            self.refuse(f"{what} to be an array of texts")
        return tuple(texts)

    def indexes(self, index: int, what: str) -> tuple[int, ...]:
        """A component that is an array of different numbers."""
        numbers = self._list(index, what)
        if not all(isinstance(number, int) and number >= 0 for number in numbers) or len(set(numbers)) != len(numbers):
            self.refuse(f"{what} to be an array of numbers, none of them twice")
        return tuple(numbers)

    def map_to(self, index: int, is_wanted: Callable[[Any], bool], what: str) -> dict[int, Any]:
        """A component that gives every number another value, all of the wanted kind."""
        found = self.parts[index]
        if not isinstance(found, dict) or not all(key >= 0 and is_wanted(value) for key, value in found.items()):
            self.refuse(f"{what} of the kind that the suite has")
        if len(set(found.values())) != len(found):
            raise Refused(
                "label_map_invalid", "two blank nodes of the document have one label in the proof", pointer=self.pointer
            )
        return found

    def refuse(self, expected: str) -> NoReturn:
        """Raise `Malformed` proof_value_malformed."""
        raise Malformed("proof_value_malformed", f"expected {expected}", pointer=self.pointer)

    def _list(self, index: int, what: str) -> list[Any]:
        value = self.parts[index]
        if not isinstance(value, list):
            self.refuse(f"{what} to be an array")
        return value

    def _octets(self, value: Any, length: int, what: str) -> bytes:
        if not isinstance(value, bytes) or len(value) != length:
            self.refuse(f"{what} to be {length} bytes")
        return value


def refuse_base_proof(pointer: str) -> NoReturn:
    """Raise for a base proof that is shown to a verifier."""
    raise Refused(
        "base_proof_shown",
        "this is the proof that the issuer made for the holder alone: with it whoever reads it can show parts of the "
        "credential, and see what was left out of what others were shown",
        pointer=f"{pointer}/proofValue",
        hint="derive a proof from it, and show that",
    )


def refuse_unless_base(is_base: bool, pointer: str) -> None:  # noqa: FBT001 - what it says is in its name
    """Raise `Refused` not_a_base_proof, unless the proof is one."""
    if not is_base:
        raise Refused(
            "not_a_base_proof",
            "the proof was derived already, and nothing more can be derived from it",
            pointer=f"{pointer}/proofValue",
            hint="derive from the credential as its issuer gave it out",
        )


def proof_hash(secured: SecuredDocument, transformer: Transformer) -> bytes:
    """The hash of the proof options (VC-DI-ECDSA 3.5.4 and 3.5.5)."""
    if "previousProof" in secured.proof:
        raise Refused(
            "previous_proof_unsupported",
            "a proof of selective disclosure cannot stand on top of others: they would not fit what is shown",
            pointer=f"{secured.pointer}/previousProof",
        )
    secured.refuse_other_context()
    options = {name: value for name, value in secured.proof.items() if name != "proofValue"}
    options["@context"] = secured.document.get("@context")
    try:
        return hashlib.sha256(transformer.canonical_rdf(options, "sha256")).digest()
    except VcwalletError as problem:
        raise problem.placed_under(secured.pointer) from problem


def lines_hash(lines: Iterable[str]) -> bytes:
    """The hash of the statements that are always shown (VC-DI-ECDSA 3.4.17)."""
    return hashlib.sha256("".join(lines).encode()).digest()


def hmac_labels(hmac_key: bytes, canonical: Iterable[str]) -> dict[str, str]:
    """VC-DI-ECDSA 3.4.4: the label for each canonical one, `_:c14n0`, which the HMAC is of without its `_:`."""
    return {label: f"_:u{base64url_encode(hmac.digest(hmac_key, label[2:].encode(), 'sha256'))}" for label in canonical}


@dataclass(frozen=True, slots=True)
class Groups:
    """The statements of a whole document: those that are always shown, and the others with their numbers."""

    disclosure: Disclosure
    always: list[str]
    others: list[str]
    other_numbers: list[int]

    @classmethod
    def of(cls, disclosure: Disclosure, mandatory: Sequence[str]) -> "Groups":
        """Raises as `Disclosure.indexes`."""
        chosen = frozenset(disclosure.indexes(mandatory))
        lines = disclosure.lines
        numbers = [number for number in range(len(lines)) if number not in chosen]
        return cls(disclosure, [lines[n] for n in sorted(chosen)], [lines[n] for n in numbers], numbers)


def groups_of(
    document: Mapping[str, Any],
    mandatory: Sequence[str],
    labels: Callable[[bytes, Iterable[str]], Mapping[str, str]],
    hmac_key: bytes,
    transformer: Transformer,
) -> Groups:
    """The statements of a document under the labels that `labels` makes with the key. Raises as `Disclosure` does."""

    def find() -> Groups:
        disclosure = Disclosure.of(document, transformer.statements, partial(labels, hmac_key))
        return Groups.of(disclosure, mandatory)

    return transformer.once(document, (labels, hmac_key, tuple(mandatory)), find)


def shown_lines(
    secured: SecuredDocument, labels: Mapping[int, str], mandatory: Sequence[int], transformer: Transformer
) -> tuple[list[str], list[str]]:
    """The statements of a derived document, mandatory and others, under the labels that it was signed with.

    Raises `Refused` label_map_invalid and mandatory_indexes_invalid, and as the transformation does.
    """
    place = f"{secured.pointer}/proofValue"

    def own_labels(canonical: Iterable[str]) -> dict[str, str]:
        numbers = {label: canonical_number(label) for label in canonical}
        if set(numbers.values()) != labels.keys():
            message = (
                f"expected labels for the {len(numbers)} blank nodes of the document, found {len(labels)} or others"
            )
            raise Refused("label_map_invalid", message, pointer=place)
        return {label: labels[number] for label, number in numbers.items()}

    lines = read_shown(secured.document, transformer.statements, own_labels)
    chosen = frozenset(mandatory)
    if chosen and max(chosen) >= len(lines):
        message = f"the document has {len(lines)} statements, and the proof speaks of number {max(chosen)}"
        raise Refused("mandatory_indexes_invalid", message, pointer=place)
    always = [line for number, line in enumerate(lines) if number in chosen]
    return always, [line for number, line in enumerate(lines) if number not in chosen]
