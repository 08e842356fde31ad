"""The cookie of a browser that is signed in."""

from typing import Final

from litestar.datastructures import Cookie

from vcwallet_api.account.bearers import Bearer
from vcwallet_api.account.browsers import TOTAL_LIFETIME

# `__Host-`: only over TLS, only for this host, not for its subdomains (RFC 6265bis).
COOKIE_NAME: Final = "__Host-vcwallet"


def sign_in_cookie(bearer: Bearer) -> Cookie:
    """What makes a browser remember; no script can read it, and other websites cannot use it."""
    lifetime = int(TOTAL_LIFETIME.total_seconds())
    return Cookie(COOKIE_NAME, "/", str(bearer), max_age=lifetime, secure=True, httponly=True, samesite="lax")


def no_cookie() -> Cookie:
    """What makes it forget."""
    return Cookie(COOKIE_NAME, "/", "", max_age=0, secure=True, httponly=True, samesite="lax")
