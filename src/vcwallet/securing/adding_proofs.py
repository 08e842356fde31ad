"""Add an embedded proof to a document: a first one, one beside others, or one on top of others.

Follows VC Data Integrity 1.0, 4.2 (Add Proof) and 4.3 (Add Proof Set/Chain). What a proof covers is decided where it is
checked, in `data_integrity`. The document that is handed in stays as it is. Whether it is any good is not asked here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from vcwallet.errors import Refused
from vcwallet.keys.signer import Signer
from vcwallet.securing.cryptosuite import SecuredDocument, SigningCryptosuite, Transformer
from vcwallet.securing.data_integrity import MAX_PROOFS, document_under, list_proofs
from vcwallet.wire.timestamps import format_timestamp

# What says what the members of a proof mean; the context of data model 1.1 does not (VC-DI, 2.4.1).
PROOF_TERMS_CONTEXT: Final = "https://w3id.org/security/data-integrity/v2"

_UNDEFINED: Final = frozenset({"undefined_term", "undefined_type"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofOptions:
    """What a proof says of itself (VC-DI 2.1). What is None or empty is left out.

    `id` is what a later proof names in its `previous_proof`. Several domains are written as a list.
    """

    purpose: str
    created: datetime | None = None
    expires: datetime | None = None
    id: str | None = None
    previous_proof: tuple[str, ...] = ()
    challenge: str | None = None
    domain: tuple[str, ...] = ()

    def members(self, suite: SigningCryptosuite, signer: Signer) -> dict[str, Any]:
        """The proof as far as it can be written before signing."""
        members = {
            "type": suite.proof_type,
            "id": self.id,
            "cryptosuite": suite.name,
            "created": _text(self.created),
            "verificationMethod": signer.verification_method,
            "proofPurpose": self.purpose,
            "expires": _text(self.expires),
            "domain": _one_or_all(self.domain),
            "challenge": self.challenge,
            "previousProof": _one_or_all(self.previous_proof),
        }
        return {name: value for name, value in members.items() if value is not None}


def add_proof(
    document: Mapping[str, Any],
    unsecured: Mapping[str, Any],
    signer: Signer,
    *,
    suite: SigningCryptosuite,
    options: ProofOptions,
    transformer: Transformer,
) -> dict[str, Any]:
    """The document with one more proof, behind those that it has.

    `unsecured` is `data_integrity.without_proof(document)`, passed in so that it is transformed once for all uses.
    Raises `Refused` proof_id_taken, too_many_proofs, previous_proof_missing and proof_terms_undefined, what the suite
    raises about document and key, and `Malformed` when the `proof` that is there cannot be one.
    """
    earlier = list_proofs(document) if "proof" in document else []
    if len(earlier) >= MAX_PROOFS:
        raise Refused(
            "too_many_proofs", f"the document has {len(earlier)} proofs, and no verifier takes more", pointer="/proof"
        )
    if options.id is not None and any(proof.get("id") == options.id for _, proof in earlier):
        raise Refused("proof_id_taken", f"the document has a proof with the id {options.id[:200]!r}", pointer="/proof")
    pointer = f"/proof/{len(earlier)}" if earlier else "/proof"
    proof = options.members(suite, signer)
    covered = document_under(proof, unsecured, [entry for _, entry in earlier], pointer)
    try:
        proof = suite.create(SecuredDocument(covered, proof, pointer), signer, transformer)
    except Refused as problem:
        if problem.code in _UNDEFINED and problem.pointer.startswith(pointer):
            raise _undefined(problem) from problem
        raise
    proofs = [entry for _, entry in earlier]
    return {**unsecured, "proof": [*proofs, proof] if proofs else proof}


def _undefined(problem: Refused) -> Refused:
    return Refused(
        "proof_terms_undefined",
        "no context of the document says what the terms of a proof mean",
        pointer=problem.pointer,
        hint=f'add "{PROOF_TERMS_CONTEXT}" to @context, as with_proof_terms() does: data model 1.1 has no such terms',
    )


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else format_timestamp(moment)


def _one_or_all(values: tuple[str, ...]) -> str | list[str] | None:
    if not values:
        return None
    return values[0] if len(values) == 1 else list(values)
