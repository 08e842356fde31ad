"""The page about personal access tokens: make one, which is shown once; see them; revoke one."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, URLEncodedBody

from vcwallet_api.account import personal_tokens, profile
from vcwallet_api.account.callers import SCOPES, Caller
from vcwallet_api.account.page_models import ScopeChoice, TokenLine, TokensPage
from vcwallet_api.clock import Clock
from vcwallet_api.forms import Forms, Refused
from vcwallet_api.languages import Language, message
from vcwallet_api.refusals import Unusable
from vcwallet_api.settings import Settings
from vcwallet_api.storage.database import Database

_PATH: Final = "/account/tokens"
_MAX_NAME: Final = 100
# A token ends with the first moment after its last day.
_MOMENT: Final = timedelta(microseconds=1)
_ONLY_ADMINISTRATORS: Final = "deliveries:write"
_SCOPES: Final = {
    "account:read": message("See your name and your addresses"),
    "backpack:read": message("See your badges"),
    "backpack:write": message("Import, hide and remove badges"),
    _ONLY_ADMINISTRATORS: message("Deliver badges to anybody"),
}


@dataclass
class TokenForm:
    """What it is for, what it may do, and its last day."""

    name: str = ""
    # One box that is ticked comes as a text, several as a list.
    scopes: list[str] | str = ""
    last_day: str = ""

    @property
    def chosen(self) -> tuple[str, ...]:
        return tuple([self.scopes] if isinstance(self.scopes, str) else self.scopes) if self.scopes else ()


@dataclass(frozen=True, slots=True)
class TokenReader:
    """Gathers what the page of tokens shows."""

    database: Database
    settings: Settings

    def page(self, caller: Caller, language: Language, *, chosen: tuple[str, ...] = (), **more: Any) -> TokensPage:
        """The page; `more` is what was typed, and why it was refused."""
        say = language.translate
        mine = profile.read_profile(self.database, caller, self.settings.administrators)
        lines = tuple(
            TokenLine(
                id=row.id,
                name=row.name,
                scopes=tuple(say(_SCOPES.get(scope, scope)) for scope in row.scopes),
                made_at=row.created_at,
                ends_at=row.expires_at - _MOMENT if row.expires_at is not None else None,
                used_at=row.last_used_at,
            )
            for row in personal_tokens.list_tokens(self.database, caller)
        )
        choices = tuple(
            ScopeChoice(scope=scope, label=say(_SCOPES[scope]), is_chosen=scope in chosen)
            for scope in SCOPES
            if scope != _ONLY_ADMINISTRATORS or mine.is_administrator
        )
        return TokensPage(tokens=lines, scopes=choices, **more)


@get(_PATH, include_in_schema=False, sync_to_thread=True)
def tokens_page(
    forms: NamedDependency[Forms], caller: NamedDependency[Caller], token_reader: NamedDependency[TokenReader]
) -> Response[Any]:
    """The tokens of the account. Their texts are known to nobody any more."""
    return forms.page(token_reader.page(caller, forms.language))


@post(_PATH, status_code=200, include_in_schema=False, sync_to_thread=True)
def create_token(
    data: URLEncodedBody[TokenForm],
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    token_reader: NamedDependency[TokenReader],
    clock: NamedDependency[Clock],
) -> Response[Any]:
    """Make one. Its text is on this page, and nowhere else."""

    def _create() -> Response[Any]:
        if not data.name.strip():
            raise Unusable("name_missing")
        _, text = personal_tokens.create_token(
            token_reader.database,
            caller,
            name=data.name.strip()[:_MAX_NAME],
            scopes=data.chosen,
            expires_at=_end(data.last_day),
            administrators=token_reader.settings.administrators,
            now=clock(),
        )
        return forms.page(token_reader.page(caller, forms.language, new_token=text))

    def _again(refused: Refused) -> TokensPage:
        return token_reader.page(
            caller,
            forms.language,
            chosen=data.chosen,
            name=data.name[:_MAX_NAME],
            last_day=data.last_day[:10],
            **refused.shown,
        )

    return forms.answer(_create, _again, stands_on=_PATH)


@post(f"{_PATH}/{{token:uuid}}/revoke", status_code=303, include_in_schema=False, sync_to_thread=True)
def revoke_token(
    token: FromPath[UUID],
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    token_reader: NamedDependency[TokenReader],
) -> Response[Any]:
    """It works no more."""

    def _revoke() -> str:
        personal_tokens.revoke_token(token_reader.database, caller, token)
        return f"{_PATH}?done=token-revoked"

    return forms.answer(_revoke, lambda refused: token_reader.page(caller, forms.language, **refused.shown))


def _end(last_day: str) -> datetime | None:
    """The end of that day, in UTC because nothing else is known of where they are; None for no end."""
    if not last_day:
        return None
    try:
        return datetime.combine(date.fromisoformat(last_day) + timedelta(days=1), time(), UTC)
    except (ValueError, OverflowError) as error:
        raise Unusable("end_malformed") from error


PRIVATE: Final[list[HTTPRouteHandler]] = [tokens_page, create_token, revoke_token]
