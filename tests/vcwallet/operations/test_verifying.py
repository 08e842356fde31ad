"""verify() on credentials of our own making: each hostile one beside its honest neighbour, and the reason why."""

import copy
import json
import pickle
from datetime import UTC, datetime, timedelta

import pytest

from tools.make_examples import COLLEGE, COLLEGE_DID, FORGER, UNIVERSITY, UNIVERSITY_URL, WORKSHOP, badge, world
from vcwallet import Fetched, NotVerified, Policy, Recipient, StaticFetcher, standard_toolkit, verify
from vcwallet.policy import DEFAULT_REQUIRED_CHECKS
from vcwallet.testing.signing import SampleKey, add_proof, badge_claims, to_jwt
from vcwallet.wire.base_encodings import multibase_encode, multicodec_wrap

AT = datetime(2026, 3, 1, tzinfo=UTC)
MOMENT = 1768467600  # 2026-01-15T09:00:00Z
RSA = SampleKey.new_rsa()
# 32 bytes behind 0x46, which the multicodec table gives to nothing.
NO_KEY = f"did:key:{multibase_encode(multicodec_wrap(0x46, bytes(range(32))))}"
ANA = Recipient("emailAddress", "ana@campus.example")


def check(data, *, extra=None, policy=None, at=AT, toolkit=None):
    return verify(
        data, toolkit=toolkit or standard_toolkit(StaticFetcher(world() | (extra or {}))), policy=policy, at=at
    )


def problem_codes(report):
    return [
        problem.code for check in report.checks if check.outcome in ("failed", "unknown") for problem in check.problems
    ]


def did_key_badge(**members):
    return badge(20, WORKSHOP.did, "Knots", **members)


CLAIMS = badge_claims(did_key_badge())


def signed(document=None, **options):
    return add_proof(document or did_key_badge(), WORKSHOP, **options)


# --- the answer as a whole ----------------------------------------------------------------------------------------------


def test_a_good_badge_is_valid_and_can_be_had():
    report = check(signed())

    assert report
    assert report.verdict == "valid"
    assert report.require_verified().name == "Knots"
    assert [check.name for check in report.checks][:4] == ["structure", "context", "proof", "issuer"]


def test_a_bad_badge_cannot_be_had_as_verified():
    document = signed()
    document["credentialSubject"]["achievement"]["name"] = "Sailing"
    report = check(document)

    assert not report
    assert report.credential.name == "Sailing"
    with pytest.raises(NotVerified, match="signature_invalid"):
        report.require_verified()


def test_bytes_text_and_objects_get_the_same_answer():
    document = signed()
    text = json.dumps(document)

    answers = [check(data).to_json() for data in (document, text, text.encode(), f"\n {text}\n")]

    assert len(set(answers)) == 1


def test_the_callers_document_is_not_changed():
    document = signed()
    before = copy.deepcopy(document)

    check(document)

    assert document == before


def test_what_was_received_is_kept_byte_for_byte():
    text = json.dumps(signed(), indent=3).encode() + b"\n\n"

    assert check(text).credential.received == text


def test_a_report_survives_pickling_and_is_stable_json():
    report = check(signed())

    assert pickle.loads(pickle.dumps(report)).to_json() == report.to_json()
    parsed = json.loads(report.to_json())
    assert parsed["verdict"] == "valid"
    assert parsed["checks"][0]["type"].startswith("urn:vcwallet:problem:")


@pytest.mark.parametrize("data", [None, 5, ["a"], object()])
def test_misuse_raises(data):
    with pytest.raises(TypeError):
        verify(data)


def test_a_time_without_zone_is_misuse():
    with pytest.raises(ValueError, match="time zone"):
        verify("{}", at=datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "input_not_recognised"),
        (b"hello", "input_not_recognised"),
        (b"https://badges.example/1", "input_not_recognised"),
        (b"[]", "json_not_an_object"),
        (b"{", "json_syntax"),
        (b'{"a":1,"a":2}', "json_duplicate_member"),
        (b'{"a":NaN}', "json_number"),
        (b'{"a":1e999}', "json_number"),
        (b'{"a":"\\ud800"}', "json_lone_surrogate"),
        (b"\xef\xbb\xbf{}", "json_not_utf8"),
        (b"\xff\xfe{\x00}\x00", "json_not_utf8"),
        (b"[" * 100_000, "json_too_deep"),
        (b'{"a":' * 5_000, "json_too_deep"),
        (b"a.b", "input_not_recognised"),
        (b"e30.e30.", "jws_malformed"),
        (b"\x89PNG\r\n\x1a\n", "png_malformed"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image_has_no_credential"),
        (b"\xff\xd8\xff\xe0 JPEG", "image_kind_unknown"),
    ],
)
def test_what_is_no_credential_at_all_is_malformed(data, code):
    report = verify(data, at=AT)

    assert report.verdict == "malformed"
    assert report.check("structure").code in (code, "json_not_an_object", "json_too_deep", "jws_header_malformed")
    assert [check.outcome for check in report.checks[1:]] == ["skipped"] * 10


