"""Every case is judged as it says; every fault is alone; the same choice gives the same case."""

import json
from itertools import combinations, islice
from random import Random

import pytest

from vcwallet import StaticFetcher, standard_toolkit, verify
from vcwallet.testing import FAULTS, Case, Expected, cases, make_case, write_case
from vcwallet.testing.cases import choose, every_choice, make_chosen
from vcwallet.testing.drafts import CARRIERS, ISSUERS, KINDS, SECURINGS, STATUSES, Choice


def values(choice, fault):
    return enumerate((choice.kind, choice.securing, choice.issuer, choice.status, choice.carrier, fault))


def test_a_case_is_judged_as_it_says(vcwallet_case):
    assert vcwallet_case.complaint(vcwallet_case.verify()) == ""


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_has_an_accepted_neighbour(fault):
    choices = [choice for choice, _ in choose(faults=[fault])]

    for choice in Random(fault).sample(choices, min(3, len(choices))):
        case = make_chosen(choice, fault)
        neighbour = case.neighbour()
        assert not case.is_acceptable
        assert neighbour.is_acceptable
        assert (neighbour.choice, neighbour.at) == (case.choice, case.at)
        assert neighbour.verify().verdict == "valid", case.name
        # Whatever the fault changed, it did change something.
        assert (case.data, case.world, case.policy) != (neighbour.data, neighbour.world, neighbour.policy)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("securing", SECURINGS)
def test_every_kind_securing_status_and_fault_together(kind, securing):
    random = Random(f"{kind} {securing}")
    together = {}
    for choice, fault in every_choice(kinds=[kind], securings=[securing]):
        together.setdefault((choice.status, fault), []).append(choice)
    # The issuer and the picture are drawn: trying every one of them with everything else would take an hour.
    chosen = [(random.choice(choices), fault) for (_, fault), choices in together.items()]

    complaints = [case.complaint(case.verify()) for case in (make_chosen(*choice) for choice in chosen)]

    assert len(complaints) > 50
    assert [complaint for complaint in complaints if complaint] == []


def test_every_pair_of_values_that_goes_together_is_chosen():
    def pairs(choices):
        return {pair for choice in choices for pair in combinations(values(*choice), 2)}

    chosen = choose()
    assert pairs(chosen) == pairs(every_choice())
    assert len(chosen) < 700
    for number, known in enumerate((KINDS, SECURINGS, ISSUERS, STATUSES, CARRIERS, ("", *FAULTS))):
        assert {dict(values(*choice))[number] for choice in chosen} == set(known)


@pytest.mark.parametrize("securing", SECURINGS)
def test_the_same_choice_gives_the_same_bytes(securing):
    choice = {"kind": "learner-record", "securing": securing, "status": "message"}

    first, again, other = make_case(**choice), make_case(**choice), make_case(**choice, seed="another")

    assert (first.data, first.world) == (again.data, again.world)
    assert first.data != other.data
    assert other.verify().verdict == "valid"


def test_a_case_is_accepted_by_nobody_who_looks_at_the_verdict_alone():
    """The right verdict for another reason is a complaint."""
    case = make_case(fault="expired")
    other = make_case(fault="changed word")

    assert case.complaint(other.verify()).startswith("badge, eddsa-rdfc-2022, did:web: expired: expected")


def test_what_cannot_be_decided_is_not_acceptable():
    case = make_case(fault="issuer unreachable")

    assert case.expected == Expected("indeterminate", "proof", "unreachable")
    assert not case.is_acceptable


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"fault": "revoked"}, "does not fit"),
        ({"fault": "bad luck"}, "expected one of wrong key"),
        ({"kind": "diploma"}, "expected one of badge"),
        ({"securing": "PGP"}, "expected one of eddsa"),
        ({"carrier": "png", "kind": "endorsement"}, "not baked"),
    ],
)
def test_a_case_that_cannot_be_is_said_so(wrong, complaint):
    with pytest.raises(ValueError, match=complaint):
        make_case(**wrong)

    assert make_case(fault="revoked", status="revocation").expected.code == "revoked"


def test_cases_are_narrowed_to_what_they_name():
    narrowed = list(islice(cases(securings=["VC-JWT ES256"], faults=["expired", ""], carriers=["plain"]), 200))

    assert {(case.choice.securing, case.choice.carrier) for case in narrowed} == {("VC-JWT ES256", "plain")}
    assert {case.fault for case in narrowed} == {"", "expired"}
    assert {case.choice.kind for case in narrowed} == set(KINDS)


def test_a_case_can_be_written_down_for_other_languages(tmp_path):
    for number, case in enumerate(
        [
            make_case(status="revocation", fault="revoked"),
            make_case(securing="VC-JWT EdDSA", carrier="png", fault="wrong recipient"),
            make_case(fault="issuer not trusted"),
            make_case(fault="unsigned", securing="VC-JWT EdDSA"),
        ]
    ):
        folder = tmp_path / str(number)
        write_case(case, folder)
        written = json.loads((folder / "case.json").read_text())

        assert (folder / written["input"]).read_bytes() == case.data
        assert written["expect"]["verdict"] == case.expected.verdict
        report = verify(
            (folder / written["input"]).read_bytes(),
            toolkit=standard_toolkit(StaticFetcher(written["world"])),
            policy=case.policy,
            at=case.at,
        )
        assert case.complaint(report) == ""
    assert [path.suffix for path in sorted(tmp_path.glob("*/credential.*"))] == [".json", ".png", ".json", ".json"]
    assert json.loads((tmp_path / "1" / "case.json").read_text())["policy"] == {
        "recipient": "emailAddress:not-ana@campus.example"
    }


def test_a_choice_is_a_value():
    assert Choice() == Choice(kind="badge")
    assert isinstance(make_case(), Case)
