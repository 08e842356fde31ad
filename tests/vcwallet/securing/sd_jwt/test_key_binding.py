"""Only the holder can present a token, to one verifier, on one occasion, now."""

import json
from datetime import datetime, timedelta

import pytest

from tests.sd_jwt_samples import AT, CLAIMS, HOLDER, ISSUER, STRANGER, issued
from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.keys.jwk import jwk_from_public_key
from vcwallet.keys.signer import LocalSigner
from vcwallet.securing import jws
from vcwallet.securing.sd_jwt.compact_form import parse_sd_jwt
from vcwallet.securing.sd_jwt.disclosing import disclose
from vcwallet.securing.sd_jwt.key_binding import (
    ExpectedBinding,
    bind,
    confirmation,
    holder_key,
    verify_key_binding,
)
from vcwallet.securing.sd_jwt.processed_claims import process

AUDIENCE, NONCE = "https://verifier.example", "n-1"
TOKEN = disclose(issued(), withhold=["/name"])
BOUND = bind(TOKEN, HOLDER, audience=AUDIENCE, nonce=NONCE, at=AT)
EXPECTED = ExpectedBinding(AUDIENCE, NONCE, AT)
SAID = {
    "iat": int(AT.timestamp()),
    "aud": AUDIENCE,
    "nonce": NONCE,
    "sd_hash": parse_sd_jwt(TOKEN).presentation_digest,
}


def check(text, expected=EXPECTED, algorithms=("EdDSA",), **named):
    token = parse_sd_jwt(text)
    return verify_key_binding(token, process(token).claims, expected, algorithms=algorithms, **named)


def by_hand(said=SAID, signer=HOLDER, token=TOKEN, **header):
    """A key binding with anything in it; members given as None are left out."""
    said = {name: value for name, value in said.items() if value is not None}
    members = {name: value for name, value in ({"typ": "kb+jwt"} | header).items() if value is not None}
    return token + jws.sign(json.dumps(said).encode(), signer, header=members)


def code_of(error, *arguments, **named):
    with pytest.raises(error) as caught:
        check(*arguments, **named)
    return caught.value.code


def test_a_binding_by_the_holder_is_good():
    found = check(BOUND)

    assert (found.key, found.audience, found.nonce) == (HOLDER.public_key, AUDIENCE, NONCE)
    assert found.issued_at == AT
    assert check(by_hand()) == found


def test_a_missing_binding_is_refused():
    assert code_of(Refused, TOKEN) == "key_binding_missing"


def test_a_binding_for_another_audience_or_occasion_is_refused():
    assert code_of(Refused, BOUND, ExpectedBinding("https://other.example", NONCE, AT)) == "domain_mismatch"
    assert code_of(Refused, BOUND, ExpectedBinding(AUDIENCE, "n-2", AT)) == "challenge_mismatch"
    assert check(BOUND, ExpectedBinding(None, None, AT)).nonce == NONCE
    assert code_of(Refused, BOUND, ExpectedBinding("", NONCE, AT)) == "domain_mismatch"
    assert code_of(Refused, BOUND, ExpectedBinding(AUDIENCE, "", AT)) == "challenge_mismatch"


@pytest.mark.parametrize(
    ("after", "code"),
    [
        (timedelta(minutes=15, seconds=1), "key_binding_stale"),
        (timedelta(days=1), "key_binding_stale"),
        (-timedelta(minutes=5, seconds=1), "proof_from_the_future"),
        (-timedelta(days=365), "proof_from_the_future"),
    ],
    ids=str,
)
def test_a_binding_is_from_now(after, code):
    assert check(BOUND, ExpectedBinding(AUDIENCE, NONCE, AT + timedelta(minutes=15)))
    assert check(BOUND, ExpectedBinding(AUDIENCE, NONCE, AT - timedelta(minutes=5)))
    assert code_of(Refused, BOUND, ExpectedBinding(AUDIENCE, NONCE, AT + after)) == code


def test_the_verifier_says_how_old_a_binding_may_be():
    strict = ExpectedBinding(AUDIENCE, NONCE, AT + timedelta(seconds=61), timedelta(minutes=1), timedelta(0))

    assert code_of(Refused, BOUND, strict) == "key_binding_stale"
    assert check(BOUND, ExpectedBinding(AUDIENCE, NONCE, AT + timedelta(days=9), timedelta(days=10)))


