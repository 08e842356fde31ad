"""The other end of `benchmarks/run.py`: a contestant that answers on standard output how long its rounds took.

It runs in whatever environment its rival needs, so it imports nothing but Python. A line of input asks for rounds on a
file; a line of output has the milliseconds of each, by the wall and of CPU, and the memory so far.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path


def serve(prepare: Callable[[Path], Callable[[], object]]) -> None:
    """Answer until the input ends. `prepare(file)` gives what one round does; it raises what it cannot do."""
    prepared: dict[str, Callable[[], object]] = {}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            name = request["file"]
            if name not in prepared:
                prepared[name] = prepare(Path(name))
            answer = _measure(prepared[name], request["rounds"])
        except Exception as problem:  # noqa: BLE001 - a rival may fail in any way, and the others go on
            answer = {"error": f"{type(problem).__name__}: {problem}"[:200]}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _measure(run: Callable[[], object], rounds: int) -> dict[str, object]:
    wall, cpu = [], []
    for _ in range(rounds):
        start, start_cpu = time.perf_counter(), time.process_time()
        run()
        wall.append((time.perf_counter() - start) * 1000)
        cpu.append((time.process_time() - start_cpu) * 1000)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall": wall, "cpu": cpu, "mib": memory}
