"""One function per question that a verification asks, each from facts to a `Check`.

The functions neither loop over credentials nor call each other; `verifying.py` decides which of them run, in which
order. A check raises nothing for a bad credential.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from vcwallet.credentials import identity, schema_rules, structure_rules
from vcwallet.credentials.badge_v2 import Assertion
from vcwallet.credentials.credential import Credential, as_list
from vcwallet.credentials.sd_jwt_vc import SdJwtVc
from vcwallet.errors import Malformed, Problem, Refused, Undecided, VcwalletError
from vcwallet.fetching.fetcher import fetch_json
from vcwallet.keys.public_key import PublicKey
from vcwallet.linked_data.compact_form import compact_form_problems
from vcwallet.operations import key_lookup
from vcwallet.policy import Policy, Recipient
from vcwallet.report import NEVER_CONFIRMED, Check, Outcome, VerificationReport
from vcwallet.securing import data_integrity, jws, vc_jose, vc_jwt
from vcwallet.securing.cryptosuite import Transformer, as_selective
from vcwallet.securing.data_integrity import ProofDemands, ProofFinding
from vcwallet.securing.envelope import CompactJwt, SdJwtParts
from vcwallet.securing.sd_jwt.key_binding import DEFAULT_MAX_AGE, ExpectedBinding, verify_key_binding
from vcwallet.toolkit import Toolkit
from vcwallet.wire import json_pointer
from vcwallet.wire.timestamps import from_numeric_date, parse_timestamp

# A JSON Schema for a credential has a few ten kB; the published ones of 1EdTech at most 120.
_MAX_SCHEMA_BYTES = 512 * 1024
_MAX_SCHEMAS = 8

# Who asks no challenge cannot tell a new presentation from an old one, by its date neither.
_ANY_AGE = timedelta(days=36525)

_SCHEMA_TYPES = frozenset({"1EdTechJsonSchemaValidator2019", "JsonSchema"})


class Asked(Protocol):
    """What the questions have to know that are the same for credentials of every kind."""

    @property
    def policy(self) -> Policy: ...

    @property
    def credential(self) -> Credential | Assertion | SdJwtVc: ...


class Circumstances(Protocol):
    """What it takes to judge a signature: by what means, by whose demands, and when."""

    @property
    def toolkit(self) -> Toolkit: ...

    @property
    def policy(self) -> Policy: ...

    @property
    def at(self) -> datetime: ...


class VerifyInside(Protocol):
    """Verifies what stands inside the document at hand, by the same rules. Without `may_fetch` it touches no network.

    `data` is whatever stands there: an object, a token, or what is neither, which is then said in the report. Raises
    `Undecided` ("too_many_documents") when as many were verified as are in one go.
    """

    def __call__(self, data: Any, *, may_fetch: bool = True) -> VerificationReport: ...


@dataclass(frozen=True, slots=True)
class Presenter:
    """Who showed a credential in a presentation, by whose key the presentation is signed. None: nobody proved to be."""

    id: str | None
    method_id: str | None = None
    key: PublicKey | None = None


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What one verification knows about a document, be it a credential or a presentation.

    `unsecured` is the document without its proofs; `token` the JWT around it, if there is one.
    """

    document: Mapping[str, Any]
    unsecured: Mapping[str, Any]
    token: CompactJwt | None
    transformer: Transformer
    toolkit: Toolkit
    policy: Policy
    at: datetime


@dataclass(frozen=True, slots=True)
class Facts(DocumentFacts):
    """Everything one verification knows about a credential. `presenter` is None unless it stands in a presentation."""

    credential: Credential
    verify_inside: VerifyInside
    presenter: Presenter | None = None


@dataclass(frozen=True, slots=True)
class ProofAnswer:
    """The proof check, and what the issuer check has to know about it."""

    check: Check
    findings: tuple[ProofFinding, ...] = ()
    token_key: key_lookup.TokenKey | None = None
    securing: str = ""


# --- 1 structure ---------------------------------------------------------------------------------------------------


