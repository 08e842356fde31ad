"""verify_presentation() on presentations of our own making: each hostile one beside its honest neighbour."""

import base64
import copy
import json
import pickle
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tools.make_examples import COLLEGE, COLLEGE_DID, UNIVERSITY, UNIVERSITY_URL, WORKSHOP, badge, world
from vcwallet import NotVerified, Policy, StaticFetcher, standard_toolkit, verify, verify_presentation
from vcwallet.operations import presentation_checks
from vcwallet.securing.sd_jwt.disclosure import digest, make_disclosure
from vcwallet.testing.signing import SampleKey, add_proof, badge_claims, to_jwt

AT = datetime(2026, 3, 1, tzinfo=UTC)
NOW = int(AT.timestamp())
V2 = "https://www.w3.org/ns/credentials/v2"
V1 = "https://www.w3.org/2018/credentials/v1"
CHALLENGE, DOMAIN = "u7hK2", "jobs.example"
ASKED = Policy(challenge=CHALLENGE, domain=DOMAIN)
OWN = Policy(challenge=CHALLENGE, domain=DOMAIN, require_holder_binding=True)

ANA = SampleKey.from_seed("Ana")
BRAM = SampleKey.from_seed("Bram", "P-256")


def check(data, *, policy=ASKED, at=AT, extra=None, offline=False):
    fetcher = None if offline else StaticFetcher(world() | (extra or {}))
    return verify_presentation(data, toolkit=standard_toolkit(fetcher), policy=policy, at=at)


def codes(report):
    """The codes of everything that did not pass."""
    return {
        problem.code for check in report.checks if check.outcome in ("failed", "unknown") for problem in check.problems
    }


def note_codes(report):
    return {note.code for note in report.notes}


def anas_badge(number=50, name="Knots", key=WORKSHOP, **members):
    document = badge(number, key.did, name, **members)
    document["credentialSubject"]["id"] = ANA.did
    return add_proof(document, key)


def presentation(*credentials, holder=ANA.did, context=V2, **members):
    document = {"@context": [context], "type": ["VerifiablePresentation"], "holder": holder}
    document |= {"verifiableCredential": list(credentials)} if credentials else {}
    return {name: value for name, value in (document | members).items() if value is not None}


def signed(document=None, key=ANA, **options):
    asked = {"proofPurpose": "authentication", "challenge": CHALLENGE, "domain": DOMAIN}
    return add_proof(document or presentation(anas_badge()), key, **(asked | options))


def vc_jwt(key=WORKSHOP, header=None, **claims):
    """A credential about Ana as vc+jwt."""
    document = badge(60, key.did, "Splices")
    document["credentialSubject"]["id"] = ANA.did
    return to_jwt(document | claims, key, **({"typ": "vc+jwt"} | (header or {})))


def envelope(token, kind="EnvelopedVerifiableCredential", media_type="application/vc+jwt", **members):
    return {"@context": V2, "type": kind, "id": f"data:{media_type},{token}"} | members


def vp_jwt(document=None, key=ANA, header=None, **claims):
    """A presentation as vp+jwt; claims given as None are left out."""
    payload = (document or presentation(envelope(vc_jwt()))) | {"nonce": CHALLENGE, "aud": DOMAIN} | claims
    payload = {name: value for name, value in payload.items() if value is not None}
    return to_jwt(payload, key, **({"typ": "vp+jwt"} | (header or {})))


def older_vp_jwt(*, vp=None, key=ANA, header=None, **claims):
    """A presentation of data model 1.1 in the claim vp, with a VC-JWT inside; claims given as None are left out."""
    token = to_jwt(badge_claims(badge(61, WORKSHOP.did, "Bends"), 1768467600), WORKSHOP)
    document = vp or {"@context": [V1], "type": ["VerifiablePresentation"], "verifiableCredential": [token]}
    payload = {"iss": key.did, "vp": document, "nonce": CHALLENGE, "aud": [DOMAIN]} | claims
    return to_jwt({name: value for name, value in payload.items() if value is not None}, key, **(header or {}))


# --- the answer as a whole ----------------------------------------------------------------------------------------------


def test_a_good_presentation_is_valid_and_can_be_had():
    report = check(signed())

    assert report, report.problems
    assert [check.name for check in report.checks] == [
        "structure",
        "context",
        "proof",
        "holder",
        "period",
        "credentials",
    ]
    assert report.require_verified().holder_id == ANA.did
    assert report.presenter_id == ANA.did
    assert report.securing == "eddsa-rdfc-2022"
    assert [credential.verdict for credential in report.credentials] == ["valid"]


def test_a_token_inside_is_for_whom_the_presentation_is_for():
    """The policy's domain is a name of the verifier for the credentials too (RFC 7519, 4.1.3)."""

    def verdicts(audience, policy=ASKED):
        shown = vp_jwt(presentation(envelope(vc_jwt(aud=audience))))
        return [credential.verdict for credential in check(shown, policy=policy).credentials]

    assert verdicts([DOMAIN]) == ["valid"]
    assert verdicts("https://else.example") == ["invalid"]
    assert verdicts([DOMAIN], replace(ASKED, domain=None)) == ["valid"]


