"""The plugin as somebody else's project uses it: its own pytest, in a process of its own."""

import subprocess
import sys

import pytest

TESTS = """
import pytest
from vcwallet import verify
from vcwallet.testing import VERIFIED_AT

pytestmark = pytest.mark.vcwallet_cases(securings=["VC-JWT ES256"], kinds=["learner-record"])

def test_the_sample_badge_is_valid_in_its_world(sample_badge, sample_issuer, outside_world):
    report = verify(sample_badge.data, toolkit=outside_world.toolkit(), at=VERIFIED_AT)
    assert report.require_verified().issuer_id == sample_issuer.id
    assert outside_world.asked


@pytest.mark.vcwallet_cases(faults=["revoked", "suspended", "wrong key", ""], kinds=["badge"])
def test_what_is_wrong_is_refused(vcwallet_case):
    assert bool(vcwallet_case.verify()) == vcwallet_case.is_acceptable
    assert (vcwallet_case.choice.securing, vcwallet_case.choice.kind) == ("VC-JWT ES256", "badge")
"""


def run(folder, text, *options):
    (folder / "test_theirs.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-p", "vcwallet.testing.plugin", "-p", "no:cacheprovider", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_fixtures_and_cases_are_there_for_whoever_asks(tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers\nfilterwarnings = error\n")

    done = run(tmp_path, TESTS, "-v")

    assert done.returncode == 0, done.stdout
    assert done.stdout.count(" PASSED ") > 20
    assert "test_what_is_wrong_is_refused[badge, VC-JWT ES256, did:" in done.stdout


def test_a_mark_that_leaves_nothing_is_said_so(tmp_path):
    mark = '@pytest.mark.vcwallet_cases(faults=["revoked"], statuses=["none"])'

    done = run(tmp_path, f"import pytest\n\n{mark}\ndef test_it(vcwallet_case): pass\n")

    assert done.returncode != 0
    assert "no case goes together with" in done.stdout + done.stderr


def test_loading_the_plugin_loads_nothing_else():
    code = (
        "import sys, vcwallet.testing.plugin; print([m for m in ('pyld', 'cryptography', 'lxml') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_the_fixtures_are_our_own_too(sample_badge, sample_issuer, outside_world):
    assert sample_badge.document["issuer"]["id"] == sample_issuer.id
    assert outside_world.documents == sample_issuer.documents()


@pytest.mark.vcwallet_cases(faults=["expired"], kinds=["badge"], issuers=["did:key"], carriers=["plain"])
def test_a_mark_narrows(vcwallet_case):
    assert vcwallet_case.fault == "expired"
