"""One function per question about an Open Badges 2.0 assertion or endorsement, for `verifying_badge_v2.py`.

What makes such a badge true is where it is published, or whose key signed it:

* hosted: what is served at the assertion's id is the assertion, and that id is within the scope of its issuer;
* signed: the key is one that the issuer's profile lists, and the key names the issuer as its owner.

The issuer's profile is always fetched at its own id, whatever a badge embeds: anybody can embed anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote

from vcwallet.credentials import badge_v2_rules, identity
from vcwallet.credentials.badge_v2 import V1_CONTEXT, V2_CONTEXT, Assertion, parse_moment
from vcwallet.credentials.badge_v2_upgrade import BadgeRole, upgrade
from vcwallet.credentials.credential import as_list, as_text
from vcwallet.errors import FetchFailed, Malformed, Problem, Refused, Undecided, VcwalletError
from vcwallet.fetching.web_address import shortened
from vcwallet.keys.pem import public_key_from_pem
from vcwallet.keys.public_key import PublicKey
from vcwallet.operations.badge_v2_documents import Documents, host_of, reason_of
from vcwallet.operations.checks import (
    VerifyInside,
    as_text_list,
    failed,
    passed,
    refuse_unless_answered,
    skipped,
    unknown,
)
from vcwallet.policy import Policy, Recipient
from vcwallet.report import Check, VerificationReport
from vcwallet.securing import jws, vc_jwt
from vcwallet.securing.envelope import CompactJwt, HostedAddress, Secured, recognise
from vcwallet.toolkit import Toolkit

# Issuers have one key, and for a while after a change two.
_MAX_KEYS: Final = 8
# Of each badge, badge class and profile; more would cost requests on behalf of whoever lists them.
_MAX_ENDORSEMENTS: Final = 20
_MAX_EXTENSIONS: Final = 8

# What a copy must say as its hosted original does: who got what, and when.
_TELLING_MEMBERS: Final = ("recipient", "badge", "issuedOn")
# Differences in these are no news: a copy is often baked into its own picture, and contexts and types are spelling.
_UNTELLING_MEMBERS: Final = frozenset({"@context", "type", "id", "image", "verification", *_TELLING_MEMBERS})

# OB 3.0 calls the identifier types of OB 2.0 by other names; who asks may use either.
_RECIPIENT_TYPES: Final[Mapping[str, str]] = {"emailAddress": "email", **badge_v2_rules.RECIPIENT_TYPES}


@dataclass(frozen=True, slots=True)
class BadgeFacts:
    """Everything one verification knows while it asks its questions.

    `assertion` is what was received, and from the proof check on what its issuer says; `token` is the JWS around it.
    """

    assertion: Assertion
    token: CompactJwt | None
    documents: Documents
    toolkit: Toolkit
    policy: Policy
    at: datetime
    verify_inside: VerifyInside

    @property
    def credential(self) -> Assertion:
        return self.assertion

    @property
    def role(self) -> BadgeRole:
        return "endorsement" if self.assertion.kind == "Endorsement" else "assertion"


@dataclass(frozen=True, slots=True)
class BadgeProof:
    """The proof check, and what it found: the assertion as its issuer has it, and by which hosts that was served."""

    check: Check
    assertion: Assertion
    hosts: frozenset[str] = frozenset()
    gone: Problem | None = None


@dataclass(frozen=True, slots=True)
class FoundIssuer:
    """Who issued a badge: the profile as it is published, and the badge class with the hosts that served it."""

    profile: Mapping[str, Any]
    badge: Mapping[str, Any] | None = None
    badge_hosts: frozenset[str] = frozenset()
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Endorsements:
    """The check, and the report of each endorsement by its JSON pointer."""

    check: Check
    reports: Mapping[str, VerificationReport] = field(default_factory=dict)


def read(secured: Secured, document: Mapping[str, Any]) -> Assertion:
    """The badge that was received, in the shape of 2.0."""
    types = as_list(document.get("type"))
    role: BadgeRole = "endorsement" if "Endorsement" in types and "Assertion" not in types else "assertion"
    address = secured.address if isinstance(secured, HostedAddress) else None
    upgraded, version = upgrade(document, role, address=address)
    return Assertion(upgraded, secured.received, version)


# --- 1 structure, 2 context ----------------------------------------------------------------------------------------


def check_structure(facts: BadgeFacts) -> Check:
    """It is an assertion or an endorsement, with the members that it must have."""
    assertion = facts.assertion
    kinds = [name for name in assertion.types if name in ("BadgeClass", "Issuer", "Profile", "RevocationList")]
    if kinds and not {"Assertion", "Endorsement"} & set(assertion.types):
        message = f"this is a {kinds[0]}: it awards nothing to anybody, so there is nothing to verify"
        hint = "give the assertion, which says who was awarded the badge"
        return failed("structure", (Problem("badge_not_awarded", message, "/type", hint),), malformed=True)
    problems = badge_v2_rules.problems(assertion.document, facts.role, assertion.version)
    if problems:
        return failed("structure", tuple(problems), malformed=True)
    message = f"the document is a well-formed {assertion.kind} of Open Badges {assertion.version}"
    return passed("structure", "structure_sound", message, notes=_version_notes(assertion))


def _version_notes(assertion: Assertion) -> tuple[Problem, ...]:
    if assertion.version == "2.0":
        return ()
    message = f"the badge follows Open Badges {assertion.version} and was read as that version is brought up to 2.0"
    return (Problem("badge_version_older", message),)


def check_context(facts: BadgeFacts) -> Check:
    """The terms are those of Open Badges. They are read by their names: no statement in RDF is signed that could differ."""
    assertion = facts.assertion
    contexts = as_list(assertion.document.get("@context"))
    notes = _extension_notes(assertion.document)
    if assertion.version in ("0.5", "1.0"):
        return passed("context", "terms_defined", "badges of this version have no context", notes=notes)
    if V2_CONTEXT in contexts or V1_CONTEXT in contexts:
        return passed("context", "terms_defined", "the terms are those of Open Badges", notes=notes)
    if any(isinstance(entry, str) for entry in contexts):
        message = f"expected the context {V2_CONTEXT}"
        return failed("context", (Problem("badge_context_unknown", message, "/@context"),), malformed=True)
    message = "a context of the document's own says what its terms mean, and such contexts are not read"
    return unknown("context", Problem("badge_context_inline", message, "/@context"))


def _extension_notes(document: Mapping[str, Any]) -> tuple[Problem, ...]:
    extensions = [
        name
        for name, value in document.items()
        if name.startswith("extensions:")
        or any(isinstance(entry, Mapping) and "Extension" in as_list(entry.get("type")) for entry in as_list(value))
    ]
    message = "what this extension says is not checked against the extension's own rules"
    return tuple(
        Problem("extension_not_checked", message, f"/{name.replace('~', '~0').replace('/', '~1')}")
        for name in extensions[:_MAX_EXTENSIONS]
    )


# --- 3 proof -------------------------------------------------------------------------------------------------------


def check_hosted(facts: BadgeFacts) -> BadgeProof:
    """What is served at the assertion's id is the assertion (OB 2.0, verification of hosted badges)."""
    received = facts.assertion
    if host_of(received.id) is None:
        raise Undecided(
            "hosted_address_missing",
            "a hosted badge is confirmed at its address, and this one has no web address as its id",
            pointer="/id",
            hint="look for it where its issuer publishes it; a picture with the address inside can be verified",
        )
    assert received.id is not None
    found = facts.documents.find(received.id, facts.role)
    if found.is_gone:
        message = f"the issuer withdrew it: its address answers that it is gone{reason_of(found.content)}"
        gone = Problem("badge_revoked", message, "/id")
        check = unknown("proof", Problem("hosted_assertion_gone", "there is nothing at its address any more", "/id"))
        return BadgeProof(replace(check, notes=found.notes), received, found.hosts, gone)
    hosted = Assertion(found.content, received.received, found.version)
    problems = badge_v2_rules.problems(hosted.document, facts.role, hosted.version)
    if problems:
        first = replace(problems[0], message=f"what its address serves is malformed: {problems[0].message}")
        return BadgeProof(failed("proof", (first, *problems[1:]), malformed=True), received, found.hosts)
    if hosted.verification_type != "hosted" and not hosted.is_revoked:
        raise Refused(
            "verification_type_mismatch", "what its address serves wants to be verified by a signature", pointer="/id"
        )
    different = [name for name in _TELLING_MEMBERS if _differs(name, received.document, hosted.document)]
    if different and not hosted.is_revoked:
        message = f"its issuer publishes it with another {different[0]}: what was given is changed or out of date"
        hint = f"what counts is at {received.id[:200]}"
        problem = Problem("hosted_copy_differs", message, f"/{different[0]}", hint)
        return BadgeProof(failed("proof", (problem,)), received, found.hosts)
    notes = (*found.notes, *_update_notes(received.document, hosted.document))
    message = f"its address serves this {hosted.kind.lower()}"
    return BadgeProof(passed("proof", "hosted_copy_confirmed", message, notes=notes), hosted, found.hosts)


