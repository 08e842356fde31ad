"""Tell the story of a badge, and verify one sample of every kind, offline: this is what `make demo` runs.

The issuers' documents come from `world.json` instead of the network. The files are verified exactly as the command
`vcwallet verify FILE FILE…` does it.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from story import tell

from vcwallet import Policy, Recipient, StaticFetcher, standard_toolkit, verify
from vcwallet.terminal.report_lines import show_brief, show_summary
from vcwallet.terminal.screen import Screen

BADGES = Path(__file__).parent / "badges"


def main() -> None:
    """Print the story, a line or a few for each sample, and how many there were of each verdict."""
    tell()
    toolkit = standard_toolkit(StaticFetcher(json.loads((BADGES.parent / "world.json").read_text(encoding="utf-8"))))
    policy = Policy(recipient=Recipient("emailAddress", "ana@campus.example"))
    at = datetime(2026, 3, 1, tzinfo=UTC)
    screen = Screen(sys.stdout)
    screen.blank()
    screen.line(("And one sample of every kind:", "bold"))
    verdicts = []
    for file in sorted(BADGES.iterdir()):
        report = verify(file.read_bytes(), toolkit=toolkit, policy=policy, at=at)
        verdicts.append(report.verdict)
        show_brief(screen, report, f"examples/badges/{file.name}")
    show_summary(screen, verdicts)


if __name__ == "__main__":
    main()