def test_an_sd_jwt_that_does_not_say_that_it_is_a_credential_is_refused():
    report = verify("eyJhbGciOiJFUzI1NiJ9.e30.AAAA~", at=AT)

    assert (report.verdict, report.check("structure").code) == ("invalid", "jose_type_wrong")


def test_nothing_is_fetched_without_a_fetcher():
    report = verify(add_proof(badge(1, COLLEGE_DID, "x"), COLLEGE, verificationMethod=f"{COLLEGE_DID}#key-1"), at=AT)

    assert report.verdict == "indeterminate"
    assert report.check("proof").code == "no_network"


def test_a_fault_inside_is_never_a_yes(monkeypatch):
    from vcwallet.operations import document_checks, nested_checks, proof_checks, status_checks

    of_documents = ("check_form", "check_structure", "check_context", "check_period")
    places = [(document_checks, name) for name in of_documents]
    places += [(proof_checks, "check_proof"), (proof_checks, "check_issuer")]
    for module, name in (*places, (status_checks, "check_status"), (nested_checks, "check_nested")):
        with monkeypatch.context() as patched:
            patched.setattr(module, name, lambda *_args, **_kwargs: 1 / 0)
            report = check(signed())

            assert report.verdict == "indeterminate", name
            assert "internal_error" in problem_codes(report)


# --- suites ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "eddsa-2022"])
def test_every_eddsa_suite_verifies_and_notices_a_change(suite):
    document = add_proof(badge(21, COLLEGE.did, "Knots"), COLLEGE, suite=suite)
    changed = document | {"name": "Admiral"}

    assert check(document).verdict == "valid"
    assert check(changed).check("proof").code == "signature_invalid"


@pytest.mark.parametrize("suite", ["ecdsa-rdfc-2019", "ecdsa-jcs-2019"])
@pytest.mark.parametrize("key", [UNIVERSITY, WORKSHOP], ids=["P-256", "P-384"])
def test_every_ecdsa_suite_verifies_with_both_curves(suite, key):
    document = add_proof(badge(22, key.did, "Knots"), key, suite=suite)

    assert check(document).verdict == "valid"
    assert check(document | {"name": "Admiral"}).verdict == "invalid"


def test_a_legacy_suite_is_noted():
    report = check(add_proof(badge(21, COLLEGE.did, "Knots"), COLLEGE, suite="eddsa-2022"))

    assert "legacy_suite" in [note.code for note in report.notes]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"proofPurpose": "authentication"}, "proof_purpose_wrong"),
        ({"proofPurpose": None}, "proof_purpose_wrong"),
        ({"created": "2026-13-01T00:00:00Z"}, "timestamp_syntax"),
        ({"created": "2026-01-01T00:00:00"}, "timestamp_without_zone"),
        ({"created": "2027-01-01T00:00:00Z"}, "proof_from_the_future"),
        ({"expires": "2026-02-01T00:00:00Z"}, "proof_expired"),
        ({"verificationMethod": None}, "verification_method_malformed"),
        ({"verificationMethod": "key-1"}, "verification_method_malformed"),
        ({"verificationMethod": "urn:uuid:1#key"}, "verification_method_scheme"),
        ({"verificationMethod": "did:plc:abc#key"}, "did_method_unsupported"),
        ({"verificationMethod": f"{WORKSHOP.did}#x"}, "key_not_in_document"),
        ({"verificationMethod": "did:key:z6MkNoSuchKey#x"}, "key_type_mismatch"),
        ({"verificationMethod": f"{COLLEGE.did}#{COLLEGE.multikey}"}, "key_type_mismatch"),
        ({"verificationMethod": NO_KEY}, "key_type_mismatch"),
        ({"verificationMethod": f"{NO_KEY}#{NO_KEY.removeprefix('did:key:')}"}, "key_type_mismatch"),
    ],
)
def test_a_proof_with_wrong_options_is_not_accepted(options, code):
    report = check(signed(suite="ecdsa-jcs-2019", **options))

    assert report.verdict != "valid"
    assert code in problem_codes(report)


def test_a_token_of_an_issuer_whose_did_holds_no_key_is_not_verified():
    claims = badge_claims(badge(20, NO_KEY, "Knots"))
    for header in ({"kid": f"{NO_KEY}#key"}, {"jwk": RSA.jwk}):
        report = check(to_jwt(claims, RSA, **header))

        assert report.verdict == "invalid", report.problems
        assert "key_type_mismatch" in problem_codes(report)


@pytest.mark.parametrize(
    ("wrapped", "place"),
    [
        (lambda document: {"credential": document, "id": "5"}, "/credential"),
        (lambda document: {"vc": document}, "/vc"),
        (lambda document: {"statusCode": 200, "verifiableCredential": document}, "/verifiableCredential"),
        (lambda document: {"credentials": [{"credential": document}]}, "/credentials/0/credential"),
        (lambda _: {"credentials": [{"credential": to_jwt(CLAIMS, RSA)}]}, "/credentials/0/credential"),
    ],
)
def test_json_around_a_credential_is_malformed_and_says_where_the_credential_is(wrapped, place):
    (problem,) = check(wrapped(signed())).problems

    assert (problem.code, problem.pointer) == ("document_wrapped", place)
    assert "give only what stands there" in problem.hint