def _differs(name: str, received: Mapping[str, Any], hosted: Mapping[str, Any]) -> bool:
    return name in received and _comparable(name, received[name]) != _comparable(name, hosted.get(name))


def _comparable(name: str, value: Any) -> Any:
    if name == "issuedOn":
        try:
            return parse_moment(value)
        except Malformed:
            return value
    if name == "badge":
        return _id_of(value) or value
    if isinstance(value, Mapping):
        kind = as_text_list(value.get("type"))
        telling = [badge_v2_rules.RECIPIENT_TYPES.get(entry, entry) for entry in kind]
        return telling, value.get("hashed"), value.get("identity"), value.get("salt") or ""
    return value


def _update_notes(received: Mapping[str, Any], hosted: Mapping[str, Any]) -> tuple[Problem, ...]:
    names = [name for name in {**received, **hosted} if name not in _UNTELLING_MEMBERS]
    changed = [name for name in names if received.get(name) != hosted.get(name)]
    if not changed:
        return ()
    listed = ", ".join(name[:40] for name in changed[:5])
    message = (
        f"its issuer has changed it since the copy that was given was made ({listed}); the issuer's version counts"
    )
    return (Problem("hosted_copy_updated", message),)


def check_signed(facts: BadgeFacts, token: CompactJwt) -> BadgeProof:
    """A key that the issuer's profile lists signed exactly this (OB 2.0, verification of signed badges)."""
    assertion = facts.assertion
    vc_jwt.check_algorithm(token.unverified_jws.header, facts.toolkit.jws_algorithms)
    if assertion.verification_type != "signed":
        message = "the badge is signed, and says that it is to be verified at its address"
        raise Refused("verification_type_mismatch", message, pointer="/verification/type")
    issuer = find_issuer(facts, assertion)
    errors: list[VcwalletError] = []
    for entry in _listed_keys(assertion, issuer):
        try:
            key = _published_key(entry, issuer, facts.documents)
            jws.verify(token.unverified_jws, key, algorithms=facts.toolkit.jws_algorithms)
        except VcwalletError as error:
            errors.append(error)
            continue
        refuse_unless_answered(token.unverified_claims, facts.policy)
        securing = str(token.unverified_jws.header.get("alg"))
        return BadgeProof(passed("proof", "proof_good", f"the signature fits ({securing})"), assertion)
    raise next((error for error in errors if isinstance(error, Undecided)), errors[0])


