"""What a credential says about itself, for `vcwallet inspect`: shown, and believed in no way.

Members are read wherever the data models of Verifiable Credentials, Open Badges 3.0 and CLR 2.0 put them. Anything may
be missing or of a wrong type: then it is left out or shown as it is. Nothing is verified, fetched or followed.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from vcwallet.credentials.badge_v2_upgrade import is_badge_document
from vcwallet.credentials.credential import Credential, as_list
from vcwallet.credentials.presentation import is_presentation
from vcwallet.credentials.sd_jwt_vc import SdJwtVc
from vcwallet.securing.envelope import CompactJwt, HostedAddress, Secured
from vcwallet.terminal.badge_v2_lines import badge_lines
from vcwallet.terminal.printable_text import printable
from vcwallet.terminal.screen import Screen
from vcwallet.wire import json_pointer

# A list longer than this is no overview any more; `--json` has all of it.
_MAX_ENTRIES: Final = 12
# A picture in a data: URL has a hundred thousand characters.
_MAX_VALUE: Final = 300

_INDENT: Final = 2
_COLUMN: Final = 16

_EMBEDDED: Final = frozenset({"verifiableCredential", "endorsement", "endorsementJwt"})


def show_contents(screen: Screen, document: Mapping[str, Any], secured: Secured, source: str) -> None:
    """Everything at a glance. `document` is the credential that `secured` stands for; `source` says where it was found."""
    screen.line(("UNVERIFIED", "bold yellow"), " · this is what the credential says; nothing of it was checked")
    screen.blank()
    is_badge_v2 = isinstance(secured, HostedAddress) or is_badge_document(document)
    if isinstance(secured, CompactJwt) and secured.form == "dc+sd-jwt":
        rows = _token_rows(SdJwtVc(document), secured, source)
    elif is_badge_v2:
        rows = badge_lines(document, secured, source)
    else:
        rows = _rows(Credential(document), secured, source)
    for label, values in rows:
        for number, value in enumerate(values[:_MAX_ENTRIES]):
            shown = printable(value, limit=_MAX_VALUE)
            head = ((label, "dim"),) if number == 0 else ()
            screen.line(shown, label=head, indent=_INDENT, column=_COLUMN)
        if len(values) > _MAX_ENTRIES:
            screen.line((f"… and {len(values) - _MAX_ENTRIES} more; --json has them all", "dim"), indent=_COLUMN)
    screen.blank()
    command = "vcwallet verify-presentation" if is_presentation(document) else "vcwallet verify"
    screen.line(f"To find out whether it is true: {command}", indent=_INDENT)


def _rows(credential: Credential, secured: Secured, source: str) -> Iterator[tuple[str, list[str]]]:
    document, achievement = credential.document, credential.achievement or {}
    yield "source", [source]
    yield "kind", ["VerifiablePresentation" if is_presentation(document) else credential.kind]
    yield "holder", _each(document, "holder", "name", "id")
    yield "types", list(credential.types)
    yield "data model", [_data_model(credential)]
    yield "secured by", _securing(credential, secured) or ["nothing: it carries no proof"]
    yield "id", _each(document, "id")
    yield "name", _each(document, "name")
    yield "achievement", [_line(achievement, "name", "achievementType", "id")] if achievement else []
    yield "issuer", _each(document, "issuer", "name", "id")
    yield "recipient", [line for subject in as_list(document.get("credentialSubject")) for line in _recipient(subject)]
    yield "valid from", _each(document, "validFrom") or _each(document, "issuanceDate")
    no_end = [] if is_presentation(document) else ["no end is stated"]
    yield "valid until", _each(document, "validUntil") or _each(document, "expirationDate") or no_end
    yield "awarded", _each(document, "awardedDate")
    yield "contexts", _each(document, "@context")
    yield "results", [line for subject in credential.subjects for line in _each(subject, "result", "value", "status")]
    yield "alignments", _each(achievement, "alignment", "targetName", "targetFramework", "targetCode", "targetUrl")
    yield "evidence", _each(document, "evidence", "name", "genre", "id")
    yield "status", _each(document, "credentialStatus", "type", "statusPurpose", "id")
    yield "schemas", _each(document, "credentialSchema", "type", "id")
    yield "refresh", _each(document, "refreshService", "type", "id")
    yield "inside", list(_embedded(document))


def _token_rows(credential: SdJwtVc, secured: CompactJwt, source: str) -> Iterator[tuple[str, list[str]]]:
    """Of an SD-JWT VC, what is the same for every type; all other claims as they are."""
    claims = credential.document
    named = {"vct", "aka_vcts", "iss", "sub", "nbf", "iat", "exp", "status", "cnf"}
    yield "source", [source]
    yield "kind", [credential.kind]
    yield "types", list(credential.types)
    yield "secured by", [f"SD-JWT · {_line(secured.unverified_jws.header, 'alg', 'kid')}"]
    yield "issuer", _each(claims, "iss")
    yield "recipient", _each(claims, "sub")
    yield "valid from", [str(credential.valid_from)] if credential.valid_from else []
    yield "valid until", [str(credential.valid_until)] if credential.valid_until else ["no end is stated"]
    yield "status", _each(claims, "status")
    yield "claims", [f"{name}: {_line(value)}" for name, value in claims.items() if name not in named]


def _data_model(credential: Credential) -> str:
    if credential.version is None:
        return "unknown: the first context is none of Verifiable Credentials 2.0 or 1.1"
    return f"Verifiable Credentials {credential.version}"


def _securing(credential: Credential, secured: Secured) -> list[str]:
    """Each way in which the credential claims to be secured, and by whose key."""
    proofs = _each(credential.document, "proof", "type", "cryptosuite", "verificationMethod", "created")
    if isinstance(secured, CompactJwt):
        return [f"JWT · {_line(secured.unverified_jws.header, 'alg', 'kid')}", *proofs]
    return proofs


def _each(owner: Mapping[str, Any], member: str, *parts: str) -> list[str]:
    return [_line(entry, *parts) for entry in as_list(owner.get(member))]


def _line(value: Any, *parts: str) -> str:
    """One value: the named parts of an object that it has, or else the value as it is."""
    if isinstance(value, Mapping):
        found = [_line(value[part]) for part in parts if part in value]
        if found:
            return " · ".join(found)
        if isinstance(value.get("@value"), str):
            return str(value["@value"])
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _recipient(subject: Any) -> Iterator[str]:
    """By what the subject can be recognised: a name, an id, and the identity objects of Open Badges."""
    if not isinstance(subject, Mapping):
        yield _line(subject)
        return
    if "name" in subject or "id" in subject:
        yield _line(subject, "name", "id")
    for entry in as_list(subject.get("identifier")):
        hashed = " (hashed)" if isinstance(entry, Mapping) and entry.get("hashed") is True else ""
        yield _line(entry, "identityType", "identityHash") + hashed


def _embedded(document: Mapping[str, Any]) -> Iterator[str]:
    """Every credential and endorsement inside, at any depth, with its place."""
    for pointer, value in json_pointer.walk(dict(document)):
        if pointer.rpartition("/")[2] in _EMBEDDED:
            for number, entry in enumerate(as_list(value)):
                place = json_pointer.join(pointer, number) if isinstance(value, list) else pointer
                yield f"{_embedded_line(entry)} (at {place})"


def _embedded_line(entry: Any) -> str:
    if not isinstance(entry, Mapping):
        return "a token"
    inner = Credential(entry)
    return f"{inner.kind}: {inner.name or 'without a name'} · {inner.issuer_name or inner.issuer_id or 'no issuer'}"
