"""issue() and issue_many(): what comes out verifies, and what must not be signed is not."""

import json
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tools.make_examples import badge
from vcwallet import Endorsement, Profile, StaticFetcher, standard_toolkit, verify
from vcwallet.errors import Malformed, NotSigned, Refused, Undecided
from vcwallet.keys.signer import LocalSigner
from vcwallet.operations import securing_documents
from vcwallet.operations.issuing import issue
from vcwallet.operations.issuing_many import issue_many
from vcwallet.operations.proof_terms import with_proof_terms
from vcwallet.operations.securing_documents import own_world
from vcwallet.testing.signing import SampleKey
from vcwallet.testing.signing import add_proof as add_any_proof

AT = datetime(2026, 3, 1, tzinfo=UTC)
KEYS = {key_type: LocalSigner.generate(key_type, rsa_bits=2048) for key_type in ("Ed25519", "P-256", "P-384", "RSA")}
ED25519 = KEYS["Ed25519"]
SECURINGS = {
    "Ed25519": ("eddsa-rdfc-2022", "eddsa-jcs-2022", "vc-jwt", "vc+jwt"),
    "P-256": ("ecdsa-rdfc-2019", "ecdsa-jcs-2019", "vc-jwt", "vc+jwt"),
    "P-384": ("ecdsa-rdfc-2019", "ecdsa-jcs-2019", "vc-jwt", "vc+jwt"),
    "RSA": ("vc-jwt", "vc+jwt"),
}
EVERY_WAY = [(key_type, securing) for key_type, names in SECURINGS.items() for securing in names]
V1, V2 = "https://www.w3.org/2018/credentials/v1", "https://www.w3.org/ns/credentials/v2"
OB_301 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
NAMES = ["did:web:college.example#key-1", "https://college.example/issuer#key-1"]


def _verified(signed, signer):
    return verify(signed.data, toolkit=own_world(signer, standard_toolkit()), at=AT)


@pytest.mark.parametrize(("key_type", "securing"), EVERY_WAY)
@pytest.mark.parametrize("name", [None, *NAMES])
def test_what_is_issued_verifies(key_type, securing, name):
    signer = KEYS[key_type].named(name) if name else KEYS[key_type]
    document = badge(1, signer.controller, "Rowing")
    before = json.dumps(document)

    signed = issue(document, signer, securing=securing, at=AT)

    report = _verified(signed, signer)
    assert report.verdict == "valid", report.problems
    assert json.dumps(document) == before
    assert signed.securing == securing
    assert {name: value for name, value in signed.document.items() if name != "proof"} == document


def test_what_fits_the_key_is_taken_when_nothing_is_said():
    found = {key_type: issue(badge(1, key.controller, "Rowing"), key, at=AT) for key_type, key in KEYS.items()}

    assert {key_type: signed.securing for key_type, signed in found.items()} == {
        "Ed25519": "eddsa-rdfc-2022",
        "P-256": "ecdsa-rdfc-2019",
        "P-384": "ecdsa-rdfc-2019",
        "RSA": "vc-jwt",
    }
    assert found["Ed25519"].media_type == "application/vc"
    assert not found["Ed25519"].is_token
    assert json.loads(found["Ed25519"].text) == found["Ed25519"].document
    assert found["RSA"].media_type == "application/jwt"
    assert found["RSA"].is_token


def test_nothing_is_added_but_the_proof_and_its_time_is_the_time_given():
    signed = issue(badge(1, ED25519.controller, "Rowing"), ED25519, at=AT + timedelta(microseconds=5))

    assert set(signed.document["proof"]) == {
        "type",
        "cryptosuite",
        "created",
        "verificationMethod",
        "proofPurpose",
        "proofValue",
    }
    assert signed.document["proof"]["created"] == "2026-03-01T00:00:00Z"


def test_the_same_document_at_the_same_time_is_the_same_credential():
    document = badge(1, KEYS["P-256"].controller, "Rowing")

    assert issue(document, KEYS["P-256"], at=AT) == issue(document, KEYS["P-256"], at=AT)


