"""Disclosures find their place, or the token is refused: the traps of RFC 9901, section 7.1, each with a good neighbour."""

import pytest

from tests.sd_jwt_samples import CLAIMS, by_hand, digest_of, hidden, issued
from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.securing.sd_jwt.compact_form import parse_sd_jwt
from vcwallet.securing.sd_jwt.processed_claims import process

NAME, NAME_DIGEST = hidden("Ada", "name")
TAG, TAG_DIGEST = hidden("boats")
DECOY = digest_of("nobody knows")


def processed(claims, *disclosures):
    return process(parse_sd_jwt(by_hand(claims, *disclosures)))


def code_of(error, claims, *disclosures):
    with pytest.raises(error) as caught:
        processed(claims, *disclosures)
    return caught.value.code


def test_everything_disclosed_is_what_was_issued():
    result = process(parse_sd_jwt(issued()))

    assert result.claims == CLAIMS
    assert set(result.disclosed) == {"/name", "/score", "/address", "/address/street", "/tags/0", "/tags/2"}
    assert result.disclosed["/score"].value == 97
    assert result.withheld == {}


def test_what_is_withheld_is_counted_at_its_place():
    result = processed(
        {"_sd": [NAME_DIGEST, DECOY], "tags": [{"...": DECOY + "x"}, "wood", {"...": TAG_DIGEST}], "o": {"_sd": []}},
        TAG,
    )

    assert result.claims == {"tags": ["wood", "boats"], "o": {}}
    assert result.withheld == {"": 2, "/tags": 1}
    assert set(result.disclosed) == {"/tags/1"}


def test_a_disclosure_inside_a_disclosure_finds_its_place():
    street, digest = hidden("Main", "street")
    address, outer = hidden({"_sd": [digest], "city": "Lund"}, "address")

    both = processed({"_sd": [outer]}, street, address)
    assert both.claims == {"address": {"street": "Main", "city": "Lund"}}
    assert set(both.disclosed) == {"/address", "/address/street"}
    assert processed({"_sd": [outer]}, address).claims == {"address": {"city": "Lund"}}
    assert code_of(Refused, {"_sd": [outer]}, street) == "disclosure_unreferenced"


def test_names_that_are_pointers_and_empty_names_are_names():
    first, first_digest = hidden(1, "a/b~c")
    second, second_digest = hidden(2, "")
    result = processed({"_sd": [first_digest, second_digest]}, first, second)

    assert result.claims == {"a/b~c": 1, "": 2}
    assert set(result.disclosed) == {"/a~1b~0c", "/"}


def test_an_unreferenced_disclosure_is_refused():
    assert processed({"_sd": [NAME_DIGEST]}, NAME)
    assert code_of(Refused, {"_sd": [NAME_DIGEST]}, NAME, TAG) == "disclosure_unreferenced"
    assert code_of(Refused, {}, NAME) == "disclosure_unreferenced"
    assert code_of(Refused, {"name": NAME_DIGEST, "list": [NAME_DIGEST]}, NAME) == "disclosure_unreferenced"


def test_a_changed_disclosure_is_refused():
    other, _ = hidden("Eve", "name")

    assert code_of(Refused, {"_sd": [NAME_DIGEST]}, other) == "disclosure_unreferenced"


def test_a_disclosure_given_twice_is_refused():
    assert code_of(Refused, {"_sd": [NAME_DIGEST]}, NAME, NAME) == "disclosure_repeated"


@pytest.mark.parametrize(
    "claims",
    [
        {"_sd": [NAME_DIGEST, NAME_DIGEST]},
        {"_sd": [NAME_DIGEST], "o": {"_sd": [NAME_DIGEST]}},
        {"_sd": [DECOY], "l": [{"...": DECOY}], "o": {"_sd": [NAME_DIGEST]}},
        {"_sd": [NAME_DIGEST, DECOY, DECOY]},
        {"_sd": [NAME_DIGEST], "l": [{"...": DECOY}, {"...": DECOY}]},
    ],
)
def test_a_digest_found_twice_is_refused(claims):
    assert processed({"_sd": [NAME_DIGEST, DECOY]}, NAME)
    assert code_of(Refused, claims, NAME) == "digest_repeated"


def test_a_digest_found_again_inside_a_disclosure_is_refused():
    outer, digest = hidden({"_sd": [NAME_DIGEST]}, "person")

    assert processed({"_sd": [digest]}, outer, NAME).claims == {"person": {"name": "Ada"}}
    assert code_of(Refused, {"_sd": [digest, NAME_DIGEST]}, outer, NAME) == "digest_repeated"


def test_a_disclosed_claim_does_not_replace_one_that_is_there():
    again, digest = hidden("Eve", "name", "other salt")

    assert processed({"_sd": [NAME_DIGEST], "o": {"name": 1}}, NAME).claims == {"name": "Ada", "o": {"name": 1}}
    assert code_of(Refused, {"name": "Bo", "_sd": [NAME_DIGEST]}, NAME) == "disclosure_name_taken"
    assert code_of(Refused, {"_sd": [NAME_DIGEST, digest]}, NAME, again) == "disclosure_name_taken"


