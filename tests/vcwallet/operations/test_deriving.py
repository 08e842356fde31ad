"""derive(): what can be withheld is gone, what cannot is refused with the reason, and what comes out verifies."""

from datetime import UTC, datetime

import pytest

from tests.divisible_badges import COLLEGE, full_badge
from tests.learner_records import record, signed_badge
from tools.make_examples import badge
from vcwallet import (
    LocalSigner,
    Policy,
    StaticFetcher,
    bind,
    derive,
    issue,
    present,
    standard_toolkit,
    verify,
    verify_presentation,
)
from vcwallet.errors import Malformed, NotSigned, Refused
from vcwallet.keys.bbs_signer import BbsSigner
from vcwallet.keys.multikey import multikey_from_public_key
from vcwallet.linked_data.context_loader import standard_contexts
from vcwallet.securing.cryptosuite import SecuredDocument, Transformer
from vcwallet.securing.suites.bbs import BBS_2023
from vcwallet.securing.suites.ecdsa_sd import ECDSA_SD_2023
from vcwallet.testing.signing import SampleKey, add_proof

AT = datetime(2026, 3, 1, tzinfo=UTC)
BBS = BbsSigner.from_private_bytes(bytes(31) + b"\7")
HOLDER = LocalSigner.generate("P-256")
SIGNERS = {"ecdsa-sd-2023": COLLEGE, "bbs-2023": BBS, "vc+sd-jwt": COLLEGE}
SECURINGS = tuple(SIGNERS)
RESULT = "/credentialSubject/result"


def issued(securing, **members):
    signer = SIGNERS[securing]
    return issue(full_badge(signer.controller, **members), signer, securing=securing, at=AT)


ISSUED = {securing: issued(securing) for securing in SECURINGS}


def with_base_proof(document):
    """Signed as it is, which `issue` would not do for every document."""
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "ecdsa-sd-2023",
        "created": "2026-01-01T00:00:00Z",
        "verificationMethod": COLLEGE.verification_method,
        "proofPurpose": "assertionMethod",
    }
    suite = ECDSA_SD_2023.making(("/issuer", "/validFrom", "/credentialSubject/id"))
    made = suite.create(SecuredDocument(document, proof), COLLEGE, Transformer(standard_contexts()))
    return {**document, "proof": made}


@pytest.mark.parametrize("securing", SECURINGS)
@pytest.mark.parametrize(
    "withheld",
    [
        [],
        ["/name"],
        ["/evidence"],
        [f"{RESULT}/1"],
        [RESULT, "/credentialSubject/achievement/resultDescription"],
        ["/credentialSubject/achievement/resultDescription/0/allowedValue"],
        ["/evidence/0/narrative", "/credentialSubject/achievement/tag", "/credentialSubject/achievement/alignment"],
    ],
)
def test_what_is_withheld_is_gone_and_the_rest_verifies(securing, withheld):
    derived = derive(ISSUED[securing], withhold=withheld)

    report = verify(derived.data, at=AT)
    assert report.verdict == "valid", report.problems
    assert derived.securing == securing
    text = str({name: value for name, value in derived.document.items() if name != "proof"})
    for pointer, mark in {
        "/name": "{'name': 'Coastal Rowing'",
        "/evidence": "lighthouse",
        f"{RESULT}/1": "'value': 'B'",
        "/credentialSubject/achievement/tag": "'sea'",
    }.items():
        if pointer in withheld:
            assert mark not in text


@pytest.mark.parametrize("securing", ["ecdsa-sd-2023", "bbs-2023"])
def test_what_is_revealed_is_what_is_asked_for_and_what_is_mandatory(securing):
    achievement = "/credentialSubject/achievement"
    required = [f"{achievement}/{name}" for name in ("name", "description", "criteria")]

    derived = derive(ISSUED[securing], reveal=required)

    document = full_badge(SIGNERS[securing].controller)
    assert {name: value for name, value in derived.document.items() if name != "proof"} == {
        **{name: document[name] for name in ("@context", "id", "type", "issuer", "validFrom", "validUntil")},
        "credentialSubject": {
            "id": "did:example:ana",
            "type": ["AchievementSubject"],
            "achievement": {
                name: document["credentialSubject"]["achievement"][name]
                for name in ("id", "type", "name", "description", "criteria")
            },
        },
    }
    assert verify(derived.data, at=AT)


