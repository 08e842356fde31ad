"""Merging two accounts over HTTP. No rule is here.

The offer comes from `POST /me/addresses/{address}/verify`: the problem `address_of_other_account` names it as `merge`.
"""

from uuid import UUID

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from vcwallet_api.account.callers import Caller
from vcwallet_api.account.merging import Merging
from vcwallet_api.account.schemas import MergeAnswer, MergeConfirmation
from vcwallet_api.problems import private_problems


@get(
    "/me/merges/{merge:uuid}",
    responses=private_problems(404, 409, 410),
    summary="What merging another account would move",
    sync_to_thread=True,
)
def read_merge(
    merge: FromPath[UUID], caller: NamedDependency[Caller], merging: NamedDependency[Merging]
) -> MergeAnswer:
    """Changes nothing. Afterwards it says what did move."""
    return MergeAnswer.of(merging.look(caller, merge))


@post(
    "/me/merges/{merge:uuid}/confirm",
    status_code=200,
    responses=private_problems(404, 409, 410),
    summary="Merge the other account into this one",
    description="All of it or nothing; the other account is gone afterwards. Confirmed again, it answers the same.",
    sync_to_thread=True,
)
def confirm_merge(
    merge: FromPath[UUID],
    data: JSONBody[MergeConfirmation],
    caller: NamedDependency[Caller],
    merging: NamedDependency[Merging],
) -> MergeAnswer:
    """Needs a fresh proof."""
    return MergeAnswer.of(merging.confirm(caller, merge, data.version))


PRIVATE = Router("/", route_handlers=[read_merge, confirm_merge], tags=["account"])
