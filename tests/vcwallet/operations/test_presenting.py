"""present(): who shows what to whom, signed so that nobody else can show it again."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tools.make_examples import badge
from vcwallet import LocalSigner, issue, present, standard_toolkit, verify
from vcwallet.errors import NotSigned, Refused
from vcwallet.operations import key_lookup
from vcwallet.operations.presenting import MAX_CREDENTIALS
from vcwallet.operations.securing_documents import own_world
from vcwallet.securing import jws
from vcwallet.securing.cryptosuite import Transformer
from vcwallet.securing.data_integrity import ProofDemands, check_proofs, without_proof

AT = datetime(2026, 3, 1, tzinfo=UTC)
ISSUER = LocalSigner.generate()
HOLDERS = {key_type: LocalSigner.generate(key_type, rsa_bits=2048) for key_type in ("Ed25519", "P-256", "P-384", "RSA")}
ANA = HOLDERS["Ed25519"]
BADGE = issue(badge(1, ISSUER.controller, "Rowing"), ISSUER, at=AT)
JCS = issue(badge(2, ISSUER.controller, "Sailing"), ISSUER, securing="eddsa-jcs-2022", at=AT)
OB_TOKEN = issue(badge(3, ISSUER.controller, "Diving"), ISSUER, securing="vc-jwt", at=AT)
JOSE_TOKEN = issue(badge(4, ISSUER.controller, "Steering"), ISSUER, securing="vc+jwt", at=AT)
ALL = [BADGE, JCS, OB_TOKEN, JOSE_TOKEN]

WAYS = [
    ("Ed25519", "eddsa-rdfc-2022"),
    ("Ed25519", "eddsa-jcs-2022"),
    ("P-256", "ecdsa-rdfc-2019"),
    ("P-384", "ecdsa-jcs-2019"),
    ("P-384", "ecdsa-rdfc-2019"),
    *((key_type, "vp+jwt") for key_type in HOLDERS),
]


def _present(credentials, signer=ANA, **options):
    return present(credentials, signer, **({"challenge": "abc", "domain": "https://work.example", "at": AT} | options))


def _error(signed, signer, *, challenge="abc", domain="https://work.example"):
    toolkit = own_world(signer, standard_toolkit())
    (finding,) = check_proofs(
        signed.document,
        without_proof(signed.document),
        suites=toolkit.cryptosuites,
        find_key=lambda url: key_lookup.find_key(url, purpose="authentication", toolkit=toolkit),
        demands=ProofDemands("authentication", AT, timedelta(0), challenge, domain),
        transformer=Transformer(toolkit.contexts),
    )
    return finding.error


@pytest.mark.parametrize(("key_type", "securing"), WAYS)
@pytest.mark.parametrize("name", [None, "did:web:ana.example#key-1"])
def test_what_is_presented_is_signed_by_its_holder_for_this_verifier(key_type, securing, name):
    holder = HOLDERS[key_type].named(name) if name else HOLDERS[key_type]

    signed = _present(ALL, holder, securing=securing)

    assert signed.document["holder"] == holder.controller
    assert signed.securing == securing
    if securing == "vp+jwt":
        token = jws.parse_compact(signed.text)
        jws.verify(token, holder.public_key, algorithms=[token.header["alg"]])
        assert signed.media_type == "application/vp+jwt"
        assert json.loads(token.payload) == {**signed.document, "nonce": "abc", "aud": "https://work.example"}
    else:
        assert signed.media_type == "application/vp"
        assert json.loads(signed.data) == signed.document
        assert _error(signed, holder) is None
        assert _error(signed, holder, challenge="other").code == "challenge_mismatch"
        assert _error(signed, holder, domain="https://other.example").code == "domain_mismatch"


def test_what_fits_the_key_is_taken_when_nothing_is_said():
    assert {key_type: _present([BADGE], key).securing for key_type, key in HOLDERS.items()} == {
        "Ed25519": "eddsa-rdfc-2022",
        "P-256": "ecdsa-rdfc-2019",
        "P-384": "ecdsa-rdfc-2019",
        "RSA": "vp+jwt",
    }


def test_credentials_go_in_as_they_were_signed():
    inside = _present(ALL).document["verifiableCredential"]

    assert inside[:2] == [BADGE.document, JCS.document]
    assert [entry["type"] for entry in inside[2:]] == ["EnvelopedVerifiableCredential"] * 2
    assert inside[2]["id"] == f"data:application/jwt,{OB_TOKEN.text}"
    assert inside[3]["id"] == f"data:application/vc+jwt,{JOSE_TOKEN.text}"
    for entry in inside[:2]:
        assert verify(entry, at=AT).verdict == "valid"
    assert _present([BADGE.data, JCS.document, OB_TOKEN.text, inside[3]]).document["verifiableCredential"] == inside


def test_a_presentation_has_an_id_if_it_is_given_one():
    name = "urn:uuid:00000000-0000-4000-8000-000000000001"

    assert "id" not in _present([BADGE]).document
    assert _present([BADGE], presentation_id=name).document["id"] == name


def test_a_presentation_for_anybody_has_to_be_asked_for():
    for securing in ("eddsa-rdfc-2022", "vp+jwt"):
        signed = _present([BADGE], challenge=None, domain=None, securing=securing)
        assert "challenge" not in signed.text
        assert "nonce" not in signed.text
    with pytest.raises(TypeError):
        present([BADGE], ANA)


def test_several_verifiers_can_be_named():
    domains = ["https://one.example", "https://two.example"]
    signed = _present([BADGE], domain=domains)

    assert signed.document["proof"]["domain"] == domains
    assert [_error(signed, ANA, domain=domain) for domain in domains] == [None, None]
    token = jws.parse_compact(_present([BADGE], domain=domains, securing="vp+jwt").text)
    assert json.loads(token.payload)["aud"] == domains


def test_a_credential_of_data_model_1_1_can_be_shown():
    contexts = [
        "https://www.w3.org/2018/credentials/v1",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
        "https://w3id.org/security/data-integrity/v2",
    ]
    document = badge(1, ISSUER.controller, "Rowing") | {"@context": contexts, "name": "Rowing"}
    document["issuanceDate"] = document.pop("validFrom")
    old = issue(document, ISSUER, at=AT)

    for securing in ("eddsa-rdfc-2022", "eddsa-jcs-2022"):
        signed = _present([old, BADGE], securing=securing)
        assert _error(signed, ANA) is None
        assert verify(signed.document["verifiableCredential"][0], at=AT).verdict == "valid"


# --- what is not presented ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("credential", "code"),
    [
        (badge(1, ISSUER.controller, "Rowing"), "credential_not_signed"),
        ("nothing", "input_not_recognised"),
        (b"\xff\xfe", "json_not_utf8"),
        ("{", "json_syntax"),
        ({**BADGE.document, "@included": []}, "keyword_not_allowed"),
        ({**BADGE.document, "motto": "Ahoy"}, "undefined_term"),
    ],
)
def test_what_is_no_signed_credential_is_not_presented_and_the_place_is_named(credential, code):
    with pytest.raises(NotSigned) as caught:
        _present([BADGE, credential])
    assert caught.value.code == code
    assert caught.value.pointer.startswith("/verifiableCredential/1")


def test_misuse_is_said_to_be_misuse():
    for options in (
        {"challenge": ""},
        {"domain": ""},
        {"domain": []},
        {"at": AT.replace(tzinfo=None)},
        {"securing": "vc-jwt"},
        {"presentation_id": "4711"},
    ):
        with pytest.raises(ValueError, match="expected"):
            _present([BADGE], **options)
    with pytest.raises(ValueError, match="at least one"):
        _present([])
    for single in (BADGE, BADGE.data, BADGE.text, BADGE.document):
        with pytest.raises(TypeError, match="collection"):
            _present(single)
    with pytest.raises(Refused, match="key_type_mismatch"):
        _present([BADGE], securing="ecdsa-rdfc-2019")


def test_there_is_an_end_to_what_fits_into_a_presentation():
    with pytest.raises(NotSigned, match="too_many_credentials"):
        _present([OB_TOKEN] * (MAX_CREDENTIALS + 1), securing="vp+jwt")
    assert _present(iter([OB_TOKEN] * MAX_CREDENTIALS), securing="vp+jwt")


class _Wrong:
    verification_method, controller = ANA.verification_method, ANA.controller
    public_key, algorithm = ANA.public_key, "Ed25519"

    def sign(self, message):
        return ISSUER.sign(message)


@pytest.mark.parametrize("securing", ["eddsa-rdfc-2022", "vp+jwt"])
def test_what_another_key_signed_is_not_handed_out(securing):
    with pytest.raises(Refused, match="own_output_not_verified"):
        _present([BADGE], _Wrong(), securing=securing)
