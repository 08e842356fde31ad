"""The pages of the account, one module for each thing that is looked after.

Rules are in the services; what they refuse is shown where it was typed (`vcwallet_api.forms`).
"""

from typing import Final

from litestar import Router

from vcwallet_api.account.pages import addresses, merging, overview, passkeys, proving, signing_in, tokens

PUBLIC: Final = Router("/", route_handlers=[*signing_in.PUBLIC, *passkeys.PUBLIC])
PRIVATE: Final = Router(
    "/",
    route_handlers=[
        *signing_in.PRIVATE,
        *overview.PRIVATE,
        *addresses.PRIVATE,
        *merging.PRIVATE,
        *passkeys.PRIVATE,
        *tokens.PRIVATE,
        *proving.PRIVATE,
    ],
)
