"""The verifier's pages: give a badge, read the answer. Without script, without an account; nothing is kept."""

from dataclasses import dataclass
from typing import Final

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromQuery, MultipartBody

from vcwallet_api.languages import message
from vcwallet_api.rendering import Frame, Pages
from vcwallet_api.report_wording import in_words
from vcwallet_api.verification.page_models import VerifyPage, VerifyResultPage
from vcwallet_api.verification.routes import VERIFY_LIMIT
from vcwallet_api.verification.service import StrangerVerifier

PLACE: Final = "verify"
# What is typed comes back with an error, but no page is made of megabytes.
_MAX_SHOWN_AGAIN: Final = 20_000


@dataclass
class Given:
    """What the form sends: one of a file, a link and a text."""

    file: UploadFile | None = None
    link: str = ""
    text: str = ""


@get("/verify", include_in_schema=False, sync_to_thread=False)
def verify_form(
    pages: NamedDependency[Pages], frame: NamedDependency[Frame], link: FromQuery[str] = ""
) -> Response[str]:
    """Where a badge is given to be checked. A printed sheet brings its link along; nothing is fetched before a press."""
    return pages.response(VerifyPage(link=link[:_MAX_SHOWN_AGAIN]), frame)


@post("/verify", status_code=200, include_in_schema=False, sync_to_thread=True, opt={"limit": VERIFY_LIMIT})
def verify_given(
    data: MultipartBody[Given],
    pages: NamedDependency[Pages],
    frame: NamedDependency[Frame],
    stranger_verifier: NamedDependency[StrangerVerifier],
) -> Response[str]:
    """The answer about it."""
    content = data.file.file.read(stranger_verifier.max_bytes + 1) if data.file is not None else b""
    if data.link.strip():
        answer = stranger_verifier.check_link(data.link)
    elif content or data.text.strip():
        answer = stranger_verifier.check(content or data.text.strip().encode())
    else:
        say = frame.language.translate
        return pages.response(
            VerifyPage(
                error=say(message("There was nothing to check.")),
                error_next_step=say(message("Choose a file, type a link, or paste the text of a badge.")),
                link=data.link[:_MAX_SHOWN_AGAIN],
                text=data.text[:_MAX_SHOWN_AGAIN],
            ),
            frame,
            status=422,
        )
    return pages.response(VerifyResultPage(report=in_words(answer.report, frame.language), says=answer.contents), frame)
