"""How a user's code looks to a type checker. Nothing runs here: `mypy --strict` reads it."""

from datetime import UTC, datetime

from vcwallet import (
    Assertion,
    CachingFetcher,
    Check,
    Credential,
    Fetched,
    HttpFetcher,
    NotVerified,
    Policy,
    Recipient,
    StaticFetcher,
    Toolkit,
    VerificationReport,
    standard_toolkit,
    unbake,
    verify,
)


def offline(badge: bytes) -> str:
    toolkit: Toolkit = standard_toolkit(
        StaticFetcher({"https://a.example/": {"id": "x"}, "https://b.example/": Fetched(404)})
    )
    policy = Policy(
        recipient=Recipient("emailAddress", "ana@campus.example"), trusted_issuers=["did:web:college.example"]
    )
    report: VerificationReport = verify(badge, toolkit=toolkit, policy=policy, at=datetime(2026, 1, 1, tzinfo=UTC))
    checks: tuple[Check, ...] = report.checks
    try:
        credential: Credential | Assertion = report.require_verified()
    except NotVerified as error:
        return error.code
    return credential.name or checks[0].message


def online(picture: bytes) -> bool:
    report = verify(unbake(picture), toolkit=standard_toolkit(CachingFetcher(HttpFetcher())))
    return bool(report)
