"""What a learner record (ClrCredential, CLR 2.0) says about its members that only shows when they are looked at together.

Nothing here makes a record invalid by itself, apart from what `identity_problems` finds: who puts badges of two people, or
an association to an achievement that is elsewhere, into a record may have a reason, and the reader has to know.

Why `identity_problems`: the contexts of CLR 2.0 put the claims of all members into one RDF graph (there is no graph
container on `verifiableCredential`), so that nodes with the same id become one. A member that has the id of the record
would mix its issuer and dates with those of the record below one signature.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from vcwallet.credentials.credential import Credential, as_list, as_text
from vcwallet.errors import Problem
from vcwallet.wire import json_pointer

# What is wrong with a record of a thousand associations shows in the first few.
_MAX_NOTES: Final = 50


def members(document: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The members of a record with their places."""
    subject = document.get("credentialSubject")
    value = subject.get("verifiableCredential") if isinstance(subject, Mapping) else None
    pointer = "/credentialSubject/verifiableCredential"
    if isinstance(value, list):
        return [(json_pointer.join(pointer, index), entry) for index, entry in enumerate(value)]
    return [] if value is None else [(pointer, value)]


def identity_problems(document: Mapping[str, Any]) -> list[Problem]:
    """Members that call themselves by the id of the record they are in."""
    own = as_text(document.get("id"))
    return [
        Problem("member_id_of_record", "a member has the id of the record that it is in", f"{pointer}/id")
        for pointer, member in members(document)
        if own is not None and isinstance(member, Mapping) and member.get("id") == own
    ]


def notes(document: Mapping[str, Any]) -> list[Problem]:
    """Members about somebody else, and associations that point nowhere."""
    found = [*_members_about_others(document), *_dangling_associations(document)]
    return found[:_MAX_NOTES]


def _members_about_others(document: Mapping[str, Any]) -> Iterator[Problem]:
    whom = _identities(Credential(document).subject)
    for pointer, member in members(document):
        if not isinstance(member, Mapping):
            continue
        theirs = _identities(Credential(member).subject)
        # Without an identifier on either side there is nothing to compare.
        if whom and theirs and not whom & theirs:
            yield Problem(
                "member_about_another_subject",
                "this member is about a subject with other identifiers than the record's: perhaps another person",
                f"{pointer}/credentialSubject",
            )


def _identities(subject: Mapping[str, Any] | None) -> set[tuple[str, str]]:
    """Everything that a subject is identified by. Salted hashes are left out: they differ for one and the same person."""
    if subject is None:
        return set()
    found = {("id", subject["id"])} if isinstance(subject.get("id"), str) else set()
    for entry in as_list(subject.get("identifier")):
        if isinstance(entry, Mapping) and not entry.get("salt"):
            kind, value = entry.get("identityType"), entry.get("identityHash")
            if isinstance(kind, str) and isinstance(value, str):
                found.add((kind, value.lower() if entry.get("hashed") else value))
    return found


def _dangling_associations(document: Mapping[str, Any]) -> Iterator[Problem]:
    subject = document.get("credentialSubject")
    if not isinstance(subject, Mapping) or "association" not in subject:
        return
    known = set(_achievement_ids(document, subject))
    listed = subject["association"]
    for index, association in enumerate(as_list(listed)):
        place = "/credentialSubject/association"
        pointer = json_pointer.join(place, index) if isinstance(listed, list) else place
        for end in ("sourceId", "targetId"):
            name = association.get(end) if isinstance(association, Mapping) else None
            if isinstance(name, str) and name not in known:
                yield Problem(
                    "association_points_nowhere",
                    f"no achievement in this record has the id {name[:100]}",
                    f"{pointer}/{end}",
                )


def _achievement_ids(document: Mapping[str, Any], subject: Mapping[str, Any]) -> Iterator[str]:
    """Achievements described by the record itself, and those of its members (CLR 2.0, Association)."""
    described = as_list(subject.get("achievement"))
    awarded = [Credential(member).achievement for _, member in members(document) if isinstance(member, Mapping)]
    for achievement in (*described, *awarded):
        if isinstance(achievement, Mapping) and isinstance(achievement.get("id"), str):
            yield achievement["id"]
