"""vcwallet: verify Open Badges 3.0 and other verifiable credentials.

    from vcwallet import verify

    report = verify(open("badge.json", "rb").read())
    if report:
        credential = report.require_verified()
    else:
        for problem in report.problems:
            print(problem.code, problem.message)

The names in `__all__` are the public interface; anything else may change. Each is loaded when it is first used, so that
importing the package costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vcwallet.credentials.badge_v2 import Assertion
    from vcwallet.credentials.credential import Credential, credential_key, is_newer, is_same_credential
    from vcwallet.credentials.issuer_registry import IssuerRegistry
    from vcwallet.errors import FetchFailed, Malformed, NotVerified, Problem, Refused, Undecided, VcwalletError
    from vcwallet.fetching.caching_fetcher import CachingFetcher
    from vcwallet.fetching.evidence import Evidence
    from vcwallet.fetching.fetcher import Fetched, Fetcher, StaticFetcher
    from vcwallet.fetching.http_fetcher import HttpFetcher
    from vcwallet.operations.baking import unbake
    from vcwallet.operations.recognising import recognise_recipient
    from vcwallet.operations.verifying import verify
    from vcwallet.operations.verifying_many import verify_many
    from vcwallet.policy import Policy, Recipient
    from vcwallet.report import Check, Outcome, VerificationReport
    from vcwallet.standard import standard_toolkit
    from vcwallet.toolkit import Toolkit

__all__ = [
    "Assertion",
    "CachingFetcher",
    "Check",
    "Credential",
    "Evidence",
    "FetchFailed",
    "Fetched",
    "Fetcher",
    "HttpFetcher",
    "IssuerRegistry",
    "Malformed",
    "NotVerified",
    "Outcome",
    "Policy",
    "Problem",
    "Recipient",
    "Refused",
    "StaticFetcher",
    "Toolkit",
    "Undecided",
    "VcwalletError",
    "VerificationReport",
    "credential_key",
    "is_newer",
    "is_same_credential",
    "recognise_recipient",
    "standard_toolkit",
    "unbake",
    "verify",
    "verify_many",
]

__version__ = "0.1.0"

_HOMES = {
    "Assertion": "credentials.badge_v2",
    "CachingFetcher": "fetching.caching_fetcher",
    "Check": "report",
    "Credential": "credentials.credential",
    "Evidence": "fetching.evidence",
    "FetchFailed": "errors",
    "Fetched": "fetching.fetcher",
    "Fetcher": "fetching.fetcher",
    "HttpFetcher": "fetching.http_fetcher",
    "IssuerRegistry": "credentials.issuer_registry",
    "Malformed": "errors",
    "NotVerified": "errors",
    "Outcome": "report",
    "Policy": "policy",
    "Problem": "errors",
    "Recipient": "policy",
    "Refused": "errors",
    "StaticFetcher": "fetching.fetcher",
    "Toolkit": "toolkit",
    "Undecided": "errors",
    "VcwalletError": "errors",
    "VerificationReport": "report",
    "credential_key": "credentials.credential",
    "is_newer": "credentials.credential",
    "is_same_credential": "credentials.credential",
    "recognise_recipient": "operations.recognising",
    "standard_toolkit": "standard",
    "unbake": "operations.baking",
    "verify": "operations.verifying",
    "verify_many": "operations.verifying_many",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
