"""What the pages of the Backpack may show."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from vcwallet_api.credential_contents import Contents
from vcwallet_api.report_wording import ReportInWords

StateTone = Literal["good", "bad", "unsure", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeCard:
    """A badge in a list.

    - `id`: which; the whole card is a link to it.
    - `name`, `issuer_name`, `awarded_at`: what a learner knows it by.
    - `picture`: the medal that is drawn for it, or where its own picture is.
    - `state`: one line in words; `tone` repeats it, `is_over` greys the picture.
    - `is_new`: whether it arrived by itself and its learner has not said yet that they saw it.
    - `address_removed`: whether the address that it came by was taken out of the account since.
    """

    id: UUID
    name: str
    issuer_name: str
    awarded_at: datetime
    picture: str
    state: str
    tone: StateTone
    is_over: bool
    is_new: bool
    address_removed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something to filter by: `value` is sent, `label` is read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackpackPage:
    """All badges, or those that are looked for.

    - `badges`: the cards.
    - `query`, `issuer`, `state`, `source`, `sort`: what was chosen.
    - `issuers`, `states`, `sources`, `sorts`: what there is to choose.
    - `is_filtered`: whether anything was chosen, so that no badges means none found.
    - `waiting`: how many badges wait for an address to be verified.
    - `next_link`: where the list goes on; None at its end.
    """

    template: ClassVar[str] = "backpack/list.html"
    uses_script: ClassVar[bool] = True

    badges: tuple[BadgeCard, ...]
    query: str
    issuer: str
    state: str
    source: str
    sort: str
    issuers: tuple[Choice, ...]
    states: tuple[Choice, ...]
    sources: tuple[Choice, ...]
    sorts: tuple[Choice, ...]
    is_filtered: bool
    waiting: int
    next_link: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgePage:
    """One badge: what it says, and what the last check found.

    - `card`: as in the list.
    - `says`: what it says.
    - `report`: the last check in words.
    - `address`: the address that it came by; "" if none, or none any more.
    - `matched_spelling`: which spelling of the address the issuer used; "" if none was found.
    - `revocation_reason`: what the issuer gives as the reason; "" if none.
    - `is_unanswered`: whether the last check found nothing wrong, and not everything out. What is kept was good once.
    - `is_hidden`, `is_waiting`: where it is.
    - `source_link`: the web address that it was imported from, or None.
    - `confirm_removal`: whether removal was asked for, and has to be confirmed.
    """

    template: ClassVar[str] = "backpack/badge.html"

    card: BadgeCard
    says: Contents
    report: ReportInWords
    address: str
    matched_spelling: str
    revocation_reason: str
    is_unanswered: bool
    is_hidden: bool
    is_waiting: bool
    source_link: str | None
    confirm_removal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPage:
    """Where a badge from elsewhere is brought in.

    - `url`, `text`: what was typed.
    - `error`, `error_next_step`, `code`: why it was not taken, and what to do.
    - `offers_address`: whether adding an address would help.
    - `held_id`: the badge that is in the Backpack already; None otherwise.
    - `held_name`: its name.
    """

    template: ClassVar[str] = "backpack/import.html"

    url: str = ""
    text: str = ""
    error: str = ""
    error_next_step: str = ""
    code: str = ""
    offers_address: bool = False
    held_id: UUID | None = None
    held_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsLine:
    """Something that happened to a badge.

    - `sentence`: what.
    - `detail`: why, as its issuer says; "" if nothing is said.
    - `at`: when.
    - `item_id`: which badge; None if it is gone.
    """

    sentence: str
    detail: str
    at: datetime
    item_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsPage:
    """What happened to the badges, the latest first: `lines`."""

    template: ClassVar[str] = "backpack/news.html"

    lines: tuple[NewsLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPage:
    """What is behind the link in a mail about a badge.

    - `token`: the link.
    - `name`, `issuer_name`, `picture`: of the badge.
    - `is_signed_in`: whether somebody is, who may then add the address to their account.
    """

    template: ClassVar[str] = "backpack/claim.html"

    token: str
    name: str
    issuer_name: str
    picture: str
    is_signed_in: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclinePage:
    """No more mail about badges: asked for, or done.

    - `token`: the link.
    - `is_done`: whether it was confirmed.
    """

    template: ClassVar[str] = "backpack/decline.html"

    token: str
    is_done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintPage:
    """A badge on one sheet of paper.

    - `id`: which.
    - `card`, `says`, `report`, `revocation_reason`: as on its page.
    - `check_address`: where it can be checked, which is also what the code says; `qr` is the picture of that.
    - `is_published`: whether the code is enough to check it; otherwise its file is needed.
    """

    template: ClassVar[str] = "backpack/print.html"
    uses_script: ClassVar[bool] = True

    id: UUID
    card: BadgeCard
    says: Contents
    report: ReportInWords
    revocation_reason: str
    check_address: str
    qr: str
    is_published: bool
