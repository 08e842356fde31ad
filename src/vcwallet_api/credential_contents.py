"""What a credential says of itself, ready to be shown: a badge of Open Badges 3.0 or 2.0, a learner record, any other.

Nothing of it is true because it is here; whether it is, a report says. Lengths and numbers are bounded, because whoever
wrote the credential chose them. Every address that could become a link has passed `web_link`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from vcwallet import Assertion, Credential, SdJwtVc
from vcwallet_api.medals import medal_for
from vcwallet_api.safe_markdown import MAX_CHARACTERS, web_link

# Names in circulation stay below a tenth of this.
_MAX_NAME: Final = 500
# The longest language tag that software has to take (RFC 5646, 4.4.1).
_MAX_TAG: Final = 35
# More of a kind than this nobody reads on a page; the download has all of it.
_MAX_ENTRIES: Final = 50
_PICTURE_PREFIXES: Final = ("data:image/png;base64,", "data:image/jpeg;base64,", "data:image/svg+xml;base64,")
# About 370 kB of picture: more would make a page slow on a phone.
_MAX_PICTURE_CHARACTERS: Final = 500_000


@dataclass(frozen=True, slots=True)
class Entry:
    """Something with a name that a badge points to: a piece of evidence, a skill, a result.

    - `name`: what it is called; "" if it has no name.
    - `text`: what is said about it.
    - `link`: a web address, or None.
    """

    name: str
    text: str
    link: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a credential says.

    - `name`, `description`, `criteria`, `criteria_link`, `language`: of the achievement; `language` is a BCP 47 tag or "".
    - `issuer_name`, `issuer_id`, `issuer_link`: the name that the issuer gives itself, who it is, and where it lives.
    - `recipient_name`: as the issuer wrote it; "" if it is not there.
    - `awarded_on`, `expires_on`: dates, or None.
    - `securing`: how it is signed; "" if unknown.
    - `picture`: where its picture is: inside the credential, or drawn by us. `picture_text`: what it shows.
    - `results`, `evidence`, `skills`: entries; `tags`: words.
    - `members`: the badges in a learner record, with who issued them.
    - `translations`: where the achievement is described in other languages, which the signature does not cover: entries
      whose name is the BCP 47 tag.
    - `in_parts`: whether its holder can show parts of it; only asked for its holder.
    """

    name: str
    description: str
    criteria: str
    criteria_link: str | None
    language: str
    issuer_name: str
    issuer_id: str
    issuer_link: str | None
    recipient_name: str
    awarded_on: datetime | None
    expires_on: datetime | None
    securing: str
    picture: str
    picture_text: str
    results: tuple[Entry, ...]
    evidence: tuple[Entry, ...]
    skills: tuple[Entry, ...]
    tags: tuple[str, ...]
    members: tuple[Entry, ...] = ()
    translations: tuple[Entry, ...] = ()
    in_parts: bool = False

    def to_json(self) -> dict[str, Any]:
        """The same as JSON values, to cross a process."""
        moments = {name: getattr(self, name).isoformat() if getattr(self, name) else None for name in _MOMENTS}
        return {**asdict(self), **moments}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Contents":
        """What `to_json` gave."""
        moments = {name: datetime.fromisoformat(values[name]) if values[name] else None for name in _MOMENTS}
        entries = {name: tuple(Entry(**entry) for entry in values[name]) for name in _ENTRIES}
        return cls(**{**values, **moments, **entries, "tags": tuple(values["tags"])})


_MOMENTS: Final = ("awarded_on", "expires_on")
_ENTRIES: Final = ("results", "evidence", "skills", "members", "translations")


