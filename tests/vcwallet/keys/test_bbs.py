"""BBS: what is signed is covered, what is hidden stays hidden, and every malformed part is refused."""

import secrets
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.keys import bbs
from vcwallet.keys.bbs import BbsSecretKey
from vcwallet.keys.public_key import PublicKey

curve = pytest.importorskip("py_arkworks_bls12381")

KEY = BbsSecretKey.from_key_material(b"a key for tests, from thirty-two bytes or more")
PUBLIC_KEY = KEY.public_key
HEADER, OCCASION = b"header", b"occasion"
MESSAGES = [b"name", b"", b"score 97", b"name"]
SIGNATURE = KEY.sign(MESSAGES, header=HEADER)
ORDER = bbs._ORDER
FIELD = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB
IDENTITY = b"\xc0" + bytes(47)
# x = 4 is on the curve, and not in the subgroup.
OUTSIDE_THE_SUBGROUP = b"\x80" + bytes(46) + b"\x04"


def prove(indexes, messages=MESSAGES, signature=SIGNATURE, random_bytes=secrets.token_bytes):
    return bbs.make_proof(
        PUBLIC_KEY,
        signature,
        messages,
        header=HEADER,
        presentation_header=OCCASION,
        disclosed_indexes=indexes,
        random_bytes=random_bytes,
    )


def check(proof, shown, key=PUBLIC_KEY, header=HEADER, occasion=OCCASION):
    bbs.verify_proof(key, proof, shown, header=header, presentation_header=occasion)


def code_of(error, function, *arguments, **named):
    with pytest.raises(error) as caught:
        function(*arguments, **named)
    return caught.value.code


def replaced(data, place, part):
    return data[:place] + part + data[place + len(part) :]


def test_a_proof_shows_chosen_messages_and_verifies():
    check(prove([0, 2]), {2: MESSAGES[2], 0: MESSAGES[0]})


def test_everything_or_nothing_may_be_shown():
    check(prove([0, 1, 2, 3]), dict(enumerate(MESSAGES)))
    check(prove([]), {})


def test_a_signature_over_no_messages_covers_the_header():
    signature = KEY.sign([], header=HEADER)

    bbs.verify(PUBLIC_KEY, signature, [], header=HEADER)
    assert code_of(Refused, bbs.verify, PUBLIC_KEY, signature, [], header=b"") == "signature_invalid"


def test_the_signature_is_the_same_every_time_and_the_proof_never():
    assert KEY.sign(MESSAGES, header=HEADER) == SIGNATURE
    assert prove([0]) != prove([0])


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=9), st.data())
def test_any_choice_of_any_messages_can_be_shown_and_not_one_byte_more(messages, data):
    shown = data.draw(st.sets(st.integers(0, len(messages) - 1)))
    signature = KEY.sign(messages, header=HEADER)
    proof = prove(shown, messages, signature)

    check(proof, {place: messages[place] for place in shown})
    assert len(proof) == 272 + 32 * (len(messages) - len(shown))
    place = data.draw(st.integers(0, len(proof) - 1))
    changed = replaced(proof, place, bytes([proof[place] ^ 1 << data.draw(st.integers(0, 7))]))
    with pytest.raises((Refused, Malformed)):
        check(changed, {place: messages[place] for place in shown})


@pytest.mark.parametrize(
    "change",
    [
        {"header": HEADER.upper()},
        {"header": HEADER + b"\0"},
        {"occasion": OCCASION.upper()},
        {"occasion": b""},
        {"key": BbsSecretKey.from_key_material(bytes(32)).public_key},
    ],
    ids=["other header", "longer header", "other occasion", "no occasion", "other key"],
)
def test_a_proof_is_for_one_key_header_and_occasion(change):
    proof = prove([0])

    check(proof, {0: MESSAGES[0]})
    assert code_of(Refused, check, proof, {0: MESSAGES[0]}, **change) == "signature_invalid"


def test_a_message_counts_only_at_its_position():
    proof = prove([0, 2])

    check(proof, {0: b"name", 2: b"score 97"})
    for shown in ({0: b"score 97", 2: b"name"}, {0: b"name", 1: b"score 97"}, {0: b"name", 2: b"score 98"}):
        assert code_of(Refused, check, proof, shown) == "signature_invalid"


def test_the_number_of_messages_is_part_of_the_proof():
    """Leaving out a shown message would move the number of all messages, which key and header are bound to."""
    assert code_of(Refused, check, prove([0, 2]), {0: MESSAGES[0]}) == "signature_invalid"


