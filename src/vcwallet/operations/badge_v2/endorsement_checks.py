"""Whether the endorsements of a badge, its class and its issuer are good, each verified for itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from vcwallet.credentials import badge_v2_rules
from vcwallet.credentials.credential import as_list, as_text_list
from vcwallet.errors import Problem, Refused, Undecided, VcwalletError
from vcwallet.fetching.web_address import shortened
from vcwallet.operations.answers import failed, passed, skipped, unknown
from vcwallet.operations.badge_v2.documents import Documents, reason_of
from vcwallet.operations.badge_v2.facts import BadgeFacts, FoundIssuer
from vcwallet.report import Check, VerificationReport
from vcwallet.securing.envelope import CompactJwt, recognise

# Of each badge, badge class and profile; more would cost requests on behalf of whoever lists them.
_MAX_ENDORSEMENTS: Final = 20


@dataclass(frozen=True, slots=True)
class Endorsements:
    """The check, and the report of each endorsement by its JSON pointer."""

    check: Check
    reports: Mapping[str, VerificationReport] = field(default_factory=dict)


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
