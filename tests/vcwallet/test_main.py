"""The command line as a person and a script meet it: words, exit codes, and nothing that a credential could do to a terminal."""

import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

import vcwallet
from tests.sd_jwt_samples import ISSUER
from tests.sd_jwt_vc_samples import token
from tests.small_pictures import itxt, png
from tools.make_examples import WORKSHOP, badge, samples
from vcwallet import Check, Outcome, VerificationReport
from vcwallet.__main__ import command_line
from vcwallet.fetching.evidence import Evidence, EvidenceItem
from vcwallet.terminal.evidence_file import open_evidence_file
from vcwallet.testing.signing import SampleKey, add_proof, badge_claims, to_jwt

BADGES = Path(__file__).parents[2] / "examples" / "badges"
GOOD = str(BADGES / "badge-jcs.json")
AT = ["--at", "2026-03-01"]
ANA = SampleKey.from_seed("Ana")


def run(*arguments, data=None):
    return CliRunner().invoke(command_line, [str(argument) for argument in arguments], input=data)


def process(*arguments, data=b"", **environment):
    return subprocess.run(
        [sys.executable, "-m", "vcwallet", *map(str, arguments)],
        input=data,
        capture_output=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "100", **environment},
    )


@pytest.mark.parametrize(
    ("name", "code", "word"),
    [
        ("badge-jcs.json", 0, "VALID"),
        ("badge-forged.json", 2, "UNDECIDED"),
        ("badge-expired.json", 1, "NOT VALID"),
        ("badge-by-a-stranger.json", 1, "NOT VALID"),
        ("badge.png", 2, "UNDECIDED"),
        ("badge-jwt.svg", 2, "UNDECIDED"),
        ("badge-issuer-unreachable.json", 2, "UNDECIDED"),
    ],
)
def test_the_exit_code_is_the_verdict(name, code, word):
    result = run("verify", *AT, BADGES / name)

    assert result.exit_code == code, result.output
    assert word in result.output


def test_a_forged_badge_is_named_as_such(tmp_path):
    document = add_proof(badge(40, WORKSHOP.did, "Knots"), WORKSHOP)
    document["name"] = "Admiral"
    file = tmp_path / "forged.json"
    file.write_text(json.dumps(document))

    result = run("verify", *AT, file)

    assert result.exit_code == 1
    assert "signature_invalid" in result.output
    assert "says it was issued by" in result.output


def test_garbage_is_malformed():
    result = run("verify", "-", data=b"hello")

    assert result.exit_code == 1
    assert "MALFORMED" in result.output
    assert "input_not_recognised" in result.output


def test_what_needs_the_network_says_so():
    assert "--online" in run("verify", *AT, BADGES / "badge.json").output


def test_standard_input_is_read():
    assert run("verify", *AT, "-", data=Path(GOOD).read_bytes()).exit_code == 0


def test_json_is_the_report():
    report = json.loads(run("verify", *AT, "--json", GOOD).output)

    assert report["verdict"] == "valid"
    assert report["checks"][0]["name"] == "structure"


def test_a_folder_gives_a_line_each_and_a_sum():
    result = run("verify", *AT, BADGES)

    assert result.exit_code == 1
    assert f"{len(samples())} checked" in result.output


def test_a_token_for_somebody_says_for_whom_and_is_refused_by_whoever_says_that_they_are_another():
    document = badge(20, WORKSHOP.did, "Knots")
    claims = badge_claims(document, 1768467600, aud="https://jobs.example")
    data = to_jwt(claims, WORKSHOP)

    unasked = run("verify", *AT, "-", data=data)
    ours = run("verify", *AT, "--audience", "https://jobs.example", "-", data=data)
    others = run("verify", *AT, "--audience", "https://a.example", "-", data=data)

    assert (unasked.exit_code, ours.exit_code, others.exit_code) == (0, 0, 1), unasked.output
    assert "audience_not_asked" in unasked.output
    assert "--audience" in unasked.output
    assert "Policy(" not in unasked.output
    assert "audience" not in ours.output
    assert "audience_mismatch" in others.output


def test_many_as_json_are_one_line_each():
    lines = run("verify", *AT, "--json", GOOD, BADGES / "badge-expired.json").output.splitlines()

    assert [json.loads(line)["verdict"] for line in lines] == ["valid", "invalid"]
    assert json.loads(lines[0])["source"].endswith("badge-jcs.json")


