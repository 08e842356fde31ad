"""present(): show credentials as their holder, so that a verifier knows who shows them, to whom, and that it is now.

A presentation (VCDM 2.0, 4.13) is signed with the holder's key for `authentication`: with a Data Integrity proof that has
the verifier's challenge and domain, or as a vp+jwt that has them as `nonce` and `aud`. Credentials go in as they were
signed: JSON as it is, tokens in an EnvelopedVerifiableCredential (VCDM 2.0, 4.13.1).

Whether the credentials are true is for the verifier to ask; that each is signed at all, and that what goes out verifies,
is made sure here.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from vcwallet.credentials.credential import VCDM_2_0_CONTEXT
from vcwallet.credentials.iri import is_absolute_iri
from vcwallet.errors import Malformed, NotSigned, Problem, Refused
from vcwallet.keys.signer import Signer
from vcwallet.linked_data.compact_form import compact_form_problems
from vcwallet.operations.securing_documents import (
    DEFAULT_SUITES,
    Draft,
    not_handed_out,
    own_world,
    refuse_base_proofs,
    secure_with_proof,
    signing_suite,
)
from vcwallet.operations.signed import Signed, secured_text, to_json
from vcwallet.operations.verifying_presentation import verify_presentation
from vcwallet.policy import Policy
from vcwallet.report import Outcome
from vcwallet.securing.adding_proofs import ProofOptions
from vcwallet.securing.cryptosuite import SigningCryptosuite, Transformer
from vcwallet.securing.envelope import CompactJwt, Secured, recognise
from vcwallet.securing.signing_tokens import sign_vp_jose
from vcwallet.standard import standard_toolkit
from vcwallet.toolkit import Toolkit
from vcwallet.wire import json_pointer, strict_json

Presentable = Signed | bytes | str | Mapping[str, Any]

AUTHENTICATION: Final = "authentication"
_VP_JWT: Final = "vp+jwt"

# A learner shows a handful, a whole record with all that is in it some hundred.
MAX_CREDENTIALS: Final = 500


def present(  # noqa: PLR0913 - each is a choice that nobody can make for the holder
    credentials: Iterable[Presentable],
    signer: Signer,
    *,
    challenge: str | None,
    domain: str | Sequence[str] | None,
    securing: str | None = None,
    toolkit: Toolkit | None = None,
    at: datetime | None = None,
    presentation_id: str | None = None,
) -> Signed:
    """Sign a presentation of these credentials as the signer's controller.

    `challenge` is what the verifier asked with, and `domain` who the verifier is, or all verifiers that may take it. None,
    which must be said, makes a presentation that anybody can show again. `securing` is a cryptosuite or "vp+jwt"; None
    takes what fits the key: an RDFC suite, or "vp+jwt" for RSA. `at` is when the proof says it was made; None is now.

    Raises `NotSigned` when a credential cannot be in a presentation, with its place; `Refused` own_output_not_verified,
    key_type_mismatch and the like; `Undecided` when the signer fails, or a context is not at hand; `ValueError` and
    `TypeError` for misuse.
    """
    toolkit = toolkit or standard_toolkit()
    at = datetime.now(UTC) if at is None else at
    if at.utcoffset() is None:
        raise ValueError("expected `at` to be a datetime with a time zone")
    if challenge == "" or (domain is not None and not all(_as_tuple(domain) or ("",))):
        raise ValueError("expected a challenge and a domain that say something; None is for none")
    if presentation_id is not None and not is_absolute_iri(presentation_id):
        raise ValueError(f"expected an absolute URL or urn:uuid as id, found {presentation_id[:200]!r}")
    securing = securing or DEFAULT_SUITES.get(signer.public_key.key_type, _VP_JWT)
    suite = _suite(securing, toolkit)
    document = _document(credentials, signer.controller, presentation_id, toolkit)
    contexts = toolkit.contexts.for_document()
    problems = compact_form_problems(document, contexts)
    if problems:
        raise NotSigned.because(problems)
    if suite is None:
        return _present_token(document, signer, toolkit, challenge, _as_tuple(domain), at)
    # A badge may hold endorsements as tokens, which its own proof does not cover; this one does not either.
    transformer = Transformer(contexts, ignorable_terms=("endorsementJwt",))
    options = ProofOptions(
        purpose=AUTHENTICATION, created=at.replace(microsecond=0), challenge=challenge, domain=_as_tuple(domain)
    )
    try:
        transformer.dataset(document)
    except (Refused, Malformed) as error:
        raise NotSigned.because([error.problem]) from error
    return secure_with_proof(Draft(document, document, transformer, toolkit), signer, suite, options)


def _suite(securing: str, toolkit: Toolkit) -> SigningCryptosuite | None:
    """The cryptosuite that is meant; None for a token. Raises `ValueError` for what is neither."""
    if securing == _VP_JWT:
        return None
    suite = signing_suite(securing, toolkit)
    if suite is None:
        names = [suite.name for suite in toolkit.cryptosuites if suite.name and signing_suite(suite.name, toolkit)]
        raise ValueError(f"expected securing to be one of {', '.join([*names, _VP_JWT])}, found {securing!r}")
    return suite


def _document(
    credentials: Iterable[Presentable], holder: str, presentation_id: str | None, toolkit: Toolkit
) -> dict[str, Any]:
    if isinstance(credentials, Signed | bytes | str | Mapping):
        raise TypeError("expected a collection of credentials, not one credential")
    embedded = []
    for index, credential in enumerate(credentials):
        if index == MAX_CREDENTIALS:
            message = f"at most {MAX_CREDENTIALS} credentials go into one presentation"
            raise NotSigned.because([Problem("too_many_credentials", message, "/verifiableCredential")])
        try:
            embedded.append(_embedded(credential, toolkit))
        except (Malformed, Refused) as error:
            problem = error.placed_under(json_pointer.join("/verifiableCredential", index)).problem
            raise NotSigned.because([problem]) from error
    if not embedded:
        raise ValueError("expected at least one credential to present")
    document = {
        "@context": [VCDM_2_0_CONTEXT],
        "id": presentation_id,
        "type": ["VerifiablePresentation"],
        "holder": holder,
        "verifiableCredential": embedded,
    }
    return strict_json.parse_object(to_json({name: value for name, value in document.items() if value is not None}))


def _embedded(credential: Presentable, toolkit: Toolkit) -> dict[str, Any]:
    """A credential as it stands in a presentation. Raises `Refused` for one that is not signed, `Malformed` for none."""
    text = secured_text(credential)
    secured = recognise(text)
    if not isinstance(secured, CompactJwt):
        document = dict(secured.unverified_document)
        if not document.get("proof"):
            message = "expected a signed credential: this one has no proof"
            raise Refused("credential_not_signed", message, pointer="/proof")
        refuse_base_proofs(document, toolkit)
        return document
    refuse_sd_jwt_vc(secured)
    if text.startswith("{"):  # an envelope already
        return strict_json.parse_object(text)
    return {
        "@context": VCDM_2_0_CONTEXT,
        "id": f"data:{_media_type(secured)},{text}",
        "type": "EnvelopedVerifiableCredential",
    }


def refuse_sd_jwt_vc(secured: Secured) -> None:
    """Raises `Refused` ("not_presentable"): a presentation holds credentials of the W3C's data model, and no others."""
    if isinstance(secured, CompactJwt) and secured.form == "dc+sd-jwt":
        message = "an SD-JWT VC is no credential of the data model that presentations hold"
        raise Refused("not_presentable", message, hint="show it by itself, with a key binding: bind()")


def _media_type(token: CompactJwt) -> str:
    """VC-JOSE-COSE, 6.1, for what says that it is one; a VC-JWT of Open Badges says no more than that it is a JWT."""
    typ = token.unverified_jws.header.get("typ")
    name = typ.lower().removeprefix("application/") if isinstance(typ, str) else "jwt"
    return f"application/{name}"


def _present_token(
    document: dict[str, Any],
    signer: Signer,
    toolkit: Toolkit,
    challenge: str | None,
    audience: tuple[str, ...],
    at: datetime,
) -> Signed:
    token = sign_vp_jose(document, signer, challenge=challenge, audience=audience)
    policy = Policy(challenge=challenge, domain=audience[0] if audience else None)
    report = verify_presentation(token, toolkit=own_world(signer, toolkit), policy=policy, at=at)
    for name in ("structure", "context", "proof", "holder"):
        check = report.check(name)
        if check.outcome is not Outcome.PASSED:
            raise not_handed_out(Problem(check.code, check.message, check.pointer))
    return Signed(token.encode(), document, _VP_JWT)


def _as_tuple(value: Any) -> tuple[Any, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
