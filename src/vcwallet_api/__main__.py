"""vcwallet-api: run the wallet service, look after its data, show what it can do."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from vcwallet_api.app import Parts

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class _Commands(click.Group):
    """Where only the library was installed, the commands say what is missing."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            library = (error.name or "").partition(".")[0]
            if library in {"", "vcwallet", "vcwallet_api"}:
                raise
            extras = "service,postgres" if library == "psycopg" else "service"
            raise click.ClickException(
                f"this needs {library}, which is not installed: pip install 'vcwallet[{extras}]', "
                f"or in a clone: pip install '.[{extras}]'"
            ) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The wallet service. Settings come from the environment: see docs/reference/settings.md."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 64), help="How many serve.")
def serve(host: str, port: int, processes: int) -> None:
    """Serve. Refuses to start before `migrate`, and on a damaged database."""
    with _parts() as parts:
        if parts.settings.vc_api and processes > 1:
            raise click.ClickException("the VC API keeps its status lists in one process: serve with --processes 1")
        _require_current(parts)
        _require_sound(parts)
    _require_free(host, port)
    _run("vcwallet_api.app:app_from_environment", host, port, processes)


@main.command()
def migrate() -> None:
    """Make the tables what this version needs. Can be done again; nothing happens then."""
    from vcwallet_api.storage.migrating import migrate as bring_up

    with _parts() as parts:
        bring_up(parts.database)
    click.echo("the tables are those of this version")


@main.command()
def reindex() -> None:
    """Read every badge again from its bytes. Nothing is fetched."""
    from vcwallet_api.backpack.reindexing import reindex as read_again

    with _parts() as parts:
        _require_current(parts)
        done, unreadable = read_again(parts.database, parts.verifier)
    click.echo(f"{done} read again")
    for item_id in unreadable:
        click.echo(f"{item_id} cannot be read, and stays as it is", err=True)
    sys.exit(1 if unreadable else 0)


@main.command()
def worker() -> None:
    """Do the jobs (mail, checks) in a process of their own, until it is told to end."""
    from vcwallet_api.logs import log_to_stderr

    log_to_stderr()
    with _parts() as parts:
        _require_current(parts)
        _require_sound(parts)

        def _stop(_signal: int, _frame: Any) -> None:
            parts.worker.stop()

        signal.signal(signal.SIGTERM, _stop)
        signal.signal(signal.SIGINT, _stop)
        parts.worker.run()


@main.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--to", "address", required=True, help="The address that the credentials were awarded to.")
@click.option("--language", default="en", type=click.Choice(["en", "nl", "es", "ar"]), help="Of a first mail.")
def deliver(files: tuple[Path, ...], address: str, language: str) -> None:
    """Deliver credentials that were signed elsewhere. Done again, nothing is delivered twice."""
    from vcwallet_api.problems import PROBLEMS
    from vcwallet_api.refusals import Refusal

    refused = 0
    with _parts() as parts:
        _require_current(parts)
        for path in files:
            try:
                delivered = parts.delivering.deliver(path.read_bytes(), address, language=language)
            except Refusal as refusal:
                refused += 1
                sentence, next_step = PROBLEMS[refusal.code]
                click.echo(f"{path}: {sentence} [{refusal.code}] {next_step}", err=True)
                for problem in refusal.facts.get("problems", ()):
                    click.echo(f"  {problem['detail']} [{problem['code']}]", err=True)
            else:
                is_there = "in the Backpack" if delivered.delivery.arrived_at else "waits for the address"
                click.echo(f"{path}: {'delivered' if delivered.is_new else 'was delivered before'}, {is_there}")
    sys.exit(1 if refused else 0)


@main.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--folder",
    default=Path("vcwallet-demo"),
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where its data are kept; remove it to begin anew.",
)
def demo(port: int, folder: Path) -> None:
    """Start a wallet with sample people, on this machine only. Nothing else is needed."""
    from vcwallet_api.demo.serving import demo_environment, prepare
    from vcwallet_api.settings import read_settings

    _require_free("127.0.0.1", port)
    try:
        os.environ.update(demo_environment(folder, port))
    except OSError as error:
        raise click.ClickException(
            f"nothing can be kept in {folder}: {error.strerror}. Name another folder with --folder"
        ) from error
    prepare(read_settings(os.environ))
    click.echo(f"The wallet:          http://localhost:{port}")
    click.echo(f"The mails it sends:  http://localhost:{port}/demo/mail")
    click.echo(f"Its API:             http://localhost:{port}/api/v1/openapi.json")
    click.echo("Ana (ana@campus.example) got her first badges; her mail has the link. End with Ctrl-C.")
    # The server would add where it listens, and at that address the wallet is not known by its name.
    _run("vcwallet_api.demo.serving:demo_app", "127.0.0.1", port, 1, is_quiet=True)


@contextmanager
def _parts() -> "Iterator[Parts]":
    """The parts of the service, closed afterwards. A database that cannot be used is said in a sentence."""
    from sqlalchemy.exc import OperationalError

    from vcwallet_api.app import build_parts
    from vcwallet_api.refusals import Unavailable
    from vcwallet_api.settings import SettingsError, read_settings

    try:
        parts = build_parts(read_settings(os.environ))
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    try:
        yield parts
    except (OperationalError, Unavailable) as error:
        cause = error.orig if isinstance(error, OperationalError) else error.__cause__
        raise click.ClickException(
            f"the database cannot be used ({cause}). See whether it is there and may be written, and whether "
            "VCWALLET_DATABASE_URL says where it is"
        ) from error
    finally:
        parts.close()


def _require_current(parts: "Parts") -> None:
    from vcwallet_api.storage.migrating import is_current

    if not is_current(parts.database):
        raise click.ClickException("the tables are not those of this version: run `vcwallet-api migrate`")


def _require_sound(parts: "Parts") -> None:
    from vcwallet_api.storage.migrating import is_sound

    if not is_sound(parts.database):
        raise click.ClickException("the database is damaged: restore it from a backup")


def _require_free(host: str, port: int) -> None:
    """Two servers can listen at one port, and each would answer half of the requests; so the second does not start."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # A port that was left a moment ago is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise click.ClickException(
            f"cannot listen at {host}, port {port}: {error.strerror}. Choose another with --port, or end what uses it"
        ) from error


def _run(application: str, host: str, port: int, processes: int, *, is_quiet: bool = False) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    server = Granian(
        application,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=processes,
        factory=True,
        log_access=False,
        log_level=LogLevels.warning if is_quiet else LogLevels.info,
    )
    server.serve()


if __name__ == "__main__":
    main()
