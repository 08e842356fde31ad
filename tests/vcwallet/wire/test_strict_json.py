"""What strict JSON takes, what it refuses and why, and that it agrees with the standard library where both read."""

import json
import math
import pickle
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet.errors import Malformed
from vcwallet.wire.strict_json import JsonLimits, check, describe_kind, parse, parse_object


def refusal(data, **options):
    with pytest.raises(Malformed) as refused:
        parse(data, **options)
    return refused.value


# --- what is read --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'{"a": [1, -2.5, true, false, null, "\xc3\xa9"]}', {"a": [1, -2.5, True, False, None, "é"]}),
        ('"\\ud83d\\ude00"', "😀"),
        ('{"\\\\ud800": "\\\\\\\\udfff"}', {"\\ud800": "\\\\udfff"}),
        (b" \t\r\n0 ", 0),
        (b"-0", 0),
        (b"9007199254740991", 2**53 - 1),
        (b"-9007199254740991", -(2**53) + 1),
        (b"1.5e300", 1.5e300),
        (bytearray(b"[]"), []),
        (memoryview(b"{}"), {}),
    ],
)
def test_json_is_read_as_it_stands(text, value):
    assert parse(text) == value


def test_members_keep_their_order():
    assert list(parse_object('{"b":1,"a":2,"c":3}')) == ["b", "a", "c"]


# --- numbers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["9007199254740992", "-9007199254740992", "1" * 18, "-" + "1" * 17, "9" * 5000])
def test_an_integer_that_a_double_would_round_is_refused(number):
    assert refusal(number).code == "json_number"


@pytest.mark.parametrize("number", ["1e309", "-1e309", "1E400", "NaN", "Infinity", "-Infinity", "0." + "1" * 500])
def test_a_number_that_is_no_sensible_double_is_refused(number):
    assert refusal(f"[{number}]").code == "json_number"


@pytest.mark.parametrize("number", ["01", "+1", ".5", "1.", "0x10", "1_0", "1e", "--1", "٣", "0٣"])
def test_a_number_that_json_does_not_know_is_a_syntax_error(number):
    assert refusal(number).code == "json_syntax"


def test_a_million_digits_are_refused_quickly_and_not_repeated():
    started = time.process_time()

    refused = refusal(b"9" * 1_000_000)

    assert refused.code == "json_number"
    assert len(str(refused)) < 200
    assert time.process_time() - started < 0.5


# --- members and places --------------------------------------------------------------------------------------------


def test_a_member_given_twice_is_refused_with_its_place():
    refused = refusal('{"a": [0, {"b/c": 1, "d": 2, "b/c": 1}]}')

    assert refused.code == "json_duplicate_member"
    assert refused.pointer == "/a/1/b~1c"
    assert '"b/c"' in str(refused)


def test_a_member_given_twice_in_two_spellings_is_refused():
    assert refusal('{"a": 1, "\\u0061": 2}').code == "json_duplicate_member"


def test_a_syntax_error_behind_a_repeated_member_is_reported_as_syntax():
    assert refusal('{"a": 1, "a": 2').code == "json_syntax"


@pytest.mark.parametrize(
    ("text", "code", "pointer"),
    [
        ('[0, {"n": 1e999}]', "json_number", "/1/n"),
        ('{"list": [NaN]}', "json_number", "/list/0"),
        ('{"text": "\\ud800"}', "json_lone_surrogate", "/text"),
        ('{"object": {"\\udc00": 1}}', "json_lone_surrogate", "/object"),
        ('["\\ude00\\ud83d"]', "json_lone_surrogate", "/0"),
        ('["\\uD800"]', "json_lone_surrogate", "/0"),
        ('"\\ud800"', "json_lone_surrogate", ""),
    ],
)
def test_a_fault_is_reported_with_its_place(text, code, pointer):
    refused = refusal(text)

    assert (refused.code, refused.pointer) == (code, pointer)


def test_a_syntax_error_names_line_and_column():
    refused = refusal('{\n  "a": 1,\n  b: 2\n}')

    assert refused.code == "json_syntax"
    assert "line 3, column 3" in str(refused)


@pytest.mark.parametrize(
    "text",
    ["", " ", "{", "[1,]", '{"a":1,}', "'a'", "{a:1}", '"a\nb"', '"\\x"', "[1] 2", "nul", "//c\n1", "\x0c1", "\xa01"],
)
def test_what_is_not_json_is_a_syntax_error(text):
    assert refusal(text).code == "json_syntax"


