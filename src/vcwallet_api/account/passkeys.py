"""Passkeys (WebAuthn): add one, and sign in with it, without a mail.

A ceremony is a challenge that is used once, within minutes. Whoever signs in says no address: the authenticator knows which
account it has a key for. User verification (a finger, a face, a PIN) is always asked for, because there is no second step.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vcwallet_api.account.browsers import forget_cookie, open_sign_in
from vcwallet_api.account.callers import Caller
from vcwallet_api.account.profile import plain_name, primary_address
from vcwallet_api.account.signing_in import SignedIn
from vcwallet_api.clock import Clock
from vcwallet_api.refusals import Conflict, Gone, NotFound, Unusable
from vcwallet_api.storage.database import Database
from vcwallet_api.storage.identifiers import new_id
from vcwallet_api.storage.tables import FormerAccount, Passkey, PasskeyCeremony

# As long as browsers keep their dialogue open, and a little for the network.
CEREMONY_LIFETIME: Final = timedelta(minutes=5)
# Every device of a person, and some that they lost.
_MAX_PASSKEYS: Final = 20


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What goes to the browser: `options` are for `navigator.credentials`."""

    id: UUID
    options: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Passkeys:
    """What can be done with passkeys. `host` and `origin` are ours: what was made for others does not work here."""

    database: Database
    host: str
    origin: str
    clock: Clock

    def begin_adding(self, caller: Caller) -> Ceremony:
        """Ask the browser to make a passkey. Needs a fresh proof. Raises Conflict `too_many_passkeys`."""
        from webauthn import generate_registration_options  # noqa: PLC0415 - takes a quarter of a second to load
        from webauthn.helpers.structs import (  # noqa: PLC0415 - likewise
            AuthenticatorSelectionCriteria,
            PublicKeyCredentialDescriptor,
            ResidentKeyRequirement,
            UserVerificationRequirement,
        )

        caller.require_fresh_proof(self.clock())
        with self.database.read() as session:
            known = list(session.scalars(_of(caller)))
            address = primary_address(session, caller.account_id)
        if len(known) >= _MAX_PASSKEYS:
            raise Conflict("too_many_passkeys")
        options = generate_registration_options(
            rp_id=self.host,
            rp_name="vcwallet",
            user_id=caller.account_id.bytes,
            user_name=address.value if address is not None else "",
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=row.credential_id) for row in known],
        )
        return self._begin(options, options.challenge, caller.account_id)

    def finish_adding(self, caller: Caller, ceremony_id: UUID, credential: dict[str, Any], name: str) -> Passkey:
        """The browser made it. Raises Unusable `passkey_invalid`, Gone `ceremony_over`."""
        from webauthn import verify_registration_response  # noqa: PLC0415 - see above
        from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 - likewise

        challenge, now = self._use(ceremony_id, caller.account_id), self.clock()
        try:
            made = verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=self.host,
                expected_origin=self.origin,
                require_user_verification=True,
            )
        except WebAuthnException as error:
            raise Unusable("passkey_invalid") from error

        def _add(session: Session) -> Passkey:
            count = session.scalar(select(func.count()).select_from(_of(caller).subquery())) or 0
            if count >= _MAX_PASSKEYS:
                raise Conflict("too_many_passkeys")
            row = Passkey(
                account_id=caller.account_id,
                id=new_id(now),
                credential_id=made.credential_id,
                public_key=made.credential_public_key,
                sign_count=made.sign_count,
                name=plain_name(name),
                created_at=now,
            )
            session.add(row)
            return row

        return self.database.retrying(_add)

    def begin_sign_in(self) -> Ceremony:
        """Ask the browser for any passkey that it has for us."""
        from webauthn import generate_authentication_options  # noqa: PLC0415 - see above
        from webauthn.helpers.structs import UserVerificationRequirement  # noqa: PLC0415 - likewise

        options = generate_authentication_options(
            rp_id=self.host, user_verification=UserVerificationRequirement.REQUIRED
        )
        return self._begin(options, options.challenge, None)

    def finish_sign_in(
        self, ceremony_id: UUID, credential: dict[str, Any], *, device: str, former_cookie: str | None
    ) -> SignedIn:
        """The passkey answered. Raises Unusable `passkey_invalid`, alike for everything that is wrong; Gone."""
        from webauthn import verify_authentication_response  # noqa: PLC0415 - see above
        from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 - likewise

        challenge, now = self._use(ceremony_id, None), self.clock()
        account_id, credential_id = _claimed(credential)
        with self.database.read() as session:
            # An authenticator goes on to name the account that it made the passkey for.
            former = session.get(FormerAccount, account_id)
            account_id = former.account_id if former is not None else account_id
            row = session.scalar(
                select(Passkey).where(Passkey.account_id == account_id, Passkey.credential_id == credential_id)
            )
        if row is None:
            raise Unusable("passkey_invalid")
        try:
            proved = verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=self.host,
                expected_origin=self.origin,
                credential_public_key=row.public_key,
                credential_current_sign_count=row.sign_count,
                require_user_verification=True,
            )
        except WebAuthnException as error:
            raise Unusable("passkey_invalid") from error

        def _sign_in(session: Session) -> SignedIn:
            current = session.get(Passkey, (row.account_id, row.id), with_for_update=True)
            if current is None:
                raise Unusable("passkey_invalid")
            current.sign_count, current.last_used_at = proved.new_sign_count, now
            forget_cookie(session, former_cookie)
            return SignedIn(row.account_id, open_sign_in(session, row.account_id, device, now), is_new_account=False)

        return self.database.retrying(_sign_in)

    def entries(self, caller: Caller) -> list[Passkey]:
        """Every passkey of the account, the oldest first."""
        with self.database.read() as session:
            return list(session.scalars(_of(caller).order_by(Passkey.id)))

    def rename(self, caller: Caller, passkey_id: UUID, name: str) -> Passkey:
        """Know it by another name. Raises NotFound."""

        def _rename(session: Session) -> Passkey:
            row = session.get(Passkey, (caller.account_id, passkey_id))
            if row is None:
                raise NotFound("passkey_unknown")
            row.name = name
            return row

        return self.database.retrying(_rename)

    def remove(self, caller: Caller, passkey_id: UUID) -> None:
        """It opens the account no more. Needs a fresh proof. Raises NotFound."""
        caller.require_fresh_proof(self.clock())

        def _remove(session: Session) -> bool:
            row = session.get(Passkey, (caller.account_id, passkey_id))
            if row is not None:
                session.delete(row)
            return row is not None

        if not self.database.retrying(_remove):
            raise NotFound("passkey_unknown")

    def _begin(self, options: Any, challenge: bytes, account_id: UUID | None) -> Ceremony:
        from webauthn import options_to_json  # noqa: PLC0415 - see above

        now = self.clock()
        ceremony = PasskeyCeremony(
            id=new_id(now), account_id=account_id, challenge=challenge, expires_at=now + CEREMONY_LIFETIME
        )
        with self.database.write() as session:
            session.add(ceremony)
        return Ceremony(ceremony.id, json.loads(options_to_json(options)))

    def _use(self, ceremony_id: UUID, account_id: UUID | None) -> bytes:
        """The challenge, which can be used this once."""

        def _take(session: Session) -> tuple[bytes, datetime] | None:
            row = session.get(PasskeyCeremony, ceremony_id, with_for_update=True)
            if row is None or row.account_id != account_id:
                return None
            session.delete(row)
            return row.challenge, row.expires_at

        taken = self.database.retrying(_take)
        if taken is None or self.clock() >= taken[1]:
            raise Gone("ceremony_over")
        return taken[0]


def _of(caller: Caller) -> Any:
    return select(Passkey).where(Passkey.account_id == caller.account_id)


def _claimed(credential: dict[str, Any]) -> tuple[UUID, bytes]:
    """Account and key that an answer is said to be of. Raises Unusable `passkey_invalid`."""
    from webauthn import base64url_to_bytes  # noqa: PLC0415 - see above

    try:
        handle = base64url_to_bytes(credential["response"]["userHandle"])
        return UUID(bytes=handle), base64url_to_bytes(credential["rawId"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unusable("passkey_invalid") from error