def test_a_bad_presentation_cannot_be_had_as_verified():
    report = check(signed(challenge="another"))

    assert not report
    assert report.presenter_id is None
    with pytest.raises(NotVerified, match="challenge_mismatch"):
        report.require_verified()


def test_bytes_text_and_objects_get_the_same_answer():
    document = signed()
    text = json.dumps(document)

    assert len({check(data).to_json() for data in (document, text, text.encode())}) == 1


def test_a_report_survives_pickling_and_is_stable_json():
    report = check(signed())

    assert pickle.loads(pickle.dumps(report)).to_json() == report.to_json()
    parsed = json.loads(report.to_json())
    assert (parsed["verdict"], parsed["presenter"]) == ("valid", {"id": ANA.did})
    assert parsed["credentials"][0]["verdict"] == "valid"


@pytest.mark.parametrize("data", [None, 5, ["a"]])
def test_misuse_raises(data):
    with pytest.raises(TypeError):
        verify_presentation(data)
    with pytest.raises(ValueError, match="time zone"):
        verify_presentation("{}", at=datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_fault_inside_is_never_a_yes(monkeypatch):
    for name in ("check_structure", "check_proof", "check_holder", "check_period", "check_credentials"):
        with monkeypatch.context() as patched:
            patched.setattr(presentation_checks, name, lambda *_args, **_kwargs: 1 / 0)
            report = check(signed())

            assert report.verdict == "indeterminate", name
            assert "internal_error" in codes(report)


def test_the_callers_document_is_not_changed():
    document = signed()
    before = copy.deepcopy(document)

    check(document)

    assert document == before


# --- every way of securing one -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "securing"),
    [
        (signed(), "eddsa-rdfc-2022"),
        (signed(suite="eddsa-jcs-2022"), "eddsa-jcs-2022"),
        (signed(presentation(anas_badge(), holder=BRAM.did), BRAM), "ecdsa-rdfc-2019"),
        (signed(presentation(anas_badge(), holder=None)), "eddsa-rdfc-2022"),
        (signed(presentation(anas_badge(), holder={"id": ANA.did})), "eddsa-rdfc-2022"),
        (signed(presentation(envelope(vc_jwt()))), "eddsa-rdfc-2022"),
        (signed(presentation(anas_badge(), envelope(vc_jwt()))), "eddsa-rdfc-2022"),
        (vp_jwt(), "vp+jwt EdDSA"),
        (vp_jwt(presentation(envelope(vc_jwt()), holder=BRAM.did), BRAM), "vp+jwt ES256"),
        (vp_jwt(presentation(anas_badge())), "vp+jwt EdDSA"),
        (vp_jwt(presentation(envelope(vc_jwt()), holder=None)), "vp+jwt EdDSA"),
        (vp_jwt(iss=ANA.did, header={"cty": "vp"}), "vp+jwt EdDSA"),
        (vp_jwt(iss=ANA.did, header={"kid": None}), "vp+jwt EdDSA"),
        (vp_jwt(aud=["x.example", DOMAIN], iat=NOW, exp=NOW + 60, nbf=NOW), "vp+jwt EdDSA"),
        (envelope(vp_jwt(), "EnvelopedVerifiablePresentation", "application/vp+jwt"), "vp+jwt EdDSA"),
        (envelope(older_vp_jwt(), "EnvelopedVerifiablePresentation", "application/jwt"), "VP-JWT EdDSA"),
        (older_vp_jwt(), "VP-JWT EdDSA"),
        (older_vp_jwt(header={"typ": None}), "VP-JWT EdDSA"),
    ],
)
def test_every_way_of_securing_a_presentation_is_verified(data, securing):
    report = check(data)

    assert report.verdict == "valid", (report.problems, [c.problems for c in report.credentials])
    assert report.securing == securing


def test_a_presentation_of_data_model_1_1_with_an_embedded_proof_is_verified():
    credential = {
        "@context": [V1, "https://w3id.org/security/data-integrity/v2"],
        "id": "urn:uuid:00000000-0000-4000-8000-000000000070",
        "type": ["VerifiableCredential"],
        "issuer": WORKSHOP.did,
        "issuanceDate": "2026-01-15T09:00:00Z",
        "credentialSubject": {"id": ANA.did},
    }
    document = presentation(add_proof(credential, WORKSHOP)) | {
        "@context": [V1, "https://w3id.org/security/data-integrity/v2"]
    }

    report = check(signed(document))

    assert report, (report.problems, [c.problems for c in report.credentials])
    assert "data_model_1_1" in note_codes(report)


