"""keygen, did, issue, present and bake, as a person and a script meet them; every example in their help runs."""

import json
import shlex
import stat
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from tests import small_pictures
from tools.make_examples import badge
from vcwallet import LocalSigner, StaticFetcher, bake, issue, standard_toolkit, unbake, verify
from vcwallet.__main__ import _ELSEWHERE, command_line
from vcwallet.keys.public_pem import public_key_to_pem

SIGNING = [
    name
    for name, (module, _) in _ELSEWHERE.items()
    if module in ("key_commands", "signing_commands", "disclosure_commands", "status_commands")
]
AT = datetime(2026, 3, 1, tzinfo=UTC)
SIGNER, ANA = LocalSigner.generate("P-256"), LocalSigner.generate()
WEB = "did:web:college.example"


def run(*arguments, data=None):
    return CliRunner().invoke(command_line, [str(argument) for argument in arguments], input=data)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with everything that the examples in the help speak of."""
    monkeypatch.chdir(tmp_path)
    for name, signer in (("key-2026", SIGNER), ("key-2025", LocalSigner.generate()), ("ana", ANA)):
        (tmp_path / f"{name}.pem").write_bytes(signer.private_pem(passphrase=None))
        (tmp_path / f"{name}.pub.pem").write_bytes(public_key_to_pem(signer.public_key))
    signed = issue(badge(1, SIGNER.controller, "Rowing"), SIGNER, at=AT)
    token = issue(badge(2, SIGNER.controller, "Sailing"), SIGNER, securing="vc-jwt", at=AT)
    evidence = [{"type": ["Evidence"], "name": "A film", "narrative": "Rows round the lighthouse."}]
    divisible = badge(3, SIGNER.controller, "Rowing", evidence=evidence) | {"name": "Rowing at sea"}
    (tmp_path / "divisible.json").write_bytes(issue(divisible, SIGNER, securing="ecdsa-sd-2023", at=AT).data)
    (tmp_path / "documents").mkdir()
    for number in range(3):
        document = json.dumps(badge(number + 10, SIGNER.controller, f"Knot {number}"))
        (tmp_path / "documents" / f"knot-{number}.json").write_text(document)
    pictures = {"picture.png": small_pictures.png(), "badge.png": bake(small_pictures.png(), signed)}
    pictures |= {"badge.svg": bake(small_pictures.svg("<g/>"), signed)}
    for name, content in (
        pictures | {"badge.json": signed.data, "badge.jwt": token.data, "diploma.jwt": token.data}
    ).items():
        (tmp_path / name).write_bytes(content)
    _write_document(tmp_path, SIGNER.controller)
    for purpose in ("revocation", "suspension"):
        arguments = ["--key", "key-2026.pem", "--purpose", purpose, "--url", f"https://college.example/{purpose}"]
        assert run("status", "new", *arguments, "--at", "2026-02-01", f"{purpose}.json").exit_code == 0
    entries = [json.loads(run("status", "take", f"{purpose}.json").output) for purpose in ("revocation", "suspension")]
    withdrawable = issue(badge(1, SIGNER.controller, "Rowing", credentialStatus=entries), SIGNER, at=AT)
    (tmp_path / "badge.json").write_bytes(withdrawable.data)
    return tmp_path


def _write_document(folder, issuer, **members):
    document = badge(1, issuer, "Rowing", **members) | {"name": "Rowing at sea"}
    (folder / "document.json").write_text(json.dumps(document))


def _examples():
    for name in SIGNING:
        command = command_line.get_command(None, name)
        for part in (command, *getattr(command, "commands", {}).values()):
            epilog = part.epilog.replace("\\\n", "")
            lines = [line.strip() for line in epilog.splitlines() if line.startswith("  vcwallet ")]
            assert lines, name
            for line in lines:
                assert line.split()[1] == name
                yield line


@pytest.mark.parametrize("line", list(_examples()))
def test_every_example_in_the_help_runs(line, desk, monkeypatch):
    words = shlex.split(line)[1:]
    if "--as" in words and words[0] == "issue":
        _write_document(desk, words[words.index("--as") + 1])
    if words[0] == "keygen":
        monkeypatch.setattr("vcwallet.terminal.key_commands._ask_for_passphrase", lambda: b"correct horse")
        for file in desk.glob("key-*"):
            file.unlink()
    for option in ("-o", "--output"):
        if option in words:
            (desk / words[words.index(option) + 1]).unlink(missing_ok=True)

    if words[:2] == ["status", "check"]:
        published = {f"https://college.example/{name}": f"{name}.json" for name in ("revocation", "suspension")}
        documents = {url: (desk / name).read_bytes() for url, name in published.items()}
        monkeypatch.setattr("vcwallet.HttpFetcher", lambda: StaticFetcher(documents))

    result = run(*words)

    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("name", SIGNING)
def test_every_command_explains_itself(name):
    result = run(name, "--help")

    assert result.exit_code == 0
    assert "Examples:" in result.output
    assert name in run("--help").output


def test_commands_that_read_do_not_load_those_that_write():
    code = (
        "import sys; from vcwallet.__main__ import command_line; command_line.main(['unbake', '--help'], standalone_mode=False);"
        "print([name for name in sys.modules if name.endswith('_commands') or name.startswith('cryptography')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"


# --- a whole story -----------------------------------------------------------------------------------------------------


def test_from_a_new_key_to_a_badge_in_a_picture_that_is_shown(desk):
    """Make a key, publish it, issue, bake, and show what came out; each step works with what the one before wrote."""
    assert run("keygen", "--no-passphrase", "--type", "p-384", "new.pem").exit_code == 0
    assert run("did", "--as", WEB, "--into", "site", "key-2025.pub.pem", "new.pub.pem").exit_code == 0
    _write_document(desk, WEB)
    assert run("issue", "--key", "new.pem", "--as", WEB, "-o", "new.json", "document.json").exit_code == 0
    assert run("bake", "-o", "new.png", "picture.png", "new.json").exit_code == 0
    shown = run(
        "present", "--key", "ana.pem", "--challenge", "abc", "--domain", "x.example", "-o", "shown.json", "new.png"
    )
    assert shown.exit_code == 0, shown.output

    did_document = json.loads((desk / "site" / ".well-known" / "did.json").read_text())
    toolkit = standard_toolkit(StaticFetcher({"https://college.example/.well-known/did.json": did_document}))
    assert verify((desk / "new.png").read_bytes(), toolkit=toolkit).verdict == "valid"
    presentation = json.loads((desk / "shown.json").read_text())
    assert presentation["proof"]["challenge"] == "abc"
    assert presentation["holder"] == ANA.controller
    assert verify(presentation["verifiableCredential"][0], toolkit=toolkit).verdict == "valid"


def test_a_bbs_badge_is_issued_derived_and_verified_by_command_alone(desk, tmp_path):
    (tmp_path / "pass").write_text("correct horse")
    made = run("keygen", "--type", "bbs", "--passphrase-file", tmp_path / "pass", "bbs.pem")
    assert made.exit_code == 0, made.output
    issuer = made.output.strip()
    _write_document(desk, issuer)
    document = json.loads((desk / "document.json").read_text()) | {"name": "A name to withhold"}
    (desk / "document.json").write_text(json.dumps(document))

    key = ("--key", "bbs.pem", "--passphrase-file", tmp_path / "pass")
    signed = run("issue", *key, "--securing", "bbs-2023", "-o", "base.json", "document.json")
    assert signed.exit_code == 0, signed.output
    assert run("derive", "--withhold", "/name", "-o", "shown.json", "base.json").exit_code == 0
    checked = run("verify", "shown.json")

    assert checked.exit_code == 0, checked.output
    assert "A name to withhold" not in (desk / "shown.json").read_text()
    assert "base_proof_shown" in run("verify", "base.json").output
    assert run("verify", "--as-holder", "base.json").exit_code == 0
    assert "base_proof_shown" in run("bake", "-o", "b.png", "picture.png", "base.json").output
    assert run("bake", "-o", "b.png", "picture.png", "shown.json").exit_code == 0
    assert json.loads(run("did", "bbs.pub.pem").output)["id"] == issuer
    document = json.loads(run("did", "--as", WEB, "bbs.pub.pem").output)
    assert document["verificationMethod"][0]["publicKeyMultibase"] == issuer.removeprefix("did:key:")
    assert "key_file_is_private" in run("did", "bbs.pem").output


def test_without_a_securing_a_bbs_key_signs_what_fits_it(desk):
    issuer = run("keygen", "--type", "bbs", "--no-passphrase", "bbs.pem").output.strip()
    _write_document(desk, issuer)

    assert run("issue", "--key", "bbs.pem", "-o", "base.json", "document.json").exit_code == 0
    assert json.loads((desk / "base.json").read_text())["proof"]["cryptosuite"] == "bbs-2023"
    assert run("issue", "--key", "bbs.pem", "--as", "did:jwk", "document.json").exit_code == 64
    refused = run("issue", "--key", "bbs.pem", "--securing", "vc+jwt", "document.json")
    assert refused.exit_code != 0, refused.output
    refused = run("present", "--key", "bbs.pem", "--challenge", "a", "--domain", "x.example", "base.json")
    assert refused.exit_code != 0, refused.output


# --- keygen ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key_type", ["ed25519", "p-256", "p-384", "rsa"])
def test_a_key_is_for_its_owner_alone_and_its_public_half_is_not(key_type, tmp_path):
    result = run("keygen", "--no-passphrase", "--type", key_type, tmp_path / "key.pem")

    signer = LocalSigner.from_private_pem((tmp_path / "key.pem").read_bytes())
    assert result.output.strip() == signer.controller
    assert stat.S_IMODE((tmp_path / "key.pem").stat().st_mode) == 0o600
    assert (tmp_path / "key.pub.pem").read_bytes() == public_key_to_pem(signer.public_key)


def test_a_key_can_be_encrypted_and_is_then_opened_with_its_passphrase(tmp_path):
    (tmp_path / "pass").write_text("correct horse\nand nothing else\n")
    (tmp_path / "wrong").write_text("battery\n")
    assert run("keygen", "--passphrase-file", tmp_path / "pass", tmp_path / "key.pem").exit_code == 0
    pem = (tmp_path / "key.pem").read_bytes()
    signer = LocalSigner.from_private_pem(pem, passphrase="correct horse")
    _write_document(tmp_path, signer.controller)
    issue_ = ["issue", "--key", tmp_path / "key.pem", tmp_path / "document.json"]

    assert b"ENCRYPTED" in pem
    assert run(*issue_, "--passphrase-file", tmp_path / "pass").exit_code == 0
    assert "private_key_passphrase" in run(*issue_, "--passphrase-file", tmp_path / "wrong").output
    unasked = run(*issue_)
    assert unasked.exit_code == 64
    assert "--passphrase-file" in unasked.output


def test_a_key_is_never_made_in_silence_or_over_another(tmp_path):
    (tmp_path / "key.pem").write_text("precious")
    (tmp_path / "empty").write_text("\n")

    for arguments in (
        ["--no-passphrase", tmp_path / "key.pem"],
        [tmp_path / "new.pem"],
        ["--no-passphrase", tmp_path / "new.key"],
        ["--no-passphrase", tmp_path / "new.pub.pem"],
        ["--no-passphrase", "--passphrase-file", tmp_path / "empty", tmp_path / "new.pem"],
        ["--passphrase-file", tmp_path / "empty", tmp_path / "new.pem"],
    ):
        assert run("keygen", *arguments).exit_code == 64, arguments
    assert (tmp_path / "key.pem").read_text() == "precious"
    assert not (tmp_path / "new.pem").exists()


# --- did ---------------------------------------------------------------------------------------------------------------


def test_documents_are_those_of_the_library(desk):
    assert json.loads(run("did", "key-2026.pub.pem").output)["id"] == SIGNER.controller
    assert json.loads(run("did", "--as", "did:jwk", "key-2026.pub.pem").output)["id"].startswith("did:jwk:")
    written = json.loads(run("did", "--as", WEB, "--jwk", "key-2026.pub.pem").output)
    assert written["verificationMethod"][0]["id"] == f"{WEB}#key-2026"
    assert "publicKeyJwk" in written["verificationMethod"][0]
    revoked = json.loads(
        run("did", "--as", WEB, "--revoked", "key-2025=2026-03-01", "key-2025.pub.pem", "key-2026.pub.pem").output
    )
    assert [method.get("revoked") for method in revoked["verificationMethod"]] == ["2026-03-01T00:00:00Z", None]


def test_files_to_publish_lie_where_they_will_be_served(desk):
    issuer = "https://college.example/issuers/1"
    result = run("did", "--as", issuer, "--into", "site", "key-2026.pub.pem")

    assert json.loads((desk / "site" / "issuers" / "1").read_text())["id"] == issuer
    assert (
        json.loads((desk / "site" / ".well-known" / "jwks.json").read_text())["keys"][0]["kid"] == f"{issuer}#key-2026"
    )
    assert issuer in result.output
    assert run("did", "--as", issuer, "--into", "site", "key-2026.pub.pem").exit_code == 64, "nothing is written over"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["key-2026.pem"], 1),
        (["document.json"], 1),
        (["key-2025.pub.pem", "key-2026.pub.pem"], 64),
        (["--as", "did:jwk", "--into", "site", "key-2026.pub.pem"], 64),
        (["--as", "did:web:bad host", "key-2026.pub.pem"], 64),
        (["--as", "urn:uuid:1", "key-2026.pub.pem"], 64),
        (["--as", WEB, "key-2026.pub.pem", "key-2026.pub.pem"], 64),
        (["--as", WEB, "--revoked", "key-2026", "key-2026.pub.pem"], 64),
        (["--as", WEB, "--revoked", "key-1=2026-01-01", "key-2026.pub.pem"], 64),
        (["--as", WEB, "--revoked", "key-2026=soon", "key-2026.pub.pem"], 64),
    ],
)
def test_what_cannot_be_published_is_said_to_be_so(arguments, code, desk):
    result = run("did", *arguments)

    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output


# --- issue -------------------------------------------------------------------------------------------------------------


def test_what_is_issued_is_exactly_what_the_library_issues(desk):
    result = run("issue", "--key", "key-2026.pem", "--at", "2026-03-01", "document.json")

    document = json.loads((desk / "document.json").read_text())
    assert result.stdout_bytes == issue(document, SIGNER, at=AT).data
    assert (
        run("issue", "--key", "key-2026.pem", "--at", "2026-03-01", "-", data=json.dumps(document)).output
        == result.output
    )


@pytest.mark.parametrize("who", [WEB, f"{WEB}#other", "https://college.example/issuers/1", "did:jwk"])
def test_the_key_speaks_for_whom_it_is_said_to(who, desk):
    from vcwallet.dids.controller_document import did_jwk

    issuer = did_jwk(SIGNER.public_key) if who == "did:jwk" else who.partition("#")[0]
    _write_document(desk, issuer)

    proof = json.loads(run("issue", "--key", "key-2026.pem", "--as", who, "document.json").output)["proof"]

    fragment = "#0" if who == "did:jwk" else "#other" if "#" in who else "#key-2026"
    assert proof["verificationMethod"] == issuer + fragment


def test_everything_that_is_wrong_with_a_document_is_said(desk):
    _write_document(desk, SIGNER.controller, motto="Ahoy", anthem="La")
    result = run("issue", "--key", "key-2026.pem", "-o", "signed.json", "document.json")

    assert result.exit_code == 1
    assert "/motto" in result.output
    assert "/anthem" in result.output
    assert not (desk / "signed.json").exists()


def test_a_key_of_somebody_else_signs_nothing(desk):
    result = run("issue", "--key", "ana.pem", "document.json")

    assert result.exit_code == 1
    assert "document.json: " in result.output
    assert "issuer_is_not_signer" in result.output
    assert "--as" in result.output
    assert "signer.named" not in result.output


@pytest.mark.parametrize("command", [("issue", "--key", "key-2026.pem"), ("derive",), ("fields",)])
@pytest.mark.parametrize(
    ("content", "code"), [(b'{"a":', "json_syntax"), (b'{"a": 1, "a": 2}', "json_duplicate_member")]
)
def test_a_file_that_is_refused_is_named_with_what_to_do(desk, command, content, code):
    (desk / "broken.json").write_bytes(content)
    result = run(*command, "broken.json")

    assert result.exit_code == 1
    assert result.stderr.startswith("vcwallet: broken.json: ")
    assert f"[{code}]" in result.stderr
    assert ("get the file again" in result.stderr) == (code == "json_syntax")


def test_one_bad_document_of_many_is_named_and_the_others_are_signed(desk):
    (desk / "documents" / "knot-1.json").write_text("{")
    (desk / "documents" / "knot-3.json").write_text("{}")
    result = run("issue", "--key", "key-2026.pem", "--into", "signed", "documents")

    assert result.exit_code == 1
    assert sorted(path.name for path in (desk / "signed").iterdir()) == ["knot-0.json", "knot-2.json"]
    assert "knot-1.json" in result.output
    assert "knot-3.json" in result.output
    assert all(verify(path.read_bytes()).verdict == "valid" for path in (desk / "signed").iterdir())


@pytest.mark.parametrize(
    "arguments",
    [
        ["documents"],
        ["document.json", "badge.json"],
        ["--into", "x", "-o", "y", "document.json"],
        ["--securing", "rot13", "document.json"],
        ["--securing", "rot13", "--into", "x", "document.json"],
        ["no-such-file.json"],
        ["-o", "badge.json", "document.json"],
        ["--at", "noon", "document.json"],
    ],
)
def test_wrong_use_of_issue(arguments, desk):
    result = run("issue", "--key", "key-2026.pem", *arguments)

    assert result.exit_code == 64, result.output


# --- present and bake --------------------------------------------------------------------------------------------------


def test_a_token_for_one_verifier(desk):
    arguments = ["--challenge", "abc", "--domain", "a.example", "--domain", "b.example", "--securing", "vp+jwt"]
    result = run("present", "--key", "ana.pem", *arguments, "badge.json", "badge.jwt", "badge.png")

    from vcwallet.securing.jws import parse_compact

    claims = json.loads(parse_compact(result.output).payload)
    assert (claims["nonce"], claims["aud"]) == ("abc", ["a.example", "b.example"])
    assert len(claims["verifiableCredential"]) == 3


def test_wrong_use_of_present(desk):
    for arguments in (["badge.json"], ["--for-anybody", "--challenge", "x", "badge.json"], ["--challenge", "x"]):
        assert run("present", "--key", "ana.pem", *arguments).exit_code == 64
    refused = run("present", "--key", "ana.pem", "--for-anybody", "badge.json", "document.json")
    assert refused.exit_code == 1
    assert "credential_not_signed" in refused.output


def test_a_picture_with_a_badge_keeps_it_unless_told_otherwise(desk):
    refused = run("bake", "-o", "new.png", "badge.png", "badge.jwt")

    assert refused.exit_code == 1
    assert "image_has_a_credential" in refused.output
    assert run("bake", "--replace", "-o", "new.png", "badge.png", "badge.jwt").exit_code == 0
    assert unbake((desk / "new.png").read_bytes()) == (desk / "badge.jwt").read_text()
    assert run("bake", "-o", "new.png", "-", "-").exit_code == 64
    assert run("bake", "-o", "badge.png", "picture.png", "badge.json").exit_code == 64


# --- showing a part ----------------------------------------------------------------------------------------------------


def test_a_part_is_derived_and_verifies(desk):
    done = run("derive", "--withhold", "/evidence", "-o", "shown.json", "divisible.json")

    assert done.exit_code == 0, done.output
    shown = (desk / "shown.json").read_bytes()
    assert b"lighthouse" not in shown
    assert verify(shown)
    assert run("verify", "shown.json").exit_code == 0
    refused = run("derive", "--withhold", "/issuer", "divisible.json")
    assert (refused.exit_code, "pointer_mandatory" in refused.output) == (1, True)
    assert run("derive", "--withhold", "/name", "--reveal", "/evidence", "divisible.json").exit_code == 64
    assert "not_divisible" in run("derive", "--withhold", "/name", "badge.json").output


def test_only_what_is_asked_for_is_revealed(desk):
    required = [f"/credentialSubject/achievement/{name}" for name in ("name", "description", "criteria")]
    required += ["/credentialSubject/identifier"]
    arguments = [part for pointer in required for part in ("--reveal", pointer)]

    done = run("derive", *arguments, "-o", "shown.json", "divisible.json")

    assert done.exit_code == 0, done.output
    document = json.loads((desk / "shown.json").read_text())
    assert "name" not in document
    assert "evidence" not in document


def test_what_the_holder_holds_is_verified_for_the_holder_alone(desk):
    refused = run("verify", "divisible.json")

    assert (refused.exit_code, "base_proof_shown" in refused.output) == (1, True)
    assert run("verify", "--as-holder", "divisible.json").exit_code == 0


def test_fields_say_what_can_be_withheld(desk):
    listed = json.loads(run("fields", "--json", "divisible.json").output)["fields"]

    states = {field["pointer"]: field["state"] for field in listed}
    assert states["/evidence"] == "can be withheld"
    assert states["/issuer"] == "cannot be hidden"
    shown = run("fields", "divisible.json").output
    assert "- /evidence" in shown
    assert "- /issuer" not in shown
    assert "signs it as one piece" in run("fields", "badge.json").output


def test_a_presentation_withholds_what_it_is_told_to(desk):
    arguments = ["--key", "ana.pem", "--challenge", "8f3b"]

    done = run("present", *arguments, "--withhold", "2:/evidence", "-o", "shown.json", "diploma.jwt", "divisible.json")

    assert done.exit_code == 0, done.output
    assert b"lighthouse" not in (desk / "shown.json").read_bytes()
    assert run("verify-presentation", "--challenge", "8f3b", "shown.json").exit_code == 0
    for wrong in ("/evidence", "3:/evidence", "0:/evidence", "x:/evidence", "evidence"):
        assert run("present", *arguments, "--withhold", wrong, "diploma.jwt", "divisible.json").exit_code == 64
    assert (
        "not_divisible" in run("present", *arguments, "--withhold", "1:/issuer", "diploma.jwt", "divisible.json").output
    )


def test_an_issuer_makes_more_mandatory(desk):
    arguments = ["--key", "key-2026.pem", "--securing", "ecdsa-sd-2023", "--mandatory", "/name"]

    assert run("issue", *arguments, "-o", "new.json", "document.json").exit_code == 0
    assert "pointer_mandatory" in run("derive", "--withhold", "/name", "new.json").output
    assert run("issue", *arguments, "--into", "signed", "documents").exit_code == 64
    assert run("issue", "--key", "key-2026.pem", "--mandatory", "/name", "document.json").exit_code == 64


def test_the_public_half_given_as_the_key_is_told_apart_from_what_is_no_key(tmp_path):
    assert run("keygen", "--no-passphrase", tmp_path / "key.pem").exit_code == 0
    other = tmp_path / "other.pem"
    other.write_text("{}")

    public = run("issue", "--key", tmp_path / "key.pub.pem", other)
    neither = run("issue", "--key", other, other)

    assert (public.exit_code, neither.exit_code) == (1, 1)
    assert "public half" in public.output
    assert "keygen makes one" in neither.output
