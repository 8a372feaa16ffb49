"""``roundtable people import FILE``: the same preview as at the desk, in words on the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from typing import IO

import click
from flask.cli import AppGroup
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable import clock
from roundtable.actions.people import importing
from roundtable.actions.people.comparison import Change, Compared, Comparison, compare
from roundtable.actions.people.importing import HasChangedSince
from roundtable.db import db
from roundtable.domain.office.offices import Office
from roundtable.domain.people.people import NO_RANK
from roundtable.domain.refusals import Refused
from roundtable.files import MAX_BYTES
from roundtable.sheets import columns, reading
from roundtable.sheets.columns import LABELS
from roundtable.sheets.sheet import Sheet

# A terminal shows no more; the numbers stand above.
MOST_LISTED = 200


people = AppGroup("people", help="The address book of an office.")


def office_called(slug: str | None) -> Office:
    offices = list(db.session.scalars(select(Office).order_by(Office.slug)))
    if slug:
        offices = [office for office in offices if office.slug == slug]
    if len(offices) == 1:
        return offices[0]
    if not offices:
        raise click.ClickException("There is no such office. Found one with --new-office NAME, or load a case first.")
    known = ", ".join(office.slug for office in offices)
    raise click.ClickException(f"There are several offices. Say which with --office: {known}")


@people.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--office", "slug", help="The office's short name; needed where there are several.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--yes", is_flag=True, help="Write without asking.")
def import_people(file: IO[bytes], slug: str | None, dry_run: bool, yes: bool) -> None:
    """Take a CSV, XLSX or vCard file into the address book; fails where a row cannot be taken."""
    session, office = db.session(), office_called(slug)
    with force_locale("en"):
        try:
            sheet = reading.read(file.read(MAX_BYTES + 1))
        except Refused as refused:
            raise click.ClickException(str(refused)) from None
        places = columns.recognised(sheet.heads)
        comparison = compare(session, office, sheet, places)
        for line in preview(sheet, places, comparison):
            click.echo(line)
        # Nobody waits for us while somebody thinks.
        session.rollback()
        if _is_agreed(comparison, is_dry_run=dry_run, is_agreed=yes):
            _import(session, office, sheet, comparison, os.path.basename(file.name))
    db.engine.dispose()
    if comparison.counts["bad"]:
        sys.exit(1)


def _import(session: Session, office: Office, sheet: Sheet, seen: Comparison, file_name: str) -> None:
    """What was agreed to, if it is still that."""
    places = columns.recognised(sheet.heads)
    comparison = compare(session, office, sheet, places, to_write=True)
    if comparison.seal != seen.seal:
        raise click.ClickException(str(HasChangedSince()))
    done = importing.import_people(
        session, office, comparison, choices={}, file_name=file_name, at=clock.now(), by=None
    )
    session.commit()
    click.echo(f"{done.added} added, {done.changed} changed, {done.organisations} organisations new.")


def preview(sheet: Sheet, places: dict[str, int], comparison: Comparison) -> Iterator[str]:
    """Lines: what each column is, numbers, every bad and doubtful row, then what would be added and changed."""
    if sheet.kind != "vcf":
        named = {place: str(LABELS[column]) for column, place in places.items()}
        ignored = [head for place, head in enumerate(sheet.heads) if head and place not in named]
        yield f"Columns understood: {', '.join(named[place] for place in sorted(named)) or 'none'}."
        if ignored:
            yield f"Columns ignored: {', '.join(ignored)}."
    counts = comparison.counts
    yield (
        f"{len(comparison.rows)} rows: {counts['new']} new, {counts['changed']} changed,"
        f" {counts['same']} the same already, {counts['doubtful']} doubtful (left out),"
        f" {counts['bad']} that cannot be taken."
    )
    for row in comparison.of("bad"):
        yield f"✗ line {row.line}: {row.name or 'nobody'}: {' '.join(row.said.reasons)}"
    for row in comparison.of("doubtful"):
        assert row.known is not None
        why = "same name in the same organisation" if row.doubt == "same_name" else "same address, another name"
        known = f"{row.known.name} <{row.known.values['email']}>"
        yield f"? line {row.line}: {row.name}: {why} as {known}; decide at the desk"
    yield from _at_most(comparison.of("new"), lambda row: f"+ line {row.line}: {row.name} <{row.said.values['email']}>")
    yield from _at_most(comparison.of("changed"), lambda row: _changed(row, comparison))
    for row in comparison.rows:
        for remark in row.said.remarks if row.outcome in ("new", "changed") else ():
            yield f"! line {row.line}: {remark}"
    if comparison.new_organisations:
        yield f"New organisations: {', '.join(comparison.new_organisations)}."


def _at_most(rows: list[Compared], words: Callable[[Compared], str]) -> Iterator[str]:
    yield from map(words, rows[:MOST_LISTED])
    if len(rows) > MOST_LISTED:
        yield f"  … and {len(rows) - MOST_LISTED} more"


def _changed(row: Compared, comparison: Comparison) -> str:
    assert row.known is not None
    return f"~ line {row.line}: {row.known.name}: {'; '.join(_change(each, comparison) for each in row.changes)}"


def _change(change: Change, comparison: Comparison) -> str:
    def said(value: object) -> str:
        if change.field == "rank" and isinstance(value, int):
            return comparison.ranks.name(value, "en") if value != NO_RANK else "no rank"
        return str(value) if value not in ("", None) else "(empty)"

    return f"{LABELS[change.field]}: {said(change.old)} → {said(change.new)}"


def _is_agreed(comparison: Comparison, *, is_dry_run: bool, is_agreed: bool) -> bool:
    """Whether to write: only what would change something, and only when somebody says so."""
    if not comparison.changes_something:
        click.echo("There is nothing to write.")
        return False
    if is_dry_run:
        click.echo("Nothing has been written (--dry-run).")
        return False
    if not is_agreed:
        counts = comparison.counts
        question = f"Add {counts['new']} and change {counts['changed']} people?"
        if not click.confirm(question, default=False):
            click.echo("Nothing has been written.")
            return False
    return True