def test_a_holder_by_did_web_or_https_signs_with_a_key_for_authentication():
    listed = {
        "id": f"{UNIVERSITY_URL}/student#auth",
        "type": "JsonWebKey",
        "controller": f"{UNIVERSITY_URL}/student",
        "publicKeyJwk": ANA.jwk | {"kid": "the-key"},
    }
    holder = {"id": listed["controller"], "verificationMethod": [listed], "authentication": [listed["id"]]}
    document = presentation(envelope(vc_jwt()), holder=listed["controller"])
    extra = {listed["controller"]: holder}

    assert check(signed(document, verificationMethod=listed["id"]), extra=extra)
    for kid in (listed["id"], "the-key", "#auth", "auth"):
        assert check(vp_jwt(document, header={"kid": kid}), extra=extra), kid
    for header in ({"kid": None}, {"kid": None, "jwk": ANA.jwk}):
        assert check(vp_jwt(document, header=header), extra=extra), header
    broken = listed | {"id": f"{listed['controller']}#broken", "publicKeyJwk": {"kty": "EC"}}
    beside = {**holder, "verificationMethod": [broken, listed], "authentication": [broken["id"], listed["id"]]}
    assert check(vp_jwt(document, header={"kid": None, "jwk": ANA.jwk}), extra={listed["controller"]: beside})
    refused = check(vp_jwt(document, header={"kid": None, "jwk": BRAM.jwk}), extra=extra)
    assert codes(refused) >= {"key_not_in_document"}


def test_a_key_that_only_makes_statements_does_not_present():
    """The key of a badge's issuer is listed for assertionMethod alone: it cannot sign presentations."""
    document = presentation(anas_badge(), holder=COLLEGE_DID)
    only_assertion = check(signed(document, COLLEGE, verificationMethod=f"{COLLEGE_DID}#key-1"))

    assert "key_not_for_purpose" in codes(only_assertion)


# --- what was asked -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (signed(challenge="another"), "challenge_mismatch"),
        (signed(challenge=None), "challenge_mismatch"),
        (signed(domain="evil.example"), "domain_mismatch"),
        (signed(domain=None), "domain_mismatch"),
        (signed(proofPurpose="assertionMethod"), "proof_purpose_wrong"),
        (signed(expires="2026-02-01T00:00:00Z"), "proof_expired"),
        (vp_jwt(nonce="another"), "challenge_mismatch"),
        (vp_jwt(nonce=None), "challenge_mismatch"),
        (vp_jwt(aud="evil.example"), "domain_mismatch"),
        (vp_jwt(aud=None), "domain_mismatch"),
        (vp_jwt(aud={"jobs.example": True}), "domain_mismatch"),
        (vp_jwt(exp=NOW - 3600), "expired"),
        (vp_jwt(nbf=NOW + 3600), "not_yet_valid"),
        (vp_jwt(iat=NOW + 3600), "proof_from_the_future"),
        (older_vp_jwt(nonce="another"), "challenge_mismatch"),
        (older_vp_jwt(aud="evil.example"), "domain_mismatch"),
        (older_vp_jwt(exp=NOW - 3600), "expired"),
        (older_vp_jwt(iss=None), "jose_key_missing"),
        (older_vp_jwt(iss=None, header={"kid": ANA.did_key_method}), "jwt_claim_missing"),
    ],
)
def test_a_presentation_for_somebody_else_or_another_time_is_refused(data, code):
    """Their accepted neighbours are in the tests above."""
    report = check(data)

    assert report.verdict == "invalid", report.problems
    assert code in codes(report) or (code == "jose_key_missing" and "jwt_claim_missing" in codes(report))


def test_whoever_says_what_they_are_called_is_shown_nothing_that_was_made_for_others():
    """Without a domain to answer, too: RFC 7519, 4.1.3; and what a token says by aud, a proof says by domain."""
    ours, others = Policy(audiences=["a.example", DOMAIN]), Policy(audiences=["a.example"])

    for data in (signed(), signed(domain=["b.example", DOMAIN]), vp_jwt(), older_vp_jwt(), vp_sd_jwt()):
        assert check(data, policy=ours), check(data, policy=ours).problems
        assert "domain_not_asked" not in note_codes(check(data, policy=ours))
        report = check(data, policy=others)
        assert (report.verdict, codes(report) & {"audience_mismatch"}) == ("invalid", {"audience_mismatch"})
    for data in (vp_jwt(aud=None), older_vp_jwt(aud=None)):
        assert check(data, policy=others), check(data, policy=others).problems
    forged = signed() | {"id": "urn:uuid:0d6b1b3c-6b0f-4f6e-9a3b-3a1d1f6f2b11"}
    assert "signature_invalid" in codes(check(forged, policy=others))


def test_where_no_challenge_is_asked_the_danger_is_noted():
    for data in (signed(), vp_jwt(), older_vp_jwt()):
        report = check(data, policy=Policy())

        assert report
        assert {"challenge_not_asked", "domain_not_asked"} <= note_codes(report)
        assert not {"challenge_not_asked", "domain_not_asked"} & note_codes(check(data))


def test_a_proof_of_another_presentation_is_not_good_for_this_one():
    first, second = signed(), signed(presentation(anas_badge(51, "Sails")))

    assert check(first)
    assert check(second)
    assert codes(check(first | {"proof": second["proof"]})) >= {"signature_invalid"}


def test_a_credential_that_was_swapped_after_signing_is_noticed():
    document = signed(presentation(anas_badge(51, "Sails")))
    swapped = document | {"verifiableCredential": [anas_badge(52, "Admiral")]}
    added = document | {"verifiableCredential": [*document["verifiableCredential"], anas_badge(52, "Admiral")]}
    removed = {name: value for name, value in document.items() if name != "verifiableCredential"}

    assert check(document)
    for changed in (swapped, added, removed):
        report = check(changed)
        assert report.check("proof").code == "signature_invalid"
        assert not report


