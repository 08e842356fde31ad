"""Is what a reader of the JSON sees the same as what the signature covers?

An RDF signature covers statements, and many JSON documents make the same statements: `credentialStatus` may be written
as its IRI, moved under `@included`, or renamed by an inline context, and the signature still fits while every reader of
the JSON overlooks it. A conforming document is compacted (VCDM 2.0, 1.3), which leaves one way to write a thing. Here
everything else is refused:

- keywords, except `@context` where a credential begins and `@value`, `@language`, `@direction` in language values;
- keys and types that are IRIs although a term of the known contexts stands for them;
- arrays inside arrays;
- contexts below the beginning of a credential;
- contexts of the document's own that do more than add terms: redefine, rename, set a vocabulary or a base.

The bundled contexts are trusted as they are. Terms of contexts that are not at hand cannot be compared; that the context
is missing is for the statements to say.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from vcwallet.errors import Problem, Undecided
from vcwallet.linked_data.context_loader import ContextLoader
from vcwallet.wire import json_pointer

# Where credentials begin inside others: members of a CLR and of a presentation, and embedded endorsements.
_ROOT_MEMBERS: Final = frozenset({"verifiableCredential", "endorsement"})

# JCS cryptosuites put the context that was signed into the proof (VC-DI-EDDSA 3.3.1).
_CONTEXT_MEMBERS: Final = _ROOT_MEMBERS | {"proof"}

_VALUE_KEYWORDS: Final = frozenset({"@value", "@language", "@direction"})

# What a context of the document's own may say besides its terms.
_HARMLESS_CONTEXT_KEYWORDS: Final = frozenset({"@version", "@protected"})

# Nobody reads more than this many faults of one document.
_MAX_PROBLEMS: Final = 20
# Lists of contexts in use at one time; each table has a few hundred terms.
_TABLES_KEPT: Final = 64


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a list of trusted contexts defines, in every scope: term → definitions, IRI → terms, and the prefixes."""

    definitions: Mapping[str, tuple[Any, ...]]
    by_iri: Mapping[str, frozenset[str]]
    prefixes: Mapping[str, str]

    def expand(self, text: str, own: Mapping[str, Any], *, within: str | None = None) -> str | None:
        """The IRI that a key, type or definition stands for; None when it stands for none by itself.

        A definition does not help to read itself: `within` is the term of the document's own that is being defined.
        """

        def named(term: str) -> str | None:
            # Looked up, and not taken out of a copy: a context may have a hundred thousand terms.
            return (None if term == within else _iri_of(own.get(term))) or self.prefixes.get(term)

        for _ in range(8):  # prefixes of prefixes: no real context has more than two levels
            prefix, colon, suffix = text.partition(":")
            if not colon:
                return named(text)
            if suffix.startswith("//") or not (start := named(prefix)):
                return text
            text = start + suffix
        return text

    def names_of(self, text: str, own: Mapping[str, Any]) -> frozenset[str]:
        """The terms that stand for the same IRI as `text` does."""
        return self.by_iri.get(self.expand(text, own) or "", frozenset())


def compact_form_problems(document: Mapping[str, Any], contexts: ContextLoader) -> list[Problem]:
    """Everything about a credential or presentation that is not compacted, in the order in which it stands there.

    `document` is a JSON value that `strict_json` has parsed or checked. Raises nothing; contexts that cannot be had
    are passed over.
    """
    problems: list[Problem] = []
    for problem in _root_problems(document, contexts, (), ""):
        problems.append(problem)
        if len(problems) == _MAX_PROBLEMS:
            break
    return problems


def _root_problems(
    root: Mapping[str, Any], contexts: ContextLoader, outer: tuple[str, ...], pointer: str
) -> Iterator[Problem]:
    """The problems of a credential that begins at `pointer`, inside one that has the bundled contexts `outer`."""
    entries = root.get("@context")
    entries = entries if isinstance(entries, list) else [] if entries is None else [entries]
    bundled = outer + tuple(entry for entry in entries if isinstance(entry, str) and _is_bundled(entry))
    terms = _terms_of(bundled)
    own: dict[str, Any] = {}
    for index, entry in enumerate(entries):
        place = json_pointer.join(pointer, "@context", index)
        if isinstance(entry, str):
            if _is_bundled(entry):
                continue
            try:
                entry = contexts.load(entry).get("@context")  # noqa: PLW2901 - the entry, written out
            except Undecided:
                continue
        yield from _context_problems(entry, terms, own, place)
    if not _is_plain(root, contexts, bundled):
        yield from _value_problems(root, contexts, bundled, terms, own, pointer, begins=True)


