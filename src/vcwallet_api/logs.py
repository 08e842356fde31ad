"""What is written down about requests: one line of JSON each, with nothing in it that is somebody's.

No address, no name, no token, no path with a token in it: of a path only its pattern is logged. An identifier that is given
back in `X-Request-Id` connects an answer with its line.
"""

import json
import logging
import secrets
import sys
import time
from datetime import UTC, datetime
from typing import Any, Final

from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger(__name__)

# What a line may have beside time, level, logger and message.
_MEMBERS: Final = ("request_id", "method", "route", "status", "milliseconds", "job", "attempt", "error", "items")


class JsonLines(logging.Formatter):
    """A log record as one line of JSON; whatever is in it cannot begin a second line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in _MEMBERS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0] is not None:
            # Where it went wrong, and of what kind; what it says may hold what somebody typed.
            line["exception"] = record.exc_info[0].__name__
            line["where"] = _places(record.exc_info[2])
        return json.dumps(line, ensure_ascii=True)


def log_to_stderr(level: int = logging.INFO) -> None:
    """Have every logger of the process write JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # The HTTP client logs the addresses that it asks, and alembic each time that somebody asks about health.
    for name in ("httpx", "httpcore", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)


class RequestLog(ASGIMiddleware):
    """Writes a line for every request, and gives it an identifier."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        request_id, began, status = secrets.token_hex(8), time.perf_counter(), 500

        async def _send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableScopeHeaders(message)["X-Request-Id"] = request_id
            await send(message)

        try:
            await next_app(scope, receive, _send)
        finally:
            logger.info(
                "request",
                extra={
                    "request_id": request_id,
                    "method": scope.get("method", ""),
                    "route": scope.get("path_template", "") or "",
                    "status": status,
                    "milliseconds": round((time.perf_counter() - began) * 1000, 1),
                },
            )


def _places(traceback: Any) -> list[str]:
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        places.append(f"{code.co_filename}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return places[-12:]
