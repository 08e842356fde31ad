"""Documents of about one megabyte that are made to take long, each of another shape. All of them are JSON that we read.

`SHAPES` maps a name to a function that makes the document, of a given number of bytes. `python -m tests.hostile_documents
SIZE…` reads all of them and prints the outcomes; it is a process of its own so that it can be stopped.
"""

import json
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any

from vcwallet.errors import VcwalletError
from vcwallet.linked_data.canonical_rdf import canonicalize
from vcwallet.linked_data.context_loader import standard_contexts
from vcwallet.linked_data.statements import read

V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
MEGABYTE = 1_000_000
VOCABULARY = [V2, {"@vocab": "https://vocabulary.example/#"}]


def badge(**members: Any) -> dict[str, Any]:
    return {
        "@context": [V2, OB],
        "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": "did:example:college",
        "credentialSubject": {"type": ["AchievementSubject"], "achievement": {"type": ["Achievement"], **members}},
    }


def own(context: Any = None, **members: Any) -> dict[str, Any]:
    return {"@context": [V2, context] if context else VOCABULARY, "id": "urn:x:1", **members}


def nested(depth: int, make: Callable[[Any], Any], innermost: Any) -> Any:
    for _ in range(depth):
        innermost = make(innermost)
    return innermost


def clique(size: int) -> list[dict[str, Any]]:
    return [{"@id": f"_:n{n}", "urn:p": [{"@id": f"_:n{m}"} for m in range(size) if m != n]} for n in range(size)]


