"""What an issuer chooses can be withheld; everything else is as it was."""

import copy
import json

import pytest

from tests.sd_jwt_samples import CLAIMS, DISCLOSABLE, ISSUER, counting, issued
from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.securing import jws
from vcwallet.securing.sd_jwt.compact_form import parse_sd_jwt
from vcwallet.securing.sd_jwt.concealing import conceal, issue
from vcwallet.securing.sd_jwt.processed_claims import process


def concealed(claims=CLAIMS, disclosable=DISCLOSABLE, random_bytes=None, **named):
    return conceal(claims, disclosable=disclosable, random_bytes=random_bytes or counting(), **named)


def code_of(error, *arguments, **named):
    with pytest.raises(error) as caught:
        concealed(*arguments, **named)
    return caught.value.code


def test_only_digests_are_left_of_what_was_chosen():
    result = concealed()
    text = json.dumps(result.claims)

    assert not any(word in text for word in ("Ada", "97", "Main", "wood", "sails", '"name"', "street", "address"))
    assert result.claims["iss"] == CLAIMS["iss"]
    assert result.claims["tags"][1] == "boats"
    assert [set(element) for element in (result.claims["tags"][0], result.claims["tags"][2])] == [{"..."}] * 2
    assert result.claims["_sd_alg"] == "sha-256"
    assert "_sd_alg" not in json.dumps(result.claims["tags"])
    assert len(result.disclosures) == 6


def test_a_value_inside_a_chosen_value_is_hidden_from_its_disclosure_too():
    by_name = {disclosure.name: disclosure for disclosure in concealed().disclosures if disclosure.name}

    assert set(by_name["address"].value) == {"city", "_sd"}
    assert "Main" not in json.dumps(by_name["address"].value)


def test_the_claims_given_are_not_changed():
    before = copy.deepcopy(CLAIMS)
    concealed()

    assert before == CLAIMS


def test_digests_do_not_show_the_order_of_the_claims():
    names = [f"n{number}" for number in range(8)]
    digests = concealed(dict.fromkeys(names, 1), [f"/{name}" for name in names]).claims["_sd"]

    assert digests == sorted(digests)


def test_equal_values_have_different_digests():
    result = concealed({"l": [1, 1, 1]}, ["/l/0", "/l/1", "/l/2"])

    assert len({element["..."] for element in result.claims["l"]}) == 3


def test_salts_have_128_bits():
    assert {len(disclosure.salt) for disclosure in concealed().disclosures} == {22}


def test_decoys_look_like_digests_and_change_nothing():
    token = parse_sd_jwt(issued(decoys={"": 4, "/address": 2, "/tags": 5, "/cnf": 1}))
    result = process(token)

    assert result.claims == CLAIMS
    assert result.withheld == {"": 4, "/address": 2, "/tags": 5, "/cnf": 1}
    assert {len(digest) for digest in token.unverified_claims["_sd"]} == {43}


def test_decoys_of_an_array_are_anywhere_in_it():
    found = set()
    source = counting()
    for _ in range(30):
        elements = concealed({"l": ["x"]}, [], source, decoys={"/l": 1}).claims["l"]
        found.add(elements.index("x"))

    assert found == {0, 1}


@pytest.mark.parametrize("pointer", ["/no", "/tags/3", "/tags/-", "/tags/00", "/name/0", "/address/street/x"])
def test_what_is_not_there_cannot_be_chosen(pointer):
    assert code_of(Refused, disclosable=[pointer]) == "pointer_not_found"
    assert code_of(Refused, decoys={pointer: 1}) == "pointer_not_found"


def test_the_whole_cannot_be_chosen_and_a_text_holds_no_decoys():
    assert code_of(Refused, disclosable=[""]) == "not_disclosable"
    assert code_of(Refused, decoys={"/name": 1}) == "not_disclosable"
    assert code_of(Malformed, disclosable=["name"]) == "pointer_syntax"


@pytest.mark.parametrize(
    "claims",
    [
        {"_sd": []},
        {"o": {"_sd": 1}},
        {"l": [{"...": "x"}]},
        {"...": 1},
        {"_sd_alg": "sha-256"},
        {"a": {"b": {"...": 1}}},
    ],
    ids=str,
)
def test_claims_cannot_have_the_names_of_digests(claims):
    assert concealed({"o": {"_sd_alg": 1, "sd": [{"..": 1}]}}, []).claims["o"] == {"_sd_alg": 1, "sd": [{"..": 1}]}
    assert code_of(Malformed, claims, []) == "disclosure_name_reserved"


def test_claims_are_json():
    assert code_of(Malformed, {"n": float("nan")}, []) == "json_number"
    assert code_of(Malformed, {"n": {1, 2}}, ["/n"]) == "json_not_a_json_value"


@pytest.mark.parametrize("random_bytes", [bytes, lambda size: b"\1" * size, lambda size: b""])
def test_salts_that_repeat_themselves_are_refused(random_bytes):
    with pytest.raises(ValueError):
        concealed(random_bytes=random_bytes)


def test_a_hash_that_nobody_could_check_is_not_used():
    assert code_of(Undecided, algorithm="sha3-256") == "sd_alg_unsupported"
    assert code_of(Refused, algorithm="md5") == "sd_alg_weak"


def test_the_token_is_signed_and_has_the_header_asked_for():
    token = parse_sd_jwt(issue(concealed(), ISSUER, header={"typ": "vc+sd-jwt", "kid": "k"}))

    jws.verify(token.unverified_jws, ISSUER.public_key, algorithms=("EdDSA",))
    assert token.unverified_jws.header == {"alg": "EdDSA", "typ": "vc+sd-jwt", "kid": "k"}