def test_a_proof_without_the_members_of_a_set_is_no_proof():
    for value in (None, [], {}):
        report = check(signed() | {"proof": value})
        assert not report, value


def test_two_good_proofs_of_one_presentation_are_accepted_and_a_bad_one_spoils_them():
    asked = {"proofPurpose": "authentication", "challenge": CHALLENGE, "domain": DOMAIN}
    both = add_proof(signed(), BRAM, **asked)
    other = add_proof(signed(), BRAM, **(asked | {"challenge": "another"}))

    report = check(both)
    assert report, report.problems
    assert "also_signed_by" in note_codes(report)
    assert report.presenter_id == ANA.did
    assert codes(check(other)) >= {"challenge_mismatch"}


# --- who presents -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (signed(key=BRAM), "key_not_bound_to_holder"),
        (vp_jwt(key=BRAM), "key_not_bound_to_holder"),
        (vp_jwt(iss=BRAM.did), "jwt_claim_mismatch"),
        (vp_jwt(presentation(envelope(vc_jwt()), holder=None), iss=BRAM.did), "key_not_bound_to_holder"),
        (vp_jwt(header={"iss": BRAM.did}), "jwt_claim_mismatch"),
        (vp_jwt(header={"iss": BRAM.did}, iss=ANA.did), "jwt_claim_mismatch"),
        (older_vp_jwt(iss=BRAM.did), "key_not_bound_to_holder"),
        (older_vp_jwt(vp=presentation(context=V1), iss=BRAM.did), "jwt_claim_mismatch"),
        (older_vp_jwt(vp=presentation(context=V1, id="urn:x:1"), jti="urn:x:2"), "jwt_claim_mismatch"),
        (vp_jwt(header={"kid": BRAM.did_key_method}), "key_algorithm_mismatch"),
        (vp_jwt(header={"kid": WORKSHOP.did_key_method, "alg": "ES384"}), "signature_invalid"),
        (vp_jwt(presentation(envelope(vc_jwt()), holder=None), header={"kid": None}), "jose_key_missing"),
    ],
)
def test_a_presentation_signed_by_a_stranger_is_refused(data, code):
    report = check(data)

    assert report.verdict == "invalid"
    assert code in codes(report), report.problems


def test_two_signers_and_no_holder_leave_it_open_who_presents():
    asked = {"proofPurpose": "authentication", "challenge": CHALLENGE, "domain": DOMAIN}
    document = presentation(anas_badge(), holder=None)

    assert check(add_proof(document, ANA, **asked))
    assert codes(check(add_proof(add_proof(document, ANA, **asked), BRAM, **asked))) == {"presenter_unclear"}


def test_a_credential_of_somebody_else_is_noticed_when_the_policy_asks():
    own, others = signed(), signed(presentation(anas_badge(), holder=BRAM.did), BRAM)

    assert check(own, policy=OWN)
    assert check(own, policy=OWN).credentials[0].check("holder").code == "holder_bound"
    assert check(others)
    assert "holder_not_subject" in {note.code for note in check(others).credentials[0].notes}
    report = check(others, policy=OWN)
    assert report.verdict == "invalid"
    assert report.credentials[0].check("holder").code == "holder_not_subject"
    assert report.check("credentials").code == "presented_invalid"


def test_a_credential_for_nobody_in_particular_is_not_bound():
    report = check(signed(presentation(add_proof(badge(53, WORKSHOP.did, "Knots"), WORKSHOP))), policy=OWN)

    assert report.credentials[0].check("holder").code == "holder_not_subject"


@pytest.mark.parametrize(
    ("cnf", "bound"),
    [
        ({"jwk": BRAM.jwk}, True),
        ({"kid": BRAM.did_key_method}, True),
        ({"jwk": ANA.jwk}, False),
        ({"kid": ANA.did_key_method}, False),
        ({"jwk": {"kty": "none"}}, False),
        ("nothing", False),
        ({}, False),
    ],
)
def test_a_key_that_the_issuer_confirmed_binds_the_credential_to_who_holds_it(cnf, bound):
    """The credential is about Ana's DID, Bram presents: only cnf can show that the credential is his."""
    document = presentation(envelope(vc_jwt(cnf=cnf)), holder=BRAM.did)

    for data in (vp_jwt(document, BRAM), signed(document, BRAM)):
        report = check(data, policy=OWN)
        assert bool(report) is bound, report.credentials[0].problems


def test_a_policy_for_credentials_is_asked_of_each_of_them():
    trusted = Policy(challenge=CHALLENGE, trusted_issuers=[WORKSHOP.did])
    both = signed(presentation(anas_badge(), anas_badge(54, "Sails", UNIVERSITY)))

    assert check(signed(), policy=trusted)
    report = check(both, policy=trusted)
    assert [bool(credential) for credential in report.credentials] == [True, False]
    assert report.check("credentials").pointer == "/verifiableCredential/1"