def test_other_times_in_a_binding_hold_too():
    now = SAID["iat"]
    assert check(by_hand(SAID | {"exp": now + 1, "nbf": now}))
    assert code_of(Refused, by_hand(SAID | {"exp": now - 301})) == "key_binding_stale"
    assert code_of(Refused, by_hand(SAID | {"nbf": now + 301})) == "proof_from_the_future"
    assert code_of(Malformed, by_hand(SAID | {"exp": "soon"})) == "numeric_date"


@pytest.mark.parametrize(
    "text", [issued(), disclose(issued(), withhold=["/name", "/score"]), issued() + "", disclose(issued(), reveal=[])]
)
def test_a_binding_is_about_exactly_these_disclosures(text):
    binding = BOUND.rsplit("~", 1)[1]

    assert check(TOKEN + binding)
    assert code_of(Refused, text + binding) == "key_binding_mismatch"


def test_a_binding_is_about_one_order_of_disclosures():
    jwt, *disclosures, _ = TOKEN.split("~")
    reordered = "~".join((jwt, *reversed(disclosures), ""))

    assert code_of(Refused, reordered + BOUND.rsplit("~", 1)[1]) == "key_binding_mismatch"


def test_the_digest_is_by_the_hash_of_the_token():
    token = issued(algorithm="sha-512")
    bound = bind(token, HOLDER, audience=AUDIENCE, nonce=NONCE, at=AT)

    assert check(bound)
    assert len(json.loads(jws.parse_compact(bound.rsplit("~", 1)[1]).payload)["sd_hash"]) == 86


def test_a_binding_by_another_key_is_refused():
    assert code_of(Refused, by_hand(signer=STRANGER)) == "signature_invalid"
    assert code_of(Refused, by_hand(signer=ISSUER)) == "signature_invalid"
    assert (
        code_of(Refused, by_hand(signer=STRANGER, jwk=jwk_from_public_key(STRANGER.public_key))) == "signature_invalid"
    )
    assert code_of(Refused, by_hand(signer=LocalSigner.generate("P-256"))) == "jws_algorithm_not_allowed"
    assert (
        code_of(Refused, by_hand(signer=LocalSigner.generate("P-256")), algorithms=("EdDSA", "ES256"))
        == "key_algorithm_mismatch"
    )


def test_the_verifier_says_which_algorithms():
    assert code_of(Refused, BOUND, algorithms=("ES256",)) == "jws_algorithm_not_allowed"
    assert code_of(Refused, BOUND, algorithms=()) == "jws_algorithm_not_allowed"


def test_an_unsigned_binding_is_refused():
    none = parse_sd_jwt(BOUND).key_binding_jwt.split(".")[1]
    text = f"{TOKEN}eyJhbGciOiJub25lIiwidHlwIjoia2Irand0In0.{none}."

    with pytest.raises(Malformed):
        check(text)
    assert code_of(Refused, text + "AA") == "jws_algorithm_not_allowed"


@pytest.mark.parametrize(
    "typ", [None, "JWT", "jwt", "kb-jwt", "KB+JWT", "application/kb+jwt", "example+sd-jwt", 1, ["kb+jwt"]]
)
def test_a_binding_says_what_it_is(typ):
    assert code_of(Refused, by_hand(typ=typ)) == "jose_type_wrong"


@pytest.mark.parametrize("claim", ["iat", "aud", "nonce", "sd_hash"])
def test_a_binding_has_all_its_claims(claim):
    assert code_of(Malformed, by_hand(SAID | {claim: None})) == "key_binding_malformed"


@pytest.mark.parametrize(
    ("claim", "value", "code"),
    [
        ("aud", [AUDIENCE], "key_binding_malformed"),
        ("aud", 1, "key_binding_malformed"),
        ("nonce", 1, "key_binding_malformed"),
        ("sd_hash", ["x"], "key_binding_malformed"),
        ("iat", "now", "numeric_date"),
        ("iat", True, "numeric_date"),
        ("iat", [1], "numeric_date"),
    ],
)
def test_the_claims_of_a_binding_are_of_their_kind(claim, value, code):
    assert code_of(Malformed, by_hand(SAID | {claim: value})) == code