def test_an_object_without_a_document_inside_is_described_as_what_it_lacks():
    for given in ({}, {"credential": "words"}, {"id": "urn:uuid:1", "items": [{"name": "eyJ.x"}]}):
        assert "type_missing" in problem_codes(check(given))
    # What has a context, a type or a proof is a document itself, however much is missing.
    assert "document_wrapped" not in problem_codes(check({"type": ["Credential"], "vc": signed()}))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (lambda document: json.dumps([document]), "give what is in the list, without the brackets"),
        (lambda document: json.dumps([document, document]), "there are 2 things in the list: give one at a time"),
        (lambda document: json.dumps(json.dumps(document)), "take it out of the quotes"),
        (lambda _: json.dumps(to_jwt(CLAIMS, RSA)), "take it out of the quotes"),
    ],
)
def test_a_credential_in_brackets_or_quotes_is_malformed_and_says_to_take_it_out(text, hint):
    (problem,) = check(text(signed())).problems

    assert problem.code in ("json_not_an_object", "input_not_recognised")
    assert hint in problem.hint


@pytest.mark.parametrize("proof", [None, "", 0, False, [], [[]], [None], "z", {"type": 5}, {}])
def test_what_is_no_proof_is_never_accepted(proof):
    report = check(did_key_badge() | {"proof": proof})

    assert report.verdict in ("invalid", "malformed")


def test_without_a_proof_anybody_may_have_written_it():
    assert check(did_key_badge()).check("proof").code == "proof_missing"


def test_an_unknown_suite_alone_is_undecided_and_beside_a_good_one_noted():
    good = signed()
    strange = good["proof"] | {"cryptosuite": "quantum-rdfc-2031"}

    assert check(good | {"proof": strange}).verdict == "indeterminate"
    report = check(good | {"proof": [good["proof"], strange]})
    assert report.verdict == "valid"
    assert "cryptosuite_unsupported" in [note.code for note in report.notes]


@pytest.mark.parametrize(
    "brought", ["https://w3id.org/security/suites/jws-2020/v1", ["https://w3id.org/security/suites/jws-2020/v1"]]
)
def test_an_unknown_suite_may_bring_the_context_of_its_terms(brought):
    """DIDKit writes it into the proof. Read with that context alone, the proof had no type, and failed for its terms."""
    strange = {name: value for name, value in signed()["proof"].items() if name not in ("cryptosuite", "proofValue")}
    strange |= {"@context": brought, "type": "JsonWebSignature2020", "jws": "a..b"}

    assert check(did_key_badge() | {"proof": strange}).check("context").code == "terms_defined"
    assert check(did_key_badge() | {"proof": strange}).verdict == "indeterminate"
    assert check(did_key_badge() | {"proof": strange | {"grade": "A"}}).check("context").code == "undefined_term"


def test_every_proof_of_a_known_suite_must_be_good():
    good = signed()
    bad = good["proof"] | {"created": "2026-01-02T00:00:00Z"}

    assert check(good | {"proof": [good["proof"], bad]}).check("proof").code == "signature_invalid"


def test_a_chain_of_proofs_is_good_only_as_a_whole():
    first = signed(id="urn:uuid:first")
    covered = {**{k: v for k, v in first.items() if k != "proof"}, "proof": [first["proof"]]}
    chain = add_proof(first, COLLEGE, covered=covered, previousProof="urn:uuid:first", id="urn:uuid:second")

    assert check(chain).verdict == "valid"
    assert check(chain | {"proof": chain["proof"][1]}).check("proof").code == "previous_proof_missing"
    circle = copy.deepcopy(chain)
    circle["proof"][0]["previousProof"] = "urn:uuid:second"
    assert check(circle).check("proof").code == "proof_chain_circular"


def test_too_many_proofs_are_refused_before_any_work():
    good = signed()

    assert check(good | {"proof": [good["proof"]] * 17}).check("proof").code == "too_many_proofs"


# --- whose key -------------------------------------------------------------------------------------------------------------


def test_a_key_of_somebody_else_does_not_speak_for_the_issuer():
    report = check(add_proof(badge(23, COLLEGE_DID, "Knots"), FORGER))

    assert report.check("proof").outcome == "passed"
    assert report.check("issuer").code == "key_not_bound_to_issuer"
    assert report.verdict == "invalid"


def test_a_key_written_into_the_fragment_is_not_believed():
    forged = add_proof(
        badge(24, UNIVERSITY_URL, "Knots"), FORGER, verificationMethod=f"{UNIVERSITY_URL}#{FORGER.multikey}"
    )

    assert check(forged).check("proof").code == "key_not_in_document"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda document: document.update(id="did:web:other.example"), "controller_document_mismatch"),
        (lambda document: document.update(assertionMethod=[]), "key_not_for_purpose"),
        (
            lambda document: document["verificationMethod"][0].update(controller="did:web:x.example"),
            "key_not_bound_to_controller",
        ),
        (lambda document: document["verificationMethod"][0].update(revoked="2026-02-01T00:00:00Z"), "key_revoked"),
        (lambda document: document["verificationMethod"][0].update(expires="2026-02-01T00:00:00Z"), "key_expired"),
        (
            lambda document: document["verificationMethod"][0].update(publicKeyMultibase=FORGER.multikey),
            "signature_invalid",
        ),
        (lambda document: document.pop("verificationMethod"), "key_not_in_document"),
    ],
)
def test_what_the_controller_publishes_decides(change, code):
    url = "https://noordzee-college.example/.well-known/did.json"
    document = copy.deepcopy(world()[url])
    change(document)
    good = add_proof(badge(25, COLLEGE_DID, "Knots"), COLLEGE, verificationMethod=f"{COLLEGE_DID}#key-1")

    assert check(good).verdict == "valid"
    report = check(good, extra={url: document})
    assert (report.verdict, report.check("proof").code) == ("invalid", code)


