"""The commands for showing a part: `vcwallet fields` says what can be withheld, and `vcwallet derive` withholds it."""

import json
import sys
from typing import TYPE_CHECKING, Any, Final

import click

from vcwallet.terminal.command_parts import print_json
from vcwallet.terminal.signing_options import misuse_is_wrong_use

if TYPE_CHECKING:
    from vcwallet.records import Field
    from vcwallet.terminal.screen import Screen

_MAX_VALUE_CHARACTERS: Final = 60


@click.command(
    "derive",
    epilog="""\b
Examples:
  vcwallet derive --withhold /evidence -o shown.json divisible.json
  vcwallet derive --withhold /name --withhold /evidence/0/narrative divisible.json""",
)
@click.argument("input_", metavar="FILE|-")
@click.option("--withhold", multiple=True, metavar="POINTER", help="Leave this out and show the rest.")
@click.option(
    "--reveal", multiple=True, metavar="POINTER", help="Show this, and what the issuer made mandatory, alone."
)
@click.option("-o", "--output", metavar="FILE", help="Write to this file, which must not exist yet.")
def derive_command(input_: str, *, withhold: tuple[str, ...], reveal: tuple[str, ...], output: str | None) -> int:
    """Make a credential that shows a part of another, and is still signed.

    FILE is a credential that its issuer made divisible, with ecdsa-sd-2023,
    bbs-2023 or as SD-JWT. A POINTER is the place of a member, such as
    /credentialSubject/result; 'vcwallet fields' lists them. Without --withhold
    and --reveal everything is shown. What comes out may be given to others;
    FILE itself is for its holder alone.
    """
    from vcwallet.errors import VcwalletError
    from vcwallet.operations.baking import is_image, unbake
    from vcwallet.operations.deriving import derive
    from vcwallet.terminal.files import content_of, put_out
    from vcwallet.terminal.refusals import refuse
    from vcwallet.terminal.sources import find_source

    if withhold and reveal:
        raise click.UsageError("either what to --withhold or what to --reveal")
    source = find_source(input_)
    choice: dict[str, Any] = {"reveal": reveal} if reveal else {"withhold": withhold}
    try:
        content = content_of(source)
        credential = unbake(content) if is_image(content) else content
        with misuse_is_wrong_use():
            derived = derive(credential, **choice)
    except VcwalletError as error:
        return refuse(source.name, error)
    put_out(derived.data, output)
    return 0


@click.command(
    "fields",
    epilog="""\b
Examples:
  vcwallet fields divisible.json
  vcwallet fields --json badge.png""",
)
@click.argument("input_", metavar="FILE|-")
@click.option("--json", "as_json", is_flag=True, help="Print the fields as JSON.")
def fields_command(input_: str, *, as_json: bool) -> int:
    """List the fields of a credential, and which of them can be withheld.

    Nothing is verified. A field is marked - when it can be withheld by itself,
    and when it cannot, it is said why.
    """
    from vcwallet.errors import VcwalletError
    from vcwallet.operations.baking import is_image, unbake
    from vcwallet.records import fields
    from vcwallet.terminal.files import content_of
    from vcwallet.terminal.refusals import refuse
    from vcwallet.terminal.screen import Screen
    from vcwallet.terminal.sources import find_source

    source = find_source(input_)
    try:
        content = content_of(source)
        tree = fields(unbake(content) if is_image(content) else content)
    except VcwalletError as error:
        return refuse(source.name, error)
    if as_json:
        listed = [_as_json(field) for field in tree.walk() if field.pointer]
        print_json(json.dumps({"fields": listed}, ensure_ascii=False, indent=2))
        return 0
    screen = Screen(sys.stdout)
    if tree.reason == "one_piece":
        screen.line(tree.because)
        return 0
    for field in tree.walk():
        if field.pointer:
            _show(screen, field)
    return 0


def _show(screen: "Screen", field: "Field") -> None:
    value = "" if field.children else f" {json.dumps(field.value, ensure_ascii=False)}"
    if len(value) > _MAX_VALUE_CHARACTERS:
        value = f"{value[:_MAX_VALUE_CHARACTERS]}…"
    mark = "- " if field.state == "can be withheld" else "  "
    why = {"can be withheld": "", "shown": f" with {field.with_pointer}", "cannot be hidden": f" {field.reason}"}
    needed = f" together with {', '.join(field.needed_by)}" if field.needed_by else ""
    screen.line(field.pointer, value, (f"{why[field.state]}{needed}", "dim"), label=(mark,), column=2)


def _as_json(field: "Field") -> dict[str, Any]:
    members = {
        "pointer": field.pointer,
        "state": field.state,
        "reason": field.reason or None,
        "because": field.because or None,
        "with": field.with_pointer,
        "neededBy": list(field.needed_by) or None,
        "value": None if field.children else field.value,
    }
    return {name: value for name, value in members.items() if value is not None}
