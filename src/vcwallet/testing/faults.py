"""What can be wrong with a credential, one thing at a time, and what a verifier has to say of it.

A fault changes a draft that is right in every other respect. `fits` says which drafts have what it spoils: a token has no
proof to take out, and an issuer that is its key cannot be unreachable.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from vcwallet.dids.controller_document import PublishedKey
from vcwallet.policy import Recipient
from vcwallet.report import Verdict
from vcwallet.status import bitstring
from vcwallet.testing import pictures
from vcwallet.testing.drafts import SECURINGS, Choice, Draft, secured, to_text
from vcwallet.testing.issuers import SIGNED_AT, VERIFIED_AT, SampleIssuer, published
from vcwallet.testing.samples import LEARNER_ADDRESS
from vcwallet.testing.signing import SampleKey
from vcwallet.testing.statuses import LIST_BEGINS_AT
from vcwallet.wire.base_encodings import base64url_decode, base64url_encode
from vcwallet.wire.timestamps import format_timestamp

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Expected:
    """What `verify` answers: the verdict, the check that decides it, and the code of that check."""

    verdict: Verdict
    check: str
    code: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. `reason` says in a sentence why the credential must not be accepted."""

    name: str
    reason: str
    expected: Expected | Callable[[Choice], Expected]
    fits: Callable[[Choice], bool]
    before: Callable[[Draft], None] | None = None
    after: Callable[[Draft], None] | None = None
    in_picture: Callable[[Draft], None] | None = None

    def expected_of(self, choice: Choice) -> Expected:
        return self.expected(choice) if callable(self.expected) else self.expected


# --- which drafts ------------------------------------------------------------------------------------------------------


def _any(_: Choice) -> bool:
    return True


def _with_proof(choice: Choice) -> bool:
    return not choice.how.is_token


def _token(choice: Choice) -> bool:
    return choice.how.is_token


def _published(choice: Choice) -> bool:
    return choice.is_published


def _about_somebody(choice: Choice) -> bool:
    return choice.kind != "endorsement"


def _with_others_inside(choice: Choice) -> bool:
    return choice.kind in ("full-badge", "learner-record")


def _revocable(choice: Choice) -> bool:
    return choice.status in ("revocation", "StatusList2021", "1EdTechRevocationList")


def _with_list(choice: Choice) -> bool:
    return choice.status != "none"


def _with_signed_list(choice: Choice) -> bool:
    return choice.status not in ("none", "1EdTechRevocationList")


# --- the signature -----------------------------------------------------------------------------------------------------


def _sign_with_another_key(draft: Draft) -> None:
    another = SampleKey.from_seed(f"a forger of {draft.choice.seed}", draft.choice.how.key_type)
    draft.key = another.named(draft.key.did_key_method)


def _sign_as_a_stranger(draft: Draft) -> None:
    draft.key = SampleKey.from_seed(f"a forger of {draft.choice.seed}", draft.choice.how.key_type)


def _change_a_word(draft: Draft) -> None:
    _rewrite(draft, lambda text: text.replace(b'"Noordzee College"', b'"Noordsee College"'))


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


def _rewrite(draft: Draft, change: Callable[[bytes], bytes]) -> None:
    """Change the text that is signed, in the JSON or in the payload of the token."""
    draft.data = _rewritten(draft.data, change)


