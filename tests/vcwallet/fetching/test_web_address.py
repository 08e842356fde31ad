import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet.errors import FetchFailed
from vcwallet.fetching.web_address import MAX_URL_LENGTH, check_destination, is_public, parse_web_address


def _is_refused(url: str, *, allow_http: bool = False) -> str:
    with pytest.raises(FetchFailed) as caught:
        check_destination(parse_web_address(url, allow_http=allow_http))
    return caught.value.code


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.com", ("https", "example.com", 443, "/")),
        ("https://example.com/", ("https", "example.com", 443, "/")),
        ("HTTPS://Example.COM/A?b=C#d", ("https", "example.com", 443, "/A?b=C")),
        ("https://example.com?q", ("https", "example.com", 443, "/?q")),
        ("https://example.com:8443/x/../y", ("https", "example.com", 8443, "/x/../y")),
        ("https://xn--bcher-kva.example/%C3%BC", ("https", "xn--bcher-kva.example", 443, "/%C3%BC")),
        ("https://did_host.example/", ("https", "did_host.example", 443, "/")),
        ("https://93.184.215.14/", ("https", "93.184.215.14", 443, "/")),
        ("https://[2606:2800:21F::1]:4443/", ("https", "2606:2800:21f::1", 4443, "/")),
    ],
)
def test_a_public_https_url_is_taken_apart(url, expected):
    address = parse_web_address(url)
    check_destination(address)

    assert (address.scheme, address.host, address.port, address.target) == expected


@pytest.mark.parametrize(
    "url",
    [
        # loopback, private and link-local, as everybody writes them
        "https://127.0.0.1/",
        "https://127.255.255.254/",
        "https://10.0.0.1/",
        "https://172.16.0.1/",
        "https://172.31.255.255/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        # special by registry
        "https://0.0.0.0/",
        "https://100.64.0.1/",
        "https://100.127.255.255/",
        "https://192.0.0.170/",
        "https://192.0.2.1/",
        "https://192.88.99.1/",
        "https://198.18.0.1/",
        "https://198.51.100.7/",
        "https://203.0.113.9/",
        "https://224.0.0.1/",
        "https://239.255.255.255/",
        "https://240.0.0.1/",
        "https://255.255.255.255/",
        # numbers in disguise: decimal, octal, hexadecimal, short
        "https://2130706433/",
        "https://017700000001/",
        "https://0177.0.0.1/",
        "https://0x7f000001/",
        "https://0x7F.0.0.1/",
        "https://127.0.0.0x1/",
        "https://127.1/",
        "https://127.0.1/",
        "https://127.0.0.01/",
        "https://127.000.000.001/",
        "https://0/",
        "https://1.1.1.256/",
        "https://1.2.3.4.5/",
        "https://example.0x/",
        "https://3232235777:8443/",
        # IPv6
        "https://[::1]/",
        "https://[::]/",
        "https://[0:0:0:0:0:0:0:1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[::ffff:93.184.215.14]/",
        "https://[::127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[64:ff9b::93.184.215.14]/",
        "https://[64:ff9b:1::1]/",
        "https://[2002:7f00:1::]/",
        "https://[2001::1]/",
        "https://[2001:db8::1]/",
        "https://[3fff::1]/",
        "https://[5f00::1]/",
        "https://[100::1]/",
        "https://[fc00::1]/",
        "https://[fdff::1]/",
        "https://[fe80::1]/",
        "https://[fec0::1]/",
        "https://[ff02::1]/",
        "https://[4000::1]/",
        # names that are the loopback by definition
        "https://localhost/",
        "https://LOCALHOST/",
        "https://metadata.localhost/",
        # other protocols
        "https://example.com:22/",
        "https://example.com:25/",
        "https://example.com:80/",
        "https://example.com:1023/",
    ],
)
def test_what_is_not_a_public_web_server_is_refused(url):
    assert _is_refused(url) == "address_refused"


@pytest.mark.parametrize(
    "url",
    [
        "https://user@example.com/",
        "https://user:pass@example.com/",
        "https://example.com@127.0.0.1/",
        "https://localhost./",
        "https://example.com./",
        "https://.example.com/",
        "https://example..com/",
        "https://-example.com/",
        "https://example-.com/",
        "https://[fe80::1%25eth0]/",
        "https://[fe80::1%eth0]/",
        "https://[::1/",
        "https://[]/",
        "https://[1.2.3.4]/",
        "https://[:::1]/",
        "https://%31%32%37.0.0.1/",
        "https://127。0。0。1/",
        "https://①②⑦.0.0.1/",
        "https://bücher.example/",
        "https://example.com\\@evil.example/",
        "https://exa\nmple.com/",
        "https://exa\tmple.com/",
        "https://example.com/\r\nHost: x",
        " https://example.com/",
        "https://example.com/ ",
        "https://example.com/\n",
        "https://example.com:/",
        "https://example.com:0/",
        "https://example.com:65536/",
        "https://example.com:999999/",
        "https://example.com:+443/",
        "https://example.com:٤٤٣/",
        "https:///path",
        "https://",
        "https:/example.com",
        "https:example.com",
        "//example.com/",
        "/path",
        "example.com",
        "",
        "https://example.com/%zz",
        "https://example.com/a b",
        "https://example.com/<>",
        "https://example.com/#a#b",
        "https://" + "a" * 64 + ".example/",
        "https://" + "a." * 127 + "example/",
        "https://example.com/" + "a" * MAX_URL_LENGTH,
    ],
)
def test_what_is_not_strictly_a_url_is_malformed(url):
    assert _is_refused(url) == "url_malformed"


@pytest.mark.parametrize(
    "url",
    ["http://example.com/", "ftp://x/", "file:///etc/passwd", "gopher://127.0.0.1:6379/_", "data:,x", "urn:x:y"],
)
def test_other_schemes_are_refused(url):
    assert _is_refused(url) == "scheme_refused"


def test_http_is_read_only_when_it_is_allowed():
    address = parse_web_address("http://example.com/", allow_http=True)

    assert (address.scheme, address.port, address.authority) == ("http", 80, "example.com")
    assert _is_refused("ftp://example.com/", allow_http=True) == "scheme_refused"


def test_private_addresses_pass_only_when_they_are_allowed():
    address = parse_web_address("https://[::1]:8443/")

    check_destination(address, allow_private_addresses=True)
    with pytest.raises(FetchFailed):
        check_destination(address)


@pytest.mark.parametrize("url", ["https://example.com:8443/a?b", "https://[2606:2800:21f::1]/", "https://1.1.1.1/"])
def test_a_normal_url_is_printed_as_it_was(url):
    assert str(parse_web_address(url)) == url


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_no_address_is_public_that_the_standard_library_calls_special(address):
    if is_public(address):
        assert address.is_global
        assert not any((address.is_multicast, address.is_private, address.is_reserved, address.is_link_local))


@pytest.mark.parametrize("text", ["1.1.1.1", "8.8.8.8", "192.0.1.1", "172.32.0.1", "100.128.0.1", "2a00::1", "2606::1"])
def test_neighbours_of_special_networks_are_public(text):
    assert is_public(ipaddress.ip_address(text))


@given(st.text(max_size=60) | st.from_regex(r"https://[^/]{0,30}/.{0,20}"))
def test_any_text_is_an_address_or_a_reason(text):
    try:
        address = parse_web_address(text)
    except FetchFailed:
        return
    assert parse_web_address(str(address)) == address
