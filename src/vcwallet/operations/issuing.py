"""issue(): from a document and a signer to a credential that verifies.

1. structure   the document has the form and the members that its kind must have, and keeps to the schemas that it names
2. context     every term has a meaning, so that nothing in it escapes the signature
3. nested      no credential inside is certainly bad
4. issuer      the signer speaks for the issuer that the document names
5. securing    a proof is added, or a token made
6. proof       what came out is read again and verified

The first three find everything there is to find before they say no. The caller's document is not changed, and nothing that
it does not say is made up: the proof alone is new.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from vcwallet.credentials.always_shown import always_shown, may_be_withheld
from vcwallet.credentials.credential import Credential
from vcwallet.errors import Malformed, NotSigned, Problem, Refused, VcwalletError
from vcwallet.keys.public_key import PublicKey
from vcwallet.keys.signer import Signer
from vcwallet.operations import document_checks, key_lookup, nested_checks, proof_checks
from vcwallet.operations.answers import skipped
from vcwallet.operations.facts import Facts
from vcwallet.operations.proof_checks import ProofAnswer
from vcwallet.operations.securing_documents import (
    DEFAULT_SUITES,
    Draft,
    not_handed_out,
    own_world,
    secure_with_proof,
    selective_suite,
    signing_suite,
)
from vcwallet.operations.signed import Signed, unverified_document
from vcwallet.operations.verifying import verify
from vcwallet.policy import Policy
from vcwallet.report import Outcome, VerificationReport
from vcwallet.securing import signing_tokens
from vcwallet.securing.adding_proofs import ProofOptions
from vcwallet.securing.cryptosuite import SigningCryptosuite, Transformer
from vcwallet.securing.data_integrity import without_proof
from vcwallet.securing.envelope import CompactJwt, recognise
from vcwallet.standard import standard_toolkit
from vcwallet.toolkit import Toolkit
from vcwallet.wire import json_pointer, strict_json

TOKENS: Final = ("vc-jwt", "vc+jwt", "vc+sd-jwt")

# A term that published Open Badges contexts lack. A signature over the JSON covers it, one over statements does not.
_NOT_IN_STATEMENTS: Final = ("endorsementJwt",)
# Whoever misspelt more terms than this mends these first; each is a reading of the whole document.
_MAX_UNDEFINED: Final = 20


def issue(  # noqa: PLR0913 - each is a choice that nobody can make for the issuer
    document: Mapping[str, Any],
    signer: Signer,
    *,
    securing: str | None = None,
    toolkit: Toolkit | None = None,
    at: datetime | None = None,
    proof_id: str | None = None,
    previous_proof: tuple[str, ...] = (),
    mandatory: Sequence[str] | None = None,
    disclosable: Sequence[str] | None = None,
    holder: PublicKey | None = None,
) -> Signed:
    """Sign a credential as its issuer, if everything about it is as it must be.

    `securing` is a cryptosuite ("eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019"), "vc-jwt"
    (Open Badges 3.0, 8.2) or "vc+jwt" (VC-JOSE-COSE). None takes what fits the key: an RDFC suite, or "vc-jwt" for RSA.
    `at` is the time that the proof says it was made; None is now. A document that has proofs gets one more: beside them,
    or, with `previous_proof`, on top of those with these ids (VC-DI, 2.1). `proof_id` is for a later one to name.

    "ecdsa-sd-2023" and "bbs-2023" let the holder withhold parts, but never what the JSON pointers in `mandatory` name, nor
    issuer, dates, status, and the subject's id and type. What is issued so is for the holder alone: others are shown what
    `derive` makes of it. "vc+sd-jwt" (VC-JOSE-COSE, 3.2) does it the other way round: what `disclosable` names can be
    withheld, by default every member but the same ones, and `holder` is the key by which the holder can prove to be it.

    Raises `NotSigned` with every problem of the document; `Refused` issuer_is_not_signer, own_output_not_verified,
    proof_id_taken, previous_proof_missing, key_type_mismatch and the like; `Undecided` when the signer fails, or when a
    context that the document names is not at hand; `ValueError` and `TypeError` for misuse.
    """
    toolkit = toolkit or standard_toolkit()
    at = datetime.now(UTC) if at is None else at
    if not isinstance(document, Mapping):
        raise TypeError(f"expected a mapping, got {type(document).__name__}")
    if at.utcoffset() is None:
        raise ValueError("expected `at` to be a datetime with a time zone")
    securing = securing or DEFAULT_SUITES.get(signer.public_key.key_type, "vc-jwt")
    _refuse_misuse(securing, toolkit, mandatory=mandatory, disclosable=disclosable, holder=holder)
    suite = _suite(securing, toolkit, document, mandatory or ())
    if suite is None and (proof_id is not None or previous_proof):
        raise ValueError(f"{securing} has no proof that could have an id or follow another")
    facts = _facts(document, signer, toolkit, at, covers_json=suite is None or not suite.signs_graph)
    problems = _problems(facts)
    if problems:
        raise NotSigned.because(problems)
    _refuse_unless_issuer(facts, signer)
    draft = Draft(facts.document, facts.unsecured, facts.transformer, facts.toolkit)
    if suite is not None:
        options = ProofOptions(
            purpose=key_lookup.ASSERTION,
            created=at.replace(microsecond=0),
            id=proof_id,
            previous_proof=tuple(previous_proof),
        )
        try:
            return secure_with_proof(draft, signer, suite, options)
        except Refused as error:
            if error.code == "proof_terms_undefined":  # which is for the document to mend
                raise NotSigned.because([error.problem]) from error
            raise
    sign: Callable[[Mapping[str, Any], Signer], str]
    if securing == "vc+sd-jwt":
        sign = partial(_sign_sd_jwt, disclosable=disclosable, mandatory=mandatory or (), holder=holder)
    else:
        sign = signing_tokens.sign_vc_jwt if securing == "vc-jwt" else signing_tokens.sign_vc_jose
    return _issue_token(facts, signer, securing, sign)


def _sign_sd_jwt(
    document: Mapping[str, Any],
    signer: Signer,
    *,
    disclosable: Sequence[str] | None,
    mandatory: Sequence[str],
    holder: PublicKey | None,
) -> str:
    for pointer in mandatory:
        json_pointer.resolve(dict(document), pointer)
    kept = (*always_shown(document), *mandatory)
    if disclosable is None:
        disclosable = may_be_withheld(document, mandatory)
    for pointer in disclosable:
        inside = [other for other in kept if f"{other}/".startswith(f"{pointer}/") or pointer.startswith(f"{other}/")]
        if inside:
            message = f"the holder of a credential must not be able to withhold {inside[0]}"
            raise Refused("pointer_mandatory", message, pointer=pointer)
    return signing_tokens.sign_vc_sd_jwt(
        document, signer, disclosable=disclosable, holder=holder, random_bytes=secrets.token_bytes
    )


def _refuse_misuse(
    securing: str,
    toolkit: Toolkit,
    *,
    mandatory: Sequence[str] | None,
    disclosable: Sequence[str] | None,
    holder: PublicKey | None,
) -> None:
    if (disclosable is not None or holder is not None) and securing != "vc+sd-jwt":
        raise ValueError("only vc+sd-jwt has members that are disclosable, and the key of a holder")
    if mandatory is not None and securing != "vc+sd-jwt" and selective_suite(securing, toolkit) is None:
        raise ValueError(f"{securing} signs everything as one piece: there is nothing to make mandatory")


def _suite(
    securing: str, toolkit: Toolkit, document: Mapping[str, Any], mandatory: Sequence[str]
) -> SigningCryptosuite | None:
    """The cryptosuite that is meant; None for a token. Raises `ValueError` for what is neither."""
    if securing in TOKENS:
        return None
    selective = selective_suite(securing, toolkit)
    if selective is not None:
        return selective.making(tuple(dict.fromkeys((*always_shown(document), *mandatory))))
    suite = signing_suite(securing, toolkit)
    if suite is None:
        names = [
            suite.name
            for suite in toolkit.cryptosuites
            if suite.name and (signing_suite(suite.name, toolkit) or selective_suite(suite.name, toolkit))
        ]
        raise ValueError(f"expected securing to be one of {', '.join([*names, *TOKENS])}, found {securing!r}")
    return suite


def _facts(document: Mapping[str, Any], signer: Signer, toolkit: Toolkit, at: datetime, *, covers_json: bool) -> Facts:
    try:
        strict_json.check(dict(document))
    except Malformed as error:
        raise NotSigned.because([error.problem]) from error
    own = dict(document)
    contexts = toolkit.contexts.for_document()
    inside_toolkit = own_world(signer, toolkit)

    def verify_inside(data: Any, *, may_fetch: bool = True) -> VerificationReport:
        del may_fetch  # nothing can be fetched in the signer's own world
        return verify(data, toolkit=inside_toolkit, at=at)

    return Facts(
        document=own,
        unsecured=without_proof(own),
        credential=Credential(own),
        token=None,
        transformer=Transformer(contexts, ignorable_terms=_NOT_IN_STATEMENTS if covers_json else ()),
        toolkit=toolkit,
        policy=Policy(),
        at=at,
        verify_inside=verify_inside,
    )


def _problems(facts: Facts) -> list[Problem]:
    """Everything that is wrong with the document, each place once."""
    found: dict[tuple[str, str], Problem] = {}
    no_proof = ProofAnswer(skipped("proof", "not_reached", "nothing is signed yet"))
    answers = (
        document_checks.check_form(facts),
        document_checks.check_structure(facts),
        document_checks.check_schema(facts, may_fetch=True),
        nested_checks.check_nested(facts, no_proof, may_fetch=False).check,
    )
    problems = [problem for check in answers if check.outcome is Outcome.FAILED for problem in check.problems]
    for problem in [*problems, *_context_problems(facts)]:
        found.setdefault((problem.pointer, problem.code), problem)
    return list(found.values())


def _context_problems(facts: Facts) -> list[Problem]:
    """What has no meaning. A term that no context defines is set aside once it is found, to find the next."""
    problems: list[Problem] = []
    undefined: set[str] = set()
    ask: Callable[[], object] = partial(document_checks.check_context, facts)
    while len(problems) < _MAX_UNDEFINED:
        try:
            ask()
        except (Refused, Malformed) as error:
            problems.append(error.problem)
            term = error.pointer.rpartition("/")[2]
            if error.code != "undefined_term" or term in undefined:
                break
            undefined.add(term)
        else:
            break
        transformer = Transformer(facts.toolkit.contexts, ignorable_terms=undefined.union(_NOT_IN_STATEMENTS))
        ask = partial(transformer.statements, facts.unsecured)
    return problems


def _refuse_unless_issuer(facts: Facts, signer: Signer) -> None:
    issuer = facts.credential.issuer_id
    if issuer != signer.controller:
        raise Refused(
            "issuer_is_not_signer",
            f"the credential names {(issuer or '')[:200]!r} as its issuer, and the key is of {signer.controller[:200]!r}",
            pointer="/issuer",
            hint="name the signer's controller as issuer, or give the key its name: signer.named('did:web:…#key-1')",
        )


def _issue_token(
    facts: Facts, signer: Signer, securing: str, sign: Callable[[Mapping[str, Any], Signer], str]
) -> Signed:
    try:
        token = sign(facts.document, signer)
    except (Refused, Malformed) as error:
        if error.code == "jwt_claim_taken":
            raise NotSigned.because([error.problem]) from error
        raise
    secured = recognise(token)
    if not isinstance(secured, CompactJwt):
        raise Refused("own_output_not_verified", "the token is none")
    document = unverified_document(secured)
    _verify_own_token(facts, secured, document, signer)
    return Signed(token.encode(), document, securing)


def _verify_own_token(facts: Facts, token: CompactJwt, document: Mapping[str, Any], signer: Signer) -> None:
    """Ask of the token what a verifier asks: header, claims, signature, and whether the issuer publishes the key."""
    toolkit = own_world(signer, facts.toolkit)
    again = replace(
        facts,
        document=document,
        unsecured=without_proof(document),
        credential=Credential(document, token.received),
        token=token,
        toolkit=toolkit,
    )
    try:
        proof = proof_checks.check_proof(again)
        answers = [proof.check, proof_checks.check_issuer(again, proof)]
    except VcwalletError as error:
        raise not_handed_out(error.problem) from error
    for check in answers:
        if check.outcome is not Outcome.PASSED:
            raise not_handed_out(Problem(check.code, check.message, check.pointer))
    if document != facts.document:
        raise not_handed_out(Problem("own_output_not_verified", "the token does not stand for the document"))
