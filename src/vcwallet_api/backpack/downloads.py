"""A credential as a file to save: exactly the bytes that came, under headers that keep a browser from running them."""

import re
import unicodedata
from typing import Final
from urllib.parse import quote

from litestar import Response

_ENDINGS: Final = {"image/png": ".png", "image/svg+xml": ".svg", "application/json": ".json", "application/jwt": ".jwt"}
_MAX_NAME: Final = 80


def download(content: bytes, media_type: str, name: str) -> Response[bytes]:
    """The bytes as an attachment, named after the badge (RFC 6266)."""
    ending = _ENDINGS.get(media_type, "")
    full_name = quote(_file_name(name) + ending)
    headers = {
        "Content-Disposition": f"attachment; filename=\"badge{ending}\"; filename*=UTF-8''{full_name}",
        # A drawing may hold a script; whoever opens the address directly gets it without.
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=media_type, headers=headers)


def _file_name(name: str) -> str:
    visible = "".join(character for character in name if unicodedata.category(character)[0] in "LNMPZ")
    return re.sub(r"[\s/\\:*?\"<>|.]+", "-", visible).strip("-")[:_MAX_NAME] or "badge"
