"""The form that makes an access token, beyond what scenarios and threats try."""

import html


def test_a_token_that_may_do_nothing_is_not_made_and_the_page_says_what_is_missing(sqlite_wallet):
    """It said "There is no such scope" to somebody who had ticked no box."""
    ana = sqlite_wallet.signed_in()

    refused = ana.client.post("/account/tokens", data={"name": "School"}, headers={"Accept": "text/html"})

    assert refused.status_code == 422
    assert "Nothing is chosen that it may do." in html.unescape(refused.text)
    assert 'value="School"' in refused.text
    assert ana.get("/me/tokens").json() == []
