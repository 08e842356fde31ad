"""What a Data Integrity cryptosuite is, and the work that all proofs of one document share.

A cryptosuite turns (document, proof, key) into yes or an error. Suites are plain values listed in `standard.py`;
nothing registers itself. `Transformer` lives for one verification and makes sure that a document which carries several
proofs is expanded and canonicalized once.
"""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar, cast

from vcwallet.errors import Refused
from vcwallet.keys.public_key import PublicKey
from vcwallet.keys.signer import Signer
from vcwallet.linked_data import canonical_rdf, statements
from vcwallet.linked_data.context_loader import ContextLoader
from vcwallet.linked_data.dataset import Dataset
from vcwallet.linked_data.statement import Statement
from vcwallet.linked_data.statements import Reading
from vcwallet.wire import canonical_json, json_pointer

HashName = Literal["sha256", "sha384"]

_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A public key as a controller publishes it: whose it is, and how long it may be used (CID 1.0, 2.2)."""

    id: str
    controller: str
    key: PublicKey
    expires: datetime | None = None
    revoked: datetime | None = None

    def refuse_unless_current(self, at: datetime, *, pointer: str = "") -> None:
        """CID 1.0, 2.2: a method is not used at or after its `revoked` and its `expires` time. Raises `Refused`."""
        for code, word, moment in (
            ("key_revoked", "was revoked", self.revoked),
            ("key_expired", "expired", self.expires),
        ):
            if moment is not None and at >= moment:
                raise Refused(code, f"the key {self.id[:200]} {word} at {moment.isoformat()}", pointer=pointer)


class Transformer:
    """Transforms documents for hashing, each at most once. Not shared between verifications or threads.

    Memory of what was transformed goes by object identity, so the documents must not change while this lives.
    `ignorable_terms` may be undefined without harm: they are left out of the statements, and `ignored` says where.
    """

    def __init__(self, contexts: ContextLoader, *, ignorable_terms: Collection[str] = ()) -> None:
        self._contexts = contexts
        self._ignorable_terms = frozenset(ignorable_terms)
        # The document is kept beside what was read so that its id() cannot be given to another object.
        self._readings: dict[int, tuple[Mapping[str, Any], Reading]] = {}
        self._canonical: dict[tuple[int, HashName], bytes] = {}
        self._found: dict[tuple[int, Hashable], tuple[Mapping[str, Any], Any]] = {}
        self.ignored: tuple[str, ...] = ()

    @property
    def slow_readings(self) -> int:
        """How many documents had to be read by pyld, because the quick way does not cover something in them."""
        return sum(reading.was_slow for _, reading in self._readings.values())

    def dataset(self, document: Mapping[str, Any]) -> Dataset:
        """The RDF statements of a document in safe mode; raises when anything in it would be lost."""
        known = self._readings.get(id(document))
        if known is None:
            known = self._readings[id(document)] = (document, self._read(dict(document)))
        return known[1].dataset

    def statements(self, document: Mapping[str, Any]) -> list[Statement]:
        """As `dataset`, one by one and each once."""
        return self.dataset(document).statements()

    def _read(self, document: dict[str, Any]) -> Reading:
        try:
            return statements.read(document, self._contexts)
        except Refused as problem:
            term = problem.pointer.rpartition("/")[2]
            if problem.code != "undefined_term" or term not in self._ignorable_terms:
                raise
        self.ignored += tuple(
            pointer for pointer, _ in json_pointer.walk(document) if pointer.rpartition("/")[2] == term
        )
        return self._read(_without(document, term))

    def canonical_rdf(self, document: Mapping[str, Any], hash_name: HashName) -> bytes:
        """The document as canonical N-Quads (RDFC-1.0 with the given hash function)."""
        known = self._canonical.get((id(document), hash_name))
        if known is None:
            canonical = canonical_rdf.canonicalize(self.dataset(document), hash_name=hash_name)
            known = self._canonical[(id(document), hash_name)] = canonical.text.encode()
        return known

    def once(self, document: Mapping[str, Any], question: Hashable, find: Callable[[], _Found]) -> _Found:
        """What a suite wants to know of a document, found by `find` the first time that this question is asked."""
        known = self._found.get((id(document), question))
        if known is None:
            known = self._found[id(document), question] = (document, find())
        return cast("_Found", known[1])

    def canonical_json(self, document: Mapping[str, Any]) -> bytes:
        """The document as canonical JSON (RFC 8785)."""
        return canonical_json.canonicalize(dict(document))


@dataclass(frozen=True, slots=True)
class SecuredDocument:
    """One proof and what it covers: `document` is without the proof under test, `pointer` is where the proof stood."""

    document: Mapping[str, Any]
    proof: Mapping[str, Any]
    pointer: str = "/proof"

    def refuse_other_context(self) -> None:
        """A proof that brings a `@context` was made with it, so the document's begins with it (VC-DI-EDDSA 3.3.2 step 4).

        Suites that sign statements replace it by the document's before they hash, so no signature covers it: anybody could
        have given the members of the proof another meaning. Raises `Refused` proof_context_mismatch.
        """
        if "@context" not in self.proof:
            return
        made_with, present = as_list(self.proof["@context"]), as_list(self.document.get("@context"))
        if present[: len(made_with)] != made_with:
            raise Refused(
                "proof_context_mismatch",
                "the document's @context does not start with the @context that the proof was made with",
                pointer="/@context",
            )


class Cryptosuite(Protocol):
    """One way of securing a document with an embedded proof (VC Data Integrity 1.0, 3)."""

    @property
    def proof_type(self) -> str:
        """The proof's `type` that announces this suite."""

    @property
    def name(self) -> str | None:
        """The proof's `cryptosuite`; None for a proof type that is a suite by itself."""

    @property
    def is_legacy(self) -> bool:
        """Whether the suite is only read, for what was issued long ago."""

    @property
    def signs_graph(self) -> bool:
        """Whether the RDF graph is what is signed, and not the JSON text: equal graphs then have equal signatures."""

    def verify(self, secured: SecuredDocument, key: PublicKey, transformer: Transformer) -> None:
        """Check one proof over its document.

        Returns in silence when the proof is good. Raises `Refused` when it is not, `Malformed` when the proof cannot
        be a proof, and `Undecided` when the document cannot be transformed here.
        """


