"""A holder shows what was chosen, and not one character of the rest."""

import base64
import hashlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sd_jwt_samples import AT, CLAIMS, HOLDER, ISSUER, issued
from vcwallet.errors import Refused, VcwalletError
from vcwallet.securing import jws
from vcwallet.securing.sd_jwt.compact_form import parse_sd_jwt
from vcwallet.securing.sd_jwt.disclosing import disclose
from vcwallet.securing.sd_jwt.key_binding import ExpectedBinding, bind, confirmation, verify_key_binding
from vcwallet.securing.sd_jwt.processed_claims import process
from vcwallet.wire.json_pointer import join, walk

TOKEN = issued()
OPEN = {"iss": CLAIMS["iss"], "cnf": CLAIMS["cnf"]}


def shown(text):
    return process(parse_sd_jwt(text)).claims


@pytest.mark.parametrize(
    ("reveal", "expected"),
    [
        ([], {"tags": ["boats"]}),
        (["/name"], {"name": "Ada", "tags": ["boats"]}),
        (["/address/street"], {"address": {"street": "Main", "city": "Lund"}, "tags": ["boats"]}),
        (["/address/city"], {"address": {"city": "Lund"}, "tags": ["boats"]}),
        (["/address"], {"address": {"street": "Main", "city": "Lund"}, "tags": ["boats"]}),
        (["/tags/2"], {"tags": ["boats", "sails"]}),
        (["/tags"], {"tags": ["wood", "boats", "sails"]}),
        (["/iss"], {"tags": ["boats"]}),
        (["/name", "/score"], {"name": "Ada", "score": 97, "tags": ["boats"]}),
    ],
    ids=str,
)
def test_what_is_revealed_is_there_with_all_that_is_inside(reveal, expected):
    assert shown(disclose(TOKEN, reveal=reveal)) == OPEN | expected


@pytest.mark.parametrize(
    ("withhold", "removed"),
    [
        ([], {}),
        (["/name"], {"name"}),
        (["/address"], {"address"}),
        (["/address", "/address/street", "/score"], {"address", "score"}),
    ],
    ids=["nothing", "a member", "an object", "an object, what is in it, and a member"],
)
def test_what_is_withheld_is_not_there(withhold, removed):
    expected = {name: value for name, value in CLAIMS.items() if name not in removed}

    assert shown(disclose(TOKEN, withhold=withhold)) == expected


def test_an_inner_value_can_be_withheld_alone():
    assert shown(disclose(TOKEN, withhold=["/address/street"]))["address"] == {"city": "Lund"}
    assert shown(disclose(TOKEN, withhold=["/tags/0"]))["tags"] == ["boats", "sails"]


def test_everything_revealed_is_the_token_itself():
    assert disclose(TOKEN, reveal=[""]) == disclose(TOKEN, withhold=[]) == TOKEN


def test_a_choice_can_be_narrowed_again_and_never_widened():
    narrow = disclose(TOKEN, withhold=["/tags/0"])

    assert shown(disclose(narrow, withhold=["/tags/1"]))["tags"] == ["boats"]
    with pytest.raises(Refused) as caught:
        disclose(narrow, reveal=["/tags/2"])
    assert caught.value.code == "pointer_not_found"


@pytest.mark.parametrize("pointer", ["/iss", "/cnf", "/tags", "/tags/1", "/address/city", ""])
def test_what_the_issuer_left_open_cannot_be_withheld(pointer):
    with pytest.raises(Refused) as caught:
        disclose(TOKEN, withhold=["/name", pointer])
    assert (caught.value.code, caught.value.pointer) == ("not_disclosable", pointer)


@pytest.mark.parametrize("pointer", ["/no", "/tags/3", "/address/zip"])
def test_what_is_not_there_is_not_passed_over(pointer):
    for choice in ({"reveal": [pointer]}, {"withhold": [pointer]}):
        with pytest.raises(Refused) as caught:
            disclose(TOKEN, **choice)
        assert caught.value.code == "pointer_not_found"


def test_either_what_is_seen_or_what_is_not():
    for choice in ({}, {"reveal": [], "withhold": []}):
        with pytest.raises(ValueError):
            disclose(TOKEN, **choice)


def test_an_old_key_binding_is_left_behind():
    bound = bind(TOKEN, HOLDER, audience="a", nonce="n", at=AT)

    assert disclose(bound, withhold=[]) == TOKEN


# --- nothing leaks ---------------------------------------------------------------------------------------------------


