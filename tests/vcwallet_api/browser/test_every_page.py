"""I1 through the pages: what axe finds, 320 pixels, targets, and whether the keyboard reaches everything, on every page."""

from pathlib import Path

import pytest

import vcwallet_api
from tests.vcwallet_api.browser.visitors import IN_CHROMIUM
from tests.vcwallet_api.browser.walk import Walk
from vcwallet_api.rendering import Pages

pytestmark = IN_CHROMIUM

_TEMPLATES = Path(vcwallet_api.__file__).parent / "templates"
_SMALL = {"viewport": {"width": 320, "height": 640}, "reduced_motion": "reduce"}
_AXE_OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    # Belongs to WCAG 4.1.2, and has no tag of it.
    "rules": {"aria-dialog-name": {"enabled": True}},
}
# Everything that can be pressed or typed into, but for links within a line of text, and for what is not to be seen.
_SMALL_TARGETS = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
  .filter(each => each.checkVisibility() && getComputedStyle(each).display !== "inline" && !each.matches(".skip"))
  .filter(each => { const {width, height} = each.getBoundingClientRect(); return width < 24 || height < 24; })
  .map(each => each.outerHTML.slice(0, 200))"""
# A code is seen whole; a phone offers digits for it, and the code itself where the mail has come to it.
_POOR_CODES = """() => [...document.querySelectorAll("input.code")]
  .filter(each => each.scrollWidth > each.clientWidth
    || !each.matches("[inputmode=numeric][autocomplete=one-time-code]:not([autocapitalize])"))
  .map(each => each.outerHTML)"""
_NUMBER_WHAT_CAN_BE_REACHED = """() => {
  const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter(each => each.checkVisibility() && !each.disabled);
  all.forEach((each, number) => each.dataset.place = number);
  return all.length;
}"""
_WHERE_THE_FOCUS_IS = """() => {
  const each = document.activeElement;
  if (each?.dataset.place === undefined) return null;
  const {top, bottom} = each.getBoundingClientRect();
  // The outline may be that of the card whose link it is.
  const outlined = [each, each.closest(".badge")].some(one => {
    const {outlineStyle, outlineWidth} = one ? getComputedStyle(one) : {};
    return one && outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
  });
  return {
    place: Number(each.dataset.place),
    isSeen: outlined && bottom > 0 && top < innerHeight,
    html: each.outerHTML.slice(0, 200),
  };
}"""


@pytest.fixture
def shown(monkeypatch):
    """The template of each page that was made, in their order."""
    templates, make = [], Pages.html

    def _html(pages, page, frame):
        templates.append(page.template)
        return make(pages, page, frame)

    monkeypatch.setattr(Pages, "html", _html)
    return templates


def _every_template():
    names = {path.relative_to(_TEMPLATES).as_posix() for path in _TEMPLATES.rglob("*.html")}
    # The mails of the demonstration are there for the demonstration only.
    return {name for name in names if name != "base.html" and not name.startswith(("parts/", "demo/"))}


@pytest.mark.parametrize(("locale", "scheme"), [("en-GB", "light"), ("ar", "dark")])
def test_i1_i3_no_page_has_a_fault_that_axe_can_find_each_fits_320_pixels_and_is_of_its_direction(
    live, visitor, shown, locale, scheme
):
    from axe_playwright_python.sync_playwright import Axe

    found, looked_at, axe = {}, set(), Axe()

    def _look(somebody, name):
        page = somebody.page
        looked_at.add(shown[-1])
        assert page.evaluate("document.documentElement.scrollWidth") == 320, name
        assert page.locator("html").get_attribute("dir") == ("rtl" if locale == "ar" else "ltr"), name
        faults = axe.run(page, options=_AXE_OPTIONS).response["violations"]
        found.update({f"{name} {fault['id']}": [node["html"] for node in fault["nodes"]][:3] for fault in faults})
        small = page.evaluate(_SMALL_TARGETS)
        if small:
            found[f"{name} small targets"] = small[:3]
        poor = page.evaluate(_POOR_CODES)
        if poor:
            found[f"{name} codes"] = poor

    Walk(live, visitor, _look, locale=locale, color_scheme=scheme, **_SMALL).all()

    assert found == {}
    assert looked_at == _every_template()


def test_i1_on_every_page_the_keyboard_reaches_everything_and_shows_where_it_is(live, visitor, shown):
    unreached, unseen, looked_at = {}, {}, set()

    def _look(somebody, name):
        page = somebody.page
        looked_at.add(shown[-1])
        everything = page.evaluate(_NUMBER_WHAT_CAN_BE_REACHED)
        reached = set()
        # A field for a day has three parts, each with a stop of its own.
        for _ in range(2 * everything + 10):
            page.keyboard.press("Tab")
            focus = page.evaluate(_WHERE_THE_FOCUS_IS)
            if focus is not None:
                reached.add(focus["place"])
                if not focus["isSeen"]:
                    unseen[name] = focus["html"]
            if len(reached) == everything:
                break
        if len(reached) < everything:
            missing = sorted(set(range(everything)) - reached)
            unreached[name] = [
                page.locator(f"[data-place='{place}']").evaluate("e => e.outerHTML") for place in missing
            ]

    Walk(live, visitor, _look).all()

    assert unreached == {}
    assert unseen == {}
    assert looked_at == _every_template()
