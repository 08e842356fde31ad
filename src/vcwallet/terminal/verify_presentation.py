"""The command `vcwallet verify-presentation`."""

import sys
from typing import TYPE_CHECKING

import click

from vcwallet.terminal.command_parts import EVIDENCE_OPTION, exit_code_of, lazily, print_json

if TYPE_CHECKING:
    from datetime import datetime


@click.command(
    "verify-presentation",
    epilog="""\b
Examples:
  vcwallet verify-presentation --challenge u7hK2 --domain jobs.example shown.json
  vcwallet verify-presentation --online --bound shown.jwt

\b
Exit codes:
  0   the presentation and every credential in it are valid
  1   something is invalid or malformed
  2   none of these, but something could not be decided
  64  wrong use, such as a file that does not exist
  74  the output or the evidence could not be written""",
)
@click.argument("input_", metavar="FILE|-")
@click.option("--challenge", metavar="TEXT", help="What the presenter was asked to sign; in a token, its nonce.")
@click.option("--domain", metavar="NAME", help="Whom the presentation must be for; in a token, its audience.")
@click.option("--bound", is_flag=True, help="Every credential must be the presenter's own.")
@click.option(
    "--online",
    is_flag=True,
    help="Fetch what is needed to decide, such as keys of issuers. Without it nothing touches the network.",
)
@click.option(
    "--at",
    "moment",
    metavar="TIME",
    callback=lazily("read_moment"),
    help="Ask about this time, not about now: 2026-01-31, meaning 00:00 UTC, or 2026-01-31T12:00:00+01:00.",
)
@EVIDENCE_OPTION
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def verify_presentation_command(  # noqa: PLR0913 - one for each option
    input_: str,
    *,
    challenge: str | None,
    domain: str | None,
    bound: bool,
    online: bool,
    moment: "datetime",
    evidence_path: str | None,
    as_json: bool,
) -> int:
    """Find out who presents, and whether what they present is true.

    A presentation holds credentials and is signed by who shows them. Without
    --challenge, a copy of an older presentation is as good as a new one.

    With -, it is read from standard input.
    """
    # Loaded when the command runs: see terminal/command_parts.py.
    from vcwallet import CachingFetcher, HttpFetcher, Policy, standard_toolkit, verify_presentation  # noqa: PLC0415
    from vcwallet.terminal.evidence_file import open_evidence_file  # noqa: PLC0415
    from vcwallet.terminal.report_lines import show_presentation_report  # noqa: PLC0415
    from vcwallet.terminal.screen import Screen  # noqa: PLC0415
    from vcwallet.terminal.sources import find_source  # noqa: PLC0415

    source = find_source(input_)
    archive = open_evidence_file(evidence_path) if evidence_path is not None else None
    try:
        data = source.read()
    except OSError as error:
        raise click.UsageError(f"cannot read {source.name}: {error.strerror}") from error
    report = verify_presentation(
        data,
        toolkit=standard_toolkit(CachingFetcher(HttpFetcher()) if online else None),
        policy=Policy(challenge=challenge, domain=domain, require_holder_binding=bound),
        at=moment,
        evidence=archive.found if archive is not None else None,
    )
    if as_json:
        print_json(report.to_json())
    else:
        show_presentation_report(Screen(sys.stdout), report, source.name)
    if archive is not None:
        archive.add(report)
        archive.save()
    return exit_code_of([report.verdict])
