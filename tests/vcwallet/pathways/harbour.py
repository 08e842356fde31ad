"""The world of the acceptance scenarios: Harbour College, its pathways, and the badges of Ana."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from vcwallet.pathways.holdings import CountingPolicy, HeldCredential, Withdrawal, WithdrawalKind
from vcwallet.pathways.language_text import LanguageText
from vcwallet.pathways.pathway import Pathway, Step
from vcwallet.pathways.pathway_json import read_pathway
from vcwallet.pathways.progress import evaluate
from vcwallet.pathways.requirement import Achievement, Manual, StepDone, all_of

DECK_OFFICER_FILE = Path(__file__).parents[3] / "examples" / "pathways" / "deck-officer.json"
DECK_OFFICER = read_pathway(DECK_OFFICER_FILE.read_bytes())

HARBOUR = "did:web:harbour-college.example"
CITY_MAKERS = "did:web:city-makers.example"
NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
ACHIEVEMENT = "https://harbour-college.example/achievements/"
LASER = "https://city-makers.example/achievements/laser-cutting"

MAKER_ON_BOARD = Pathway(
    id="https://harbour-college.example/pathways/maker-on-board",
    organisation="harbour",
    issuers=(HARBOUR,),
    name=LanguageText.of({"en": "Maker on Board"}),
    destination="M",
    counts_outside=True,
    counts_unknown_issuers=True,
    steps=(
        Step(
            id="M",
            name=LanguageText.of({"en": "Laser Cutting"}),
            requires=Achievement((LASER,)),
            milestone=ACHIEVEMENT + "workshop-key",
        ),
    ),
)


def badge(name, day="2024-03-01", *, issuer=HARBOUR, key=None, score=None, **facts):
    """A badge of Ana's by the last part of its achievement's address."""
    achievement = LASER if name == "laser-cutting" else ACHIEVEMENT + name
    results = () if score is None else ((f"{achievement}#score", str(score)),)
    moment = datetime.fromisoformat(f"{day}T09:00:00+00:00")
    given = {
        "key": key or name,
        "name": name.replace("-", " ").title(),
        "achievement_ids": frozenset({achievement}),
        "issuer_id": issuer,
        "results": results,
        "awarded_at": moment,
        "valid_from": moment,
        "is_about_learner": True,
    }
    return HeldCredential(**given | facts)


def revoked(held, day=None, reason=""):
    when = None if day is None else datetime.fromisoformat(f"{day}T09:00:00+00:00")
    return replace(held, withdrawal=Withdrawal(WithdrawalKind.REVOKED, when, reason))


SAFETY = badge("safety-basics")
ROPE = badge("rope-work", "2024-03-10")
ROPE_AGAIN = badge("rope-work", "2024-04-10", key="rope-work-again")
KNOTS = badge("knots", "2024-04-01")
NAVIGATION = badge("navigation-1", "2024-05-01", score=87)


def walk(*credentials, pathway=DECK_OFFICER, at=NOW, policy=None, **options):
    return evaluate(pathway, credentials, at=at, policy=policy or CountingPolicy(), **options)


def step(id_, requires=None, *prerequisites, **members):
    return Step(id=id_, name=LanguageText.of({"en": id_}), requires=requires, prerequisites=prerequisites, **members)


def pathway(*steps, destination=None, **members):
    """A pathway of these steps; the last one is the destination."""
    return Pathway(
        id="https://harbour-college.example/pathways/test",
        organisation=HARBOUR,
        name=LanguageText.of({"en": "Test"}),
        destination=destination or steps[-1].id,
        steps=steps,
        **members,
    )


def done(*ids):
    return all_of(*map(StepDone, ids))


def chain(length):
    """A pathway of steps one after the other, each confirmed by hand."""
    first = step("s0", Manual("k0"))
    later = [step(f"s{n}", all_of(StepDone(f"s{n - 1}"), Manual(f"k{n}"))) for n in range(1, length)]
    return pathway(first, *later)


def document(path_or_text):
    return json.loads(path_or_text)
