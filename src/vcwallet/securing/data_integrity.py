"""The life of embedded proofs: which there are, what their options demand, what each of them covers.

Follows VC Data Integrity 1.0, 4.4 (Verify Proof) and 4.5 (Verify Proof Sets and Chains), with one exception: the
combined result of 4.5 can be read so that a failing proof in a set goes unnoticed. Here every proof is reported for
itself, and the caller decides what a set needs.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vcwallet.errors import Malformed, Refused, Undecided, VcwalletError
from vcwallet.securing.cryptosuite import (
    Cryptosuite,
    SecuredDocument,
    Transformer,
    VerificationKey,
    as_list,
    as_selective,
)
from vcwallet.wire import json_pointer
from vcwallet.wire.timestamps import parse_timestamp

# Each proof costs a signature check and a canonicalization; real documents carry one or two, chains perhaps five.
MAX_PROOFS = 16

FindKey = Callable[[str], VerificationKey]


@dataclass(frozen=True, slots=True)
class ProofDemands:
    """What a proof must say of itself besides being genuine. A base proof is one that others are derived from.

    `just_made` is for its maker, who has found the proof in what was written as it was made.
    """

    purpose: str
    at: datetime
    clock_skew: timedelta
    challenge: str | None = None
    domain: str | None = None
    accept_base_proofs: bool = False
    just_made: bool = False


@dataclass(frozen=True, slots=True)
class ProofFinding:
    """What became of one proof. `error` is None when the proof is good; `key` is None when it was not found."""

    pointer: str
    proof: Mapping[str, Any]
    suite: Cryptosuite | None
    key: VerificationKey | None
    error: VcwalletError | None

    @property
    def suite_name(self) -> str:
        """How the proof calls its suite: the cryptosuite, or the proof type where that is the suite."""
        return str(self.proof.get("cryptosuite") or self.proof.get("type"))


def without_proof(document: Mapping[str, Any]) -> dict[str, Any]:
    """The unsecured document: all but `proof`. The members themselves are shared, not copied."""
    return {name: value for name, value in document.items() if name != "proof"}


def list_proofs(document: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Every proof of a document with its pointer. Raises `Malformed` when `proof` is no proof and no set of them."""
    value = document.get("proof")
    if isinstance(value, Mapping):
        return [("/proof", value)]
    if not isinstance(value, list):
        raise Malformed(
            "proof_malformed", f"expected an object or an array of objects, found {_kind(value)}", pointer="/proof"
        )
    if len(value) > MAX_PROOFS:
        raise Malformed(
            "too_many_proofs", f"expected at most {MAX_PROOFS} proofs, found {len(value)}", pointer="/proof"
        )
    proofs = []
    for index, proof in enumerate(value):
        pointer = json_pointer.join("/proof", index)
        if not isinstance(proof, Mapping):
            raise Malformed("proof_malformed", f"expected an object, found {_kind(proof)}", pointer=pointer)
        proofs.append((pointer, proof))
    return proofs


def find_suite(proof: Mapping[str, Any], suites: Collection[Cryptosuite]) -> Cryptosuite | None:
    """The suite that a proof names by `type` and `cryptosuite`, if it is among those accepted."""
    for suite in suites:
        if suite.proof_type == proof.get("type") and (suite.name is None or suite.name == proof.get("cryptosuite")):
            return suite
    return None


def check_proofs(
    document: Mapping[str, Any],
    unsecured: Mapping[str, Any],
    *,
    suites: Collection[Cryptosuite],
    find_key: FindKey,
    demands: ProofDemands,
    transformer: Transformer,
) -> list[ProofFinding]:
    """Check every proof of a document, each for itself; nothing is raised for a bad proof.

    `unsecured` is `without_proof(document)`, passed in so that its statements are computed once for all checks.
    Raises `Malformed` only when `proof` cannot be read as a set of proofs. The list is empty when there are none.
    """
    proofs = list_proofs(document) if "proof" in document else []
    findings = []
    for pointer, proof in proofs:
        suite, key, error = find_suite(proof, suites), None, None
        try:
            if suite is None:
                raise _unsupported(proof, pointer)
            _check_options(proof, demands, pointer)
            covered = document_under(proof, unsecured, [entry for _, entry in proofs], pointer)
            key = find_key(_verification_method(proof, pointer))
            key.refuse_unless_current(demands.at, pointer=f"{pointer}/verificationMethod")
            secured = SecuredDocument(covered, proof, pointer)
            selective = as_selective(suite) if demands.accept_base_proofs else None
            if selective is not None and selective.is_base(proof):
                check = selective.verify_made if demands.just_made else selective.verify_base
                check(secured, key.key, transformer)
            else:
                suite.verify(secured, key.key, transformer)
        except VcwalletError as problem:
            error = problem
        findings.append(ProofFinding(pointer, proof, suite, key, error))
    return findings


