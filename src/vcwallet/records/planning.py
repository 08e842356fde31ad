"""Plan what to show of a mixed set of credentials, look at it, and present it.

A plan is a draft that its learner changes: what it refuses, it refuses when it is asked, with the reason. It holds the
credentials as they were received; only what `derive` makes of them, or what was chosen to be shown whole, leaves.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from vcwallet.credentials import learning_record
from vcwallet.credentials.credential import Credential
from vcwallet.errors import Problem, Refused
from vcwallet.keys.signer import Signer
from vcwallet.operations.deriving import derive, find_divisible
from vcwallet.operations.presenting import MAX_CREDENTIALS, present, refuse_sd_jwt_vc
from vcwallet.operations.securing_documents import not_handed_out
from vcwallet.operations.signed import Signed, secured_text, unverified_document
from vcwallet.records.field_tree import Field, fields
from vcwallet.records.preview import Preview, Shown, links
from vcwallet.securing.data_integrity import list_proofs, without_proof
from vcwallet.securing.envelope import CompactJwt, recognise
from vcwallet.standard import standard_toolkit
from vcwallet.toolkit import Toolkit

Presentable = Signed | bytes | str | Mapping[str, Any]

_CHOSEN: Final = Problem("selected_by_holder", "this was selected by the learner, and may be incomplete")


@dataclass(frozen=True, slots=True)
class Item:
    """One credential of a plan: what it is, and what can be done about its fields."""

    number: int
    title: str
    securing: str
    is_divisible: bool
    document: Mapping[str, Any]
    fields: Field


@dataclass(frozen=True, slots=True)
class _Leaving:
    """One credential as it leaves, and what it then says."""

    credential: Signed | str
    document: Mapping[str, Any]
    withheld: tuple[str, ...]
    securing: str
    notes: tuple[Problem, ...] = ()


class Plan:
    """What is to be shown. Made by `plan`; not safe to share between threads."""

    def __init__(self, texts: Sequence[str], items: tuple[Item, ...], toolkit: Toolkit) -> None:
        """Not for callers: `plan` makes plans."""
        self.items = items
        self._texts = tuple(texts)
        self._toolkit = toolkit
        self._withheld: dict[int, dict[str, None]] = {item.number: {} for item in items}
        self._left_out: set[int] = set()
        self._members: dict[int, tuple[int, ...]] = {}

    # --- choosing ------------------------------------------------------------------------------------------------------

    def withhold(self, item: int, *pointers: str) -> None:
        """Leave fields of one credential out.

        Raises `Refused` not_divisible, pointer_not_found, pointer_mandatory, pointer_required, pointer_shown_with_others,
        and pointer_needed_by_others when fields that refer to one of these are not withheld with it; nothing is then
        changed.
        """
        tree = self._item(item).fields
        withheld = {**self._withheld[item], **dict.fromkeys(pointers)}
        for pointer in pointers:
            _refuse_unless_withholdable(tree.at(pointer))
        _refuse_dangling(tree, withheld)
        self._withheld[item] = withheld

    def show(self, item: int, *pointers: str) -> None:
        """Show fields after all that were withheld.

        Raises `Refused` pointer_not_found for one that was not, and pointer_needed_by_others; nothing is then changed.
        """
        tree = self._item(item).fields
        left = {pointer: None for pointer in self._withheld[item] if pointer not in pointers}
        if len(left) + len(set(pointers)) != len(self._withheld[item]):
            raise Refused("pointer_not_found", "one of these was not withheld")
        _refuse_dangling(tree, left)
        self._withheld[item] = left

    def leave_out(self, item: int) -> None:
        """Leave a whole credential out, which is always possible."""
        self._item(item)
        self._left_out.add(item)

    def choose_members(self, item: int, members: Sequence[int]) -> None:
        """Show only some credentials of a learner record, by their numbers in it, in this order.

        The record's own signature covers all of them or none, so it is left behind: its issuer does not vouch that these
        are all. Raises `Refused` not_a_record, empty_choice, member_not_found, and member_without_proof for a member that
        only the record's signature vouches for.
        """
        document = self._item(item).document
        found = learning_record.members(document)
        if Credential(document).kind != "ClrCredential":
            raise Refused("not_a_record", "only a learner record (ClrCredential) has members to choose from")
        if not members:
            raise Refused("empty_choice", "a record of nothing says nothing: choose a member, or leave the record out")
        for number in members:
            if not 0 <= number < len(found):
                raise Refused(
                    "member_not_found", f"the record has {len(found)} members, and not one with number {number}"
                )
            pointer, member = found[number]
            if not isinstance(member, str) and not (isinstance(member, Mapping) and member.get("proof")):
                raise Refused(
                    "member_without_proof",
                    "this member is signed only together with the whole record",
                    pointer=pointer,
                    hint="show the whole record, or leave it out",
                )
        self._members[item] = tuple(dict.fromkeys(members))

    # --- looking and showing -------------------------------------------------------------------------------------------

    def preview(self) -> Preview:
        """Exactly what would leave now. Derives what would be derived, so it raises what `derive` raises."""
        return self._preview(self._leaving())

    def present(
        self,
        signer: Signer,
        *,
        audience: str | Sequence[str] | None,
        challenge: str | None,
        at: datetime,
        securing: str | None = None,
    ) -> Signed:
        """The presentation of what the preview shows, signed by its holder for one verifier.

        `audience` is who the verifier is, or all verifiers that may take it; `securing` is as in `vcwallet.present`.
        Raises `Refused` empty_choice when everything was left out, own_output_not_verified, and as `derive` and `present`.
        """
        leaving = [(number, each) for number, every in self._leaving() for each in every]
        if not leaving:
            raise Refused("empty_choice", "nothing is left to show")
        presentation = present(
            [each.credential for _, each in leaving],
            signer,
            challenge=challenge,
            domain=audience,
            securing=securing,
            toolkit=self._toolkit,
            at=at,
        )
        previewed = [shown.document for shown in self.preview().items]
        presented = [_unsecured(entry) for entry in presentation.document["verifiableCredential"]]
        if presented != previewed:
            raise not_handed_out(Problem("own_output_not_verified", "it shows something else than the preview"))
        return presentation

    def _leaving(self) -> list[tuple[int, list[_Leaving]]]:
        return [(item.number, self._leaving_of(item)) for item in self.items if item.number not in self._left_out]

    def _leaving_of(self, item: Item) -> list[_Leaving]:
        text = self._texts[item.number]
        if item.number in self._members:
            found = learning_record.members(item.document)
            issuer = Credential(item.document)
            note = Problem(
                "outer_seal_dropped",
                f"chosen from a record issued by {issuer.issuer_name or issuer.issuer_id}, who does not vouch that this is "
                "complete",
            )
            return [self._whole(found[number][1], note) for number in self._members[item.number]]
        withheld = tuple(self._withheld[item.number])
        if not item.is_divisible:
            return [_Leaving(text, _unsecured_text(text), (), item.securing)]
        derived = derive(text, withhold=withheld, toolkit=self._toolkit)
        notes = tuple(_notes_on_subject(item.document, derived.document))
        return [_Leaving(derived, without_proof(derived.document), withheld, derived.securing, notes)]

    def _whole(self, member: Any, note: Problem) -> _Leaving:
        text = secured_text(member)
        try:
            find_divisible(text, self._toolkit)
        except Refused:
            return _Leaving(text, _unsecured_text(text), (), _securing(text), (note,))
        derived = derive(text, withhold=(), toolkit=self._toolkit)
        return _Leaving(derived, without_proof(derived.document), (), derived.securing, (note,))

    def _preview(self, leaving: list[tuple[int, list[_Leaving]]]) -> Preview:
        shown = []
        for number, every in leaving:
            item = self.items[number]
            for each in every:
                is_member = number in self._members
                fixed = (
                    ()
                    if is_member
                    else tuple(
                        field
                        for field in item.fields.walk()
                        if field.state == "cannot be hidden" and not field.children
                    )
                )
                title = Credential(each.document).name or item.title
                shown.append(
                    Shown(
                        number,
                        title,
                        each.securing,
                        each.document,
                        each.withheld,
                        fixed,
                        links(each.document, each.securing),
                        each.notes,
                    )
                )
        return Preview(tuple(shown), (_CHOSEN,))

    def _item(self, number: int) -> Item:
        if not 0 <= number < len(self.items):
            raise IndexError(f"the plan has {len(self.items)} items, and none with number {number}")
        return self.items[number]


def plan(credentials: Iterable[Presentable], *, toolkit: Toolkit | None = None) -> Plan:
    """A plan that shows all of these credentials, as much of each as there is.

    Raises `Malformed` for what is no credential, `Refused` empty_choice for none, too_many_credentials and not_presentable,
    and as `fields`.
    """
    toolkit = toolkit or standard_toolkit()
    texts = [secured_text(credential) for credential in credentials]
    if not texts:
        raise Refused("empty_choice", "there is nothing to plan")
    if len(texts) > MAX_CREDENTIALS:
        raise Refused("too_many_credentials", f"at most {MAX_CREDENTIALS} credentials go into one presentation")
    return Plan(texts, tuple(_item(number, text, toolkit) for number, text in enumerate(texts)), toolkit)


def _item(number: int, text: str, toolkit: Toolkit) -> Item:
    secured = recognise(text)
    refuse_sd_jwt_vc(secured)
    document = unverified_document(secured)
    tree = fields(text, toolkit=toolkit)
    name = Credential(document).name or f"credential {number + 1}"
    return Item(number, name, _securing(text), tree.reason != "one_piece", document, tree)


def _securing(text: str) -> str:
    secured = recognise(text)
    if isinstance(secured, CompactJwt):
        return secured.form
    document = secured.unverified_document
    proofs = list_proofs(document) if "proof" in document else []
    return ", ".join(dict.fromkeys(str(proof.get("cryptosuite") or proof.get("type"))[:80] for _, proof in proofs))


def _unsecured(entry: Mapping[str, Any]) -> dict[str, Any]:
    return without_proof(unverified_document(recognise(entry)))


def _unsecured_text(text: str) -> dict[str, Any]:
    return without_proof(unverified_document(recognise(text)))


def _refuse_unless_withholdable(field: Field) -> None:
    if field.state == "can be withheld":
        return
    codes = {
        "one_piece": "not_divisible",
        "mandatory": "pointer_mandatory",
        "required": "pointer_required",
    }
    hint = "leave the whole credential out instead"
    if field.with_pointer is not None:
        hint = f"withhold {field.with_pointer} instead"
    code = codes.get(field.reason, "pointer_shown_with_others")
    raise Refused(code, field.because or "the whole cannot be withheld from itself", pointer=field.pointer, hint=hint)


def _refuse_dangling(tree: Field, withheld: Collection[str]) -> None:
    """Raise when something is shown that refers to what is withheld."""
    for pointer in withheld:
        for needed_by in tree.at(pointer).needed_by:
            if not any(_is_within(needed_by, other) for other in withheld):
                raise Refused(
                    "pointer_needed_by_others",
                    f"what is at {needed_by} refers to it, and makes no sense without it",
                    pointer=pointer,
                    hint=f"withhold {needed_by} too, or what encloses it",
                )


def _is_within(place: str, pointer: str) -> bool:
    return place == pointer or place.startswith(f"{pointer}/")


def _notes_on_subject(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[Problem]:
    """Who is shown neither the id nor the identifier cannot tell whose it is."""
    had, has = (
        any("id" in subject or "identifier" in subject for subject in Credential(each).subjects)
        for each in (before, after)
    )
    if had and not has:
        yield Problem(
            "recipient_not_shown", "the receiver cannot tell that this credential is yours", "/credentialSubject"
        )
