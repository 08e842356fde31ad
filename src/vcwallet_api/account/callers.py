"""Who is asking: a learner in a browser, or a program with a personal token, and what that one may do.

A browser may do everything. A token may do what its scopes say, and never what could take the account away: addresses,
sign-ins and tokens are for browsers only.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from vcwallet_api.clock import CLOCK_SKEW
from vcwallet_api.refusals import NotAllowed

SCOPES: Final = ("account:read", "backpack:read", "backpack:write", "deliveries:write")

# For what could take an account away, a proof must be this fresh: as long as one sitting.
FRESH_PROOF: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who is known. `sign_in_id` is None for a token, `scopes` is None for a browser, which needs none."""

    account_id: UUID
    sign_in_id: UUID | None
    scopes: frozenset[str] | None
    proved_at: datetime | None

    def require_scope(self, scope: str | None) -> None:
        """Raise NotAllowed `scope_missing` or, where no scope would do, `browser_only`."""
        if self.scopes is None:
            return
        if scope is None:
            raise NotAllowed("browser_only")
        if scope not in self.scopes:
            raise NotAllowed("scope_missing", facts={"scope": scope})

    def require_fresh_proof(self, now: datetime) -> None:
        """Raise NotAllowed `proof_needed` when it is long ago that this browser proved who sits there.

        A proof from the future is none: the clock was wrong then, and nobody knows how old it is.
        """
        if self.proved_at is None or not -CLOCK_SKEW <= now - self.proved_at <= FRESH_PROOF:
            raise NotAllowed("proof_needed")