# --- contexts of the document's own ----------------------------------------------------------------------------------


def _context_problems(context: Any, terms: _Terms, own: dict[str, Any], pointer: str) -> Iterator[Problem]:
    """The problems of one context that is not bundled. What it adds to the terms goes into `own`."""
    if isinstance(context, list):
        for entry in context:
            if isinstance(entry, str) and _is_bundled(entry):
                continue
            yield from _context_problems(entry, terms, own, pointer)
        return
    if not isinstance(context, Mapping):
        message = "expected the URL of a known context, or an object that adds terms"
        yield Problem("inline_context_keyword", message, pointer)
        return
    own.update({term: definition for term, definition in context.items() if not term.startswith("@")})
    for term, definition in context.items():
        place = json_pointer.join(pointer, term)
        if term.startswith("@"):
            if term not in _HARMLESS_CONTEXT_KEYWORDS:
                yield Problem("inline_context_keyword", f"a context of the document's own may not set {term}", place)
        else:
            yield from _definition_problems(term, definition, terms, own, place)


def _definition_problems(
    term: str, definition: Any, terms: _Terms, own: dict[str, Any], pointer: str
) -> Iterator[Problem]:
    known = terms.definitions.get(term)
    if known is not None:
        if not all(_same_definition(definition, other) for other in known):
            message = f"the document's own context gives the known term {term!r} another meaning"
            yield Problem("inline_context_redefines", message, pointer)
        return
    if definition is None or (isinstance(definition, Mapping) and ("@reverse" in definition or "@nest" in definition)):
        yield Problem("inline_context_alias", f"{term!r} would hide what it says from readers of the JSON", pointer)
        return
    named = _iri_of(definition)
    if named is not None and named.startswith("@") and (term, named) not in {("id", "@id"), ("type", "@type")}:
        yield Problem("inline_context_alias", f"{term!r} is another name for the keyword {named}", pointer)
        return
    iri = terms.expand(named if named is not None else term, own, within=term)
    # A namespace is no property: as a prefix it may have several names, and keys with prefixes are compared below.
    if iri is not None and iri in terms.by_iri and not iri.endswith(("#", "/", ":", "?")):
        message = (
            f"{term!r} is another name for {', '.join(sorted(terms.by_iri[iri]))}, which the known contexts define"
        )
        yield Problem("inline_context_alias", message, pointer)
    if isinstance(definition, Mapping) and "@context" in definition:
        yield from _context_problems(definition["@context"], terms, own, json_pointer.join(pointer, "@context"))


def _iri_of(definition: Any) -> str | None:
    named = definition.get("@id") if isinstance(definition, Mapping) else definition
    return named if isinstance(named, str) else None


def _same_definition(one: Any, other: Any) -> bool:
    as_objects = [{"@id": value} if isinstance(value, str) else value for value in (one, other)]
    plain = [
        {key: value for key, value in entry.items() if key != "@protected"} if isinstance(entry, Mapping) else entry
        for entry in as_objects
    ]
    return bool(plain[0] == plain[1])


# --- values ----------------------------------------------------------------------------------------------------------


def _is_plain(root: Mapping[str, Any], contexts: ContextLoader, bundled: tuple[str, ...]) -> bool:
    """Whether there is certainly nothing to object to, as in nearly every document: found out in a third of the time."""
    waiting = [root]
    inner_roots: list[Mapping[str, Any]] = []
    for value in waiting:  # which grows meanwhile
        for key, inner in value.items():
            if key[:1] == "@":
                if not (key == "@context" and value is root) and not (
                    "@value" in value and value.keys() <= _VALUE_KEYWORDS
                ):
                    return False
            elif ":" in key:
                return False
            elif type(inner) is str:
                if key == "type" and ":" in inner:
                    return False
            elif type(inner) is dict:
                (inner_roots if key in _ROOT_MEMBERS and "@context" in inner else waiting).append(inner)
            elif type(inner) is list:
                for entry in inner:
                    if type(entry) is list or (key == "type" and type(entry) is str and ":" in entry):
                        return False
                    if type(entry) is dict:
                        (inner_roots if key in _ROOT_MEMBERS and "@context" in entry else waiting).append(entry)
    return not any(True for inner in inner_roots for _ in _root_problems(inner, contexts, bundled, ""))


