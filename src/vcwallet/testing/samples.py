"""Sample credentials of every kind, as documents before they are signed. People and institutions are inventions.

Everything that is made up follows from a seed, so that the same seed gives the same bytes on every machine.
"""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, Literal

from vcwallet.credentials.achievement_building import (
    Achievement,
    Alignment,
    Image,
    ResultDescription,
    RubricLevel,
)
from vcwallet.credentials.building import (
    Association,
    BadgeEvidence,
    Endorsement,
    LearnerRecord,
    OpenBadge,
    Result,
)
from vcwallet.credentials.identity import Identity
from vcwallet.operations.signed import Signed
from vcwallet.testing.issuers import DEFAULT_SEED, SampleIssuer

Kind = Literal["badge", "full-badge", "endorsement", "learner-record"]

LEARNER_ADDRESS: Final = "ana@campus.example"
_VALID_FROM: Final = datetime(2026, 1, 15, 9, tzinfo=UTC)


def sample_id(seed: str, what: str) -> str:
    """An identifier that follows from a seed and a word."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"urn:vcwallet:sample:{seed}:{what}").urn


def sample_document(
    kind: Kind = "badge",
    issuer: SampleIssuer | None = None,
    *,
    seed: str = DEFAULT_SEED,
    status: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A credential that is right in every respect, but for the signature.

    - "badge": a badge as small as badges are, about a learner with a DID and a hashed address.
    - "full-badge": one with results, alignments, evidence, a picture, and an endorsement of its achievement inside.
    - "endorsement": what one school says of another's achievement.
    - "learner-record": two signed badges of another school, and how they belong together.
    """
    makers = {
        "badge": _badge,
        "full-badge": _full_badge,
        "endorsement": _endorsement,
        "learner-record": _learner_record,
    }
    if kind not in makers:
        raise ValueError(f"expected one of {', '.join(makers)}, found {kind!r}")
    return makers[kind](issuer or SampleIssuer.from_seed(seed), seed, status)


def other_school(seed: str) -> SampleIssuer:
    """The school that issued what is inside records, and endorses. It publishes nothing: its identifier is its key."""
    return SampleIssuer.from_seed(seed, kind="did:key", name="Hafenwerkstatt")


def learner(seed: str) -> list[str | Identity]:
    """Ana: her DID, and her address, hashed with a salt that follows from the seed."""
    return [f"did:example:{sample_id(seed, 'ana')[9:]}", Identity.email(LEARNER_ADDRESS, salt=sample_id(seed, "salt"))]


def _achievement(seed: str, name: str, **more: Any) -> Achievement:
    members = {"description": f"Awarded for {name.lower()}.", "criteria": "Shown in practice, before two teachers."}
    return Achievement(sample_id(seed, name), name, **(members | more))


def _badge(
    issuer: SampleIssuer, seed: str, status: Mapping[str, Any] | None = None, name: str = "Seamanship"
) -> dict[str, Any]:
    return OpenBadge(
        issuer=issuer.profile(),
        recipient=learner(seed),
        achievement=_achievement(seed, name),
        valid_from=_VALID_FROM,
        id=sample_id(seed, f"badge {name} {issuer.name}"),
        status=status,
    ).to_document()


def _full_badge(issuer: SampleIssuer, seed: str, status: Mapping[str, Any] | None) -> dict[str, Any]:
    levels = [RubricLevel(sample_id(seed, f"level {name}"), name, points=str(n)) for n, name in enumerate("CBA")]
    graded = ResultDescription(sample_id(seed, "grade"), "Final mark", "RubricCriterionLevel", levels=levels)
    achievement = _achievement(
        seed,
        "Navigation",
        achievement_type="Certificate",
        image=Image("https://noordzee-college.example/navigation.png", "A compass"),
        tags=["sea", "stars"],
        alignments=[Alignment("Celestial navigation", "https://skills.example/celestial", target_code="N-7")],
        result_descriptions=[graded],
        in_language="en",
    )
    return OpenBadge(
        issuer=issuer.profile(),
        recipient=learner(seed),
        achievement=achievement,
        valid_from=_VALID_FROM,
        id=sample_id(seed, "full badge"),
        name="Navigation",
        description="Finds the way at sea.",
        results=[Result(description=graded, level=levels[-1])],
        evidence=[BadgeEvidence("https://noordzee-college.example/logs/7", "A week on the North Sea", "Logbook")],
        endorsements=[_endorsement_inside(seed, achievement.id)],
        status=status,
    ).to_document()


def _endorsement(issuer: SampleIssuer, seed: str, status: Mapping[str, Any] | None) -> dict[str, Any]:
    return _endorsement_of(sample_id(seed, "Seamanship"), issuer, seed, status)


def _endorsement_of(about: str, issuer: SampleIssuer, seed: str, status: Mapping[str, Any] | None) -> dict[str, Any]:
    return Endorsement(
        issuer=issuer.profile(),
        about=about,
        name="A course that we recognise",
        comment="Our own students take it.",
        valid_from=_VALID_FROM,
        id=sample_id(seed, f"endorsement of {about}"),
        status=status,
    ).to_document()


def _learner_record(issuer: SampleIssuer, seed: str, status: Mapping[str, Any] | None) -> dict[str, Any]:
    return LearnerRecord(
        issuer=issuer.profile(),
        recipient=learner(seed),
        name="Everything that Ana learnt",
        badges=_badges_inside(seed),
        valid_from=_VALID_FROM,
        associations=[Association(sample_id(seed, "Knots"), "precedes", sample_id(seed, "Sailing"))],
        id=sample_id(seed, "record"),
        status=status,
    ).to_document()


# What is inside others is signed once: a run over thousands of cases needs it thousands of times.
@lru_cache(maxsize=64)
def _badges_inside(seed: str) -> tuple[Signed, ...]:
    school = other_school(seed)
    return tuple(school.issue(_badge(school, seed, name=name)) for name in ("Knots", "Sailing"))


@lru_cache(maxsize=64)
def _endorsement_inside(seed: str, about: str) -> Signed:
    school = other_school(seed)
    return school.issue(_endorsement_of(about, school, seed, None))
