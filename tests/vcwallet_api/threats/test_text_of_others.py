"""Text that others wrote: shown as text, on pages and in mails; and no address in it is a link that runs."""

import pytest

from tests.vcwallet_api.threats.hostile_values import MARKUP
from tools.make_learner_example import ANA, HARBOUR, badge, by_harbour

MEMBERS = ["name", "description", "narrative", "issuer", "tag", "targetName", "evidence", "result", "caption"]


@pytest.mark.parametrize("member", MEMBERS)
def test_text_of_a_badge_is_text_on_the_learners_pages(learner, member):
    document = badge(34, "Fine", "2024-01-01T00:00:00Z")
    subject = document["credentialSubject"]
    achievement = subject["achievement"]
    if member == "issuer":
        document["issuer"]["name"] = MARKUP
    elif member == "narrative":
        achievement["criteria"]["narrative"] = MARKUP
    elif member == "targetName":
        target = {"type": ["Alignment"], "targetName": MARKUP, "targetUrl": "https://harbour.example/t"}
        achievement["alignment"] = [target]
    elif member == "evidence":
        document["evidence"] = [{"type": ["Evidence"], "name": MARKUP, "narrative": MARKUP}]
    elif member == "result":
        subject["result"] = [{"type": ["Result"], "value": MARKUP}]
    elif member == "caption":
        achievement["image"] = {"id": "https://harbour.example/i.png", "type": "Image", "caption": MARKUP}
    else:
        achievement[member] = [MARKUP] if member == "tag" else MARKUP
    answer = learner.import_file(by_harbour(document))
    assert answer.status_code == 201, answer.text
    item = answer.json()["item"]["id"]

    for path in (f"/backpack/{item}", "/backpack", "/news"):
        page = learner.client.get(path)
        assert page.status_code == 200
        for hostile in ("<img src=x", "<svg/onload", 'href="javascript', "<script>"):
            assert hostile not in page.text
        assert "unsafe" not in page.headers["content-security-policy"]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd"])
def test_an_address_of_a_badge_that_could_run_is_no_link(learner, address):
    document = badge(35, "Linked", "2024-01-01T00:00:00Z")
    document["credentialSubject"]["achievement"]["criteria"] = {"id": address}
    document["evidence"] = [{"id": address, "type": ["Evidence"], "name": "E"}]
    document["issuer"]["url"] = address
    item = learner.import_file(by_harbour(document))
    if item.status_code != 201:
        assert item.status_code == 422
        return

    page = learner.client.get(f"/backpack/{item.json()['item']['id']}")

    assert f'href="{address[:4]}' not in page.text
    assert f'src="{address[:4]}' not in page.text or address.startswith("data:image")


def test_a_display_name_is_text_and_kept_in_one_line(ana):
    assert ana.patch("/me", json={"display_name": f" {MARKUP}\0\r\nX "}).status_code == 200

    page = ana.client.get("/account")

    assert ana.get("/me").json()["display_name"] == f"{MARKUP}X"
    assert "<img src=x" not in page.text
    assert "<svg/onload" not in page.text


def test_an_issuer_that_calls_itself_a_famous_name_is_shown_with_its_address(learner):
    document = badge(36, "Degree", "2024-01-01T00:00:00Z")
    document["issuer"]["name"] = "Harvard University"
    item = learner.import_file(by_harbour(document)).json()["item"]

    assert HARBOUR in learner.client.get(f"/backpack/{item['id']}").text
    assert item["issuer"] == {"id": HARBOUR, "name": "Harvard University"}


def test_a_name_of_a_badge_cannot_add_a_header_or_markup_to_a_mail(sqlite_wallet):
    name = "Fine\r\nBcc: all@x.example\r\n\r\n<a href=https://evil.example>"

    sqlite_wallet.deliver(by_harbour(badge(30, name, "2024-01-01T00:00:00Z")), ANA)

    (mail,) = sqlite_wallet.mails(ANA)
    assert mail.message["Bcc"] is None
    assert "<a href=https://evil.example" not in mail.html
    assert "&lt;a href=https://evil.example" in mail.html