def _value_problems(
    value: Any,
    contexts: ContextLoader,
    bundled: tuple[str, ...],
    terms: _Terms,
    own: Mapping[str, Any],
    pointer: str,
    *,
    begins: bool = False,
) -> Iterator[Problem]:
    """The problems below `pointer`; `begins` when a context may stand here."""
    for key, inner in value.items():
        if key.startswith("@"):
            if key == "@context":
                if not begins:
                    message = "a context may only stand where a credential begins"
                    yield Problem("context_below_root", message, json_pointer.join(pointer, key))
            elif not ("@value" in value and value.keys() <= _VALUE_KEYWORDS):
                yield Problem(
                    "keyword_not_allowed",
                    f"expected a compacted document, found the keyword {key[:80]!r}",
                    json_pointer.join(pointer, key),
                    "compact the document with its own context before signing it",
                )
            continue
        if ":" in key and (names := terms.names_of(key, own)):
            yield _iri_problem("key_is_iri", key, names, json_pointer.join(pointer, key))
        if key == "type":
            yield from _type_problems(inner, terms, own, pointer)
        entries = inner if isinstance(inner, list) else (inner,)
        for index, entry in enumerate(entries):
            if not isinstance(entry, dict | list):
                continue
            place = (
                json_pointer.join(pointer, key, index) if isinstance(inner, list) else json_pointer.join(pointer, key)
            )
            if isinstance(entry, list):
                yield Problem("nested_array", "expected a value, found an array inside an array", place)
            elif key in _ROOT_MEMBERS and "@context" in entry:
                yield from _root_problems(entry, contexts, bundled, place)
            else:
                yield from _value_problems(entry, contexts, bundled, terms, own, place, begins=key in _CONTEXT_MEMBERS)


def _type_problems(types: Any, terms: _Terms, own: Mapping[str, Any], pointer: str) -> Iterator[Problem]:
    for index, name in enumerate(types if isinstance(types, list) else [types]):
        if isinstance(name, str) and ":" in name and (names := terms.names_of(name, own)):
            place = (
                json_pointer.join(pointer, "type", index)
                if isinstance(types, list)
                else json_pointer.join(pointer, "type")
            )
            yield _iri_problem("type_is_iri", name, names, place)


def _iri_problem(code: str, text: str, names: frozenset[str], pointer: str) -> Problem:
    message = f"expected the term {' or '.join(sorted(names))}, found it written as {text[:120]!r}"
    return Problem(code, message, pointer, "compact the document with its own context before signing it")


# --- trusted contexts --------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _is_bundled(url: str) -> bool:
    # A fresh loader holds the bundled contexts and nothing that a caller has added.
    return len(url) <= _LONGEST_BUNDLED_URL and ContextLoader().is_pinned(url)


# Keeps strangers from filling the cache with long texts.
_LONGEST_BUNDLED_URL: Final = 200


@lru_cache(maxsize=_TABLES_KEPT)
def _terms_of(urls: tuple[str, ...]) -> _Terms:
    loader = ContextLoader()
    definitions: dict[str, list[Any]] = {}
    prefixes: dict[str, str] = {}
    for url in dict.fromkeys(urls):
        _collect(loader.load(url)["@context"], loader, definitions)
    for term, known in definitions.items():
        if (iri := next((iri for entry in known if (iri := _iri_of(entry)) is not None), None)) is not None:
            prefixes[term] = iri
    table = _Terms({term: tuple(known) for term, known in definitions.items()}, {}, prefixes)
    by_iri: dict[str, set[str]] = {}
    for term, known in definitions.items():
        for entry in known:
            named = _iri_of(entry)
            if named is not None and not named.startswith("@") and (iri := table.expand(named, {})) is not None:
                by_iri.setdefault(iri, set()).add(term)
    return _Terms(table.definitions, {iri: frozenset(names) for iri, names in by_iri.items()}, prefixes)


def _collect(context: Any, loader: ContextLoader, definitions: dict[str, list[Any]]) -> None:
    """Every definition in a bundled context and in its scoped contexts, which are bundled too where they are URLs."""
    for entry in context if isinstance(context, list) else [context]:
        if isinstance(entry, str):
            if loader.is_pinned(entry):
                _collect(loader.load(entry)["@context"], loader, definitions)
            continue
        for term, definition in (entry or {}).items():
            if term.startswith("@"):
                continue
            known = definitions.setdefault(term, [])
            if definition not in known:
                known.append(definition)
            if isinstance(definition, Mapping) and "@context" in definition:
                _collect(definition["@context"], loader, definitions)
