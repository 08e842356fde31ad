"""Lists: a place in a list is a place in one's own, whatever it says."""

import pytest

from tests.vcwallet_api.threats.hostile_values import ROPE, UNKNOWN, cursor
from tests.vcwallet_api.wallet_world import BEN


def test_a_place_in_somebody_elses_list_opens_no_list(wallet):
    ana, ben = wallet.signed_in(), wallet.signed_in(BEN)
    ana.import_file(ROPE)
    item = ana.backpack()[0]["id"]

    for order, value in (("awarded", "2999-01-01T00:00:00+00:00"), ("name", ""), ("issuer", "")):
        assert ben.names(sort=order, cursor=cursor(value, item)) == []


@pytest.mark.parametrize(
    ("order", "value"),
    [
        ("name", "\ud800"),
        ("name", "\0"),
        ("awarded", "0001-01-01T00:00:00+23:59"),
        ("awarded", "9999-12-31T23:59:59-23:59"),
        ("issuer", "x" * 1400),
    ],
)
def test_no_forged_place_in_a_list_breaks_it(ana, order, value):
    for path in ("/api/v1/backpack", "/backpack"):
        answer = ana.client.get(path, params={"sort": order, "cursor": cursor(value, UNKNOWN)})
        assert answer.status_code in {200, 422}, answer.text