SHAPES: dict[str, Callable[[int], dict[str, Any]]] = {
    "one long string": lambda size: badge(name="x" * size),
    "one long string to escape": lambda size: badge(name='\x01"' * (size // 8)),
    "one long string beyond ASCII": lambda size: badge(name="\u20ac" * (size // 3)),
    "a long id with many statements": lambda size: badge(id="urn:x:" + "y" * (size // 2), tag=["t"] * (size // 8)),
    "a long blank label": lambda size: badge(id="_:" + "y" * size),
    "many strings": lambda size: badge(tag=[str(n) for n in range(size // 9)]),
    "many equal strings": lambda size: badge(tag=["t"] * (size // 4)),
    "many numbers": lambda size: badge(creditsAvailable=list(range(size // 7))),
    "many references": lambda size: badge(
        related=[{"type": ["Related"], "id": f"urn:x:{n}"} for n in range(size // 40)]
    ),
    "many alike objects": lambda size: badge(alignment=[{"type": ["Alignment"], "targetName": "x"}] * (size // 44)),
    "many empty objects": lambda size: badge(alignment=[{}] * (size // 3)),
    "many types": lambda size: own(type=[f"T{n}" for n in range(size // 9)]),
    "many keys": lambda size: own(**{f"k{n}": n for n in range(size // 14)}),
    "many IRI keys": lambda size: own(**{f"urn:k:{n}": n for n in range(size // 18)}),
    "a long list": lambda size: badge(
        resultDescription={"type": "ResultDescription", "allowedValue": ["v"] * (size // 4)}
    ),
    "a list of lists' owners": lambda size: badge(
        resultDescription=[{"type": "ResultDescription", "allowedValue": ["v", "w"]}] * (size // 60)
    ),
    "many language values": lambda size: own(name=[{"@value": str(n), "@language": "en"} for n in range(size // 40)]),
    "many graphs": lambda size: {
        "@context": V2,
        "type": "VerifiablePresentation",
        "verifiableCredential": [{"@context": V2, "name": "x"}] * (size // 60),
    },
    "many contexts inside": lambda size: own(part=[{"@context": V2, "name": "x"}] * (size // 60)),
    "many different contexts inside": lambda size: own(
        part=[{"@context": {f"t{n}": "urn:t"}, f"t{n}": "x"} for n in range(size // 50)]
    ),
    "a context of many terms": lambda size: own({f"t{n}": f"urn:t:{n}" for n in range(size // 22)}, t1="x"),
    "a context of many long prefixes": lambda size: own(
        {"p0": "urn:" + "p" * 400 + ":", **{f"p{n}": f"p{n - 1}:x:" for n in range(1, size // 22)}}, p9="x"
    ),
    "contexts inside contexts": lambda size: own(
        nested(size // 30 if size < 2000 else 25, lambda inner: {"t": {"@id": "urn:t", "@context": inner}}, {}), t="x"
    ),
    "many scoped contexts": lambda size: own(
        {f"T{n}": {"@id": f"urn:t:{n}", "@context": {"p": f"urn:p:{n}"}} for n in range(size // 60)},
        type=[f"T{n}" for n in range(0, size // 60, 7)],
    ),
    "deep objects": lambda size: own(part=nested(58, lambda inner: {"part": inner}, "x" * size)),
    "deep objects, wide at the bottom": lambda size: own(
        part=nested(50, lambda inner: {"part": inner}, [{"part": "x"}] * (size // 14))
    ),
    "deep arrays": lambda size: own(part=nested(58, lambda inner: [inner], ["x"] * (size // 4))),
    "many keyword lists": lambda size: own(part=[{"@list": ["x"]}] * (size // 17)),
    "one keyword list": lambda size: own(part={"@list": ["x"] * (size // 4)}),
    "many included": lambda size: own(**{"@included": [{"id": f"urn:x:{n}", "k": "x"} for n in range(size // 30)]}),
    "many reverse": lambda size: own(**{"@reverse": {"k": [{"id": f"urn:x:{n}"} for n in range(size // 18)]}}),
    "a large JSON literal": lambda size: own(
        {"j": {"@id": "urn:j", "@type": "@json"}}, j=[{"a": n} for n in range(size // 12)]
    ),
    "a language map": lambda size: own(
        {"m": {"@id": "urn:m", "@container": "@language"}}, m={f"en-{n}": "x" for n in range(size // 14)}
    ),
    "many language maps": lambda size: own(
        {"m": {"@id": "urn:m", "@container": "@language"}, "q": "urn:q"}, q=[{"m": {"en": "x"}}] * (size // 20)
    ),
    "an id map": lambda size: own(
        {"m": {"@id": "urn:m", "@container": "@id"}}, m={f"urn:x:{n}": {"urn:p": "x"} for n in range(size // 32)}
    ),
    "many nulls": lambda size: badge(tag=[None] * (size // 5)),
    "a null at the end": lambda size: badge(tag=[*(["t"] * (size // 4)), None]),
    "an undefined term at the end": lambda size: badge(tag=["t"] * (size // 4), zzz="x"),
    "many undefined terms": lambda size: badge(**{f"u{n}": "x" for n in range(size // 12)}),
    "many undefined types": lambda size: badge(alignment=[{"type": f"U{n}"} for n in range(size // 18)]),
    "many relative ids": lambda size: badge(alignment=[{"id": f"r{n}"} for n in range(size // 15)]),
    "a clique of blank nodes": lambda size: {"@context": [], "urn:q": clique(12)},
    "a large clique of blank nodes": lambda size: {"@context": [], "urn:q": clique(int((size / 20) ** 0.5))},
    "many small cliques": lambda size: {
        "@context": [],
        "urn:q": [
            {"@id": f"_:c{c}n{n}", "urn:p": [{"@id": f"_:c{c}n{m}"} for m in range(4) if m != n]}
            for c in range(size // 250)
            for n in range(4)
        ],
    },
    "a ring of blank nodes": lambda size: {
        "@context": [],
        "urn:q": [{"@id": f"_:n{n}", "urn:p": {"@id": f"_:n{(n + 1) % (size // 50)}"}} for n in range(size // 50)],
    },
}


# A guard against hanging, and no measurement: twenty times what the slowest takes on a busy machine.
CPU_SECONDS_FOR_ONE = 30


def outcome(document: dict[str, Any]) -> str:
    """ "ok", or the code of the answer; "no answer" for a hang or a crash."""
    signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS_FOR_ONE)
    try:
        canonicalize(read(document, standard_contexts()).dataset)
    except VcwalletError as error:
        return error.code
    except (_Stopped, MemoryError, RecursionError) as error:
        return f"no answer: {type(error).__name__}"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return "ok"


class _Stopped(BaseException):
    pass


def _stop(_signal: int, _frame: object) -> None:
    raise _Stopped


def main() -> None:
    for size in map(int, sys.argv[1:]):
        for name, make in SHAPES.items():
            document = make(size)
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            answer = outcome(document)
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
            sys.stdout.write(json.dumps([name, size, answer, grown // 1024]) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
