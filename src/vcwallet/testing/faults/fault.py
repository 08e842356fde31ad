"""A fault: what is changed, in which drafts there is something to change, and what a verifier has to say then.

A fault changes a draft that is right in every other respect. `fits` says which drafts have what it spoils: a token has no
proof to take out, and an issuer that is its key cannot be unreachable.
"""

from collections.abc import Callable
from dataclasses import dataclass

from vcwallet.report import Verdict
from vcwallet.testing.drafts import Choice, Draft
from vcwallet.wire.base_encodings import base64url_decode, base64url_encode


@dataclass(frozen=True, slots=True)
class Expected:
    """What `verify` answers: the verdict, the check that decides it, and the code of that check."""

    verdict: Verdict
    check: str
    code: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. `reason` says in a sentence why the credential must not be accepted."""

    name: str
    reason: str
    expected: Expected | Callable[[Choice], Expected]
    fits: Callable[[Choice], bool]
    before: Callable[[Draft], None] | None = None
    after: Callable[[Draft], None] | None = None
    in_picture: Callable[[Draft], None] | None = None

    def expected_of(self, choice: Choice) -> Expected:
        return self.expected(choice) if callable(self.expected) else self.expected


# --- what a verifier says ----------------------------------------------------------------------------------------------


def invalid(check: str, code: str) -> Expected:
    """The verdict invalid, by this check, with this code."""
    return Expected("invalid", check, code)


def malformed(check: str, code: str) -> Expected:
    """The verdict malformed, likewise."""
    return Expected("malformed", check, code)


def undecided(check: str, code: str) -> Expected:
    """The verdict indeterminate, likewise."""
    return Expected("indeterminate", check, code)


# --- which drafts ------------------------------------------------------------------------------------------------------


def any_draft(_: Choice) -> bool:
    """Every draft has what it spoils."""
    return True


def with_proof(choice: Choice) -> bool:
    """Drafts with a proof inside."""
    return not choice.how.is_token


def as_token(choice: Choice) -> bool:
    """Drafts that become a token."""
    return choice.how.is_token


# --- what was signed ---------------------------------------------------------------------------------------------------


def rewrite(draft: Draft, change: Callable[[bytes], bytes]) -> None:
    """Change the text that is signed, in the JSON or in the payload of the token."""
    draft.data = rewritten(draft.data, change)


def rewritten(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The same text, or the same token, with another payload and the signature that it had."""
    if data.startswith(b"{"):
        return change(data)
    header, payload, signature = data.decode().split(".")
    return f"{header}.{base64url_encode(change(base64url_decode(payload)))}.{signature}".encode()