def check_form(facts: DocumentFacts) -> Check:
    """The document is compacted JSON-LD, so that what we read as JSON is what was signed (VCDM 2.0, 1.3 and 6.1)."""
    problems = tuple(compact_form_problems(dict(facts.unsecured), facts.toolkit.contexts))
    if problems:
        return failed("structure", problems, malformed=True)
    return passed("structure", "form_is_compact", "the document is compacted JSON-LD")


def check_structure(facts: Facts) -> Check:
    """The credential has the members that its kind must have, of the types that they must have."""
    document = dict(facts.document)
    problems = structure_faults(document)
    notes = tuple(structure_rules.structure_notes(document))
    if problems:
        return replace(failed("structure", tuple(problems), malformed=True), notes=notes)
    kind = facts.credential.kind
    return passed("structure", "structure_sound", f"the document is a well-formed {kind}", notes=notes)


def structure_faults(document: dict[str, Any]) -> list[Problem]:
    """What keeps a document from being a credential of its kind, by the rules and by the schema of its structure."""
    problems = list(structure_rules.structure_problems(document))
    schema = schema_rules.structure_schema_for(document)
    if schema is not None:
        named = {problem.pointer for problem in problems}
        # A rule says in words what the schema says in a formula: where both speak, the words are enough.
        problems += [
            problem
            for problem in schema_rules.schema_problems(_with_one_status(document), schema)
            if problem.pointer not in named
        ]
    return problems


def _with_one_status(document: dict[str, Any]) -> dict[str, Any]:
    """The document as the schemas of Open Badges read it, whose model has one status entry.

    Data model 2.0 has any number of them (VCDM 2.0, 4.10), and issuers who may revoke and suspend need two. Each is looked
    up, so several are taken; that each is an object with a type is a rule of its own.
    """
    entries = document.get("credentialStatus")
    if isinstance(entries, list) and entries and all(isinstance(entry, dict) for entry in entries):
        return {**document, "credentialStatus": entries[0]}
    return document


# --- 2 context -----------------------------------------------------------------------------------------------------


def check_context(facts: DocumentFacts) -> Check:
    """Every context is known and every term has a meaning, so that nothing escapes the signature (JSON-LD safe mode)."""
    facts.transformer.dataset(facts.unsecured)
    for pointer, proof in _unsupported_proofs(facts):
        try:
            # What a proof brings comes after the document's, as in JSON-LD: alone it does not even say what `type` is.
            contexts = [*as_list(facts.document.get("@context")), *as_list(proof.get("@context"))]
            facts.transformer.dataset({**proof, "@context": contexts})
        except VcwalletError as problem:
            raise problem.placed_under(pointer) from problem
    notes = tuple(
        Problem(
            "term_not_signed",
            "no context of this credential defines this term, so the embedded proof does not cover it",
            pointer,
        )
        for pointer in facts.transformer.ignored
    )
    return passed("context", "terms_defined", "every term is defined by a known context", notes=notes)


