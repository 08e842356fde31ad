"""Put a badge into a picture, and take it out again, whichever of the known pictures and formats it is.

The kind of picture is told by its content, never by a file name. Looked for, where the specifications put them:

* Open Badges 3.0 ("Baked Badge") and CLR 2.0 credentials: a JWS, or a JSON document with an embedded proof;
* Open Badges 2.0 assertions (baking specification): a JWS, a JSON document, or the address of a hosted assertion.

An image speaks for at most one credential. Open Badges 3.0 says that there MUST be only one and lets a reader stop at
the first. We read on and refuse two, even two equal ones: another reader may take the last, and show something else
than we verified. The one exception is an Open Badges 2.0
assertion beside a newer credential: issuers who change over bake both, each under its own name, and readers of either
version see only theirs. Then the newer one is the answer.

What is baked in is one Open Badges 3.0 or CLR 2.0 credential, exactly as it was signed; every other byte of the picture
stays. Nothing is verified here, and the picture proves nothing: anybody can bake any credential into any picture.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from vcwallet.credentials.credential import Credential
from vcwallet.errors import Malformed, Refused
from vcwallet.images import png, svg
from vcwallet.operations.securing_documents import refuse_base_proofs
from vcwallet.operations.signed import Signed, secured_text, unverified_document
from vcwallet.securing.envelope import CompactJwt, recognise
from vcwallet.standard import standard_toolkit


@dataclass(frozen=True, slots=True)
class _BakedFormat:
    """Where one format puts its credential: the keyword in a PNG, the element in an SVG."""

    keyword: str
    namespace: str
    element: str


_OPEN_BADGES_3: Final = _BakedFormat("openbadgecredential", "https://purl.imsglobal.org/ob/v3p0", "credential")
_CLR_2: Final = _BakedFormat("clrcredential", "https://purl.imsglobal.org/clr/v2p0", "credential")
_OPEN_BADGES_2: Final = _BakedFormat("openbadges", "http://openbadges.org", "assertion")
# Formats of one generation stand side by side; an older generation is looked at only when the newer is absent.
_GENERATIONS: Final = ((_OPEN_BADGES_3, _CLR_2), (_OPEN_BADGES_2,))

# Pictures that people send although no badge can be in them: offset, magic number, name.
_OTHER_PICTURES: Final = (
    (0, b"\xff\xd8\xff", "a JPEG"),
    (0, b"GIF87a", "a GIF"),
    (0, b"GIF89a", "a GIF"),
    (8, b"WEBP", "a WebP"),
    (4, b"ftypavif", "an AVIF"),
    (4, b"ftyphei", "a HEIC"),
    (4, b"ftypmif1", "a HEIC"),
)
_GZIP: Final = b"\x1f\x8b"
# What JSON and XML both count as blank; nothing that is signed begins or ends with it.
_BLANK: Final = " \t\r\n"


def is_image(data: bytes) -> bool:
    """Whether to hand these bytes to `unbake` rather than read them as a credential.

    True for every kind of picture, and for XML and gzip of any kind, since neither can be a credential as text: so the
    message about them is the one about pictures.
    """
    return png.is_png(data) or svg.looks_like_svg(data) or data.startswith(_GZIP) or _other_picture(data) is not None


def bake(image: bytes, credential: Signed | bytes | str | Mapping[str, Any], *, replace: bool = False) -> bytes:
    """The same picture with the credential inside, and every other byte as it was.

    `credential` is one that is signed: what `issue` gave, a JSON text or a compact JWS. A picture that carries one of
    the same kind already is refused unless `replace` says that the new one takes its place; an Open Badges 2.0 assertion
    stays beside the new credential, for readers of that version.

    Pictures are handed around, and base proofs of selective disclosure are for the holder alone: they are refused. Bake
    what `derive` makes of them.

    Raises `Refused` image_has_a_credential, credential_not_bakeable, credential_not_signed and base_proof_shown,
    `Malformed` as `unbake` and the readers of credentials do.
    """
    text = secured_text(credential)
    baked_format, is_token = _format_for(text)
    if png.is_png(image):
        read = _from_png
    elif svg.looks_like_svg(image):
        read = _from_svg
    else:
        raise _not_a_carrier(image)
    other = _CLR_2 if baked_format is _OPEN_BADGES_3 else _OPEN_BADGES_3
    if read(image, other) or (read(image, baked_format) and not replace):
        raise Refused(
            "image_has_a_credential",
            "the picture carries a credential already, and an image speaks for one only",
            hint="bake into the original picture, or say that the credential in it is to be replaced",
        )
    if read is _from_png:
        baked = png.put_text(image, baked_format.keyword, text)
    else:
        # OB 3.0, Baked Badge: a JWS stands in the attribute `verify`, JSON in the body.
        element = svg.SvgText(verify=text) if is_token else svg.SvgText(body=text)
        baked = svg.put_element(image, baked_format.namespace, baked_format.element, element)
    return baked


def _format_for(text: str) -> tuple[_BakedFormat, bool]:
    """Where the credential goes by its kind, and whether it is a token."""
    secured = recognise(text)
    document = unverified_document(secured)
    is_token = isinstance(secured, CompactJwt)
    if not is_token and not document.get("proof"):
        raise Refused("credential_not_signed", "expected a signed credential: this one has no proof", pointer="/proof")
    refuse_base_proofs(document, standard_toolkit())
    kind = Credential(document).kind
    formats = {"AchievementCredential": _OPEN_BADGES_3, "ClrCredential": _CLR_2}
    if kind not in formats:
        raise Refused(
            "credential_not_bakeable",
            f"only badges and learner records are baked, and this is of kind {kind}",
            pointer="/type",
        )
    return formats[kind], is_token


def unbake(image: bytes) -> str:
    """The one credential that is baked into a PNG or SVG image: a JWS, a JSON text, or (Open Badges 2.0) an address.

    It is handed over exactly as the image has it, without the blanks around it: bakers indent the text in an SVG, no
    signature covers these, and whether the text begins with `{` tells JSON from a JWS.
    Raises Malformed image_kind_unknown, image_is_compressed, image_has_no_credential, image_has_several_credentials,
    image_credential_ambiguous, and what is wrong with the image itself (images/png.py, images/svg.py).
    """
    if png.is_png(image):
        read = _from_png
    elif svg.looks_like_svg(image):
        read = _from_svg
    else:
        raise _not_a_carrier(image)
    for generation in _GENERATIONS:
        found = [text for baked_format in generation for text in read(image, baked_format)]
        if len(found) > 1:
            raise Malformed(
                "image_has_several_credentials",
                f"the image carries {len(found)} credentials, and it must be clear which one is meant",
            )
        if found:
            return _not_blank(found[0])
    raise Malformed(
        "image_has_no_credential",
        "the image carries no credential: no Open Badges 3.0, CLR 2.0 or Open Badges 2.0 text is in it",
        hint="Photo libraries, messengers and image editors remove it; ask for the original file.",
    )


def _from_png(image: bytes, baked_format: _BakedFormat) -> list[str]:
    return png.read_texts(image, baked_format.keyword)


def _from_svg(image: bytes, baked_format: _BakedFormat) -> list[str]:
    elements = svg.read_elements(image, baked_format.namespace, baked_format.element)
    return [_text_of_element(element, baked_format) for element in elements]


def _text_of_element(element: svg.SvgText, baked_format: _BakedFormat) -> str:
    verify = (element.verify or "").strip(_BLANK)
    body = (element.body or "").strip(_BLANK)
    if not (verify and body):
        return verify or body
    # Open Badges 2.0: "If there is a body, it is the JSON", and `verify` is then the address of the same assertion.
    if baked_format is _OPEN_BADGES_2 and verify.startswith(("https://", "http://")):
        return body
    raise Malformed(
        "image_credential_ambiguous",
        f"the element {baked_format.element} has an attribute verify and a body; one reader takes one, one the other",
    )


def _not_blank(text: str) -> str:
    text = text.strip(_BLANK)
    if not text:
        raise Malformed("image_has_no_credential", "the place for the credential in the image is empty")
    return text


def _other_picture(data: bytes) -> str | None:
    return next((name for offset, magic, name in _OTHER_PICTURES if data.startswith(magic, offset)), None)


def _not_a_carrier(data: bytes) -> Malformed:
    if data.startswith(_GZIP):
        return Malformed(
            "image_is_compressed",
            "the data are compressed with gzip, as in an SVGZ file; an SVG is read only as plain text",
            hint="Decompress the file (gunzip) and try again.",
        )
    name = _other_picture(data) or "neither"
    return Malformed(
        "image_kind_unknown",
        f"only PNG and SVG images carry badges, and this is {name}",
        hint="A converted picture has lost its badge; ask for the original PNG or SVG.",
    )