# --- nothing presented, or what is no credential ----------------------------------------------------------------------


def test_an_empty_presentation_is_refused():
    for document in (presentation(), presentation(verifiableCredential=[])):
        for data in (signed(document), vp_jwt(document)):
            report = check(data)
            assert report.verdict == "invalid"
            assert codes(report) == {"presentation_empty"}


def test_an_empty_presentation_is_valid_for_whoever_accepts_one_and_only_if_it_is_signed():
    """VCDM 2.0, 4.13: there can be none. Then the signature is all there is to ask."""
    accepting = replace(ASKED, accept_empty_presentations=True)

    for data in (signed(presentation()), vp_jwt(presentation(verifiableCredential=[]))):
        report = check(data, policy=accepting)
        assert report, report.problems
        assert report.check("credentials").code == "credentials_absent"
        assert report.presenter_id == ANA.did
    assert codes(check(presentation(), policy=accepting)) == {"proof_missing"}
    assert codes(check(signed(presentation()), policy=replace(accepting, challenge="b"))) == {"challenge_mismatch"}
    assert codes(check(signed(presentation(badge(60, WORKSHOP.did, "Knots"))), policy=accepting)) == {
        "presented_invalid"
    }


def test_an_unsigned_presentation_is_refused_and_nothing_is_fetched_for_it():
    credential = badge(55, COLLEGE_DID, "Knots")
    credential = add_proof(credential, COLLEGE, verificationMethod=f"{COLLEGE_DID}#key-1")

    assert check(signed(presentation(credential)))
    report = check(presentation(credential))
    assert codes(report) >= {"proof_missing"}
    assert report.credentials[0].check("proof").code == "no_network"
    assert report.evidence.find("document", "https://noordzee-college.example/.well-known/did.json") is None


def test_a_bad_credential_makes_the_presentation_bad():
    forged = anas_badge() | {"name": "Admiral"}
    expired = anas_badge(validUntil="2026-02-01T00:00:00Z")
    unsigned = badge(56, WORKSHOP.did, "Knots")

    for credential in (forged, expired, unsigned):
        report = check(signed(presentation(anas_badge(57), credential)))
        assert report.verdict == "invalid"
        assert [bool(credential) for credential in report.credentials] == [True, False]
        assert report.check("credentials").code == "presented_invalid"


def test_an_undecided_credential_leaves_the_presentation_undecided():
    credential = add_proof(badge(58, "did:web:gone.example", "x"), ANA, verificationMethod="did:web:gone.example#1")

    report = check(signed(presentation(credential)))

    assert report.verdict == "indeterminate"
    assert report.check("credentials").code == "presented_undecided"


@pytest.mark.parametrize("entry", ["eyJhbGciOiJFUzI1NiJ9.e30.AAAA", "https://badges.example/1", 5, None, True, [[]]])
def test_what_is_no_object_is_no_credential(entry):
    report = check(signed(presentation(entry), suite="eddsa-jcs-2022"))

    assert report.verdict == "malformed"
    assert check(signed(presentation(anas_badge()), suite="eddsa-jcs-2022"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"@context": ["https://www.w3.org/ns/credentials/examples/v2"]}, "context_order"),
        ({"type": ["CredentialManagerPresentation"]}, "type_missing"),
        ({"type": None}, "type_missing"),
        ({"holder": "z6Mkp"}, "id_not_absolute"),
        ({"holder": {"name": "Acme"}}, "id_not_absolute"),
        ({"holder": [ANA.did]}, "id_not_absolute"),
        ({"id": "presentation-1"}, "id_not_absolute"),
        ({"id": ["urn:a:1", "urn:a:2"]}, "id_not_absolute"),
        ({"undefinedThing": "x"}, "undefined_term"),
        ({"https://www.w3.org/2018/credentials#holder": "urn:a:1"}, "key_is_iri"),
    ],
)
def test_a_presentation_of_another_form_is_refused(change, code):
    assert check(signed(presentation(anas_badge(), id="urn:uuid:1"), suite="eddsa-jcs-2022"))
    report = check(signed(presentation(anas_badge(), **change), suite="eddsa-jcs-2022"))

    assert report.verdict in ("malformed", "invalid")
    assert code in codes(report), report.problems


# --- credentials and presentations are two things ---------------------------------------------------------------------


def verify_credential(data):
    return verify(data, toolkit=standard_toolkit(StaticFetcher(world())), at=AT)


def test_verify_says_that_a_presentation_is_one_and_the_other_way_round():
    for data in (
        signed(),
        vp_jwt(),
        older_vp_jwt(),
        envelope(vp_jwt(), "EnvelopedVerifiablePresentation", "application/vp+jwt"),
    ):
        assert verify_credential(data).check("structure").code == "is_a_presentation"
        assert verify_credential(data).verdict == "malformed"
    for data in (anas_badge(), vc_jwt(), envelope(vc_jwt())):
        assert verify_credential(data)
        assert check(data).check("structure").code == "is_a_credential"
        assert check(data).verdict == "malformed"


