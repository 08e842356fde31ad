"""How a user's code looks to a type checker. Nothing runs here: `mypy --strict` reads it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

from vcwallet import (
    Achievement,
    Assertion,
    CachingFetcher,
    Check,
    Credential,
    Fetched,
    HttpFetcher,
    Identity,
    IssueResult,
    IssuerIdentity,
    LocalSigner,
    NotSigned,
    NotVerified,
    OpenBadge,
    Policy,
    Presentation,
    PresentationReport,
    Profile,
    PublicKey,
    PublishedKey,
    Recipient,
    SdJwtVc,
    Signed,
    Signer,
    StaticFetcher,
    Toolkit,
    VerificationReport,
    bake,
    issue,
    issue_many,
    present,
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
        credential: Credential | Assertion | SdJwtVc = report.require_verified()
    except NotVerified as error:
        return error.code
    return credential.name or checks[0].message


def online(picture: bytes) -> bool:
    report = verify(unbake(picture), toolkit=standard_toolkit(CachingFetcher(HttpFetcher())))
    return bool(report)


class KeyService:
    """A signer of the user's own."""

    def __init__(self, inner: LocalSigner) -> None:
        self._inner = inner

    @property
    def verification_method(self) -> str:
        return self._inner.verification_method

    @property
    def controller(self) -> str:
        return self._inner.controller

    @property
    def public_key(self) -> PublicKey:
        return self._inner.public_key

    @property
    def algorithm(self) -> Literal["Ed25519"]:
        return "Ed25519"

    def sign(self, message: bytes) -> bytes:
        return self._inner.sign(message)


def issued(picture: bytes, holder: Signer) -> bytes:
    signer: Signer = KeyService(LocalSigner.generate())
    badge = OpenBadge(
        issuer=Profile(signer.controller, "College"),
        recipient=["did:example:ana", Identity.email("ana@campus.example")],
        achievement=Achievement("urn:uuid:1", "Rowing", description="Rows.", criteria="Row."),
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
    )
    try:
        signed: Signed = issue(badge.to_document(), signer, securing="vc-jwt")
    except NotSigned as error:
        return "".join(problem.code for problem in error.problems).encode()
    shown: Signed = present([signed, signed.data, signed.text], holder, challenge="x", domain=None)
    return bake(picture, signed) + shown.data


def issued_many(signer: Signer) -> Iterator[bytes]:
    results: Iterator[IssueResult] = issue_many([{}, {}], signer)
    return (result.require().data for result in results)


def published(signer: LocalSigner) -> dict[str, bytes]:
    key = PublishedKey(signer.verification_method, signer.public_key)
    return IssuerIdentity("did:web:college.example", (key,)).rotated(key).files()


def shown(data: bytes, challenge: str) -> str | None:
    report: PresentationReport = verify_presentation(data, policy=Policy(challenge=challenge, domain="jobs.example"))
    credentials: tuple[VerificationReport, ...] = report.credentials
    if report and all(credentials):
        presentation: Presentation = report.require_verified()
        return presentation.holder_id
    return report.presenter_id