@pytest.mark.parametrize(
    "answer", [Fetched(404), Fetched(500), "<html>", "", [], {"id": 5}, Fetched(302, {"location": "http://x.example/"})]
)
def test_a_controller_that_cannot_be_read_leaves_it_undecided(answer):
    url = "https://noordzee-college.example/.well-known/did.json"
    good = add_proof(badge(25, COLLEGE_DID, "Knots"), COLLEGE, verificationMethod=f"{COLLEGE_DID}#key-1")

    assert check(good, extra={url: answer}).verdict == "indeterminate"


def test_a_redirect_to_the_document_is_followed():
    url = "https://noordzee-college.example/.well-known/did.json"
    good = add_proof(badge(25, COLLEGE_DID, "Knots"), COLLEGE, verificationMethod=f"{COLLEGE_DID}#key-1")
    moved = {url: Fetched(301, {"location": "/did.json"}), "https://noordzee-college.example/did.json": world()[url]}

    assert check(good, extra=moved).verdict == "valid"


def test_a_key_document_and_its_controller_must_agree():
    key_url = f"{UNIVERSITY_URL}/keys/2"
    key = {"id": key_url, "type": "Multikey", "controller": UNIVERSITY_URL, "publicKeyMultibase": COLLEGE.multikey}
    document = add_proof(badge(26, UNIVERSITY_URL, "Knots"), COLLEGE, verificationMethod=key_url)
    listing = copy.deepcopy(world()[UNIVERSITY_URL])
    listing["assertionMethod"].append(key_url)

    assert check(document, extra={key_url: key, UNIVERSITY_URL: listing}).verdict == "valid"
    assert check(document, extra={key_url: key}).verdict == "invalid"


def test_the_proof_can_be_asked_about_without_the_issuer():
    policy = Policy(required_checks=DEFAULT_REQUIRED_CHECKS - {"issuer"})

    assert check(add_proof(badge(23, COLLEGE_DID, "Knots"), FORGER), policy=policy).verdict == "valid"


# --- JSON that says more than is signed ---------------------------------------------------------------------------------


def test_a_member_that_no_context_defines_is_not_signed():
    report = check(signed() | {"honours": "summa cum laude"})

    assert report.verdict in ("invalid", "malformed")
    assert report.check("context").pointer == "/honours"


def test_endorsement_jwt_is_noted_and_not_refused():
    document = did_key_badge(endorsementJwt=["eyJhbGciOiJFUzI1NiJ9.e30.AAAA"])
    report = check(add_proof(document, WORKSHOP))

    assert report.check("proof").outcome == "passed"
    assert "term_not_signed" in [note.code for note in report.notes]
    assert report.check("nested").code == "nested_malformed"


@pytest.mark.parametrize("suite", ["ecdsa-rdfc-2019", "ecdsa-jcs-2019"])
def test_an_end_cannot_be_hidden_from_readers(suite):
    ended = did_key_badge(validUntil="2026-02-01T00:00:00Z")
    document = add_proof(ended, WORKSHOP, suite=suite)
    hidden = {k: v for k, v in document.items() if k != "validUntil"}
    disguises = [
        hidden | {"https://www.w3.org/2018/credentials#validUntil": ended["validUntil"]},
        hidden | {"@included": [{"id": ended["id"], "validUntil": ended["validUntil"]}]},
        hidden | {"validUntil": [ended["validUntil"]]},
        hidden | {"validUntil": {"@value": ended["validUntil"]}},
        hidden,
    ]

    assert check(document).check("period").code == "expired"
    assert [check(disguise).verdict in ("invalid", "malformed") for disguise in disguises] == [True] * 5


def test_a_context_that_is_not_at_hand_is_named_and_leaves_it_undecided():
    url = "https://college.example/context.json"
    document = did_key_badge()
    document["@context"] = [*document["@context"], url]
    document["motto"] = "Per aspera"
    contexts = {url: {"@context": {"motto": "https://college.example/terms#motto"}}}
    toolkit = standard_toolkit(StaticFetcher(world())).adding(contexts=contexts)
    good = add_proof(document, WORKSHOP, contexts=toolkit.contexts)

    without = check(good, extra=contexts)
    assert without.verdict == "indeterminate"
    assert url in without.check("context").message
    assert check(good, toolkit=toolkit).verdict == "valid"
    assert (
        check(good, toolkit=standard_toolkit(StaticFetcher(world() | contexts), fetch_contexts=True)).verdict == "valid"
    )