def contents_of(credential: Credential | Assertion | SdJwtVc, securing: str = "") -> Contents:
    """What this credential says, as a page can show it."""
    if isinstance(credential, Assertion):
        subject: Mapping[str, Any] = credential.document
        achievement = _object(credential.badge)
        issuer = _object(credential.issuer)
    elif isinstance(credential, SdJwtVc):
        # What its claims mean says the type, which nobody here knows: the type is all there is to show.
        subject, achievement, issuer = {}, {}, {}
    else:
        subject = _object(credential.subject)
        achievement = _object(credential.achievement)
        issuer = _object(credential.document.get("issuer"))
    called = credential.vct if isinstance(credential, SdJwtVc) else credential.name
    name, issuer_name = _text(called, _MAX_NAME), _text(credential.issuer_name, _MAX_NAME)
    criteria = _object(achievement.get("criteria"))
    own = picture_source(achievement.get("image")) or picture_source(credential.document.get("image"))
    return Contents(
        name=name,
        description=_text(credential.description),
        criteria=_text(criteria.get("narrative")),
        criteria_link=web_link(criteria.get("id") or achievement.get("criteria")),
        language=_language(achievement),
        issuer_name=issuer_name,
        issuer_id=_text(credential.issuer_id, _MAX_NAME),
        issuer_link=web_link(issuer.get("url")),
        recipient_name=_recipient_name(subject),
        awarded_on=credential.valid_from,
        expires_on=credential.valid_until,
        securing=securing,
        picture=own or medal_for(name, issuer_name or credential.issuer_id or "").path,
        picture_text=_text(_object(achievement.get("image")).get("caption"), _MAX_NAME),
        results=tuple(_results(subject, achievement)),
        evidence=tuple(_entry(item, "narrative", "description") for item in _several(_evidence(credential))),
        skills=tuple(_skill(item) for item in _several(achievement.get("alignment"))),
        tags=tuple(_text(tag, _MAX_NAME) for tag in _list(achievement.get("tag") or achievement.get("tags")))[
            :_MAX_ENTRIES
        ],
        members=tuple(_members(credential)),
        translations=tuple(_translations(achievement)),
    )


def picture_source(image: Any) -> str | None:
    """A picture that a credential carries inside itself, for the `src` of an image; None if it has none, or a link.

    A link would be fetched from another host, which would learn who looks at the badge and when.
    """
    address = image.get("id") if isinstance(image, Mapping) else image
    if isinstance(address, str) and address.startswith(_PICTURE_PREFIXES) and len(address) <= _MAX_PICTURE_CHARACTERS:
        return address
    return None


def _evidence(credential: Credential | Assertion | SdJwtVc) -> Any:
    return credential.document.get("evidence")


def _members(credential: Credential | Assertion | SdJwtVc) -> Iterable[Entry]:
    for member in credential.members[:_MAX_ENTRIES] if isinstance(credential, Credential) else ():
        yield Entry(_text(member.name, _MAX_NAME), _text(member.issuer_name, _MAX_NAME), None)


def _language(achievement: Mapping[str, Any]) -> str:
    return _text(achievement.get("inLanguage") or achievement.get("@language"), _MAX_TAG)


def _translations(achievement: Mapping[str, Any]) -> Iterable[Entry]:
    """Related achievements that name another language (Open Badges 3.0, Related); others are versions, or alike."""
    for related in _several(achievement.get("related")):
        tag, link = _language(related), web_link(related.get("id"))
        if link is not None and tag and tag != _language(achievement):
            yield Entry(tag, "", link)


def _recipient_name(subject: Mapping[str, Any]) -> str:
    for identifier in _several(subject.get("identifier")):
        if identifier.get("identityType") == "name" and identifier.get("hashed") is not True:
            return _text(identifier.get("identityHash"), _MAX_NAME)
    return _text(subject.get("name"), _MAX_NAME)


def _results(subject: Mapping[str, Any], achievement: Mapping[str, Any]) -> Iterable[Entry]:
    described = {str(item.get("id")): item for item in _several(achievement.get("resultDescription"))}
    for result in _several(subject.get("result")):
        description = described.get(str(result.get("resultDescription")), {})
        levels = {str(level.get("id")): level for level in _several(description.get("rubricCriterionLevel"))}
        level = levels.get(str(result.get("achievedLevel")), {})
        value = " · ".join(
            text for text in (_text(result.get("value")), _text(level.get("name")), _text(result.get("status"))) if text
        )
        yield Entry(_text(description.get("name"), _MAX_NAME), value, None)


def _skill(item: Mapping[str, Any]) -> Entry:
    return Entry(
        _text(item.get("targetName"), _MAX_NAME),
        _text(item.get("targetFramework") or item.get("targetDescription")),
        web_link(item.get("targetUrl")),
    )


def _entry(item: Mapping[str, Any], *texts: str) -> Entry:
    text = next((_text(item.get(name)) for name in texts if item.get(name)), "")
    return Entry(_text(item.get("name"), _MAX_NAME), text, web_link(item.get("id")))


def _several(value: Any) -> list[Mapping[str, Any]]:
    """The objects among one value or many; a bare address is an object with that id."""
    entries = [{"id": entry} if isinstance(entry, str) else entry for entry in _list(value)]
    return [entry for entry in entries if isinstance(entry, Mapping)][:_MAX_ENTRIES]


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any, limit: int = MAX_CHARACTERS) -> str:
    """A text, a language value, or the first of several; "" for anything else."""
    for entry in _list(value):
        text = entry.get("@value") if isinstance(entry, Mapping) else entry
        if isinstance(text, str):
            return text[:limit]
    return ""
