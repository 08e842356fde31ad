"""What commands say of a file that is refused, and of each thing that was found in one."""

import click

from vcwallet.errors import Problem, Undecided, VcwalletError
from vcwallet.terminal.printable_text import printable
from vcwallet.terminal.screen import Screen

_REFUSED = 1
_UNDECIDED = 2


def refuse(name: str, error: VcwalletError) -> int:
    """Say on the error stream why something was refused, and give the exit code for it."""
    problem = error.problem
    place = f" (at {problem.pointer})" if problem.pointer else ""
    lines = [
        f"vcwallet: {name}: {problem.message}{place} [{problem.code}]",
        *([f"  {problem.hint}"] if problem.hint else []),
    ]
    click.echo("\n".join(map(printable, lines)), err=True)
    return _UNDECIDED if isinstance(error, Undecided) else _REFUSED


def show_problem(screen: Screen, problem: Problem, mark: tuple[str, str]) -> None:
    """One finding under its mark: what, where, and what to do."""
    place = f" (at {problem.pointer})" if problem.pointer else ""
    screen.line(problem.message, place, (f" [{problem.code}]", "dim"), label=(mark,), indent=2, column=4)
    if problem.hint:
        screen.line(problem.hint, label=("→ ",), indent=4, column=6)