def _unsupported_proofs(facts: DocumentFacts) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Proofs that no suite of the toolkit reads. Those that one reads are read, context and all, by that suite."""
    if facts.token is None and "proof" in facts.document:
        try:
            proofs = data_integrity.list_proofs(facts.document)
        except Malformed:
            return  # the proof check names it
        for pointer, proof in proofs:
            if data_integrity.find_suite(proof, facts.toolkit.cryptosuites) is None:
                yield pointer, proof


# --- 3 proof -------------------------------------------------------------------------------------------------------


def check_proof(facts: Facts) -> ProofAnswer:
    """Somebody who holds the key that the proof names said exactly this."""
    if facts.token is None:
        return check_embedded_proofs(facts, key_lookup.ASSERTION)
    return _check_token(facts, facts.token) if facts.token.form == "VC-JWT" else _check_vc_jose(facts, facts.token)


def check_embedded_proofs(facts: DocumentFacts, purpose: str) -> ProofAnswer:
    """Every proof in the document is good, and was made for this purpose."""
    policy = facts.policy
    demands = ProofDemands(
        purpose,
        facts.at,
        policy.clock_skew,
        policy.challenge,
        policy.domain,
        accept_base_proofs=policy.accept_base_proofs,
    )
    findings = data_integrity.check_proofs(
        facts.document,
        facts.unsecured,
        suites=facts.toolkit.cryptosuites,
        find_key=lambda url: key_lookup.find_key(url, purpose=demands.purpose, toolkit=facts.toolkit),
        demands=demands,
        transformer=facts.transformer,
    )
    securing = ", ".join(dict.fromkeys(finding.suite_name for finding in findings))
    check = _judge_findings(findings)
    notes = (*check.notes, *_withholding_notes(facts.document, findings))
    return ProofAnswer(replace(check, notes=notes), tuple(findings), securing=securing)


def _judge_findings(findings: list[ProofFinding]) -> Check:
    """Every proof by a known suite must be good; an unknown suite beside a good proof is only noted."""
    if not findings:
        return failed(
            "proof",
            (Problem("proof_missing", "the document carries no proof: anybody may have written it", "/proof"),),
        )
    good = [finding for finding in findings if finding.error is None]
    known = [finding for finding in findings if finding.suite is not None]
    bad = [f.error for f in findings if f.error is not None and not isinstance(f.error, Undecided)]
    open_ = [f.error for f in (known if good else findings) if isinstance(f.error, Undecided)]
    notes = tuple(_notes_on(finding) for finding in findings if finding.suite is not None and finding.suite.is_legacy)
    if bad:
        problems = tuple(error.problem for error in bad)
        return replace(failed("proof", problems, malformed=isinstance(bad[0], Malformed)), notes=notes)
    if open_:
        return replace(unknown("proof", *(error.problem for error in open_)), notes=notes)
    notes += tuple(finding.error.problem for finding in findings if finding.suite is None and finding.error is not None)
    names = ", ".join(dict.fromkeys(finding.suite_name for finding in good))
    return passed("proof", "proof_good", f"the signature fits ({names})", pointer=good[0].pointer, notes=notes)


def _withholding_notes(document: Mapping[str, Any], findings: list[ProofFinding]) -> Iterator[Problem]:
    """What decides whether a credential still counts, and may have been left out by whoever shows it."""
    for finding in findings:
        selective = None if finding.suite is None else as_selective(finding.suite)
        if selective is not None and finding.error is None and not selective.is_base(finding.proof):
            yield from _not_shown(document, finding.pointer)


def _not_shown(document: Mapping[str, Any], pointer: str) -> Iterator[Problem]:
    for members, code, what in (
        (("validUntil", "expirationDate"), "end_may_be_withheld", "end of validity"),
        (("credentialStatus",), "status_may_be_withheld", "way to withdraw it"),
    ):
        if not any(member in document for member in members):
            message = f"no {what} is shown; if the issuer did not make it mandatory, the holder may have left it out"
            yield Problem(code, message, pointer)


def _notes_on(finding: ProofFinding) -> Problem:
    return Problem("legacy_suite", f"{finding.suite_name} is no longer used for new credentials", finding.pointer)


def _check_token(facts: Facts, token: CompactJwt) -> ProofAnswer:
    header = token.unverified_jws.header
    vc_jwt.check_header(header)
    vc_jwt.check_algorithm(header, facts.toolkit.jws_algorithms)
    securing = f"VC-JWT {header.get('alg')}"
    claims = vc_jwt.check_claims(token.unverified_claims, facts.document)
    found = key_lookup.find_token_key(header, facts.credential.issuer_id or "", facts.toolkit)
    check_signature(facts, token, found)
    if claims.failures:
        return ProofAnswer(replace(failed("proof", claims.failures), notes=claims.notes), (), found, securing)
    check = passed("proof", "proof_good", f"the signature fits ({securing})", notes=claims.notes)
    return ProofAnswer(check, (), found, securing)


def _check_vc_jose(facts: Facts, token: CompactJwt) -> ProofAnswer:
    """VC-JOSE-COSE, 3.1: the key is a verification method of its controller, named by `kid` or found by `iss`."""
    header, issuer_id = token.unverified_jws.header, facts.credential.issuer_id
    notes = vc_jose.check_header(token)
    vc_jwt.check_algorithm(header, facts.toolkit.jws_algorithms)
    securing = f"{token.form} {header.get('alg')}"
    vc_jose.check_issuer_claim(token, issuer_id, "issuer")
    notes += vc_jose.check_claims(token, facts.document, facts.at + facts.policy.clock_skew)
    found = key_lookup.find_controlled_key(header, issuer_id, purpose=key_lookup.ASSERTION, toolkit=facts.toolkit)
    check_signature(facts, token, found)
    if token.sd_jwt is not None:
        check_key_binding(facts, token.sd_jwt)
        notes += tuple(_withheld_from_token(facts.document, token.sd_jwt))
    check = passed("proof", "proof_good", f"the signature fits ({securing})", notes=notes)
    return ProofAnswer(check, (), found, securing)


def check_key_binding(facts: Circumstances, sd_jwt: SdJwtParts) -> bool:
    """Whether the holder signed what is presented, as the policy asks (RFC 9901, 7.3). Raises as `verify_key_binding`.

    Where the policy asks nothing, a token without key binding is taken, and one with it must be good but may be old.
    """
    policy = facts.policy
    is_asked = policy.challenge is not None or policy.domain is not None
    if not is_asked and sd_jwt.token.key_binding_jwt is None:
        return False
    max_age = DEFAULT_MAX_AGE if is_asked else _ANY_AGE
    expected = ExpectedBinding(policy.domain, policy.challenge, facts.at, max_age, policy.clock_skew)
    algorithms = facts.toolkit.jws_algorithms
    verify_key_binding(sd_jwt.token, sd_jwt.processed.claims, expected, algorithms=algorithms)
    return True


def _withheld_from_token(document: Mapping[str, Any], sd_jwt: SdJwtParts) -> Iterator[Problem]:
    if sd_jwt.processed.withheld:
        yield from _not_shown(document, "")


def check_signature(facts: Circumstances, token: CompactJwt, found: key_lookup.TokenKey) -> None:
    """The token was signed with this key, which may sign so and may still be used. Raises `Refused`."""
    refuse_unless_signed(facts, token.unverified_jws, found)


def refuse_unless_signed(facts: Circumstances, unverified: jws.UnverifiedJws, found: key_lookup.TokenKey) -> None:
    """As `check_signature`, of a JWS that is no credential."""
    key_lookup.refuse_unless_fit(found, str(unverified.header.get("alg")))
    jws.verify(unverified, found.key, algorithms=facts.toolkit.jws_algorithms)
    if found.method is not None:
        found.method.refuse_unless_current(facts.at)


# --- 4 issuer ------------------------------------------------------------------------------------------------------


def check_issuer(facts: Facts, proof: ProofAnswer) -> Check:
    """The key that signed is one that the issuer itself publishes for making statements (VCDM 2.0, 7.1)."""
    issuer_id = facts.credential.issuer_id or ""
    if facts.token is not None:
        if proof.token_key is None:
            return skipped("issuer", "proof_not_passed", "the proof did not pass, so there is no key to ask about")
        if facts.token.form != "VC-JWT":
            refuse_unless_controlled(proof.token_key, issuer_id)
        else:
            header = facts.token.unverified_jws.header
            key_lookup.refuse_unless_published(proof.token_key, header, issuer_id, facts.toolkit)
        return passed("issuer", "key_bound_to_issuer", f"the key is published by {issuer_id}", pointer="/issuer")
    foreign = foreign_controllers(proof.findings, issuer_id)
    if foreign and len(foreign) == len(proof.findings):
        raise Refused(
            "key_not_bound_to_issuer",
            f"the proof is made with a key of {foreign[0][:200]}, and the credential says that {issuer_id[:200]} issued it",
            pointer="/issuer",
            hint="anybody can sign with a key of their own and write another's name below it: do not trust this credential",
        )
    if proof.check.outcome is not Outcome.PASSED:
        return skipped("issuer", "proof_not_passed", "the proof did not pass, so there is no key to ask about")
    controllers = [f.key.controller for f in proof.findings if f.error is None and f.key is not None]
    others = dict.fromkeys(controller for controller in controllers if controller != issuer_id)
    notes = tuple(Problem("also_signed_by", f"{other[:200]} signed it too") for other in others)
    return passed("issuer", "key_bound_to_issuer", f"the key is one of {issuer_id}", pointer="/issuer", notes=notes)


def refuse_unless_controlled(found: key_lookup.TokenKey, issuer_id: str, *, pointer: str = "/issuer") -> None:
    """The verification method is one of the issuer's own document. Raises `Refused` ("key_not_bound_to_issuer")."""
    if found.controller != issuer_id:
        raise Refused(
            "key_not_bound_to_issuer",
            f"the token is signed with a key of {(found.controller or 'nobody')[:200]}, and the credential says that "
            f"{issuer_id[:200]} issued it",
            pointer=pointer,
            hint="anybody can sign with a key of their own and write another's name below it: do not trust this credential",
        )


