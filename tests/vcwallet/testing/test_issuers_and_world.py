"""The parts of the kit: issuers that are the same every time, what they issue, and a world that changes."""

import pytest

from vcwallet import FetchFailed, verify
from vcwallet.testing import SIGNED_AT, VERIFIED_AT, OutsideWorld, SampleIssuer, sample_document
from vcwallet.testing.drafts import ISSUERS, KINDS
from vcwallet.testing.issuers import published


@pytest.mark.parametrize("kind", ISSUERS)
@pytest.mark.parametrize("credential", KINDS)
def test_every_sample_is_issued_by_the_library_itself(kind, credential):
    issuer = SampleIssuer.from_seed(kind=kind)

    signed = issuer.issue(sample_document(credential, issuer))

    report = verify(signed.data, toolkit=OutsideWorld(issuers=[issuer]).toolkit(), at=VERIFIED_AT)
    assert report.verdict == "valid", report.problems


def test_an_issuer_follows_from_its_seed():
    assert SampleIssuer.from_seed("a") == SampleIssuer.from_seed("a")
    assert SampleIssuer.from_seed("a").key != SampleIssuer.from_seed("b").key
    assert SampleIssuer.from_seed("a").key != SampleIssuer.from_seed("a", name="Hafenwerkstatt").key


@pytest.mark.parametrize(
    ("kind", "publishes"), [("did:key", False), ("did:jwk", False), ("did:web", True), ("https", True)]
)
def test_only_some_issuers_publish(kind, publishes):
    issuer = SampleIssuer.from_seed(kind=kind)

    assert issuer.publishes is publishes
    assert bool(issuer.documents()) is publishes


def test_a_host_that_goes_down_is_undecided_until_it_comes_back(sample_badge, sample_issuer, outside_world):
    def verdict():
        return verify(sample_badge.data, toolkit=outside_world.toolkit(), at=VERIFIED_AT).verdict

    outside_world.goes_down("elsewhere.example")
    assert verdict() == "valid"
    outside_world.goes_down(sample_issuer.host)
    assert verdict() == "indeterminate"
    outside_world.comes_back()
    assert verdict() == "valid"
    outside_world.goes_down()
    assert verdict() == "indeterminate"


def test_what_is_published_again_is_what_answers(sample_badge, sample_issuer, outside_world):
    revoked = sample_issuer.identity().revoking(sample_issuer.key.did_key_method, SIGNED_AT)
    for url, document in published(revoked).items():
        outside_world.publish(url, document)

    report = verify(sample_badge.data, toolkit=outside_world.toolkit(), at=VERIFIED_AT)
    assert report.check("proof").code == "key_revoked"

    outside_world.publish_issuer(sample_issuer)
    assert verify(sample_badge.data, toolkit=outside_world.toolkit(), at=VERIFIED_AT)
    outside_world.remove(next(iter(sample_issuer.documents())))
    assert verify(sample_badge.data, toolkit=outside_world.toolkit(), at=VERIFIED_AT).verdict == "indeterminate"


def test_the_world_remembers_what_was_asked_for():
    world = OutsideWorld({"https://a.example/x": {"a": 1}})

    assert world.fetch("https://a.example/x").json() == {"a": 1}
    with pytest.raises(FetchFailed):
        world.fetch("https://a.example/y")
    assert world.asked == ["https://a.example/x", "https://a.example/y"]


@pytest.mark.parametrize("wrong", [{"kind": "x509"}, {"key_type": "DSA"}])
def test_an_issuer_that_cannot_be_is_said_so(wrong):
    with pytest.raises((ValueError, KeyError)):
        SampleIssuer.from_seed(**wrong)
    with pytest.raises(ValueError, match="expected one of badge"):
        sample_document("diploma")
