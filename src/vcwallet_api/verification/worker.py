"""The process in which credentials of strangers are verified: `python -m vcwallet_api.verification.worker`.

It reads one request after the other from standard input and answers each on standard output, as JSON with its length in
front. Whoever started it may end it at any time. It limits itself, too, because a parent can only watch the clock:

- memory: a ceiling on its address space, set before anything of a stranger is read (RLIMIT_AS);
- work: seconds of processor time for one request, after which the system ends it (RLIMIT_CPU).

It has no database, no secrets and no environment of the service, and holds nothing between two requests but cached
documents of issuers.
"""

import base64
import json
import logging
import resource
import struct
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO, Final

from vcwallet import (
    Assertion,
    CachingFetcher,
    Credential,
    Evidence,
    Fetched,
    Fetcher,
    FetchFailed,
    HttpFetcher,
    Malformed,
    Policy,
    PresentationReport,
    Recipient,
    Refused,
    SdJwtVc,
    StaticFetcher,
    Toolkit,
    Undecided,
    VerificationReport,
    recognise_recipient,
    records,
    standard_toolkit,
    verify,
    verify_presentation,
)
from vcwallet_api.credential_contents import contents_of
from vcwallet_api.verifier import LINK_NOT_FETCHED, Checked, Said

DEFAULT_REQUIRED_CHECKS: Final = Policy().required_checks
# As the library reads at most of a document that it fetches, unless it asks for more.
MAX_DOCUMENT_BYTES: Final = 1024 * 1024
LENGTH: Final = struct.Struct(">Q")
_HTTP_OK: Final = 200
# What a badge may be served as; a server that looks at it gives the badge and not a page about it.
_ACCEPT: Final = (
    "application/vc, application/vc+jwt, application/ld+json, application/json, image/png, image/svg+xml, "
    "text/plain;q=0.8"
)