def test_an_sd_jwt_reveals_what_is_asked_for():
    achievement = "/credentialSubject/achievement"
    required = [f"{achievement}/{name}" for name in ("name", "description", "criteria")]

    derived = derive(ISSUED["vc+sd-jwt"], reveal=[*required, "/name"])

    assert derived.document["name"] == "Coastal Rowing"
    assert set(derived.document["credentialSubject"]["achievement"]) == {
        "id",
        "type",
        "name",
        "description",
        "criteria",
    }
    assert verify(derived.data, at=AT)


@pytest.mark.parametrize("securing", ["ecdsa-sd-2023", "bbs-2023"])
@pytest.mark.parametrize(
    ("pointer", "code"),
    [
        ("/issuer", "pointer_mandatory"),
        ("/issuer/address/geo/latitude", "pointer_mandatory"),
        ("/validUntil", "pointer_mandatory"),
        ("/type/1", "pointer_mandatory"),
        ("/credentialSubject/id", "pointer_mandatory"),
        ("/credentialSubject", "pointer_mandatory"),
        ("", "pointer_mandatory"),
        ("/id", "pointer_mandatory"),
        ("/evidence/0/type", "pointer_shown_with_others"),
        ("/credentialSubject/achievement/id", "pointer_shown_with_others"),
        ("/credentialSubject/achievement/name", "required_member_withheld"),
        ("/credentialSubject/achievement", "required_member_withheld"),
        ("/credentialSubject/achievement/resultDescription", "required_member_withheld"),
        ("/credentialSubject/achievement/resultDescription/0/allowedValue/1", "pointer_splits_statement"),
        ("/nothing", "pointer_not_found"),
    ],
)
def test_what_cannot_be_withheld_is_refused_with_the_reason(securing, pointer, code):
    with pytest.raises(Refused) as caught:
        derive(ISSUED[securing], withhold=["/name", pointer])

    assert caught.value.code == code


@pytest.mark.parametrize(
    ("pointer", "code"),
    [
        ("/issuer", "not_disclosable"),
        ("/credentialSubject/id", "not_disclosable"),
        ("/credentialSubject/achievement/name", "required_member_withheld"),
        ("/nothing", "pointer_not_found"),
    ],
)
def test_what_an_sd_jwt_does_not_let_one_withhold_is_refused(pointer, code):
    with pytest.raises(Refused) as caught:
        derive(ISSUED["vc+sd-jwt"], withhold=[pointer])

    assert caught.value.code == code


@pytest.mark.parametrize(
    ("own", "code"),
    [
        ({"seaArea": "https://noordzee.example/terms#area"}, None),
        ({"@vocab": "https://noordzee.example/terms#"}, "inline_context_keyword"),
        ({"award": "https://purl.imsglobal.org/spec/vc/ob/vocab.html#achievement"}, "inline_context_alias"),
    ],
)
def test_what_verify_refuses_for_its_form_is_not_derived(own, code):
    document = full_badge(COLLEGE.controller)
    document["@context"].append(own)
    divisible = with_base_proof(document)

    if code is None:
        assert verify(derive(divisible, withhold=["/name"]).data, at=AT)
        return
    with pytest.raises(Malformed) as caught:
        derive(divisible, withhold=["/name"])
    assert caught.value.code == code
    assert caught.value.pointer.startswith("/@context/")


