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
    Presentation,
    PresentationReport,
    Recipient,
    StaticFetcher,
    Toolkit,
    VerificationReport,
    standard_toolkit,
    unbake,
    verify,
    verify_presentation,
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


def shown(data: bytes, challenge: str) -> str | None:
    report: PresentationReport = verify_presentation(data, policy=Policy(challenge=challenge, domain="jobs.example"))
    credentials: tuple[VerificationReport, ...] = report.credentials
    if report and all(credentials):
        presentation: Presentation = report.require_verified()
        return presentation.holder_id
    return report.presenter_id
