"""HEAD: what GET would answer, without its content (RFC 9110, 9.3.2).

Every resource that has GET must have it (9.1): monitors and programs that look at links ask so. The framework routes by
the method's name, so a request is turned into GET before it is routed, and its content is left out of the answer.
"""

from litestar import Litestar
from litestar.datastructures import MutableScopeHeaders
from litestar.types import (
    HTTPResponseStartEvent,
    LifeSpanReceive,
    LifeSpanScope,
    LifeSpanSend,
    Message,
    Receive,
    Scope,
    Send,
)

_NO_SUCH_METHOD = 405


class AnsweringHead(Litestar):
    """An application whose resources answer HEAD wherever they answer GET, and say so in `Allow`."""

    async def __call__(
        self, scope: Scope | LifeSpanScope, receive: Receive | LifeSpanReceive, send: Send | LifeSpanSend
    ) -> None:
        method = scope.get("method")  # the start and end of the application have none
        is_head, lists_methods = method == "HEAD", method == "OPTIONS"

        async def _send(message: Message) -> None:
            if message["type"] == "http.response.start" and (lists_methods or message["status"] == _NO_SUCH_METHOD):
                _allow_head(message)
            if message["type"] != "http.response.body" or not is_head:
                await send(message)  # type: ignore[arg-type] # of a request, so it is no lifespan's
            elif not message["more_body"]:
                await send({**message, "body": b""})  # type: ignore[arg-type]

        asked = {**scope, "method": "GET"} if is_head else scope
        await super().__call__(asked, receive, _send)  # type: ignore[arg-type]


def _allow_head(start: HTTPResponseStartEvent) -> None:
    headers = MutableScopeHeaders(start)
    methods = [name.strip() for name in headers.get("allow", "").split(",")]
    if "GET" in methods:
        headers["allow"] = ", ".join(sorted({*methods, "HEAD"}))