def test_a_later_change_of_the_callers_document_changes_nothing():
    document = badge(1, ED25519.controller, "Rowing")
    signed = issue(document, ED25519, at=AT)
    document["credentialSubject"]["achievement"]["name"] = "Admiralty"

    assert verify(signed.document, at=AT).verdict == "valid"


def test_a_credential_may_begin_later():
    document = badge(1, ED25519.controller, "Rowing", validUntil="2031-01-01T00:00:00Z") | {
        "validFrom": "2030-01-01T00:00:00Z"
    }

    assert verify(issue(document, ED25519, at=AT).data, at=AT).problems[0].code == "not_yet_valid"


# --- sets and chains ---------------------------------------------------------------------------------------------------


def test_a_second_proof_by_the_issuer_stands_beside_the_first_or_on_top_of_it():
    first_id = "urn:uuid:00000000-0000-4000-8000-000000000001"
    first = issue(badge(1, ED25519.controller, "Rowing"), ED25519, at=AT, proof_id=first_id)

    beside = issue(first.document, ED25519, securing="eddsa-jcs-2022", at=AT)
    above = issue(first.document, ED25519, at=AT, previous_proof=(first_id,))

    assert [len(signed.document["proof"]) for signed in (beside, above)] == [2, 2]
    assert verify(beside.data, at=AT).verdict == "valid"
    assert verify(above.data, at=AT).verdict == "valid"
    assert above.document["proof"][1]["previousProof"] == first_id


def test_a_proof_of_somebody_who_cannot_be_asked_is_no_obstacle():
    witness = SampleKey.from_seed("witness")
    witnessed = add_any_proof(
        badge(1, ED25519.controller, "Rowing"), witness, verificationMethod="did:web:notary.example#key-1"
    )

    signed = issue(witnessed, ED25519, at=AT)

    assert len(signed.document["proof"]) == 2
    assert verify(signed.data, at=AT).verdict == "indeterminate"


def test_tokens_have_no_proofs_that_could_follow_another():
    for options in ({"proof_id": "urn:x:1"}, {"previous_proof": ("urn:x:1",)}):
        with pytest.raises(ValueError, match="vc-jwt"):
            issue(badge(1, ED25519.controller, "Rowing"), ED25519, securing="vc-jwt", **options)


# --- what must not be signed -------------------------------------------------------------------------------------------


def _without(*path):
    document = badge(1, ED25519.controller, "Rowing")
    holder = document
    for name in path[:-1]:
        holder = holder[name]
    del holder[path[-1]]
    return document


def _old(contexts):
    """A badge of data model 1.1."""
    document = _with(**{"@context": contexts}, issuanceDate="2026-01-01T00:00:00Z", name="Rowing")
    del document["validFrom"]
    return document


def _with(**members):
    return badge(1, ED25519.controller, "Rowing") | members


SPOILED = {
    "no beginning": (_without("validFrom"), ""),
    "no criteria": (_without("credentialSubject", "achievement", "criteria"), "/credentialSubject/achievement"),
    "no id": (_without("id"), ""),
    "nobody": (_without("credentialSubject", "identifier"), "/credentialSubject"),
    "no issuer": (_without("issuer"), "/issuer"),
    "an unknown term": (_with(motto="Ahoy"), "/motto"),
    "an end before the beginning": (_with(validUntil="2020-01-01T00:00:00Z"), "/validUntil"),
    "a day that does not exist": (_with(validFrom="2026-02-30T00:00:00Z"), "/validFrom"),
    "a status without a type": (_with(credentialStatus={"id": "https://college.example/1"}), "/credentialStatus"),
    "contexts in the wrong order": (_with(**{"@context": badge(1, "x:y", "z")["@context"][::-1]}), "/@context"),
}


