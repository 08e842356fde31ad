"""The demonstration as an application: the service as it is, with sample people, its own little internet, and a mailbox."""

import base64
import os
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Final

from litestar import Litestar

from vcwallet_api.app import Parts, build_parts, create_app
from vcwallet_api.demo.mailbox import show_mail
from vcwallet_api.demo.people import deliver_samples, sample_documents
from vcwallet_api.logs import log_to_stderr
from vcwallet_api.settings import Settings, read_settings
from vcwallet_api.storage.migrating import migrate
from vcwallet_api.verification.worker_pool import WorkerPool

_KEY_FILE: Final = "secret-key"


def demo_environment(folder: Path, port: int) -> dict[str, str]:
    """The settings of a demonstration that keeps its data in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    secret = folder / _KEY_FILE
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(base64.b64encode(secrets.token_bytes(32)).decode(), encoding="ascii")
    return {
        "VCWALLET_BASE_URL": f"http://localhost:{port}",
        "VCWALLET_SECRET_KEY_FILE": str(secret.resolve()),
        "VCWALLET_DATABASE_URL": f"sqlite:///{folder.resolve()}/wallet.db",
        "VCWALLET_KEEP_SENT_MAIL": "on",
        "VCWALLET_VC_API": "on",
        "VCWALLET_ADMINISTRATORS": "admin@campus.example",
    }


def demo_parts(settings: Settings) -> Parts:
    """The parts of the service, on the sample internet."""
    return build_parts(replace(settings, demo=True), pool=WorkerPool(known=sample_documents()))


def prepare(settings: Settings) -> None:
    """Make the tables, and award the sample badges."""
    parts = demo_parts(settings)
    migrate(parts.database)
    deliver_samples(parts.delivering)
    parts.close()


def demo_app() -> Litestar:
    """What the server's process loads."""
    log_to_stderr()
    settings = replace(read_settings(os.environ), demo=True)
    return create_app(settings, parts=demo_parts(settings), further_routes=[show_mail])
