"""The commands that sign, and the one that puts what was signed into a picture: `vcwallet issue`, `present`, `bake`."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from vcwallet.terminal.signing_options import (
    as_option,
    at_option,
    key_option,
    misuse_is_wrong_use,
    passphrase_option,
)

if TYPE_CHECKING:
    from datetime import datetime

    from vcwallet.keys.signer import Signer

_SOME_FAILED: Final = 1

_output_option = click.option("-o", "--output", metavar="FILE", help="Write to this file, which must not exist yet.")


@click.command(
    "issue",
    epilog="""\b
Examples:
  vcwallet issue --key key-2026.pem -o badge.json document.json
  vcwallet issue --key key-2026.pem --as did:web:college.example document.json
  vcwallet issue --key key-2026.pem --securing vc-jwt -o badge.jwt document.json
  vcwallet issue --key key-2026.pem --securing ecdsa-sd-2023 -o divisible.json document.json
  vcwallet issue --key key-2026.pem --into signed documents/""",
)
@click.argument("inputs", nargs=-1, required=True, metavar="FILE|FOLDER|-...")
@key_option
@as_option("Who issues")
@click.option(
    "--securing",
    metavar="HOW",
    help="eddsa-rdfc-2022, eddsa-jcs-2022, ecdsa-rdfc-2019, ecdsa-jcs-2019, vc-jwt or vc+jwt; ecdsa-sd-2023, bbs-2023 or"
    " vc+sd-jwt for what its holder may show in part. Without it, what fits the key: an RDFC suite, vc-jwt for RSA,"
    " bbs-2023 for BBS.",
)
@click.option(
    "--mandatory",
    multiple=True,
    metavar="POINTER",
    help="What the holder must not withhold, besides issuer, dates, status and whom it is about.",
)
@passphrase_option
@at_option
@_output_option
@click.option(
    "--into", metavar="FOLDER", help="Write each credential into this folder, under the name of its document."
)
def issue_command(  # noqa: PLR0913 - the options of a command
    inputs: tuple[str, ...],
    *,
    key: str,
    controller: str | None,
    securing: str | None,
    mandatory: tuple[str, ...],
    passphrase_file: str | None,
    moment: "datetime",
    output: str | None,
    into: str | None,
) -> int:
    """Sign credentials as their issuer.

    FILE is a credential without a proof, as JSON. It is signed only if it is
    right in every respect, and verified before it is written. Several files, or
    a folder of them, need --into.
    """
    from vcwallet.errors import VcwalletError
    from vcwallet.operations.issuing import issue
    from vcwallet.terminal.files import content_of, put_out
    from vcwallet.terminal.key_files import read_signer
    from vcwallet.terminal.refusals import refuse
    from vcwallet.terminal.sources import find_source, is_folder
    from vcwallet.wire.strict_json import parse_object

    if into is None and (len(inputs) > 1 or is_folder(inputs[0])):
        raise click.UsageError("several documents are written into a folder: name it with --into")
    if into is not None and output is not None:
        raise click.UsageError("either -o for one document, or --into for several")
    if mandatory and into is not None:
        raise click.UsageError("--mandatory is about one document: it does not go with --into")
    signer = read_signer(key, passphrase_file, controller)
    if into is not None:
        return _issue_into(Path(into), inputs, signer, securing, moment)
    source = find_source(inputs[0])
    try:
        with misuse_is_wrong_use():
            document = parse_object(content_of(source))
            signed = issue(document, signer, securing=securing, at=moment, mandatory=mandatory or None)
    except VcwalletError as error:
        return refuse(source.name, error)
    put_out(signed.data, output)
    return 0


def _issue_into(
    folder: Path, inputs: tuple[str, ...], signer: "Signer", securing: str | None, moment: "datetime"
) -> int:
    """Sign every document; what cannot be signed is named and does not stop the others."""
    from vcwallet.errors import VcwalletError
    from vcwallet.operations.issuing_many import issue_many
    from vcwallet.terminal.files import content_of, write_new
    from vcwallet.terminal.refusals import refuse
    from vcwallet.terminal.sources import find_sources
    from vcwallet.wire.strict_json import parse_object

    sources = find_sources(inputs, None)
    names: list[str] = []
    failures = 0

    def documents() -> Iterator[dict[str, Any]]:
        nonlocal failures
        for source in sources:
            try:
                document = parse_object(content_of(source))
            except VcwalletError as error:
                failures += 1
                refuse(source.name, error)
                continue
            names.append(source.name)
            yield document

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f"cannot make the folder {folder}: {error.strerror}") from error
    with misuse_is_wrong_use():
        for result in issue_many(documents(), signer, securing=securing, at=moment):
            name = names[result.index]
            if result.signed is None:
                failures += 1
                assert result.error is not None
                refuse(name, result.error)
                continue
            path = folder / (Path(name).stem + (".jwt" if result.signed.is_token else ".json"))
            write_new(path, result.signed.data)
            click.echo(str(path))
    return _SOME_FAILED if failures else 0


@click.command(
    "present",
    epilog="""\b