def test_a_presentation_inside_a_presentation_is_no_credential():
    inside = envelope(vp_jwt(), "EnvelopedVerifiablePresentation", "application/vp+jwt")

    report = check(signed(presentation(inside)))

    assert report.credentials[0].check("structure").code == "is_a_presentation"
    assert not report


@pytest.mark.parametrize(
    ("data", "code"),
    [
        # typ says credential, payload is a presentation, and the other way round
        (to_jwt(presentation(envelope(vc_jwt())), ANA, typ="vc+jwt"), "jose_type_wrong"),
        (to_jwt(badge(62, ANA.did, "x"), ANA, typ="vp+jwt"), "jose_type_wrong"),
        (to_jwt(presentation(envelope(vc_jwt())), ANA), "jose_type_wrong"),
        # both at once
        (vp_jwt(vc={}), "jwt_claim_not_allowed"),
        (vp_jwt(vp={}), "jwt_claim_not_allowed"),
        (vc_jwt(vc={}), "jwt_claim_not_allowed"),
        (vc_jwt(vp={}), "jwt_claim_not_allowed"),
        (older_vp_jwt(vc=badge(63, WORKSHOP.did, "x")), "credential_and_presentation"),
        (older_vp_jwt(credentialSubject={}), "credential_and_presentation"),
        (older_vp_jwt(vp="x"), "jwt_vp_claim_malformed"),
        (signed(anas_badge() | {"type": ["VerifiablePresentation", "VerifiableCredential"]}, suite="eddsa-jcs-2022"), "credential_and_presentation"),
        # alg
        (vp_jwt(header={"alg": "none"}), "jws_algorithm_not_allowed"),
        (vp_jwt(header={"alg": "HS256"}), "jws_algorithm_not_allowed"),
        (vp_jwt().rpartition(".")[0] + ".", "jws_malformed"),
        (vp_jwt(header={"crit": ["exp"]}), "jws_critical_header"),
        (vp_jwt(header={"cty": "vc"}), "jose_type_wrong"),
        (vp_jwt(header={"cty": 5}), "jws_header_malformed"),
        (vp_jwt(header={"kid": 5}), "jws_header_malformed"),
        (vp_jwt(header={"jwk": 5}), "jws_header_malformed"),
        (vp_jwt(iss=5), "jws_header_malformed"),
        (vp_jwt(iat="yesterday"), "timestamp_syntax"),
        (vp_jwt(iat=True), "numeric_date"),
        (vp_jwt(exp="never"), "numeric_date"),
    ],
)  # fmt: skip
def test_a_token_that_says_two_things_is_refused_by_both(data, code):
    report = check(data)

    assert report.verdict in ("invalid", "malformed")
    assert code in codes(report) or code in ("jose_type_wrong", "jwt_claim_not_allowed"), report.problems
    assert verify_credential(data).verdict in ("invalid", "malformed")
    assert code in codes(report) | codes(verify_credential(data))


# --- envelopes ----------------------------------------------------------------------------------------------------------


def base64_of(text):
    return base64.b64encode(text.encode()).decode()


def test_an_envelope_may_be_in_base64_and_of_any_of_the_two_types_of_token():
    token = vc_jwt()
    for credential in (
        envelope(token),
        envelope(token, "EnvelopedVerifiableCredential", "application/jwt"),
        envelope(base64_of(token), media_type="application/vc+jwt;base64"),
        envelope(token, media_type="application/vc+jwt;charset=utf-8"),
        envelope(token) | {"type": ["EnvelopedVerifiableCredential"], "@context": [V2]},
        envelope(to_jwt(json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "==")), WORKSHOP, typ=None)),
    ):
        assert verify_credential(credential), verify_credential(credential).problems
        assert check(signed(presentation(credential)))


@pytest.mark.parametrize(
    ("credential", "code"),
    [
        (envelope(vc_jwt(), media_type="text/plain"), "envelope_media_type_wrong"),
        (envelope(vc_jwt(), media_type="application/vp+jwt"), "envelope_media_type_wrong"),
        (envelope(vc_jwt(), media_type=""), "envelope_media_type_wrong"),
        (envelope(vp_jwt()), "envelope_content_wrong"),
        (envelope(vp_jwt(), media_type="application/jwt"), "envelope_content_wrong"),
        (envelope(vc_jwt(), "EnvelopedVerifiablePresentation", "application/jwt"), "envelope_content_wrong"),
        (envelope("@@@", media_type="application/vc+jwt;base64"), "envelope_malformed"),
        (envelope(vc_jwt(), media_type="application/vc+jwt;base64"), "envelope_malformed"),
        (envelope("w6Q", media_type="application/vc+jwt;base64"), "envelope_malformed"),
        (envelope(base64_of("é"), media_type="application/vc+jwt;base64"), "envelope_malformed"),
        (envelope(vc_jwt(), media_type="application/vc+jwt;base64url"), "envelope_malformed"),
        (envelope("a.b"), "jws_malformed"),
        (envelope(vc_jwt().replace(".", "%2E")), "jws_malformed"),
        (envelope(vc_jwt()) | {"id": vc_jwt()}, "envelope_malformed"),
        (envelope(vc_jwt()) | {"id": "not-a-credential"}, "envelope_malformed"),
        (envelope(vc_jwt()) | {"id": 5}, "envelope_malformed"),
        (envelope(vc_jwt()) | {"@context": []}, "envelope_malformed"),
        (envelope(vc_jwt()) | {"@context": ["https://www.w3.org/ns/credentials/examples/v2"]}, "envelope_malformed"),
        (envelope(vc_jwt()) | {"type": ["EnvelopedVerifiableCredential", "VerifiableCredential"]}, "envelope_malformed"),
        (envelope(vc_jwt(), name="Admiral"), "envelope_malformed"),
        (envelope(to_jwt(envelope(vc_jwt()), WORKSHOP, typ="vc+jwt")), "envelope_in_envelope"),
        (to_jwt(envelope(vc_jwt()), WORKSHOP, typ="vc+jwt"), "envelope_in_envelope"),
    ],
)  # fmt: skip
def test_an_envelope_that_is_none_is_malformed(credential, code):
    report = verify_credential(credential)

    assert report.verdict == "malformed"
    assert report.check("structure").code == code
    if isinstance(credential, dict):
        assert not check(signed(presentation(credential), suite="eddsa-jcs-2022"))


