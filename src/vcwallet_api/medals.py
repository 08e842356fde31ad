"""A drawn medal for a badge that has no picture of its own: always the same for the same achievement and issuer.

Shape, two hues, an engraved ring and the initials come from a digest of the two names, so that one badge looks the same on
every page and another one differs, at 32 pixels (shape and colours) as at 400 (the engraving). The address of a medal holds
the digest and the initials, and no name.
"""

import hashlib
import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote
from xml.sax.saxutils import escape

# As many as tell any two badges of one learner apart.
_SEED_DIGITS: Final = 12
_SEED: Final = re.compile(rf"[0-9a-f]{{{_SEED_DIGITS}}}")
_MAX_INITIALS: Final = 2

# Hues that look well beside one another, in degrees: the body, and what is bright on it.
_HUES: Final = (
    (205, 44),
    (168, 48),
    (262, 330),
    (338, 36),
    (22, 50),
    (222, 190),
    (148, 84),
    (285, 200),
    (8, 42),
    (190, 120),
)
# Two letters of which one is as wide as these would stand on the ring around them.
_WIDE: Final = frozenset("MWŴШЩЮЖÆŒ")
# Words that say nothing about an achievement.
_SMALL_WORDS: Final = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "by",
        "for",
        "from",
        "in",
        "of",
        "on",
        "or",
        "the",
        "to",
        "with",
        "de",
        "het",
        "een",
        "van",
        "en",
        "la",
        "el",
        "los",
        "las",
        "y",
        "del",
    ]
)


@dataclass(frozen=True, slots=True)
class Medal:
    """What a medal is drawn from: twelve hexadecimal digits, and one or two letters."""

    seed: str
    initials: str

    @property
    def path(self) -> str:
        """Where the service serves the picture."""
        return f"/medals/{self.seed}.svg?i={quote(self.initials)}" if self.initials else f"/medals/{self.seed}.svg"


def medal_for(achievement: str, issuer: str) -> Medal:
    """The medal of an achievement, by its name and its issuer's."""
    digest = hashlib.sha256(f"{achievement}\0{issuer}".encode()).hexdigest()
    return Medal(digest[:_SEED_DIGITS], initials_of(achievement))


def initials_of(name: str) -> str:
    """One or two letters that stand for a name: of its first words, and of a number or grade at its end."""
    words = [word for word in re.findall(r"\w+", unicodedata.normalize("NFC", name)) if word[0].isalnum()]
    telling = [word for word in words if word.casefold() not in _SMALL_WORDS] or words
    return "".join(word[0].upper()[0] for word in telling[:_MAX_INITIALS])


def parse_medal(seed: str, initials: str) -> Medal | None:
    """The medal that an address means, or None if no medal has that address."""
    letters = unicodedata.normalize("NFC", initials)
    if not _SEED.fullmatch(seed) or len(letters) > _MAX_INITIALS or not all(letter.isalnum() for letter in letters):
        return None
    return Medal(seed, letters)


def draw_medal(medal: Medal) -> str:
    """The medal as an SVG document of about six kilobytes. It has no script, no style sheet and no reference outside."""
    bits = int(medal.seed, 16)
    shape, bits = bits % len(_SHAPES), bits // len(_SHAPES)
    (hue, glow), bits = _HUES[bits % len(_HUES)], bits // len(_HUES)
    petals, bits = 12 + 2 * (bits % 5), bits // 5
    tilt, bits = bits % 30, bits // 30
    outline = _SHAPES[shape]
    size = 66 if len(medal.initials) == 1 else 44 if _WIDE & set(medal.initials) else 54
    letters = (
        f'<text x="100" y="101" font-family="Georgia, \'Noto Serif\', \'Noto Naskh Arabic\', serif" font-size="{size}" '
        f'font-weight="700" text-anchor="middle" dominant-baseline="central" fill="hsl({hue} 70% 16%)">'
        f"{escape(medal.initials)}</text>"
        if medal.initials
        else ""
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200" width="200" height="200">'
        "<defs>"
        f'<linearGradient id="b" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="hsl({hue} 62% 52%)"/>'
        f'<stop offset="1" stop-color="hsl({(hue + 22) % 360} 66% 27%)"/></linearGradient>'
        f'<radialGradient id="f" cx="0.38" cy="0.3" r="0.85"><stop offset="0" stop-color="hsl({glow} 92% 93%)"/>'
        f'<stop offset="0.6" stop-color="hsl({glow} 78% 80%)"/><stop offset="1" stop-color="hsl({glow} 62% 62%)"/>'
        "</radialGradient>"
        "</defs>"
        f'<path d="{outline(94.0, tilt)}" fill="url(#b)"/>'
        f'<path d="{outline(87.0, tilt)}" fill="none" stroke="hsl({glow} 85% 82%)" stroke-opacity="0.75" '
        'stroke-width="1.6"/>'
        f'<g fill="none" stroke="hsl({glow} 90% 88%)" stroke-opacity="0.34" stroke-width="0.9">'
        f"{_engraving(petals, tilt)}</g>"
        f'<circle cx="100" cy="100" r="54" fill="hsl({hue} 60% 20%)" fill-opacity="0.35"/>'
        '<circle cx="100" cy="100" r="52" fill="url(#f)"/>'
        f'<circle cx="100" cy="100" r="46.5" fill="none" stroke="hsl({hue} 55% 30%)" stroke-opacity="0.45" '
        'stroke-width="1.2" stroke-dasharray="0.1 5" stroke-linecap="round"/>'
        f"{letters}</svg>"
    )


