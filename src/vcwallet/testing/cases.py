"""Cases: a credential, the world around it, and what a verifier has to say of it.

    case = make_case(fault="revoked", status="revocation", securing="VC-JWT ES256")
    assert my_verifier_accepts(case.data, case.world, case.at) == case.is_acceptable

Cases are made when they are asked for, offline, and come out the same for the same choice and seed.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations, product
from pathlib import Path
from random import Random
from typing import Any, Final

from vcwallet.fetching.fetcher import StaticFetcher
from vcwallet.operations.verifying import verify
from vcwallet.policy import Policy
from vcwallet.report import VerificationReport
from vcwallet.standard import standard_toolkit
from vcwallet.testing.drafts import CARRIERS, ISSUERS, KINDS, SECURINGS, STATUSES, Carrier, Choice, make_draft
from vcwallet.testing.faults import FAULTS, Expected
from vcwallet.testing.issuers import DEFAULT_SEED, VERIFIED_AT, IssuerKind
from vcwallet.testing.samples import Kind
from vcwallet.testing.statuses import Status
from vcwallet.toolkit import Toolkit
from vcwallet.wire.timestamps import format_timestamp

_GOOD: Final = Expected("valid", "proof", "proof_good")
_NO_FAULT: Final = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One credential for a verifier to judge.

    - `data`: what is handed to the verifier: JSON, a token, or a picture.
    - `world`: the documents that it may find, by address; what is not in it cannot be reached.
    - `at`: the time to verify at; `policy`: what the verifier demands.
    - `expected`: the verdict, the check that decides it and its code, as `verify` gives them.
    - `fault`: the name of what is wrong, "" if nothing is; `reason` says it in a sentence.
    """

    choice: Choice
    fault: str
    reason: str
    expected: Expected
    data: bytes = field(repr=False)
    world: Mapping[str, Any] = field(repr=False)
    at: datetime
    policy: Policy = field(repr=False)

    @property
    def name(self) -> str:
        """What it is a case of, in words, for a list of tests."""
        return case_name(self.choice, self.fault)

    @property
    def is_acceptable(self) -> bool:
        """Whether a verifier has to accept it. What cannot be decided is not accepted."""
        return self.expected.verdict == "valid"

    @property
    def file_name(self) -> str:
        """A name for the data as a file; the end says what kind it is."""
        plain = "jwt" if self.choice.how.is_token and not self.data.startswith(b"{") else "json"
        return f"credential.{plain if self.choice.carrier == 'plain' else self.choice.carrier}"

    def neighbour(self) -> "Case":
        """The same without the fault: a verifier that refuses this one too has not understood what is wrong."""
        return make_chosen(self.choice, _NO_FAULT)

    def toolkit(self) -> Toolkit:
        """The standard toolkit in the world of the case."""
        return standard_toolkit(StaticFetcher(self.world))

    def verify(self) -> VerificationReport:
        """What vcwallet says."""
        return verify(self.data, toolkit=self.toolkit(), policy=self.policy, at=self.at)

    def complaint(self, report: VerificationReport) -> str:
        """What is wrong with a report about the case, in a sentence; "" if nothing is."""
        check = report.check(self.expected.check)
        found = Expected(report.verdict, check.name, check.code)
        return "" if found == self.expected else f"{self.name}: expected {self.expected}, found {found}"


def make_case(
    *,
    fault: str | None = None,
    kind: Kind = "badge",
    securing: str = "eddsa-rdfc-2022",
    issuer: IssuerKind = "did:web",
    status: Status = "none",
    carrier: Carrier = "plain",
    seed: str = DEFAULT_SEED,
) -> Case:
    """The case of this credential with this fault; None is for a credential that must be accepted.

    `FAULTS` has the names of all faults. Raises `ValueError` for a word that means nothing, and for a fault that this
    credential cannot have: a credential without status cannot be revoked.
    """
    choice = Choice(kind=kind, securing=securing, issuer=issuer, status=status, carrier=carrier, seed=seed)
    if fault is not None:
        if fault not in FAULTS:
            raise ValueError(f"expected one of {', '.join(FAULTS)}, found {fault!r}")
        if not FAULTS[fault].fits(choice):
            raise ValueError(f"the fault {fault!r} does not fit {case_name(choice, _NO_FAULT)}")
    return make_chosen(choice, fault or _NO_FAULT)


