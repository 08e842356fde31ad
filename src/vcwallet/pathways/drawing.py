"""A pathway as a picture: an SVG that reads well in light and dark, on paper, and by ear.

Every state has its own mark and its own words, so colour only repeats what is said already. A screen reader meets a list
of steps from left to right, each with name, state and place; lines and marks are hidden from it. In a language that is
written from right to left the picture is mirrored. There is no script in it, and nothing is loaded from elsewhere.
"""

import hashlib
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from vcwallet.pathways import svg_style
from vcwallet.pathways.arrangement import Arrangement, arrange, place_vertically
from vcwallet.pathways.columns import FOLD_ABOVE, Edge, Node
from vcwallet.pathways.lettering import in_lines, width_of
from vcwallet.pathways.pathway import Pathway
from vcwallet.pathways.progress import PathwayProgress, StepProgress, StepState
from vcwallet.pathways.svg_style import element, escaped
from vcwallet.pathways.wording import asks_for, first, name_of, state_of, summary_of

CARD: Final = 224
GUTTER: Final = 84
ROW_GAP: Final = 20
MARGIN: Final = 36
_WAYPOINT: Final = 10
_ICON: Final = 13
_TEXT_LEFT: Final = 50
_TITLE: Final = 15
_SMALL: Final = 12.5
_LINE: Final = 19
# Bold letters are that much wider than ordinary ones.
_BOLD: Final = 1.15
_PADDING: Final = 14
_MEDAL_ROOM: Final = 34
# Members of a folded group that a screen reader hears by name.
_NAMED: Final = 3
_TITLE_LINES: Final = 3
_HEADER: Final = 118
_RIGHT_TO_LEFT: Final = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})

Scheme = Literal["auto", "light", "dark"]


def draw(
    pathway: Pathway,
    progress: PathwayProgress | None = None,
    *,
    languages: Sequence[str] = (),
    scheme: Scheme = "auto",
    fold_above: int = FOLD_ABOVE,
    opened: Collection[str] = (),
    links: Mapping[str, str] | None = None,
) -> str:
    """The pathway as SVG text, with a learner's progress if it is given.

    `languages` are those of the reader, best first. `scheme` "auto" follows the reader's choice of light or dark.
    `opened` are the ids of groups to show in full. `links` are addresses by step id: an https address, a path or a
    fragment.

    Raises ValueError for another kind of address, and Refused for a pathway that cannot be walked.
    """
    for address in (links or {}).values():
        if not address.startswith(("https://", "/", "#")) or address.startswith("//"):
            raise ValueError(f"expected an https address, a path or a fragment as link, found {address!r}")
    arrangement = arrange(pathway, fold_above=fold_above, opened=opened)
    return _Picture(pathway, progress, arrangement, tuple(languages), scheme, links or {}).text()


@dataclass(frozen=True)
class _Card:
    node: Node
    title: list[str]
    state: StepState | None
    words: str
    fraction: Fraction
    height: float
    is_optional: bool
    is_destination: bool
    milestone: bool
    spoken: str


