"""`vcwallet pathway` as a person and a script meet it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree

from tools.make_examples import WORKSHOP, badge
from tools.signing import add_proof
from vcwallet.__main__ import command_line
from vcwallet.pathways import export_ctdl, pathway_to_json, read_pathway

DECK_OFFICER = Path(__file__).parents[3] / "examples" / "pathways" / "deck-officer.json"
AT = ["--at", "2026-03-01"]


def run(*arguments, data=None):
    return CliRunner().invoke(command_line, [str(argument) for argument in arguments], input=data)


@pytest.fixture
def knots(tmp_path):
    """A pathway of one step, and the badge that completes it."""
    way = {
        "type": "Pathway",
        "id": "https://workshop.example/pathways/knots",
        "organisation": "workshop",
        "issuers": [WORKSHOP.did],
        "name": {"en": "Knots"},
        "destination": "K",
        "steps": [
            {
                "id": "K",
                "name": {"en": "Tie them", "nl": "Leg ze"},
                "requires": {"type": "Achievement", "ids": ["https://noordzee-college.example/achievements/40"]},
            }
        ],
    }
    (tmp_path / "way.json").write_text(json.dumps(way))
    signed = add_proof(badge(40, WORKSHOP.did, "Knots"), WORKSHOP, suite="ecdsa-jcs-2019")
    (tmp_path / "badge.json").write_text(json.dumps(signed))
    return tmp_path


def test_a_good_pathway_is_good():
    result = run("pathway", "check", DECK_OFFICER)

    assert result.exit_code == 0
    assert "GOOD" in result.output
    assert "5 steps" in result.output


def test_g20_a_faulty_pathway_is_refused_and_the_step_is_named(tmp_path):
    document = json.loads(DECK_OFFICER.read_text())
    document["steps"][1]["requires"]["number"] = 4
    (tmp_path / "faulty.json").write_text(json.dumps(document))
    result = run("pathway", "check", DECK_OFFICER, tmp_path / "faulty.json")

    assert result.exit_code == 1
    assert "Seamanship" in result.output
    assert "requirement_number" in result.output
    assert "/steps/1/requires/number" in result.output
    assert run("pathway", "progress", tmp_path / "faulty.json").exit_code == 1


def test_what_is_found_can_be_had_as_json():
    lines = run("pathway", "check", "--json", DECK_OFFICER, "-", data=b"{").output.splitlines()

    assert [json.loads(line)["publishable"] for line in lines] == [True, False]
    assert json.loads(lines[1])["problems"][0]["code"] == "json_syntax"


def test_ctdl_is_told_by_its_content(tmp_path):
    document, _ = export_ctdl(read_pathway(DECK_OFFICER.read_bytes()))
    (tmp_path / "way.jsonld").write_text(json.dumps(document))

    assert run("pathway", "check", tmp_path / "way.jsonld").exit_code == 0
    assert "Seamanship" in run("pathway", "progress", tmp_path / "way.jsonld").output


def test_progress_counts_what_is_verified_and_says_why_the_rest_does_not(knots):
    result = run(
        "pathway", "progress", *AT, "--recipient", "email:ana@campus.example", knots / "way.json", knots / "badge.json"
    )

    assert result.exit_code == 0
    assert "100 % complete" in result.output
    assert "completed 2026-01-15" in result.output
    other = run(
        "pathway", "progress", *AT, "--recipient", "email:eva@campus.example", knots / "way.json", knots / "badge.json"
    )
    assert "0 % complete" in other.output
    assert "another address" in " ".join(other.output.split())


def test_without_a_recipient_it_says_that_nobody_asked(knots):
    result = run("pathway", "progress", *AT, knots / "way.json", knots / "badge.json")

    assert "100 % complete" in result.output
    assert "--recipient" in result.output
    assert "--recipient" not in run("pathway", "progress", *AT, knots / "way.json").output


def test_g18_a_changed_byte_is_seen(knots):
    file = knots / "badge.json"
    file.write_text(file.read_text().replace("two teachers", "ten teachers"))
    answer = json.loads(run("pathway", "progress", *AT, "--json", knots / "way.json", file).output)

    assert answer["percent"] == 0
    assert answer["steps"][0]["reasons"][0]["code"] == "badge_not_verified"


def test_a_confirmation_is_an_option(knots):
    (knots / "swim.json").write_text(
        json.dumps(
            json.loads((knots / "way.json").read_text())
            | {"steps": [{"id": "K", "name": {"en": "Swim"}, "requires": {"type": "Manual", "key": "swam"}}]}
        )
    )

    assert "100 %" in run("pathway", "progress", "--confirmed", "swam", knots / "swim.json").output
    assert "0 %" in run("pathway", "progress", "--confirmed", "ran", knots / "swim.json").output


def test_the_picture_is_an_svg_in_the_readers_language(knots):
    target = knots / "way.svg"
    result = run("pathway", "draw", *AT, "--lang", "nl", knots / "way.json", knots / "badge.json", "-o", target)

    assert result.exit_code == 0
    assert b"Leg ze, completed 2026-01-15" in etree.tostring(etree.parse(target))
    assert run("pathway", "draw", knots / "way.json", "-o", target).exit_code == 64
    assert run("pathway", "draw", knots / "way.json").output.startswith("<svg")


def test_names_do_not_control_the_terminal(knots):
    document = json.loads((knots / "way.json").read_text())
    document["name"]["en"] = document["steps"][0]["name"]["en"] = "\x1b[2Jred\u202e"
    (knots / "way.json").write_text(json.dumps(document))

    for command in ("check", "progress"):
        output = run("pathway", command, knots / "way.json").output
        assert "\x1b" not in output
        assert "\u202e" not in output


@pytest.mark.parametrize(
    "arguments",
    [
        ["pathway", "check"],
        ["pathway", "check", "no-such.json"],
        ["pathway", "draw"],
        ["pathway", "progress", "no-such.json"],
    ],
)
def test_misuse_is_64(arguments):
    assert run(*arguments).exit_code == 64


def test_every_command_has_help_with_an_example():
    for command in ("check", "progress", "draw"):
        assert "Example" in run("pathway", command, "--help").output


def test_what_is_written_for_people_is_read_again():
    assert read_pathway(pathway_to_json(read_pathway(DECK_OFFICER.read_bytes()))).id
