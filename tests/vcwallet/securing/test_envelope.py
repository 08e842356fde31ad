"""What is recognised, and by what: never an exception but our own, whatever comes."""

import base64
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet.errors import Malformed, VcwalletError
from vcwallet.securing.envelope import CompactJwt, EmbeddedProof, recognise
from vcwallet.testing.signing import SampleKey, to_jwt

KEY = SampleKey.from_seed("envelope")
V2 = "https://www.w3.org/ns/credentials/v2"


def token(**header):
    return to_jwt({"id": "urn:x:y"}, KEY, **header)


def envelope(content, media_type="application/vc+jwt"):
    return {"@context": V2, "type": "EnvelopedVerifiableCredential", "id": f"data:{media_type},{content}"}


@pytest.mark.parametrize(
    ("typ", "form"),
    [
        ("vc+jwt", "vc+jwt"),
        ("application/vc+jwt", "vc+jwt"),
        ("VC+JWT", "vc+jwt"),
        ("vp+jwt", "vp+jwt"),
        ("JWT", "VC-JWT"),
        (None, "VC-JWT"),
        (5, "VC-JWT"),
        ("vc+jwt ", "VC-JWT"),
    ],
)
def test_the_form_of_a_token_is_what_its_typ_says(typ, form):
    assert recognise(token(typ=typ)).form == form


def test_the_media_type_of_an_envelope_decides_only_where_typ_is_absent():
    assert recognise(envelope(token(typ=None))).form == "vc+jwt"
    assert recognise(envelope(token(typ="JWT"))).form == "VC-JWT"
    assert recognise(envelope(token(typ=None), "application/jwt")).form == "VC-JWT"


def test_what_was_received_is_the_envelope_and_not_what_it_holds():
    import json

    text = json.dumps(envelope(token(typ="vc+jwt"))).encode() + b"\n"

    found = recognise(text)

    assert isinstance(found, CompactJwt)
    assert found.received == text
    assert recognise(envelope(token(typ="vc+jwt"))).received is None


@given(st.text(max_size=60), st.sampled_from(["", ";base64", ";charset=utf-8", ";x"]))
def test_any_content_of_an_envelope_is_a_token_or_our_own_error(content, parameters):
    try:
        found = recognise(envelope(content, f"application/vc+jwt{parameters}"))
    except VcwalletError:
        return
    assert isinstance(found, CompactJwt)


@given(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["EnvelopedVerifiableCredential", ["EnvelopedVerifiablePresentation"], [5], None])},
        optional={"@context": st.none() | st.text(max_size=5) | st.just(V2), "id": st.none() | st.text(max_size=20)},
    )
)
def test_any_envelope_is_opened_or_refused_with_our_own_error(document):
    with contextlib.suppress(VcwalletError):
        assert isinstance(recognise(document), CompactJwt | EmbeddedProof)


@given(st.binary(max_size=40))
def test_the_same_token_comes_out_of_base64_as_went_in(noise):
    text = token(typ="vc+jwt", x=noise.hex())

    plain = recognise(envelope(text))
    encoded = recognise(envelope(base64.b64encode(text.encode()).decode(), "application/vc+jwt;base64"))

    assert plain.unverified_jws == encoded.unverified_jws


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "nothing"),
        (" \n", "nothing"),
        ("Dear Ana,", "text of another kind"),
        (b"\x89\xff", "bytes of another kind"),
    ],
)
def test_what_is_not_recognised_is_told_with_everything_that_would_be(data, found):
    with pytest.raises(Malformed, match="a compact JWS, an SD-JWT, or a PNG") as raised:
        recognise(data)

    assert raised.value.code == "input_not_recognised"
    assert raised.value.problem.message.endswith(f"found {found}")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
@pytest.mark.parametrize("text", ['{"id": "urn:x:y"}', token()])
def test_a_file_in_another_encoding_is_told_so(encoding, text):
    """Windows saves like this: "expected a JSON object" helps nobody who sees one in the editor."""
    marked = text if encoding.endswith(("sig", "16", "32")) else f"\ufeff{text}"
    with pytest.raises(VcwalletError) as refused:
        recognise(marked.encode(encoding))

    assert refused.value.code == "json_not_utf8"
    assert "UTF-8" in refused.value.problem.hint
