"""What the environment may say, and how a mistake in it is told."""

import base64
import re
from pathlib import Path

import pytest

from vcwallet_api import settings as settings_module
from vcwallet_api.settings import SettingsError, read_settings

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "VCWALLET_BASE_URL": "https://wallet.example/",
    "VCWALLET_SECRET_KEY": base64.b64encode(b"x" * 32).decode(),
}


def test_two_settings_are_enough():
    settings = read_settings({**GOOD, "PATH": "/bin"})

    assert (settings.base_url, settings.origin, settings.host) == ("https://wallet.example",) * 2 + ("wallet.example",)
    assert settings.database_url == "sqlite:///vcwallet.db"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BASE_URL", ""),
        ("BASE_URL", "http://wallet.example"),
        ("BASE_URL", "ftp://wallet.example"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", base64.b64encode(b"x" * 31).decode()),
        ("SECRET_KEY_FILE", "/does/not/exist"),
        ("SMTP_URL", "http://mail"),
        ("DEFAULT_LANGUAGE", "tlh"),
        ("TRUSTED_PROXIES", "-1"),
        ("WORKER_IN_PROCESS", "maybe"),
        ("DATABSE_URL", "sqlite://"),
    ],
)
def test_a_mistake_names_the_variable_and_repeats_no_secret(name, value):
    with pytest.raises(SettingsError, match=f"VCWALLET_{name}") as told:
        read_settings({**GOOD, f"VCWALLET_{name}": value})

    assert "SECRET" not in name or value == "" or value not in str(told.value) or name.endswith("FILE")


def test_the_settings_of_the_sample_deployment_are_settings(tmp_path):
    lines = (ROOT / "examples" / "deployment" / "wallet.env").read_text().splitlines()
    values = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    secret = tmp_path / "secret-key"
    secret.write_text(GOOD["VCWALLET_SECRET_KEY"] + "\n")

    settings = read_settings({**values, "VCWALLET_SECRET_KEY_FILE": str(secret)})

    assert (settings.trusted_proxies, settings.mail_from) == (1, "wallet@wallet.example")


def test_secrets_are_not_in_the_text_of_the_settings():
    settings = read_settings(
        {**GOOD, "VCWALLET_SMTP_URL": "smtp://me:hush@mail.example", "VCWALLET_DATABASE_URL": "postgresql://u:hush@h/d"}
    )

    assert "hush" not in repr(settings)
    assert "xxxx" not in repr(settings)
    assert settings.smtp.port == 587


def test_every_setting_is_documented_and_no_other():
    page = (ROOT / "docs" / "reference" / "settings.md").read_text()

    assert re.findall(r"^\| `VCWALLET_([A-Z_]+)`", page, re.MULTILINE) == list(settings_module._VARIABLES)
