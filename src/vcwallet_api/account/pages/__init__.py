"""The pages of the account, one module for each thing that is looked after: sign in, addresses, browsers, merging, proofs.

Rules are in the services; what they refuse is shown where it was typed (`vcwallet_api.forms`).
"""

from typing import Final

from litestar import Router

from vcwallet_api.account.pages import addresses, merging, overview, proving, signing_in

PUBLIC: Final = Router("/", route_handlers=signing_in.PUBLIC)
PRIVATE: Final = Router(
    "/", route_handlers=[*signing_in.PRIVATE, *overview.PRIVATE, *addresses.PRIVATE, *merging.PRIVATE, *proving.PRIVATE]
)