def marker(number):
    """Twenty characters that occur nowhere by chance."""
    return base64.b32encode(hashlib.sha256(b"marker %d" % number).digest()).decode()[:20]


def _numbered(draw_shape, numbers):
    """The shape with a new marker for every leaf and in every name, some with characters that JSON must escape."""
    if isinstance(draw_shape, list):
        return [_numbered(each, numbers) for each in draw_shape]
    if isinstance(draw_shape, dict):
        return {f"{name}{marker(next(numbers))}": _numbered(each, numbers) for name, each in draw_shape.items()}
    return f"{draw_shape}{marker(next(numbers))}é"


_AFFIXES = st.sampled_from(["", '"', "\\", "~", "\n", "ü/", "..."])
_SHAPES = st.recursive(
    _AFFIXES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_AFFIXES, inner, max_size=3), max_leaves=12
)


def _markers(value):
    return set(re.findall("[A-Z2-7]{20}", json.dumps(value)))


def _base64_forms(text):
    """What the text looks like inside of base64, at each of the three places where it can begin."""
    for shift in range(3):
        encoded = base64.urlsafe_b64encode(bytes(shift) + text.encode()).decode()
        yield encoded[4 if shift else 0 : -4]


def _everything_in(text):
    """The text and all that can be decoded of it."""
    yield text
    for part in re.split(r"[~.]", text):
        data = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        yield data.decode("utf-8", "replace")
        for inner in re.findall(r"[-_A-Za-z0-9]{8,}", data.decode("utf-8", "replace")):
            yield base64.urlsafe_b64decode(inner[: len(inner) // 4 * 4]).decode("utf-8", "replace")


def _without(value, hidden, place=""):
    """The claims without what is at these pointers: what a reader should see."""
    if isinstance(value, dict):
        return {
            name: _without(member, hidden, join(place, name))
            for name, member in value.items()
            if join(place, name) not in hidden
        }
    if isinstance(value, list):
        return [
            _without(member, hidden, join(place, index))
            for index, member in enumerate(value)
            if join(place, index) not in hidden
        ]
    return value


@given(st.dictionaries(_AFFIXES, _SHAPES, min_size=1, max_size=4), st.data())
def test_no_marker_of_what_is_withheld_leaves_the_holder(shape, data):
    claims = _numbered(shape, iter(range(1000))) | {"cnf": confirmation(HOLDER.public_key)}
    places = [pointer for pointer, _ in walk(claims) if pointer and not pointer.startswith("/cnf")]
    disclosable = data.draw(st.sets(st.sampled_from(places)))
    hidden = data.draw(st.sets(st.sampled_from(sorted(disclosable)))) if disclosable else set()
    containers = [pointer for pointer, value in walk(claims) if isinstance(value, dict | list)]
    decoys = dict.fromkeys(data.draw(st.sets(st.sampled_from(containers))), 2)
    token = issued(claims, disclosable, decoys=decoys)
    assert shown(token) == claims

    presentation = bind(disclose(token, withhold=hidden), HOLDER, audience="a", nonce="n", at=AT)

    expected = _without(claims, hidden)
    parsed = parse_sd_jwt(presentation)
    processed = process(parsed)
    assert processed.claims == expected
    assert len(processed.disclosed) == sum(
        not any(place == other or place.startswith(other + "/") for other in hidden) for place in disclosable
    )
    everything = list(_everything_in(presentation))
    for secret in _markers(claims) - _markers(expected):
        for form in (secret, *_base64_forms(secret)):
            assert not any(form in piece for piece in everything), secret
    for open_one in _markers(expected):
        assert any(open_one in piece for piece in everything)

    position = data.draw(st.integers(0, len(presentation) - 1))
    changed = presentation[:position] + data.draw(st.sampled_from("aZ09-_.~")) + presentation[position + 1 :]
    if changed != presentation:
        with pytest.raises(VcwalletError):
            _verify(changed)
    _verify(presentation)


def _verify(text):
    token = parse_sd_jwt(text)
    jws.verify(token.unverified_jws, ISSUER.public_key, algorithms=("EdDSA",))
    claims = process(token).claims
    verify_key_binding(token, claims, ExpectedBinding("a", "n", AT), algorithms=("EdDSA",))


def test_the_search_for_markers_does_find_them():
    """Otherwise the test above would show nothing."""
    claims = {"name": marker(1), "cnf": CLAIMS["cnf"]}
    everything = list(_everything_in(issued(claims, ["/name"])))

    assert any(marker(1) in piece for piece in everything)
    assert any(form in everything[0] for form in _base64_forms(marker(1)))
