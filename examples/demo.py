"""Verify one sample of every kind, offline, and print the reports: this is what `make demo` runs.

The issuers' documents come from `badges/world.json` instead of the network. Each file is verified exactly as the command
`vcwallet verify FILE` does it.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from vcwallet import Policy, Recipient, StaticFetcher, standard_toolkit, verify
from vcwallet.terminal.report_lines import show_report, show_summary
from vcwallet.terminal.screen import Screen

BADGES = Path(__file__).parent / "badges"


def main() -> None:
    """Print every report, and how many there were of each verdict."""
    toolkit = standard_toolkit(StaticFetcher(json.loads((BADGES / "world.json").read_text(encoding="utf-8"))))
    policy = Policy(recipient=Recipient("emailAddress", "ana@campus.example"))
    at = datetime(2026, 3, 1, tzinfo=UTC)
    screen = Screen(sys.stdout)
    verdicts = []
    for file in sorted(path for path in BADGES.iterdir() if path.name != "world.json"):
        report = verify(file.read_bytes(), toolkit=toolkit, policy=policy, at=at)
        verdicts.append(report.verdict)
        show_report(screen, report, f"examples/badges/{file.name}")
        screen.blank()
    show_summary(screen, verdicts)


if __name__ == "__main__":
    main()
