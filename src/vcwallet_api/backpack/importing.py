"""Bring a badge into the Backpack: a file, an address on the web, or pasted text.

It is verified before anything is stored, and outside of any transaction, because that takes its time and may ask others on
the network. What is not good is refused with a reason; what is about somebody else, too.
"""

from dataclasses import dataclass
from typing import Final

from vcwallet_api.account.callers import Caller
from vcwallet_api.backpack.judgement import require_good
from vcwallet_api.backpack.placing import Arrival, Placed, Source, place
from vcwallet_api.backpack.recipients import Identities, identities_of
from vcwallet_api.clock import Clock
from vcwallet_api.refusals import Unusable
from vcwallet_api.storage.database import Database
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
        identities = self._identities(caller)
        checked = self.verifier.check(content, identities.candidates)
        return self._place(caller, content, checked, identities, "import_file")

    def import_text(self, caller: Caller, text: str) -> Placed:
        """Pasted text: JSON, a token, or the address of a badge. Blanks around it are not part of it."""
        text = text.strip()
        if text.startswith(("https://", "http://")) and len(text.split()) == 1:
            return self.import_url(caller, text)
        content, identities = text.encode("utf-8", "replace"), self._identities(caller)
        checked = self.verifier.check(content, identities.candidates)
        return self._place(caller, content, checked, identities, "import_text")

    def import_url(self, caller: Caller, url: str) -> Placed:
        """What answers at an address. Raises Unusable `url_not_fetched` too.

        That never says why: it would tell about the network that we are in.
        """
        url = url.strip()
        if len(url) > _MAX_URL_LENGTH:
            raise Unusable("url_not_fetched")
        identities = self._identities(caller)
        content, checked = self.verifier.check_link(url, identities.candidates, max_bytes=MAX_FETCHED_BYTES)
        return self._place(caller, content, checked, identities, "import_url", url)

    def _identities(self, caller: Caller) -> Identities:
        with self.database.read() as session:
            return identities_of(session, caller.account_id)

    def _place(
        self,
        caller: Caller,
        content: bytes,
        checked: Checked,
        identities: Identities,
        source: Source,
        url: str | None = None,
    ) -> Placed:
        now = self.clock()
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
        return self.database.retrying(lambda session: place(session, caller.account_id, arrival, now=now))