@pytest.mark.parametrize("securing", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "vc-jwt", "vc+jwt"])
@pytest.mark.parametrize("fault", SPOILED)
def test_a_faulty_document_is_not_signed_and_the_place_is_named(fault, securing):
    document, pointer = SPOILED[fault]

    with pytest.raises(NotSigned) as caught:
        issue(document, ED25519, securing=securing, at=AT)
    assert pointer in [problem.pointer for problem in caught.value.problems]


def test_everything_that_is_wrong_is_said_at_once():
    document = _without("validFrom") | {"motto": "Ahoy", "anthem": "La la"}
    document["credentialSubject"]["achievement"] |= {"criteria": {}, "colour": "blue"}

    with pytest.raises(NotSigned) as caught:
        issue(document, ED25519, at=AT)

    pointers = {problem.pointer for problem in caught.value.problems}
    assert pointers >= {
        "",
        "/motto",
        "/anthem",
        "/credentialSubject/achievement/colour",
        "/credentialSubject/achievement/criteria",
    }
    for problem in caught.value.problems:
        assert problem.message in str(caught.value)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.problems, str(again)) == (caught.value.problems, str(caught.value))


def test_a_document_that_breaks_the_schema_it_names_is_not_signed():
    url = "https://college.example/schema.json"
    document = _with(credentialSchema=[{"id": url, "type": "1EdTechJsonSchemaValidator2019"}])
    document["@context"] = [*document["@context"], "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"]
    strict, mild = (
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "required": [name]} for name in ("x", "id")
    )

    with pytest.raises(NotSigned, match="schema_violation"):
        issue(document, ED25519, toolkit=standard_toolkit(StaticFetcher({url: strict})), at=AT)
    assert issue(document, ED25519, toolkit=standard_toolkit(StaticFetcher({url: mild})), at=AT)
    assert issue(document, ED25519, at=AT), "a schema that cannot be had says nothing"


@pytest.mark.parametrize("securing", ["eddsa-rdfc-2022", "vc-jwt", "vc+jwt"])
@pytest.mark.parametrize(
    "issuer",
    ["did:web:college.example", f"{ED25519.controller}#x", ED25519.controller.upper()],
    ids=["another", "the key", "upper case"],
)
def test_nobody_signs_for_another(issuer, securing):
    with pytest.raises(Refused, match="issuer_is_not_signer"):
        issue(badge(1, issuer, "Rowing"), ED25519, securing=securing, at=AT)


def test_an_unknown_context_leaves_it_undecided():
    document = _with()
    document["@context"] = [*document["@context"], "https://college.example/terms"]

    with pytest.raises(Undecided, match="context_unavailable"):
        issue(document, ED25519, at=AT)
    toolkit = standard_toolkit().adding(contexts={"https://college.example/terms": {"@context": {}}})
    assert issue(document, ED25519, toolkit=toolkit, at=AT)


def test_a_bad_credential_inside_is_found_before_it_is_signed_around():
    inner = issue(
        Endorsement(issuer=Profile(ED25519.controller, "C"), about="urn:x:1", name="Good", valid_from=AT).to_document(),
        ED25519,
        at=AT,
    )
    forged = {**inner.document, "name": "Excellent"}

    assert issue(_with(endorsement=[inner.document]), ED25519, at=AT)
    with pytest.raises(NotSigned, match="nested_invalid") as caught:
        issue(_with(endorsement=[inner.document, forged]), ED25519, at=AT)
    assert caught.value.pointer == "/endorsement/1"


def test_an_endorsement_as_token_needs_a_signature_that_covers_it():
    built = Endorsement(issuer=Profile(ED25519.controller, "C"), about="urn:x:1", name="Good", valid_from=AT)
    endorsement = issue(built.to_document(), ED25519, securing="vc-jwt", at=AT)
    document = _with(endorsementJwt=[endorsement.text])

    with pytest.raises(NotSigned, match="undefined_term"):
        issue(document, ED25519, at=AT)
    assert issue(document, ED25519, securing="eddsa-jcs-2022", at=AT)
    assert issue(document, ED25519, securing="vc-jwt", at=AT)