class _Picture:
    def __init__(
        self,
        pathway: Pathway,
        progress: PathwayProgress | None,
        arrangement: Arrangement,
        languages: tuple[str, ...],
        scheme: Scheme,
        links: Mapping[str, str],
    ) -> None:
        self.pathway, self.progress, self.arrangement = pathway, progress, arrangement
        self.languages, self.scheme, self.links = languages, scheme, links
        tag = pathway.name.best(languages)[0].lower()
        self.is_mirrored = tag.partition("-")[0] in _RIGHT_TO_LEFT
        self.prefix = "p" + hashlib.sha256(pathway.id.encode()).hexdigest()[:8]
        self.cards = {node.id: self._card(node) for node in arrangement.reading_order}
        self.apart = [self._card(Node(step_id, 0, (step_id,))) for step_id in arrangement.off_path]
        heights = {item: _WAYPOINT for lane in arrangement.lanes for item in lane} | {
            key: card.height for key, card in self.cards.items()
        }
        self.middle = place_vertically(arrangement, heights, ROW_GAP)
        bottom = max(self.middle[key] + heights[key] / 2 for key in self.middle)
        number = len(arrangement.lanes)
        self.width = max(2 * MARGIN + number * CARD + (number - 1) * GUTTER, 560)
        self.left = (self.width - (number * CARD + (number - 1) * GUTTER)) / 2
        self.steps_bottom = _HEADER + bottom
        self.height = self.steps_bottom + MARGIN + self._apart_height() + 44

    # --- parts ---------------------------------------------------------------------------------------------------------

    def text(self) -> str:
        title = name_of_pathway(self.pathway, self.languages)
        summary = summary_of(self.progress) if self.progress is not None else f"{len(self.pathway.steps)} steps"
        described = f"A pathway from left to right, ending in {self._name(self.pathway.destination)}. {summary}."
        if self.is_mirrored:
            described = described.replace("from left to right", "from right to left")
        attributes = {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {_n(self.width)} {_n(self.height)}",
            "width": _n(self.width),
            "height": _n(self.height),
            "role": "group",
            "aria-labelledby": f"{self.prefix}t",
            "aria-describedby": f"{self.prefix}d",
            "class": f"vcw {self.prefix}",
            **({"direction": "rtl"} if self.is_mirrored else {}),
        }
        inside = [
            element("title", {"id": f"{self.prefix}t"}, escaped(title)),
            element("desc", {"id": f"{self.prefix}d"}, escaped(described)),
            element("style", {}, svg_style.style(self.prefix, self.scheme)),
            element("rect", {"class": "page", "width": _n(self.width), "height": _n(self.height), "rx": 14}),
            self._header(title, summary),
            self._lines(),
            element("g", {"role": "list"}, "".join(self._drawn(card, number) for number, card in self._ordered())),
            self._drawn_apart(),
            self._legend(),
        ]
        return element("svg", attributes, "\n".join(part for part in inside if part)) + "\n"

    def _ordered(self) -> list[tuple[int, _Card]]:
        return list(enumerate((self.cards[node.id] for node in self.arrangement.reading_order), 1))

    def _header(self, title: str, summary: str) -> str:
        room = self.width - 2 * MARGIN
        (shown,) = in_lines(title, room=room - 90, size=24, most=1)
        parts = [self._text(MARGIN, 46, shown, "name")]
        if self.progress is not None:
            date = self.progress.at.date().isoformat()
            parts.append(self._text(MARGIN, 70, f"{summary} · {date}", "soft"))
            parts.append(self._rect(MARGIN, 84, room, 6, "track", rx=3))
            share = float(self.progress.fraction) * room
            if share > 0:
                parts.append(self._rect(MARGIN, 84, max(share, 6), 6, "bar", rx=3))
        else:
            parts.append(self._text(MARGIN, 70, summary, "soft"))
        return element("g", {"aria-hidden": "true"}, "".join(parts))

    def _lines(self) -> str:
        drawn = [edge for edge in self.arrangement.edges if not edge.is_implied]
        # What is done comes last, so that it lies on top where lines meet.
        drawn.sort(key=lambda edge: self._is_done(edge.source))
        return element("g", {"aria-hidden": "true"}, "".join(map(self._line, drawn)))

    def _line(self, edge: Edge) -> str:
        x, y = self._right(edge.source), self._y(edge.source)
        path = f"M{_n(self._m(x))} {_n(y)}"
        for waypoint in self.arrangement.via[edge.source, edge.target]:
            left = self._column_left(int(waypoint.rpartition(" via ")[2]))
            path += self._curve(x, y, left, self._y(waypoint)) + f"H{_n(self._m(left + CARD))}"
            x, y = left + CARD, self._y(waypoint)
        end, target_y = self._left(edge.target) - 7, self._y(edge.target)
        path += self._curve(x, y, end, target_y)
        kind = f"line {edge.kind}{' done' if self._is_done(edge.source) else ''}"
        tip = self._m(end + 6)
        back = self._m(end - 1)
        head = f"M{_n(back)} {_n(target_y - 4.5)}L{_n(tip)} {_n(target_y)}L{_n(back)} {_n(target_y + 4.5)}"
        return element("path", {"class": kind, "d": path}) + element("path", {"class": f"{kind} head", "d": head})

    def _curve(self, x: float, y: float, to_x: float, to_y: float) -> str:
        bend = min((to_x - x) / 2, 64)
        points = (x + bend, y, to_x - bend, to_y, to_x, to_y)
        a, b, c, d, e, f = (self._m(v) if number % 2 == 0 else v for number, v in enumerate(points))
        return f"C{_n(a)} {_n(b)} {_n(c)} {_n(d)} {_n(e)} {_n(f)}"

    def _drawn(self, card: _Card, number: int) -> str:
        x = self._column_left(card.node.column)
        return self._placed(card, x, _HEADER + self.middle[card.node.id] - card.height / 2, number, len(self.cards))

    def _placed(self, card: _Card, x: float, y: float, number: int, total: int) -> str:
        look = " ".join(
            word
            for word, holds in {
                "card": True,
                f"is-{card.state.name.lower()}" if card.state is not None else "": True,
                "optional": card.is_optional,
                "goal": card.is_destination,
            }.items()
            if holds and word
        )
        parts: list[str] = [element("title", {}, escaped(card.spoken))]
        if card.node.is_group:
            parts += [self._rect(x + shift, y + shift, CARD, card.height, f"{look} behind", rx=12) for shift in (8, 4)]
        parts.append(self._rect(x, y, CARD, card.height, look, rx=12))
        parts.append(self._mark(card, x + 27, y + 15 + _ICON))
        baseline = y + 15 + _ICON + (5 if len(card.title) == 1 else 2)
        if not card.words:
            baseline = y + card.height / 2 - (len(card.title) - 1) * _LINE / 2 + 5
        for row, line in enumerate(card.title):
            parts.append(self._text(x + _TEXT_LEFT, baseline + row * _LINE, line, "title"))
        if card.words:
            under = y + card.height - 16
            room = CARD - _TEXT_LEFT - 12
            (words,) = in_lines(card.words, room=room, size=_SMALL, most=1)
            parts.append(self._text(x + _TEXT_LEFT, under, words, "state"))
        if card.is_destination:
            parts.append(self._text(x + 4, y - 8, "Goal", "legend"))
        if card.milestone:
            parts.append(self._medal(x + CARD - 18, y + 2))
        label = f"{number} of {total}: {card.spoken}"
        content = element("g", {"aria-hidden": "true"}, "".join(parts[1:]))
        if len(card.node.steps) == 1 and card.node.id in self.links:
            content = element("a", {"href": self.links[card.node.id], "aria-label": label}, parts[0] + content)
            return element("g", {"role": "listitem"}, content)
        return element("g", {"role": "listitem", "aria-label": label}, parts[0] + content)

    def _mark(self, card: _Card, x: float, y: float) -> str:
        """The sign of the state; each has a shape of its own."""
        x = self._m(x)
        ring = element("circle", {"class": "ring", "cx": _n(x), "cy": _n(y), "r": _ICON - 2})
        match card.state:
            case StepState.COMPLETED:
                disc = element("circle", {"class": "disc complete", "cx": _n(x), "cy": _n(y), "r": _ICON})
                return disc + _path("tick", f"M{_n(x - 5.5)} {_n(y + 0.5)}l3.8 3.8 7.2-8")
            case StepState.IN_PROGRESS:
                return ring + _path("arc", _arc(x, y, _ICON - 2, float(card.fraction), clockwise=not self.is_mirrored))
            case StepState.LAPSED:
                disc = element("circle", {"class": "disc lapsed", "cx": _n(x), "cy": _n(y), "r": _ICON})
                return disc + _path("tick", f"M{_n(x)} {_n(y - 6)}v7.5M{_n(x)} {_n(y + 5.6)}v.2")
            case StepState.LOCKED:
                body = element(
                    "rect", {"class": "lock", "x": _n(x - 8), "y": _n(y - 2), "width": 16, "height": 12, "rx": 3}
                )
                return body + _path("shackle", f"M{_n(x - 5)} {_n(y - 2)}v-3a5 5 0 0 1 10 0v3")
            case _:
                return ring

    def _medal(self, x: float, y: float) -> str:
        x = self._m(x)
        ribbon = _path("ribbon", f"M{_n(x - 5)} {_n(y + 8)}v14l5-4 5 4v-14z")
        return ribbon + element("circle", {"class": "medal", "cx": _n(x), "cy": _n(y + 7), "r": 6.5})

    def _apart_height(self) -> float:
        if not self.apart:
            return 0
        return 40 + sum(max(card.height for card in row) + ROW_GAP for row in self._apart_rows())

    def _apart_rows(self) -> list[list[_Card]]:
        fit = max(int((self.width - 2 * MARGIN + ROW_GAP) // (CARD + ROW_GAP)), 1)
        return [self.apart[start : start + fit] for start in range(0, len(self.apart), fit)]

    def _drawn_apart(self) -> str:
        if not self.apart:
            return ""
        y = self.steps_bottom + MARGIN + 14
        parts = [element("g", {"aria-hidden": "true"}, self._text(MARGIN, y, "Off the path", "caption"))]
        y += 18
        number = 0
        for row in self._apart_rows():
            for index, card in enumerate(row):
                number += 1
                parts.append(self._placed(card, MARGIN + index * (CARD + ROW_GAP), y, number, len(self.apart)))
            y += max(card.height for card in row) + ROW_GAP
        return element("g", {"role": "list", "aria-label": "Off the path"}, "".join(parts))

    def _legend(self) -> str:
        """What the lines and the medal mean, as far as they occur."""
        y = self.height - 24
        x: float = MARGIN
        parts: list[str] = []
        kinds = {edge.kind for edge in self.arrangement.edges if not edge.is_implied}
        words = {"requires": "counts towards", "prerequisite": "comes first", "optional": "optional"}
        for kind, word in words.items():
            if kind in kinds:
                ends = f"M{_n(self._m(x))} {_n(y - 4)}H{_n(self._m(x + 26))}"
                parts.append(element("path", {"class": f"line {kind}", "d": ends}))
                parts.append(self._text(x + 34, y, word, "legend"))
                x += 34 + width_of(word, 12) + 22
        if any(card.milestone for card in (*self.cards.values(), *self.apart)):
            parts.append(self._medal(x + 8, y - 15))
            parts.append(self._text(x + 22, y, "awards a badge", "legend"))
        return element("g", {"aria-hidden": "true"}, "".join(parts))

    # --- what a card says ------------------------------------------------------------------------------------------------

    def _card(self, node: Node) -> _Card:
        if node.is_group:
            return self._group(node)
        step = self.pathway.step(node.id)
        progress = self.progress.steps[node.id] if self.progress is not None else None
        room = CARD - _TEXT_LEFT - (_MEDAL_ROOM if step.milestone is not None else _PADDING)
        title = in_lines(name_of(step, self.languages), room=room, size=_TITLE * _BOLD, most=_TITLE_LINES)
        words = self._words(progress) if progress is not None else asks_for(step)
        optional = "optional" if step.optional else ""
        written = _capital(" · ".join(part for part in (words, optional) if part))
        spoken = [name_of(step, self.languages), optional, *self._spoken(progress), asks_for(step)]
        return _Card(
            node,
            title,
            progress.state if progress is not None else None,
            written,
            progress.fraction if progress is not None else Fraction(0),
            self._height(len(title), written),
            step.optional,
            step.id == self.pathway.destination,
            step.milestone is not None,
            ", ".join(part for part in spoken if part),
        )

    def _group(self, node: Node) -> _Card:
        assert node.number is not None
        total = len(node.steps)
        wanted = f"all {total} steps" if node.number == total else f"any {node.number or ''} of {total} steps"
        done = 0
        if self.progress is not None:
            done = sum(self.progress.steps[step_id].is_complete for step_id in node.steps)
        is_done = self.progress is not None and done >= max(node.number, 1)
        state = None
        if self.progress is not None:
            state = StepState.COMPLETED if is_done else StepState.IN_PROGRESS if done else StepState.AVAILABLE
        words = f"{done} done" if self.progress is not None else "any of them"
        fraction = Fraction(min(done, node.number), node.number) if node.number else Fraction(is_done)
        names = ", ".join(self._name(step_id) for step_id in node.steps[:_NAMED])
        spoken = f"{wanted}: {names} and {total - _NAMED} more; {words}"
        title = in_lines(_capital(wanted), room=CARD - _TEXT_LEFT - _PADDING, size=_TITLE * _BOLD, most=2)
        height = self._height(len(title), words)
        return _Card(node, title, state, _capital(words), fraction, height, False, False, False, spoken)  # noqa: FBT003

    def _words(self, progress: StepProgress) -> str:
        waits = [self._name(step_id) for step_id in progress.open_prerequisites]
        if progress.state is StepState.LOCKED or (waits and progress.state is StepState.AVAILABLE):
            sign = "locked" if progress.state is StepState.LOCKED else "open"
            return f"{sign} · first {waits[0]}" + (f" +{len(waits) - 1}" if len(waits) > 1 else "")
        return state_of(progress).replace(", ", " · ")

    def _spoken(self, progress: StepProgress | None) -> list[str]:
        if progress is None:
            return []
        return [state_of(progress), first(progress, self.pathway, self.languages)]

    def _name(self, step_id: str) -> str:
        return name_of(self.pathway.step(step_id), self.languages)

    @staticmethod
    def _height(lines: int, words: str) -> float:
        return max(56, 30 + lines * _LINE + (21 if words else 0) - (4 if lines > 1 else 0))

    def _is_done(self, node_id: str) -> bool:
        return self.cards[node_id].state is StepState.COMPLETED

    # --- places ----------------------------------------------------------------------------------------------------------

    def _m(self, x: float) -> float:
        """A place from the side where reading begins."""
        return self.width - x if self.is_mirrored else x

    def _column_left(self, column: int) -> float:
        return self.left + column * (CARD + GUTTER)

    def _left(self, node_id: str) -> float:
        return self._column_left(self.cards[node_id].node.column)

    def _right(self, node_id: str) -> float:
        return self._left(node_id) + CARD + (8 if self.cards[node_id].node.is_group else 0)

    def _y(self, item: str) -> float:
        return _HEADER + self.middle[item]

    def _rect(self, x: float, y: float, width: float, height: float, look: str, *, rx: float) -> str:
        left = self.width - x - width if self.is_mirrored else x
        size = {"x": _n(left), "y": _n(y), "width": _n(width), "height": _n(height), "rx": rx}
        return element("rect", {"class": look, **size})

    def _text(self, x: float, y: float, text: str, look: str) -> str:
        if self.is_mirrored and look not in {"name", "title"}:
            # Our own words are English; isolated, they stay in order among letters that run the other way.
            text = f"\u2066{text}\u2069"
        return element("text", {"class": look, "x": _n(self._m(x)), "y": _n(y)}, escaped(text))


def name_of_pathway(pathway: Pathway, languages: Sequence[str] = ()) -> str:
    """The pathway's name in a language that the reader knows, or its id."""
    return pathway.name.in_language(*languages) or pathway.id


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _path(look: str, d: str) -> str:
    return element("path", {"class": look, "d": d})


def _arc(x: float, y: float, radius: float, fraction: float, *, clockwise: bool) -> str:
    angle = 2 * math.pi * min(max(fraction, 0.04), 0.96)
    end_x = x + radius * math.sin(angle) * (1 if clockwise else -1)
    end_y = y - radius * math.cos(angle)
    large, sweep = int(angle > math.pi), int(clockwise)
    return f"M{_n(x)} {_n(y - radius)}A{radius} {radius} 0 {large} {sweep} {_n(end_x)} {_n(end_y)}"


def _n(value: float) -> str:
    """A coordinate with at most one digit after the point: finer than any screen, and the same everywhere."""
    return f"{round(value, 1):g}" if abs(value) < 1e5 else str(round(value))  # noqa: PLR2004 - beyond, %g rounds
