"""What each mail says: one function per mail, which gives its parts; the templates make text and HTML of the same parts.

A name that comes from a credential is set apart in the sentence (`isolated`) and escaped in HTML: it may be anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from vcwallet_api.languages import Language, isolated, message

# A subject is read in a list; a name in it is cut where no list would show more.
_MAX_NAME_IN_SUBJECT: Final = 80
_MAX_NAME: Final = 300


@dataclass(frozen=True, slots=True)
class Action:
    """Something to press: its label, and where it leads."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailParts:
    """Everything that the templates of a mail may show."""

    subject: str
    heading: str
    paragraphs: Sequence[str] = ()
    code: str = ""
    actions: Sequence[Action] = ()
    footnotes: Sequence[str] = ()
    unsubscribe_url: str | None = None


@dataclass(frozen=True, slots=True)
class ComposedMail:
    """A mail that is ready but for its address."""

    kind: str
    subject: str
    text: str
    html: str
    language: str
    unsubscribe_url: str | None = None


class Composer:
    """Makes mails. `base_url` is where the links in them lead."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        loader = PackageLoader("vcwallet_api.mail")
        self._html = Environment(autoescape=True, loader=loader, undefined=StrictUndefined, trim_blocks=True)
        self._text = Environment(
            autoescape=False,  # noqa: S701 - plain text, where escapes would be read as they are
            loader=loader,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def sign_in_code(self, language: Language, code: str, minutes: int) -> ComposedMail:
        """The code with which somebody signs in, or makes an account."""
        _ = language.translate
        parts = MailParts(
            subject=_(message("{code} is your code to sign in"), code=code),
            heading=_(message("Your code to sign in")),
            paragraphs=[
                _(message("Type or paste this code where you were asked for it.")),
                language.count("It works for {number} minute.", "It works for {number} minutes.", minutes),
            ],
            code=code,
            footnotes=[
                _(
                    message(
                        "If you did not ask for it, somebody mistyped an address. You do not need to do anything: "
                        "without the code, nothing happens."
                    )
                )
            ],
        )
        return self._composed("sign_in_code", language, parts)

    def address_code(self, language: Language, code: str, minutes: int) -> ComposedMail:
        """The code that proves that an address belongs to an account."""
        _ = language.translate
        parts = MailParts(
            subject=_(message("{code} confirms your address"), code=code),
            heading=_(message("Confirm this address")),
            paragraphs=[
                _(
                    message(
                        "Somebody added this address to a wallet for badges. If it was you, type or paste this code there."
                    )
                ),
                language.count("It works for {number} minute.", "It works for {number} minutes.", minutes),
            ],
            code=code,
            footnotes=[_(message("If it was not you, do nothing: without the code the address is not added."))],
        )
        return self._composed("address_code", language, parts)

    def first_badge(self, language: Language, *, badge: str, issuer: str, claim_path: str) -> ComposedMail:
        """A badge has come for somebody who has no account: the invitation to make one."""
        _ = language.translate
        claim = self._base_url + claim_path
        parts = MailParts(
            subject=_(message("{issuer} awarded you a badge: {badge}"), issuer=_short(issuer), badge=_short(badge)),
            heading=_(message("A badge for you")),
            paragraphs=[
                _(message("{issuer} awarded you the badge {badge}."), issuer=_name(issuer), badge=_name(badge)),
                _(
                    message(
                        "Make an account to keep it together with your other badges, and to show it to others. You need no "
                        "password: we mail you a code."
                    )
                ),
            ],
            actions=[
                Action(_(message("Claim your badge")), claim),
                Action(_(message("Download the signed badge")), claim + "/badge"),
            ],
            footnotes=[
                _(
                    message(
                        "There is no account for this address until you make one. The issuer gave us the address to "
                        "deliver this badge."
                    )
                ),
                _(message("No more mail about badges to this address: {url}"), url=claim + "/decline"),
            ],
            unsubscribe_url=claim + "/decline",
        )
        return self._composed("first_badge", language, parts)

    def badge_added(self, language: Language, *, badge: str, issuer: str, item_path: str) -> ComposedMail:
        """A badge has come for somebody who has an account, and is in their Backpack already."""
        _ = language.translate
        parts = MailParts(
            subject=_(message("Added to your Backpack: {badge}"), badge=_short(badge)),
            heading=_(message("Added to your Backpack")),
            paragraphs=[
                _(
                    message("{issuer} awarded you the badge {badge}. It is in your Backpack."),
                    issuer=_name(issuer),
                    badge=_name(badge),
                )
            ],
            actions=[Action(_(message("See your badge")), self._base_url + item_path)],
        )
        return self._composed("badge_added", language, parts)

    def badge_revoked(
        self, language: Language, *, badge: str, issuer: str, reason: str, item_path: str
    ) -> ComposedMail:
        """A badge was withdrawn by its issuer."""
        _ = language.translate
        why = (
            _(message("The reason given: {reason}"), reason=_name(reason))
            if reason
            else _(message("No reason was given."))
        )
        parts = MailParts(
            subject=_(message("Revoked: {badge}"), badge=_short(badge)),
            heading=_(message("A badge was revoked")),
            paragraphs=[
                _(message("{issuer} revoked your badge {badge}."), issuer=_name(issuer), badge=_name(badge)),
                why,
                _(message("It stays in your Backpack, marked as revoked. Only the issuer can tell you more.")),
            ],
            actions=[Action(_(message("See your badge")), self._base_url + item_path)],
        )
        return self._composed("badge_revoked", language, parts)

    def badge_expiring(self, language: Language, *, badge: str, day: str, item_path: str) -> ComposedMail:
        """A badge ends soon."""
        _ = language.translate
        parts = MailParts(
            subject=_(message("Expires soon: {badge}"), badge=_short(badge)),
            heading=_(message("A badge expires soon")),
            paragraphs=[
                _(
                    message(
                        "Your badge {badge} is valid until {day}. After that it stays in your Backpack, marked as expired."
                    ),
                    badge=_name(badge),
                    day=day,
                ),
                _(message("If you need it for longer, ask its issuer how to renew it.")),
            ],
            actions=[Action(_(message("See your badge")), self._base_url + item_path)],
        )
        return self._composed("badge_expiring", language, parts)

    def primary_changed(self, language: Language, *, address: str) -> ComposedMail:
        """The notice to the address that mail went to before."""
        _ = language.translate
        parts = MailParts(
            subject=_(message("Your main address was changed")),
            heading=_(message("Your main address was changed")),
            paragraphs=[
                _(message("Mail about your badges now goes to {address}."), address=_name(address)),
                _(message("If it was not you, sign in, change it back and sign out everywhere else.")),
            ],
            actions=[Action(_(message("Your account")), self._base_url + "/account")],
        )
        return self._composed("primary_changed", language, parts)

    def accounts_merged(self, language: Language, *, kept: str, gone: str) -> ComposedMail:
        """The notice to both accounts that they are one now; `kept` and `gone` are their main addresses."""
        _ = language.translate
        parts = MailParts(
            subject=_(message("Your two accounts are one now")),
            heading=_(message("Your two accounts are one now")),
            paragraphs=[
                _(
                    message(
                        "The account of {gone} was merged into the account of {kept}. Its badges, addresses and passkeys "
                        "are there. It is signed out everywhere, and its access tokens work no more."
                    ),
                    gone=_name(gone),
                    kept=_name(kept),
                ),
                _(
                    message("Both addresses open the same account. Mail about your badges goes to {kept}."),
                    kept=_name(kept),
                ),
            ],
            actions=[Action(_(message("Your account")), self._base_url + "/account")],
            footnotes=[
                _(
                    message(
                        "Whoever did it could read the mail of both. If it was not you, change the passwords of your "
                        "mailboxes, sign in, and tell whoever runs this wallet."
                    )
                )
            ],
        )
        return self._composed("accounts_merged", language, parts)

    def _composed(self, kind: str, language: Language, parts: MailParts) -> ComposedMail:
        shown = {"mail": parts, "language": language}
        return ComposedMail(
            kind,
            parts.subject,
            self._text.get_template("mail.txt").render(shown),
            self._html.get_template("mail.html").render(shown),
            language.code,
            parts.unsubscribe_url,
        )


def _name(text: str) -> str:
    return isolated(text[:_MAX_NAME])


def _short(text: str) -> str:
    cut = text if len(text) <= _MAX_NAME_IN_SUBJECT else text[: _MAX_NAME_IN_SUBJECT - 1] + "…"
    return isolated(cut)
