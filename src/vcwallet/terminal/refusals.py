"""What commands say of a file that is refused, and of each thing that was found in one."""

from collections.abc import Mapping
from typing import Final

import click

from vcwallet.errors import Problem, Undecided, VcwalletError
from vcwallet.terminal.printable_text import printable
from vcwallet.terminal.screen import Screen

_REFUSED = 1
_UNDECIDED = 2

# Hints of the library speak to programmers, and some of its errors have none; these speak to who sits at a command line.
_HINTS: Final[Mapping[str, str]] = {
    "no_network": "this needs the network: run again with --online",
    "is_a_presentation": "ask about it with vcwallet verify-presentation",
    "is_a_credential": "ask about it with vcwallet verify",
    "issuer_is_not_signer": "say with --as in whose name the key signs, or write the key's own name into the document",
    "audience_not_asked": "if it is for you, say so: --audience, and the name that its issuer calls you",
    "base_proof_shown": "make what is to be shown with vcwallet derive, and show that",
    "not_presentable": "it is shown by itself, with a key binding, for which there is no command yet",
    "context_unavailable": "ask the issuer to use the published contexts; others can be given to the library only",
    "context_malformed": "ask the issuer to use the published contexts; others can be given to the library only",
    "json_syntax": "get the file again from where it came: it was cut off, or changed by hand",
    "bundle_not_readable": "give an archive as a wallet or 'vcwallet bundle make' writes it",
}


def hint_of(problem: Problem) -> str:
    """What to do next, said to who sits at a command line; "" where nobody knows."""
    return _HINTS.get(problem.code, problem.hint)


def refuse(name: str, error: VcwalletError) -> int:
    """Say on the error stream why something was refused, and give the exit code for it."""
    hint = hint_of(error.problem)
    text = f"vcwallet: {name}: {error}" + (f"\n  {hint}" if hint else "")
    click.echo("\n".join(map(printable, text.split("\n"))), err=True)
    return _UNDECIDED if isinstance(error, Undecided) else _REFUSED


def show_problem(screen: Screen, problem: Problem, mark: tuple[str, str]) -> None:
    """One finding under its mark: what, where, and what to do."""
    place = f" (at {problem.pointer})" if problem.pointer else ""
    screen.line(problem.message, place, (f" [{problem.code}]", "dim"), label=(mark,), indent=2, column=4)
    hint = hint_of(problem)
    if hint:
        screen.line(hint, label=("→ ",), indent=4, column=6)
