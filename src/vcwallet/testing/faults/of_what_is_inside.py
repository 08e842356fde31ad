"""What can be wrong with a credential inside another, whose issuer did not look."""

import json
from collections.abc import Callable
from typing import Any, Final

from vcwallet.testing.drafts import SECURINGS, Choice, Draft, secured, to_text
from vcwallet.testing.faults.fault import Fault, invalid, undecided
from vcwallet.testing.issuers import SampleIssuer


def _with_others_inside(choice: Choice) -> bool:
    return choice.kind in ("full-badge", "learner-record")


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


FAULTS: Final = (
    Fault(
        "changed inside",
        "a credential inside was changed after it was signed",
        invalid("nested", "nested_invalid"),
        _with_others_inside,
        before=_spoil_inside(_change_a_word_inside),
    ),
    Fault(
        "unsigned inside",
        "nobody stands behind a credential inside",
        invalid("nested", "nested_invalid"),
        _with_others_inside,
        before=_spoil_inside(_unsign_inside),
    ),
    Fault(
        "issuer inside unreachable",
        "the keys of who issued a credential inside cannot be had",
        undecided("nested", "nested_undecided"),
        _with_others_inside,
        before=_spoil_inside(_let_an_unreachable_issuer_sign_inside),
    ),
)
