"""What is an SD-JWT and what is not, before anything in it is looked up."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sd_jwt_samples import CLAIMS, by_hand, encoded, hidden, issued
from vcwallet.errors import Malformed, Undecided, VcwalletError
from vcwallet.securing.sd_jwt import compact_form
from vcwallet.securing.sd_jwt.compact_form import parse_json_form, parse_sd_jwt
from vcwallet.wire.base_encodings import base64url_encode

GOOD = issued()
JWT, *DISCLOSURES, _ = GOOD.split("~")


def code_of(text, error=Malformed):
    with pytest.raises(error) as caught:
        parse_sd_jwt(text)
    return caught.value.code


def test_a_token_comes_apart_and_goes_together_again():
    token = parse_sd_jwt(GOOD)

    assert token.issuer_jwt == JWT
    assert [each.encoded for each in token.disclosures] == DISCLOSURES
    assert token.key_binding_jwt is None
    assert token.presentation == GOOD


def test_a_token_may_have_no_disclosures_and_may_be_bound():
    assert parse_sd_jwt(JWT + "~").disclosures == ()
    assert parse_sd_jwt(f"{JWT}~{JWT}").key_binding_jwt == JWT
    assert parse_sd_jwt(f"{GOOD}{JWT}").presentation == GOOD


@pytest.mark.parametrize(
    "text",
    [
        "",
        "~",
        "~~",
        JWT,
        GOOD[:-1],
        GOOD + "~",
        "~" + GOOD,
        GOOD.replace("~", "~~", 1),
        JWT + "~" + DISCLOSURES[0],
        GOOD + "x",
        GOOD + JWT + "~",
        f"{GOOD}{JWT}~{JWT}",
        GOOD + "\n",
        " " + GOOD,
        GOOD.replace("~", "~ ", 1),
    ],
    ids=[
        *("nothing", "a tilde", "two tildes", "a JWT alone", "no last tilde", "a tilde too many at the end"),
        *(
            "a tilde too many in front",
            "a tilde too many inside",
            "one disclosure and no last tilde",
            "a letter behind",
        ),
        *("a JWT for a disclosure", "two key bindings", "a line break behind", "a space in front", "a space inside"),
    ],
)
def test_every_part_is_there_and_no_other(text):
    assert code_of(text) in {"sd_jwt_malformed", "jws_malformed", "disclosure_malformed"}


@pytest.mark.parametrize("text", [JWT, GOOD[:-1]], ids=["a JWT alone", "the last tilde is missing"])
def test_a_missing_tilde_is_named(text):
    assert code_of(text) == "sd_jwt_malformed"


# ["s", "n", 1] is W yJzIiwgIm4iLCAxXQ; the variants below stand for the same bytes to a lenient reader.
@pytest.mark.parametrize(
    "text",
    [
        encoded(["s", "n", 1]) + "=",
        encoded(["salt", "n", 12]) + "==",
        encoded(["s", "n", "??>>"]).replace("_", "/").replace("-", "+") + "+",
        "W10\n",
        "WyJzIiwgIm4iLCAxXR",
        "WyJzIiwgIm4iLCAxXQ é",
    ],
)
def test_a_disclosure_is_base64url_in_its_one_spelling(text):
    assert encoded(["s", "n", 1]) == "WyJzIiwgIm4iLCAxXQ"
    assert parse_sd_jwt(f"{JWT}~WyJzIiwgIm4iLCAxXQ~").disclosures[0].name == "n"
    assert code_of(f"{JWT}~{text}~") == "disclosure_malformed"


@pytest.mark.parametrize(
    "value",
    [
        *([], ["s"], ["s", "n", 1, 2], {"s": 1}, "s", 1, None),
        *([1, "n", 1], [None, 1], [["s"], 1], [True, "n", 1]),
        *(["s", 1, 1], ["s", None, 1], ["s", ["n"], 1], ["s", {}, 1], ["s", True, 1]),
    ],
    ids=json.dumps,
)
def test_a_disclosure_is_salt_name_and_value_or_salt_and_value(value):
    assert code_of(f"{JWT}~{encoded(value)}~") == "disclosure_malformed"


@pytest.mark.parametrize(
    "text", ['["s","n",1', '["s","n",{"a":1,"a":2}]', '["s","n",NaN]', '["s","n","\\ud800"]', "", "\ufeff[]"]
)
def test_a_disclosure_is_strict_json(text):
    assert code_of(f"{JWT}~{base64url_encode(text.encode())}~") in {"disclosure_malformed", "sd_jwt_malformed"}


@pytest.mark.parametrize("name", ["_sd", "..."])
def test_no_disclosure_has_a_reserved_name(name):
    assert parse_sd_jwt(f"{JWT}~{encoded(['s', name + '.', 1])}~")
    assert code_of(f"{JWT}~{encoded(['s', name, 1])}~") == "disclosure_name_reserved"


def test_a_disclosure_may_not_be_deeper_than_any_json():
    assert parse_sd_jwt(by_hand({}, base64url_encode(b'["s",' + b"[" * 63 + b"]" * 63 + b"]")))
    assert code_of(by_hand({}, base64url_encode(b'["s",' + b"[" * 64 + b"]" * 64 + b"]"))) == "disclosure_malformed"
    assert code_of(by_hand({}, base64url_encode(b'["s",' + b"[" * 100_000))) == "disclosure_malformed"


def test_there_is_a_limit_to_disclosures_and_to_characters(monkeypatch):
    monkeypatch.setattr(compact_form, "MAX_DISCLOSURES", 3)
    parts = [hidden(number)[0] for number in range(4)]
    assert len(parse_sd_jwt(by_hand({}, *parts[:3])).disclosures) == 3
    assert code_of(by_hand({}, *parts), Undecided) == "too_many_disclosures"

    monkeypatch.setattr(compact_form, "MAX_TOKEN_CHARACTERS", len(GOOD) - 1)
    assert code_of(GOOD) == "sd_jwt_malformed"


@pytest.mark.parametrize("payload", ["[]", "1", '{"a":1,"a":2}', "{"])
def test_the_claims_are_one_object(payload):
    header, _, signature = JWT.split(".")

    assert code_of(f"{header}.{base64url_encode(payload.encode())}.{signature}~").startswith("json_")


@given(st.text(alphabet="~.aA_-=\x00é", max_size=60) | st.text(max_size=40))
def test_any_other_text_is_refused_and_never_more(text):
    for whole in (text, f"{GOOD}{text}", f"{JWT}~{text}~", text + GOOD):
        if whole == GOOD:
            continue
        try:
            parse_sd_jwt(whole)
        except VcwalletError:
            continue
        assert whole.startswith(JWT)


# --- the JSON form ---------------------------------------------------------------------------------------------------


def json_form(**header):
    protected, payload, signature = JWT.split(".")
    return {"payload": payload, "protected": protected, "signature": signature, "header": header}


def test_the_json_form_is_the_compact_form_it_stands_for():
    (token,) = parse_json_form(json_form(disclosures=DISCLOSURES, kb_jwt=JWT, kid="ignored"))
    assert token == parse_sd_jwt(GOOD + JWT)

    flat = json_form(disclosures=DISCLOSURES)
    payload = flat.pop("payload")
    second = {name: value for name, value in flat.items() if name != "header"}
    tokens = parse_json_form({"payload": payload, "signatures": [flat, second]})
    assert tokens == (parse_sd_jwt(GOOD),) * 2


def test_only_the_first_signature_is_bound_to_a_key():
    flat = json_form(kb_jwt=JWT)
    payload = flat.pop("payload")
    second = {**flat, "header": {}}

    first, other = parse_json_form({"payload": payload, "signatures": [flat, second]})
    assert (first.key_binding_jwt, other.key_binding_jwt) == (JWT, None)


@pytest.mark.parametrize(
    "change",
    [
        {"signature": None},
        {"protected": 1},
        {"payload": ["x"]},
        {"signatures": []},
        {"header": []},
        {"header": {"disclosures": "x"}},
        {"header": {"disclosures": [1]}},
        {"header": {"disclosures": ["~".join(DISCLOSURES)]}},
        {"header": {"disclosures": [""]}},
        {"header": {"kb_jwt": ""}},
        {"header": {"kb_jwt": "a.b.c~"}},
        {"header": {"kb_jwt": None}},
    ],
    ids=lambda change: json.dumps(change)[:30],
)
def test_a_json_form_that_is_none_is_refused(change):
    with pytest.raises(Malformed) as caught:
        parse_json_form({**json_form(disclosures=DISCLOSURES), **change})
    assert caught.value.code in {"sd_jwt_malformed", "jws_malformed"}


@pytest.mark.parametrize(
    "signatures", [[], {}, [1], [{}] * 17, [{}, {"header": {"disclosures": []}}], [{}, {"header": {"kb_jwt": "x"}}]]
)
def test_signatures_in_json_are_one_or_a_few_with_disclosures_in_the_first(signatures):
    flat = json_form()
    payload = flat.pop("payload")
    completed = (
        [{**flat, **each} if isinstance(each, dict) else each for each in signatures]
        if isinstance(signatures, list)
        else signatures
    )

    with pytest.raises(Malformed) as caught:
        parse_json_form({"payload": payload, "signatures": completed})
    assert caught.value.code == "sd_jwt_malformed"


def test_the_claims_of_the_sample_are_not_in_its_payload():
    assert CLAIMS["name"] not in json.dumps(parse_sd_jwt(GOOD).unverified_claims)
