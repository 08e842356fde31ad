"""What can be wrong with the picture that a credential is baked into."""

from typing import Final

from vcwallet.testing import pictures
from vcwallet.testing.drafts import Draft
from vcwallet.testing.faults.fault import Fault, malformed


def _cut_the_picture_off(draft: Draft) -> None:
    draft.data = draft.data[:-20]


def _damage_the_picture(draft: Draft) -> None:
    """A bit of the baked text flips on the way, and the checksum of its chunk tells."""
    at = draft.data.index(b"iTXt") + 60
    draft.data = draft.data[:at] + bytes([draft.data[at] ^ 1]) + draft.data[at + 1 :]


def _bake_it_in_twice(draft: Draft) -> None:
    start = draft.data.index(b"iTXt") - 4
    end = start + 12 + int.from_bytes(draft.data[start : start + 4])
    draft.data = draft.data[:end] + draft.data[start:]


def _declare_an_entity(draft: Draft) -> None:
    draft.data = b'<!DOCTYPE svg [<!ENTITY name "Admiral">]>' + draft.data


def _lose_the_badge(draft: Draft) -> None:
    """What a messenger does that saves every picture anew."""
    draft.data = pictures.png_picture() if draft.choice.carrier == "png" else pictures.svg_picture()


FAULTS: Final = (
    Fault(
        "picture without badge",
        "the badge was lost when somebody saved the picture anew",
        malformed("structure", "image_has_no_credential"),
        lambda choice: choice.carrier != "plain",
        in_picture=_lose_the_badge,
    ),
    Fault(
        "picture cut off",
        "the end of the picture is missing",
        lambda choice: malformed("structure", f"{choice.carrier}_malformed"),
        lambda choice: choice.carrier != "plain",
        in_picture=_cut_the_picture_off,
    ),
    Fault(
        "picture damaged",
        "a bit of the picture has another value, and its checksum tells",
        malformed("structure", "png_crc"),
        lambda choice: choice.carrier == "png",
        in_picture=_damage_the_picture,
    ),
    Fault(
        "two badges in one picture",
        "it is not clear which is meant",
        malformed("structure", "image_has_several_credentials"),
        lambda choice: choice.carrier == "png",
        in_picture=_bake_it_in_twice,
    ),
    Fault(
        "picture with entities",
        "the drawing declares entities, by which it can say something else to each reader",
        malformed("structure", "svg_has_internal_subset"),
        lambda choice: choice.carrier == "svg",
        in_picture=_declare_an_entity,
    ),
)