def _unsupported(proof: Mapping[str, Any], pointer: str) -> VcwalletError:
    members = ["type", "cryptosuite"] if proof.get("type") == "DataIntegrityProof" else ["type"]
    for member in members:
        if not isinstance(proof.get(member), str):
            message = f"expected a string, found {_kind(proof.get(member))}"
            return Malformed("proof_malformed", message, pointer=f"{pointer}/{member}")
    what = " with cryptosuite ".join(_shown(proof[member]) for member in members)
    return Undecided(
        "cryptosuite_unsupported", f"a proof of type {what} cannot be checked by this toolkit", pointer=pointer
    )


def _check_options(proof: Mapping[str, Any], demands: ProofDemands, pointer: str) -> None:
    """VC-DI 2.1 and 4.4 steps 3 to 9: what the proof says of itself."""
    if proof.get("proofPurpose") != demands.purpose:
        raise Refused(
            "proof_purpose_wrong",
            f"expected proofPurpose {demands.purpose!r}, found {_shown(proof.get('proofPurpose'))}",
            pointer=f"{pointer}/proofPurpose",
        )
    if "created" in proof:
        created = parse_timestamp(proof["created"], pointer=f"{pointer}/created")
        if created > demands.at + demands.clock_skew:
            raise Refused(
                "proof_from_the_future",
                f"the proof says that it was made later than now, at {proof['created']}",
                pointer=f"{pointer}/created",
            )
    if "expires" in proof:
        expires = parse_timestamp(proof["expires"], pointer=f"{pointer}/expires")
        if expires < demands.at - demands.clock_skew:
            raise Refused("proof_expired", f"the proof was good until {proof['expires']}", pointer=f"{pointer}/expires")
    if demands.challenge is not None and proof.get("challenge") != demands.challenge:
        raise Refused(
            "challenge_mismatch",
            "the proof does not answer the challenge that the policy names",
            pointer=f"{pointer}/challenge",
        )
    if demands.domain is not None and demands.domain not in as_list(proof.get("domain")):
        raise Refused(
            "domain_mismatch", f"the proof is not for the domain {demands.domain!r}", pointer=f"{pointer}/domain"
        )


def _verification_method(proof: Mapping[str, Any], pointer: str) -> str:
    method = proof.get("verificationMethod")
    if not isinstance(method, str) or not method:
        raise Malformed(
            "verification_method_malformed",
            f"expected a URL, found {_shown(method)}",
            pointer=f"{pointer}/verificationMethod",
        )
    return method


def document_under(
    proof: Mapping[str, Any], unsecured: Mapping[str, Any], proofs: Sequence[Mapping[str, Any]], pointer: str
) -> Mapping[str, Any]:
    """What a proof covers: the document alone, or with the proofs that came before it (VC-DI 4.5 steps 4 and 5).

    Raises `Refused` previous_proof_missing or proof_chain_circular, and `Malformed` proof_malformed.
    """
    if "previousProof" not in proof:
        return unsecured
    previous = []
    for name in as_list(proof["previousProof"]):
        matching = [
            other for other in proofs if isinstance(name, str) and other.get("id") == name and other is not proof
        ]
        if len(matching) != 1:
            raise Refused(
                "previous_proof_missing",
                f"expected exactly one other proof with the id {_shown(name)}, found {len(matching)}",
                pointer=f"{pointer}/previousProof",
            )
        previous.append(matching[0])
    if not previous:
        raise Malformed("proof_malformed", "previousProof names no proof", pointer=f"{pointer}/previousProof")
    _refuse_circle(proof, proofs, pointer)
    return {**unsecured, "proof": previous}


def _refuse_circle(proof: Mapping[str, Any], proofs: Sequence[Mapping[str, Any]], pointer: str) -> None:
    by_id = {str(other["id"]): other for other in proofs if "id" in other}
    seen, waiting = set(), [name for name in as_list(proof["previousProof"]) if isinstance(name, str)]
    while waiting:
        name = waiting.pop()
        earlier = by_id.get(name)
        if earlier is proof:
            raise Refused("proof_chain_circular", "the proof comes after itself", pointer=f"{pointer}/previousProof")
        if earlier is not None and name not in seen:
            seen.add(name)
            waiting += [other for other in as_list(earlier.get("previousProof")) if isinstance(other, str)]


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "nothing"}
    return names.get(type(value), "a number")


def _shown(value: Any) -> str:
    """A value as it may stand in a message: short, and never more than a string."""
    return repr(value[:80]) if isinstance(value, str) else _kind(value)
