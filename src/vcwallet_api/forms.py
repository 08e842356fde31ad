"""A form that was posted: done, and on to another page; or refused, and shown again with what was typed and why.

Every form of the wallet is answered by `Forms.answer`, in the same three parts: what to do, which says where to go
afterwards; the page to show again if that is refused; and the page to come back to if whoever sits there has to prove first
who they are. Nothing that was typed is lost, and no page is made that does something again when it is loaded again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from litestar import Response
from litestar.response import Redirect

from vcwallet_api.languages import Language
from vcwallet_api.problems import ProblemDetails, problem_of, what_next
from vcwallet_api.refusals import Refusal
from vcwallet_api.rendering import Frame, Page, Pages

# The form was sent; the browser gets the page that follows with GET, so that loading it again sends nothing again.
_SEE_OTHER: Final = 303
PROVE_PATH: Final = "/account/prove"


@dataclass
class RemovalForm:
    """Whether removal is confirmed."""

    confirmed: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a form was refused. `code` is the stable name; what there is to read is in `shown`."""

    problem: ProblemDetails
    language: Language

    @property
    def code(self) -> str:
        return self.problem.code

    @property
    def merge(self) -> str | None:
        """The offer to merge that comes with the refusal, if one does."""
        return self.problem.merge

    @property
    def shown(self) -> dict[str, Any]:
        """The members `error` and `error_next_step` of a page model; with how long to wait, where that is known."""
        return {"error": self.problem.title, "error_next_step": what_next(self.problem, self.language, on_page=True)}


@dataclass(frozen=True, slots=True)
class Forms:
    """Pages and answers for one visit."""

    pages: Pages
    frame: Frame

    @property
    def language(self) -> Language:
        return self.frame.language

    def page(self, page: Page, *, status: int = 200) -> Response[Any]:
        """A page, as it is asked for."""
        return self.pages.response(page, self.frame, status=status)

    def answer(
        self, do: Callable[[], str | Response[Any]], again: Callable[[Refused], Page], *, stands_on: str = ""
    ) -> Response[Any]:
        """Do it and go where `do` says, or show the page that `again` makes.

        `stands_on` is the address of the page that has the form, for what needs a fresh proof: the proof leads back there.
        """
        try:
            done = do()
        except Refusal as refusal:
            if refusal.code == "proof_needed" and stands_on:
                return Redirect(f"{PROVE_PATH}?next={quote(stands_on, safe='/')}", status_code=_SEE_OTHER)
            problem = problem_of(refusal, self.language)
            headers = {"Retry-After": str(problem.retry_after)} if problem.retry_after is not None else {}
            page = again(Refused(problem, self.language))
            return self.pages.response(page, self.frame, status=problem.status, headers=headers)
        return Redirect(done, status_code=_SEE_OTHER) if isinstance(done, str) else done