def every_choice(
    *,
    kinds: Collection[Kind] = KINDS,
    securings: Collection[str] = tuple(SECURINGS),
    issuers: Collection[IssuerKind] = ISSUERS,
    statuses: Collection[Status] = STATUSES,
    carriers: Collection[Carrier] = CARRIERS,
    faults: Collection[str] = (_NO_FAULT, *FAULTS),
    seed: str = DEFAULT_SEED,
) -> Iterator[tuple[Choice, str]]:
    """Everything that goes together, with its fault: nearly a hundred thousand, of which `cases` takes some hundred."""
    for kind, securing, issuer, status, carrier in product(kinds, securings, issuers, statuses, carriers):
        if carrier != "plain" and kind == "endorsement":
            continue
        choice = Choice(kind=kind, securing=securing, issuer=issuer, status=status, carrier=carrier, seed=seed)
        for fault in faults:
            if fault == _NO_FAULT or FAULTS[fault].fits(choice):
                yield choice, fault


def choose(**narrowing: Any) -> list[tuple[Choice, str]]:
    """A few choices, as `every_choice` narrows them, in which every pair of values that goes together occurs.

    Most defects need two things to come together, such as a fault and a way to secure; trying all pairs finds these in a
    few hundredths of the time that trying everything takes.
    """
    every = list(every_choice(**narrowing))
    Random(narrowing.get("seed", DEFAULT_SEED)).shuffle(every)  # noqa: S311 - the same order every time
    covered: set[tuple[tuple[int, str], ...]] = set()
    chosen = []
    for choice, fault in every:
        values = enumerate((choice.kind, choice.securing, choice.issuer, choice.status, choice.carrier, fault))
        pairs = set(combinations(values, 2))
        if not pairs <= covered:
            covered |= pairs
            chosen.append((choice, fault))
    return chosen


def cases(**narrowing: Any) -> Iterator[Case]:
    """Cases in which every pair of values that goes together occurs: each fault with each way to secure, and so on.

    `kinds`, `securings`, `issuers`, `statuses`, `carriers` and `faults` narrow what there is to the values that they name
    ("" among the faults is for none); `seed` gives other keys, other identifiers, and another selection.
    """
    return (make_chosen(choice, fault) for choice, fault in choose(**narrowing))


def case_name(choice: Choice, fault: str) -> str:
    """A case in words."""
    parts = [choice.kind, choice.securing, choice.issuer]
    parts += [part for part in (choice.status, choice.carrier) if part not in ("none", "plain")]
    return f"{', '.join(parts)}: {fault or 'good'}"


def write_case(case: Case, folder: Path) -> None:
    """Write a case into a folder of its own, for verifiers in other languages: the credential, and `case.json` beside it.

    `case.json` has what the cases of the vectors have: `input`, `at`, `expect` with verdict, check and code, `reason`, and
    `world`, address → document. Documents of the world that are no JSON are strings.
    """
    folder.mkdir(parents=True)
    (folder / case.file_name).write_bytes(case.data)
    recipient = case.policy.recipient
    asked = {
        "recipient": None if recipient is None else f"{recipient.identity_type}:{recipient.value}",
        "trustedIssuers": None if case.policy.trusted_issuers is None else list(case.policy.trusted_issuers),
        "requireHolderBinding": case.policy.require_holder_binding or None,
    }
    written = {
        "description": case.name,
        "input": case.file_name,
        "at": format_timestamp(case.at),
        "policy": {name: value for name, value in asked.items() if value is not None},
        "expect": {
            "verdict": case.expected.verdict,
            "checks": [] if case.is_acceptable else [case.expected.check],
            "code": case.expected.code,
        },
        "reason": case.reason,
        "world": dict(case.world),
    }
    text = json.dumps(written, ensure_ascii=False, indent=2)
    (folder / "case.json").write_text(text + "\n", encoding="utf-8")


def make_chosen(choice: Choice, fault_name: str) -> Case:
    """The case of a choice that `choose` gave."""
    draft = make_draft(choice)
    fault = FAULTS.get(fault_name)
    if fault is not None and fault.before is not None:
        fault.before(draft)
    draft.sign()
    if fault is not None and fault.after is not None:
        fault.after(draft)
    draft.bake()
    if fault is not None and fault.in_picture is not None:
        fault.in_picture(draft)
    return Case(
        choice=choice,
        fault=fault_name,
        reason="everything is as it must be" if fault is None else fault.reason,
        expected=_GOOD if fault is None else fault.expected_of(choice),
        data=draft.data,
        world=draft.world,
        at=VERIFIED_AT,
        policy=Policy(**draft.policy),
    )
