"""The commands about keys: `vcwallet keygen` and `vcwallet did`."""

import json
import re
from pathlib import Path
from typing import Any, Final

import click

_KEY_TYPES: Final = {"ed25519": "Ed25519", "p-256": "P-256", "p-384": "P-384", "rsa": "RSA", "bbs": "BBS"}
_REVOKED: Final = re.compile(r"(?P<name>[^=]+)=(?P<moment>.+)", re.DOTALL)


@click.command(
    "keygen",
    epilog="""\b
Examples:
  vcwallet keygen key-2026.pem
  vcwallet keygen --type p-256 --no-passphrase key-2026.pem
  vcwallet keygen --type bbs --no-passphrase key-2026.pem""",
)
@click.argument("output", metavar="NAME.pem")
@click.option(
    "--type",
    "key_type",
    type=click.Choice(list(_KEY_TYPES), case_sensitive=False),
    default="ed25519",
    show_default=True,
)
@click.option("--passphrase-file", metavar="FILE", help="Encrypt the key with the first line of this file.")
@click.option("--no-passphrase", is_flag=True, help="Do not encrypt the key: whoever reads the file can sign.")
def keygen_command(output: str, *, key_type: str, passphrase_file: str | None, no_passphrase: bool) -> int:
    """Make a key to sign with.

    The private key goes into NAME.pem, which only you may read, and its public
    half into NAME.pub.pem. Printed is the key's own identifier, a did:key, which
    can be the issuer of credentials as it is. A key of type bbs signs only with
    bbs-2023, and needs the extra: pip install 'vcwallet[bbs]'.
    """
    from vcwallet.terminal.files import PRIVATE, write_new
    from vcwallet.terminal.key_files import key_name, new_key_files, read_passphrase

    if not output.endswith(".pem") or output.endswith(".pub.pem"):
        raise click.UsageError(
            "the file is called NAME.pem, and NAME will be the name of the key, such as key-2026.pem"
        )
    if passphrase_file is not None and no_passphrase:
        raise click.UsageError("either --passphrase-file or --no-passphrase")
    passphrase: bytes | None = None
    if passphrase_file is not None:
        passphrase = read_passphrase(passphrase_file)
    elif not no_passphrase:
        passphrase = _ask_for_passphrase()
    made = new_key_files(_KEY_TYPES[key_type.lower()], passphrase)
    write_new(output, made.private_pem, mode=PRIVATE)
    write_new(Path(output).with_name(f"{key_name(output)}.pub.pem"), made.public_pem)
    click.echo(made.controller)
    return 0


def _ask_for_passphrase() -> bytes:
    import sys

    if not sys.stdin.isatty():
        raise click.UsageError("nobody is there to ask for a passphrase: say --passphrase-file or --no-passphrase")
    text: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True)
    return text.encode()


@click.command(
    "did",
    epilog="""\b
Examples:
  vcwallet did key-2026.pub.pem
  vcwallet did --as did:web:college.example key-2025.pub.pem key-2026.pub.pem
  vcwallet did --as did:web:college.example --into site key-2026.pub.pem

\b
When a key is replaced, go on publishing the old one: what it signed is verified
with it. When a key may be in other hands, say so with --revoked; from then on
nothing that it ever signed verifies:
  vcwallet did --as did:web:college.example --revoked key-2025=2026-03-01 \\
      key-2025.pub.pem key-2026.pub.pem""",
)
@click.argument("keys", nargs=-1, required=True, metavar="NAME.pub.pem...")
@click.option(
    "--as",
    "issuer",
    metavar="ISSUER",
    default="did:key",
    show_default=True,
    help="Whose document: did:key, did:jwk, did:web:HOST, or the https address at which it will be served.",
)
@click.option(
    "--into", metavar="FOLDER", help="Write the files to publish into this folder, at their paths on the web."
)
@click.option("--revoked", multiple=True, metavar="NAME=TIME", help="This key is not to be trusted from that time on.")
@click.option("--jwk", "as_jwk", is_flag=True, help="Write the keys of a did:web or https issuer as JSON Web Keys.")
def did_command(keys: tuple[str, ...], *, issuer: str, into: str | None, revoked: tuple[str, ...], as_jwk: bool) -> int:
    """Write the document by which verifiers find an issuer's keys.

    A did:key or did:jwk is its own document, and is shown for inspection. The
    document of a did:web, or of an https issuer, has to be published, together
    with the key set of its host; --into writes both as files.
    """
    from vcwallet.dids.controller_document import did_jwk_document, did_key_document
    from vcwallet.terminal.files import put_out
    from vcwallet.terminal.key_files import read_public_key

    if issuer in ("did:key", "did:jwk"):
        if len(keys) > 1 or into is not None or revoked or as_jwk:
            raise click.UsageError(
                f"a {issuer} is one key, which is never published or revoked; give --as did:web:HOST"
            )
        make = did_key_document if issuer == "did:key" else did_jwk_document
        put_out(_json(make(read_public_key(keys[0]))), None)
        return 0
    identity = _identity(keys, issuer, revoked, as_jwk=as_jwk)
    if into is None:
        put_out(_json(identity.document()), None)
        return 0
    for address, content in identity.files().items():
        click.echo(f"{_write_below(Path(into), address, content)} is to be served at {address}")
    return 0


def _identity(keys: tuple[str, ...], issuer: str, revoked: tuple[str, ...], *, as_jwk: bool) -> Any:
    from vcwallet.dids.controller_document import IssuerIdentity, PublishedKey
    from vcwallet.errors import Malformed
    from vcwallet.terminal.key_files import key_name, read_public_key

    published = tuple(
        PublishedKey(f"{issuer}#{key_name(path)}", read_public_key(path), form="JsonWebKey" if as_jwk else "Multikey")
        for path in keys
    )
    try:
        identity = IssuerIdentity(issuer, published)
        identity.address  # noqa: B018 - that there is one is what is asked
    except (ValueError, Malformed) as error:
        raise click.UsageError(str(error)) from error
    for entry in revoked:
        name, moment = _read_revoked(entry)
        try:
            identity = identity.revoking(f"{issuer}#{name}", moment)
        except KeyError as error:
            raise click.UsageError(f"there is no key {name} among those given") from error
    return identity


def _read_revoked(entry: str) -> tuple[str, Any]:
    from vcwallet.terminal.options import read_moment

    match = _REVOKED.fullmatch(entry)
    if match is None:
        raise click.UsageError(f"expected --revoked NAME=TIME, such as key-2025=2026-03-01; found {entry!r}")
    context = click.get_current_context()
    return match["name"], read_moment(context, context.command.params[0], match["moment"])


def _write_below(folder: Path, address: str, content: bytes) -> Path:
    """The file for an address, below the folder that stands for the root of its host."""
    from urllib.parse import urlsplit

    from vcwallet.terminal.files import write_new

    parts = [part for part in urlsplit(address).path.split("/") if part not in ("", ".", "..")]
    path = folder.joinpath(*parts) if parts else folder / "index.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f"cannot make the folder {path.parent}: {error.strerror}") from error
    write_new(path, content)
    return path


def _json(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