@pytest.mark.parametrize("securing", ["ecdsa-sd-2023", "bbs-2023"])
def test_an_issuer_makes_more_mandatory_and_never_less(securing):
    signer = SIGNERS[securing]
    signed = issue(full_badge(signer.controller), signer, securing=securing, at=AT, mandatory=["/evidence"])

    with pytest.raises(Refused) as caught:
        derive(signed, withhold=["/evidence/0/name"])
    assert caught.value.code == "pointer_mandatory"
    with pytest.raises(Refused):
        derive(signed, withhold=["/validUntil"])
    assert verify(derive(signed, withhold=["/name"]).data, at=AT)


def test_an_issuer_says_what_of_an_sd_jwt_is_disclosable():
    signed = issue(full_badge(), COLLEGE, securing="vc+sd-jwt", at=AT, disclosable=["/evidence"])

    assert verify(derive(signed, withhold=["/evidence"]).data, at=AT)
    with pytest.raises(Refused):
        derive(signed, withhold=["/name"])
    for pointer in ("/validUntil", "/credentialSubject/id", "/credentialSubject", "/issuer/address", "/type/1"):
        with pytest.raises(Refused) as caught:
            issue(full_badge(), COLLEGE, securing="vc+sd-jwt", at=AT, disclosable=[pointer])
        assert caught.value.code == "pointer_mandatory"


@pytest.mark.parametrize("securing", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "vc-jwt", "vc+jwt"])
def test_what_is_signed_as_one_piece_is_refused_by_its_name(securing):
    key = LocalSigner.generate("Ed25519")
    signed = issue(badge(1, key.controller, "Rowing"), key, securing=securing, at=AT)

    with pytest.raises(Refused) as caught:
        derive(signed, withhold=["/credentialSubject/identifier"])

    assert caught.value.code == "not_divisible"
    assert securing.lower() in caught.value.problem.message.lower()


@pytest.mark.parametrize("securing", ["ecdsa-sd-2023", "bbs-2023"])
def test_nothing_is_derived_from_what_was_derived(securing):
    derived = derive(ISSUED[securing], withhold=["/evidence"])

    with pytest.raises(Refused) as caught:
        derive(derived, withhold=["/name"])

    assert caught.value.code == "not_a_base_proof"


def test_an_sd_jwt_can_be_cut_again():
    once = derive(ISSUED["vc+sd-jwt"], withhold=["/evidence"])

    twice = derive(once, withhold=["/name"])

    assert "evidence" not in twice.document
    assert "name" not in twice.document
    assert verify(twice.data, at=AT)


@pytest.mark.parametrize("securing", ["ecdsa-sd-2023", "bbs-2023"])
def test_a_credential_that_was_changed_is_not_derived_from(securing):
    document = dict(ISSUED[securing].document)
    for change in ({"name": "Deep Sea Rowing"}, {"validUntil": "2099-01-15T09:00:00Z"}):
        with pytest.raises(Refused) as caught:
            derive({**document, **change}, withhold=["/evidence"])

        assert caught.value.code in {"own_output_not_verified", "signature_invalid"}


@pytest.mark.parametrize("securing", SECURINGS)
def test_without_the_issuers_document_all_but_its_key_is_checked(securing):
    signer = SIGNERS[securing].named("did:web:college.example#key-1")
    signed = issue(full_badge(signer.controller), signer, securing=securing, at=AT)

    derived = derive(signed, withhold=["/evidence"])

    assert verify(derived.data, at=AT).verdict == "indeterminate"
    key = {
        "id": signer.verification_method,
        "type": "Multikey",
        "controller": signer.controller,
        "publicKeyMultibase": multikey_from_public_key(signer.public_key),
    }
    controller = {
        "@context": ["https://www.w3.org/ns/cid/v1"],
        "id": signer.controller,
        "verificationMethod": [key],
        "assertionMethod": [key["id"]],
    }
    world = standard_toolkit(StaticFetcher({"https://college.example/.well-known/did.json": controller}))
    assert verify(derived.data, toolkit=world, at=AT)
    if securing != "vc+sd-jwt":
        changed = {**signed.document, "name": "Deep Sea Rowing"}
        with pytest.raises(Refused):
            derive(changed, withhold=["/evidence"])


