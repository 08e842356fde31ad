"""What can be wrong with a signature: it fits nothing, is missing, or was made for something else."""

import json
from datetime import timedelta
from typing import Final

from vcwallet.testing.drafts import Draft, to_text
from vcwallet.testing.faults.fault import Fault, any_draft, as_token, invalid, malformed, rewrite, undecided, with_proof
from vcwallet.testing.issuers import VERIFIED_AT
from vcwallet.testing.signing import SampleKey
from vcwallet.wire.base_encodings import base64url_encode
from vcwallet.wire.timestamps import format_timestamp

_DAY: Final = timedelta(days=1)


def _sign_with_another_key(draft: Draft) -> None:
    another = SampleKey.from_seed(f"a forger of {draft.choice.seed}", draft.choice.how.key_type)
    draft.key = another.named(draft.key.did_key_method)


def _change_a_word(draft: Draft) -> None:
    rewrite(draft, lambda text: text.replace(b'"Noordzee College"', b'"Noordsee College"'))


def _change_the_signature(draft: Draft) -> None:
    """Another character in the middle of it: of the alphabet, and of no influence on its length."""
    if draft.choice.how.is_token:
        start, _, signature = draft.data.decode().rpartition(".")
        draft.data = f"{start}.{_with_another_character(signature)}".encode()
        return
    document = json.loads(draft.data)
    document["proof"]["proofValue"] = _with_another_character(document["proof"]["proofValue"])
    draft.data = to_text(document)


def _with_another_character(text: str) -> str:
    middle = len(text) // 2
    return text[:middle] + ("7" if text[middle] != "7" else "8") + text[middle + 1 :]


def _leave_it_unsigned(draft: Draft) -> None:
    draft.data = to_text(draft.document)


def _say_that_none_is_needed(draft: Draft) -> None:
    header = base64url_encode(
        json.dumps({"alg": "none", "typ": draft.choice.how.typ, "kid": draft.key.did_key_method}).encode()
    )
    draft.data = f"{header}.{draft.data.decode().split('.')[1]}.".encode()


def _sign_for_another_purpose(draft: Draft) -> None:
    draft.proof["proofPurpose"] = "authentication"


def _let_the_proof_end(draft: Draft) -> None:
    draft.proof["expires"] = format_timestamp(VERIFIED_AT - _DAY)


def _sign_tomorrow(draft: Draft) -> None:
    draft.proof["created"] = format_timestamp(VERIFIED_AT + _DAY)


def _name_an_unknown_suite(draft: Draft) -> None:
    document = json.loads(draft.data)
    document["proof"]["cryptosuite"] = "novel-sign-2040"
    draft.data = to_text(document)


_SIGNATURE: Final = invalid("proof", "signature_invalid")

FAULTS: Final = (
    Fault(
        "wrong key", "somebody else signed in the issuer's name", _SIGNATURE, any_draft, before=_sign_with_another_key
    ),
    Fault("changed word", "the signature is over another word", _SIGNATURE, any_draft, after=_change_a_word),
    Fault("changed signature", "the signature fits nothing", _SIGNATURE, any_draft, after=_change_the_signature),
    Fault(
        "unsigned",
        "anybody may have written it",
        invalid("proof", "proof_missing"),
        any_draft,
        after=_leave_it_unsigned,
    ),
    Fault(
        "algorithm none",
        "a token that says of itself that it needs no signature",
        malformed("structure", "jws_malformed"),
        as_token,
        after=_say_that_none_is_needed,
    ),
    Fault(
        "wrong purpose",
        "the proof shows who presents something; it asserts nothing",
        invalid("proof", "proof_purpose_wrong"),
        with_proof,
        before=_sign_for_another_purpose,
    ),
    Fault(
        "proof expired",
        "the proof itself had an end, which is past",
        invalid("proof", "proof_expired"),
        with_proof,
        before=_let_the_proof_end,
    ),
    Fault(
        "proof from the future",
        "the proof says that it is made tomorrow",
        invalid("proof", "proof_from_the_future"),
        with_proof,
        before=_sign_tomorrow,
    ),
    Fault(
        "unknown suite",
        "the proof may be good, but nobody here can tell",
        undecided("proof", "cryptosuite_unsupported"),
        with_proof,
        after=_name_an_unknown_suite,
    ),
)