def foreign_controllers(findings: tuple[ProofFinding, ...], party: str) -> list[str]:
    """Whose keys the proofs name, where it is certain that they are not those of the issuer or holder.

    The controller of a key in a DID document is that DID, so for DIDs this is certain before anything is fetched.
    """
    foreign = []
    for finding in findings:
        method = finding.proof.get("verificationMethod")
        if finding.key is not None:
            controller = finding.key.controller
        elif isinstance(method, str) and method.startswith("did:"):
            controller = method.partition("#")[0].partition("?")[0]
        else:
            continue
        if controller != party:
            foreign.append(controller)
    return foreign


# --- 5 schema ------------------------------------------------------------------------------------------------------


def check_schema(facts: Facts, *, may_fetch: bool) -> Check:
    """The credential keeps to the schemas that it names itself (VCDM 2.0, 4.11; OB 3.0, 9.1 step 1)."""
    entries = as_list(facts.document.get("credentialSchema"))
    if not entries:
        return skipped("schema", "schema_absent", "the credential names no schema")
    failures: list[Problem] = []
    open_: list[Problem] = []
    for index, entry in enumerate(entries[:_MAX_SCHEMAS]):
        pointer = "/credentialSchema" if len(entries) == 1 else json_pointer.join("/credentialSchema", index)
        try:
            failures += _problems_by_schema(facts, entry, pointer, may_fetch=may_fetch)
        except Undecided as problem:
            open_.append(problem.problem)
        except VcwalletError as problem:
            failures.append(problem.problem)
    if len(entries) > _MAX_SCHEMAS:
        open_.append(
            Problem("too_many_schemas", f"only the first {_MAX_SCHEMAS} schemas were tried", "/credentialSchema")
        )
    if failures:
        return failed("schema", tuple(failures))
    if open_:
        return unknown("schema", *open_)
    return passed("schema", "schema_kept", "the credential keeps to the schemas that it names")


