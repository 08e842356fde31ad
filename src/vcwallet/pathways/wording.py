"""The state of a step in words, for people who read English: in pictures, lists and on the command line.

A service with other languages says the same from the values of `progress.py`; nothing is decided here.
"""

from typing import Final

from vcwallet.pathways.pathway import Pathway, Step
from vcwallet.pathways.progress import PathwayProgress, StepProgress, StepState
from vcwallet.pathways.requirement import NOf

_NUMBERS: Final = (
    "none",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def number_in_words(number: int) -> str:
    """A small number as a word, a larger one in digits."""
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else str(number)


def asks_for(step: Step) -> str:
    """How much of what a step lists is needed: "two of three", "all three", "one of two"; "" where there is no choice."""
    if not isinstance(step.requires, NOf) or len(step.requires.of) == 1:
        return ""
    number, total = step.requires.number, len(step.requires.of)
    return (
        f"all {number_in_words(total)}" if number == total else f"{number_in_words(number)} of {number_in_words(total)}"
    )


def first(progress: StepProgress, pathway: Pathway, languages: tuple[str, ...] = ()) -> str:
    """What comes before a step: "first: Seamanship – two of three"; "" when nothing is open."""
    waits = () if progress.is_complete else progress.open_prerequisites
    steps = [pathway.step(step_id) for step_id in waits]
    named = [f"{name_of(step, languages)}{' – ' if asks_for(step) else ''}{asks_for(step)}" for step in steps]
    return f"first: {'; '.join(named)}" if named else ""


def name_of(step: Step, languages: tuple[str, ...] = ()) -> str:
    """The step's name in a language that the reader knows, or its id."""
    return step.name.in_language(*languages) or step.id


def state_of(progress: StepProgress) -> str:
    """The state and its number or date: "completed 2024-03-01", "in progress, 1 of 2", "lapsed 2024-05-01"."""
    match progress.state:
        case StepState.COMPLETED:
            known = progress.completed_at is not None and progress.completed_at.year > 1
            return (
                f"completed {progress.completed_at.date().isoformat()}"
                if known and progress.completed_at
                else "completed"
            )
        case StepState.LAPSED:
            return f"lapsed {progress.lapsed_at.date().isoformat()}" if progress.lapsed_at is not None else "lapsed"
        case StepState.IN_PROGRESS:
            return f"in progress, {progress.done} of {progress.needed}"
        case StepState.LOCKED:
            return "locked"
        case StepState.AVAILABLE:
            return f"open, {progress.done} of {progress.needed}" if progress.needed > 1 else "open"


def step_in_words(progress: StepProgress, pathway: Pathway, languages: tuple[str, ...] = ()) -> str:
    """Everything about one step in a line: state, what comes first, and why something held does not count."""
    step = pathway.step(progress.step_id)
    optional = " (optional)" if step.optional else ""
    parts = [f"{name_of(step, languages)}{optional}: {state_of(progress)}", first(progress, pathway, languages)]
    parts += reasons_in_words(progress, pathway, languages)
    return "; ".join(part for part in parts if part)


def summary_of(progress: PathwayProgress) -> str:
    """The pathway in a line: "66 % complete, 2 of 4 steps"; optional steps are not counted."""
    counted = [progress.steps[step.id] for step in progress.pathway.steps if not step.optional]
    done = sum(step.is_complete for step in counted)
    return f"{progress.percent} % complete, {done} of {len(counted)} steps"


def reasons_in_words(progress: StepProgress, pathway: Pathway, languages: tuple[str, ...] = ()) -> list[str]:
    """Why what the learner holds does not count, with names of steps where the values have their ids."""
    names = [name_of(pathway.step(step_id), languages) for step_id in progress.open_prerequisites]
    waits = f"held, counts when {' and '.join(names)} is complete"
    return [
        waits if problem.code == "badge_waits_for_prerequisites" else problem.message for problem in progress.reasons
    ]