# --- signatures that are none ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "signature",
    [
        SIGNATURE[:-1],
        SIGNATURE + b"\0",
        b"",
        replaced(SIGNATURE, 48, bytes(32)),
        replaced(SIGNATURE, 48, ORDER.to_bytes(32, "big")),
        replaced(SIGNATURE, 48, b"\xff" * 32),
        replaced(SIGNATURE, 0, IDENTITY),
        replaced(SIGNATURE, 0, b"\xc0" + b"\1" * 47),
        replaced(SIGNATURE, 0, OUTSIDE_THE_SUBGROUP),
        replaced(SIGNATURE, 0, b"\x80" + bytes(47)),
        replaced(SIGNATURE, 0, b"\xff" * 48),
        replaced(SIGNATURE, 0, bytes([SIGNATURE[0] & 0x7F])),
        replaced(SIGNATURE, 0, (FIELD | 1 << 383).to_bytes(48, "big")),
    ],
    ids=[
        *("short", "long", "empty", "e zero", "e the order", "e greater", "identity", "identity with more"),
        *("another subgroup", "not on the curve", "all bits", "not compressed", "x the field"),
    ],
)
def test_a_signature_has_one_form(signature):
    bbs.verify(PUBLIC_KEY, SIGNATURE, MESSAGES, header=HEADER)
    assert code_of(Malformed, bbs.verify, PUBLIC_KEY, signature, MESSAGES, header=HEADER) == "bbs_signature_malformed"
    assert code_of(Malformed, prove, [0], signature=signature) == "bbs_signature_malformed"


def test_the_point_outside_the_subgroup_is_one_of_the_curve():
    """Otherwise the test above would show nothing."""
    point = curve.G1Point.from_compressed_bytes_unchecked(OUTSIDE_THE_SUBGROUP)

    assert point.to_compressed_bytes() == OUTSIDE_THE_SUBGROUP
    assert not point.is_in_subgroup()


def test_the_negative_of_a_signature_is_refused():
    negative = replaced(SIGNATURE, 0, bytes([SIGNATURE[0] ^ 0x20]))

    assert code_of(Refused, bbs.verify, PUBLIC_KEY, negative, MESSAGES, header=HEADER) == "signature_invalid"


# --- proofs that are none --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [0, 48, 96])
@pytest.mark.parametrize(
    "point",
    [IDENTITY, b"\xc0" + b"\1" * 47, OUTSIDE_THE_SUBGROUP, b"\x80" + bytes(47), b"\xff" * 48, bytes(48)],
    ids=["identity", "identity with more", "another subgroup", "not on the curve", "all bits", "no bits"],
)
def test_each_point_of_a_proof_is_checked(place, point):
    proof = prove([0])

    check(proof, {0: MESSAGES[0]})
    assert code_of(Malformed, check, replaced(proof, place, point), {0: MESSAGES[0]}) == "bbs_proof_malformed"


@pytest.mark.parametrize("number", range(7))
@pytest.mark.parametrize("scalar", [0, ORDER, ORDER + 5, 2**256 - 1])
def test_each_scalar_of_a_proof_is_in_range(number, scalar):
    changed = replaced(prove([0]), 144 + 32 * number, scalar.to_bytes(32, "big"))

    assert code_of(Malformed, check, changed, {0: MESSAGES[0]}) == "bbs_proof_malformed"


def test_a_scalar_has_no_second_spelling():
    """The same number plus the order of the group would be a proof that was never made."""
    proof = prove([0])
    number = int.from_bytes(proof[144:176], "big")
    while number + ORDER >= 2**256:
        proof = prove([0])
        number = int.from_bytes(proof[144:176], "big")

    again = replaced(proof, 144, (number + ORDER).to_bytes(32, "big"))
    assert code_of(Malformed, check, again, {0: MESSAGES[0]}) == "bbs_proof_malformed"


@pytest.mark.parametrize("length", [0, 32, 240, 271, 273, 303])
def test_a_proof_has_whole_parts(length):
    assert code_of(Malformed, check, bytes(length), {}) == "bbs_proof_malformed"


@pytest.mark.parametrize("change", [lambda proof: proof + b"\1", lambda proof: proof[:-1], lambda proof: b"\1" + proof])
def test_a_byte_more_or_less_is_no_proof(change):
    assert code_of(Malformed, check, change(prove([0])), {0: MESSAGES[0]}) == "bbs_proof_malformed"


def test_a_proof_without_a_signature_is_refused():
    """All but the pairing holds for these: the prover knows every number, and has no signature by this key."""
    negative = replaced(SIGNATURE, 0, bytes([SIGNATURE[0] ^ 0x20]))
    other_key = BbsSecretKey.from_key_material(bytes(32)).sign(MESSAGES, header=HEADER)
    base = curve.G1Point().to_compressed_bytes() + (1).to_bytes(32, "big")

    for signature in (negative, other_key, base):
        assert code_of(Refused, check, prove([0], signature=signature), {0: MESSAGES[0]}) == "signature_invalid"
    unsigned = [*MESSAGES[:3], b"score 100"]
    assert code_of(Refused, check, prove([3], unsigned), {3: b"score 100"}) == "signature_invalid"
    check(prove([3]), {3: MESSAGES[3]})