def _problems_by_schema(facts: Facts, entry: Any, pointer: str, *, may_fetch: bool) -> list[Problem]:
    schema_type = entry.get("type") if isinstance(entry, Mapping) else None
    address = entry.get("id") if isinstance(entry, Mapping) else None
    if not isinstance(address, str) or not _SCHEMA_TYPES.intersection(as_text_list(schema_type)):
        raise Undecided("schema_type_unsupported", "this type of schema cannot be applied here", pointer=pointer)
    document = dict(facts.document)
    name = schema_rules.bundled_schema(address)
    if name is not None:
        return schema_rules.schema_problems(document, name)
    if not may_fetch:
        raise Undecided("schema_not_fetched", "nothing is fetched on behalf of an unproven credential", pointer=pointer)
    schema, _ = fetch_json(
        facts.toolkit.fetcher, address, accept="application/schema+json, application/json", max_bytes=_MAX_SCHEMA_BYTES
    )
    if not isinstance(schema, dict):
        raise Undecided("credential_schema_unusable", "expected the schema to be a JSON object", pointer=pointer)
    return schema_rules.problems_against(document, schema)


# --- 6 period ------------------------------------------------------------------------------------------------------


def check_period(facts: Facts) -> Check:
    """The credential is valid at the time asked about (VCDM 2.0, 4.9), give or take the policy's clock skew."""
    begins, ends = _period(facts)
    notes = () if facts.policy.refresh else _refresh_notes(facts)
    for pointer, begin in begins:
        if begin > facts.at + facts.policy.clock_skew:
            message = f"the credential is not valid before {begin.isoformat()}"
            return replace(failed("period", (Problem("not_yet_valid", message, pointer),)), notes=notes)
    for pointer, end in ends:
        if end < facts.at - facts.policy.clock_skew:
            hint = "it may have been true until then; ask the issuer whether there is a newer one"
            problem = Problem("expired", f"the credential was valid until {end.isoformat()}", pointer, hint)
            return replace(failed("period", (problem,)), notes=notes)
    if ends:
        return passed(
            "period",
            "in_period",
            f"the credential is valid until {min(end for _, end in ends).isoformat()}",
            notes=notes,
        )
    return passed("period", "in_period", "the credential has begun to be valid and states no end", notes=notes)