# --- time ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        ("2026-01-15T08:54:59Z", "invalid"),
        ("2026-01-15T08:55:00Z", "valid"),
        ("2026-06-01T00:05:00Z", "valid"),
        ("2026-06-01T00:05:01Z", "invalid"),
    ],
)
def test_dates_count_give_or_take_five_minutes(at, verdict):
    document = signed(did_key_badge(validUntil="2026-06-01T00:00:00Z"))

    assert check(document, at=datetime.fromisoformat(at)).verdict == verdict


def test_a_policy_may_allow_no_skew():
    document = signed(did_key_badge(validUntil="2026-06-01T00:00:00Z"))
    policy = Policy(clock_skew=timedelta(0))

    assert check(document, policy=policy, at=datetime(2026, 6, 1, tzinfo=UTC)).verdict == "valid"
    assert check(document, policy=policy, at=datetime(2026, 6, 1, 0, 0, 1, tzinfo=UTC)).verdict == "invalid"


@pytest.mark.parametrize(
    "value", ["", 0, False, None, [], {}, ["2027-01-01T00:00:00Z"], "2027-01-01", "2027-01-01T00:00:00", "never"]
)
def test_what_is_no_date_is_not_no_end(value):
    document = did_key_badge(validUntil=value)

    assert check(add_proof(document, WORKSHOP, suite="ecdsa-jcs-2019")).verdict == "malformed"


# --- what is not checked yet ------------------------------------------------------------------------------------------


def test_a_status_is_unknown_until_it_can_be_looked_up():
    entry = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": "https://college.example/status/1",
    }
    report = check(signed(did_key_badge(credentialStatus=entry)))

    assert report.check("status").outcome == "unknown"
    assert report.verdict == "indeterminate"


# --- recipient, holder, trust ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recipient", "verdict"),
    [
        (ANA, "valid"),
        (Recipient("emailAddress", "ANA@campus.example"), "valid"),
        (Recipient("emailAddress", "eva@campus.example"), "invalid"),
        (Recipient("name", "ana@campus.example"), "invalid"),
        (Recipient("id", "did:example:ana"), "invalid"),
    ],
)
def test_the_recipient_is_who_the_policy_names(recipient, verdict):
    assert check(signed(), policy=Policy(recipient=recipient)).verdict == verdict


def test_a_subject_can_be_asked_for_by_its_id():
    document = did_key_badge()
    document["credentialSubject"]["id"] = "did:example:ana"

    assert check(signed(document), policy=Policy(recipient=Recipient("id", "did:example:ana"))).verdict == "valid"


def test_a_credential_alone_never_shows_who_holds_it():
    report = check(signed(), policy=Policy(require_holder_binding=True))

    assert (report.verdict, report.check("holder").code) == ("invalid", "holder_not_bound")


@pytest.mark.parametrize(
    ("trusted", "verdict", "outcome"),
    [
        (None, "valid", "skipped"),
        ([WORKSHOP.did], "valid", "passed"),
        ([], "invalid", "failed"),
        ([COLLEGE_DID], "invalid", "failed"),
    ],
)
def test_trust_is_asked_for_only_by_the_policy(trusted, verdict, outcome):
    report = check(signed(), policy=Policy(trusted_issuers=trusted))

    assert (report.verdict, report.check("trust").outcome) == (verdict, outcome)


def test_a_challenge_or_domain_of_the_policy_must_be_answered():
    document = signed(challenge="c-1", domain="college.example")

    assert check(document, policy=Policy(challenge="c-1", domain="college.example")).verdict == "valid"
    assert check(document, policy=Policy(challenge="c-2")).check("proof").code == "challenge_mismatch"
    assert check(document, policy=Policy(domain="evil.example")).check("proof").code == "domain_mismatch"
    assert check(signed(), policy=Policy(challenge="c-1")).verdict == "invalid"


@pytest.mark.parametrize("typ", ["JWT", "vc+jwt"])
def test_a_challenge_or_domain_that_a_token_does_not_answer_is_no_silent_yes(typ):
    """Both were asked of embedded proofs and of key bindings only: any other token passed whatever was asked."""
    document = did_key_badge()

    def _token(**claims):
        payload = badge_claims(document, MOMENT, **claims) if typ == "JWT" else document | claims
        return to_jwt(payload, WORKSHOP, typ=typ).encode()

    plain, answering = _token(), _token(nonce="c-1", aud=["college.example"])

    assert check(plain).verdict == "valid", check(plain).problems
    assert check(plain, policy=Policy(challenge="c-1")).check("proof").code == "challenge_mismatch"
    assert check(plain, policy=Policy(domain="college.example")).check("proof").code == "domain_mismatch"
    assert check(answering, policy=Policy(challenge="c-2")).check("proof").code == "challenge_mismatch"
    assert check(answering, policy=Policy(domain="evil.example")).check("proof").code == "domain_mismatch"


# --- schemas ---------------------------------------------------------------------------------------------------------------


def schema(address, kind="JsonSchema"):
    return {"credentialSchema": [{"id": address, "type": kind}]}


