"""The small scripts in examples/ do what they say."""

import runpy
from pathlib import Path

from vcwallet import IssuerIdentity, PublishedKey, StaticFetcher, standard_toolkit, verify

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
