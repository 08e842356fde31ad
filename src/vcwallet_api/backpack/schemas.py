"""What the Backpack's routes take and give, as JSON."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct

from vcwallet_api.account.schemas import AddressText, Answer, LanguageCode, Request
from vcwallet_api.backpack.claiming import ClaimStep
from vcwallet_api.backpack.delivering import Delivered
from vcwallet_api.backpack.placing import Outcome
from vcwallet_api.backpack.shelf import Page, ShownItem
from vcwallet_api.backpack.states import State, state_of
from vcwallet_api.storage.tables import Activity, Delivery

Text = Annotated[str, Meta(max_length=8 * 1024 * 1024)]


class Issuer(Struct, frozen=True):
    """Who awards. The name is what the issuer calls itself; only the id is what a signature proves."""

    id: str | None
    name: str


class LastCheck(Struct, frozen=True):
    """When the credential was last verified, and how that ended. Dates do not count here: `state` has them."""

    verdict: str
    at: datetime


class Item(Answer, frozen=True):
    """A badge in a list. `state` is the one word to show, `acceptance` what its learner did with it."""

    id: UUID
    name: str
    description: str
    issuer: Issuer
    kind: str
    state: State
    acceptance: Literal["new", "accepted", "hidden", "pending"]
    awarded_at: datetime
    valid_from: datetime | None
    valid_until: datetime | None
    revocation_reason: str
    check: LastCheck
    binding: str
    address: str
    source: str
    media_type: str
    added_at: datetime


class ItemDetail(Item, frozen=True):
    """A badge with everything that is known about it. `report` has the shape of docs/reference/report.md."""

    securing: str
    credential_id: str | None
    sha256: str
    source_url: str | None
    matched_spelling: str | None
    report: dict[str, Any]


class ItemPage(Answer, frozen=True):
    """Some badges; `next_cursor` leads to the following ones."""

    items: list[Item]
    next_cursor: str | None


class ItemChange(Request, frozen=True):
    """Show it, or hide it."""

    acceptance: Literal["accepted", "hidden"]


class ImportRequest(Request, frozen=True):
    """Where the badge is, or the badge itself as text: exactly one of the two. Files are sent as a form."""

    url: Annotated[str, Meta(min_length=1, max_length=4000)] | None = None
    text: Text | None = None


class Imported(Answer, frozen=True):
    """What became of an import. `waiting_for_address`: it names an address of yours that is not verified yet."""

    outcome: Outcome
    item: Item


class DeliveryRequest(Request, frozen=True):
    """A credential that was signed elsewhere, as text, or a picture in base64, and where to deliver it."""

    address: AddressText
    credential: Text | None = None
    credential_base64: Text | None = None
    language: LanguageCode = "en"


class DeliveryAnswer(Answer, frozen=True):
    """A delivery. It `has_arrived` once it is in somebody's Backpack; nothing tells whose."""

    id: UUID
    name: str
    issuer_name: str
    sha256: str
    delivered_at: datetime
    has_arrived: bool

    @classmethod
    def of(cls, delivered: Delivered) -> "DeliveryAnswer":
        row = delivered.delivery
        return cls(
            id=row.id,
            name=row.name,
            issuer_name=row.issuer_name,
            sha256=row.sha256,
            delivered_at=row.created_at,
            has_arrived=row.arrived_at is not None,
        )


class ClaimAnswer(Answer, frozen=True):
    """What is behind a claim link."""

    name: str
    issuer_name: str
    delivered_at: datetime

    @classmethod
    def of(cls, row: Delivery) -> "ClaimAnswer":
        return cls(name=row.name, issuer_name=row.issuer_name, delivered_at=row.created_at)


class ClaimStarted(Answer, frozen=True):
    """A code was mailed to the address that the badge was sent to.

    `next` says where it goes: `sign_in` with the `challenge`, or, for who is signed in, `verify_address` with `address_id`.
    """

    next: Literal["sign_in", "verify_address"]
    challenge: UUID | None
    resend_at: datetime | None
    address_id: UUID | None

    @classmethod
    def of(cls, step: ClaimStep) -> "ClaimStarted":
        return cls(
            next="sign_in" if step.sign_in is not None else "verify_address",
            challenge=step.sign_in.challenge_id if step.sign_in is not None else None,
            resend_at=step.sign_in.resend_at if step.sign_in is not None else None,
            address_id=step.address_id,
        )


class News(Answer, frozen=True):
    """Something that happened to a badge."""

    id: UUID
    kind: str
    item_id: UUID | None
    name: str
    detail: str
    at: datetime

    @classmethod
    def of(cls, row: Activity) -> "News":
        return cls(id=row.id, kind=row.kind, item_id=row.item_id, name=row.name, detail=row.detail, at=row.at)


def item_of(shown: ShownItem, now: datetime) -> Item:
    """An item for a list."""
    return Item(**_listed(shown, now))


def detail_of(shown: ShownItem, now: datetime) -> ItemDetail:
    """An item with everything about it."""
    row = shown.item
    return ItemDetail(
        **_listed(shown, now),
        securing=row.securing,
        credential_id=row.credential_id,
        sha256=row.sha256,
        source_url=row.source_url,
        matched_spelling=row.matched_spelling,
        report=row.report,
    )


def page_of(page: Page, now: datetime) -> ItemPage:
    """A page of a list."""
    return ItemPage(items=[item_of(shown, now) for shown in page.items], next_cursor=page.next_cursor)


def _listed(shown: ShownItem, now: datetime) -> dict[str, Any]:
    row = shown.item
    return {
        "id": row.id,
        "name": row.name,
        "description": row.description,
        "issuer": Issuer(row.issuer_id, row.issuer_name),
        "kind": row.kind,
        "state": state_of(row, now),
        "acceptance": row.acceptance,
        "awarded_at": row.awarded_at,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "revocation_reason": row.revocation_reason,
        "check": LastCheck(row.verdict, row.checked_at),
        "binding": row.binding,
        "address": shown.address,
        "source": row.source,
        "media_type": row.media_type,
        "added_at": row.added_at,
    }
