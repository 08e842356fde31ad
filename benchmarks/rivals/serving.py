"""The other end of `benchmarks/run.py`: a contestant that answers on standard output how long its rounds took.

It runs in whatever environment its rival needs, so it imports nothing but Python. A line of input asks for rounds of an
action, "verify" or "sign", on a file; a line of output has the milliseconds of each, by the wall and of CPU, and the memory
so far. To sign is to secure the file's document without its proof, with the issuer's key.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

Run = Callable[[], object]


def serve(actions: Mapping[str, Callable[[Path], Run]]) -> None:
    """Answer until the input ends. `actions[action](file)` gives what one round does; it raises what it cannot do."""
    prepared: dict[tuple[str, str], Run] = {}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            task = request["action"], request["file"]
            if task[0] not in actions:
                raise ValueError(f"there is nothing here to {task[0]}")  # noqa: TRY301 - answered like any failure
            if task not in prepared:
                prepared[task] = actions[task[0]](Path(task[1]))
            answer = _measure(prepared[task], request["rounds"])
        except Exception as problem:  # noqa: BLE001 - a rival may fail in any way, and the others go on
            answer = {"error": f"{type(problem).__name__}: {problem}"[:200]}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _measure(run: Run, rounds: int) -> dict[str, object]:
    wall, cpu = [], []
    for _ in range(rounds):
        start, start_cpu = time.perf_counter(), time.process_time()
        run()
        wall.append((time.perf_counter() - start) * 1000)
        cpu.append((time.process_time() - start_cpu) * 1000)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall": wall, "cpu": cpu, "mib": memory}
