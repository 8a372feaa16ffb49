"""``roundtable backup`` and ``roundtable restore``."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from roundtable import clock
from roundtable.db import db
from roundtable.serving import backups, presence
from roundtable.settings import Settings

A_FILE = click.Path(dir_okay=False, path_type=Path)


def _data() -> Path:
    settings: Settings = current_app.config["ROUNDTABLE"]
    return settings.data


@click.command()
@click.argument("file", type=A_FILE)
@click.option("--keep-days", type=click.IntRange(min=1), help="Remove older ones that FILE’s pattern of a date names.")
@with_appcontext
def backup(file: Path, keep_days: int | None) -> None:
    """Write database and papers into FILE, checked. Everything goes on meanwhile.

    FILE may hold the date: house-%Y-%m-%d.zip
    """
    at = clock.now()
    try:
        number = backups.back_up(db.engine, _data(), file.with_name(at.strftime(file.name)), at=at)
    except (backups.BackupRefused, OSError) as refused:
        raise click.ClickException(str(refused)) from None
    finally:
        db.engine.dispose()
    click.echo(f"{file.with_name(at.strftime(file.name))}: the database and {number} papers, checked.")
    if keep_days is not None:
        for path in backups.forget_older(file, days=keep_days, at=at):
            click.echo(f"Removed {path}")


@click.command()
@click.argument("file", type=A_FILE)
@with_appcontext
def restore(file: Path) -> None:
    """Put the house that FILE holds in the place of what is there. Stop `serve` and `worker` first."""
    click.confirm("What the house holds now is replaced. Go on?", abort=True)
    try:
        with presence.alone(_data()):
            backups.restore(db.engine, _data(), file)
    except presence.StillRunning:
        raise click.ClickException("`serve` or `worker` is running with this data folder. Stop it first.") from None
    except (backups.BackupRefused, OSError) as refused:
        raise click.ClickException(str(refused)) from None
    finally:
        db.engine.dispose()
    click.echo("Restored. Now run: roundtable upgrade")
