"""Which kind of credential a token is, and what that kind asks for."""

import pytest

from tests.sd_jwt_samples import CLAIMS, by_hand, digest_of, issued
from vcwallet.errors import Malformed, Refused
from vcwallet.securing.sd_jwt.compact_form import parse_sd_jwt
from vcwallet.securing.sd_jwt.disclosing import disclose
from vcwallet.securing.sd_jwt.processed_claims import process
from vcwallet.securing.sd_jwt.token_kinds import check_document, check_sd_jwt_vc, token_kind

DOCUMENT = {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"]}
VC = {"vct": "https://college.example/diploma", "iss": "https://college.example", "exp": 1, "name": "Ada"}


def kind(typ, claims, **named):
    token = parse_sd_jwt(by_hand(claims, typ=typ))
    return token_kind(token, process(token), **named)


def processed(claims, disclosable=(), **named):
    return process(parse_sd_jwt(issued(claims, disclosable, **named)))


def code_of(error, function, *arguments, **named):
    with pytest.raises(error) as caught:
        function(*arguments, **named)
    return caught.value.code


@pytest.mark.parametrize(
    ("typ", "claims", "expected"),
    [
        ("vc+sd-jwt", DOCUMENT, "vc+sd-jwt"),
        ("vp+sd-jwt", DOCUMENT, "vp+sd-jwt"),
        ("application/VC+SD-JWT", DOCUMENT, "vc+sd-jwt"),
        ("vc+sd-jwt", DOCUMENT | VC, "vc+sd-jwt"),
        ("dc+sd-jwt", VC, "dc+sd-jwt"),
    ],
)
def test_typ_and_claims_agree(typ, claims, expected):
    assert kind(typ, claims) == expected


@pytest.mark.parametrize(
    "typ", [None, "", "JWT", "vc+jwt", "sd-jwt", "example+sd-jwt", "vc+sd-jwt ", 1, ["vc+sd-jwt"], "kb+jwt"]
)
def test_another_typ_is_refused(typ):
    assert code_of(Refused, kind, typ, DOCUMENT | VC) == "jose_type_wrong"


def test_a_typ_that_the_claims_do_not_bear_out_is_refused():
    assert code_of(Refused, kind, "dc+sd-jwt", DOCUMENT) == "jose_type_wrong"
    assert code_of(Refused, kind, "vp+sd-jwt", VC) == "jose_type_wrong"
    assert code_of(Refused, kind, "vc+sd-jwt", {}) == "jose_type_wrong"


def test_the_former_type_is_taken_only_when_asked_for():
    assert code_of(Refused, kind, "vc+sd-jwt", VC) == "jose_type_wrong"
    assert kind("vc+sd-jwt", VC, accept_former_type=True) == "dc+sd-jwt"
    assert kind("vc+sd-jwt", DOCUMENT | VC, accept_former_type=True) == "vc+sd-jwt"
    assert code_of(Refused, kind, "vp+sd-jwt", VC, accept_former_type=True) == "jose_type_wrong"


def test_times_that_are_over_are_given_to_the_caller():
    found = processed(VC)
    check_sd_jwt_vc(found)

    assert found.claims["exp"] == 1


@pytest.mark.parametrize("claim", ["iss", "nbf", "exp", "vct", "cnf", "status", "vct#integrity"])
def test_some_claims_are_always_open(claim):
    claims = VC | {"nbf": 1, "cnf": CLAIMS["cnf"], "status": {"a": 1}, "vct#integrity": "sha256-x"}

    check_sd_jwt_vc(processed(claims, ["/name"]))
    assert code_of(Refused, check_sd_jwt_vc, processed(claims, [f"/{claim}"])) == "claim_must_be_open"


def test_no_part_of_an_open_claim_is_hidden():
    claims = VC | {"status": {"list": {"index": 3}}, "statuses": [1]}

    check_sd_jwt_vc(processed(claims, ["/statuses/0"]))
    check_sd_jwt_vc(processed(claims, decoys={"": 2, "/statuses": 1}))
    assert code_of(Refused, check_sd_jwt_vc, processed(claims, ["/status/list/index"])) == "claim_must_be_open"
    hidden = process(parse_sd_jwt(disclose(issued(claims, ["/status/list/index"]), reveal=[])))
    assert code_of(Refused, check_sd_jwt_vc, hidden) == "claim_must_be_open"


@pytest.mark.parametrize(
    ("claim", "value", "code"),
    [
        *(("vct", "", "sd_jwt_vc_malformed"), ("vct", 1, "sd_jwt_vc_malformed"), ("vct", ["x"], "sd_jwt_vc_malformed")),
        *(("iss", 1, "sd_jwt_vc_malformed"), ("sub", {}, "sd_jwt_vc_malformed"), ("cnf", "x", "sd_jwt_vc_malformed")),
        *(("status", [], "sd_jwt_vc_malformed"), ("exp", "2026", "numeric_date"), ("nbf", None, "numeric_date")),
        ("iat", True, "numeric_date"),
    ],
)
def test_the_claims_of_an_sd_jwt_vc_have_their_form(claim, value, code):
    assert code_of(Malformed, check_sd_jwt_vc, processed(VC | {claim: value})) == code


def test_a_token_without_vct_is_no_sd_jwt_vc():
    assert code_of(Malformed, check_sd_jwt_vc, processed({"iss": "x"})) == "sd_jwt_vc_malformed"


@pytest.mark.parametrize("claim", ["vc", "vp"])
def test_a_document_has_no_other_inside(claim):
    check_document(processed(DOCUMENT))
    assert code_of(Refused, check_document, processed(DOCUMENT | {claim: {}})) == "jwt_claim_not_allowed"


def test_a_digest_that_looks_like_a_claim_is_none():
    assert code_of(Refused, kind, "vc+sd-jwt", {"_sd": [digest_of("@context")]}) == "jose_type_wrong"