def _period(facts: Facts) -> tuple[list[tuple[str, datetime]], list[tuple[str, datetime]]]:
    """Every stated beginning and end with its place; those of a token count beside those of the credential."""
    claims = facts.token.unverified_claims if facts.token else {}

    def stated(members: tuple[str, ...], claim: str) -> list[tuple[str, datetime]]:
        found = [
            (f"/{member}", parse_timestamp(facts.document[member], pointer=f"/{member}"))
            for member in members
            if member in facts.document
        ]
        if claim in claims:
            found.append((f"/{claim}", from_numeric_date(claims[claim], pointer=f"/{claim}")))
        return found

    return stated(("validFrom", "issuanceDate"), "nbf"), stated(("validUntil", "expirationDate"), "exp")


def _refresh_notes(facts: Facts) -> tuple[Problem, ...]:
    if "refreshService" not in facts.document:
        return ()
    message = "the issuer offers a way to get a newer version of this credential; it was not asked"
    return (Problem("refresh_available", message, "/refreshService"),)


# --- 9 recipient, 10 holder, 11 trust ------------------------------------------------------------------------------


def check_recipient(facts: Facts) -> Check:
    """The credential is about the person that the policy names."""
    wanted = facts.policy.recipient
    if wanted is None:
        return skipped("recipient", "recipient_not_asked", "the policy names no recipient")
    return compare_recipient(facts.credential, wanted)


def compare_recipient(credential: Credential, wanted: Recipient) -> Check:
    """The credential is about this person (OB 3.0, 9.1 step 5)."""
    subject = credential.subject or {}
    if credential.subject_id is not None and credential.subject_id == wanted.value:
        return passed(
            "recipient", "recipient_matches", "the subject's id is the one asked for", pointer="/credentialSubject/id"
        )
    objects = [entry for entry in as_list(subject.get("identifier")) if isinstance(entry, Mapping)]
    for index, entry in enumerate(objects):
        how = identity.matches(entry, identity_type=wanted.identity_type, value=wanted.value)
        if how is not None:
            pointer = f"/credentialSubject/identifier/{index}"
            return passed(
                "recipient", "recipient_matches", f"the subject is the person asked for ({how})", pointer=pointer
            )
    hint = "they may be known to the issuer by another address or number: ask them which"
    message = f"the credential is not about the person asked for, as far as {wanted.identity_type} tells"
    return failed("recipient", (Problem("recipient_mismatch", message, "/credentialSubject", hint),))


def check_holder(facts: Asked) -> Check:
    """Whoever shows the credential proved to be its subject. A credential on its own cannot show that."""
    if not facts.policy.require_holder_binding:
        return skipped("holder", "holder_not_asked", "the policy does not ask who presents the credential")
    message = "a credential on its own does not show who presents it; ask for a presentation"
    return failed("holder", (Problem("holder_not_bound", message),))