# --- encodings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        '{"a":1}'.encode("utf-16-le"),
        '{"a":1}'.encode("utf-16-be"),
        "[]".encode("utf-32"),
        "[]".encode("utf-32-le"),
        "[]".encode("utf-32-be"),
        b'"\xff"',
        b'"\xc0\xaf"',
        b'"\xed\xa0\x80"',
        "\ufeff{}",
    ],
)
def test_anything_but_plain_utf8_is_refused(data):
    assert refusal(data).code == "json_not_utf8"


def test_a_lone_surrogate_in_a_python_string_is_refused():
    assert refusal('"\ud800"').code == "json_lone_surrogate"


# --- limits --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"\\"[":', "}]")])
def test_depth_is_limited_exactly(opening, closing):
    levels = opening.count("[") - opening.count('"[') + opening.count("{")
    times = 64 // levels
    assert parse(opening * times + "0" + closing * times) is not None

    refused = refusal("[" + opening * times + "0" + closing * times + "]")

    assert refused.code == "json_too_deep"


def test_brackets_inside_strings_are_no_depth():
    text = '["' + "[{" * 500 + '", "\\"[[[\\\\", ' + ",".join(["[]"] * 200) + "]"
    assert len(parse(text)) == 202


@pytest.mark.parametrize("text", ["[" * 1_000_000, '{"a":' * 200_000, "[{" * 100_000 + '"', '["\\' + "[" * 99_999])
def test_bottomless_text_is_refused_without_recursion(text):
    assert refusal(text).code in {"json_too_deep", "json_syntax"}


def test_text_deeper_than_the_callers_stack_allows_is_malformed():
    def with_little_stack(frames):
        return refusal("[" * 60 + "]" * 60).code if frames == 0 else with_little_stack(frames - 1)

    depth = 0
    frame = sys._getframe()
    while frame is not None:
        depth, frame = depth + 1, frame.f_back
    assert with_little_stack(sys.getrecursionlimit() - depth - 40) == "json_too_deep"


def test_size_is_counted_in_bytes():
    limits = JsonLimits(max_bytes=8)

    assert parse('"éé"', limits=limits) == "éé"
    assert refusal('"éééé"', limits=limits).code == "json_too_large"
    assert refusal(b'"1234567"', limits=limits).code == "json_too_large"


@pytest.mark.parametrize("values", [{"max_bytes": 0}, {"max_depth": 0}, {"max_depth": 501}])
def test_limits_that_cannot_be_kept_are_misuse(values):
    with pytest.raises(ValueError, match="max_depth between 1 and 500"):
        JsonLimits(**values)


def test_limits_survive_pickling():
    limits = JsonLimits(max_bytes=5, max_depth=3)
    assert pickle.loads(pickle.dumps(limits)) == limits


@pytest.mark.parametrize(
    ("text", "kind"),
    [("[]", "an array"), ('"a"', "a string"), ("1", "a number"), ("true", "a boolean"), ("null", "null")],
)
def test_a_text_that_must_be_an_object_is_one(text, kind):
    with pytest.raises(Malformed, match=kind) as refused:
        parse_object(text)
    assert refused.value.code == "json_not_an_object"


# --- values built in Python ----------------------------------------------------------------------------------------


class Text(str):
    __slots__ = ()


class Map(dict):
    pass


def test_a_checked_value_is_the_same_object():
    value = {"a": [1, 2.5, None, True, {"é": "😀"}]}
    assert check(value) is value


@pytest.mark.parametrize(
    ("value", "code", "pointer"),
    [
        ({"a": [(1, 2)]}, "json_not_a_json_value", "/a/0"),
        ({"a": b"bytes"}, "json_not_a_json_value", "/a"),
        ([{1, 2}], "json_not_a_json_value", "/0"),
        ({"a": {1: 2}}, "json_not_a_json_value", "/a"),
        ({Text("a"): 2}, "json_not_a_json_value", ""),
        ([Text("a")], "json_not_a_json_value", "/0"),
        ([Map()], "json_not_a_json_value", "/0"),
        (object(), "json_not_a_json_value", ""),
        ([float("nan")], "json_number", "/0"),
        ([float("-inf")], "json_number", "/0"),
        ([2**53], "json_number", "/0"),
        ([-(2**53)], "json_number", "/0"),
        ([10**5000], "json_number", "/0"),
        (["\ud800"], "json_lone_surrogate", "/0"),
        ({"a": {"\udfff": 1}}, "json_lone_surrogate", "/a"),
    ],
)
def test_a_value_that_is_not_json_is_refused_with_its_place(value, code, pointer):
    with pytest.raises(Malformed) as refused:
        check(value)
    assert (refused.value.code, refused.value.pointer) == (code, pointer)


