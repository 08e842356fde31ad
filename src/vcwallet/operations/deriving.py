"""derive(): from a credential that its issuer made divisible, a credential that shows less and still verifies.

1. securing    it is secured in a way that allows this
2. choice      what is asked for is there, and may be withheld
3. derivation  the proof over what is shown is made
4. structure   what is shown is compacted, and still a credential of its kind
5. contents    exactly what is mandatory and what was chosen is shown
6. proof       what came out verifies

Nobody's key is needed: whoever has the credential can derive. That it is shown by its holder is for a presentation to say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from vcwallet.credentials.credential import Credential
from vcwallet.credentials.sd_jwt_vc import SdJwtVc
from vcwallet.errors import Malformed, Problem, Refused, Undecided, VcwalletError
from vcwallet.keys.signer import Signer
from vcwallet.linked_data import selection
from vcwallet.linked_data.compact_form import compact_form_problems
from vcwallet.linked_data.context_loader import ContextLoader
from vcwallet.operations import document_checks, key_lookup
from vcwallet.operations.securing_documents import not_handed_out, refuse_base_proofs
from vcwallet.operations.signed import Signed, secured_text, to_json, unverified_document
from vcwallet.securing import jws
from vcwallet.securing.cryptosuite import Derivation, SecuredDocument, SelectiveCryptosuite, Transformer, as_selective
from vcwallet.securing.data_integrity import find_suite, list_proofs, without_proof
from vcwallet.securing.envelope import CompactJwt, recognise
from vcwallet.securing.sd_jwt import key_binding
from vcwallet.securing.sd_jwt.disclosing import disclose
from vcwallet.securing.sd_jwt.token_kinds import check_sd_jwt_vc
from vcwallet.standard import standard_toolkit
from vcwallet.toolkit import Toolkit
from vcwallet.wire import strict_json

# A published context lacks the term; what it holds is signed by itself.
_IGNORABLE_TERMS: Final = ("endorsementJwt",)
_MAX_NAMED: Final = 20


@dataclass(frozen=True, slots=True)
class DivisibleToken:
    """A credential as SD-JWT: what its holder can choose from. `disclosed` are the places that have a disclosure."""

    document: Mapping[str, Any]
    text: str
    disclosed: frozenset[str]


@dataclass(frozen=True, slots=True)
class DivisibleProof:
    """A credential with a base proof: what its holder can choose from."""

    document: Mapping[str, Any]
    proof: Mapping[str, Any]
    proof_pointer: str
    suite: SelectiveCryptosuite
    mandatory: tuple[str, ...]

    @property
    def unsecured(self) -> dict[str, Any]:
        """What the proof covers."""
        return without_proof(self.document)


def derive(
    credential: Signed | bytes | str | Mapping[str, Any],
    *,
    reveal: Sequence[str] | None = None,
    withhold: Sequence[str] | None = None,
    toolkit: Toolkit | None = None,
) -> Signed:
    """A credential that shows part of another and is still signed by its issuer.

    Name either what to `reveal` besides what the issuer made mandatory, or what to `withhold` of everything, by JSON
    pointers into the document. What encloses something that is shown is shown with its `id` and `type`. Proofs that cannot
    be divided are left behind. Whether the credential is still valid is not asked: no clock is read.

    Raises `Refused` not_divisible with the name of the securing when nothing can be withheld from it, not_a_base_proof,
    pointer_not_found, pointer_mandatory, pointer_shown_with_others, pointer_splits_statement, required_member_withheld,
    and own_output_not_verified; `Malformed` for what is no credential, or none that is compacted; `ValueError` unless one
    of the two is given.
    """
    toolkit = toolkit or standard_toolkit()
    if (reveal is None) == (withhold is None):
        raise ValueError("expected either what to reveal or what to withhold")
    divisible = find_divisible(credential, toolkit)
    if isinstance(divisible, DivisibleToken):
        return _derive_token(divisible, reveal, withhold, toolkit)
    unsecured = divisible.unsecured
    withheld = tuple(withhold or ())
    chosen = tuple(reveal or ()) if withhold is None else pointers_without(divisible, withheld)
    contexts = toolkit.contexts.for_document()
    transformer = Transformer(contexts, ignorable_terms=_IGNORABLE_TERMS)
    secured = SecuredDocument(unsecured, divisible.proof, divisible.proof_pointer)
    derivation = divisible.suite.derive(secured, chosen, transformer)
    _refuse_uncompacted(derivation.document, contexts)
    _refuse_incomplete(derivation.document)
    refuse_base_proofs(derivation.document, toolkit)
    wanted = selection.select(unsecured, (*divisible.mandatory, *chosen))
    if derivation.document != wanted:
        raise not_handed_out(Problem("own_output_not_verified", "it shows something else than what was chosen"))
    data = to_json({**derivation.document, "proof": derivation.proof})
    _verify_output(data, derivation, divisible.suite, toolkit)
    return Signed(data, strict_json.parse_object(data), str(divisible.suite.name))


def bind(
    credential: Signed | bytes | str, signer: Signer, *, audience: str, challenge: str, at: datetime | None = None
) -> Signed:
    """An SD-JWT with the holder's signature over what of it is shown, for one verifier and one challenge (RFC 9901, 4.3).

    It can then be shown without a presentation around it. Raises `Refused` not_divisible for what is no SD-JWT,
    key_binding_key_missing and key_binding_key_wrong, `Undecided` signer_failed, and `ValueError` for misuse.
    """
    at = datetime.now(UTC) if at is None else at
    secured = recognise(secured_text(credential))
    if not isinstance(secured, CompactJwt) or secured.sd_jwt is None:
        raise _not_divisible("something else than SD-JWT")
    text = key_binding.bind(secured.sd_jwt.token.presentation, signer, audience=audience, nonce=challenge, at=at)
    return Signed(text.encode(), unverified_document(secured), secured.form)


def find_divisible(
    credential: Signed | bytes | str | Mapping[str, Any], toolkit: Toolkit
) -> DivisibleProof | DivisibleToken:
    """What a credential can be derived from. Raises `Refused` not_divisible and not_a_base_proof, and `Malformed`."""
    text = secured_text(credential)
    secured = recognise(text)
    document = unverified_document(secured)
    if isinstance(secured, CompactJwt):
        if secured.sd_jwt is None or secured.is_presentation:
            raise _not_divisible(secured.form)
        return DivisibleToken(
            document, secured.sd_jwt.token.presentation, frozenset(secured.sd_jwt.processed.disclosed)
        )
    proofs = list_proofs(document) if "proof" in document else []
    for pointer, proof in proofs:
        suite = find_suite(proof, toolkit.cryptosuites)
        selective = None if suite is None else as_selective(suite)
        if selective is not None and (selective.is_base(proof) or len(proofs) == 1):
            mandatory = selective.mandatory_pointers(proof, pointer=pointer)
            return DivisibleProof(document, proof, pointer, selective, mandatory)
    names = [str(proof.get("cryptosuite") or proof.get("type"))[:80] for _, proof in proofs]
    raise _not_divisible(", ".join(names) or "nothing: it has no proof")


def divisible_places(divisible: DivisibleProof, toolkit: Toolkit) -> frozenset[str]:
    """Every place whose value is signed by itself, and so can be shown or not. Raises as the transformation does."""
    transformer = Transformer(toolkit.contexts.for_document(), ignorable_terms=_IGNORABLE_TERMS)
    return selection.divisible_places(divisible.unsecured, transformer.statements)


def _not_divisible(securing: str) -> Refused:
    return Refused(
        "not_divisible",
        f"the credential is secured by {securing}, which signs it as one piece: nothing can be withheld from it",
        pointer="/proof",
        hint="show the whole credential or leave it out, or ask the issuer for one by ecdsa-sd-2023, bbs-2023 or SD-JWT",
    )


def _derive_token(
    divisible: DivisibleToken,
    reveal: Sequence[str] | None,
    withhold: Sequence[str] | None,
    toolkit: Toolkit,
) -> Signed:
    text = disclose(divisible.text, reveal=reveal, withhold=withhold)
    token = recognise(text)
    assert isinstance(token, CompactJwt), "what was disclosed from an SD-JWT is one"
    document = unverified_document(token)
    if token.form != "dc+sd-jwt":
        # What an SD-JWT VC must show, its issuer cannot have made withholdable: that is checked with its claims.
        _refuse_uncompacted(document, toolkit.contexts.for_document())
        _refuse_incomplete(document)
    refuse_base_proofs(document, toolkit)
    if withhold is not None and document != selection.without(divisible.document, withhold):
        raise not_handed_out(Problem("own_output_not_verified", "it shows something else than what was chosen"))
    _verify_token(token, document, toolkit)
    return Signed(text.encode(), document, token.form)


def pointers_without(divisible: DivisibleProof, withheld: Sequence[str]) -> tuple[str, ...]:
    """What to reveal when these pointers are withheld.

    Raises `Refused` pointer_mandatory, pointer_shown_with_others, everything_withheld and pointer_not_found.
    """
    unsecured = divisible.unsecured
    always = frozenset(selection.shown_leaves(unsecured, divisible.mandatory))
    for pointer in withheld:
        kept = [leaf for leaf in always if _is_within(leaf, pointer)]
        if kept:
            raise Refused(
                "pointer_mandatory",
                f"the issuer does not allow this to be withheld: {', '.join(sorted(kept)[:_MAX_NAMED])}",
                pointer=pointer,
            )
    revealed = selection.everything_but(unsecured, withheld)
    shown = selection.shown_leaves(unsecured, (*divisible.mandatory, *revealed))
    for pointer in withheld:
        if any(_is_within(leaf, pointer) for leaf in shown):
            raise Refused(
                "pointer_shown_with_others",
                "the id and the type of an object are shown with whatever else is shown of it",
                pointer=pointer,
                hint="withhold the whole object",
            )
    return revealed


def _is_within(leaf: str, pointer: str) -> bool:
    return leaf == pointer or leaf.startswith(f"{pointer}/")


def _refuse_uncompacted(document: Mapping[str, Any], contexts: ContextLoader) -> None:
    """Raise when every verifier of this library would refuse the form in which its issuer wrote it."""
    faults = compact_form_problems(document, contexts)
    if faults:
        fault = faults[0]
        message = f"what is shown would be refused for its form: {fault.message}"
        hint = "ask its issuer for one whose own contexts only add terms, and that is compacted with all its contexts"
        raise Malformed(fault.code, message, pointer=fault.pointer, hint=hint)


def _refuse_incomplete(document: dict[str, Any]) -> None:
    """Raise when what is left is no credential of its kind any more: nobody would take it."""
    faults = document_checks.structure_faults(document)
    if faults:
        names = "; ".join(f"{fault.pointer or '/'}: {fault.message}" for fault in faults[:_MAX_NAMED])
        raise Refused(
            "required_member_withheld",
            f"without what is withheld this is no credential of its kind any more: {names}",
            pointer=faults[0].pointer,
            hint="reveal these members too",
        )


def _verify_output(data: bytes, derivation: Derivation, suite: SelectiveCryptosuite, toolkit: Toolkit) -> None:
    """Read what was written, and verify it: all of it where the issuer's key can be had, else all but the issuer's part.

    Only the proof: whether key and proof are still good is for whoever is shown it.
    """
    document = strict_json.parse_object(data)
    transformer = Transformer(toolkit.contexts.for_document(), ignorable_terms=_IGNORABLE_TERMS)
    secured = SecuredDocument(without_proof(document), document["proof"])
    method = str(document["proof"].get("verificationMethod"))
    try:
        try:
            key = key_lookup.find_key(method, purpose=key_lookup.ASSERTION, toolkit=toolkit)
        except Undecided:
            suite.verify_shown(derivation, transformer)
        else:
            suite.verify(secured, key.key, transformer)
    except VcwalletError as error:
        raise not_handed_out(error.problem) from error


def _verify_token(token: CompactJwt, document: dict[str, Any], toolkit: Toolkit) -> None:
    """The issuer's signature over the token, where the key can be had."""
    header = token.unverified_jws.header
    try:
        if token.sd_jwt is not None and token.form == "dc+sd-jwt":
            check_sd_jwt_vc(token.sd_jwt.processed)
            found = key_lookup.find_sd_jwt_vc_key(header, SdJwtVc(document).issuer_id, toolkit)
        else:
            found = key_lookup.find_controlled_key(
                header, Credential(document).issuer_id, purpose=key_lookup.ASSERTION, toolkit=toolkit
            )
        jws.verify(token.unverified_jws, found.key, algorithms=toolkit.jws_algorithms)
    except Undecided:
        pass
    except VcwalletError as error:
        raise not_handed_out(error.problem) from error
