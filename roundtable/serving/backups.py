"""The whole house in one file and back: the database, whole at one instant, and all papers; each checked.

A backup is a ZIP archive: ``manifest.json``, ``database`` (an SQLite file, or what pg_dump writes) and ``papers/…``.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, TypedDict

from sqlalchemy import Engine, make_url, text

from roundtable.readiness import newest_version

FORMAT = 1
MANIFEST, DATABASE, PAPERS = "manifest.json", "database", "papers"
AT_ONCE = 1024 * 1024
SET_ASIDE = ".before-restore"


class Manifest(TypedDict):
    """``version``: of the schema; ``sha256``: of every file by its name in the archive."""

    format: int
    made_at: str
    dialect: str
    version: str
    sha256: dict[str, str]


class BackupRefused(Exception):
    """Says what stands in the way."""


def back_up(engine: Engine, data: Path, file: Path, *, at: datetime) -> int:
    """Write the house to ``file``, whole or not at all, while it goes on working. Returns the number of papers.

    Raises:
        BackupRefused
    """
    with _aside(file) as beside, tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as scratch:
        copy = Path(scratch) / DATABASE
        _dump(engine, copy)
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(copy, DATABASE)
            # After the database: what it speaks of had been put there before.
            papers = {name: digest for name in _names(data) if (digest := _packed(archive, data, name))}
            manifest: Manifest = {
                "format": FORMAT,
                "made_at": at.isoformat(),
                "dialect": engine.dialect.name,
                "version": newest_version(),
                "sha256": {DATABASE: _sha256(copy), **papers},
            }
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
        check(beside)
    return len(papers)


def check(file: Path) -> Manifest:
    """Read all of it once. Returns the manifest.

    Raises:
        BackupRefused: damaged, incomplete, or none at all.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            manifest: Manifest = json.loads(archive.read(MANIFEST))
            if manifest["format"] != FORMAT:
                raise BackupRefused(f"{file} was written by another version of this program.")
            for name, digest in manifest["sha256"].items():
                with archive.open(name) as content:
                    if _digest(content) != digest:
                        raise BackupRefused(f"{file} is damaged: {name} is not what was backed up.")
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, OSError) as error:
        raise BackupRefused(f"{file} is no whole backup: {error}") from None
    return manifest


def restore(engine: Engine, data: Path, file: Path) -> None:
    """Put what was backed up in the place of what is there. Nobody may work with the house meanwhile.

    What was there of an SQLite database is set aside beside it.

    Raises:
        BackupRefused
    """
    manifest = check(file)
    if manifest["dialect"] != engine.dialect.name:
        raise BackupRefused(f"{file} holds a database of {manifest['dialect']}; this house has {engine.dialect.name}.")
    if manifest["version"] > newest_version():
        raise BackupRefused(f"{file} is of a newer version of this program. Install that first.")
    with tempfile.TemporaryDirectory(dir=data, prefix=".restore-") as scratch, zipfile.ZipFile(file) as archive:
        names = [name for name in manifest["sha256"] if name.startswith(f"{PAPERS}/")]
        archive.extractall(scratch, [DATABASE, *names])
        for name in names:
            place = data / name
            place.parent.mkdir(parents=True, exist_ok=True)
            os.replace(Path(scratch) / name, place)
        _load(engine, Path(scratch) / DATABASE)


def forget_older(pattern: Path, *, days: int, at: datetime) -> list[Path]:
    """Remove the backups whose name, by a pattern such as ``house-%Y-%m-%d.zip``, is of a day longer ago than that."""
    gone = []
    for path in sorted(pattern.parent.iterdir()):
        try:
            made = datetime.strptime(path.name, pattern.name).replace(tzinfo=at.tzinfo)
        except ValueError:
            continue
        if at - made > timedelta(days=days):
            path.unlink()
            gone.append(path)
    return gone


def _dump(engine: Engine, copy: Path) -> None:
    if engine.dialect.name == "postgresql":
        _run("pg_dump", engine, "--format=custom", "--no-owner", "--no-privileges", f"--file={copy}")
        return
    with closing(sqlite3.connect(str(engine.url.database))) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
    _refuse_damaged(copy)


def _load(engine: Engine, copy: Path) -> None:
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            others = (
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if connection.scalar(text(others)):
                raise BackupRefused("Others are connected to the database. Stop `serve` and `worker` everywhere first.")
        engine.dispose()
        _run("pg_restore", engine, "--clean", "--if-exists", "--no-owner", "--single-transaction", str(copy))
        return
    _refuse_damaged(copy)
    engine.dispose()
    place = Path(str(engine.url.database))
    copy.chmod(0o600)
    for ending in ("", "-wal", "-shm"):
        old = place.with_name(place.name + ending)
        if old.exists():
            os.replace(old, place.with_name(place.name + SET_ASIDE + ending))
    os.replace(copy, place)


def _refuse_damaged(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        said = connection.execute("PRAGMA integrity_check").fetchone()[0]
    if said != "ok":
        raise BackupRefused(f"The database is damaged: {said}")


def _run(program: str, engine: Engine, *words: str) -> None:
    """One of PostgreSQL's own programs, the password not among its words."""
    found = shutil.which(program) or max(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{program}")), default=None)
    if found is None:
        raise BackupRefused(f"{program} is missing. Install PostgreSQL's client programs.")
    url = make_url(engine.url).set(drivername="postgresql")
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    asked = url._replace(password=None).render_as_string(hide_password=False)
    ended = subprocess.run(  # noqa: S603 - our own words
        [found, f"--dbname={asked}", *words], check=False, env=environment, capture_output=True, text=True
    )
    if ended.returncode:
        raise BackupRefused(f"{program}: {ended.stderr.strip()}")


@contextmanager
def _aside(file: Path) -> Iterator[Path]:
    """Readable by us alone, and moved into place when it is whole."""
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".backup-", delete=False) as beside:
        written = Path(beside.name)
    try:
        yield written
        with written.open("rb") as content:
            os.fsync(content.fileno())
        os.replace(written, file)
    finally:
        written.unlink(missing_ok=True)


def _names(data: Path) -> list[str]:
    return sorted(
        path.relative_to(data).as_posix()
        for path in (data / PAPERS).rglob("*")
        if path.is_file() and path.name[0] != "."
    )


def _packed(archive: zipfile.ZipFile, data: Path, name: str) -> str:
    """Its digest; empty where it was removed a moment ago."""
    try:
        content = (data / name).read_bytes()
    except FileNotFoundError:
        return ""
    archive.writestr(name, content)
    return hashlib.sha256(content).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return _digest(content)


def _digest(content: IO[bytes]) -> str:
    found = hashlib.sha256()
    while part := content.read(AT_ONCE):
        found.update(part)
    return found.hexdigest()