def test_data_model_1_1_is_issued_with_the_context_that_defines_proofs_or_not_at_all():
    contexts = [V1, OB_301]
    document = _old(contexts)

    with pytest.raises(NotSigned, match="proof_terms_undefined"):
        issue(document, ED25519, at=AT)
    signed = issue(with_proof_terms(document), ED25519, at=AT)
    assert signed.document["@context"] == [*contexts, DATA_INTEGRITY]
    assert verify(signed.data, at=AT).verdict == "valid"
    assert document["@context"] == contexts


@pytest.mark.parametrize("further", [DATA_INTEGRITY, DATA_INTEGRITY.replace("v2", "v1")])
def test_a_credential_that_has_the_terms_of_proofs_gets_them_no_second_time(further):
    """Version 1 says otherwise what version 2 says too, and what is protected cannot be said twice."""
    document = _old([V1, OB_301, further])

    assert with_proof_terms(document) == document
    assert verify(issue(with_proof_terms(document), ED25519, at=AT).data, at=AT).verdict == "valid"


@pytest.mark.parametrize("contexts", [None, [], V2, [V2], [OB_301], [OB_301, V1], {"@vocab": "https://a.example/"}, 7])
def test_only_data_model_1_1_gets_the_terms_of_proofs(contexts):
    assert with_proof_terms({"@context": contexts, "type": "x"}) == {"@context": contexts, "type": "x"}


def test_a_context_that_is_one_word_becomes_a_list_with_the_terms_of_proofs():
    assert with_proof_terms({"@context": V1}) == {"@context": [V1, DATA_INTEGRITY]}
    assert with_proof_terms({"type": "x"}) == {"type": "x"}


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, "\ud800", 2**60])
def test_what_json_cannot_say_is_not_signed(value):
    with pytest.raises(NotSigned, match="json_"):
        issue(_with(name=value), ED25519, at=AT)


def test_misuse_is_said_to_be_misuse():
    document = badge(1, ED25519.controller, "Rowing")
    with pytest.raises(
        ValueError,
        match="eddsa-rdfc-2022, ecdsa-rdfc-2019, eddsa-jcs-2022, ecdsa-jcs-2019, ecdsa-sd-2023, bbs-2023, vc-jwt",
    ):
        issue(document, ED25519, securing="eddsa-2022", at=AT)
    with pytest.raises(ValueError, match="time zone"):
        issue(document, ED25519, at=AT.replace(tzinfo=None))
    with pytest.raises(TypeError):
        issue(json.dumps(document), ED25519, at=AT)
    with pytest.raises(Refused, match="key_type_mismatch"):
        issue(document, ED25519, securing="ecdsa-rdfc-2019", at=AT)


def test_an_algorithm_that_we_would_not_accept_is_not_issued():
    signer = KEYS["RSA"].named("https://college.example/issuer#key-1", algorithm="RS512")
    document = badge(1, signer.controller, "Rowing")

    for securing in ("vc-jwt", "vc+jwt"):
        with pytest.raises(Refused, match="own_output_not_verified"):
            issue(document, signer, securing=securing, at=AT)


# --- signers that lie --------------------------------------------------------------------------------------------------


class _Wrong:
    """A signer whose signatures are another key's."""

    verification_method, controller = ED25519.verification_method, ED25519.controller
    public_key, algorithm = ED25519.public_key, "Ed25519"

    def sign(self, message):
        return LocalSigner.generate().sign(message)


class _Renamed(_Wrong):
    """A signer that names somebody else's key as its own."""

    verification_method = LocalSigner.generate().verification_method

    def sign(self, message):
        return ED25519.sign(message)


class _Confused(_Wrong):
    algorithm = "ES256"


class _Broken(_Wrong):
    def sign(self, message):
        raise TimeoutError("no answer")