def test_a_proof_of_identities_proves_nothing():
    """Points at infinity satisfy every pairing."""
    forged = IDENTITY * 3 + (1).to_bytes(32, "big") * 8

    assert code_of(Malformed, check, forged, {}) == "bbs_proof_malformed"


@pytest.mark.parametrize("index", [-1, 4, 2**70, True, 1.0, "1"])
def test_positions_are_those_of_messages(index):
    proof = prove([1])

    check(proof, {1: MESSAGES[1]})
    assert code_of(Malformed, check, proof, {index: MESSAGES[1]}) == "bbs_index_out_of_range"
    with pytest.raises(ValueError):
        prove([index])


def test_a_holder_shows_each_message_once():
    with pytest.raises(ValueError):
        prove([1, 1])


def test_too_many_messages_are_not_counted():
    hidden = bytes(272 + 32 * (bbs.MAX_MESSAGES + 1))

    assert code_of(Undecided, check, hidden, {}) == "bbs_too_many_messages"
    assert code_of(Malformed, check, hidden[:-32], {}) == "bbs_proof_malformed"
    many = [b""] * (bbs.MAX_MESSAGES + 1)
    assert code_of(Undecided, KEY.sign, many, header=b"") == "bbs_too_many_messages"
    assert code_of(Undecided, bbs.verify, PUBLIC_KEY, SIGNATURE, many, header=b"") == "bbs_too_many_messages"


# --- keys ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "error", "code"),
    [
        (b"\xc0" + bytes(95), Refused, "weak_key"),
        (b"\xc0" + b"\1" * 95, Refused, "weak_key"),
        (b"\x80" + bytes(95), Malformed, "key_malformed"),
        (b"\x80" + bytes(94) + b"\x02", Malformed, "key_malformed"),
        (PUBLIC_KEY.data[:-1], Malformed, "key_malformed"),
        (b"\xff" * 96, Refused, "weak_key"),
    ],
)
def test_a_key_that_is_no_point_of_the_group_is_refused_even_unchecked(data, error, code):
    key = PublicKey("BLS12-381-G2", data)

    assert code_of(error, check, prove([0]), {0: MESSAGES[0]}, key=key) == code
    assert code_of(error, bbs.verify, key, SIGNATURE, MESSAGES, header=HEADER) == code


def test_another_kind_of_key_is_refused():
    key = PublicKey("BLS12-381-G1", SIGNATURE[:48])

    assert code_of(Refused, check, prove([0]), {0: MESSAGES[0]}, key=key) == "key_algorithm_mismatch"


@pytest.mark.parametrize("data", [bytes(32), ORDER.to_bytes(32, "big"), b"\xff" * 32, bytes(31) + b"\1" * 2, b""])
def test_a_secret_key_is_a_number_of_the_group(data):
    assert BbsSecretKey.from_private_bytes((ORDER - 1).to_bytes(32, "big")).private_bytes()[0] == 0x73
    assert code_of(Malformed, BbsSecretKey.from_private_bytes, data) == "private_key_malformed"


@pytest.mark.parametrize(("material", "info"), [(bytes(31), b""), (bytes(32), bytes(65536))])
def test_key_material_must_suffice(material, info):
    assert BbsSecretKey.from_key_material(bytes(32), bytes(65535))
    with pytest.raises(ValueError):
        BbsSecretKey.from_key_material(material, info)


def test_a_secret_key_does_not_show_itself():
    assert str(KEY._number) not in repr(KEY)
    assert KEY.private_bytes().hex() not in repr(KEY)


# --- randomness, and the extra ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("random_bytes", [bytes, lambda count: b"\7" * count])
def test_randomness_that_repeats_itself_is_refused(random_bytes):
    with pytest.raises(ValueError):
        prove([0], random_bytes=random_bytes)


def test_without_the_extra_nothing_is_decided(monkeypatch):
    proof = prove([0])
    monkeypatch.setitem(sys.modules, "py_arkworks_bls12381", None)

    assert not bbs.is_available()
    assert code_of(Undecided, bbs.verify, PUBLIC_KEY, SIGNATURE, MESSAGES, header=HEADER) == "bbs_unavailable"
    assert code_of(Undecided, check, proof, {0: MESSAGES[0]}) == "bbs_unavailable"
    assert code_of(Undecided, KEY.sign, MESSAGES, header=HEADER) == "bbs_unavailable"


def test_with_the_extra_it_is_available():
    assert bbs.is_available()