@pytest.mark.parametrize(
    "data",
    [
        envelope("0oRYVqQBJg==", media_type="application/vc+cose;base64"),
        envelope(vc_jwt(), media_type="application/vc-ld+jwt;base64url"),
        b"\xd2\x84\x58\x56\xa4\x01\x26",
        "0oRYVqQBJgNuYXBwbGljYXRpb24vdmM=",
        envelope(vc_jwt(header={"typ": "dc+sd-jwt"}) + "~", media_type="application/dc+sd-jwt"),
    ],
)
def test_cose_and_other_data_models_are_recognised_and_undecided(data):
    for report in (verify_credential(data), check(data) if isinstance(data, bytes) else None):
        assert report is None or (report.verdict, codes(report)) == ("indeterminate", {"securing_unsupported"})


# --- vp+sd-jwt ----------------------------------------------------------------------------------------------------------


def vp_sd_jwt(document=None, key=ANA, header=None, *, disclosures=(), binding="", **claims):
    """A presentation as vp+sd-jwt, which Ana signed."""
    return "~".join((vp_jwt(document, key, {"typ": "vp+sd-jwt"} | (header or {}), **claims), *disclosures, binding))


def bound_by(key, text, **changes):
    said = {"iat": NOW, "aud": DOMAIN, "nonce": CHALLENGE, "sd_hash": digest(text, "sha-256")} | changes
    return text + to_jwt(said, key, typ="kb+jwt")


def test_a_presentation_as_sd_jwt_is_verified_alone_and_in_an_envelope():
    for data in (
        vp_sd_jwt(),
        vp_sd_jwt(header={"cty": "vp"}),
        envelope(vp_sd_jwt(), "EnvelopedVerifiablePresentation", "application/vp+sd-jwt"),
    ):
        report = check(data, policy=OWN)

        assert report, report.problems
        assert report.securing == "vp+sd-jwt EdDSA"
        assert report.presenter_id == ANA.did


def test_a_credential_that_is_withheld_from_a_presentation_is_not_in_it():
    hidden = make_disclosure("salt", None, envelope(vc_jwt(BRAM)))
    document = presentation(envelope(vc_jwt())) | {
        "verifiableCredential": [envelope(vc_jwt()), {"...": hidden.digest()}],
    }

    withheld, shown = check(vp_sd_jwt(document)), check(vp_sd_jwt(document, disclosures=[hidden.encoded]))
    assert withheld, withheld.problems
    assert (len(withheld.credentials), len(shown.credentials)) == (1, 2)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (vp_sd_jwt(nonce="old"), "challenge_mismatch"),
        (vp_sd_jwt(nonce=None), "challenge_mismatch"),
        (vp_sd_jwt(aud="else.example"), "domain_mismatch"),
        (vp_sd_jwt(exp=NOW - 3600), "expired"),
        (vp_sd_jwt(header={"cty": "vc"}), "jose_type_wrong"),
        (vp_sd_jwt(key=BRAM), "key_not_bound_to_holder"),
        (vp_sd_jwt(disclosures=[make_disclosure("salt", "x", 1).encoded]), "disclosure_unreferenced"),
        (vp_sd_jwt()[:-1], "sd_jwt_malformed"),
        (envelope(vp_sd_jwt(), "EnvelopedVerifiablePresentation", "application/vp+jwt"), "jose_type_wrong"),
        (envelope(vp_sd_jwt(), "EnvelopedVerifiableCredential", "application/vp+sd-jwt"), "envelope_media_type_wrong"),
        (vp_sd_jwt(anas_badge()), "jose_type_wrong"),
        (vp_sd_jwt(header={"typ": "vc+sd-jwt"}), "jose_type_wrong"),
    ],
)
def test_a_presentation_as_sd_jwt_that_breaks_its_rules_is_refused(data, code):
    report = check(data)

    assert report.verdict in ("invalid", "malformed")
    assert code in codes(report) | {found.code for found in report.checks}, report.problems


