"""verify() of SD-JWT VC: whose key, what is always open, when, by whom shown, and whether it was withdrawn."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.sd_jwt_samples import by_hand, hidden
from tests.sd_jwt_vc_samples import (
    ASKED,
    AT,
    AUDIENCE,
    CHALLENGE,
    CLAIMS,
    COLLEGE,
    HOLDER,
    ISSUER,
    LIST,
    METADATA,
    NOW,
    STRANGER,
    bound,
    key,
    metadata,
    status_list,
    status_of,
    token,
    world,
)
from vcwallet import SdJwtVc, bind, derive, present, recognise_recipient, verify, verify_presentation
from vcwallet.dids.jwt_vc_issuer import metadata_address
from vcwallet.errors import FetchFailed, NotSigned, Refused
from vcwallet.fetching.fetcher import Fetched
from vcwallet.operations.facts import Presenter
from vcwallet.operations.sd_jwt_vc_checks import check_holder
from vcwallet.operations.verifying_sd_jwt_vc import establish
from vcwallet.policy import Policy, Recipient
from vcwallet.records import plan
from vcwallet.securing import jws
from vcwallet.securing.envelope import recognise
from vcwallet.standard import standard_toolkit
from vcwallet.testing.outside_world import OUTAGES

NEVER_VALID = ("invalid", "malformed", "indeterminate")


def check(text, policy=None, outside=None, at=AT):
    outside = world() if outside is None else outside
    return verify(text, toolkit=outside.toolkit(), policy=policy, at=at)


def finding(report):
    first = next(iter(report.problems), None)
    return report.verdict, first.code if first else None


def test_a_diploma_is_verified_and_says_what_it_says():
    report = check(token())

    assert report, report.problems
    credential = report.require_verified()
    assert isinstance(credential, SdJwtVc)
    assert credential.document["given_name"] == "Ana"
    assert credential.types == ("https://college.example/types/diploma",)
    assert (credential.issuer_id, credential.subject_id, credential.kind) == (COLLEGE, "did:example:ana", "SD-JWT VC")
    assert (credential.id, credential.name, credential.description, credential.issuer_name) == (None,) * 4
    assert credential.valid_from == AT - timedelta(days=1) == credential.awarded_at
    assert credential.valid_until == AT + timedelta(days=1)
    assert report.securing == "dc+sd-jwt EdDSA"
    assert [check.name for check in report.checks if check.required] == [
        "structure",
        "context",
        "proof",
        "issuer",
        "period",
    ]
    assert json.loads(report.to_json())["credential"]["issuer"]["id"] == COLLEGE


def test_what_is_withheld_is_in_no_part_of_the_report():
    shown = derive(token(), withhold=["/given_name", "/courses/0"], toolkit=world().toolkit())
    report = check(shown.text)

    assert report, report.problems
    assert shown.media_type == "application/dc+sd-jwt"
    assert report.require_verified().document["courses"] == ["Sails"]
    assert "given_name" not in report.require_verified().document
    assert "Ana" not in report.to_json()


def test_only_the_metadata_of_the_issuer_is_asked_for():
    outside = world()

    assert check(token(), outside=outside)
    assert outside.addresses_asked == [METADATA]


def test_without_the_network_an_https_issuer_is_undecided():
    report = verify(token(), toolkit=standard_toolkit(), at=AT)

    assert finding(report) == ("indeterminate", "no_network")


@pytest.mark.parametrize("outage", OUTAGES)
def test_metadata_that_cannot_be_had_is_never_valid(outage):
    report = check(token(), outside=world(**{METADATA: OUTAGES[outage]}))

    assert report.verdict == "indeterminate", report.problems


# --- the issuer's key ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "published", "expected"),
    [
        ({}, metadata(key(), key(STRANGER, "2")), None),
        ({"kid": None}, metadata(key()), None),
        ({"kid": None, "jwk": key()}, metadata(key(), key(STRANGER, "2")), None),
        ({}, metadata({"kty": "strange"}, key()), None),
        ({"kid": None}, metadata(key(), key(STRANGER, "2")), ("invalid", "jose_key_missing")),
        ({"kid": "3"}, metadata(key()), ("invalid", "key_not_in_document")),
        ({"kid": None, "jwk": key()}, metadata(key(STRANGER)), ("invalid", "key_not_in_document")),
        ({}, metadata(key(STRANGER)), ("invalid", "signature_invalid")),
        ({}, metadata(issuer=f"{COLLEGE}/"), ("invalid", "issuer_metadata_mismatch")),
        ({}, metadata(issuer="https://evil.example"), ("invalid", "issuer_metadata_mismatch")),
        ({}, {"jwks": {"keys": [key()]}}, ("invalid", "issuer_metadata_mismatch")),
        ({}, metadata(jwks_uri="https://college.example/keys"), ("indeterminate", "issuer_metadata_malformed")),
        ({}, {"issuer": COLLEGE}, ("indeterminate", "issuer_metadata_malformed")),
        ({}, {"issuer": COLLEGE, "jwks": [key()]}, ("indeterminate", "issuer_metadata_malformed")),
        ({}, {"issuer": COLLEGE, "jwks_uri": 5}, ("indeterminate", "issuer_metadata_malformed")),
        ({}, {"issuer": COLLEGE, "jwks_uri": "http://college.example/keys"}, ("indeterminate", "scheme_refused")),
        ({}, [], ("indeterminate", "issuer_metadata_malformed")),
        ({}, metadata(key(use="enc")), ("invalid", "jwk_not_for_verifying")),
        ({"x5c": ["AAAA"]}, metadata(), ("indeterminate", "issuer_certificate_unsupported")),
        ({"kid": 5}, metadata(), ("malformed", "jws_header_malformed")),
        ({"kid": ""}, metadata(), ("malformed", "jws_header_malformed")),
        ({"kid": None, "jwk": "x"}, metadata(), ("malformed", "jws_header_malformed")),
    ],
)
def test_the_key_is_one_that_the_metadata_lists_for_the_issuer(header, published, expected):
    report = check(token(header=header), outside=world(**{METADATA: published}))

    assert finding(report) == (expected or ("valid", None))


def test_keys_at_an_address_of_their_own_are_followed():
    named = {"issuer": COLLEGE, "jwks_uri": "https://keys.example/set"}
    outside = world(**{METADATA: named, "https://keys.example/set": {"keys": [key()]}})

    assert check(token(), outside=outside)
    assert finding(check(token(), outside=world(**{METADATA: named}))) == ("indeterminate", "unreachable")


def test_what_an_issuer_publishes_for_open_badges_does_not_count_here():
    outside = world(**{METADATA: Fetched(404), f"{COLLEGE}/.well-known/jwks.json": {"keys": [key()]}})

    assert finding(check(token(), outside=outside)) == ("indeterminate", "http_status")


@pytest.mark.parametrize(
    ("issuer", "address"),
    [
        ("https://a.example", "https://a.example/.well-known/jwt-vc-issuer"),
        ("https://a.example/", "https://a.example/.well-known/jwt-vc-issuer"),
        ("https://a.example/tenant/1234", "https://a.example/.well-known/jwt-vc-issuer/tenant/1234"),
        ("https://a.example:8443/t/", "https://a.example:8443/.well-known/jwt-vc-issuer/t"),
    ],
)
def test_the_well_known_part_goes_between_host_and_path(issuer, address):
    assert metadata_address(issuer) == address


@pytest.mark.parametrize(
    "issuer", ["https://a.example/?b", "https://a.example/#b", "http://a.example", "https://a@b.example"]
)
def test_no_metadata_is_looked_for_at_what_is_no_plain_address(issuer):
    with pytest.raises(FetchFailed):
        metadata_address(issuer)


@pytest.mark.parametrize("issuer", [None, "urn:uuid:1", "http://college.example", "Noordzee College", ""])
def test_an_issuer_whose_key_cannot_be_found_is_undecided(issuer):
    outside = world()
    report = check(token(iss=issuer), outside=outside)

    assert finding(report) == ("indeterminate", "issuer_key_unsupported")
    assert outside.addresses_asked == []


def test_a_token_for_others_is_not_taken():
    """RFC 7519, 4.1.3."""
    meant = token(aud=AUDIENCE)

    assert check(meant, Policy(audiences=[AUDIENCE])).verdict == "valid"
    assert finding(check(meant, Policy(audiences=["https://else.example"]))) == ("invalid", "audience_mismatch")
    assert (check(meant).verdict, [note.code for note in check(meant).notes]) == ("valid", ["audience_not_asked"])


def test_a_did_issues_with_the_key_of_its_document():
    report = verify(token(iss=ISSUER.controller, header={"kid": ISSUER.verification_method}), at=AT)

    assert report, report.problems
    assert report.check("issuer").code == "key_bound_to_issuer"


@pytest.mark.parametrize("kid", [STRANGER.verification_method, "https://evil.example/key", "did:web:evil.example#1"])
def test_a_key_of_somebody_else_than_the_did_is_refused_before_anything_is_fetched(kid):
    outside = world()
    report = check(token(iss=ISSUER.controller, header={"kid": kid}, signer=STRANGER), outside=outside)

    assert finding(report) == ("invalid", "key_not_bound_to_issuer")
    assert outside.addresses_asked == []


def test_algorithms_are_those_of_the_toolkit():
    header, _, _ = token().partition(".")
    for alg, expected in (("none", "jws_algorithm_not_allowed"), ("HS256", "jws_algorithm_not_allowed")):
        forged = token(header={"alg": alg})
        assert header != forged.partition(".")[0]
        assert finding(check(forged)) == ("invalid", expected)


# --- the form ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"aka_vcts": ["urn:diploma"]}, None),
        ({"aka_vcts": []}, ("malformed", "sd_jwt_vc_malformed")),
        ({"aka_vcts": "urn:diploma"}, ("malformed", "sd_jwt_vc_malformed")),
        ({"aka_vcts": [CLAIMS["vct"]]}, ("malformed", "sd_jwt_vc_malformed")),
        ({"vct": None}, ("invalid", "jose_type_wrong")),
        ({"vct": ""}, ("malformed", "sd_jwt_vc_malformed")),
        ({"vct": ["a"]}, ("malformed", "sd_jwt_vc_malformed")),
        ({"iss": {"id": COLLEGE}}, ("malformed", "sd_jwt_vc_malformed")),
        ({"exp": "2026-06-02T00:00:00Z"}, ("malformed", "numeric_date")),
        ({"nbf": True}, ("malformed", "numeric_date")),
        ({"@context": "https://www.w3.org/ns/credentials/v2"}, None),
        ({"sub": None, "iat": None, "exp": None, "cnf": None}, None),
    ],
)
def test_the_claims_have_their_form(changes, expected):
    assert finding(check(token(**changes))) == (expected or ("valid", None))


@pytest.mark.parametrize("claim", ["iss", "vct", "exp", "nbf", "cnf", "status", "aka_vcts", "vct#integrity"])
def test_what_is_always_open_cannot_be_withheld(claim):
    more = {"nbf": NOW - 1, "aka_vcts": ["urn:x"], "vct#integrity": "sha256-x", **status_of(0)}
    outside = world(**{LIST: status_list()})
    assert check(token(**more), outside=outside)

    hideable = token(**more, disclosable=(f"/{claim}",))
    assert finding(check(hideable, outside=outside)) == ("invalid", "claim_must_be_open")


def test_iat_and_sub_can_be_withheld():
    shown = derive(token(disclosable=("/iat", "/sub")), withhold=["/iat", "/sub"], toolkit=world().toolkit())

    assert check(shown.text)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"typ": "dc+sd-jwt"}, None),
        ({"typ": "application/dc+sd-jwt"}, None),
        ({"typ": "vc+sd-jwt"}, "former_media_type"),
    ],
)
def test_the_former_media_type_is_taken_and_noted(header, code):
    report = check(token(header=header))

    assert report, report.problems
    assert [note.code for note in report.notes] == ([code] if code else [])


@pytest.mark.parametrize("typ", ["vp+sd-jwt", "kb+jwt", "JWT", "example+sd-jwt", None, 5])
def test_no_other_type_is_an_sd_jwt_vc(typ):
    assert finding(check(token(header={"typ": typ}))) == ("invalid", "jose_type_wrong")


def test_what_has_a_context_and_the_type_of_the_w3c_is_no_sd_jwt_vc():
    text = token(header={"typ": "vc+sd-jwt"}, **{"@context": "https://www.w3.org/ns/credentials/v2"})

    assert not isinstance(check(text).credential, SdJwtVc)


def test_an_envelope_of_the_w3c_does_not_hold_one():
    outside = world()
    for media_type, text in (("vc+sd-jwt", token(header={"typ": "vc+sd-jwt"})), ("jwt", token())):
        envelope = {
            "@context": "https://www.w3.org/ns/credentials/v2",
            "type": "EnvelopedVerifiableCredential",
            "id": f"data:application/{media_type},{text}",
        }
        assert finding(check(envelope, outside=outside)) == ("invalid", "jose_type_wrong")
    assert check(token(), outside=outside)


# --- disclosures ---------------------------------------------------------------------------------------------------------


def test_disclosures_are_exactly_those_that_the_issuer_signed():
    text = token()
    jwt, *disclosures, end = text.split("~")
    other, _ = hidden("Eve", "given_name")
    assert end == ""
    for spoiled, expected in (
        (text[:-1], ("malformed", "sd_jwt_malformed")),
        (jwt, ("malformed", "sd_jwt_malformed")),
        (text + "~", ("malformed", "sd_jwt_malformed")),
        ("~".join((jwt, disclosures[0], *disclosures, "")), ("invalid", "disclosure_repeated")),
        ("~".join((jwt, other, *disclosures[1:], "")), ("invalid", "disclosure_unreferenced")),
        ("~".join((jwt, *disclosures, other, "")), ("invalid", "disclosure_unreferenced")),
        ("~".join((jwt, disclosures[0] + "=", *disclosures[1:], "")), ("malformed", None)),
    ):
        found = finding(check(spoiled))
        assert found == expected or (expected[1] is None and found[0] == expected[0]), spoiled[-40:]
    assert check(f"{jwt}~"), "all of it may be withheld"
    assert check("~".join((jwt, *reversed(disclosures), ""))), "the order of disclosures means nothing"


@pytest.mark.parametrize(
    ("hostile", "code"),
    [
        ({"_sd": [hidden("x", "iss")[1]]}, "disclosure_name_taken"),
        ({"_sd": [hidden("x", "grade")[1]] * 2}, "digest_repeated"),
        ({"_sd_alg": "sha-256-32"}, "sd_alg_weak"),
        ({"_sd": 5}, "digest_malformed"),
    ],
)
def test_what_an_issuer_must_not_sign_is_refused(hostile, code):
    disclosures = [hidden("x", "iss")[0]] if code == "disclosure_name_taken" else []
    plain = {name: value for name, value in CLAIMS.items() if name != "cnf"} | {"iss": ISSUER.controller}

    assert verify(by_hand(plain, typ="dc+sd-jwt"), at=AT)
    assert verify(by_hand({**plain, **hostile}, *disclosures, typ="dc+sd-jwt"), at=AT).check("structure").code == code


# --- time ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"exp": NOW + 1}, None),
        ({"exp": NOW - 299}, None),
        ({"exp": NOW - 300}, ("invalid", "expired")),
        ({"exp": NOW - 86400}, ("invalid", "expired")),
        ({"nbf": NOW + 300}, None),
        ({"nbf": NOW + 301}, ("invalid", "not_yet_valid")),
        ({"iat": NOW + 300}, None),
        ({"iat": NOW + 301}, ("invalid", "proof_from_the_future")),
        ({"exp": None}, None),
    ],
)
def test_times_are_kept_give_or_take_the_skew(changes, expected):
    assert finding(check(token(**changes))) == (expected or ("valid", None))


# --- the holder ----------------------------------------------------------------------------------------------------------


def test_a_key_binding_answers_challenge_and_domain():
    report = check(bound(token()), ASKED)

    assert report, report.problems
    holder = check(bound(token()), replace(ASKED, require_holder_binding=True)).check("holder")
    assert (holder.code, holder.notes) == ("holder_bound", ())


def test_a_key_binding_for_others_is_refused_by_whoever_says_what_they_are_called():
    assert check(bound(token()), Policy(audiences=[AUDIENCE])).verdict == "valid"
    assert finding(check(bound(token()), Policy(audiences=["https://a.example"]))) == ("invalid", "audience_mismatch")


@pytest.mark.parametrize("domain", [None, AUDIENCE])
def test_a_key_binding_that_answers_no_challenge_is_said_to_be_perhaps_a_copy(domain):
    report = check(bound(token()), Policy(require_holder_binding=True, domain=domain))

    assert report, report.problems
    assert [note.code for note in report.check("holder").notes] == ["challenge_not_asked"]
    assert "who presents" not in report.check("holder").message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (token(), "key_binding_missing"),
        (bound(token(), audience="https://evil.example"), "domain_mismatch"),
        (bound(token(), nonce="old"), "challenge_mismatch"),
        (bound(token(), at=AT - timedelta(hours=1)), "key_binding_stale"),
        (bound(token(), at=AT + timedelta(hours=1)), "proof_from_the_future"),
        (bound(token(cnf={"kid": "1"})), "key_binding_key_unsupported"),
        (bound(token(cnf={})), "key_binding_malformed"),
        (token() + bound(token(grade="B")).rpartition("~")[2], "key_binding_mismatch"),
        (
            token()
            + jws.sign(
                jws.parse_compact(bound(token()).rpartition("~")[2]).payload, STRANGER, header={"typ": "kb+jwt"}
            ),
            "signature_invalid",
        ),
        (
            token()
            + jws.sign(jws.parse_compact(bound(token()).rpartition("~")[2]).payload, HOLDER, header={"typ": "JWT"}),
            "jose_type_wrong",
        ),
    ],
)
def test_a_key_binding_that_is_not_for_this_occasion_is_refused(text, code):
    report = check(text, ASKED)

    assert report.verdict in NEVER_VALID
    assert report.check("proof").code == code


def test_a_key_binding_that_nobody_asked_for_may_be_old_and_must_be_good():
    assert check(bound(token(), at=AT - timedelta(days=90)))
    assert not check(bound(token())[:-4] + "AAAA")


def test_without_key_binding_nobody_has_shown_to_be_the_holder():
    asked = Policy(require_holder_binding=True)

    assert finding(check(token(), asked)) == ("invalid", "holder_not_bound")
    assert check(bound(token()), asked)


def test_the_holder_binds_what_is_derived():
    outside = world()
    shown = derive(token(), withhold=["/grade"], toolkit=outside.toolkit())
    answer = bind(shown, HOLDER, audience=AUDIENCE, challenge=CHALLENGE, at=AT)

    report = check(answer.text, ASKED, outside)
    assert report, report.problems
    assert "grade" not in report.require_verified().document
    assert answer.media_type == "application/dc+sd-jwt"


def test_a_presentation_holds_none_and_says_how_to_show_it():
    with pytest.raises(NotSigned) as not_signed:
        present([token()], HOLDER, challenge="1", domain=AUDIENCE, at=AT)
    assert not_signed.value.code == "not_presentable"
    with pytest.raises(Refused) as refused:
        plan([token()])
    assert refused.value.code == "not_presentable"
    assert finding(verify_presentation(token(), at=AT)) == ("malformed", "is_a_credential")


@pytest.mark.parametrize(
    ("changes", "presenter", "outcome"),
    [
        ({}, Presenter("did:example:else", key=HOLDER.public_key), "passed"),
        ({}, Presenter("did:example:ana", key=STRANGER.public_key), "failed"),
        ({"cnf": None}, Presenter("did:example:ana", key=STRANGER.public_key), "passed"),
        ({"cnf": None}, Presenter("did:example:eve", key=STRANGER.public_key), "failed"),
        ({"cnf": {"jwk": {"kty": "x"}}}, Presenter("did:example:ana", key=STRANGER.public_key), "failed"),
        ({}, Presenter(None), "failed"),
    ],
)
def test_in_a_presentation_of_tokens_it_is_the_presenters_by_key_and_else_by_sub(changes, presenter, outcome):
    def ask(policy):
        secured = recognise(token(**changes))
        facts = establish(secured, toolkit=world().toolkit(), policy=policy, at=AT, presenter=presenter)
        return check_holder(facts)

    assert ask(Policy(require_holder_binding=True)).outcome == outcome
    assert ask(Policy()).outcome == ("passed" if outcome == "passed" else "skipped")


# --- the recipient, and trust --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "recipient", "expected"),
    [
        ({}, Recipient("id", "did:example:ana"), None),
        ({}, Recipient("id", "did:example:eve"), ("invalid", "recipient_mismatch")),
        ({"sub": None}, Recipient("id", "did:example:ana"), ("indeterminate", "recipient_undecided")),
        (
            {"email": "ana@campus.example"},
            Recipient("emailAddress", "ana@campus.example"),
            ("indeterminate", "recipient_undecided"),
        ),
    ],
)
def test_whom_it_is_about_says_sub_or_nobody(changes, recipient, expected):
    assert finding(check(token(**changes), Policy(recipient=recipient))) == (expected or ("valid", None))


def test_the_recipient_can_be_asked_for_later():
    report, found = recognise_recipient(check(token()), [Recipient("id", "did:example:ana")])

    assert report
    assert found == Recipient("id", "did:example:ana")


def test_trust_is_asked_by_iss():
    assert check(token(), Policy(trusted_issuers=[COLLEGE]))
    assert finding(check(token(), Policy(trusted_issuers=["https://other.example"]))) == (
        "invalid",
        "issuer_not_trusted",
    )


# --- the status ----------------------------------------------------------------------------------------------------------


def status(index=0, answer=None, **changes):
    outside = world(**({LIST: answer} if answer is not None else {}))
    return check(token(**{**status_of(index), **changes}), outside=outside)


@pytest.mark.parametrize(
    ("index", "values", "bits", "expected"),
    [
        (0, [0, 1, 0], 1, None),
        (1, [0, 1, 0], 1, ("invalid", "revoked")),
        (8, [0] * 9 + [1], 1, None),
        (9, [0] * 9 + [1], 1, ("invalid", "revoked")),
        (2, [0, 1, 2, 3], 2, ("invalid", "suspended")),
        (3, [0, 1, 2, 3], 2, ("indeterminate", "status_purpose_unknown")),
        (1, [0, 0x0C], 4, ("indeterminate", "status_purpose_unknown")),
        (1, [1, 0], 8, None),
        (0, [1, 0], 8, ("invalid", "revoked")),
        (8, [0] * 8, 1, ("invalid", "status_index_out_of_range")),
        (2**53 - 1, [0] * 8, 1, ("invalid", "status_index_out_of_range")),
    ],
)
def test_a_status_list_is_read(index, values, bits, expected):
    assert finding(status(index, status_list(values, bits))) == (expected or ("valid", None))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (status_list(), None),
        (status_list() + "\n", None),
        (status_list(exp=None, ttl=None), None),
        (status_list(header={"typ": "application/statuslist+jwt"}), None),
        (status_list(iss=COLLEGE), None),
        (status_list(signer=STRANGER), ("invalid", "status_list_not_verified")),
        (status_list(header={"kid": "2"}), ("invalid", "status_list_not_verified")),
        (status_list(header={"x5c": ["A"]}), ("indeterminate", "status_list_not_verified")),
        (status_list(header={"typ": "JWT"}), ("invalid", "status_list_kind_wrong")),
        (status_list(iss="https://evil.example"), ("invalid", "status_list_issuer_mismatch")),
        (status_list(sub="https://status.example/2"), ("invalid", "status_list_mismatch")),
        (status_list(sub=None), ("invalid", "status_list_mismatch")),
        (status_list(iat=None), ("invalid", "status_list_malformed")),
        (status_list(iat="now"), ("invalid", "status_list_malformed")),
        (status_list(iat=NOW + 600), ("indeterminate", "status_list_from_the_future")),
        (status_list(exp=NOW - 300), ("indeterminate", "status_list_expired")),
        (status_list(exp=NOW - 299), None),
        (status_list(ttl=0), ("invalid", "status_list_malformed")),
        (status_list(status_list={"bits": 3, "lst": "AA"}), ("invalid", "status_list_malformed")),
        (status_list(status_list={"bits": True, "lst": "AA"}), ("invalid", "status_list_malformed")),
        (status_list(status_list={"bits": 1, "lst": "AA"}), ("invalid", "status_list_malformed")),
        (status_list(status_list={"bits": 1, "lst": 5}), ("invalid", "status_list_malformed")),
        (status_list(status_list=None), ("invalid", "status_list_malformed")),
        ("<html>", ("indeterminate", "status_list_unreadable")),
        (Fetched(404), ("indeterminate", "http_status")),
        (None, ("indeterminate", "unreachable")),
    ],
)
def test_a_list_that_is_not_the_issuers_or_not_right_never_says_not_revoked(answer, expected):
    assert finding(status(0, answer)) == (expected or ("valid", None))


def test_a_list_as_large_as_a_bomb_is_not_read():
    assert finding(status(0, status_list([0] * (1024 * 1024 * 8 + 8)))) == ("indeterminate", "status_list_too_large")


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ({"status_list": {"idx": 0, "uri": LIST}}, None),
        ({}, ("invalid", "status_entry_malformed")),
        ({"status_list": []}, ("invalid", "status_entry_malformed")),
        ({"status_list": {"idx": "0", "uri": LIST}}, ("invalid", "status_entry_malformed")),
        ({"status_list": {"idx": -1, "uri": LIST}}, ("invalid", "status_entry_malformed")),
        ({"status_list": {"idx": True, "uri": LIST}}, ("invalid", "status_entry_malformed")),
        ({"status_list": {"idx": 0}}, ("invalid", "status_entry_malformed")),
        ({"status_list": {"idx": 0, "uri": "http://status.example/1"}}, ("indeterminate", "scheme_refused")),
        ({"identifier_list": {"id": "1"}}, ("indeterminate", "status_type_unsupported")),
        ({"identifier_list": {}, "status_list": {"idx": 0, "uri": LIST}}, ("indeterminate", "status_type_unsupported")),
        ({"identifier_list": {}, "status_list": {"idx": 1, "uri": LIST}}, ("invalid", "revoked")),
    ],
)
def test_every_way_to_tell_the_status_counts(claim, expected):
    assert finding(status(answer=status_list(), status=claim)) == (expected or ("valid", None))


def test_nothing_is_fetched_for_a_token_that_is_not_proven():
    outside = world(**{LIST: status_list()})
    report = check(token(**status_of(0), signer=STRANGER), outside=outside)

    assert report.check("status").code == "proof_not_passed"
    assert LIST not in outside.addresses_asked


def test_a_recorded_list_speaks_for_as_long_as_it_says():
    outside = world(**{LIST: status_list(ttl=86400, exp=NOW + 86400 * 3)})
    evidence = check(token(**status_of(0), exp=NOW + 86400 * 9), outside=outside).evidence

    def later(hours):
        moment = AT + timedelta(hours=hours)
        return verify(token(**status_of(0), exp=NOW + 86400 * 9), at=moment, evidence=evidence)

    assert later(23)
    assert finding(later(25)) == ("indeterminate", "status_list_expired")
