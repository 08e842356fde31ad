"""The rules of a presentation's structure (VCDM 2.0, 4.13; VCDM 1.1, 4.10). Those of the credentials in it are their own.

A rule takes the document and yields a `Problem` for each place where it is broken. It never raises.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from vcwallet.credentials.credential import VCDM_1_1_CONTEXT, VCDM_2_0_CONTEXT, as_list
from vcwallet.credentials.iri import is_absolute_iri
from vcwallet.errors import Problem
from vcwallet.wire import json_pointer

Rule = Callable[[dict[str, Any]], Iterator[Problem]]

# A reader mends what is named first; a hostile document could break a rule a million times.
MAX_PROBLEMS: Final = 50


def presentation_problems(document: dict[str, Any], *, tokens_allowed: bool) -> list[Problem]:
    """Every rule that a presentation breaks, at most MAX_PROBLEMS. Never raises.

    With `tokens_allowed` a credential may be a string, as in presentations of data model 1.1 that are tokens themselves.
    """
    problems: list[Problem] = []
    for problem in _problems(document, tokens_allowed=tokens_allowed):
        problems.append(problem)
        if len(problems) == MAX_PROBLEMS:
            break
    return problems


def presentation_notes(document: dict[str, Any]) -> list[Problem]:
    """What is allowed but worth knowing. Never raises."""
    if _first_context(document) != VCDM_1_1_CONTEXT:
        return []
    message = "the presentation follows data model 1.1, which new ones no longer do"
    return [Problem("data_model_1_1", message, "/@context")]


def _problems(document: dict[str, Any], *, tokens_allowed: bool) -> Iterator[Problem]:
    for rule in _RULES:
        yield from rule(document)
    yield from _credentials_are_credentials(document, tokens_allowed=tokens_allowed)


def _context_begins_with_the_data_model(document: dict[str, Any]) -> Iterator[Problem]:
    """VCDM 2.0, 4.3: the first entry is the context of the data model."""
    if _first_context(document) not in (VCDM_2_0_CONTEXT, VCDM_1_1_CONTEXT):
        yield Problem("context_order", f"expected @context to begin with {VCDM_2_0_CONTEXT}", "/@context")


def _type_is_presentation(document: dict[str, Any]) -> Iterator[Problem]:
    """VCDM 2.0, 4.13: type has VerifiablePresentation, exactly that word."""
    types = as_list(document.get("type"))
    if not all(isinstance(entry, str) and entry for entry in types) or "VerifiablePresentation" not in types:
        message = "expected type to be a list of words with VerifiablePresentation among them"
        yield Problem("type_missing", message, "/type")


def _identifiers_are_absolute(document: dict[str, Any]) -> Iterator[Problem]:
    """VCDM 2.0, 4.4 and 4.13: the presentation has at most one id, a URL."""
    if "id" in document and not is_absolute_iri(document["id"]):
        yield _not_absolute("/id", document["id"])


def _holder_is_identified(document: dict[str, Any]) -> Iterator[Problem]:
    """VCDM 2.0, 4.13: the holder is a URL, or an object that has one as id."""
    if "holder" not in document:
        return
    holder = document["holder"]
    pointer, identifier = ("/holder/id", holder.get("id")) if isinstance(holder, dict) else ("/holder", holder)
    if not is_absolute_iri(identifier):
        yield _not_absolute(pointer, identifier)


def _credentials_are_credentials(document: dict[str, Any], *, tokens_allowed: bool) -> Iterator[Problem]:
    """VCDM 2.0, 4.13: credentials and enveloped credentials, never numbers, strings or URLs."""
    value = document.get("verifiableCredential")
    for index, entry in enumerate(as_list(value)):
        if not (isinstance(entry, dict) or (tokens_allowed and isinstance(entry, str))):
            pointer = json_pointer.join("/verifiableCredential", index) if isinstance(value, list) else ""
            message = "expected what is presented to be a credential or an enveloped credential, an object"
            yield Problem("presented_not_a_credential", message, pointer or "/verifiableCredential")


def _first_context(document: dict[str, Any]) -> Any:
    return next(iter(as_list(document.get("@context"))), None)


def _not_absolute(pointer: str, value: Any) -> Problem:
    shown = repr(value[:80]) if isinstance(value, str) else type(value).__name__
    return Problem("id_not_absolute", f"expected an absolute URL, found {shown}", pointer)


_RULES: Final[tuple[Rule, ...]] = (
    _context_begins_with_the_data_model,
    _type_is_presentation,
    _identifiers_are_absolute,
    _holder_is_identified,
)