def test_a_schema_that_can_be_had_must_be_kept():
    url = "https://college.example/schema.json"
    document = signed(did_key_badge(**schema(url)))
    strict = {"$schema": "https://json-schema.org/draft/2020-12/schema", "required": ["awardedDate"]}

    assert check(document, extra={url: {"type": "object"}}).check("schema").outcome == "passed"
    assert check(document, extra={url: strict}).verdict == "invalid"
    unreachable = check(document)
    assert (unreachable.verdict, unreachable.check("schema").outcome) == ("valid", "unknown")


def test_a_policy_that_asks_for_the_schema_is_not_content_without_it():
    url = "https://college.example/schema.json"
    document = signed(did_key_badge(**schema(url)))
    policy = Policy(required_checks=DEFAULT_REQUIRED_CHECKS | {"schema"})

    assert check(document, extra={url: {"type": "object"}}, policy=policy).verdict == "valid"
    assert check(document, policy=policy).verdict == "indeterminate"
    assert check(signed(), policy=policy).verdict == "valid"


def test_the_published_schemas_are_at_hand():
    url = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"

    assert check(signed(did_key_badge(**schema(url)))).check("schema").outcome == "passed"


def test_no_schema_is_fetched_for_an_unproven_credential():
    url = "https://college.example/schema.json"
    document = signed(did_key_badge(**schema(url))) | {"name": "changed"}

    assert check(document, extra={url: {}}).check("schema").code == "schema_not_fetched"


# --- tokens ----------------------------------------------------------------------------------------------------------------


def token_badge(issuer=UNIVERSITY_URL, **members):
    return badge(30, issuer, "Marine biology", **members)


def university_token(document=None, header=None, **claims):
    payload = badge_claims(document or token_badge(), MOMENT, **claims)
    return to_jwt(payload, UNIVERSITY, **({"kid": f"{UNIVERSITY_URL}#key-1"} | (header or {})))


JWKS = "https://sur.example/.well-known/jwks.json"


@pytest.mark.parametrize("key", [COLLEGE, UNIVERSITY, WORKSHOP, RSA], ids=["EdDSA", "ES256", "ES384", "RS256"])
def test_every_algorithm_verifies_by_did(key):
    if key.key_type == "RSA":
        jwk = key.jwk | {"kid": "rsa-1"}
        token = to_jwt(badge_claims(token_badge(), MOMENT), key, kid=None, jwk=jwk)
        report = check(token, extra={JWKS: {"keys": [jwk]}})
    else:
        report = check(to_jwt(badge_claims(token_badge(key.did), MOMENT), key))

    assert report.verdict == "valid", report.problems
    assert report.securing.startswith("VC-JWT ")


def test_the_older_form_with_a_vc_claim_verifies():
    document = token_badge(UNIVERSITY.did) | {
        "@context": [
            "https://www.w3.org/2018/credentials/v1",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "issuanceDate": "2026-01-15T09:00:00Z",
        "name": "Marine biology",
    }
    del document["validFrom"]
    claims = {"iss": UNIVERSITY.did, "jti": document["id"], "nbf": MOMENT, "vc": document}

    assert check(to_jwt(claims, UNIVERSITY)).verdict == "valid"
    assert (
        check(to_jwt(claims | {"vc": token_badge(UNIVERSITY.did)}, UNIVERSITY)).check("proof").code
        == "jwt_data_model_mismatch"
    )


def test_a_credential_of_no_profile_with_a_vc_claim_of_data_model_2_is_only_remarked_on():
    """No specification binds it, as Open Badges binds its own; a suite of the W3C has such a token, to be accepted."""
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "urn:uuid:5a1f0b7e-3a0c-4d0e-9d1a-6f3c2b1a0f01",
        "type": ["VerifiableCredential"],
        "issuer": UNIVERSITY.did,
        "credentialSubject": {"id": "did:example:subject"},
    }
    claims = {"iss": UNIVERSITY.did, "sub": "did:example:subject", "jti": document["id"], "nbf": MOMENT, "vc": document}

    report = check(to_jwt(claims, UNIVERSITY))

    assert report.verdict == "valid", report.problems
    assert "jwt_data_model_mismatch" in [note.code for note in report.notes]


def token_of_1_1(subject, **claims):
    document = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiableCredential"],
        "issuer": UNIVERSITY.did,
        "issuanceDate": "2026-01-15T09:00:00Z",
        "credentialSubject": subject,
    }
    return to_jwt({"iss": UNIVERSITY.did, "nbf": MOMENT, "vc": document, **claims}, UNIVERSITY)


def test_what_a_token_says_beside_its_vc_claim_is_remarked_on():
    """RFC 7519, 4: claims that are not understood are ignored. A reader of the report learns that there were some."""
    ignored = {"honours": "summa", "a/b": 1, "x" * 500: 2, **{f"m{n}": n for n in range(40)}}
    report = check(token_of_1_1({"id": "did:example:ana"}, **ignored))
    notes = [note for note in report.notes if note.code == "jwt_claim_ignored"]

    assert report.verdict == "valid", report.problems
    assert [note.pointer for note in notes] == ["/a~1b"]
    assert "a/b, honours, m0" in notes[0].message
    assert "and 38 more" in notes[0].message
    assert len(notes[0].message) < 300


