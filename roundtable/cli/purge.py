"""``roundtable purge``: what the worker forgets every hour, now, and beforehand what that would be."""

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roundtable import clock
from roundtable.actions import forgetting
from roundtable.db import Base, db


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@with_appcontext
def purge(dry_run: bool) -> None:
    """Forget what has served its purpose. The worker does so every hour."""
    session = db.session()
    before = _rows(session)
    forgetting.forget_old(session, at=clock.now())
    after = _rows(session)
    if dry_run:
        session.rollback()
    else:
        session.commit()
    db.engine.dispose()
    gone = {name: number - after[name] for name, number in before.items() if number != after[name]}
    for name, number in gone.items():
        click.echo(f"{number:>8}  {name.replace('_', ' ')}")
    if not gone:
        click.echo("Nothing has to go.")
    elif dry_run:
        click.echo("Nothing has been removed yet. Words in what stays, such as old notes, would go too.")


def _rows(session: Session) -> dict[str, int]:
    """How many each table holds, in one statement."""
    tables = Base.metadata.sorted_tables
    counted = select(*(select(func.count()).select_from(table).scalar_subquery() for table in tables))
    return dict(zip((table.name for table in tables), session.execute(counted).one(), strict=True))