def test_a_key_binding_answers_for_the_presentation_and_must_be_good():
    confirmed = {"cnf": {"jwk": ANA.jwk}, "nonce": None, "aud": None}
    text = vp_sd_jwt(**confirmed)

    assert codes(check(text)) == {"challenge_mismatch"}
    good = check(bound_by(ANA, text))
    assert good, good.problems
    for bad, code in (
        (bound_by(BRAM, text), "key_algorithm_mismatch"),
        (bound_by(ANA, text, nonce="old"), "challenge_mismatch"),
        (bound_by(ANA, text, sd_hash="x"), "key_binding_mismatch"),
        (bound_by(ANA, vp_sd_jwt()), "key_binding_key_missing"),
    ):
        assert code in codes(check(bad)) | {check(bad).check("proof").code}


def test_verify_says_that_it_is_a_presentation():
    assert verify_credential(vp_sd_jwt()).check("structure").code == "is_a_presentation"


# --- vc+jwt -------------------------------------------------------------------------------------------------------------


def test_a_credential_as_vc_jwt_is_verified_by_its_own_rules():
    report = verify_credential(vc_jwt(header={"cty": "vc", "x5u": "https://ignored.example/"}))

    assert report, report.problems
    assert report.securing == "vc+jwt ES384"
    assert report.check("issuer").code == "key_bound_to_issuer"


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (vc_jwt(header={"kid": BRAM.did_key_method}), "key_algorithm_mismatch"),
        (vc_jwt(BRAM, issuer=WORKSHOP.did), "key_not_bound_to_issuer"),
        (vc_jwt(iss=BRAM.did), "jwt_claim_mismatch"),
        (vc_jwt(header={"iss": BRAM.did}), "jwt_claim_mismatch"),
        (vc_jwt(exp=NOW - 3600), "expired"),
        (vc_jwt(nbf=NOW + 3600), "not_yet_valid"),
        (vc_jwt(iat=NOW + 3600), "proof_from_the_future"),
        (vc_jwt(iat="2026-04-01T00:00:00Z"), "proof_from_the_future"),
        (vc_jwt(header={"cty": "vp"}), "jose_type_wrong"),
        (vc_jwt(header={"alg": "none"}), "jws_algorithm_not_allowed"),
        (vc_jwt(vc="oops", vp="nooo"), "jwt_claim_not_allowed"),
        (vc_jwt(unheardOf="x"), "undefined_term"),
        (vc_jwt(header={"kid": "#other"}), "key_not_in_document"),
    ],
)
def test_a_vc_jwt_that_breaks_its_rules_is_refused(token, code):
    report = verify_credential(token)

    assert report.verdict == "invalid"
    assert code in codes(report), report.problems


def test_claims_of_a_vc_jwt_that_change_nothing_are_accepted_or_noted():
    good = vc_jwt(iss=WORKSHOP.did, iat=NOW - 60, exp=NOW + 3600, jti="urn:uuid:00000000-0000-4000-8000-000000000060")
    odd = vc_jwt(iat="2026-01-15T09:00:00Z", jti="urn:x:y", sub="did:example:other", header={"cty": "badge+json"})

    assert verify_credential(good)
    assert not {"jwt_iat_not_numeric", "jwt_claim_conflict"} & note_codes(verify_credential(good))
    assert verify_credential(odd)
    assert {"jwt_iat_not_numeric", "jwt_claim_conflict", "jose_content_type_unusual"} <= note_codes(
        verify_credential(odd)
    )


def test_several_keys_and_no_kid_leave_it_open_which_is_meant():
    issuer = "https://workshop.example/issuer"
    methods = [
        {"id": f"{issuer}#{number}", "type": "JsonWebKey", "controller": issuer, "publicKeyJwk": key.jwk}
        for number, key in enumerate((BRAM, ANA))
    ]

    def published(*listed):
        return {issuer: {"id": issuer, "verificationMethod": listed, "assertionMethod": [m["id"] for m in listed]}}

    token = vc_jwt(BRAM, issuer=issuer, header={"kid": None})
    one = verify(token, toolkit=standard_toolkit(StaticFetcher(published(methods[0]))), at=AT)
    two = verify(token, toolkit=standard_toolkit(StaticFetcher(published(*methods))), at=AT)

    assert one, one.problems
    assert codes(two) == {"jose_key_missing"}


def test_an_envelope_and_its_token_announce_the_same():
    report = verify_credential(envelope(vc_jwt(header={"typ": "vp+jwt"})))

    assert report.verdict == "malformed"


def test_a_presentation_of_more_credentials_than_are_looked_at_is_undecided(monkeypatch):
    from vcwallet.operations import verifying

    monkeypatch.setattr(verifying, "MAX_DOCUMENTS", 3)
    few = verify_presentation(
        {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiablePresentation"],
            "verifiableCredential": [{}] * 3,
        }
    )
    many = verify_presentation(
        {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiablePresentation"],
            "verifiableCredential": [{}] * 5,
        }
    )

    assert len(few.credentials) == len(many.credentials) == 3
    assert "too_many_documents" not in str(few.to_dict())
    assert many.verdict != "valid"
