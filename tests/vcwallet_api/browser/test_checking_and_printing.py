"""H1, I4 and I5 through the pages: whoever is shown a badge checks it; whoever gets it on paper scans the paper.

A share does not exist yet. What is printed is a badge, and its QR code leads to where the badge is checked.
"""

from urllib.parse import quote

import zxingcpp

from tests.vcwallet_api.browser.visitors import BACKPACK, BADGES, IN_CHROMIUM, learner, without_isolates
from tests.vcwallet_api.wallet_world import changed_by_one_byte
from tools.make_learner_example import ANA, ANA_AT_HOME, KNOTS_REVOKED, MAKERS_AWARD, REVOCATIONS, revocations

pytestmark = IN_CHROMIUM


def _lines(somebody):
    """The checks by their titles, with their answers."""
    lines = somebody.page.locator(".checks > li")
    titles, answers = lines.locator("h3").all_inner_texts(), lines.locator(".state").all_inner_texts()
    return dict(zip(titles, answers, strict=True))


def test_h1_the_verifier_reads_the_answer_first_and_then_check_by_check(live, visitor):
    vera = visitor(java_script_enabled=False)
    vera.check_file(BADGES["knots-2019.json"])

    assert vera.page.locator("h1").inner_text() == "Yes, this is genuine."
    assert "Checked on 1 June 2024, 12:00 UTC" in vera.text()
    lines = _lines(vera)
    assert {title: lines[title] for title in lines if title not in ("Form", "Meaning of its words")} == {
        "Signature": "Yes",
        "Signed by its issuer": "Yes",
        "Valid today": "Yes",
        "Not revoked": "Yes",
        "Awarded to this person": "Not checked",
        "Issuer known here": "Not checked",
    }
    assert "We have no list of known issuers to look in." in vera.text()
    assert "did:web:harbour.example" in vera.text()


def test_h1_each_credential_of_a_record_has_its_own_lines(live, visitor):
    vera = visitor()
    vera.check_file(BADGES["first-year.json"])

    inside = vera.page.locator("details", has=vera.page.locator(".checks"))
    assert inside.count() == 3
    for number, name in enumerate(("Knots", "Signals", "Swimming")):
        record = inside.nth(number)
        record.locator("summary").click()
        assert without_isolates(record.locator("summary").inner_text()).startswith(name)
        titles = record.locator(".checks > li h3").all_inner_texts()
        assert {"Signature", "Signed by its issuer", "Valid today", "Not revoked"} <= set(titles)


def test_h1_a_no_is_a_no_and_says_why(live, visitor):
    live.internet.documents[REVOCATIONS] = revocations(KNOTS_REVOKED)
    vera = visitor(java_script_enabled=False)
    for content, title, sentence in (
        (
            changed_by_one_byte(BADGES["rope-work.json"]),
            "Signature",
            "The signature does not fit what is written here.",
        ),
        (BADGES["knots-2019.json"], "Not revoked", "awarded by mistake"),
        (BADGES["first-aid.json"], "Valid today", "It has expired."),
    ):
        vera.check_file(content)
        assert _lines(vera)[title] == "No"
        assert sentence in vera.text()
        assert "Yes, this is genuine." not in vera.text()


def test_h1_what_could_not_be_checked_is_neither_yes_nor_no(live, visitor):
    live.internet.gone(REVOCATIONS)
    vera = visitor(java_script_enabled=False)
    vera.check_file(BADGES["knots-2019.json"])

    assert vera.page.locator("h1").inner_text() == "This could not be checked completely."
    assert vera.page.locator(".verdict.unsure").count() == 1
    assert _lines(vera)["Not revoked"] == "Could not be checked"
    assert _lines(vera)["Signature"] == "Yes"
    assert "We could not find out whether its issuer has revoked it." in vera.text()


def test_h1_the_backpack_does_not_call_it_valid_either(live, visitor):
    ana = learner(live, visitor)
    live.internet.gone(REVOCATIONS)
    live.check_all()
    ana.sign_in()

    ana.open("/backpack")
    assert "No answer at the last check" in ana.card("Knots 2019")
    assert "Valid" not in ana.card("Knots 2019")
    assert "Valid" in ana.card("Rope Work")


