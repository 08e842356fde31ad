"""What can be wrong with what a credential says: its form, its words, its dates, and the people in it."""

from datetime import timedelta
from typing import Final

from vcwallet.policy import Recipient
from vcwallet.testing.drafts import Choice, Draft
from vcwallet.testing.faults.fault import Expected, Fault, any_draft, invalid, malformed, rewrite
from vcwallet.testing.issuers import VERIFIED_AT
from vcwallet.testing.samples import LEARNER_ADDRESS
from vcwallet.wire.timestamps import format_timestamp

_DAY: Final = timedelta(days=1)


# --- the form ----------------------------------------------------------------------------------------------------------


def _say_it_twice(draft: Draft) -> None:
    rewrite(draft, lambda text: text.replace(b'"validFrom":', b'"validFrom":"2020-01-01T00:00:00Z","validFrom":', 1))


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


OF_THE_FORM: Final = (
    Fault(
        "duplicate member",
        "an object has one member twice, so that two readers read two credentials",
        malformed("structure", "json_duplicate_member"),
        any_draft,
        after=_say_it_twice,
    ),
    Fault("cut off", "the rest is missing", _cut_off, any_draft, after=_cut_it_off),
    Fault(
        "date missing",
        "a member is missing that must be there",
        malformed("structure", "schema_violation"),
        any_draft,
        before=_leave_out_the_date,
    ),
    Fault(
        "undefined term",
        "a word without a meaning, which signatures over statements do not cover",
        invalid("context", "undefined_term"),
        any_draft,
        before=_say_something_without_meaning,
    ),
    Fault(
        "hidden member",
        "readers see a member, and the document takes care that it is not signed",
        malformed("structure", "inline_context_alias"),
        any_draft,
        before=_hide_a_member,
    ),
    Fault(
        "own schema broken",
        "the credential names a schema and does not keep to it",
        invalid("schema", "schema_violation"),
        any_draft,
        before=_break_its_own_schema,
    ),
)


# --- time, people ------------------------------------------------------------------------------------------------------


def _about_somebody(choice: Choice) -> bool:
    return choice.kind != "endorsement"


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


OF_TIME_AND_PEOPLE: Final = (
    Fault("expired", "it was valid until yesterday", invalid("period", "expired"), any_draft, before=_let_it_end),
    Fault(
        "not yet valid",
        "it will be valid tomorrow",
        invalid("period", "not_yet_valid"),
        any_draft,
        before=_let_it_begin_later,
    ),
    Fault(
        "wrong recipient",
        "it is about somebody else",
        invalid("recipient", "recipient_mismatch"),
        _about_somebody,
        before=_ask_about_somebody_else,
    ),
    Fault(
        "issuer not trusted",
        "the verifier accepts certain issuers only",
        invalid("trust", "issuer_not_trusted"),
        any_draft,
        before=_trust_others_only,
    ),
    Fault(
        "presenter unknown",
        "the verifier wants to know who presents it, and a credential alone does not tell",
        invalid("holder", "holder_not_bound"),
        any_draft,
        before=_ask_who_presents_it,
    ),
)