def test_the_hash_of_the_digests_cannot_be_disclosed():
    disclosure, digest = hidden("sha-512", "_sd_alg")

    assert code_of(Refused, {"_sd": [digest]}, disclosure) == "disclosure_name_taken"
    assert code_of(Refused, {"_sd": [digest], "_sd_alg": "sha-256"}, disclosure) == "disclosure_name_taken"
    assert processed({"o": {"_sd": [digest]}}, disclosure).claims == {"o": {"_sd_alg": "sha-512"}}


def test_kinds_of_disclosures_are_not_mixed_up():
    assert processed({"_sd": [NAME_DIGEST], "l": [{"...": TAG_DIGEST}]}, NAME, TAG)
    assert code_of(Refused, {"_sd": [TAG_DIGEST]}, TAG) == "disclosure_kind_wrong"
    assert code_of(Refused, {"l": [{"...": NAME_DIGEST}]}, NAME) == "disclosure_kind_wrong"


@pytest.mark.parametrize(
    "claims",
    [
        *({"_sd": NAME_DIGEST}, {"_sd": {}}, {"_sd": None}, {"_sd": [1]}, {"_sd": [[NAME_DIGEST]]}, {"_sd": True}),
        *({"o": {"_sd": "x"}}, {"l": [{"_sd": 1}]}, {"l": [[{"_sd": 1}]]}),
        *({"...": NAME_DIGEST}, {"o": {"...": NAME_DIGEST}}, {"o": {"a": {"...": 1}}}),
        *({"l": [{"...": 1}]}, {"l": [{"...": None}]}, {"l": [{"...": [NAME_DIGEST]}]}),
        *({"l": [{"...": NAME_DIGEST, "a": 1}]}, {"l": [{"...": NAME_DIGEST, "_sd": []}]}),
    ],
    ids=str,
)
def test_names_of_digests_stand_only_where_digests_do(claims):
    assert code_of(Malformed, claims) == "digest_malformed"


@pytest.mark.parametrize("value", [{"_sd": "x"}, {"...": DECOY}, [{"...": 1}], {"a": [{"...": DECOY, "b": 1}]}])
def test_names_of_digests_are_no_claims_inside_a_disclosure_either(value):
    disclosure, digest = hidden(value, "name")

    assert code_of(Malformed, {"_sd": [digest]}, disclosure) == "digest_malformed"


def test_a_withheld_element_inside_an_array_of_arrays_leaves_nothing():
    assert processed({"l": [[{"...": DECOY}], {"_sd": [DECOY + "y"]}]}).claims == {"l": [[], {}]}


# --- the hash --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["sha-256", "sha-384", "sha-512"])
def test_the_token_says_which_hash(algorithm):
    token = parse_sd_jwt(issued(algorithm=algorithm))

    assert token.unverified_claims["_sd_alg"] == algorithm
    assert process(token).claims == CLAIMS


def test_without_a_word_the_hash_is_sha_256_and_another_word_fits_nothing():
    assert processed({"_sd": [NAME_DIGEST]}, NAME).claims == {"name": "Ada"}
    assert processed({"_sd": [NAME_DIGEST], "_sd_alg": "sha-256"}, NAME).claims == {"name": "Ada"}
    assert code_of(Refused, {"_sd": [NAME_DIGEST], "_sd_alg": "sha-512"}, NAME) == "disclosure_unreferenced"


@pytest.mark.parametrize(
    ("algorithm", "error", "code"),
    [
        *(("sha3-256", Undecided, "sd_alg_unsupported"), ("SHA-256", Undecided, "sd_alg_unsupported")),
        *(("sha256", Undecided, "sd_alg_unsupported"), ("", Undecided, "sd_alg_unsupported")),
        *(("md5", Refused, "sd_alg_weak"), ("sha-256-32", Refused, "sd_alg_weak"), ("sha-1", Refused, "sd_alg_weak")),
        *(
            (None, Malformed, "sd_alg_malformed"),
            (256, Malformed, "sd_alg_malformed"),
            (["sha-256"], Malformed, "sd_alg_malformed"),
        ),
    ],
)
def test_a_hash_that_is_not_known_decides_nothing_and_a_weak_one_is_refused(algorithm, error, code):
    assert code_of(error, {"_sd": [NAME_DIGEST], "_sd_alg": algorithm}, NAME) == code
    assert code_of(error, {"_sd_alg": algorithm}) == code


# --- limits ----------------------------------------------------------------------------------------------------------


def nested(levels):
    """Disclosures one inside the other."""
    disclosures, digest = [], None
    for number in range(levels):
        value = number if digest is None else {"_sd": [digest]}
        disclosure, digest = hidden(value, "n", f"salt {number}")
        disclosures.append(disclosure)
    return {"_sd": [digest]}, disclosures


def test_disclosures_inside_disclosures_are_not_deeper_than_any_json():
    claims, disclosures = nested(64)
    assert len(processed(claims, *disclosures).disclosed) == 64

    for levels in (65, 5000):
        claims, disclosures = nested(levels)
        assert code_of(Malformed, claims, *disclosures) == "json_too_deep"


def test_a_thousand_disclosures_take_no_time():
    pairs = [hidden(number, f"n{number}", f"salt {number}") for number in range(2000)]
    claims = {"_sd": [digest for _, digest in pairs]}

    assert len(processed(claims, *(disclosure for disclosure, _ in pairs)).claims) == 2000
