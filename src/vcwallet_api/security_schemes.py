"""How somebody shows who they are, as the description of the API says it: the cookie of a browser, or a token."""

from typing import Final

from litestar.openapi.spec import Components, SecurityScheme

# Either will do where a route names both.
BY_BROWSER: Final[dict[str, list[str]]] = {"browser": []}
BY_TOKEN: Final[dict[str, list[str]]] = {"token": []}


def security_schemes(cookie_name: str) -> Components:
    """Both, under the names that routes use."""
    cookie = SecurityScheme(
        type="apiKey", security_scheme_in="cookie", name=cookie_name, description="Set by `POST /api/v1/sessions`."
    )
    token = SecurityScheme(type="http", scheme="bearer", description="Made by `POST /api/v1/me/tokens`, with scopes.")
    return Components(security_schemes={"browser": cookie, "token": token})