@pytest.mark.parametrize("digest", ["", "x", SAID["sd_hash"][:-1], SAID["sd_hash"] + "=", SAID["sd_hash"].swapcase()])
def test_a_wrong_digest_is_refused(digest):
    assert code_of(Refused, by_hand(SAID | {"sd_hash": digest})) == "key_binding_mismatch"


def test_the_binding_of_another_token_is_refused():
    other = issued({**CLAIMS, "score": 100})

    assert code_of(Refused, other + BOUND.rsplit("~", 1)[1]) == "key_binding_mismatch"


# --- whose key -------------------------------------------------------------------------------------------------------


def bound_to(cnf):
    claims = {name: value for name, value in CLAIMS.items() if name != "cnf"} | ({} if cnf is None else {"cnf": cnf})
    token = issued(claims)
    said = SAID | {"sd_hash": parse_sd_jwt(token).presentation_digest}
    return by_hand(said, token=token)


def test_a_token_that_names_no_holder_binds_nobody():
    assert check(bound_to(confirmation(HOLDER.public_key)))
    assert code_of(Refused, bound_to(None)) == "key_binding_key_missing"


JWK = jwk_from_public_key(HOLDER.public_key)


@pytest.mark.parametrize(
    ("cnf", "error", "code"),
    [
        ("x", Malformed, "key_binding_malformed"),
        (None, Refused, "key_binding_key_missing"),
        ([], Malformed, "key_binding_malformed"),
        ({}, Malformed, "key_binding_malformed"),
        ({"jwk": "x"}, Malformed, "key_binding_malformed"),
        ({"jwk": {}}, Malformed, "jwk_malformed"),
        ({"jwk": JWK | {"d": "AA"}}, Refused, "jwk_has_private_members"),
        ({"jwk": JWK | {"use": "enc"}}, Refused, "jwk_not_for_verifying"),
        ({"jwk": JWK | {"alg": "ES256"}}, Refused, "jwk_not_for_verifying"),
        ({"jwk": {"kty": "oct", "k": "AA"}}, Refused, "jwk_has_private_members"),
        ({"kid": "did:example:1#key"}, Undecided, "key_binding_key_unsupported"),
        ({"jku": "https://x.example", "kid": "1"}, Undecided, "key_binding_key_unsupported"),
        ({"other": 1}, Malformed, "key_binding_malformed"),
    ],
)
def test_a_holder_is_named_by_a_key(cnf, error, code):
    assert code_of(error, bound_to(cnf)) == code


def test_a_name_of_a_key_can_be_followed():
    names = {"did:example:1#key": HOLDER.public_key}

    assert check(bound_to({"kid": "did:example:1#key"}), resolve_kid=names.__getitem__).key == HOLDER.public_key
    assert holder_key({"cnf": {"jwk": JWK, "kid": "x"}}) == HOLDER.public_key


# --- making ----------------------------------------------------------------------------------------------------------


def test_only_the_holder_binds():
    with pytest.raises(Refused) as caught:
        bind(TOKEN, STRANGER, audience=AUDIENCE, nonce=NONCE, at=AT)
    assert caught.value.code == "key_binding_key_wrong"


def test_a_token_without_a_key_is_not_bound():
    with pytest.raises(Refused) as caught:
        bind(issued({"a": 1}, []), HOLDER, audience=AUDIENCE, nonce=NONCE, at=AT)
    assert caught.value.code == "key_binding_key_missing"


def test_a_key_named_in_another_way_is_for_the_verifier_to_know():
    bound = bind(issued({"cnf": {"kid": "k"}}, []), HOLDER, audience=AUDIENCE, nonce=NONCE, at=AT)

    assert check(bound, resolve_kid=lambda kid: HOLDER.public_key)


def test_a_token_is_bound_once_and_at_a_known_time():
    with pytest.raises(ValueError):
        bind(BOUND, HOLDER, audience=AUDIENCE, nonce=NONCE, at=AT)
    with pytest.raises(ValueError):
        bind(TOKEN, HOLDER, audience=AUDIENCE, nonce=NONCE, at=datetime(2026, 1, 1))  # noqa: DTZ001 - that is what is tested