def _listed_keys(assertion: Assertion, issuer: FoundIssuer) -> list[Any]:
    """The keys to try: of those that the issuer lists, the one that the badge names, or all."""
    listed = [entry for entry in as_list(issuer.profile.get("publicKey")) if _id_of(entry) is not None]
    if not listed and assertion.version != "2.0":
        message = "issuers did not list their keys before Open Badges 2.0, so nothing shows whose key signed this"
        raise Undecided("issuer_lists_no_key", message, pointer="/badge/issuer")
    named = [entry for entry in listed if assertion.creator in (None, _id_of(entry))]
    if not named:
        raise Refused(
            "key_not_bound_to_issuer",
            f"the issuer does not list the key {shortened(assertion.creator or '')} that is said to have signed this"
            if listed
            else "the issuer lists no key, so nobody can have signed this in its name",
            pointer="/verification/creator",
            hint="anybody can sign with a key of their own and write another's name below it: do not trust this badge",
        )
    return named[:_MAX_KEYS]


def _published_key(entry: Any, issuer: FoundIssuer, documents: Documents) -> PublicKey:
    """The key that a profile lists. Key and profile must name each other (OB 2.0, CryptographicKey)."""
    key_id = _id_of(entry) or ""
    is_embedded = isinstance(entry, Mapping) and "publicKeyPem" in entry
    content = entry if is_embedded else documents.find_at_home(key_id, "key").content
    problems = badge_v2_rules.problems({"type": "CryptographicKey", **content} if is_embedded else content, "key")
    if problems:
        raise Malformed.from_problem(replace(problems[0], pointer="/verification/creator"))
    if content.get("id") != key_id or _id_of(content.get("owner")) != issuer.profile.get("id"):
        raise Refused(
            "key_not_bound_to_controller",
            f"the key at {shortened(key_id)} does not name itself, or not the issuer as its owner",
            pointer="/verification/creator",
        )
    return public_key_from_pem(str(content["publicKeyPem"]), pointer="/verification/creator")


