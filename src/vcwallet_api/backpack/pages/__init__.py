"""The learner's pages: the Backpack, a badge, importing, news, and the link in the mail about a first badge."""

from typing import Final

from litestar import Router

from vcwallet_api.backpack.pages import badges, claiming, importing, listing, news, printing

PUBLIC: Final = Router("/", route_handlers=claiming.PUBLIC)
PRIVATE: Final = Router(
    "/", route_handlers=[*listing.PRIVATE, *badges.PRIVATE, *printing.PRIVATE, *importing.PRIVATE, *news.PRIVATE]
)