def _engraving(petals: int, tilt: int) -> str:
    """Two rings of ellipses that cross, as on bank notes: fine at 400 pixels, a soft shimmer at 32."""
    step = 360 / petals
    return "".join(
        f'<ellipse cx="100" cy="100" rx="{radius}" ry="{width}" transform="rotate({tilt + step * index / 2:.2f} 100 100)"/>'
        for radius, width in ((78, 58), (68, 74))
        for index in range(petals)
    )


# --- outlines ----------------------------------------------------------------------------------------------------------

_SQUARE: Final = 4
# An edge is smooth at 400 pixels with a point every degree and a half.
_POINTS: Final = 240


def _path(points: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{100 + x:.2f} {100 + y:.2f}" for x, y in points) + "Z"


def _wavy(radius: float, tilt: float, *, waves: int, depth: float, sharpness: float = 1.0) -> str:
    """A circle whose edge goes in and out: how many times, how deep, and how suddenly."""
    points = []
    for index in range(_POINTS):
        angle = math.tau * index / _POINTS
        wave = math.cos(waves * angle)
        height = math.copysign(abs(wave) ** sharpness, wave)
        length = radius * (1 - depth + depth * height)
        turned = angle + math.radians(tilt)
        points.append((length * math.cos(turned), length * math.sin(turned)))
    return _path(points)


def _rounded(corners: int, radius: float, turn: float) -> str:
    """A polygon whose sides are bent outwards a little, so that it looks struck and not cut."""
    points = []
    for index in range(_POINTS):
        angle = math.tau * index / _POINTS
        sector = math.tau / corners
        inside = (angle % sector) - sector / 2
        edge = radius * math.cos(sector / 2) / math.cos(inside)
        length = 0.62 * edge + 0.38 * radius * (0.97 if corners == _SQUARE else 0.985)
        points.append((length * math.cos(angle + math.radians(turn)), length * math.sin(angle + math.radians(turn))))
    return _path(points)


def _disc(radius: float, _tilt: int) -> str:
    return _wavy(radius, 0, waves=1, depth=0.0)


def _scalloped(radius: float, tilt: int) -> str:
    return _wavy(radius, tilt, waves=16, depth=0.035)


def _flower(radius: float, tilt: int) -> str:
    return _wavy(radius, tilt, waves=8, depth=0.06)


def _sunburst(radius: float, tilt: int) -> str:
    return _wavy(radius, tilt, waves=24, depth=0.045, sharpness=0.6)


def _hexagon(radius: float, _tilt: int) -> str:
    return _rounded(6, radius, 90)


def _octagon(radius: float, _tilt: int) -> str:
    return _rounded(8, radius, 22.5)


def _diamond(radius: float, _tilt: int) -> str:
    return _rounded(_SQUARE, radius, 0)


def _tile(radius: float, _tilt: int) -> str:
    return _rounded(_SQUARE, radius, 45)


_SHAPES: Final = (_disc, _scalloped, _flower, _sunburst, _hexagon, _octagon, _diamond, _tile)