# --- 4 issuer ------------------------------------------------------------------------------------------------------


def find_issuer(facts: BadgeFacts, assertion: Assertion) -> FoundIssuer:
    """The issuer's profile, fetched at its own id, by way of the badge class.

    Raises FetchFailed, Malformed for what is found and is malformed, and Undecided issuer_not_hosted.
    """
    badge: Mapping[str, Any] | None = None
    badge_hosts: frozenset[str] = frozenset()
    notes: tuple[Problem, ...] = ()
    if assertion.kind == "Endorsement":
        reference, pointer = assertion.document.get("issuer"), "/issuer"
    else:
        badge, badge_hosts, notes = _find_badge(facts, assertion)
        reference, pointer = badge.get("issuer"), "/badge/issuer"
    if isinstance(reference, Mapping) and "id" not in reference and assertion.version != "2.0":
        # 0.5 knows an issuer only by the site that it is at, and the badge has to be at the same site.
        return FoundIssuer({**reference, "id": reference.get("url")}, badge, badge_hosts, notes)
    issuer_id = _id_of(reference)
    if host_of(issuer_id) is None:
        raise _not_hosted(pointer)
    found = facts.documents.find_at_home(issuer_id or "", "profile")
    _refuse_malformed(found.content, "profile", found.version, pointer)
    if host_of(found.content.get("id")) is None:
        raise _not_hosted(pointer)
    return FoundIssuer(found.content, badge, badge_hosts, (*notes, *found.notes))


def _find_badge(
    facts: BadgeFacts, assertion: Assertion
) -> tuple[Mapping[str, Any], frozenset[str], tuple[Problem, ...]]:
    embedded = assertion.document.get("badge")
    if isinstance(embedded, Mapping) and not set(embedded) <= {"id", "type"}:
        host = host_of(embedded.get("id"))
        return embedded, frozenset() if host is None else frozenset({host}), ()
    found = facts.documents.find(_id_of(embedded) or "", "badge class")
    if found.is_gone:
        raise FetchFailed("http_status", f"{shortened(found.address)} answers that it is gone", pointer="/badge")
    _refuse_malformed(found.content, "badge class", found.version, "/badge")
    return found.content, found.hosts, found.notes


def _refuse_malformed(content: Mapping[str, Any], role: BadgeRole, version: Any, pointer: str) -> None:
    problems = badge_v2_rules.problems(content, role, version)
    if problems:
        message = f"the {role} that the badge refers to is malformed: {problems[0].message}"
        raise Malformed(problems[0].code, message, pointer=pointer + problems[0].pointer)


def _not_hosted(pointer: str) -> Undecided:
    return Undecided(
        "issuer_not_hosted",
        "the issuer's id is no web address, so nobody can be asked whether the badge is theirs",
        pointer=pointer,
    )


