"""What the values of command line options mean. A value that means nothing raises `click.BadParameter`, with examples."""

import re
from datetime import UTC, datetime
from typing import Final

import click

from vcwallet.errors import Malformed
from vcwallet.policy import Recipient
from vcwallet.wire.timestamps import parse_timestamp

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_RECIPIENT: Final = re.compile(r"(?P<kind>ext:[A-Za-z0-9.\-_]+|[A-Za-z]+):(?P<identifier>.+)", re.ASCII | re.DOTALL)

# IdentifierTypeEnum of Open Badges 3.0 (B.6.4). It is listed here only to notice misspelt words: an unknown kind would
# match nobody, and the report would say that the credential is about somebody else.
IDENTIFIER_TYPES: Final = (
    "name",
    "sourcedId",
    "systemId",
    "productId",
    "userName",
    "accountId",
    "emailAddress",
    "nationalIdentityNumber",
    "isbn",
    "issn",
    "lisSourcedId",
    "oneRosterSourcedId",
    "sisSourcedId",
    "ltiContextId",
    "ltiDeploymentId",
    "ltiToolId",
    "ltiPlatformId",
    "ltiUserId",
    "identifier",
)
# What people write, in lower case, and what the specification calls it; "id" is the subject's own id, such as a DID.
_KINDS: Final = {name.lower(): name for name in IDENTIFIER_TYPES} | {
    "email": "emailAddress",
    "id": "id",
    # By these a recipient of Open Badges 2.0 may be known.
    "url": "url",
    "telephone": "telephone",
}


def read_moment(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime:
    """A date, meaning its first moment in UTC, or a date and time with a zone; None is now."""
    if value is None:
        return datetime.now(UTC)
    try:
        return parse_timestamp(f"{value}T00:00:00Z" if _DATE.fullmatch(value) else value)
    except Malformed as error:
        message = f"{value!r} is neither a date such as 2026-01-31 nor a time with a zone such as 2026-01-31T12:00:00Z."
        raise click.BadParameter(message, ctx, param) from error


def read_recipient(ctx: click.Context, param: click.Parameter, value: str | None) -> Recipient | None:
    """A kind of identifier, a colon, and the identifier; a DID on its own is the subject's id."""
    if value is None:
        return None
    if value.startswith("did:"):
        return Recipient("id", value)
    written = _RECIPIENT.fullmatch(value)
    if written is None:
        example = f"email:{value}" if "@" in value else "email:ana@campus.example"
        message = f"expected a kind of identifier, a colon and the identifier, such as {example}; found {value!r}."
        raise click.BadParameter(message, ctx, param)
    kind, identifier = written["kind"], written["identifier"]
    identifier_type = kind if kind.startswith("ext:") else _KINDS.get(kind.lower())
    if identifier_type is None:
        known = ", ".join(("email", "id", "url", "telephone", *IDENTIFIER_TYPES))
        message = f"there is no kind of identifier {kind!r}; there are {known}, and ext:…"
        raise click.BadParameter(message, ctx, param)
    return Recipient(identifier_type, identifier)