@pytest.mark.parametrize("securing", SECURINGS)
def test_misuse_is_said_to_be_misuse(securing):
    with pytest.raises(ValueError, match="either"):
        derive(ISSUED[securing])
    with pytest.raises(ValueError, match="either"):
        derive(ISSUED[securing], reveal=[], withhold=[])
    with pytest.raises(Malformed):
        derive("nothing of the kind", reveal=[])


def test_only_what_is_divisible_has_a_mandatory_part():
    for options in ({"mandatory": ["/name"]}, {"disclosable": ["/name"]}, {"holder": HOLDER.public_key}):
        with pytest.raises(ValueError, match=r"mandatory|disclosable"):
            issue(full_badge(), COLLEGE, securing="ecdsa-rdfc-2019", at=AT, **options)


# --- what others are told ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("securing", ["ecdsa-sd-2023", "bbs-2023"])
def test_what_the_holder_holds_is_not_for_others(securing):
    signed = ISSUED[securing]

    report = verify(signed.data, at=AT)
    assert (report.verdict, report.check("proof").code) == ("invalid", "base_proof_shown")
    assert verify(signed.data, at=AT, policy=Policy(accept_base_proofs=True))
    with pytest.raises(NotSigned) as caught:
        present([signed], HOLDER, challenge="c", domain="d", at=AT)
    assert caught.value.problems[0].code == "base_proof_shown"


@pytest.mark.parametrize("securing", ["ecdsa-sd-2023", "bbs-2023"])
def test_a_policy_for_holders_takes_no_forged_base_proof_and_no_presentation(securing):
    forged = {**ISSUED[securing].document, "validUntil": "2099-01-15T09:00:00Z"}
    holder = Policy(accept_base_proofs=True)

    assert verify(forged, at=AT, policy=holder).verdict == "invalid"
    assert not holder.presented().accept_base_proofs


@pytest.mark.parametrize("securing", SECURINGS)
def test_a_verifier_is_told_what_may_be_withheld(securing):
    document = full_badge(SIGNERS[securing].controller)
    del document["validUntil"]
    signed = issue(document, SIGNERS[securing], securing=securing, at=AT)

    report = verify(derive(signed, withhold=["/evidence"]).data, at=AT)

    assert {note.code for note in report.notes} >= {"end_may_be_withheld", "status_may_be_withheld"}
    whole = {**document, "issuer": {**document["issuer"], "id": COLLEGE.controller}}
    plain = verify(issue(whole, COLLEGE, securing="ecdsa-rdfc-2019", at=AT).data, at=AT)
    assert not {note.code for note in plain.notes} & {"end_may_be_withheld", "status_may_be_withheld"}


@pytest.mark.parametrize("securing", SECURINGS)
def test_dates_and_status_are_mandatory_where_there_are_any(securing):
    status = {
        "id": "https://college.example/status#7",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": "https://college.example/status",
    }
    signed = issued(securing, credentialStatus=status)

    for pointer in ("/credentialStatus", "/credentialStatus/statusListIndex", "/validFrom"):
        with pytest.raises(Refused):
            derive(signed, withhold=[pointer])
    derived = derive(signed, withhold=["/evidence"])
    assert derived.document["credentialStatus"] == status
    assert "end_may_be_withheld" not in {note.code for note in verify(derived.data, at=AT).notes}


# --- holders of SD-JWTs ------------------------------------------------------------------------------------------------