def check_issuer(facts: BadgeFacts, proof: BadgeProof, issuer: FoundIssuer) -> Check:
    """The badge is the issuer's: hosted within its scope, or signed by a key of its own; and so is the badge class."""
    profile = issuer.profile
    problems = []
    if facts.token is None:
        outside = _outside_scope(profile, facts.assertion.id or "", proof.hosts)
        if outside:
            problems.append(
                Problem("assertion_out_of_scope", f"the badge is not the issuer's: {outside}", "/id", _HINT)
            )
    foreign = sorted(issuer.badge_hosts - _own_hosts(profile))
    if foreign:
        message = f"the badge class is at {foreign[0][:200]}, which is not the issuer's"
        problems.append(Problem("badge_class_out_of_scope", message, "/badge", _HINT))
    if problems:
        return replace(failed("issuer", tuple(problems)), notes=issuer.notes)
    who = str(profile.get("id"))[:200]
    if facts.token is not None:
        return passed("issuer", "key_bound_to_issuer", f"the key is one of {who}", notes=issuer.notes)
    return passed("issuer", "badge_within_scope", f"the badge is where {who} publishes its badges", notes=issuer.notes)


_HINT: Final = "anybody can publish a badge and write another's name below it: do not trust this badge"


def _own_hosts(profile: Mapping[str, Any]) -> frozenset[str]:
    """`allowedOrigins`, or the authority of the issuer's id (OB 2.0, VerificationObject)."""
    scope = profile.get("verification")
    allowed = as_text_list(scope.get("allowedOrigins")) if isinstance(scope, Mapping) else []
    own = host_of(profile.get("id"))
    return frozenset(entry.lower() for entry in allowed) if allowed else frozenset({own} if own else ())


def _outside_scope(profile: Mapping[str, Any], address: str, hosts: frozenset[str]) -> str:
    """Why an assertion at this address is not the issuer's; "" when it is."""
    scope = profile.get("verification")
    prefixes = as_text_list(scope.get("startsWith")) if isinstance(scope, Mapping) else []
    if prefixes and not any(address.startswith(prefix) for prefix in prefixes):
        return f"its badges begin with {prefixes[0][:200]}"
    if prefixes and any(part in (".", "..") for part in unquote(address).split("/")):
        return "its address climbs out of the folder where the issuer's badges are"
    foreign = sorted((hosts or frozenset({host_of(address) or ""})) - _own_hosts(profile))
    return f"it is served by {foreign[0][:200]}" if foreign else ""


# --- 6 period, 7 status --------------------------------------------------------------------------------------------


def check_period(facts: BadgeFacts) -> Check:
    """It was issued before the time asked about and has not expired, give or take the policy's clock skew."""
    skew, begin, end = facts.policy.clock_skew, facts.assertion.issued_on, facts.assertion.expires
    if begin is not None and begin > facts.at + skew:
        message = f"the badge says that it was issued on {begin.isoformat()}, which is yet to come"
        return failed("period", (Problem("not_yet_valid", message, "/issuedOn"),))
    if end is not None and end < facts.at - skew:
        hint = "it may have been true until then; ask the issuer whether there is a newer one"
        return failed("period", (Problem("expired", f"the badge expired on {end.isoformat()}", "/expires", hint),))
    until = f"is valid until {end.isoformat()}" if end else "states no end"
    return passed("period", "in_period", f"the badge was issued and {until}")


def revoked(facts: BadgeFacts, proof: BadgeProof) -> Check | None:
    """That the badge is revoked, as far as the badge itself or its address tells; None when they do not."""
    if proof.gone is not None:
        return failed("status", (proof.gone,))
    if facts.assertion.is_revoked:
        message = f"the issuer revoked the badge{reason_of(facts.assertion.document)}"
        return failed("status", (Problem("badge_revoked", message, "/revoked"),))
    return None


