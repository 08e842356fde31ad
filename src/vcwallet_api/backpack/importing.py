"""Bring a badge into the Backpack: a file, an address on the web, or pasted text.

It is verified before anything is stored, and outside of any transaction, because that may ask others on the network. What
is not good is refused with a reason; what is about somebody else, too.
"""

from dataclasses import dataclass
from typing import Final

from vcwallet import FetchFailed
from vcwallet_api.account.callers import Caller
from vcwallet_api.backpack.judgement import require_good
from vcwallet_api.backpack.placing import Arrival, Placed, Source, place
from vcwallet_api.backpack.recipients import identities_of
from vcwallet_api.clock import Clock
from vcwallet_api.refusals import Unusable
from vcwallet_api.storage.database import Database
from vcwallet_api.storage.tables import BackpackItem
from vcwallet_api.verifier import Checked, Verifier

# A hosted badge has a few kB, a picture with a badge in it some hundreds.
MAX_FETCHED_BYTES: Final = 1024 * 1024
_MAX_URL_LENGTH: Final = 2000


@dataclass(frozen=True, slots=True)
class Importing:
    """The ways in."""

    database: Database
    verifier: Verifier
    clock: Clock

    def import_file(self, caller: Caller, content: bytes) -> Placed:
        """A file as it is: JSON, a token, a PNG or SVG picture. Raises Unusable (see `judgement`), Conflict."""
        return self._import(caller, content, "import_file")

    def import_text(self, caller: Caller, text: str) -> Placed:
        """Pasted text: JSON, a token, or the address of a badge. Blanks around it are not part of it."""
        text = text.strip()
        if text.startswith(("https://", "http://")) and len(text.split()) == 1:
            return self.import_url(caller, text)
        return self._import(caller, text.encode("utf-8", "replace"), "import_text")

    def import_url(self, caller: Caller, url: str) -> Placed:
        """What answers at an address. Raises Unusable `url_not_fetched` too.

        That never says why: it would tell about the network that we are in.
        """
        url = url.strip()
        try:
            content = self.verifier.fetch(url, MAX_FETCHED_BYTES) if len(url) <= _MAX_URL_LENGTH else b""
        except FetchFailed as error:
            raise Unusable("url_not_fetched") from error
        return self._import(caller, content, "import_url", url)

    def _import(self, caller: Caller, content: bytes, source: Source, url: str | None = None) -> Placed:
        with self.database.read() as session:
            identities = identities_of(session, caller.account_id)
        now = self.clock()
        checked = self.verifier.check(content, identities.candidates)
        require_good(checked)
        if checked.recipient is None:
            raise Unusable("recipient_mismatch")
        address_id, is_verified = identities.address_of(checked.recipient)
        arrival = Arrival(
            received=content,
            checked=checked,
            checked_at=now,
            source=source,
            source_url=url,
            address_id=address_id,
            is_waiting=not is_verified,
        )
        return self.database.retrying(
            lambda session: place(session, caller.account_id, arrival, self.read_held, now=now)
        )

    def read_held(self, item: BackpackItem) -> Checked:
        """What an item says, as it was found at its last check."""
        return self.verifier.read(item.received, evidence=item.evidence, at=item.checked_at)