def test_a_cycle_is_too_deep():
    value = {"a": []}
    value["a"].append(value)
    with pytest.raises(Malformed) as refused:
        check(value)
    assert refused.value.code == "json_too_deep"


def test_a_value_as_deep_as_a_text_may_be_is_taken():
    value = parse("[" * 64 + "]" * 64)
    assert check(value) is value
    with pytest.raises(Malformed) as refused:
        check([value])
    assert refused.value.code == "json_too_deep"


def test_shared_items_count_each_time_they_occur():
    value = []
    for _ in range(60):
        value = [value, value]
    with pytest.raises(Malformed) as refused:
        check(value, limits=JsonLimits(max_bytes=10_000))
    assert refused.value.code == "json_too_large"


def test_a_value_whose_text_would_be_too_large_is_refused():
    limits = JsonLimits(max_bytes=100)
    assert check({"a": "b" * 90}, limits=limits)
    for value in ({"a": "b" * 100}, {"a" * 100: 1}, [0] * 100):
        with pytest.raises(Malformed) as refused:
            check(value, limits=limits)
        assert refused.value.code == "json_too_large"


@pytest.mark.parametrize(
    ("value", "words"), [(None, "null"), (True, "a boolean"), (1, "a number"), (b"", "a Python bytes")]
)
def test_kinds_are_named_as_json_names_them(value, words):
    assert describe_kind(value) == words


# --- against the standard library ----------------------------------------------------------------------------------

TEXTS = st.text(st.characters(codec="utf-8"))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=30,
)


@given(VALUES, st.booleans(), st.sampled_from([None, 1]))
def test_whatever_json_writes_is_read_as_json_reads_it(value, ensure_ascii, indent):
    text = json.dumps(value, ensure_ascii=ensure_ascii, indent=indent)

    assert parse(text) == parse(text.encode()) == json.loads(text) == value
    assert check(parse(text)) == value


PIECES = st.sampled_from(
    [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        '"',
        "\\",
        '"a"',
        '"b":',
        "\\u",
        "d800",
        "\\ud83d\\ude00",
        "1",
        "-",
        "e9",
        "1e999",
        "NaN",
        "true",
        "null",
        " ",
        "\n",
        "\x00",
        "é",
        "9007199254740993",
        '{"a":1,"a":2}',
        "/",
        "0",
    ]
)


@given(st.lists(PIECES, max_size=25).map("".join) | st.text(), st.sampled_from(["utf-8", "utf-16", "latin-1"]))
def test_arbitrary_text_is_read_as_json_or_malformed(text, encoding):
    data = text.encode(encoding, "replace")
    try:
        value = parse(data)
    except Malformed:
        return
    assert value == json.loads(data.decode("utf-8"))
    assert not has_fault(json.loads(data, object_pairs_hook=list))


@given(st.binary(max_size=60))
def test_arbitrary_bytes_are_json_or_malformed(data):
    try:
        value = parse(data)
    except Malformed:
        return
    assert value == json.loads(data.decode("utf-8"))


@given(st.lists(st.sampled_from(['"', "\\", "[", "]", "{", "}", "a", ","]), max_size=40).map("".join))
def test_no_text_gets_past_the_depth_limit(text):
    limits = JsonLimits(max_depth=2)
    text = f'["{text}"]'
    try:
        value = parse(text, limits=limits)
    except Malformed:
        return
    assert depth(value) <= 2


def depth(value):
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


def has_fault(value):
    if isinstance(value, list) and value and all(isinstance(item, tuple) for item in value):
        keys = [key for key, _ in value]
        return len(set(keys)) != len(keys) or any(has_fault(item) for _, item in value)
    if isinstance(value, list):
        return any(map(has_fault, value))
    return isinstance(value, float) and not math.isfinite(value)