@pytest.mark.parametrize(
    ("recipient", "code"),
    [
        ("email:ana@campus.example", 0),
        ("emailAddress:ana@campus.example", 0),
        ("email:eva@campus.example", 1),
        ("did:example:ana", 1),
    ],
)
def test_a_recipient_is_asked_about(recipient, code):
    assert run("verify", *AT, "--recipient", recipient, GOOD).exit_code == code


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["verify"],
        ["verify", "no-such-file.json"],
        ["verify", "https://badges.example/1"],
        ["verify", "--at", "soon", GOOD],
        ["verify", "--at", "2026-01-01T00:00:00", GOOD],
        ["verify", "--recipient", "ana@campus.example", GOOD],
        ["verify", "--recipient", "shoe-size:43", GOOD],
        ["verify", "--nonsense", GOOD],
        ["inspect", "no-such-file.json"],
        ["unbake", "no-such-file.png"],
        ["nonsense"],
    ],
)
def test_misuse_is_64_and_says_what_was_expected(arguments):
    result = process(*arguments)

    assert result.returncode == 64
    assert result.stderr
    assert b"Traceback" not in result.stderr


def test_help_and_version_are_there():
    for command in ([], ["verify"], ["inspect"], ["unbake"]):
        shown = run(*command, "--help")
        assert shown.exit_code == 0
        assert "Example" in shown.output
    assert run("--version").output.startswith("vcwallet ")


def test_inspect_shows_without_judging():
    result = run("inspect", BADGES / "badge-forged.json")

    assert result.exit_code == 0
    assert "UNVERIFIED" in result.output
    assert "Admiralty" in result.output


def test_an_sd_jwt_vc_is_inspected_and_verified(tmp_path):
    text = token(iss=ISSUER.controller, header={"kid": ISSUER.verification_method})
    (tmp_path / "diploma.jwt").write_text(text)

    said = run("inspect", tmp_path / "diploma.jwt").output
    assert "SD-JWT VC" in said
    assert "2026-06-02" in said
    assert "given_name: Ana" in said
    checked = run("verify", "--at", "2026-06-01T12:00:00Z", tmp_path / "diploma.jwt")
    assert checked.exit_code == 0, checked.output
    assert "https://college.example/types/diploma" in checked.output


def test_inspect_as_json_is_the_document():
    assert json.loads(run("inspect", "--json", BADGES / "badge.svg").output)["type"] == [
        "VerifiableCredential",
        "OpenBadgeCredential",
    ]


OLD_BADGE = {
    "@context": "https://w3id.org/openbadges/v2",
    "type": "Assertion",
    "id": "https://college.example/awards/1",
    "recipient": {"type": "email", "hashed": False, "identity": "ana@campus.example"},
    "badge": {
        "type": "BadgeClass",
        "id": "https://college.example/knots",
        "name": "Knots\x1b[2J",
        "description": "Ties knots",
        "criteria": "https://college.example/knots.html",
        "issuer": "https://college.example/issuer",
    },
    "verification": {"type": "HostedBadge"},
    "issuedOn": "2026-01-15T09:00:00Z",
}


def test_inspect_shows_a_badge_of_2_0_as_what_it_is():
    shown = run("inspect", "-", data=json.dumps(OLD_BADGE)).output

    assert "Open Badges 2.0" in shown
    assert "being hosted at its id by its issuer" in shown
    assert "email · ana@campus.example" in shown
    assert "Knots\\x1b[2J" in shown


def test_inspect_shows_the_address_that_an_old_picture_holds():
    shown = run("inspect", "-", data=png(itxt("openbadges", OLD_BADGE["id"]))).output

    assert "the address of a badge of Open Badges 2.0 or older" in shown
    assert OLD_BADGE["id"] in shown


def test_a_badge_of_2_0_needs_the_network_and_says_so():
    result = run("verify", *AT, "--recipient", "email:ana@campus.example", "-", data=json.dumps(OLD_BADGE))

    assert result.exit_code == 2, result.output
    assert "run again with --online" in result.output
    assert "the recipient is the person asked for" in result.output


def test_a_valid_hosted_badge_is_said_to_be_published():
    from io import StringIO

    from vcwallet import StaticFetcher, standard_toolkit, verify
    from vcwallet.terminal.report_lines import show_report
    from vcwallet.terminal.screen import Screen

    issuer = {
        "@context": OLD_BADGE["@context"],
        "type": "Issuer",
        "id": "https://college.example/issuer",
        "name": "College",
        "url": "https://college.example",
        "email": "badges@college.example",
    }
    served = StaticFetcher({OLD_BADGE["id"]: OLD_BADGE, issuer["id"]: issuer})
    out = StringIO()

    show_report(Screen(out), verify(OLD_BADGE, toolkit=standard_toolkit(served)), "badge.json")

    assert "The issuer named below publishes exactly this" in out.getvalue()
    assert "College" in out.getvalue()


