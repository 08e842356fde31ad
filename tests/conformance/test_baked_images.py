"""The baked badges among the samples of 1EdTech's public validator: what comes out of each, and that it can go back in.

Its own tests call these images valid, or ask that a document with an `@context` comes out (INDEX.json beside them).
"""

import base64
import json

import pytest

from tests.shared_data import cases
from tests.small_pictures import OB3_SVG, SIGNATURE, chunks_of, elements_of
from vcwallet.errors import Malformed
from vcwallet.images import png, svg
from vcwallet.operations.baking import is_image, unbake

KEYWORDS = {b"openbadgecredential", b"openbadges"}


def images(*patterns):
    def load(folder):
        for pattern in patterns:
            for path in sorted(folder.glob(pattern)):
                yield pytest.param(path.read_bytes(), id=f"{path.parent.name}/{path.name}")

    return load


BADGES = cases("validator-corpus", 7, images("ob30/*.png", "ob30/*.svg", "ob20/*.png"))
UNBAKED = cases("validator-corpus", 2, images("ob20/assets/*.png"))


def text_in(image):
    """The text as another reader finds it."""
    if image.startswith(SIGNATURE):
        [text] = [
            data.split(b"\0", 5)[5].decode()
            for kind, data in chunks_of(image)
            if kind == b"iTXt" and data.split(b"\0")[0] in KEYWORDS
        ]
    else:
        [(verify, body)] = elements_of(image, OB3_SVG, "credential")
        text = verify or body
    return text


def document_in(text):
    if text.startswith("{"):
        return json.loads(text)
    _, payload, _ = text.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return claims.get("vc", claims)


@pytest.mark.parametrize("image", BADGES)
def test_the_badge_comes_out_of_an_official_sample(image):
    assert is_image(image)

    text = unbake(image)

    assert text == text_in(image).strip()
    assert "@context" in document_in(text)


@pytest.mark.parametrize("image", UNBAKED)
def test_an_official_picture_without_a_badge_has_none(image):
    with pytest.raises(Malformed) as caught:
        unbake(image)
    assert caught.value.code == "image_has_no_credential"


@pytest.mark.parametrize("image", BADGES)
def test_a_badge_put_into_an_official_sample_replaces_the_one_it_has(image):
    text = '{"name": "Grüße ]]> <&"}'
    if image.startswith(SIGNATURE):
        [keyword] = {data.split(b"\0")[0] for _, data in chunks_of(image)} & KEYWORDS
        baked = png.put_text(image, keyword.decode(), text)
        kept = [found for found in chunks_of(image) if not found[1].startswith(keyword + b"\0")]
        assert [found for found in chunks_of(baked) if not found[1].startswith(keyword + b"\0")] == kept
    else:
        baked = svg.put_element(image, OB3_SVG, "credential", svg.SvgText(body=text))
        after = image[image.index(b"</openbadges:credential>") + len(b"</openbadges:credential>") :]
        assert baked.endswith(after)

    assert unbake(baked) == text
    assert text_in(baked) == text
