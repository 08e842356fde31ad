"""Who counts as one visitor."""

import pytest

from vcwallet_api.limits import Limit, VisitorLimits, network_of
from vcwallet_api.refusals import TooMuch


@pytest.mark.parametrize(
    ("host", "visitor"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:5000", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("2001:db8:0:1:ffff::2", "2001:db8:0:1::/64"),
        ("[2001:DB8:0:1::3]:5000", "2001:db8:0:1::/64"),
        ("[2001:db8:0:1::3]", "2001:db8:0:1::/64"),
        ("2001:db8:0:2::1", "2001:db8:0:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
        ("", ""),
        ("[", "["),
        ("192.0.2.1:", "192.0.2.1:"),
        ("999.0.2.1:5000", "999.0.2.1:5000"),
    ],
)
def test_an_address_stands_for_whoever_has_it(host, visitor):
    assert network_of(host) == visitor


def test_a_visitor_who_asks_too_often_is_told_when_to_come_back():
    now = [100.0]
    limits, limit = VisitorLimits(lambda: now[0]), Limit("few", 2, 60)
    limits.count(limit, "a")
    limits.count(limit, "a")
    limits.count(limit, "b")

    with pytest.raises(TooMuch) as refused:
        limits.count(limit, "a")

    assert refused.value.retry_after_seconds == 21
    now[0] += 21
    limits.count(limit, "a")
