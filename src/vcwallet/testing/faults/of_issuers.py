"""What can be wrong with an issuer: it cannot be reached, or does not publish the key."""

from datetime import timedelta
from typing import Final

from vcwallet.dids.controller_document import PublishedKey
from vcwallet.testing.drafts import Choice, Draft
from vcwallet.testing.faults.fault import Expected, Fault, any_draft, invalid, undecided
from vcwallet.testing.issuers import SIGNED_AT, published
from vcwallet.testing.signing import SampleKey

_DAY: Final = timedelta(days=1)


def _is_published(choice: Choice) -> bool:
    return choice.is_published


def _lose_the_issuer(draft: Draft) -> None:
    for address in draft.issuer.documents():
        del draft.world[address]


def _sign_as_a_stranger(draft: Draft) -> None:
    draft.key = SampleKey.from_seed(f"a forger of {draft.choice.seed}", draft.choice.how.key_type)


def _publish_another_key(draft: Draft) -> None:
    another = SampleKey.from_seed(f"the next key of {draft.choice.seed}", draft.choice.how.key_type)
    name = draft.key.did_key_method.replace("#key-1", "#key-2")
    identity = draft.issuer.identity()
    draft.world.update(published(type(identity)(identity.id, (PublishedKey(name, another.public_key),))))


def _revoke_the_key(draft: Draft) -> None:
    identity = draft.issuer.identity().revoking(draft.key.did_key_method, SIGNED_AT + _DAY)
    draft.world.update(published(identity))


def _publish_it_for_something_else(draft: Draft) -> None:
    identity = draft.issuer.identity()
    key = PublishedKey(draft.key.did_key_method, draft.key.public_key, purposes=("authentication",))
    draft.world.update(published(type(identity)(identity.id, (key,))))


def _not_for_statements(choice: Choice) -> Expected:
    """A VC-JWT of an https issuer has its key in a key set, which just does not have this one."""
    in_key_set = choice.securing.startswith("VC-JWT") and choice.issuer == "https"
    return Expected("invalid", "proof", "key_not_in_document" if in_key_set else "key_not_for_purpose")


FAULTS: Final = (
    Fault(
        "issuer unreachable",
        "the issuer's keys cannot be had now",
        undecided("proof", "unreachable"),
        _is_published,
        before=_lose_the_issuer,
    ),
    Fault(
        "key of a stranger",
        "anybody can sign with a key of their own, and write another's name below it",
        invalid("issuer", "key_not_bound_to_issuer"),
        any_draft,
        before=_sign_as_a_stranger,
    ),
    Fault(
        "key not published",
        "the issuer publishes another key, and not this one",
        invalid("proof", "key_not_in_document"),
        _is_published,
        before=_publish_another_key,
    ),
    Fault(
        "key revoked",
        "the issuer says that somebody else may have the key",
        invalid("proof", "key_revoked"),
        _is_published,
        before=_revoke_the_key,
    ),
    Fault(
        "key for something else",
        "the issuer does not make statements with this key",
        _not_for_statements,
        _is_published,
        before=_publish_it_for_something_else,
    ),
)