def test_claims_that_are_understood_are_not_remarked_on():
    claims = {"jti": "urn:uuid:1", "iat": MOMENT, "cnf": {"kid": "did:example:ana#1"}, "nonce": "7f3"}
    report = check(token_of_1_1({"id": "did:example:ana"}, sub="did:example:ana", **claims))

    assert report.verdict == "valid", report.problems
    assert [note for note in report.notes if note.code == "jwt_claim_ignored"] == []


def token_with(form, **claims):
    if form == "vc claim":
        return token_of_1_1({"id": "did:example:ana"}, **claims)
    if form == "vc+jwt":
        return to_jwt(token_badge(UNIVERSITY.did) | claims, UNIVERSITY, typ="vc+jwt", kid=UNIVERSITY.did_key_method)
    return university_token(**claims)


FORMS = ["vc claim", "direct", "vc+jwt"]


@pytest.mark.parametrize("form", FORMS)
def test_a_token_that_says_it_was_made_later_than_now_is_not_verified(form):
    """As with a proof inside the document. The policy's clock skew is granted to it."""
    now = int(AT.timestamp())

    assert check(token_with(form, iat=now + 240)).verdict == "valid"
    assert problem_codes(check(token_with(form, iat=now + 3600)))[0] == "proof_from_the_future"
    assert check(token_with(form, iat="soon")).check("proof").outcome == "failed"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("audience", "policy", "verdict", "code"),
    [
        ("https://jobs.example", {"audiences": ["https://jobs.example"]}, "valid", "proof_good"),
        (["https://a.example", "https://jobs.example"], {"domain": "https://jobs.example"}, "valid", "proof_good"),
        ("https://jobs.example", {}, "valid", "proof_good"),
        ([], {}, "valid", "proof_good"),
        ({"https://jobs.example": 1}, {"audiences": ["https://jobs.example"]}, "invalid", "audience_mismatch"),
        ("https://jobs.example", {"audiences": ["https://jobs.example.evil"]}, "invalid", "audience_mismatch"),
        (["https://a.example", 7], {"domain": "https://jobs.example"}, "invalid", "domain_mismatch"),
    ],
)
def test_a_token_for_others_is_rejected_by_whoever_says_who_they_are(form, audience, policy, verdict, code):
    """RFC 7519, 4.1.3: a principal that does not identify itself with a value in `aud` MUST reject the token."""
    report = check(token_with(form, aud=audience), policy=Policy(**policy))

    assert (report.verdict, report.check("proof").code) == (verdict, code)
    assert report.check("issuer").outcome == "passed"
    assert ("audience_not_asked" in [note.code for note in report.notes]) is (not policy)


def test_a_signature_that_does_not_fit_is_told_before_the_audience():
    token = token_with("direct", aud="https://jobs.example")
    forged = token[:-20] + ("A" if token[-20] != "A" else "B") + token[-19:]

    assert check(forged).check("proof").code == "signature_invalid"


def test_audiences_are_a_collection():
    with pytest.raises(TypeError, match="audiences"):
        Policy(audiences="https://jobs.example")


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        ({"id": "did:example:ana"}, None),
        ([{"id": "did:example:ana"}], None),
        ([{"id": "did:example:bo"}, {"id": "did:example:ana"}], None),
        ({"id": "did:example:bo"}, "jwt_claim_mismatch"),
        ([{"id": "did:example:bo"}], "jwt_claim_mismatch"),
        ([{"id": "did:example:bo"}, {"id": "did:example:eva"}], "jwt_claim_mismatch"),
    ],
)
def test_the_claim_sub_is_a_subject_of_the_credential_however_many_there_are(subject, code):
    report = check(token_of_1_1(subject, sub="did:example:ana"))

    assert problem_codes(report) == [code] * (code is not None)


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("@context", ["https://www.w3.org/ns/credentials/v2"]),
        ("credentialSubject", {"id": "did:example:eva"}),
        ("verifiableCredential", [{"type": ["VerifiableCredential"]}]),
    ],
)
def test_a_token_with_a_vc_claim_has_no_other_credential_for_another_reader(claim, value):
    ana = {"id": "did:example:ana"}

    assert check(token_of_1_1(ana, sub="did:example:ana", another=value))
    assert problem_codes(check(token_of_1_1(ana, sub="did:example:ana", **{claim: value}))) == ["jwt_two_credentials"]


def test_a_key_in_the_header_counts_only_if_the_issuer_publishes_it():
    token = to_jwt(badge_claims(token_badge(), MOMENT), FORGER, kid=None, jwk=FORGER.jwk)

    assert check(token).check("issuer").code == "key_not_bound_to_issuer"
    assert check(token, extra={JWKS: {"keys": [UNIVERSITY.jwk]}}).verdict == "invalid"
    assert check(token, extra={JWKS: {"keys": [UNIVERSITY.jwk, FORGER.jwk]}}).verdict == "valid"
    assert check(token, extra={JWKS: {"keys": [FORGER.jwk | {"iss": "https://other.example/"}]}}).verdict == "invalid"