def _rewritten(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    if data.startswith(b"{"):
        return change(data)
    header, payload, signature = data.decode().split(".")
    return f"{header}.{base64url_encode(change(base64url_decode(payload)))}.{signature}".encode()


def _leave_it_unsigned(draft: Draft) -> None:
    draft.data = to_text(draft.document)


def _say_that_none_is_needed(draft: Draft) -> None:
    header = base64url_encode(json.dumps({"alg": "none", "typ": "JWT", "kid": draft.key.did_key_method}).encode())
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


# --- the issuer --------------------------------------------------------------------------------------------------------


def _lose_the_issuer(draft: Draft) -> None:
    for address in draft.issuer.documents():
        del draft.world[address]


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
    """Tokens of https issuers are looked up in a key set, which just does not have the key."""
    in_key_set = choice.how.is_token and choice.issuer == "https"
    return Expected("invalid", "proof", "key_not_in_document" if in_key_set else "key_not_for_purpose")


# --- the form ----------------------------------------------------------------------------------------------------------


def _say_it_twice(draft: Draft) -> None:
    _rewrite(draft, lambda text: text.replace(b'"validFrom":', b'"validFrom":"2020-01-01T00:00:00Z","validFrom":', 1))


def _cut_it_off(draft: Draft) -> None:
    draft.data = draft.data[: -len(draft.data) // 3]


def _cut_off(choice: Choice) -> Expected:
    return Expected("malformed", "structure", "input_not_recognised" if choice.how.is_token else "json_syntax")


def _leave_out_the_date(draft: Draft) -> None:
    del draft.document["validFrom"]


def _say_something_without_meaning(draft: Draft) -> None:
    draft.not_in_statements = ("grade",)
    draft.document["grade"] = "with distinction"


def _hide_a_member(draft: Draft) -> None:
    draft.not_in_statements = ("grade",)
    draft.document["@context"] = [*draft.document["@context"], {"grade": None}]
    draft.document["grade"] = "with distinction"


def _break_its_own_schema(draft: Draft) -> None:
    address = f"https://{draft.issuer.host}/schema.json"
    draft.document["credentialSchema"] = [{"id": address, "type": "1EdTechJsonSchemaValidator2019"}]
    draft.document["@context"] = [*draft.document["@context"], _EXTENSIONS]
    draft.world[address] = {"$schema": "https://json-schema.org/draft/2019-09/schema", "required": ["evidenceOfMore"]}


_EXTENSIONS: Final = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"


# --- time, people ------------------------------------------------------------------------------------------------------


def _let_it_end(draft: Draft) -> None:
    draft.document["validUntil"] = format_timestamp(VERIFIED_AT - _DAY)


def _let_it_begin_later(draft: Draft) -> None:
    draft.document["validFrom"] = format_timestamp(VERIFIED_AT + _DAY)


def _ask_about_somebody_else(draft: Draft) -> None:
    draft.policy["recipient"] = Recipient("emailAddress", f"not-{LEARNER_ADDRESS}")


def _trust_others_only(draft: Draft) -> None:
    draft.policy["trusted_issuers"] = ("did:web:ministry.example",)


def _ask_who_presents_it(draft: Draft) -> None:
    draft.policy["require_holder_binding"] = True


# --- the status --------------------------------------------------------------------------------------------------------


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
    content = _rewritten(draft.world[_list_url(draft)].encode(), lambda text: text.replace(before, after))
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


# --- what is inside ----------------------------------------------------------------------------------------------------


def _spoil_inside(change: Callable[[dict[str, Any]], None]) -> Callable[[Draft], None]:
    """Change the first credential inside, before the outer one is signed: its issuer did not look."""

    def apply(draft: Draft) -> None:
        document = json.loads(to_text(draft.document))
        holder = document if draft.choice.kind == "full-badge" else document["credentialSubject"]
        change(holder["endorsement" if draft.choice.kind == "full-badge" else "verifiableCredential"][0])
        draft.document = document

    return apply


def _change_a_word_inside(inner: dict[str, Any]) -> None:
    inner["issuer"]["name"] = "Hafenwerkstadt"


def _unsign_inside(inner: dict[str, Any]) -> None:
    del inner["proof"]


def _let_an_unreachable_issuer_sign_inside(inner: dict[str, Any]) -> None:
    closed = SampleIssuer.from_seed(name="Closed School")
    inner["issuer"] = closed.profile().to_document()
    del inner["proof"]
    inner.update(json.loads(secured(inner, closed.key, SECURINGS["eddsa-jcs-2022"])))


# --- pictures ----------------------------------------------------------------------------------------------------------


def _cut_the_picture_off(draft: Draft) -> None:
    draft.data = draft.data[:-20]


def _damage_the_picture(draft: Draft) -> None:
    """A bit of the baked text flips on the way, and the checksum of its chunk tells."""
    at = draft.data.index(b"iTXt") + 60
    draft.data = draft.data[:at] + bytes([draft.data[at] ^ 1]) + draft.data[at + 1 :]


def _bake_it_in_twice(draft: Draft) -> None:
    start = draft.data.index(b"iTXt") - 4
    end = start + 12 + int.from_bytes(draft.data[start : start + 4])
    draft.data = draft.data[:end] + draft.data[start:]


def _declare_an_entity(draft: Draft) -> None:
    draft.data = b'<!DOCTYPE svg [<!ENTITY name "Admiral">]>' + draft.data


def _lose_the_badge(draft: Draft) -> None:
    """What a messenger does that saves every picture anew."""
    draft.data = pictures.png_picture() if draft.choice.carrier == "png" else pictures.svg_picture()


# --- the list ----------------------------------------------------------------------------------------------------------


def _invalid(check: str, code: str) -> Expected:
    return Expected("invalid", check, code)


def _malformed(check: str, code: str) -> Expected:
    return Expected("malformed", check, code)


def _undecided(check: str, code: str) -> Expected:
    return Expected("indeterminate", check, code)


_SIGNATURE: Final = _invalid("proof", "signature_invalid")

_OF_THE_SIGNATURE: Final = (
    Fault("wrong key", "somebody else signed in the issuer's name", _SIGNATURE, _any, before=_sign_with_another_key),
    Fault("changed word", "the signature is over another word", _SIGNATURE, _any, after=_change_a_word),
    Fault("changed signature", "the signature fits nothing", _SIGNATURE, _any, after=_change_the_signature),
    Fault(
        "unsigned",
        "anybody may have written it",
        _invalid("proof", "proof_missing"),
        _any,
        after=_leave_it_unsigned,
    ),
    Fault(
        "algorithm none",
        "a token that says of itself that it needs no signature",
        _malformed("structure", "jws_malformed"),
        _token,
        after=_say_that_none_is_needed,
    ),
    Fault(
        "wrong purpose",
        "the proof shows who presents something; it asserts nothing",
        _invalid("proof", "proof_purpose_wrong"),
        _with_proof,
        before=_sign_for_another_purpose,
    ),
    Fault(
        "proof expired",
        "the proof itself had an end, which is past",
        _invalid("proof", "proof_expired"),
        _with_proof,
        before=_let_the_proof_end,
    ),
    Fault(
        "proof from the future",
        "the proof says that it is made tomorrow",
        _invalid("proof", "proof_from_the_future"),
        _with_proof,
        before=_sign_tomorrow,
    ),
    Fault(
        "unknown suite",
        "the proof may be good, but nobody here can tell",
        _undecided("proof", "cryptosuite_unsupported"),
        _with_proof,
        after=_name_an_unknown_suite,
    ),
)

_OF_THE_ISSUER: Final = (
    Fault(
        "issuer unreachable",
        "the issuer's keys cannot be had now",
        _undecided("proof", "unreachable"),
        _published,
        before=_lose_the_issuer,
    ),
    Fault(
        "key of a stranger",
        "anybody can sign with a key of their own, and write another's name below it",
        _invalid("issuer", "key_not_bound_to_issuer"),
        _any,
        before=_sign_as_a_stranger,
    ),
    Fault(
        "key not published",
        "the issuer publishes another key, and not this one",
        _invalid("proof", "key_not_in_document"),
        _published,
        before=_publish_another_key,
    ),
    Fault(
        "key revoked",
        "the issuer says that somebody else may have the key",
        _invalid("proof", "key_revoked"),
        _published,
        before=_revoke_the_key,
    ),
    Fault(
        "key for something else",
        "the issuer does not make statements with this key",
        _not_for_statements,
        _published,
        before=_publish_it_for_something_else,
    ),
)

_OF_THE_FORM: Final = (
    Fault(
        "duplicate member",
        "an object has one member twice, so that two readers read two credentials",
        _malformed("structure", "json_duplicate_member"),
        _any,
        after=_say_it_twice,
    ),
    Fault("cut off", "the rest is missing", _cut_off, _any, after=_cut_it_off),
    Fault(
        "date missing",
        "a member is missing that must be there",
        _malformed("structure", "schema_violation"),
        _any,
        before=_leave_out_the_date,
    ),
    Fault(
        "undefined term",
        "a word without a meaning, which signatures over statements do not cover",
        _invalid("context", "undefined_term"),
        _any,
        before=_say_something_without_meaning,
    ),
    Fault(
        "hidden member",
        "readers see a member, and the document takes care that it is not signed",
        _malformed("structure", "inline_context_alias"),
        _any,
        before=_hide_a_member,
    ),
    Fault(
        "own schema broken",
        "the credential names a schema and does not keep to it",
        _invalid("schema", "schema_violation"),
        _any,
        before=_break_its_own_schema,
    ),
)

_OF_TIME_AND_PEOPLE: Final = (
    Fault("expired", "it was valid until yesterday", _invalid("period", "expired"), _any, before=_let_it_end),
    Fault(
        "not yet valid",
        "it will be valid tomorrow",
        _invalid("period", "not_yet_valid"),
        _any,
        before=_let_it_begin_later,
    ),
    Fault(
        "wrong recipient",
        "it is about somebody else",
        _invalid("recipient", "recipient_mismatch"),
        _about_somebody,
        before=_ask_about_somebody_else,
    ),
    Fault(
        "issuer not trusted",
        "the verifier accepts certain issuers only",
        _invalid("trust", "issuer_not_trusted"),
        _any,
        before=_trust_others_only,
    ),
    Fault(
        "presenter unknown",
        "the verifier wants to know who presents it, and a credential alone does not tell",
        _invalid("holder", "holder_not_bound"),
        _any,
        before=_ask_who_presents_it,
    ),
)

_OF_THE_STATUS: Final = (
    Fault("revoked", "the issuer has revoked it", _invalid("status", "revoked"), _revocable, before=_withdraw),
    Fault(
        "suspended",
        "the issuer has suspended it for now",
        _invalid("status", "suspended"),
        lambda choice: choice.status == "suspension",
        before=_withdraw,
    ),
    Fault(
        "list unreachable",
        "whether it is withdrawn cannot be asked now",
        _undecided("status", "unreachable"),
        _with_list,
        after=_take_the_list_away,
    ),
    Fault(
        "list garbled", "something else answers in the place of the list", _garbled, _with_list, after=_garble_the_list
    ),
    Fault(
        "list expired",
        "the list does not speak for today",
        _undecided("status", "status_list_expired"),
        _with_signed_list,
        before=_let_the_list_end,
    ),
    Fault(
        "list forged",
        "somebody else signed the list in the issuer's name",
        _invalid("status", "status_list_not_verified"),
        _with_signed_list,
        before=_sign_the_list_with_another_key,
    ),
    Fault(
        "list changed",
        "the list was changed after it was signed",
        _invalid("status", "status_list_not_verified"),
        _with_signed_list,
        after=_change_the_list,
    ),
    Fault(
        "list of a stranger",
        "the list is a good one, by somebody who has no say in this",
        _invalid("status", "status_list_issuer_mismatch"),
        _with_list,
        before=_let_somebody_else_list,
    ),
    Fault(
        "list too short",
        "so short a list tells its reader whom one asks about",
        _invalid("status", "status_list_too_short"),
        _with_signed_list,
        before=_shorten_the_list,
    ),
    Fault(
        "list of another purpose",
        "the list speaks of something else than the credential says",
        _invalid("status", "status_purpose_mismatch"),
        _with_signed_list,
        before=_ask_a_list_of_another_purpose,
    ),
    Fault(
        "index beyond the list",
        "the list has no place for this credential",
        _invalid("status", "status_index_out_of_range"),
        _with_signed_list,
        before=_point_beyond_the_list,
    ),
    Fault(
        "unknown kind of status",
        "it could be withdrawn, in a way that nobody here can look up",
        _undecided("status", "status_type_unsupported"),
        _with_list,
        before=_name_an_unknown_kind_of_status,
    ),
)

_OF_WHAT_IS_INSIDE: Final = (
    Fault(
        "changed inside",
        "a credential inside was changed after it was signed",
        _invalid("nested", "nested_invalid"),
        _with_others_inside,
        before=_spoil_inside(_change_a_word_inside),
    ),
    Fault(
        "unsigned inside",
        "nobody stands behind a credential inside",
        _invalid("nested", "nested_invalid"),
        _with_others_inside,
        before=_spoil_inside(_unsign_inside),
    ),
    Fault(
        "issuer inside unreachable",
        "the keys of who issued a credential inside cannot be had",
        _undecided("nested", "nested_undecided"),
        _with_others_inside,
        before=_spoil_inside(_let_an_unreachable_issuer_sign_inside),
    ),
)

_OF_THE_PICTURE: Final = (
    Fault(
        "picture without badge",
        "the badge was lost when somebody saved the picture anew",
        _malformed("structure", "image_has_no_credential"),
        lambda choice: choice.carrier != "plain",
        in_picture=_lose_the_badge,
    ),
    Fault(
        "picture cut off",
        "the end of the picture is missing",
        lambda choice: _malformed("structure", f"{choice.carrier}_malformed"),
        lambda choice: choice.carrier != "plain",
        in_picture=_cut_the_picture_off,
    ),
    Fault(
        "picture damaged",
        "a bit of the picture has another value, and its checksum tells",
        _malformed("structure", "png_crc"),
        lambda choice: choice.carrier == "png",
        in_picture=_damage_the_picture,
    ),
    Fault(
        "two badges in one picture",
        "it is not clear which is meant",
        _malformed("structure", "image_has_several_credentials"),
        lambda choice: choice.carrier == "png",
        in_picture=_bake_it_in_twice,
    ),
    Fault(
        "picture with entities",
        "the drawing declares entities, by which it can say something else to each reader",
        _malformed("structure", "svg_has_internal_subset"),
        lambda choice: choice.carrier == "svg",
        in_picture=_declare_an_entity,
    ),
)

FAULTS: Final = {
    fault.name: fault
    for fault in (
        *_OF_THE_SIGNATURE,
        *_OF_THE_ISSUER,
        *_OF_THE_FORM,
        *_OF_TIME_AND_PEOPLE,
        *_OF_THE_STATUS,
        *_OF_WHAT_IS_INSIDE,
        *_OF_THE_PICTURE,
    )
}
