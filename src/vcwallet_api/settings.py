"""What an operator can decide, read once from the environment into a frozen value.

Every setting is a variable that begins with `VCWALLET_`; docs/reference/settings.md lists them, and a test compares the
two. A value that cannot be right stops the start with a sentence that names the variable. Nothing else in the service reads
the environment.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

PREFIX: Final = "VCWALLET_"

# As many bytes as the keys that are made of it have: less would be the weakest part of everything it protects.
_MIN_SECRET_BYTES: Final = 32
# A badge with a large picture inside fits, a video does not.
_DEFAULT_MAX_UPLOAD_BYTES: Final = 8 * 1024 * 1024

LANGUAGES: Final = ("en", "nl", "es", "ar")

_TRUE: Final = frozenset({"1", "true", "yes", "on"})
_FALSE: Final = frozenset({"", "0", "false", "no", "off"})


class SettingsError(Exception):
    """A variable of the environment that cannot be used. The message names it, and never repeats a secret."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed over. `encryption` is "starttls", "tls" or, only for a relay on the same machine, "none"."""

    host: str
    port: int
    encryption: str = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that an operator decides.

    - `base_url`: where browsers find the service, without a slash at the end. Links are made from it, never from `Host`.
    - `secret_key`: 32 random bytes or more; codes, holder keys and the like are protected with keys derived from it.
    - `former_secret_keys`: earlier ones, so that what they protect can still be read after a change.
    - `database_url`: `sqlite:////var/lib/vcwallet/wallet.db`, or `postgresql://user@host/name`.
    - `smtp`: where mail goes; None keeps it in the outbox, where an operator of a trial can read it.
    - `mail_from`: the sender of every mail.
    - `administrators`: verified addresses whose accounts may deliver credentials to others.
    - `default_language`: for whoever asks for none that we speak.
    - `trusted_proxies`: how many proxies in front of us append to `X-Forwarded-For`.
    - `worker_in_process`: whether `serve` also does the jobs. At scale `vcwallet-api worker` does them instead.
    - `keep_sent_mail`: whether the text of a mail stays in the outbox after it is sent. Only for trials: it holds codes.
    - `max_upload_bytes`: the largest badge file that is read.
    - `vc_api`: the W3C VC API under /vc, which signs whatever anybody sends with keys of its own. Only for test suites.
    - `demo`: sample people, and a page with the mails; only ever on this machine.
    """

    base_url: str
    secret_key: bytes = field(repr=False)
    former_secret_keys: tuple[bytes, ...] = field(default=(), repr=False)
    database_url: str = field(default="sqlite:///vcwallet.db", repr=False)
    smtp: SmtpServer | None = None
    mail_from: str = "vcwallet <wallet@localhost>"
    administrators: frozenset[str] = frozenset()
    default_language: str = "en"
    trusted_proxies: int = 0
    worker_in_process: bool = True
    keep_sent_mail: bool = False
    max_upload_bytes: int = _DEFAULT_MAX_UPLOAD_BYTES
    demo: bool = False
    vc_api: bool = False

    @property
    def origin(self) -> str:
        """Scheme, host and port of `base_url`, as browsers write them in `Origin`."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def host(self) -> str:
        """The host of `base_url`, which is also what passkeys are bound to."""
        return urlsplit(self.base_url).hostname or ""


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings that these variables say. Raises SettingsError for a variable that is missing or cannot be used.

    An unknown variable with our prefix is an error too: it is most often a spelling mistake.
    """
    given = {name.removeprefix(PREFIX): value for name, value in environment.items() if name.startswith(PREFIX)}
    unknown = sorted(set(given) - set(_VARIABLES))
    if unknown:
        raise SettingsError(f"there is no setting {PREFIX}{unknown[0]}; docs/reference/settings.md has the list")
    smtp = given.get("SMTP_URL", "")
    return Settings(
        base_url=_base_url(given.get("BASE_URL", "")),
        secret_key=_secret(given, "SECRET_KEY"),
        former_secret_keys=tuple(
            _decoded(part, "FORMER_SECRET_KEYS") for part in given.get("FORMER_SECRET_KEYS", "").split()
        ),
        database_url=given.get("DATABASE_URL", "") or "sqlite:///vcwallet.db",
        smtp=_smtp(smtp) if smtp else None,
        mail_from=given.get("MAIL_FROM", "") or "vcwallet <wallet@localhost>",
        administrators=frozenset(given.get("ADMINISTRATORS", "").split()),
        default_language=_one_of(given, "DEFAULT_LANGUAGE", LANGUAGES),
        trusted_proxies=_number(given, "TRUSTED_PROXIES", 0),
        worker_in_process=_flag(given, "WORKER_IN_PROCESS", default=True),
        keep_sent_mail=_flag(given, "KEEP_SENT_MAIL", default=False),
        vc_api=_flag(given, "VC_API", default=False),
        max_upload_bytes=_number(given, "MAX_UPLOAD_BYTES", _DEFAULT_MAX_UPLOAD_BYTES),
    )


# In the order of the documentation.
_VARIABLES: Final = (
    "BASE_URL",
    "SECRET_KEY",
    "SECRET_KEY_FILE",
    "FORMER_SECRET_KEYS",
    "DATABASE_URL",
    "SMTP_URL",
    "MAIL_FROM",
    "ADMINISTRATORS",
    "DEFAULT_LANGUAGE",
    "TRUSTED_PROXIES",
    "WORKER_IN_PROCESS",
    "KEEP_SENT_MAIL",
    "MAX_UPLOAD_BYTES",
    "VC_API",
)


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    is_local = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1"}
    if not parts.hostname or not (parts.scheme == "https" or is_local) or parts.query or parts.fragment:
        raise SettingsError(
            f"{PREFIX}BASE_URL must be the https address of the service, such as https://wallet.example; "
            f"http is only for localhost. It is {text!r}"
        )
    return text.rstrip("/")


def _secret(given: Mapping[str, str], name: str) -> bytes:
    path = given.get(f"{name}_FILE", "")
    if not path:
        return _decoded(given.get(name, ""), name)
    try:
        return _decoded(Path(path).read_text(encoding="ascii").strip(), f"{name}_FILE")
    except (OSError, UnicodeDecodeError) as exc:
        raise SettingsError(f"{PREFIX}{name}_FILE names a file that cannot be read") from exc


def _decoded(text: str, name: str) -> bytes:
    try:
        secret = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) < _MIN_SECRET_BYTES:
        raise SettingsError(
            f"{PREFIX}{name} must be at least {_MIN_SECRET_BYTES} random bytes in base64; "
            "`openssl rand -base64 32` makes one"
        )
    return secret


def _smtp(text: str) -> SmtpServer:
    """`smtp://user:password@host:587` with STARTTLS, `smtps://` with TLS at once, `smtp+plain://localhost:25`."""
    parts = urlsplit(text)
    kinds = {"smtp": ("starttls", 587), "smtps": ("tls", 465), "smtp+plain": ("none", 25)}
    if parts.scheme not in kinds or not parts.hostname:
        raise SettingsError(f"{PREFIX}SMTP_URL must look like smtp://user:password@host:587 or smtps://host")
    encryption, port = kinds[parts.scheme]
    return SmtpServer(parts.hostname, parts.port or port, encryption, parts.username or "", parts.password or "")


def _one_of(given: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = given.get(name, "") or allowed[0]
    if value not in allowed:
        raise SettingsError(f"{PREFIX}{name} must be one of {', '.join(allowed)}, and is {value!r}")
    return value


def _number(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit():
        raise SettingsError(f"{PREFIX}{name} must be a number, and is {text!r}")
    return int(text)


def _flag(given: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = given.get(name, "on" if default else "").lower()
    if text not in _TRUE | _FALSE:
        raise SettingsError(f"{PREFIX}{name} must be on or off, and is {text!r}")
    return text in _TRUE
