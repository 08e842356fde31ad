"""POST /api/v1/verify: is this credential good? For programs, without an account."""

from typing import Any, Final

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody, RawBody

from vcwallet_api.limits import Limit
from vcwallet_api.problems import problem_responses
from vcwallet_api.verification.schemas import VerifyRequest
from vcwallet_api.verification.service import StrangerVerifier

# A person checks a few; a program that checks many runs the library, which this service adds nothing to.
VERIFY_LIMIT: Final = Limit("verify", 30, 60)


@post(
    "/verify",
    status_code=200,
    sync_to_thread=True,
    opt={"limit": VERIFY_LIMIT},
    responses=problem_responses(422),
    summary="Check a credential or presentation",
    description="The report, as docs/reference/report.md describes it. Status 200 whatever the verdict: it is the answer.",
    tags=["verification"],
)
def verify_anything(
    data: JSONBody[VerifyRequest], body: RawBody, stranger_verifier: NamedDependency[StrangerVerifier]
) -> dict[str, Any]:
    """Check what was sent, or what is at an address. Nothing is kept."""
    content = data.data(body)
    answer = stranger_verifier.check_link(data.url or "") if content is None else stranger_verifier.check(content)
    return dict(answer.report)