class SigningCryptosuite(Cryptosuite, Protocol):
    """A cryptosuite that can also make proofs."""

    def create(self, secured: SecuredDocument, signer: Signer, transformer: Transformer) -> dict[str, Any]:
        """The proof over `secured.document`, complete with its `proofValue`; `secured.proof` has the proof options.

        Raises `Refused` when the signer's key is not one of this suite, and as `verify` when the document cannot be
        transformed.
        """


@dataclass(frozen=True, slots=True)
class Derivation:
    """What comes out of deriving: a document without its proof, and the proof.

    `key` is the key that the base proof says it was made with, where it says that. It is nobody's until that was checked.
    """

    document: dict[str, Any]
    proof: dict[str, Any]
    key: PublicKey | None = None


class SelectiveCryptosuite(Cryptosuite, Protocol):
    """A cryptosuite whose holder may show less than was signed.

    The issuer makes a base proof, which has secrets of the credential and is for its holder alone; the holder derives from
    it a proof over what is shown. `verify` takes only what was derived.
    """

    def making(self, mandatory: Sequence[str]) -> SigningCryptosuite:
        """A suite that makes base proofs; what these pointers name can then never be withheld."""

    def is_base(self, proof: Mapping[str, Any]) -> bool:
        """Whether this is a base proof, as far as its beginning tells."""

    def verify_base(self, secured: SecuredDocument, key: PublicKey, transformer: Transformer) -> None:
        """As `verify`, of a base proof: for the holder."""

    def verify_made(self, secured: SecuredDocument, key: PublicKey, transformer: Transformer) -> None:
        """As `verify_base`, for whoever has just made the proof and found it unchanged in what was written.

        Signatures by keys of the suite's own, which nobody else had, may then be taken for what they were made for.
        """

    def mandatory_pointers(self, proof: Mapping[str, Any], *, pointer: str = "/proof") -> tuple[str, ...]:
        """What the issuer does not allow to withhold. Raises `Malformed`, and `Refused` when it is no base proof."""

    def derive(self, secured: SecuredDocument, reveal: Sequence[str], transformer: Transformer) -> Derivation:
        """The document with what is mandatory and what the pointers name, and the proof over it.

        The signature of the issuer is not checked: who derives has verified the credential, or verifies what comes out.
        Raises as `linked_data.selection`, and `Malformed` and `Refused` when the base proof cannot be one.
        """

    def verify_shown(self, derivation: Derivation, transformer: Transformer) -> None:
        """As `verify`, of what was just derived, as far as that is possible without a key from the issuer."""


def as_selective(suite: Cryptosuite) -> SelectiveCryptosuite | None:
    """The suite as one that can derive, if it is."""
    return cast("SelectiveCryptosuite", suite) if hasattr(suite, "derive") else None


def _without(value: Any, member: str) -> Any:
    """A copy of a JSON value in which no object has the member; depth is bounded by the JSON reader."""
    if isinstance(value, dict):
        return {name: _without(inner, member) for name, inner in value.items() if name != member}
    if isinstance(value, list):
        return [_without(inner, member) for inner in value]
    return value


def as_list(value: Any) -> list[Any]:
    """What a member of a proof or document holds that may be absent, one value, or an array of them."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
