"""Keys in files, as the commands use them: a private key in NAME.pem, its public half in NAME.pub.pem.

The name of the file is the name of the key. So `--as did:web:college.example` with the file `key-2026.pem` means the
verification method `did:web:college.example#key-2026`, and `vcwallet did` publishes it under the same name.
"""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

import click

from vcwallet.dids.controller_document import did_jwk
from vcwallet.errors import Malformed, Refused
from vcwallet.keys.bbs_pem import (
    bbs_public_key_from_pem,
    bbs_public_key_to_pem,
    bbs_signer_from_pem,
    bbs_signer_to_pem,
    is_bbs_pem,
)
from vcwallet.keys.bbs_signer import BbsSigner
from vcwallet.keys.public_key import PublicKey
from vcwallet.keys.public_pem import public_key_from_pem, public_key_to_pem
from vcwallet.keys.signer import LocalSigner
from vcwallet.terminal.files import read_file

_SUFFIXES: Final = (".pub.pem", ".pem")
# Longer than anybody types; a file that is longer is another file.
_MAX_PASSPHRASE_BYTES: Final = 4096

_Signer = TypeVar("_Signer", LocalSigner, BbsSigner)


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


@dataclass(frozen=True, slots=True)
class NewKeyFiles:
    """A new key as its two files, and the did:key that it is."""

    private_pem: bytes = field(repr=False)
    public_pem: bytes
    controller: str


def new_key_files(key_type: str, passphrase: bytes | None) -> NewKeyFiles:
    """A new key of this type: one of `LocalSigner`, or "BBS". Raises `Undecided` bbs_unavailable."""
    if key_type == "BBS":
        bbs = BbsSigner.generate()
        pem = bbs_signer_to_pem(bbs, passphrase=passphrase)
        return NewKeyFiles(pem, bbs_public_key_to_pem(bbs.public_key), bbs.controller)
    signer = LocalSigner.generate(key_type)  # type: ignore[arg-type]
    pem = signer.private_pem(passphrase=passphrase)
    return NewKeyFiles(pem, public_key_to_pem(signer.public_key), signer.controller)


def read_signer(path: str, passphrase_file: str | None, issuer: str | None) -> LocalSigner | BbsSigner:
    """The signer in a private key file, named as `issuer` says. Asks for a passphrase that nobody gave."""
    pem = read_file(path)
    passphrase = None if passphrase_file is None else read_passphrase(passphrase_file)
    if passphrase is None and b"ENCRYPTED" in pem:
        if not sys.stdin.isatty():
            raise click.UsageError("the key is encrypted: give its passphrase with --passphrase-file")
        passphrase = click.prompt("Passphrase", hide_input=True, err=True).encode()
    try:
        return _signer(pem, passphrase, issuer, key_name(path))
    except Malformed as error:
        if error.code != "private_key_malformed":
            raise
        hint = "keygen makes one" if b" PUBLIC KEY" not in pem else "this is the public half: give the file beside it"
        raise Malformed(error.code, error.problem.message, hint=hint) from None


def _signer(pem: bytes, passphrase: bytes | None, issuer: str | None, name: str) -> LocalSigner | BbsSigner:
    if is_bbs_pem(pem):
        return named(bbs_signer_from_pem(pem, passphrase=passphrase), issuer, name)
    return named(LocalSigner.from_private_pem(pem, passphrase=passphrase), issuer, name)


def named(signer: _Signer, issuer: str | None, name: str) -> _Signer:
    """The signer as this issuer: "did:key", "did:jwk", another DID or an https address; a key is named as its file is."""
    if issuer is None or issuer == "did:key":
        return signer
    if issuer == "did:jwk":
        if isinstance(signer, BbsSigner):
            raise click.UsageError("a BBS key has no JWK: it cannot be a did:jwk")
        return signer.named(f"{did_jwk(signer.public_key)}#0")
    return signer.named(issuer if "#" in issuer else f"{issuer}#{name}")


def read_public_key(path: str) -> PublicKey:
    """The public key in a file. Raises `Refused` key_file_is_private for a private key, as nothing of it is needed."""
    pem = read_file(path)
    try:
        return bbs_public_key_from_pem(pem) if is_bbs_pem(pem) else public_key_from_pem(pem)
    except Refused as error:
        if error.code != "key_file_is_private":
            raise
        hint = f"give the public half, {key_name(path)}.pub.pem, which keygen wrote beside it"
        raise Refused(error.code, error.problem.message, hint=hint) from None