def read_frame(stream: BinaryIO) -> Any:
    """The next request or answer, or None when the other side has gone."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    content = stream.read(length)
    return json.loads(content) if len(content) == length else None


def write_frame(stream: BinaryIO, value: Any) -> None:
    """One request or answer."""
    content = json.dumps(value).encode()
    stream.write(LENGTH.pack(len(content)) + content)
    stream.flush()


def write_world(fetcher: StaticFetcher) -> dict[str, Any]:
    """A world in memory as JSON, for a process to start in."""
    return {
        url: {"status": found.status, "headers": dict(found.headers), "body": base64.b64encode(found.content).decode()}
        for url, found in fetcher.documents.items()
        if isinstance(found, Fetched)
    }


def read_world(world: Mapping[str, Any]) -> StaticFetcher:
    """What `write_world` wrote."""
    return StaticFetcher(
        {
            url: Fetched(status=found["status"], headers=found["headers"], body=base64.b64decode(found["body"]))
            for url, found in world.items()
        }
    )


def answer(request: Mapping[str, Any], toolkit: Toolkit) -> dict[str, Any]:
    """What there is to say about one request: a report, and what each credential in it says.

    The request has `data`, in base64, or `url`; `at`, the time of the check; and `max_bytes` for what a URL may lead to.
    It may have `kind`, which takes it for a "credential" or a "presentation" and nothing else; `required_checks`,
    `challenge`, `domain`, `accept_base_proofs` and `accept_empty_presentations` of the policy; `evidence` of an earlier
    check; and `documents` (`write_world`), which answer instead of the network at their addresses. With `offline` nothing
    else answers.

    With `candidates` (pairs of type and value) it is asked for a Backpack, which gets what it keeps as well: `evidence`,
    `said` and the `recipient` that was recognised. With `give_back` it gets the bytes that the URL led to, as `received`.
    """
    elsewhere: Fetcher = StaticFetcher({}) if request.get("offline") else toolkit.fetcher
    toolkit = replace(toolkit, fetcher=_Knowing(read_world(request.get("documents") or {}).documents, elsewhere))
    if "url" in request:
        try:
            data = _fetch(str(request["url"]), toolkit.fetcher, int(request["max_bytes"]))
        except FetchFailed:
            # One answer for every reason: otherwise our network could be explored by asking.
            return {"failed": LINK_NOT_FETCHED}
    else:
        data = base64.b64decode(request["data"])
    at = datetime.fromisoformat(request["at"])
    report = _report(data, request, toolkit, at)
    shown = report.credentials if isinstance(report, PresentationReport) else (report,)
    is_holders = "candidates" in request
    contents = [
        replace(
            contents_of(one.credential, one.securing), in_parts=is_holders and _is_divisible(one.credential)
        ).to_json()
        for one in shown
        if one.credential is not None
    ]
    found = {"report": report.to_dict(), "contents": contents}
    if "candidates" in request and isinstance(report, VerificationReport):
        found |= _kept(report, request["candidates"])
    if request.get("give_back"):
        found["received"] = base64.b64encode(data).decode()
    return found


def _is_divisible(credential: Credential | Assertion | SdJwtVc) -> bool:
    """Whether its holder can show parts of it; not if that cannot be told."""
    if credential.received is None:
        return False
    try:
        return records.is_divisible(credential.received)
    except (Malformed, Refused, Undecided):
        return False


def _kept(report: VerificationReport, candidates: Sequence[Sequence[str]]) -> dict[str, Any]:
    report, recipient = recognise_recipient(report, [Recipient(*candidate) for candidate in candidates])
    said = Said.of(report.credential) if report.credential is not None else None
    evidence = report.evidence.to_json()
    return {
        **Checked(report=report.to_dict(), evidence=evidence, said=said, recipient=recipient).to_json(),
        "evidence": evidence,
    }


def _report(
    data: bytes, request: Mapping[str, Any], toolkit: Toolkit, at: datetime
) -> VerificationReport | PresentationReport:
    kind = request.get("kind")
    policy = Policy(
        challenge=request.get("challenge"),
        domain=request.get("domain"),
        accept_base_proofs=bool(request.get("accept_base_proofs")),
        accept_empty_presentations=bool(request.get("accept_empty_presentations")),
        required_checks=frozenset(request.get("required_checks") or DEFAULT_REQUIRED_CHECKS),
    )
    if kind == "presentation":
        return verify_presentation(data, toolkit=toolkit, policy=policy, at=at)
    report = verify(data, toolkit=toolkit, policy=policy, at=at, evidence=_evidence(request.get("evidence", "")))
    if kind is None and any(check.code == "is_a_presentation" for check in report.checks):
        return verify_presentation(data, toolkit=toolkit, policy=policy, at=at)
    return report


def _evidence(text: str) -> Evidence | None:
    try:
        return Evidence.from_json(text) if text else None
    except Malformed:
        return None  # written by another version: everything is asked again


@dataclass(frozen=True, slots=True)
class _Knowing:
    """A fetcher that has some documents at hand, and asks another for the rest."""

    documents: Mapping[str, Any]
    elsewhere: Fetcher

    def fetch(self, url: str, *, accept: str = "application/json", max_bytes: int = MAX_DOCUMENT_BYTES) -> Fetched:
        known = url.partition("#")[0]
        fetcher = StaticFetcher({known: self.documents[known]}) if known in self.documents else self.elsewhere
        return fetcher.fetch(url, accept=accept, max_bytes=max_bytes)


def _fetch(url: str, fetcher: Fetcher, max_bytes: int) -> bytes:
    fetched: Fetched = fetcher.fetch(url, accept=_ACCEPT, max_bytes=max_bytes)
    if fetched.status != _HTTP_OK:
        raise FetchFailed("http_status", "the address answers with something else than a document")
    return fetched.content


class _MemoryWatch(logging.Handler):
    """Notes when the library ran out of memory: it answers that as any fault of its own, and logs what it was."""

    def __init__(self) -> None:
        super().__init__()
        self.ran_out = False

    def emit(self, record: logging.LogRecord) -> None:
        self.ran_out = self.ran_out or bool(record.exc_info and isinstance(record.exc_info[1], MemoryError))


def _limit_processor(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    # The limit counts from the start of the process, and a started second counts.
    until = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))


def serve(prepare: Callable[[Mapping[str, Any]], Callable[[Mapping[str, Any]], dict[str, Any]]]) -> None:
    """Answer requests until standard input ends, under the limits that the first frame says.

    `prepare` is given that frame, makes what answers a request of it, and loads what every request needs: the limit of
    memory is on what strangers cause.
    """
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    start = read_frame(requests)
    if start is None:
        return
    act = prepare(start)
    resource.setrlimit(resource.RLIMIT_AS, (start["memory_bytes"], start["memory_bytes"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    watch = _MemoryWatch()
    logging.getLogger("vcwallet").addHandler(watch)
    write_frame(answers, {"ready": True})
    while (request := read_frame(requests)) is not None:
        _limit_processor(start["processor_seconds"])
        watch.ran_out = False
        try:
            found = act(request)
        except MemoryError:
            watch.ran_out = True
        write_frame(answers, {"failed": "verification_memory_exceeded"} if watch.ran_out else found)
        if watch.ran_out:
            return  # what is left of this process is not to be relied on


def _prepared(start: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """`answer` in the world of the first frame."""
    known = read_world(start["documents"])
    elsewhere: Fetcher = CachingFetcher(HttpFetcher()) if start["may_fetch"] else StaticFetcher({})
    toolkit = standard_toolkit(_Knowing(known.documents, elsewhere))
    verify(b"{}", toolkit=toolkit)  # loads what every verification needs
    return partial(answer, toolkit=toolkit)


if __name__ == "__main__":
    serve(_prepared)
