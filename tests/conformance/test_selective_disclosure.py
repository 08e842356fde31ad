"""Selective disclosure both ways with Digital Bazaar's libraries: `vectors/selective-disclosure`.

What they sign we verify and derive from; what we sign they verify and derive from. Where they do not, the reason is theirs.
"""

import json
from pathlib import Path

import pytest

from tools.make_selective import AT, FOLDER, WITHHELD, files
from vcwallet import Policy, derive, verify

SUITES = ("ecdsa-sd-2023", "bbs-2023")
CONFIRMED = json.loads((FOLDER / "confirmed.json").read_text())
DERIVED = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*derived*.json"))


def _data(name):
    return Path(FOLDER / name).read_bytes()


def test_making_our_files_again_changes_nothing():
    made = files()

    assert {name: _data(name) for name in made} == made


@pytest.mark.parametrize("name", DERIVED)
def test_whatever_was_derived_by_either_from_either_verifies(name):
    report = verify(_data(name), at=AT)

    assert report.verdict == "valid", report.problems


@pytest.mark.parametrize("name", DERIVED)
def test_and_does_not_with_a_word_changed(name):
    document = json.loads(_data(name))
    document["credentialSubject"]["achievement"]["description"] += "."

    assert verify(document, at=AT).check("proof").code == "signature_invalid"


@pytest.mark.parametrize("suite", SUITES)
def test_what_they_signed_for_a_holder_is_read_and_derived_from(suite):
    base = _data(f"theirs/{suite}/base.json")
    assert verify(base, at=AT).check("proof").code == "base_proof_shown"
    assert verify(base, at=AT, policy=Policy(accept_base_proofs=True))

    derived = derive(base, withhold=["/evidence", "/credentialSubject/result/0"])

    assert verify(derived.data, at=AT)
    assert "evidence" not in derived.document


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize(
    "name", ["theirs/{}/derived.json", "theirs/{}/derived-from-ours.json", "ours/{}/plain-derived.json"]
)
def test_they_verify_what_either_derived_and_nothing_that_was_changed(suite, name):
    answer = CONFIRMED["answers"][name.format(suite)]

    assert answer["verified"] is True
    assert answer["changed"] is not True


@pytest.mark.parametrize("suite", SUITES)
def test_they_verify_what_was_derived_from_lists_and_places_which_they_cannot_derive(suite):
    assert CONFIRMED["answers"][f"ours/{suite}/rich-derived.json"]["verified"] is True
    assert "@list" in CONFIRMED["answers"][f"ours/{suite}/rich-base.json"]["derived"]


@pytest.mark.parametrize("suite", SUITES)
def test_they_change_labels_of_blank_nodes_inside_of_texts(suite):
    """A text that has `_:c14n0` in it is signed as another text by them: the statement is not taken apart. We take it apart."""
    assert b"_:c14n0" in _data(f"ours/{suite}/text-derived.json")
    assert CONFIRMED["answers"][f"ours/{suite}/text-derived.json"]["verified"] == "Invalid signature."


def test_there_is_an_answer_about_each_file():
    assert {name for name in CONFIRMED["answers"] if "derived" in name} == set(DERIVED)
    assert len(DERIVED) == len(SUITES) * (len(WITHHELD) + 2)
