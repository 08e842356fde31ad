"""What is withheld is in none of the bytes that leave, in no disguise; and nobody changes a byte unnoticed.

Every value that can be withheld carries a marker of 20 characters. After a random choice is withheld, the bytes are
searched for the markers of what was withheld: as they are, escaped, in percent signs, in hexadecimal, and in base64 at each
of its three alignments; and so is whatever in the bytes can be decoded, down to where nothing can be.
"""

import base64
import binascii
import hashlib
import re
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.divisible_badges import COLLEGE, full_badge
from tests.sd_jwt_vc_samples import ASKED as TOKEN_ASKED
from tests.sd_jwt_vc_samples import AT as TOKEN_AT
from tests.sd_jwt_vc_samples import AUDIENCE, CHALLENGE, CLAIMS, HOLDER, token, world
from tests.vcwallet.operations.test_deriving import AT, SIGNERS
from tools.make_examples import badge
from vcwallet import LocalSigner, bind, derive, issue, records, verify

LEARNER = LocalSigner.generate("Ed25519")
ASKED = {"audience": "https://ferry.example", "challenge": "7f3"}
SECURINGS = tuple(SIGNERS)

ACHIEVEMENT = "/credentialSubject/achievement"
DESCRIPTION = f"{ACHIEVEMENT}/resultDescription/0"
RESULT = "/credentialSubject/result"
# Where the markers stand: what is to be withheld → the places of its marked values.
MARKED = {
    "/name": ("/name",),
    "/evidence": ("/evidence/0/id", "/evidence/0/name", "/evidence/0/narrative"),
    "/evidence/0/name": ("/evidence/0/name",),
    "/evidence/0/narrative": ("/evidence/0/narrative",),
    f"{ACHIEVEMENT}/tag": (f"{ACHIEVEMENT}/tag/0", f"{ACHIEVEMENT}/tag/1"),
    f"{ACHIEVEMENT}/alignment": (f"{ACHIEVEMENT}/alignment/0/targetName",),
    f"{DESCRIPTION}/allowedValue": (f"{DESCRIPTION}/allowedValue/1",),
    f"{RESULT}/0": (f"{RESULT}/0/value",),
    f"{RESULT}/1": (f"{RESULT}/1/value",),
    RESULT: (f"{RESULT}/0/value", f"{RESULT}/1/value"),
}
# Each example issues, derives, presents and reads.
FEW = settings(max_examples=max(10, settings().max_examples // 6))
PLACES = tuple(dict.fromkeys(place for places in MARKED.values() for place in places))


def marker(place, salt):
    return hashlib.sha256(f"{place} {salt}".encode()).hexdigest()[:18] + "éß"


def marked_badge(issuer, salt):
    document = full_badge(issuer)
    for place in PLACES:
        holder = document
        *path, last = place.split("/")[1:]
        for step in path:
            holder = holder[int(step)] if isinstance(holder, list) else holder[step]
        mark = marker(place, salt)
        value = f"https://college.example/{mark}" if last == "id" else mark
        holder[int(last) if isinstance(holder, list) else last] = value
    return document


def disguises(mark):
    raw = mark.encode()
    yield raw
    yield mark.encode("ascii", "backslashreplace")
    yield mark.encode("utf-16-le")
    yield ascii(mark)[1:-1].encode()
    yield re.sub(r"[^ -~]", lambda found: f"\\u{ord(found[0]):04x}", mark).encode()
    yield quote(mark).encode()
    yield binascii.hexlify(raw)
    yield binascii.hexlify(raw).upper()
    yield raw[::-1]
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw)
        yield encoded[4 if shift else 0 : -4]
        yield encoded[4 if shift else 0 : -4].replace(b"+", b"-").replace(b"/", b"_")


def everything_in(data, depth=4):
    """The bytes, and whatever they hold in base64 of one kind or the other."""
    yield data
    if depth:
        for found in set(re.findall(rb"[A-Za-z0-9+/_-]{16,}", data)):
            for text in (found, found[1:]):  # a multibase prefix is one letter
                standard = text.replace(b"-", b"+").replace(b"_", b"/")
                try:
                    inside = base64.b64decode(standard + b"=" * (-len(standard) % 4))
                except binascii.Error:
                    continue
                yield from everything_in(inside, depth - 1)


def leaks(data, marks):
    layers = list(everything_in(data))
    return [mark for mark in marks if any(disguise in layer for disguise in disguises(mark) for layer in layers)]


def marks_of(withheld, salt):
    return {marker(place, salt) for pointer in withheld for place in MARKED[pointer]}


def choose(draw_from):
    return st.sets(st.sampled_from(sorted(draw_from)), min_size=1, max_size=4)


@pytest.mark.parametrize("securing", SECURINGS)
def test_the_search_finds_what_is_there(securing):
    """Otherwise the tests below could not fail."""
    salt = 1
    document = marked_badge(SIGNERS[securing].controller, salt)
    plan = records.plan([issue(document, SIGNERS[securing], securing=securing, at=AT)])

    everywhere = plan.present(LEARNER, **ASKED, at=AT).data

    marks = {marker(place, salt) for place in PLACES}
    assert set(leaks(everywhere, marks)) == marks
    inside = base64.urlsafe_b64encode(b"{" + base64.b64encode(b"some " + everywhere) + b"}")
    assert set(leaks(inside, marks)) == marks


@pytest.mark.parametrize("securing", SECURINGS)
@FEW
@given(withheld=choose(MARKED), salt=st.integers(0, 10**6))
def test_no_withheld_value_is_in_the_bytes(securing, withheld, salt):
    document = marked_badge(SIGNERS[securing].controller, salt)
    plan = records.plan([issue(document, SIGNERS[securing], securing=securing, at=AT)])
    plan.withhold(0, *sorted(withheld))
    preview = plan.preview()

    presentation = plan.present(LEARNER, **ASKED, at=AT)

    withheld_marks = marks_of(withheld, salt)
    assert leaks(presentation.data, withheld_marks) == []
    shown = {marker(place, salt) for place in PLACES} - withheld_marks
    assert set(leaks(presentation.data, shown)) == shown
    reading = records.read(presentation, **ASKED, at=AT)
    assert reading, reading.report.problems
    assert [received.document for received in reading.credentials] == [each.document for each in preview.items]


@st.composite
def generated_badges(draw):
    """A badge of any shape with a marker at every value that can be withheld, and what of it is to be withheld.

    What is withheld maps to the marks inside of it.
    """
    salt = draw(st.integers(0, 10**9))
    document = full_badge("")
    subject = document["credentialSubject"]
    achievement = subject["achievement"]
    places = {}

    def mark(*pointers):
        text = marker(pointers[0], salt)
        for pointer in pointers:
            places.setdefault(pointer, set()).add(text)
        return text

    document["name"] = mark("/name")
    document["evidence"] = [
        {
            "type": ["Evidence"],
            "name": mark(f"/evidence/{number}/name", "/evidence"),
            "narrative": mark(f"/evidence/{number}/narrative", "/evidence"),
        }
        for number in range(draw(st.integers(0, 3)))
    ]
    achievement["tag"] = [mark(f"{ACHIEVEMENT}/tag") + str(number) for number in range(draw(st.integers(1, 4)))]
    achievement["alignment"] = [
        {
            "type": ["Alignment"],
            "targetName": mark(f"{ACHIEVEMENT}/alignment"),
            "targetUrl": f"https://frameworks.example/{number}",
        }
        for number in range(draw(st.integers(1, 3)))
    ]
    description = achievement["resultDescription"][0]["id"]
    subject["result"] = [
        {"type": ["Result"], "resultDescription": description, "value": mark(f"{RESULT}/{number}", RESULT)}
        for number in range(draw(st.integers(0, 3)))
    ]
    for members, name in ((document, "evidence"), (subject, "result")):
        if not members[name]:
            del members[name]
    withheld = draw(choose(places))
    return document, places, withheld


@pytest.mark.parametrize("securing", SECURINGS)
@FEW
@given(generated=generated_badges())
def test_nothing_leaks_from_a_badge_of_any_shape(securing, generated):
    document, places, withheld = generated
    document["issuer"]["id"] = SIGNERS[securing].controller
    plan = records.plan([issue(document, SIGNERS[securing], securing=securing, at=AT)])
    plan.withhold(0, *sorted(withheld))
    preview = plan.preview()

    presentation = plan.present(LEARNER, **ASKED, at=AT)

    hidden = set().union(*(places[pointer] for pointer in withheld))
    shown = set().union(*places.values()) - hidden
    assert leaks(presentation.data, hidden) == []
    assert set(leaks(presentation.data, shown)) == shown
    reading = records.read(presentation, **ASKED, at=AT)
    assert reading, reading.report.problems
    assert [received.document for received in reading.credentials] == [each.document for each in preview.items]


@st.composite
def generated_tokens(draw):
    """Claims of an SD-JWT VC with a marker in each, which of them can be withheld, and which are."""
    salt = draw(st.integers(0, 10**9))
    claims = {}
    for name in draw(st.sets(st.text("abcdefgh", min_size=1, max_size=4), min_size=1, max_size=6)):
        shape = draw(st.sampled_from(["text", "list", "object"]))
        mark = marker(f"/{name}", salt)
        claims[name] = {"text": mark, "list": [mark, "open"], "object": {"inside": mark}}[shape]
    disclosable = draw(choose(claims))
    withheld = draw(choose(disclosable))
    return claims, salt, disclosable, withheld


@given(generated=generated_tokens())
def test_nothing_leaks_from_an_sd_jwt_vc(generated):
    claims, salt, disclosable, withheld = generated
    issued = token(**claims, disclosable=[f"/{name}" for name in disclosable])

    shown = derive(issued, withhold=[f"/{name}" for name in sorted(withheld)], toolkit=world().toolkit())
    answer = bind(shown, HOLDER, audience=AUDIENCE, challenge=CHALLENGE, at=TOKEN_AT)

    assert leaks(answer.data, {marker(f"/{name}", salt) for name in withheld}) == []
    open_ = {marker(f"/{name}", salt) for name in set(claims) - withheld}
    assert set(leaks(answer.data, open_)) == open_
    report = verify(answer.data, toolkit=world().toolkit(), policy=TOKEN_ASKED, at=TOKEN_AT)
    assert report, report.problems
    assert report.require_verified().document == {
        name: value for name, value in {**CLAIMS, **claims}.items() if name not in withheld
    }


def _bound_token():
    shown = derive(token(), withhold=["/given_name"], toolkit=world().toolkit())
    return bind(shown, HOLDER, audience=AUDIENCE, challenge=CHALLENGE, at=TOKEN_AT).data


BOUND = _bound_token()


def _is_taken(data):
    return bool(verify(data, toolkit=world().toolkit(), policy=TOKEN_ASKED, at=TOKEN_AT))


@given(place=st.integers(0, len(BOUND) - 1), byte=st.integers(0, 255))
def test_any_one_changed_byte_of_an_sd_jwt_vc_is_noticed(place, byte):
    changed = BOUND[:place] + bytes([byte]) + BOUND[place + 1 :]

    assert _is_taken(changed) == (changed == BOUND)


@pytest.mark.slow
def test_every_one_changed_byte_of_an_sd_jwt_vc_is_noticed():
    assert _is_taken(BOUND)
    for place in range(len(BOUND)):
        for bit in (1, 32):
            assert not _is_taken(BOUND[:place] + bytes([BOUND[place] ^ bit]) + BOUND[place + 1 :]), (place, bit)


@FEW
@given(choices=st.tuples(*[choose(MARKED)] * len(SECURINGS)), salt=st.integers(0, 10**6))
def test_nothing_leaks_from_a_mixed_backpack(choices, salt):
    key = LocalSigner.generate("Ed25519")
    signed = [
        issue(marked_badge(SIGNERS[name].controller, salt + number), SIGNERS[name], securing=name, at=AT)
        for number, name in enumerate(SECURINGS)
    ]
    plan = records.plan([*signed, issue(full_badge(key.controller), key, at=AT)])
    for number, withheld in enumerate(choices):
        plan.withhold(number, *sorted(withheld))

    presentation = plan.present(LEARNER, **ASKED, at=AT)

    for number, withheld in enumerate(choices):
        assert leaks(presentation.data, marks_of(withheld, salt + number)) == []
    assert records.read(presentation, **ASKED, at=AT)


def _presentation(securing):
    plan = records.plan(
        [issue(marked_badge(SIGNERS[securing].controller, 0), SIGNERS[securing], securing=securing, at=AT)]
    )
    plan.withhold(0, "/evidence", f"{RESULT}/0")
    return plan.present(LEARNER, **ASKED, at=AT).data


PRESENTATIONS = {securing: _presentation(securing) for securing in SECURINGS}


@pytest.mark.parametrize("securing", SECURINGS)
@given(data=st.data())
def test_any_one_changed_byte_is_noticed(securing, data):
    presentation = PRESENTATIONS[securing]
    place = data.draw(st.integers(0, len(presentation) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != presentation[place]))

    changed = presentation[:place] + bytes([byte]) + presentation[place + 1 :]

    assert not records.read(changed, **ASKED, at=AT), (place, presentation[max(0, place - 20) : place + 20], byte)


@pytest.mark.slow
@pytest.mark.parametrize("securing", SECURINGS)
def test_every_one_changed_byte_is_noticed(securing):
    presentation = PRESENTATIONS[securing]
    for place in range(len(presentation)):
        changed = presentation[:place] + bytes([presentation[place] ^ 1]) + presentation[place + 1 :]
        assert not records.read(changed, **ASKED, at=AT), (place, presentation[max(0, place - 20) : place + 20])


def _small_credential(securing):
    """As little as a badge can be, with one thing withheld: every byte of it can be tried."""
    signer = SIGNERS[securing]
    document = badge(1, signer.controller, "Knots") | {"name": "Splices"}
    return derive(issue(document, signer, securing=securing, at=AT), withhold=["/name"]).data


@pytest.mark.slow
@pytest.mark.parametrize("securing", SECURINGS)
def test_every_one_changed_byte_of_a_credential_is_noticed(securing):
    """In every byte the lowest bit, and the one that changes the case of a letter."""
    credential = _small_credential(securing)
    assert verify(credential, at=AT)
    for place in range(len(credential)):
        for bit in (1, 32):
            changed = credential[:place] + bytes([credential[place] ^ bit]) + credential[place + 1 :]
            assert not verify(changed, at=AT), (place, credential[max(0, place - 20) : place + 20], bit)


def test_the_issuer_is_a_stranger_to_the_learner():
    """The learner's key is not the issuer's, so that nothing above passed because both were the same."""
    assert LEARNER.controller != COLLEGE.controller