def test_an_issuer_that_publishes_nothing_leaves_it_undecided():
    document = token_badge("https://gone.example/issuer")
    token = to_jwt(badge_claims(document, MOMENT), FORGER, kid=None, jwk=FORGER.jwk)
    report = check(token)

    assert report.check("proof").outcome == "passed"
    assert (report.verdict, report.check("issuer").outcome) == ("indeterminate", "unknown")


def test_an_issuer_without_a_place_to_publish_binds_no_key():
    token = to_jwt(badge_claims(token_badge("urn:uuid:1"), MOMENT), FORGER)

    assert check(token).check("issuer").code == "key_not_bound_to_issuer"


def test_the_kid_of_somebody_else_does_not_speak_for_the_issuer():
    assert check(to_jwt(badge_claims(token_badge(), MOMENT), FORGER)).verdict == "invalid"


def test_a_token_without_nbf_or_sub_is_noted():
    document = token_badge()
    document["credentialSubject"]["id"] = "did:example:ana"
    report = check(university_token(document, nbf=None, sub=None))

    assert report.verdict == "valid"
    assert [note.code for note in report.notes].count("jwt_claim_missing") == 2


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"iss": "https://other.example/"}, "jwt_claim_mismatch"),
        ({"jti": "urn:uuid:other"}, "jwt_claim_mismatch"),
        ({"sub": "did:example:eva"}, "jwt_claim_mismatch"),
        ({"nbf": MOMENT + 1}, "jwt_claim_mismatch"),
        ({"nbf": "yesterday"}, "numeric_date"),
        ({"nbf": True}, "numeric_date"),
        ({"exp": MOMENT + 60}, "expired"),
        ({"iss": None}, "jwt_claim_missing"),
        ({"vc": {}}, "jwt_two_credentials"),
        ({"vc": "x"}, "jwt_vc_claim_malformed"),
    ],
)
def test_claims_that_contradict_the_credential_fail(claims, code):
    document = token_badge()
    document["credentialSubject"]["id"] = "did:example:ana"

    assert check(university_token(document)).verdict == "valid"
    report = check(university_token(document, **claims))
    assert report.verdict in ("invalid", "malformed")
    assert code in problem_codes(report)


@pytest.mark.parametrize(
    ("header", "code", "verdict"),
    [
        ({"alg": "none"}, "jws_algorithm_not_allowed", "invalid"),
        ({"alg": "HS256"}, "jws_algorithm_not_allowed", "invalid"),
        ({"alg": "nonsense"}, "jws_algorithm_not_allowed", "invalid"),
        ({"alg": "ES256K"}, "jws_algorithm_unsupported", "indeterminate"),
        ({"alg": "ES384"}, "key_algorithm_mismatch", "invalid"),
        ({"alg": "RS256"}, "key_algorithm_mismatch", "invalid"),
        ({"typ": "vc+sd-jwt"}, "sd_jwt_malformed", "malformed"),
        ({"typ": "at+jwt"}, "jose_type_wrong", "invalid"),
        ({"kid": None}, "jose_key_missing", "invalid"),
        ({"kid": 5}, "jws_header_malformed", "malformed"),
        ({"kid": ""}, "jws_header_malformed", "malformed"),
        ({"crit": ["exp"], "exp": 1}, "jws_critical_header", "invalid"),
        ({"b64": False}, "jws_critical_header", "invalid"),
        ({"jku": "https://evil.example/"}, "jose_header_not_allowed", "invalid"),
        ({"x5c": []}, "jose_header_not_allowed", "invalid"),
        ({"jwk": UNIVERSITY.jwk | {"d": "AAAA"}}, "jwk_has_private_members", "invalid"),
        ({"jwk": {"kty": "oct", "k": "AAAA"}}, "jwk_has_private_members", "invalid"),
        ({"jwk": UNIVERSITY.jwk | {"use": "enc"}}, "jwk_not_for_verifying", "invalid"),
        ({"jwk": "x"}, "jws_header_malformed", "malformed"),
        ({"typ": None}, None, "valid"),
        ({"kid": "#key-1"}, None, "valid"),
    ],
)
def test_a_header_says_no_more_than_it_may(header, code, verdict):
    report = check(university_token(header=header))

    assert report.verdict == verdict, report.problems
    assert code is None or code in problem_codes(report)


def test_a_changed_token_fails():
    header, payload, signature = university_token().split(".")
    changed = f"{header}.{payload}.{signature[:-3]}{'A' if signature[-3] != 'A' else 'B'}{signature[-2:]}"

    assert check(changed).check("proof").code == "signature_invalid"
    assert check(f"{header}.{payload}.{signature}=").verdict == "malformed"
    assert check(f"{header}.{payload}.{signature}.x").verdict == "malformed"
    assert check(f"{header}.{payload}.").verdict == "malformed"


def test_a_der_signature_is_not_accepted():
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    from vcwallet.wire.base_encodings import base64url_decode, base64url_encode

    head, _, signature = university_token().rpartition(".")
    raw = base64url_decode(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))

    assert check(f"{head}.{base64url_encode(der)}").verdict == "invalid"


def test_a_term_that_no_context_defines_is_refused_in_a_token_too():
    assert check(university_token(token_badge() | {"honours": "summa"})).check("context").code == "undefined_term"
