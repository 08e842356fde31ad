"""The front door: which names there are, that each opens, and that looking through it is cheap."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import vcwallet

PUBLIC_NAMES = [
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

# Loading any of these takes tens of milliseconds, so `import vcwallet` must not.
HEAVY = [
    "pyld",
    "jwcrypto",
    "multiformats",
    "httpx",
    "jsonschema_rs",
    "lxml",
    "cryptography",
    "rfc8785",
    "click",
    "rich",
]


def _run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


def test_the_public_names_are_exactly_these():
    assert vcwallet.__all__ == PUBLIC_NAMES


@pytest.mark.parametrize("name", PUBLIC_NAMES)
def test_every_public_name_opens_and_is_documented(name):
    assert getattr(vcwallet, name).__doc__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such_name"):
        vcwallet.no_such_name  # noqa: B018


def test_importing_the_package_loads_nothing_heavy():
    loaded = json.loads(_run("import vcwallet, sys, json; print(json.dumps(sorted(sys.modules)))"))

    assert [name for name in HEAVY if name in loaded] == []
    assert len([name for name in loaded if name.startswith("vcwallet")]) == 1


def test_verifying_loads_only_what_this_credential_needs():
    """A JSON credential needs no JOSE library, no HTTP client and no terminal, and no JSON-LD processor for its contexts."""
    badge = Path(__file__).parents[2] / "examples" / "badges" / "badge-jcs.json"
    code = (
        "import vcwallet, sys, json, pathlib; "
        f"vcwallet.verify(pathlib.Path({str(badge)!r}).read_bytes()); print(json.dumps(sorted(sys.modules)))"
    )
    loaded = json.loads(_run(code))

    needless = (
        "pyld",
        "lxml",
        "jwcrypto",
        "httpx",
        "click",
        "rich",
        "multiprocessing",
        "vcwallet.operations.badge_v2",
    )
    assert [name for name in needless if name in loaded] == []


def test_the_command_that_verifies_one_file_loads_no_http_client_and_no_processes():
    badge = Path(__file__).parents[2] / "examples" / "badges" / "badge-jcs.json"
    code = (
        "import contextlib, io, json, runpy, sys\n"
        f"sys.argv = ['vcwallet', 'verify', {str(badge)!r}]\n"
        "with contextlib.redirect_stdout(io.StringIO()) as shown, contextlib.suppress(SystemExit):\n"
        "    runpy.run_module('vcwallet', run_name='__main__')\n"
        "print(json.dumps([shown.getvalue(), *sorted(sys.modules)]))"
    )
    shown, *loaded = json.loads(_run(code))

    assert "vcwallet.operations.verifying" in loaded, shown
    assert [name for name in ("httpx", "multiprocessing", "concurrent.futures.process") if name in loaded] == []
