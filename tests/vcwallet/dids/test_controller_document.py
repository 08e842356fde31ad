"""What an issuer publishes is found again by those who verify, before and after its keys were changed."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tools.make_examples import badge
from vcwallet import LocalSigner, StaticFetcher, issue, standard_toolkit, verify
from vcwallet.dids.controller_document import (
    IssuerIdentity,
    PublishedKey,
    did_jwk,
    did_jwk_document,
    did_key_document,
    key_set,
)
from vcwallet.linked_data.context_loader import standard_contexts
from vcwallet.linked_data.statements import to_statements

AT = datetime(2026, 3, 1, tzinfo=UTC)
KEYS = {key_type: LocalSigner.generate(key_type, rsa_bits=2048) for key_type in ("Ed25519", "P-256", "P-384", "RSA")}
ISSUERS = ["did:web:college.example", "did:web:college.example%3A8443:registrar", "https://college.example/issuers/1"]


def _identity(issuer, *key_types, **options):
    return IssuerIdentity(
        issuer, tuple(PublishedKey(f"{issuer}#{name}", KEYS[name].public_key, **options) for name in key_types)
    )


def _issued(issuer, key_type, **options):
    signer = KEYS[key_type].named(f"{issuer}#{key_type}")
    return issue(badge(1, issuer, "Rowing"), signer, at=AT, **options)


def _verify(signed, *identities, at=AT):
    files = {address: text for identity in identities for address, text in identity.files().items()}
    return verify(signed.data, toolkit=standard_toolkit(StaticFetcher(files)), at=at)


@pytest.mark.parametrize("issuer", ISSUERS)
@pytest.mark.parametrize("form", ["Multikey", "JsonWebKey"])
@pytest.mark.parametrize("key_type", KEYS)
def test_what_is_published_verifies_what_is_issued(key_type, form, issuer):
    identity = _identity(issuer, *KEYS, form=form)

    for securing in (None, "vc-jwt"):
        report = _verify(_issued(issuer, key_type, securing=securing), identity)
        assert report.verdict == "valid", report.problems


@pytest.mark.parametrize("key_type", KEYS)
def test_a_token_is_verified_with_the_key_set_alone(key_type):
    issuer = "https://college.example/issuers/1"
    keys = {f"{issuer[:23]}/.well-known/jwks.json": _identity(issuer, *KEYS).jwks()}

    report = verify(
        _issued(issuer, key_type, securing="vc-jwt").data, toolkit=standard_toolkit(StaticFetcher(keys)), at=AT
    )
    assert report.verdict == "valid", report.problems


@pytest.mark.parametrize("issuer", ISSUERS)
def test_a_badge_verifies_after_its_key_was_rotated_out_of_use(issuer):
    before = _identity(issuer, "P-256", purposes=("assertionMethod", "authentication"))
    old = _issued(issuer, "P-256"), _issued(issuer, "P-256", securing="vc-jwt")

    after = before.rotated(PublishedKey(f"{issuer}#Ed25519", KEYS["Ed25519"].public_key))

    for signed in (*old, _issued(issuer, "Ed25519"), _issued(issuer, "Ed25519", securing="vc-jwt")):
        assert _verify(signed, after, at=AT + timedelta(days=3000)).verdict == "valid"
    assert "authentication" not in after.document()
    assert len(before.keys) == 1


@pytest.mark.parametrize("issuer", ISSUERS)
def test_nothing_that_a_revoked_key_signed_verifies_from_then_on(issuer):
    both = _identity(issuer, "P-256", "Ed25519")
    revoked = both.revoking(f"{issuer}#P-256", AT + timedelta(days=10))
    for signed in (_issued(issuer, "P-256"), _issued(issuer, "P-256", securing="vc-jwt")):
        late = _verify(signed, revoked, at=AT + timedelta(days=10))

        assert late.verdict == "invalid"
        assert _verify(signed, both, at=AT + timedelta(days=10)).verdict == "valid"
    assert late.problems[0].code in ("key_revoked", "key_not_in_document")
    assert _verify(_issued(issuer, "P-256"), revoked, at=AT + timedelta(days=9)).verdict == "valid"
    assert _verify(_issued(issuer, "Ed25519"), revoked, at=AT + timedelta(days=10)).verdict == "valid"
    assert [jwk["kid"] for jwk in revoked.jwks()["keys"]] == [f"{issuer}#Ed25519"]


def test_a_key_has_an_end_if_it_is_given_one():
    issuer = ISSUERS[0]
    identity = _identity(issuer, "Ed25519", expires=AT + timedelta(days=1))

    assert _verify(_issued(issuer, "Ed25519"), identity).verdict == "valid"
    assert _verify(_issued(issuer, "Ed25519"), identity, at=AT + timedelta(days=1)).problems[0].code == "key_expired"


@pytest.mark.parametrize("issuer", ISSUERS)
@pytest.mark.parametrize("form", ["Multikey", "JsonWebKey"])
def test_every_term_of_the_document_is_defined_by_its_contexts(form, issuer):
    identity = _identity(issuer, *KEYS, form=form, purposes=("assertionMethod", "authentication"), expires=AT)
    document = identity.document()

    assert to_statements(json.loads(json.dumps(document)), standard_contexts())


def test_the_addresses_are_those_that_verifiers_look_at():
    assert [(identity.address, identity.jwks_address) for identity in map(IssuerIdentity, ISSUERS)] == [
        ("https://college.example/.well-known/did.json", "https://college.example/.well-known/jwks.json"),
        ("https://college.example:8443/registrar/did.json", "https://college.example:8443/.well-known/jwks.json"),
        ("https://college.example/issuers/1", "https://college.example/.well-known/jwks.json"),
    ]


def test_an_https_issuer_can_publish_its_profile_with_its_keys():
    issuer = ISSUERS[2]
    identity = replace(
        _identity(issuer, "Ed25519"),
        more={"type": ["Profile"], "name": "Noordzee College"},
        more_contexts=(
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ),
    )

    assert identity.document()["name"] == "Noordzee College"
    assert _verify(_issued(issuer, "Ed25519"), identity).verdict == "valid"
    with pytest.raises(ValueError, match="assertionMethod"):
        replace(identity, more={"assertionMethod": []}).document()


def test_the_keys_of_several_issuers_on_one_host_say_whose_they_are():
    issuers = ["https://college.example/issuers/1", "https://college.example/issuers/2"]
    identities = [_identity(issuers[0], "Ed25519"), _identity(issuers[1], "P-256")]
    keys = key_set(identities)
    toolkit = standard_toolkit(StaticFetcher({identities[0].jwks_address: keys}))

    assert [jwk["iss"] for jwk in keys["keys"]] == issuers
    assert verify(_issued(issuers[0], "Ed25519", securing="vc-jwt").data, toolkit=toolkit, at=AT).verdict == "valid"
    assert "iss" not in key_set(identities[:1])["keys"][0]


@pytest.mark.parametrize("key_type", KEYS)
def test_documents_of_dids_that_are_keys_are_what_their_methods_say(key_type):
    key = KEYS[key_type].public_key
    for document, issuer in (
        (did_key_document(key), KEYS[key_type].controller),
        (did_jwk_document(key), did_jwk(key)),
    ):
        assert document["id"] == issuer
        assert to_statements(json.loads(json.dumps(document)), standard_contexts())


def test_a_did_jwk_issues():
    issuer = did_jwk(KEYS["P-256"].public_key)
    signer = KEYS["P-256"].named(f"{issuer}#0")

    assert verify(issue(badge(1, issuer, "Rowing"), signer, at=AT).data, at=AT).verdict == "valid"


@pytest.mark.parametrize("issuer", ["did:key:z6Mk", "http://college.example/", "college.example", "urn:uuid:1"])
def test_there_is_nothing_to_publish_for_other_identifiers(issuer):
    with pytest.raises(ValueError, match="did:web or an https address"):
        IssuerIdentity(issuer)


def test_a_name_is_the_name_of_one_key():
    key = PublishedKey(f"{ISSUERS[0]}#key-1", KEYS["Ed25519"].public_key)
    other = PublishedKey(f"{ISSUERS[0]}#key-1", KEYS["P-256"].public_key)

    with pytest.raises(ValueError, match="one name"):
        IssuerIdentity(ISSUERS[0], (key, other))
    with pytest.raises(ValueError, match="one name"):
        IssuerIdentity(ISSUERS[0], (key,)).rotated(other)
    with pytest.raises(KeyError):
        IssuerIdentity(ISSUERS[0], (key,)).revoking("#key-2", AT)
    with pytest.raises(ValueError, match="zone"):
        IssuerIdentity(ISSUERS[0], (key,)).revoking(key.verification_method, AT.replace(tzinfo=None))