def check_status(facts: BadgeFacts, issuer: FoundIssuer) -> Check:
    """The issuer has not revoked it: neither where it is hosted, nor on the issuer's list of revoked assertions."""
    address = _id_of(issuer.profile.get("revocationList"))
    if facts.token is not None and address is None:
        return skipped("status", "status_absent", "the issuer keeps no list of revoked badges")
    notes: tuple[Problem, ...] = ()
    if address is not None:
        try:
            listed = _entry_for(facts.assertion, facts.documents, address)
        except Undecided as error:
            if facts.token is not None:
                raise
            # A hosted badge is revoked where it is hosted; a list beside it only adds to that.
            listed, notes = None, (Problem("revocation_list_not_read", error.problem.message, "/badge/issuer"),)
        if listed is not None:
            message = f"the issuer lists the badge as revoked{reason_of(listed)}"
            return failed("status", (Problem("badge_revoked", message, "/id"),))
    return passed("status", "badge_not_revoked", "the issuer has not revoked the badge", notes=notes)


def _entry_for(assertion: Assertion, documents: Documents, address: str) -> Mapping[str, Any] | None:
    """The entry of a revocation list that is about this assertion: an id, or an object with id or uid."""
    found = documents.find_at_home(address, "revocation list")
    entries = found.content.get("revokedAssertions", [])
    if not isinstance(entries, list) or badge_v2_rules.problems(found.content, "revocation list", found.version):
        raise Undecided("revocation_list_unusable", f"{shortened(address)} is no list of revoked badges")
    own_ids = {_spelling(assertion.id), f"uid:{_spelling(as_text(assertion.document.get('uid')))}"} - {None, "uid:None"}
    unreadable = False
    for entry in entries:
        members = entry if isinstance(entry, Mapping) else {"id": entry}
        names = {_spelling(as_text(members.get("id")))}
        if isinstance(members.get("uid"), str):
            names.add(f"uid:{_spelling(members['uid'])}")
        if names & own_ids and members.get("revoked", True) is not False:
            return members
        unreadable = unreadable or names == {None}
    if unreadable:
        raise Undecided("revocation_list_unusable", f"{shortened(address)} has entries that cannot be read")
    return None


def _spelling(identifier: str | None) -> str | None:
    """Identifiers that differ only in percent-encoding are one: a badge must not escape its list by that."""
    return unquote(identifier).strip() if identifier else None


# --- 8 nested ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Findings:
    failures: list[Problem] = field(default_factory=list)
    open: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def check_endorsements(facts: BadgeFacts, issuer: FoundIssuer) -> Endorsements:
    """Verify every endorsement of the badge, its class and its issuer; those of endorsers are not followed."""
    places = _endorsement_places(facts, issuer)
    if not places or facts.assertion.kind == "Endorsement":
        return Endorsements(skipped("nested", "nested_absent", "nothing is endorsed"))
    subjects = {facts.assertion.id, facts.assertion.badge_id, facts.assertion.issuer_id}
    reports: dict[str, VerificationReport] = {}
    found = _Findings()
    for pointer, entry in places[:_MAX_ENDORSEMENTS]:
        try:
            given = _endorsement(facts.documents, entry)
            report = reports[pointer] = facts.verify_inside(given)
            _judge(pointer, report, subjects, found)
        except Undecided as error:
            found.open.append(Problem("nested_undecided", error.problem.message, pointer, error.problem.hint))
        except VcwalletError as error:
            found.failures.append(replace(error.problem, pointer=pointer))
    if len(places) > _MAX_ENDORSEMENTS:
        message = f"only the first {_MAX_ENDORSEMENTS} endorsements were looked at"
        found.open.append(Problem("too_many_endorsements", message, places[_MAX_ENDORSEMENTS][0]))
    notes = tuple(found.notes)
    if found.failures:
        return Endorsements(replace(failed("nested", tuple(found.failures)), notes=notes), reports)
    if found.open:
        return Endorsements(replace(unknown("nested", *found.open), notes=notes), reports)
    return Endorsements(passed("nested", "nested_good", "every endorsement is good", notes=notes), reports)