Examples:
  vcwallet present --key ana.pem --challenge 8f3b --domain https://work.example badge.json
  vcwallet present --key ana.pem --for-anybody -o shown.json badge.png diploma.jwt
  vcwallet present --key ana.pem --challenge 8f3b --withhold 1:/evidence divisible.json badge.json""",
)
@click.argument("inputs", nargs=-1, required=True, metavar="FILE|FOLDER...")
@key_option
@as_option("Who presents")
@click.option("--challenge", metavar="TEXT", help="What the verifier asked with, so that it is an answer.")
@click.option("--domain", multiple=True, metavar="TEXT", help="Who the verifier is; may be given several times.")
@click.option(
    "--withhold",
    multiple=True,
    metavar="[N:]POINTER",
    help="Leave this out of the Nth credential, where its issuer allows it; 'vcwallet fields' lists what can be.",
)
@click.option("--for-anybody", is_flag=True, help="Without a challenge: whoever gets it can show it again.")
@click.option("--securing", metavar="HOW", help="A cryptosuite, or vp+jwt. Without it, what fits the key.")
@passphrase_option
@at_option
@_output_option
def present_command(  # noqa: PLR0913 - the options of a command
    inputs: tuple[str, ...],
    *,
    key: str,
    controller: str | None,
    challenge: str | None,
    domain: tuple[str, ...],
    withhold: tuple[str, ...],
    for_anybody: bool,
    securing: str | None,
    passphrase_file: str | None,
    moment: "datetime",
    output: str | None,
) -> int:
    """Show credentials as their holder.

    FILE is a signed credential: JSON, a token, or a picture with one inside. The
    presentation answers the verifier's challenge, and is for that verifier only.
    What can be shown in part is shown without what is withheld.
    """
    from vcwallet.operations.baking import is_image, unbake
    from vcwallet.records import plan
    from vcwallet.terminal.files import content_of, put_out
    from vcwallet.terminal.key_files import read_signer
    from vcwallet.terminal.sources import find_sources

    if (challenge is None) != for_anybody:
        raise click.UsageError("either --challenge, or --for-anybody")
    contents = [content_of(source) for source in find_sources(inputs, None)]
    credentials = [unbake(content) if is_image(content) else content for content in contents]
    signer = read_signer(key, passphrase_file, controller)
    with misuse_is_wrong_use():
        shown = plan(credentials)
        for item, pointers in _withheld(withhold, len(credentials)).items():
            shown.withhold(item, *pointers)
        signed = shown.present(signer, challenge=challenge, audience=domain or None, securing=securing, at=moment)
    put_out(signed.data, output)
    return 0


def _withheld(options: tuple[str, ...], count: int) -> dict[int, list[str]]:
    """The pointers for each credential. Without a number in front, a pointer is for the only one."""
    found: dict[int, list[str]] = {}
    for option in options:
        number, colon, pointer = option.partition(":")
        if option.startswith("/"):
            number, pointer = "1", option
        elif not (colon and number.isascii() and number.isdigit() and pointer.startswith("/")):
            raise click.UsageError(f"expected --withhold /POINTER or N:/POINTER, found {option!r}")
        if option.startswith("/") and count > 1:
            raise click.UsageError(f"{option}: of which credential? Say its number first, as in 1:{option}")
        if not 1 <= int(number) <= count:
            raise click.UsageError(f"{option}: there are {count} credentials")
        found.setdefault(int(number) - 1, []).append(pointer)
    return found


@click.command(
    "bake",
    epilog="""\b
Examples:
  vcwallet bake -o badge.png picture.png badge.json
  vcwallet bake --replace -o new.svg badge.svg badge.jwt""",
)
@click.argument("picture", metavar="PICTURE")
@click.argument("credential", metavar="CREDENTIAL")
@click.option("-o", "--output", required=True, metavar="FILE", help="Write to this file, which must not exist yet.")
@click.option("--replace", is_flag=True, help="Take the place of a credential that is in the picture already.")
def bake_command(picture: str, credential: str, *, output: str, replace: bool) -> int:
    """Put a signed badge or learner record into a PNG or SVG picture.

    Everything else in the picture stays as it is, byte for byte. One picture
    carries one credential.
    """
    from vcwallet.operations.baking import bake
    from vcwallet.terminal.files import read_file, write_new

    if [picture, credential].count("-") > 1:
        raise click.UsageError("standard input (-) can be read only once")
    write_new(output, bake(read_file(picture), read_file(credential), replace=replace))
    return 0