def test_inspect_of_garbage_is_refused():
    result = run("inspect", "-", data=b"{")

    assert result.exit_code == 1
    assert "json_syntax" in result.output


def test_unbake_gives_exactly_what_is_inside(tmp_path):
    from vcwallet import unbake

    picture = BADGES / "badge-jwt.png"
    target = tmp_path / "badge.jwt"

    piped = process("unbake", picture)
    assert piped.stdout == unbake(picture.read_bytes()).encode()
    assert run("unbake", picture, "-o", target).exit_code == 0
    assert target.read_bytes() == piped.stdout
    assert run("unbake", picture, "-o", target).exit_code == 64, "an existing file is not overwritten"
    assert run("unbake", BADGES / "badge.json").exit_code == 1


HOSTILE_NAMES = [
    "\x1b[2J\x1b[1;1HVALID",
    "\x9b31mred",
    "line\nbreak: passed",
    "\u202egnirts desrever",
    "[bold red]markup[/bold red]",
    "bell\x07",
    "carriage\rreturn",
]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
@pytest.mark.parametrize("command", ["verify", "inspect"])
def test_text_of_a_credential_does_not_control_the_terminal(name, command, tmp_path):
    document = badge(41, WORKSHOP.did, name)
    document["issuer"]["name"] = name
    file = tmp_path / "hostile.json"
    file.write_text(json.dumps(add_proof(document, WORKSHOP, suite="ecdsa-jcs-2019")))

    shown = process(command, file).stdout.decode()

    assert not {"\x1b", "\x9b", "\x07", "\r", "\u202e"} & set(shown)
    if "[bold" in name:
        assert "[bold red]" in shown
    if "\n" in name:
        assert "\nbreak: passed" not in shown


def test_colour_is_left_out_of_pipes():
    assert b"\x1b" not in process("verify", *AT, GOOD, NO_COLOR="").stdout


def test_a_reader_that_goes_away_is_no_error():
    with subprocess.Popen(
        [sys.executable, "-m", "vcwallet", "inspect", "--json", GOOD], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as command:
        command.stdout.close()
        assert b"Traceback" not in command.stderr.read()


# --- presentations, and evidence ----------------------------------------------------------------------------------------


def shown(**options):
    """A presentation by a holder who is a did:key, of a badge by another did:key."""
    asked = {"proofPurpose": "authentication", "challenge": "u7hK2", "domain": "jobs.example"}
    credential = badge(41, WORKSHOP.did, "Knots")
    credential["credentialSubject"]["id"] = ANA.did
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [add_proof(credential, WORKSHOP)],
    }
    return add_proof(document, ANA, **(asked | options))


ASKED = ["--challenge", "u7hK2", "--domain", "jobs.example"]


@pytest.mark.parametrize(
    ("document", "options", "code", "word"),
    [
        (shown(), ASKED, 0, "presents, by a key of its own"),
        (shown(), [*ASKED, "--bound"], 0, "by its id"),
        (shown(), [], 0, "challenge_not_asked"),
        (shown(), ["--challenge", "other"], 1, "challenge_mismatch"),
        (shown(), ["--domain", "other.example"], 1, "domain_mismatch"),
        ({"@context": [], "type": ["VerifiablePresentation"]}, ASKED, 1, "MALFORMED"),
        (badge(42, WORKSHOP.did, "x"), ASKED, 1, "vcwallet verify"),
    ],
)
def test_the_exit_code_of_a_presentation_is_its_verdict(tmp_path, document, options, code, word):
    file = tmp_path / "shown.json"
    file.write_text(json.dumps(document))

    result = run("verify-presentation", *AT, *options, file)

    assert result.exit_code == code, result.output
    assert word in " ".join(result.output.split())


def test_a_presentation_is_read_from_standard_input_and_reported_as_json():
    result = run("verify-presentation", *AT, *ASKED, "--json", "-", data=json.dumps(shown()))

    assert result.exit_code == 0
    report = json.loads(result.output)
    assert (report["verdict"], report["presenter"]["id"]) == ("valid", ANA.did)


def test_verify_sends_who_has_a_presentation_to_the_other_command(tmp_path):
    file = tmp_path / "shown.json"
    file.write_text(json.dumps(shown()))

    result = run("verify", *AT, file)

    assert result.exit_code == 1
    assert "vcwallet verify-presentation" in result.output
    assert "VerifiablePresentation" in run("inspect", file).output