def _print_sheet(ana, name):
    ana.open("/backpack")
    ana.page.get_by_role("link", name=name).click()
    ana.page.wait_for_url("**/backpack/*-*")
    ana.page.get_by_role("link", name="Print").click()
    ana.page.wait_for_url("**/print")


# The picture as a scanner gets it: light and dark, in rows.
_PIXELS = """async image => {
  await image.decode();
  const canvas = new OffscreenCanvas(400, 400), context = canvas.getContext("2d");
  context.fillStyle = "#808080";
  context.fillRect(0, 0, 400, 400);
  context.drawImage(image, 10, 10, 380, 380);
  const {data} = context.getImageData(0, 0, 400, 400);
  return Array.from({length: 400 * 400}, (_, place) => data[4 * place]);
}"""


def _scanned(somebody):
    pixels = bytes(somebody.page.locator(".scan img").evaluate(_PIXELS))
    return [found.text for found in zxingcpp.read_barcodes(memoryview(pixels).cast("B", shape=[400, 400]))]


def test_i4_a_badge_is_printed_on_one_sheet_with_names_dates_the_time_of_its_check_and_no_secret(live, visitor):
    ana = learner(live, visitor)
    _print_sheet(ana, "First Aid")
    for line in (
        "First Aid",
        "Old School",
        "Awarded on 2 May 2021",
        "Badge expires on 31 December 2023",
        "Expired on 31 December 2023",
        "Checked on 1 June 2024, 12:00 UTC",
        "Paper is not proof: scan to check",
    ):
        assert line in ana.text()

    ana.page.emulate_media(media="print")
    for hidden in (".top nav", ".foot", ".no-print"):
        assert not ana.page.locator(hidden).first.is_visible()
    assert ana.page.locator(".scan img").is_visible()
    assert ana.page.pdf().count(b"/Type /Page\n") == 1
    # Neither a code nor an address of the learner, nor anything that opens her account.
    printed = ana.page.content()
    secrets = [cookie["value"] for cookie in ana.context.cookies() if len(cookie["value"]) > 20]
    codes = [mail.code for mail in live.mails(ANA) if "code" in mail.subject]
    assert secrets
    assert codes
    assert [secret for secret in (*secrets, *codes, ANA) if secret in printed] == []


def test_i4_the_code_on_the_sheet_opens_the_check_of_the_same_badge(live, visitor):
    ana = visitor().sign_in(ANA_AT_HOME)
    ana.open("/import")
    ana.page.get_by_label("Address of the badge").fill(MAKERS_AWARD)
    ana.press("Import from the link")
    ana.page.wait_for_url("**done=imported")
    _print_sheet(ana, "Laser Cutting")
    (address,) = _scanned(ana)

    vera = visitor(java_script_enabled=False)
    vera.open(address)
    assert vera.page.get_by_label("Address of the badge").input_value() == MAKERS_AWARD
    vera.press("Check the link")
    assert vera.page.locator("h1").inner_text() == "Yes, this is genuine."
    assert "Laser Cutting" in vera.text()


def test_i5_the_picture_is_read_as_exactly_the_address_beside_it(live, visitor):
    ana = learner(live, visitor)
    ana.type_address(ANA_AT_HOME)
    ana.type_code(ana.code(ANA_AT_HOME))
    ana.page.wait_for_url(BACKPACK)
    ana.open("/import")
    ana.page.get_by_label("Address of the badge").fill(MAKERS_AWARD)
    ana.press("Import from the link")
    ana.page.wait_for_url("**done=imported")

    for name, address in (
        ("Rope Work", f"{live.base_url}/verify"),
        ("Laser Cutting", f"{live.base_url}/verify?link={quote(MAKERS_AWARD, safe='')}"),
    ):
        _print_sheet(ana, name)
        assert _scanned(ana) == [address]
        assert ana.page.locator(".scan .address").inner_text().strip() == address
        # On paper, and for whoever reads in the dark: the picture stays dark on light.
        ana.page.emulate_media(media="print", color_scheme="dark")
        assert _scanned(ana) == [address]
        ana.page.emulate_media(media="screen", color_scheme="light")
