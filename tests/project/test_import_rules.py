"""The import contracts of pyproject.toml are kept, and they do catch what they are for."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# One wrong import of each kind, and the contract that must complain about it.
WRONG_IMPORTS = {
    "a lower layer imports a higher one": ("wire/json_pointer.py", "import vcwallet.report", "layers"),
    "a specialist imports another": ("images/png.py", "import vcwallet.dids.did", "layers"),
    "the bundle imports pathways": ("bundle/reading.py", "import vcwallet.pathways.pathway", "layers"),
    "a status list looks for keys by itself": ("status/method.py", "import vcwallet.dids.resolution", "layers"),
    "a second door to the network": ("dids/did_web.py", "import httpx", "sockets"),
    "the library imports a terminal library": ("report.py", "import rich", "terminal"),
    "the library imports the service": ("report.py", "import vcwallet_api.settings", "terminal"),
    "the service goes round the front door": ("../vcwallet_api/verifier.py", "import vcwallet.report", "front door"),
    "a feature imports one above it": (
        "../vcwallet_api/account/codes.py",
        "import vcwallet_api.backpack.shelf",
        "one direction",
    ),
    "a service function knows HTTP": ("../vcwallet_api/backpack/shelf.py", "import litestar", "know HTTP"),
    "one cryptosuite imports another": (
        "securing/suites/eddsa.py",
        "import vcwallet.securing.suites.ecdsa",
        "know each other",
    ),
}


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    arguments = ["--config", str(folder / "pyproject.toml"), "--no-cache"]
    environment = {"PYTHONPATH": str(folder / "src"), "PATH": ""}
    return subprocess.run(
        [sys.executable, "-c", command, *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
        check=False,
    )


@pytest.mark.parametrize("kind", WRONG_IMPORTS)
def test_a_wrong_import_is_caught(kind, tmp_path):
    import shutil

    module, line, complaint = WRONG_IMPORTS[kind]
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in ("vcwallet", "vcwallet_api"):
        shutil.copytree(
            ROOT / "src" / package,
            tmp_path / "src" / package,
            ignore=shutil.ignore_patterns("__pycache__", "*.json*"),
        )
    target = tmp_path / "src" / "vcwallet" / module
    target.write_text(target.read_text() + f"\n{line}\n")

    result = _lint(tmp_path)

    assert result.returncode == 1, result.stdout + result.stderr
    broken = [row for row in result.stdout.splitlines() if "BROKEN" in row]
    assert any(complaint in row for row in broken), result.stdout