def _endorsement_places(facts: BadgeFacts, issuer: FoundIssuer) -> list[tuple[str, Any]]:
    owners = [("", facts.assertion.document), ("/badge", issuer.badge or {}), ("/badge/issuer", issuer.profile)]
    return [
        (f"{pointer}/endorsement" + (f"/{index}" if isinstance(owner.get("endorsement"), list) else ""), entry)
        for pointer, owner in owners
        for index, entry in enumerate(as_list(owner.get("endorsement")))
    ]


def _endorsement(documents: Documents, entry: Any) -> Any:
    """What is to be verified: an object or a JWS as it stands, and of an address what it serves.

    Raises Refused endorsement_kind_wrong for anything but an endorsement: badges that endorse each other in a circle, or
    in a tree, would all be verified before that showed.
    """
    content: Any = entry
    if isinstance(entry, str):
        if badge_v2_rules.is_compact_jws(entry):
            token = recognise(entry)
            content = token.unverified_claims if isinstance(token, CompactJwt) else {}
        else:
            found = documents.find(entry, "endorsement")
            if found.is_gone:
                raise Refused("badge_revoked", f"{shortened(entry)} was withdrawn{reason_of(found.content)}")
            entry = content = found.content
    types = as_text_list(content.get("type")) if isinstance(content, Mapping) else []
    if "Endorsement" not in types or "Assertion" in types:
        raise Refused("endorsement_kind_wrong", "expected an Endorsement")
    return entry


def _judge(pointer: str, report: VerificationReport, subjects: set[str | None], found: _Findings) -> None:
    first = next(iter(report.problems), Problem("not_verified", "it was not verified"))
    endorsement = report.credential
    if report.verdict == "indeterminate":
        message = f"an endorsement cannot be decided: {first.message}"
        found.open.append(Problem("nested_undecided", message, pointer, first.hint))
    elif not report:
        code = "nested_malformed" if report.verdict == "malformed" else "nested_invalid"
        message = f"an endorsement is {report.verdict}: {first.message} [{first.code}]"
        found.failures.append(Problem(code, message, pointer, first.hint))
    elif endorsement is None or endorsement.kind != "Endorsement":
        message = "what is served at its address is no Endorsement"
        found.failures.append(Problem("endorsement_kind_wrong", message, pointer))
    elif endorsement.subject_id not in subjects:
        message = f"the endorsement is about {(endorsement.subject_id or 'nothing')[:200]}, and not about this badge"
        found.notes.append(Problem("endorsement_of_something_else", message, pointer))
    else:
        endorser = (endorsement.issuer_name or endorsement.issuer_id or "somebody")[:200]
        found.notes.append(Problem("endorsed", f"{endorser} endorses {(endorsement.subject_id or '')[:200]}", pointer))


# --- 9 recipient ---------------------------------------------------------------------------------------------------


def check_recipient(facts: BadgeFacts) -> Check:
    """The badge was awarded to the person that the policy names."""
    wanted = facts.policy.recipient
    if wanted is None:
        return skipped("recipient", "recipient_not_asked", "the policy names no recipient")
    return compare_recipient(facts.assertion, wanted)


def compare_recipient(assertion: Assertion, wanted: Recipient) -> Check:
    """The badge was awarded to this person (OB 2.0, IdentityObject)."""
    recipient = assertion.recipient or {}
    kinds = {_RECIPIENT_TYPES.get(kind) for kind in as_text_list(recipient.get("type"))}
    who = recipient.get("identity")
    if isinstance(who, str) and _RECIPIENT_TYPES.get(wanted.identity_type) in kinds - {None}:
        salt = recipient.get("salt") or ""
        how = identity.names(who, wanted.value, hashed=recipient.get("hashed"), salt=salt)
        if how is not None:
            message = f"the recipient is the person asked for ({wanted.identity_type}, {how})"
            return passed("recipient", "recipient_matches", message, pointer="/recipient")
    hint = "they may be known to the issuer by another address or number: ask them which"
    message = f"the badge was not awarded to the person asked for, as far as {wanted.identity_type} tells"
    return failed("recipient", (Problem("recipient_mismatch", message, "/recipient", hint),))


def _id_of(value: Any) -> str | None:
    """The id of something that is given by its id or as an object."""
    return as_text(value.get("id")) if isinstance(value, Mapping) else as_text(value)
