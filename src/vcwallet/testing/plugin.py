"""Fixtures for pytest: an issuer, its badge, the internet around them, and cases to run a verifier through.

    pytest_plugins = ["vcwallet.testing.plugin"]      # in conftest.py; or: pytest -p vcwallet.testing.plugin

- `sample_issuer`: a did:web college with an Ed25519 key.
- `sample_badge`: a badge that it issued, signed (`vcwallet.Signed`).
- `outside_world`: an `OutsideWorld` in which the college publishes its key; change it as the test goes on.
- `vcwallet_case`: the test runs once for each of some hundred cases; `@pytest.mark.vcwallet_cases(faults=["revoked"])`
  narrows them as `vcwallet.testing.cases` does. What a mark of the test says counts more than one of its module.

It is not loaded by being installed: nothing registers itself. Cases are chosen while pytest collects, and made one at a
time while it runs.
"""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from vcwallet.operations.signed import Signed
    from vcwallet.testing.cases import Case
    from vcwallet.testing.issuers import SampleIssuer
    from vcwallet.testing.outside_world import OutsideWorld

_MARK = "vcwallet_cases"
_FIXTURE = "vcwallet_case"


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    narrowing = "kinds=, securings=, issuers=, statuses=, carriers=, faults=, seed="
    config.addinivalue_line("markers", f"{_MARK}({narrowing}): which cases {_FIXTURE} goes through")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for a case runs once for each."""
    if _FIXTURE not in metafunc.fixturenames:
        return
    from vcwallet.testing.cases import case_name, choose

    narrowing: dict[str, Any] = {}
    for mark in metafunc.definition.iter_markers(_MARK):
        narrowing = {**mark.kwargs, **narrowing}
    chosen = choose(**narrowing)
    if not chosen:
        raise pytest.UsageError(f"no case goes together with {narrowing}")
    metafunc.parametrize(_FIXTURE, chosen, indirect=True, ids=[case_name(*choice) for choice in chosen])


@pytest.fixture
def vcwallet_case(request: pytest.FixtureRequest) -> "Case":
    """One case of many."""
    from vcwallet.testing.cases import make_chosen

    return make_chosen(*request.param)


@pytest.fixture
def sample_issuer() -> "SampleIssuer":
    """A college that publishes its key as did:web."""
    from vcwallet.testing.issuers import SampleIssuer

    return SampleIssuer.from_seed()


@pytest.fixture
def sample_badge(sample_issuer: "SampleIssuer") -> "Signed":
    """A badge of the college, signed."""
    from vcwallet.testing.samples import sample_document

    return sample_issuer.issue(sample_document("badge", sample_issuer))


@pytest.fixture
def outside_world(sample_issuer: "SampleIssuer") -> "OutsideWorld":
    """The internet, with what the college publishes."""
    from vcwallet.testing.outside_world import OutsideWorld

    return OutsideWorld(issuers=[sample_issuer])