@pytest.mark.parametrize("securing", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "vc-jwt", "vc+jwt"])
@pytest.mark.parametrize("signer", [_Wrong(), _Confused(), _Broken()])
def test_the_output_of_a_signer_that_errs_is_not_handed_out(signer, securing):
    with pytest.raises((Refused, Undecided)) as caught:
        issue(badge(1, ED25519.controller, "Rowing"), signer, securing=securing, at=AT)
    assert caught.value.code in ("own_output_not_verified", "key_algorithm_mismatch", "signer_failed")


def test_what_is_written_otherwise_than_it_was_signed_is_not_handed_out(monkeypatch):
    document = badge(1, ED25519.controller, "Rowing")
    assert issue(document, ED25519, at=AT)
    monkeypatch.setattr(
        securing_documents, "to_json", lambda secured: json.dumps(secured).replace("Rowing", "Sailing").encode()
    )

    with pytest.raises(Refused, match="own_output_not_verified"):
        issue(document, ED25519, at=AT)


@pytest.mark.parametrize("securing", ["eddsa-rdfc-2022", "vc-jwt"])
def test_a_key_under_anothers_name_is_not_handed_out(securing):
    with pytest.raises(Refused, match="own_output_not_verified"):
        issue(badge(1, ED25519.controller, "Rowing"), _Renamed(), securing=securing, at=AT)


def test_a_key_that_another_controller_publishes_does_not_speak_for_the_issuer():
    signer = ED25519.named(ED25519.verification_method, controller="did:web:college.example")

    with pytest.raises(Refused, match="own_output_not_verified"):
        issue(badge(1, "did:web:college.example", "Rowing"), signer, at=AT)
    # A token names a key, and whose that is shows in what the issuer publishes (OB 3.0, key provenance).
    assert issue(badge(1, "did:web:college.example", "Rowing"), signer, securing="vc-jwt", at=AT)


# --- many --------------------------------------------------------------------------------------------------------------


def _many(count, *, faulty=()):
    for number in range(count):
        document = badge(number + 1, ED25519.controller, f"Rowing {number}")
        if number in faulty:
            del document["validFrom"]
        yield document


_FORKSERVER = multiprocessing.get_context("forkserver")


@pytest.mark.parametrize(
    "make", [lambda: None, lambda: ThreadPoolExecutor(2), lambda: ProcessPoolExecutor(2, mp_context=_FORKSERVER)]
)
def test_many_are_issued_in_order_and_one_that_fails_is_one_that_fails(make):
    executor, told = make(), []

    results = list(issue_many(_many(70, faulty=(7,)), ED25519, at=AT, executor=executor, progress=told.append))

    if executor is not None:
        executor.shutdown()
    assert [result.index for result in results] == list(range(70))
    assert told == list(range(1, 71))
    assert [result.index for result in results if result.signed is None] == [7]
    assert isinstance(results[7].error, NotSigned)
    assert results[7].error.problems
    with pytest.raises(NotSigned):
        results[7].require()
    expected = [issue(document, ED25519, at=AT) for document in _many(9) if document["id"] != badge(8, "x", "")["id"]]
    assert [result.require() for result in results[:9] if result.index != 7] == expected


def test_documents_are_taken_only_as_results_are():
    taken = []

    def source():
        for number, document in enumerate(_many(10_000)):
            taken.append(number)
            yield document

    results = issue_many(source(), ED25519, at=AT)
    assert taken == []
    next(results)
    assert len(taken) < 100


def test_what_is_no_object_is_one_that_fails():
    (result,) = issue_many(["not a document"], ED25519, at=AT)

    assert isinstance(result.error, Malformed)


def test_one_time_is_the_time_of_all():
    results = list(issue_many(_many(3), ED25519))

    assert len({result.require().document["proof"]["created"] for result in results}) == 1
    with pytest.raises(ValueError, match="at least one job"):
        next(issue_many(_many(3), ED25519, jobs=0))