def test_a_presentation_that_is_not_there_is_misuse():
    assert run("verify-presentation", "no-such-file").exit_code == 64


def test_evidence_is_made_read_and_written_back(tmp_path):
    """The issuer is a did:web: offline it is undecided, and with what an earlier verification recorded it is valid."""
    by_web, archive = BADGES / "badge.json", tmp_path / "badge.evidence"
    world = json.loads((BADGES.parent / "world.json").read_text())
    recorded = vcwallet.verify(
        by_web.read_bytes(),
        toolkit=vcwallet.standard_toolkit(vcwallet.StaticFetcher(world)),
        at=datetime(2026, 2, 1, tzinfo=UTC),
    ).evidence

    made = run("verify", *AT, "--evidence", archive, by_web)
    assert made.exit_code == 2
    assert archive.stat().st_mode & 0o777 == 0o600

    archive.write_text(recorded.to_json())
    archive.chmod(0o640)
    used = run("verify", *AT, "--evidence", archive, by_web)
    assert used.exit_code == 0, used.output
    kept = Evidence.from_json(archive.read_bytes())
    assert {item.url for item in kept.items} >= {item.url for item in recorded.items}
    assert archive.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["badge.evidence"]


def test_what_an_undecided_verification_saw_does_not_replace_what_was_recorded(tmp_path):
    def item(content, day):
        digest = hashlib.sha256(content).hexdigest()
        moment = datetime(2026, 1, day, tzinfo=UTC)
        return EvidenceItem("document", "https://a.example/", digest, moment, content, "application/json")

    old, new = Evidence((item(b"{}", 1),)), Evidence((item(b"[]", 2),))
    path = tmp_path / "archive"
    for outcome, expected in ((Outcome.UNKNOWN, b"{}"), (Outcome.FAILED, b"[]")):
        path.write_text(old.to_json())
        archive = open_evidence_file(str(path))
        check = Check("proof", outcome, "x", "", required=True)
        archive.add(VerificationReport((check,), datetime(2026, 1, 2, tzinfo=UTC), evidence=new))
        archive.save()
        assert Evidence.from_json(path.read_bytes()).items[0].content == expected


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"format":"vcwallet-evidence","version":2}'])
def test_evidence_that_cannot_be_read_is_misuse_and_stays_as_it_is(tmp_path, content):
    archive = tmp_path / "badge.evidence"
    archive.write_bytes(content)

    for command in ("verify", "verify-presentation"):
        assert run(command, *AT, "--evidence", archive, GOOD).exit_code == 64
    assert archive.read_bytes() == content
    assert run("verify", *AT, "--evidence", tmp_path / "no" / "folder", GOOD).exit_code == 64
    assert run("verify", *AT, "--evidence", tmp_path, GOOD).exit_code == 64


def test_evidence_that_cannot_be_written_leaves_the_older_one(tmp_path, monkeypatch):
    archive = tmp_path / "badge.evidence"
    archive.write_text(Evidence().to_json())
    before = archive.read_bytes()

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    assert run("verify", *AT, "--evidence", archive, GOOD).exit_code == 74
    assert archive.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["badge.evidence"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_several_processes_report_in_the_order_of_the_names(jobs, tmp_path):
    for name in ("badge-jcs.json", "badge-expired.json", "badge-by-a-stranger.json"):
        (tmp_path / name).write_bytes((BADGES / name).read_bytes())
    (tmp_path / "a-note.txt").write_text("not a badge")

    result = process("verify", *AT, "--jobs", jobs, "--json", tmp_path)

    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [Path(report["source"]).name for report in found] == sorted(path.name for path in tmp_path.iterdir())
    assert [report["verdict"] for report in found][0::3] == ["malformed", "valid"]
    assert result.returncode == 1


def test_a_file_that_vanishes_is_named_and_the_others_are_verified(tmp_path, monkeypatch):
    from vcwallet.terminal import sources

    good, gone = tmp_path / "b.json", tmp_path / "a.json"
    good.write_bytes((BADGES / "badge-jcs.json").read_bytes())
    gone.write_text("{}")
    whole = sources._read_file
    monkeypatch.setattr(
        sources, "_read_file", lambda path: gone.unlink() or whole(path) if path == gone else whole(path)
    )

    result = run("verify", *AT, tmp_path)

    assert result.exit_code == 64
    assert "cannot read" in result.output
    assert "1 checked: 1 valid" in result.output
