"""What can be wrong with a status, and with the list that is asked about it."""

from datetime import timedelta
from typing import Final

from vcwallet.status import bitstring
from vcwallet.testing.drafts import Choice, Draft
from vcwallet.testing.faults.fault import Expected, Fault, invalid, rewritten, undecided
from vcwallet.testing.issuers import VERIFIED_AT, SampleIssuer
from vcwallet.testing.signing import SampleKey
from vcwallet.testing.statuses import LIST_BEGINS_AT
from vcwallet.wire.base_encodings import base64url_encode
from vcwallet.wire.timestamps import format_timestamp

_DAY: Final = timedelta(days=1)


def _revocable(choice: Choice) -> bool:
    return choice.status in ("revocation", "StatusList2021", "1EdTechRevocationList")


def _with_list(choice: Choice) -> bool:
    return choice.status != "none"


def _with_signed_list(choice: Choice) -> bool:
    return choice.status not in ("none", "1EdTechRevocationList")


def _list_url(draft: Draft) -> str:
    if draft.status is None:
        raise ValueError("there is no list")
    return draft.status.url


def _withdraw(draft: Draft) -> None:
    draft.set_status()


def _take_the_list_away(draft: Draft) -> None:
    del draft.world[_list_url(draft)]


def _let_the_list_end(draft: Draft) -> None:
    draft.set_status(is_set=False, valid_until=VERIFIED_AT - _DAY)


def _sign_the_list_with_another_key(draft: Draft) -> None:
    another = SampleKey.from_seed(f"a forger of {draft.choice.seed}", draft.choice.how.key_type)
    draft.list_key = another.named(draft.key.did_key_method)


def _change_the_list(draft: Draft) -> None:
    """A list of last week, with a new date put on it: so a badge that was revoked since would come back."""
    before, after = (format_timestamp(moment).encode() for moment in (LIST_BEGINS_AT, LIST_BEGINS_AT + _DAY))
    content = rewritten(draft.world[_list_url(draft)].encode(), lambda text: text.replace(before, after))
    draft.world[_list_url(draft)] = content.decode()


def _let_somebody_else_list(draft: Draft) -> None:
    stranger = SampleIssuer.from_seed(draft.choice.seed, kind="did:key", name="A Stranger")
    draft.list_key = stranger.key
    draft.list_document["issuer"] = stranger.id


def _shorten_the_list(draft: Draft) -> None:
    prefix = "" if draft.choice.status == "StatusList2021" else "u"
    encoded = prefix + base64url_encode(bitstring.compress(bytes(1024)))
    draft.list_document["credentialSubject"] = {**draft.list_document["credentialSubject"], "encodedList": encoded}


def _point_beyond_the_list(draft: Draft) -> None:
    draft.document["credentialStatus"] = {**draft.document["credentialStatus"], "statusListIndex": "131072"}


def _ask_a_list_of_another_purpose(draft: Draft) -> None:
    subject = {**draft.list_document["credentialSubject"], "statusPurpose": "weather"}
    draft.list_document["credentialSubject"] = subject


def _name_an_unknown_kind_of_status(draft: Draft) -> None:
    status = {"id": f"https://{draft.issuer.host}/status#1", "type": f"https://{draft.issuer.host}/terms#NovelStatus"}
    draft.document["credentialStatus"] = status


def _garble_the_list(draft: Draft) -> None:
    draft.world[_list_url(draft)] = "<html><title>Not here</title></html>"


def _garbled(choice: Choice) -> Expected:
    if choice.status == "1EdTechRevocationList":
        return Expected("indeterminate", "status", "fetched_document_unreadable")
    return Expected("invalid", "status", "status_list_not_verified")


FAULTS: Final = (
    Fault("revoked", "the issuer has revoked it", invalid("status", "revoked"), _revocable, before=_withdraw),
    Fault(
        "suspended",
        "the issuer has suspended it for now",
        invalid("status", "suspended"),
        lambda choice: choice.status == "suspension",
        before=_withdraw,
    ),
    Fault(
        "list unreachable",
        "whether it is withdrawn cannot be asked now",
        undecided("status", "unreachable"),
        _with_list,
        after=_take_the_list_away,
    ),
    Fault(
        "list garbled", "something else answers in the place of the list", _garbled, _with_list, after=_garble_the_list
    ),
    Fault(
        "list expired",
        "the list does not speak for today",
        undecided("status", "status_list_expired"),
        _with_signed_list,
        before=_let_the_list_end,
    ),
    Fault(
        "list forged",
        "somebody else signed the list in the issuer's name",
        invalid("status", "status_list_not_verified"),
        _with_signed_list,
        before=_sign_the_list_with_another_key,
    ),
    Fault(
        "list changed",
        "the list was changed after it was signed",
        invalid("status", "status_list_not_verified"),
        _with_signed_list,
        after=_change_the_list,
    ),
    Fault(
        "list of a stranger",
        "the list is a good one, by somebody who has no say in this",
        invalid("status", "status_list_issuer_mismatch"),
        _with_list,
        before=_let_somebody_else_list,
    ),
    Fault(
        "list too short",
        "so short a list tells its reader whom one asks about",
        invalid("status", "status_list_too_short"),
        _with_signed_list,
        before=_shorten_the_list,
    ),
    Fault(
        "list of another purpose",
        "the list speaks of something else than the credential says",
        invalid("status", "status_purpose_mismatch"),
        _with_signed_list,
        before=_ask_a_list_of_another_purpose,
    ),
    Fault(
        "index beyond the list",
        "the list has no place for this credential",
        invalid("status", "status_index_out_of_range"),
        _with_signed_list,
        before=_point_beyond_the_list,
    ),
    Fault(
        "unknown kind of status",
        "it could be withdrawn, in a way that nobody here can look up",
        undecided("status", "status_type_unsupported"),
        _with_list,
        before=_name_an_unknown_kind_of_status,
    ),
)
