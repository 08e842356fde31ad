"""Colours and letters of pathway pictures, and the writing of SVG elements.

Contrast is at least 4.5 to 1 for letters and 3 to 1 for marks and lines on their ground, in light and in dark (WCAG 2.2,
1.4.3 and 1.4.11). Every rule begins with a class that only one picture has, because a style inside an SVG reaches all of
the page that it stands in.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal

_LIGHT: Final = {
    "page": "#f6f7fb",
    "card": "#ffffff",
    "edge": "#c9d0dd",
    "ink": "#182033",
    "soft": "#525e76",
    "line": "#78849b",
    "track": "#dfe4ee",
    "good": "#15803d",
    "good-ground": "#effaf2",
    "busy": "#2457c5",
    "busy-ground": "#f0f5ff",
    "warn": "#a14f00",
    "warn-ground": "#fff5e9",
    "on": "#ffffff",
    "medal": "#a06a00",
}
_DARK: Final = {
    "page": "#10141c",
    "card": "#1a2130",
    "edge": "#3b475c",
    "ink": "#eef2f9",
    "soft": "#b1bccf",
    "line": "#76849d",
    "track": "#2b3546",
    "good": "#4cc784",
    "good-ground": "#142a20",
    "busy": "#84acff",
    "busy-ground": "#17233d",
    "warn": "#f2b25c",
    "warn-ground": "#2e2314",
    "on": "#10141c",
    "medal": "#e8bd5a",
}

_RULES: Final = """
.page{{fill:{page}}}
text{{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;fill:{ink}}}
.name{{font-size:24px;font-weight:700}}
.soft{{font-size:14px;fill:{soft}}}
.caption{{font-size:14px;font-weight:600;fill:{soft}}}
.title{{font-size:15px;font-weight:600}}
.state,.legend{{font-size:12.5px;fill:{soft}}}
.track{{fill:{track}}}
.bar{{fill:{good}}}
.card{{fill:{card};stroke:{edge};stroke-width:1.25}}
.card.optional{{stroke-dasharray:5 4;stroke:{line}}}
.card.is-completed{{fill:{good-ground};stroke:{good}}}
.card.is-in_progress{{fill:{busy-ground};stroke:{busy}}}
.card.is-lapsed{{fill:{warn-ground};stroke:{warn}}}
.card.goal{{stroke-width:2.75}}
.card.goal.is-available,.card.goal.is-locked{{stroke:{line}}}
.ring{{fill:none;stroke:{line};stroke-width:2.5}}
.arc{{fill:none;stroke:{busy};stroke-width:4.5;stroke-linecap:round}}
.disc.complete{{fill:{good}}}
.disc.lapsed{{fill:{warn}}}
.tick{{fill:none;stroke:{on};stroke-width:2.75;stroke-linecap:round;stroke-linejoin:round}}
.lock{{fill:{soft}}}
.shackle{{fill:none;stroke:{soft};stroke-width:2.5}}
.medal{{fill:{medal};stroke:{card};stroke-width:1.5}}
.ribbon{{fill:{medal}}}
.line{{fill:none;stroke:{line};stroke-width:2}}
.line.prerequisite{{stroke-dasharray:7 5}}
.line.optional{{stroke-dasharray:1.5 5;stroke-linecap:round}}
.line.done{{stroke:{good};stroke-width:2.5}}
.line.head{{stroke-dasharray:none;stroke-width:2.25;stroke-linecap:round;stroke-linejoin:round}}
a:focus-visible .card{{stroke:{busy};stroke-width:4}}
"""


def style(prefix: str, scheme: Literal["auto", "light", "dark"]) -> str:
    """The style sheet of one picture, whose root has the class `prefix`."""
    if scheme == "dark":
        return _rules(prefix, _DARK)
    light = _rules(prefix, _LIGHT)
    if scheme == "light":
        return light
    # Paper is white, whatever the screen is.
    return f"{light}@media screen and (prefers-color-scheme:dark){{\n{_rules(prefix, _DARK)}}}\n"


def _rules(prefix: str, colours: Mapping[str, str]) -> str:
    filled = _RULES.strip()
    for name, colour in colours.items():
        filled = filled.replace(f"{{{name}}}", colour)
    filled = filled.replace("{{", "{").replace("}}", "}")
    lines = []
    for line in filled.split("\n"):
        selectors, _, rest = line.partition("{")
        lines.append(",".join(f".{prefix} {selector}" for selector in selectors.split(",")) + "{" + rest)
    return "\n".join(lines) + "\n"


def element(name: str, attributes: Mapping[str, Any], inside: str = "") -> str:
    """One SVG element. `inside` is markup already; attribute values are escaped here."""
    written = "".join(f' {key}="{escaped(str(value))}"' for key, value in attributes.items())
    return f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"


def escaped(text: str) -> str:
    """Text as it may stand in markup and attributes; characters that XML cannot hold become a replacement sign."""
    shown = "".join(char if _is_xml(char) else "\N{REPLACEMENT CHARACTER}" for char in text)
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        shown = shown.replace(char, entity)
    return shown


def _is_xml(char: str) -> bool:
    """XML 1.0, production 2, without the line breaks and controls that no name needs."""
    return (
        char == "\t"
        or (" " <= char < "\x7f")
        or ("\xa0" <= char <= "\ud7ff")
        or (char >= "\ue000" and char not in "\ufffe\uffff")
    )
