"""One run, one table: how long do verifying and signing take, as ratios between us, the limit and installed rivals?

Every contestant is a process of its own. They take turns, so that ratios hold while the machine's speed drifts; the first
turns warm up and do not count. `make rivals` installs the rivals; without them they are named as absent.

What is compared with ourselves only, and what starts processes, is given in CPU time, which others on the machine disturb
least. The load is printed with it.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from benchmarks import disclosure, inputs, service
from benchmarks.contestants import AT

from vcwallet import (
    allocate_indexes,
    issue,
    new_status_list,
    set_status,
    set_statuses,
    standard_toolkit,
    status_list_document,
    verify,
    verify_many,
)
from vcwallet.linked_data.compact_form import compact_form_problems
from vcwallet.linked_data.context_loader import standard_contexts
from vcwallet.operations.document_checks import structure_faults
from vcwallet.securing import jws
from vcwallet.status import bitstring
from vcwallet.status.bitstring_list import decode_list

ROOT = Path(__file__).resolve().parents[1]
RIVALS = ROOT / "benchmarks" / "rivals"
RIVAL_PYTHON = ROOT / ".venv-rivals" / "bin" / "python"

# Action, file, rounds in a turn, turns that count: some seconds for each contestant.
MEASURED = (
    ("verify", "ob3min.json", 20, 9),
    ("verify", "ob3.json", 20, 9),
    ("verify", "clr10.json", 3, 5),
    ("verify", "clr100.json", 1, 3),
    ("verify", "clr500.json", 1, 1),
    ("sign", "ob3min.json", 20, 9),
    ("sign", "ob3.json", 20, 9),
)
WARM_UP_TURNS = 2
BATCH = 400
DISCLOSURE_TURNS = 5
COLD_TURNS = 9


def _column(action: str, file: str) -> str:
    return f"{action} {file.removesuffix('.json')}"


@dataclass
class Contestant:
    """A process to be asked. `files` limits it to what it can do at all."""

    name: str
    command: list[str]
    process: Any = None
    times: dict[str, list[float]] = field(default_factory=dict)
    cpu: dict[str, list[float]] = field(default_factory=dict)
    mib: dict[str, float] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT
        )

    def turn(self, action: str, file: Path, rounds: int, *, counts: bool) -> None:
        name = _column(action, file.name)
        if name in self.errors:
            return
        self.process.stdin.write(json.dumps({"action": action, "file": str(file), "rounds": rounds}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        answer = json.loads(line) if line else {"error": "the process ended"}
        if "error" in answer:
            self.errors[name] = answer["error"]
        elif counts:
            self.times.setdefault(name, []).extend(answer["wall"])
            self.cpu.setdefault(name, []).extend(answer["cpu"])
            self.mib[name] = answer["mib"]

    def median(self, name: str) -> float | None:
        return statistics.median(self.times[name]) if self.times.get(name) else None

    def median_cpu(self, name: str) -> float | None:
        return statistics.median(self.cpu[name]) if self.cpu.get(name) else None

    def stop(self) -> None:
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait()


def contestants() -> tuple[list[Contestant], list[str]]:
    """Who takes part, and who would if it were installed."""
    ours = [sys.executable, "-m", "benchmarks.contestants"]
    found = [Contestant(name, [*ours, name]) for name in ("limit", "vcwallet", "pyld", "pyld, memoised")]
    absent = []
    for name in ("openbadgeslib", "didkit"):
        probe = [str(RIVAL_PYTHON), "-c", f"import {name}"]
        if RIVAL_PYTHON.exists() and subprocess.run(probe, check=False, capture_output=True).returncode == 0:
            found.append(Contestant(name, [str(RIVAL_PYTHON), str(RIVALS / f"{name}_rival.py")]))
        else:
            absent.append(name)
    node = shutil.which("node")
    if node and (RIVALS / "node" / "node_modules").exists():
        found.append(Contestant("@digitalbazaar/vc", [node, str(RIVALS / "node" / "digitalbazaar.js")]))
    else:
        absent.append("@digitalbazaar/vc")
    return found, absent


def measure(folder: Path, taking_part: list[Contestant], only: set[str]) -> None:
    for contestant in taking_part:
        contestant.start()
    for action, name, rounds, turns in MEASURED:
        if only and name not in only:
            continue
        # What is so long that one turn is enough comes when everybody is warm.
        warm_up = WARM_UP_TURNS if turns > 1 else 0
        for turn in range(turns + warm_up):
            for contestant in taking_part:
                contestant.turn(action, folder / name, rounds, counts=turn >= warm_up)
    for contestant in taking_part:
        contestant.stop()


def table(taking_part: list[Contestant]) -> str:
    """Milliseconds, and how many times as long as ours; for ourselves, how many times the limit."""
    columns = [_column(action, file) for action, file, _, _ in MEASURED]
    names = [name for name in columns if any(name in contestant.times for contestant in taking_part)]
    by_name = {contestant.name: contestant for contestant in taking_part}
    lines = ["| | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    for contestant in taking_part:
        cells = []
        for name in names:
            mine, ours, least = contestant.median(name), by_name["vcwallet"].median(name), by_name["limit"].median(name)
            if mine is None:
                cells.append("–")
            elif contestant.name == "vcwallet" and least:
                cells.append(f"**{mine:.3g}** ({mine / least:.1f} × limit)")
            elif contestant.name == "limit" or not ours:
                cells.append(f"{mine:.3g}")
            else:
                cells.append(f"{mine:.3g} ({mine / ours:.1f} × ours)")
        lines.append(f"| {contestant.name} | " + " | ".join(cells) + " |")
    ours = by_name["vcwallet"]
    lines.append("")
    lines += [
        f"vcwallet, {name}: {statistics.median(ours.cpu[name]):.3g} ms of CPU, process at {ours.mib[name]:.0f} MiB"
        for name in names
        if name in ours.cpu
    ]
    lines += [
        f"{contestant.name} cannot do {name}: {error}"
        for contestant in taking_part
        for name, error in contestant.errors.items()
    ]
    return "\n".join(lines)


def tokens(folder: Path) -> str:
    """A VC-JWT against its raw primitives, JSON parse and ES256, and against the checks of structure and schema."""
    token = (folder / "ob3.jwt").read_text()
    parsed, toolkit, contexts = jws.parse_compact(token), standard_toolkit(), standard_contexts()
    report = verify(token, toolkit=toolkit, at=AT)
    document = dict(report.require_verified().document)
    raw, structure, whole = [], [], []
    for _ in range(300):
        moments = [time.process_time()]
        json.loads(jws.parse_compact(token).payload)
        jws.verify(parsed, inputs.UNIVERSITY.public_key, algorithms=("ES256",))
        moments.append(time.process_time())
        compact_form_problems(document, contexts)
        structure_faults(document)
        moments.append(time.process_time())
        verify(token, toolkit=toolkit, at=AT)
        moments.append(time.process_time())
        for times, begin, end in zip((raw, structure, whole), moments, moments[1:], strict=False):
            times.append(end - begin)
    least, rules, mine = (statistics.median(times) * 1000 for times in (raw, structure, whole))
    return (
        f"VC-JWT of the full badge: verify() {mine:.3g} ms of CPU; parse and ES256 {least:.3g} ms, structure {rules:.3g} "
        f"ms ({mine / (2 * least + rules):.2f} × twice the one and once the other)"
    )


def batches(folder: Path) -> str:
    """Full badges a second through verify_many: by the wall, and for one process also of CPU."""
    content = (folder / "ob3.json").read_bytes()
    rates = {}
    cpu = 0.0
    for jobs in (1, 2):
        list(verify_many([content] * 200, jobs=jobs, at=AT))
        size = BATCH * 10
        start, start_cpu = time.perf_counter(), time.process_time()
        if not all(verify_many((content for _ in range(size)), jobs=jobs, at=AT)):
            raise ValueError("a badge of the batch is not valid")
        rates[jobs] = size / (time.perf_counter() - start)
        cpu = cpu or size / (time.process_time() - start_cpu)
    return (
        f"verify_many: {rates[1]:,.0f} full badges a second in one process ({cpu:,.0f} a second of CPU), "
        f"{rates[2]:,.0f} in two ({rates[2] / rates[1]:.2f} ×)"
    )


def issuing() -> str:
    """issue() against verify(), in turns: its own output is verified, so the one cannot be much less than the other."""
    document, toolkit = inputs.full_badge(inputs.KEY.did), standard_toolkit()
    signing, verifying = [], []
    for turn in range(330):
        start = time.process_time()
        signed = issue(document, inputs.KEY.signer, toolkit=toolkit, at=AT)
        middle = time.process_time()
        if not verify(signed.data, toolkit=toolkit, at=AT):
            raise ValueError("what was issued does not verify")
        if turn >= 30:  # noqa: PLR2004 - the first turns warm up
            signing.append(middle - start)
            verifying.append(time.process_time() - middle)
    mine, other = statistics.median(signing) * 1000, statistics.median(verifying) * 1000
    return f"issue() of the full badge: {mine:.3g} ms of CPU, verify() {other:.3g} ms ({mine / other:.2f} ×)"


def disclosures(folder: Path) -> str:
    """Milliseconds for each of sign, derive and verify, and how many times as long Digital Bazaar's suites take."""
    taking_part = [Contestant("vcwallet", [sys.executable, "-m", "benchmarks.contestants", "vcwallet, disclosure"])]
    node = shutil.which("node")
    if node and (RIVALS / "node" / "node_modules" / "@digitalbazaar" / "bbs-2023-cryptosuite").exists():
        taking_part.append(Contestant("@digitalbazaar", [node, str(RIVALS / "node" / "disclosure.js")]))
    names = disclosure.write(folder)
    actions = ("sign", "derive", "verify")
    for contestant in taking_part:
        contestant.start()
    for name in names:
        for action in actions:
            for turn in range(DISCLOSURE_TURNS + WARM_UP_TURNS):
                for contestant in taking_part:
                    contestant.turn(action, folder / name, 3, counts=turn >= WARM_UP_TURNS)
    for contestant in taking_part:
        contestant.stop()
    lines = ["| selective disclosure | " + " | ".join(actions) + " |", "|---|" + "---|" * len(actions)]
    for name in names:
        cells = []
        for action in actions:
            ours, *theirs = (contestant.median(_column(action, name)) for contestant in taking_part)
            busy, *their_busy = (contestant.median_cpu(_column(action, name)) for contestant in taking_part)
            ratio = ""
            if ours and busy and theirs and theirs[0] and their_busy[0]:
                ratio = f" ({theirs[0]:.3g}, {theirs[0] / ours:.1f} ×; CPU {their_busy[0] / busy:.1f} ×)"
            cells.append(f"**{ours:.3g}**{ratio}" if ours else "–")
        lines.append(f"| {name.removesuffix('.json')} | " + " | ".join(cells) + " |")
    errors = [f"{one.name} cannot {task}: {error}" for one in taking_part for task, error in one.errors.items()]
    return "\n".join([*lines, *errors])


