"""bake(): the credential goes in as it is, everything else stays as it was, and independent readers find it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import small_pictures
from tests.divisible_badges import full_badge
from tests.vcwallet.operations.test_deriving import SIGNERS
from tools.make_examples import badge
from vcwallet import Endorsement, Identity, LearnerRecord, LocalSigner, Profile, bake, derive, issue, unbake, verify
from vcwallet.errors import Malformed, Refused
from vcwallet.images import png, svg

AT = datetime(2026, 3, 1, tzinfo=UTC)
SIGNER = LocalSigner.generate()
COLLEGE = Profile(SIGNER.controller, "Noordzee College")
BADGE = issue(badge(1, SIGNER.controller, "Rowing"), SIGNER, at=AT)
TOKEN = issue(badge(2, SIGNER.controller, "Sailing"), SIGNER, securing="vc-jwt", at=AT)
RECORD = issue(
    LearnerRecord(
        issuer=COLLEGE, recipient=Identity.email("ana@campus.example"), name="All", badges=[BADGE], valid_from=AT
    ).to_document(),
    SIGNER,
    at=AT,
)
PICTURES = {"png": small_pictures.png(), "svg": small_pictures.svg("<title>A badge</title>")}
each_picture = pytest.mark.parametrize("kind", PICTURES)


@each_picture
@pytest.mark.parametrize("credential", [BADGE, TOKEN, RECORD], ids=["badge", "token", "record"])
def test_what_was_baked_comes_out_as_it_was_signed_and_verifies(kind, credential):
    baked = bake(PICTURES[kind], credential)

    assert unbake(baked).encode() == credential.data
    assert verify(baked, at=AT).verdict == "valid"


@pytest.mark.parametrize(
    ("credential", "keyword", "namespace"),
    [
        (BADGE, "openbadgecredential", small_pictures.OB3_SVG),
        (TOKEN, "openbadgecredential", small_pictures.OB3_SVG),
        (RECORD, "clrcredential", small_pictures.CLR2_SVG),
    ],
    ids=["badge", "token", "record"],
)
def test_independent_readers_find_it_where_the_specification_puts_it(credential, keyword, namespace):
    kind, data = small_pictures.chunks_of(bake(PICTURES["png"], credential))[1]
    elements = small_pictures.elements_of(bake(PICTURES["svg"], credential), namespace, "credential")

    assert (kind, data) == (b"iTXt", keyword.encode() + b"\0\0\0\0\0" + credential.data)
    assert elements == [(credential.text, "")] if credential.is_token else [(None, credential.text)]


@each_picture
def test_every_other_byte_stays(kind):
    picture, baked = PICTURES[kind], bake(PICTURES[kind], TOKEN)

    if kind == "png":
        chunk = small_pictures.itxt("openbadgecredential", TOKEN.text)
        assert baked.replace(chunk, b"") == picture
    else:
        element = f'<openbadges:credential verify="{TOKEN.text}"></openbadges:credential>'.encode()
        alone = f'<openbadges:credential verify="{TOKEN.text}"/>'.encode()
        declaration = f' xmlns:openbadges="{small_pictures.OB3_SVG}"'.encode()
        assert baked.replace(element, b"").replace(alone, b"").replace(declaration, b"") == picture


@each_picture
def test_any_form_of_the_credential_is_the_same_credential(kind):
    expected = bake(PICTURES[kind], BADGE)

    for given_as in (BADGE.data, BADGE.text, BADGE.document, b"\n" + BADGE.data + b"\n"):
        assert bake(PICTURES[kind], given_as) == expected


@each_picture
def test_a_second_credential_is_refused_or_takes_the_place_of_the_first(kind):
    baked = bake(PICTURES[kind], BADGE)

    with pytest.raises(Refused, match="image_has_a_credential"):
        bake(baked, TOKEN)
    assert bake(baked, TOKEN, replace=True) == bake(PICTURES[kind], TOKEN)
    for replace in (False, True):
        with pytest.raises(Refused, match="image_has_a_credential"):
            bake(baked, RECORD, replace=replace)


@each_picture
def test_an_open_badges_2_assertion_stays_beside_it(kind):
    old = '{"type":"Assertion"}'
    if kind == "png":
        picture = png.put_text(PICTURES[kind], "openbadges", old)
    else:
        picture = svg.put_element(
            PICTURES[kind], small_pictures.OB2_SVG, "assertion", svg.SvgText(body=old), prefix="old"
        )
    baked = bake(picture, BADGE)

    assert unbake(picture) == old
    assert unbake(baked) == BADGE.text
    assert old.encode() in baked


@pytest.mark.parametrize(
    ("credential", "code"),
    [
        (badge(1, SIGNER.controller, "Rowing"), "credential_not_signed"),
        ("not a credential", "input_not_recognised"),
        (b"\xff\xfe", "json_not_utf8"),
        (
            issue(
                Endorsement(issuer=COLLEGE, about="urn:x:1", name="Good", valid_from=AT).to_document(), SIGNER, at=AT
            ),
            "credential_not_bakeable",
        ),
    ],
)
def test_what_is_not_baked(credential, code):
    with pytest.raises((Malformed, Refused)) as caught:
        bake(PICTURES["png"], credential)
    assert caught.value.code == code


@pytest.mark.parametrize("securing", SIGNERS)
@pytest.mark.parametrize("kind", PICTURES)
def test_what_is_for_the_holder_alone_is_not_baked_and_what_is_derived_from_it_is(securing, kind):
    signed = issue(full_badge(SIGNERS[securing].controller), SIGNERS[securing], securing=securing, at=AT)
    if securing != "vc+sd-jwt":  # an SD-JWT is read as it is: it has nothing that is not shown
        with pytest.raises(Refused) as refused:
            bake(PICTURES[kind], signed)
        assert refused.value.code == "base_proof_shown"

    shown = derive(signed, withhold=["/evidence"])
    assert verify(bake(PICTURES[kind], shown), at=AT)


def test_other_pictures_carry_nothing():
    with pytest.raises(Malformed, match="image_kind_unknown"):
        bake(b"\xff\xd8\xff\xe0", BADGE)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"])))
@pytest.mark.parametrize("kind", PICTURES)
def test_any_text_in_a_badge_survives_the_picture(kind, text):
    document = {**BADGE.document, "description": "]]>&<\r\n" + text}

    assert verify(bake(PICTURES[kind], document), at=AT).credential.document == document