def bound_by_key(policy: Policy) -> Check:
    """What the holder check says of a token with a good key binding, which without a challenge may be a copy."""
    message = "who presents the credential has the key that its issuer confirmed"
    notes: tuple[Problem, ...] = ()
    if policy.challenge is None:
        message = (
            "the key that its issuer confirmed was used to present the credential, to whomever and whenever that was"
        )
        if policy.domain is not None:
            message = "the key that its issuer confirmed was used to present the credential to the domain asked for"
        copied = "no challenge was asked for, so the key binding may be a copy of an older one"
        hint = "choose a challenge at random for each presentation that you ask for, and name it in the policy"
        notes = (Problem("challenge_not_asked", copied, "", hint),)
    return passed("holder", "holder_bound", message, notes=notes)


def check_trust(facts: Asked) -> Check:
    """The issuer is one that the policy trusts, or that a list of the policy vouches for."""
    policy, issuer_id = facts.policy, facts.credential.issuer_id
    if policy.trusted_issuers is not None:
        if issuer_id is None or issuer_id not in policy.trusted_issuers:
            message = "the issuer is not one of those the policy trusts"
            return failed("trust", (Problem("issuer_not_trusted", message, "/issuer"),))
        if not policy.require_listed_issuer:
            message = "the issuer is one of those the policy trusts"
            return passed("trust", "issuer_trusted", message, pointer="/issuer", notes=_listings(facts))
    listings = _listings(facts)
    if listings:
        return passed("trust", "issuer_listed", listings[0].message, pointer="/issuer", notes=listings[1:])
    message = "no list of known issuers that the policy names has this issuer"
    not_listed = Problem("issuer_not_listed", message, "/issuer", "this does not make it a bad issuer: nobody knows it")
    if policy.require_listed_issuer:
        return failed("trust", (not_listed,))
    asked_nobody = skipped("trust", "trust_not_asked", "the policy names no trusted issuers")
    return replace(asked_nobody, notes=(not_listed,)) if policy.registries else asked_nobody


def _listings(facts: Asked) -> tuple[Problem, ...]:
    """Which lists have the issuer, and as whom."""
    issuer_id = facts.credential.issuer_id or ""
    return tuple(
        Problem(
            "issuer_listed",
            f"{registry.name} lists the issuer"
            + (f" as {registry.issuers[issuer_id]}" if registry.issuers[issuer_id] else ""),
            "/issuer",
        )
        for registry in facts.policy.registries
        if issuer_id in registry.issuers
    )


# --- answers -------------------------------------------------------------------------------------------------------


def passed(name: str, code: str, message: str, *, pointer: str = "", notes: tuple[Problem, ...] = ()) -> Check:
    """Asked, and answered well."""
    return Check(name, Outcome.PASSED, code, message, pointer, notes=notes, required=True)


def failed(name: str, problems: tuple[Problem, ...], *, malformed: bool = False) -> Check:
    """Asked, and certainly not well: what was found, the first of it in front."""
    first = problems[0]
    return Check(
        name,
        Outcome.FAILED,
        first.code,
        first.message,
        first.pointer,
        first.hint,
        problems=problems,
        malformed=malformed,
    )


def unknown(name: str, *problems: Problem) -> Check:
    """Asked, and not to be answered here and now."""
    first = problems[0]
    return Check(
        name,
        Outcome.UNKNOWN,
        first.code,
        first.message,
        first.pointer,
        first.hint,
        problems=problems,
        confirmation=NEVER_CONFIRMED,
    )


def skipped(name: str, code: str, message: str) -> Check:
    """Not asked."""
    return Check(name, Outcome.SKIPPED, code, message, confirmation="")


def from_error(name: str, error: VcwalletError) -> Check:
    """The check that an error amounts to: its class says how bad it is."""
    if isinstance(error, Undecided):
        return unknown(name, error.problem)
    return failed(name, (error.problem,), malformed=isinstance(error, Malformed))


def as_text_list(value: Any) -> list[str]:
    """The strings among one value or several."""
    return [entry for entry in as_list(value) if isinstance(entry, str)]