def test_an_sd_jwt_is_bound_to_its_holder():
    signed = issue(full_badge(), COLLEGE, securing="vc+sd-jwt", at=AT, holder=HOLDER.public_key)
    derived = derive(signed, withhold=["/evidence"])
    bound = bind(derived, HOLDER, audience="https://ferry.example", challenge="7f3", at=AT)
    asked = Policy(challenge="7f3", domain="https://ferry.example", require_holder_binding=True)

    assert verify(bound.data, at=AT, policy=asked)
    perhaps_a_copy = verify(bound.data, at=AT, policy=Policy(require_holder_binding=True))
    assert [note.code for note in perhaps_a_copy.check("holder").notes] == ["challenge_not_asked"]
    assert verify(derived.data, at=AT)
    assert verify(bound.data, at=AT, policy=Policy(audiences=["https://a.example", "https://ferry.example"]))
    assert verify(derived.data, at=AT, policy=Policy(audiences=["https://a.example"]))
    for policy, data, code in (
        (Policy(audiences=["https://a.example"]), bound.data, "audience_mismatch"),
        (Policy(challenge="7f3", audiences=["https://a.example"]), bound.data, "audience_mismatch"),
        (asked, derived.data, "key_binding_missing"),
        (Policy(challenge="7f4", domain="https://ferry.example"), bound.data, "challenge_mismatch"),
        (Policy(challenge="7f3", domain="https://other.example"), bound.data, "domain_mismatch"),
        (asked, signed.data + bound.data.rpartition(b"~")[2], "key_binding_mismatch"),
    ):
        assert verify(data, at=AT, policy=policy).check("proof").code == code
    later = datetime(2026, 3, 2, tzinfo=UTC)
    assert verify(bound.data, at=later, policy=asked).check("proof").code == "key_binding_stale"
    assert verify(bound.data, at=later)
    with pytest.raises(Refused):
        bind(derived, LocalSigner.generate("P-256"), audience="a", challenge="b", at=AT)
    with pytest.raises(Refused) as caught:
        bind(ISSUED["ecdsa-sd-2023"], HOLDER, audience="a", challenge="b", at=AT)
    assert caught.value.code == "not_divisible"


def test_an_sd_jwt_stands_in_a_presentation():
    signed = issue(full_badge(), COLLEGE, securing="vc+sd-jwt", at=AT, holder=HOLDER.public_key)
    derived = derive(signed, withhold=["/evidence"])

    for securing in (None, "vp+jwt"):
        presentation = present([derived], HOLDER, challenge="c", domain="d", at=AT, securing=securing)
        policy = Policy(challenge="c", domain="d", require_holder_binding=True)
        report = verify_presentation(presentation.data, at=AT, policy=policy)
        assert report, report.problems


# --- secrets of credentials inside others --------------------------------------------------------------------------------


def _record_with_a_base_proof_inside():
    inside = issue(full_badge(), COLLEGE, securing="ecdsa-sd-2023", at=AT)
    return record(dict(inside.document), signed_badge(1), about="did:example:ana", issuer=BBS.controller)


@pytest.mark.parametrize("securing", ["bbs-2023", "eddsa-rdfc-2022"])
def test_a_record_is_not_shown_with_the_secrets_of_a_member(securing):
    document = _record_with_a_base_proof_inside()
    member = "/credentialSubject/verifiableCredential/0"
    if securing == "bbs-2023":
        signed = issue_without_nested(document)
        with pytest.raises(Refused) as caught:
            derive(signed, withhold=[])
        assert (caught.value.code, caught.value.pointer) == ("base_proof_shown", f"{member}/proof/proofValue")
        assert verify(derive(signed, withhold=[member]).data, at=AT).check("proof").outcome == "passed"
    else:
        whole = add_proof(document, SampleKey.from_seed("anybody"))
        with pytest.raises(NotSigned) as refused:
            present([whole], HOLDER, challenge="c", domain="d", at=AT)
        assert refused.value.problems[0].code == "base_proof_shown"


def issue_without_nested(document):
    """issue() would not sign around a base proof, whose like others may have signed around all the same."""
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "bbs-2023",
        "created": "2026-03-01T00:00:00Z",
        "verificationMethod": BBS.verification_method,
        "proofPurpose": "assertionMethod",
    }
    suite = BBS_2023.making(["/issuer", "/validFrom", "/type", "/credentialSubject/id"])
    proof = suite.create(SecuredDocument(document, options), BBS, Transformer(standard_contexts()))
    return {**document, "proof": proof}
