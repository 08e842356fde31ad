"""The small scripts in examples/ do what they say."""

import re
import runpy
from pathlib import Path

import pytest

from tests import small_pictures
from vcwallet import IssuerIdentity, LocalSigner, PublishedKey, StaticFetcher, standard_toolkit, verify
from vcwallet.testing.drafts import CARRIERS, ISSUERS, KINDS, SECURINGS, STATUSES

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_a_key_in_a_vault_signs_a_badge():
    example = runpy.run_path(str(EXAMPLES / "kms_signer.py"))
    vault = example["VaultInMemory"]()
    name = f"{example['ISSUER']}#badges-2026"
    key = example["KmsSigner"](vault, "badges-2026", verification_method=name).public_key

    data = example["badge_by_kms"](vault)

    identity = IssuerIdentity(example["ISSUER"], (PublishedKey(name, key),))
    assert verify(data, toolkit=standard_toolkit(StaticFetcher(identity.files()))).verdict == "valid"


def test_the_vault_is_tried_out_by_running_the_example(capsys):
    runpy.run_path(str(EXAMPLES / "kms_signer.py"), run_name="__main__")

    assert "indeterminate" in capsys.readouterr().out


def test_the_story_of_a_badge_ends_as_it_must(capsys):
    found = runpy.run_path(str(EXAMPLES / "story.py"))["tell"]()

    assert {
        chapter: (report.verdict, [problem.code for problem in report.problems]) for chapter, report in found.items()
    } == {
        "shown": ("valid", []),
        "picture": ("valid", []),
        "in part": ("valid", []),
        "copied": ("invalid", ["holder_not_subject"]),
        "changed": ("invalid", ["signature_invalid"]),
        "signed by a stranger": ("invalid", ["signature_invalid"]),
        "revoked": ("invalid", ["revoked"]),
    }
    assert capsys.readouterr().out.count("\n") > 15


@pytest.mark.parametrize(
    "page", ["issue-credentials", "publish-an-issuer", "withdraw-a-credential", "test-your-verifier"]
)
def test_the_how_tos_of_issuers_run_from_top_to_bottom(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text = (EXAMPLES.parent / "docs" / "how-to" / f"{page}.md").read_text()
    names = {"__name__": "how_to"}

    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(block, page, "exec"), names)

    if page == "issue-credentials":
        badge, holder = (tmp_path / "badge.json").read_bytes(), LocalSigner.generate()
        assert verify(badge).verdict == "valid"
        assert verify(names["signed_record"].data).verdict == "valid"
        assert verify(names["picture_with"](names["signed"], small_pictures.png())).verdict == "valid"
        assert names["answer"]([badge], holder, "abc", "https://work.example")
        assert len(list(names["issue_all"]([names["badge"].to_document()] * 3, names["signer"]))) == 3
    elif page == "withdraw-a-credential":
        world = StaticFetcher({names["status_list"].url: (tmp_path / "status-1.json").read_bytes()})
        report = verify(names["signed"].data, toolkit=standard_toolkit(world))
        assert (report.verdict, report.check("status").code) == ("invalid", "revoked")
    elif page == "test-your-verifier":
        assert len(list((tmp_path / "cases").iterdir())) > 10
    else:
        assert [method["id"][-4:] for method in names["college"].document()["verificationMethod"]] == ["2026", "2027"]
    capsys.readouterr()


@pytest.mark.parametrize(
    ("page", "command"),
    [("publish-an-issuer", command) for command in ("keygen", "did", "issue")]
    + [("withdraw-a-credential", f"status {command}") for command in ("new", "take", "set", "check")],
)
def test_the_commands_of_the_how_tos_are_ours(page, command):
    text = (EXAMPLES.parent / "docs" / "how-to" / f"{page}.md").read_text()

    assert f"$ vcwallet {command} " in text


def test_the_table_of_what_cases_there_are_is_right():
    text = (EXAMPLES.parent / "docs" / "how-to" / "test-your-verifier.md").read_text()
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", text, re.MULTILINE))

    for name, known in (("kinds", KINDS), ("issuers", ISSUERS), ("statuses", STATUSES), ("carriers", CARRIERS)):
        assert tuple(re.findall(r"`([^`]+)`", rows[name])) == known
    assert set(re.findall(r"`([^`]+)`", rows["securings"])) < set(SECURINGS)
