"""vcwallet: issue, present and verify Open Badges 3.0 and other verifiable credentials.

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
    from vcwallet.credentials.achievement_building import (
        Achievement,
        Alignment,
        Image,
        Profile,
        ResultDescription,
        RubricLevel,
    )
    from vcwallet.credentials.badge_v2 import Assertion
    from vcwallet.credentials.building import Association, BadgeEvidence, Endorsement, LearnerRecord, OpenBadge, Result
    from vcwallet.credentials.credential import Credential, credential_key, is_newer, is_same_credential
    from vcwallet.credentials.identity import Identity
    from vcwallet.credentials.issuer_registry import IssuerRegistry
    from vcwallet.credentials.presentation import Presentation
    from vcwallet.credentials.sd_jwt_vc import SdJwtVc
    from vcwallet.dids.controller_document import IssuerIdentity, PublishedKey
    from vcwallet.errors import (
        FetchFailed,
        Malformed,
        NotSigned,
        NotVerified,
        Problem,
        Refused,
        Undecided,
        VcwalletError,
    )
    from vcwallet.fetching.caching_fetcher import CachingFetcher
    from vcwallet.fetching.evidence import Evidence
    from vcwallet.fetching.fetcher import Fetched, Fetcher, StaticFetcher
    from vcwallet.fetching.http_fetcher import HttpFetcher
    from vcwallet.keys.bbs_signer import BbsSigner
    from vcwallet.keys.public_key import PublicKey
    from vcwallet.keys.signer import LocalSigner, Signer
    from vcwallet.operations.baking import bake, unbake
    from vcwallet.operations.deriving import bind, derive
    from vcwallet.operations.issuing import issue
    from vcwallet.operations.issuing_many import IssueResult, issue_many
    from vcwallet.operations.presenting import present
    from vcwallet.operations.proof_terms import with_proof_terms
    from vcwallet.operations.recognising import recognise_recipient
    from vcwallet.operations.signed import Signed
    from vcwallet.operations.verifying import verify
    from vcwallet.operations.verifying_many import verify_many
    from vcwallet.operations.verifying_presentation import verify_presentation
    from vcwallet.policy import Policy, Recipient
    from vcwallet.report import Check, Outcome, PresentationReport, VerificationReport
    from vcwallet.standard import standard_toolkit
    from vcwallet.status.revocation_list import new_revocation_list
    from vcwallet.status.writing import (
        StatusList,
        allocate_indexes,
        new_status_list,
        set_status,
        set_statuses,
        status_list_document,
    )
    from vcwallet.toolkit import Toolkit

__all__ = [
    "Achievement",
    "Alignment",
    "Assertion",
    "Association",
    "BadgeEvidence",
    "BbsSigner",
    "CachingFetcher",
    "Check",
    "Credential",
    "Endorsement",
    "Evidence",
    "FetchFailed",
    "Fetched",
    "Fetcher",
    "HttpFetcher",
    "Identity",
    "Image",
    "IssueResult",
    "IssuerIdentity",
    "IssuerRegistry",
    "LearnerRecord",
    "LocalSigner",
    "Malformed",
    "NotSigned",
    "NotVerified",
    "OpenBadge",
    "Outcome",
    "Policy",
    "Presentation",
    "PresentationReport",
    "Problem",
    "Profile",
    "PublicKey",
    "PublishedKey",
    "Recipient",
    "Refused",
    "Result",
    "ResultDescription",
    "RubricLevel",
    "SdJwtVc",
    "Signed",
    "Signer",
    "StaticFetcher",
    "StatusList",
    "Toolkit",
    "Undecided",
    "VcwalletError",
    "VerificationReport",
    "allocate_indexes",
    "bake",
    "bind",
    "credential_key",
    "derive",
    "is_newer",
    "is_same_credential",
    "issue",
    "issue_many",
    "new_revocation_list",
    "new_status_list",
    "present",
    "recognise_recipient",
    "set_status",
    "set_statuses",
    "standard_toolkit",
    "status_list_document",
    "unbake",
    "verify",
    "verify_many",
    "verify_presentation",
    "with_proof_terms",
]

__version__ = "0.1.0"

_HOMES = {
    "Achievement": "credentials.achievement_building",
    "Alignment": "credentials.achievement_building",
    "Assertion": "credentials.badge_v2",
    "Association": "credentials.building",
    "BadgeEvidence": "credentials.building",
    "BbsSigner": "keys.bbs_signer",
    "CachingFetcher": "fetching.caching_fetcher",
    "Check": "report",
    "Credential": "credentials.credential",
    "Endorsement": "credentials.building",
    "Evidence": "fetching.evidence",
    "FetchFailed": "errors",
    "Fetched": "fetching.fetcher",
    "Fetcher": "fetching.fetcher",
    "HttpFetcher": "fetching.http_fetcher",
    "Identity": "credentials.identity",
    "Image": "credentials.achievement_building",
    "IssueResult": "operations.issuing_many",
    "IssuerIdentity": "dids.controller_document",
    "IssuerRegistry": "credentials.issuer_registry",
    "LearnerRecord": "credentials.building",
    "LocalSigner": "keys.signer",
    "Malformed": "errors",
    "NotSigned": "errors",
    "NotVerified": "errors",
    "OpenBadge": "credentials.building",
    "Outcome": "report",
    "Policy": "policy",
    "Presentation": "credentials.presentation",
    "PresentationReport": "report",
    "Problem": "errors",
    "Profile": "credentials.achievement_building",
    "PublicKey": "keys.public_key",
    "PublishedKey": "dids.controller_document",
    "Recipient": "policy",
    "Refused": "errors",
    "Result": "credentials.building",
    "ResultDescription": "credentials.achievement_building",
    "RubricLevel": "credentials.achievement_building",
    "SdJwtVc": "credentials.sd_jwt_vc",
    "Signed": "operations.signed",
    "Signer": "keys.signer",
    "StaticFetcher": "fetching.fetcher",
    "StatusList": "status.writing",
    "Toolkit": "toolkit",
    "Undecided": "errors",
    "VcwalletError": "errors",
    "VerificationReport": "report",
    "allocate_indexes": "status.writing",
    "bake": "operations.baking",
    "bind": "operations.deriving",
    "derive": "operations.deriving",
    "is_newer": "credentials.credential",
    "is_same_credential": "credentials.credential",
    "issue": "operations.issuing",
    "issue_many": "operations.issuing_many",
    "new_revocation_list": "status.revocation_list",
    "new_status_list": "status.writing",
    "present": "operations.presenting",
    "set_status": "status.writing",
    "set_statuses": "status.writing",
    "credential_key": "credentials.credential",
    "recognise_recipient": "operations.recognising",
    "standard_toolkit": "standard",
    "status_list_document": "status.writing",
    "unbake": "operations.baking",
    "verify": "operations.verifying",
    "verify_many": "operations.verifying_many",
    "verify_presentation": "operations.verifying_presentation",
    "with_proof_terms": "operations.proof_terms",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