def status_lists() -> str:
    """A list of a million entries, of which one in a hundred is set: set one more, write the document, read it."""
    size = 1_000_000
    status_list = new_status_list("https://college.example/status/1", inputs.KEY.did, "revocation", entries=size)
    status_list, indexes = allocate_indexes(status_list, size // 100, randbelow=Random(1).randrange)  # noqa: S311 - no secret
    status_list = set_statuses(status_list, dict.fromkeys(indexes[1:], 1))
    previous = status_list_document(status_list, valid_from=AT - timedelta(days=1), previous=None)
    later = set_status(status_list, indexes[0])
    written = status_list_document(later, valid_from=AT, previous=previous)
    encoded = written["credentialSubject"]["encodedList"]
    tasks = {
        "set one": lambda: set_status(status_list, indexes[0]),
        "write": lambda: status_list_document(later, valid_from=AT, previous=None),
        "write and compare with what is published": lambda: status_list_document(
            later, valid_from=AT, previous=previous
        ),
        "read one": lambda: bitstring.value_at(decode_list(encoded), indexes[0]),
        "sign": lambda: issue(written, inputs.KEY.signer, at=AT),
        "take one": lambda: allocate_indexes(later, 1),
    }
    shown = [f"{name} {_median(task):.3g} ms" for name, task in tasks.items()]
    return f"status list of {size:,} entries, 1 % set, {len(encoded):,} characters: " + ", ".join(shown)


def _median(task: Callable[[], object], rounds: int = 15) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        task()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def cold(folder: Path) -> str:
    """Whole processes, their start included, with compiled modules on the disk as after an installation."""
    document, python = str(folder / "ob3.json"), sys.executable
    pyld_script = [python, str(ROOT / "benchmarks" / "cold_pyld.py"), document, str(folder / "contexts.json")]
    commands = {
        "bare Python": [python, "-c", "pass"],
        "import vcwallet": [python, "-c", "import vcwallet"],
        "a pyld script that checks the proof": pyld_script,
        "vcwallet verify": [python, "-m", "vcwallet", "verify", "--at", AT.isoformat(), document],
    }
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
    times: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(COLD_TURNS + 1):
        for name, command in commands.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(command, check=True, capture_output=True, env=environment)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if turn:  # the first turn compiles
                times[name].append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    shown = [f"{name} {statistics.median(found) * 1000:.0f} ms" for name, found in times.items()]
    return f"cold start, CPU of a process: {', '.join(shown)}"


def machine() -> str:
    versions = {
        name: importlib.metadata.version(name) for name in ("vcwallet", "pyld", "cryptography", "jsonschema-rs")
    }
    shown = ", ".join(f"{name} {version}" for name, version in versions.items())
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"Python {platform.python_version()} on {platform.machine()}, {shown}; load before: {load}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", help="only these inputs, such as ob3.json")
    only = set(parser.parse_args().files)
    taking_part, absent = contestants()
    before = machine()
    with tempfile.TemporaryDirectory() as folder:
        inputs.write(Path(folder))
        measure(Path(folder), taking_part, only)
        lines = [before, "", table(taking_part)]
        if not only:
            lines += [
                "",
                disclosures(Path(folder)),
                "",
                tokens(Path(folder)),
                issuing(),
                cold(Path(folder)),
                status_lists(),
                batches(Path(folder)),
                "",
                service.report(),
            ]
    if absent:
        lines += ["", f"not installed: {', '.join(absent)} (make rivals)"]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
