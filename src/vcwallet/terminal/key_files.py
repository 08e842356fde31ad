"""Keys in files, as the commands use them: a private key in NAME.pem, its public half in NAME.pub.pem.

The name of the file is the name of the key. So `--as did:web:college.example` with the file `key-2026.pem` means the
verification method `did:web:college.example#key-2026`, and `vcwallet did` publishes it under the same name.
"""

import sys
from pathlib import Path
from typing import Final

import click

from vcwallet.dids.controller_document import did_jwk
from vcwallet.errors import Refused
from vcwallet.keys.public_key import PublicKey
from vcwallet.keys.public_pem import public_key_from_pem
from vcwallet.keys.signer import LocalSigner
from vcwallet.terminal.files import read_file

_SUFFIXES: Final = (".pub.pem", ".pem")
# Longer than anybody types; a file that is longer is another file.
_MAX_PASSPHRASE_BYTES: Final = 4096


def key_name(path: str) -> str:
    """The name of the key that a file holds."""
    name = Path(path).name
    suffix = next((suffix for suffix in _SUFFIXES if name.endswith(suffix)), "")
    return name.removesuffix(suffix)


def read_passphrase(path: str) -> bytes:
    """The first line of a file. Raises `click.UsageError` when there is nothing on it."""
    passphrase = read_file(path)[: _MAX_PASSPHRASE_BYTES + 1].split(b"\n", 1)[0].rstrip(b"\r")
    if not passphrase or len(passphrase) > _MAX_PASSPHRASE_BYTES:
        raise click.UsageError(f"expected a passphrase on the first line of {click.format_filename(path)}")
    return passphrase


def read_signer(path: str, passphrase_file: str | None, issuer: str | None) -> LocalSigner:
    """The signer in a private key file, named as `issuer` says. Asks for a passphrase that nobody gave."""
    pem = read_file(path)
    passphrase = None if passphrase_file is None else read_passphrase(passphrase_file)
    if passphrase is None and b"ENCRYPTED" in pem:
        if not sys.stdin.isatty():
            raise click.UsageError("the key is encrypted: give its passphrase with --passphrase-file")
        passphrase = click.prompt("Passphrase", hide_input=True, err=True).encode()
    return named(LocalSigner.from_private_pem(pem, passphrase=passphrase), issuer, key_name(path))


def named(signer: LocalSigner, issuer: str | None, name: str) -> LocalSigner:
    """The signer as this issuer: "did:key", "did:jwk", another DID or an https address; a key is named as its file is."""
    if issuer is None or issuer == "did:key":
        return signer
    if issuer == "did:jwk":
        return signer.named(f"{did_jwk(signer.public_key)}#0")
    return signer.named(issuer if "#" in issuer else f"{issuer}#{name}")


def read_public_key(path: str) -> PublicKey:
    """The public key in a file. Raises `Refused` key_file_is_private for a private key, as nothing of it is needed."""
    try:
        return public_key_from_pem(read_file(path))
    except Refused as error:
        if error.code != "key_file_is_private":
            raise
        hint = f"give the public half, {key_name(path)}.pub.pem, which keygen wrote beside it"
        raise Refused(error.code, error.problem.message, hint=hint) from None
