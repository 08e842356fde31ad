"""What the safe mode refuses: the errors that every way of reading statements raises in the same words.

A signature covers statements. What would make none is refused, so that nobody reads in the JSON what nobody signed.
"""

from vcwallet.errors import Refused

_SHOWN_CHARACTERS = 100


def undefined_term(term: str, pointer: str) -> Refused:
    """A key that no context defines; `pointer` leads to it."""
    return Refused(
        "undefined_term",
        f"no context of this document defines the term {term[:_SHOWN_CHARACTERS]!r}, so no signature covers it",
        pointer=pointer,
        hint="remove it, or name the context that defines it in @context before signing",
    )


def undefined_type(name: str, pointer: str) -> Refused:
    """A type that no context defines."""
    return Refused(
        "undefined_type",
        f"no context of this document defines the type {name[:_SHOWN_CHARACTERS]!r}",
        pointer=pointer,
        hint="name the context that defines it in @context before signing",
    )


def null_value(pointer: str) -> Refused:
    """A null outside JSON literals."""
    return Refused(
        "null_value",
        "a null makes no statement, so no signature covers it",
        pointer=pointer,
        hint="leave the member out instead",
    )


def relative_context(url: str, pointer: str) -> Refused:
    """A context that is named by something else than an absolute URL; `pointer` leads to `@context`."""
    return Refused("relative_iri", f"expected a context with an absolute URL, found {url!r}", pointer=pointer)


def placed(refused: Refused, pointer: str) -> Refused:
    """The same refusal with its place, unless it has one already."""
    problem = refused.problem
    if problem.pointer:
        return refused
    return Refused(problem.code, problem.message, pointer=pointer, hint=problem.hint)
