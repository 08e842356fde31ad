"""What pages load beside themselves: our style sheet, our script, drawn medals. The same for everybody, kept for long."""

from typing import Final

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from vcwallet_api.medals import draw_medal, parse_medal
from vcwallet_api.refusals import NotFound
from vcwallet_api.rendering import FILE_POLICY, FOREVER, Pages

_SVG: Final = "image/svg+xml"


# The page that says by which name we are called looks like ours too.
@get("/static/{name:str}", include_in_schema=False, opt={"any_host": True}, sync_to_thread=False)
def static_file(name: FromPath[str], pages: NamedDependency[Pages]) -> Response[bytes]:
    """A file of ours. Its address has its digest, so that it may be kept forever."""
    file = pages.files.get(name)
    if file is None:
        raise NotFound("not_found")
    return Response(file.content, media_type=file.media_type, headers={"Cache-Control": FOREVER})


@get("/medals/{name:str}", include_in_schema=False, sync_to_thread=False)
def medal(name: FromPath[str], i: FromQuery[str] = "") -> Response[str]:
    """A drawn medal: its address says everything about it."""
    found = parse_medal(name.removesuffix(".svg"), i) if name.endswith(".svg") else None
    if found is None:
        raise NotFound("not_found")
    headers = {"Cache-Control": FOREVER, "Content-Security-Policy": FILE_POLICY}
    return Response(draw_medal(found), media_type=_SVG, headers=headers)
