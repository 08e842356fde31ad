"""The file of `--evidence`: read if it is there, and written back with what is newer.

What answered today replaces what was recorded, except from a verification that could not be decided: its answers may be
those of a parked domain, and the older record is worth more. The file is replaced as a whole or left as it was.
"""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

import click

from vcwallet.errors import Malformed
from vcwallet.fetching.evidence import Evidence
from vcwallet.report import PresentationReport, VerificationReport

_PRIVATE = 0o600


class EvidenceFile:
    """The archive as it was found, and what became of it."""

    def __init__(self, path: Path, found: Evidence, mode: int) -> None:
        self._path = path
        self._mode = mode
        self.found = found
        self._newer = found

    def add(self, report: VerificationReport | PresentationReport) -> None:
        """Take up what a verification used."""
        if report.verdict == "indeterminate":
            self._newer = report.evidence.merged_with(self._newer)
        else:
            self._newer = self._newer.merged_with(report.evidence)

    def save(self) -> None:
        """Write the archive, whole or not at all. Raises `OSError`."""
        descriptor, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(self._newer.to_json() + "\n")
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(self._mode)
            Path(name).replace(self._path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise


def open_evidence_file(argument: str) -> EvidenceFile:
    """The archive at a path; empty when there is no such file. Raises `click.UsageError` for one that cannot be read."""
    # What a link points to is replaced, not the link.
    path = Path(argument).resolve()
    try:
        text = path.read_bytes()
        return EvidenceFile(path, Evidence.from_json(text), path.stat().st_mode & 0o777)
    except FileNotFoundError as error:
        if not path.parent.is_dir():
            raise click.UsageError(f"there is no folder {path.parent} to keep the evidence in") from error
        # What somebody verified is nobody else's business.
        return EvidenceFile(path, Evidence(), _PRIVATE)
    except OSError as error:
        raise click.UsageError(f"cannot read {argument}: {error.strerror}") from error
    except ValueError as error:  # a name that cannot be one
        raise click.UsageError(f"cannot read {argument!r}: {error}") from error
    except Malformed as error:
        raise click.UsageError(f"{argument}: {error.problem.message}") from error
