"""How much a phone in the country loads before it shows anything."""

from tests.vcwallet_api.browser.visitors import IN_CHROMIUM, learner
from tools.make_learner_example import badge, by_harbour

pytestmark = IN_CHROMIUM

PAGES = (
    "/",
    "/sign-in",
    "/verify",
    "/backpack",
    "/import",
    "/news",
    "/account",
    "/account/passkeys",
    "/account/tokens",
    "/account/prove",
    "/nothing-here",
)
# A page, its style sheet and its script.
MAX_PAGE_BYTES = 60_000


def test_no_page_weighs_more_than_60_kilobytes(live, visitor):
    ana = learner(live, visitor)
    for number in range(60):
        live.deliver(by_harbour(badge(100 + number, f"Signals {number}", "2024-05-01T09:00:00Z")))
    ana.open("/backpack")
    ana.page.locator(".badge a").first.click()
    ana.page.wait_for_url("**/backpack/*-*")
    detail = ana.page.url.removeprefix(live.base_url)
    weights = {}

    for path in (*PAGES, detail, f"{detail}/print"):
        loaded = []

        def _note(response, loaded=loaded):
            loaded.append(response)

        ana.page.on("response", _note)
        ana.open(path)
        ana.page.wait_for_load_state("networkidle")
        ana.page.remove_listener("response", _note)
        # An answer that only leads on has no text.
        loaded = [each for each in loaded if not 300 <= each.status < 400]
        kinds = [each for each in loaded if each.request.resource_type in {"document", "stylesheet", "script"}]
        weights[path] = sum(len(each.body()) for each in kinds)
        assert any(each.request.resource_type == "stylesheet" for each in kinds), path

    assert {path: weight for path, weight in weights.items() if weight > MAX_PAGE_BYTES} == {}
