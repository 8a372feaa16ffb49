"""The console command ``roundtable``; Flask's own commands are in it too.

Each command imports for itself the libraries that it alone needs: ``serve`` is to start fast and to stay small.
"""

import os
import secrets
import sys
import tempfile
from typing import IO

import click
from flask import Flask, current_app
from flask.cli import FlaskGroup, ScriptInfo
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from roundtable import clock, create_app, demo
from roundtable.actions import cases
from roundtable.actions.post import receiving
from roundtable.cli import backups, checks, migrations, people, purge
from roundtable.db import Bilingual, db, leave_no_journal
from roundtable.domain.office.accounts import Account, account_by_email
from roundtable.domain.office.offices import ROLES, Office, OfficeMember, Role
from roundtable.domain.refusals import Refused
from roundtable.domain.slugs import slug_of
from roundtable.mail.inbox.mailbox import MailboxDown
from roundtable.mail.inbox.parsing import MOST_BYTES
from roundtable.serving import collector, ports, presence, processes, worker
from roundtable.settings import Settings, SettingsRefused


class Commands(FlaskGroup):
    """Ours are found without loading those of Flask and its extensions."""

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        ours = click.Group.get_command(self, ctx, name)
        if ours is None:
            ctx.ensure_object(ScriptInfo).create_app = _create_app_with_migrations
        return ours or super().get_command(ctx, name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """What there is can be read before anything is set: no application is loaded for it."""
        return click.Group.list_commands(self, ctx)


def _create_app_with_migrations() -> Flask:
    app = create_app()
    migrations.prepare(app)
    return app


@click.group(cls=Commands, create_app=create_app, add_version_option=False)
def command() -> None:
    """Recurring roundtables of public bodies: from the date to the press release."""


@command.group()
def organiser() -> None:
    """Who works at the desk."""


@command.group()
def case() -> None:
    """Roundtables that have been published before."""


@command.group()
def mail() -> None:
    """What arrives in the reply mailbox."""


def main() -> None:
    try:
        command()
    except SettingsRefused as refused:
        click.echo(str(refused), err=True)
        # A mail server that pipes keeps its message until the setting is right.
        sys.exit(os.EX_TEMPFAIL if sys.argv[1:3] == ["mail", "receive"] else 1)


def _settings() -> Settings:
    settings: Settings = current_app.config["ROUNDTABLE"]
    return settings


@command.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Processes; as many as the machine has cores.")
@click.option("--letters", is_flag=True, help="Hand letters over too: a worker that shares this program's memory.")
def serve(host: str, port: int, workers: int, letters: bool) -> None:
    """Serve the pages."""
    _take(host, port)
    with db.engine.connect():  # says at once, not at the first visitor, that the database cannot be reached
        pass
    with presence.at_work(_settings().data):
        processes.serve(_app(), host, port, workers=workers, letters=letters)
    leave_no_journal(db.engine)


def _take(host: str, port: int) -> None:
    try:
        ports.refuse_taken(host, port)
    except ports.PortTaken as taken:
        raise click.ClickException(str(taken)) from None
    if ports.is_open_to_others(host):
        click.echo(
            f"Warning: {host} is reached from other machines, unencrypted. Best listen on 127.0.0.1, behind a reverse"
            " proxy with TLS.",
            err=True,
        )


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # werkzeug's proxy
    return app


@command.command("worker")
@click.option("--once", is_flag=True, help="Hand over what waits, then stop.")
def run_worker(once: bool) -> None:
    """Hand letters over to the mail server."""
    with presence.at_work(_settings().data):
        worker.run(_app(), once=once)
    leave_no_journal(db.engine)


@command.command()
def upgrade() -> None:
    """Bring the database to this version. Run it before `serve` after every update."""
    migrations.upgrade(_app())
    leave_no_journal(db.engine)
    processes.compile_templates(_app())
    click.echo("The database is up to date.")


@command.command()
def doctor() -> None:
    """Say in words what is configured wrong."""
    problems = checks.problems(_settings(), db.engine)
    for problem in problems:
        click.echo(f"✗ {problem}")
    click.echo(f"· {checks.about_fonts()}")
    db.engine.dispose()
    if problems:
        sys.exit(1)
    click.echo("Everything is in order.")


@mail.command("receive")
def receive_mail() -> None:
    """Keep one message from standard input, for a mail server that pipes. Exit code 75: please bring it again."""
    content = sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        receiving.receive(db.session(), content, at=clock.now())
        db.session.commit()
    # Anything: with another code the mail server would send the message back.
    except Exception as error:
        said = error.__cause__ if isinstance(error, DBAPIError) else error
        click.echo(f"The message could not be kept; please bring it again: {said or error}", err=True)
        sys.exit(os.EX_TEMPFAIL)
    finally:
        db.session.remove()
        db.engine.dispose()


@mail.command("fetch")
def fetch_mail() -> None:
    """Keep what lies in the mailbox of ROUNDTABLE_IMAP_URL, now. The worker does so every minute."""
    if not _settings().imap_url:
        raise click.ClickException("ROUNDTABLE_IMAP_URL is not set. For example imaps://user:password@host:993/INBOX")
    try:
        number = collector.look(db.engine, _settings())
    except MailboxDown as down:
        raise click.ClickException(f"The mailbox cannot be read: {down}") from None
    finally:
        db.engine.dispose()
    click.echo(f"{number} new.")


@click.command("demo")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def run_demo(host: str, port: int) -> None:
    """A fictional city with a season of roundtables; letters are caught, nothing leaves this machine."""
    _take(host, port)
    shown_host = "localhost" if host in ("0.0.0.0", "127.0.0.1") else host  # noqa: S104 - compared, not bound
    os.environ.update(
        ROUNDTABLE_DEMO="1",
        ROUNDTABLE_SECRET_KEY=secrets.token_urlsafe(48),
        ROUNDTABLE_BASE_URL=f"http://{shown_host}:{port}",
        ROUNDTABLE_DATA=tempfile.mkdtemp(prefix="roundtable-demo-"),
    )
    for name in ("ROUNDTABLE_DATABASE_URL", "ROUNDTABLE_SMTP_URL", "ROUNDTABLE_IMAP_URL"):
        os.environ[name] = ""
    password = secrets.token_urlsafe(9)
    app = create_app()
    with app.app_context():
        migrations.upgrade(app)
        demo.load_season(db.session(), at=clock.now(), password=password)
        db.session.commit()
        db.engine.dispose()
        click.echo(demo.welcome(_settings().origin, password), nl=False)
    with app.app_context():
        processes.serve(app, host, port, workers=1, letters=True)


command.add_command(run_demo)
command.add_command(backups.backup)
command.add_command(backups.restore)
command.add_command(people.people)
command.add_command(purge.purge)


@organiser.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice(ROLES), default="organiser", show_default=True)
@click.option("--office", "slug", help="The office's short name; needed where there are several.")
@click.option("--new-office", help="Found an office with this name first.")
@click.option("--password", help="Otherwise one is made and shown once.")
def add_organiser(
    email: str, name: str, role: Role, slug: str | None, new_office: str | None, password: str | None
) -> None:
    """Let somebody sign in at the desk of an office, with a role."""
    email = email.strip().lower()
    office = _found(new_office, email) if new_office else people.office_called(slug)
    account = account_by_email(db.session(), email)
    is_known, shown = account is not None, ""
    if account is None:
        shown = password or secrets.token_urlsafe(12)
        account = Account(email=email, name=name)
        _set_password(account, shown)
        db.session.add(account)
    elif password:
        _set_password(account, password)
    member = db.session.scalar(
        select(OfficeMember).where(OfficeMember.office_id == office.id, OfficeMember.account_id == account.id)
    )
    if member is None:
        member = OfficeMember(office=office, account=account)
        db.session.add(member)
    member.role = role
    db.session.commit()
    db.engine.dispose()
    click.echo(f"{email} is {role} at {office.name.in_('de')}.")
    if shown and not password:
        click.echo(f"Password, shown only now: {shown}")
    if is_known:
        click.echo(
            "The new password is set; whoever was signed in with the old one is signed out."
            if password
            else "This account was there already: name and password stay as they are. --password sets a new one."
        )


def _set_password(account: Account, password: str) -> None:
    try:
        account.set_password(password)
    except Refused as refused:
        raise click.ClickException(str(refused)) from None


def _found(name: str, email: str) -> Office:
    office = Office(slug=slug_of(name), name=Bilingual(name, name), sender_email=email, reply_email=email)
    db.session.add(office)
    db.session.flush()
    return office


@case.command("load")
@click.argument("file", type=click.File(encoding="utf-8"))
def load_case(file: IO[str]) -> None:
    """Create office, series, people, organisations and roundtable of a case from a YAML file."""
    import yaml

    try:
        data = yaml.safe_load(file)
        roundtable = cases.load_case(db.session(), cases.read_case(data), at=clock.now(), host=_settings().host)
    except yaml.YAMLError as error:
        raise click.ClickException(f"{file.name} is not YAML: {error}") from None
    except Refused as refused:
        raise click.ClickException(str(refused)) from None
    db.session.commit()
    series = roundtable.series
    click.echo(f"Loaded roundtable no. {roundtable.number} of {series.name.in_(series.language)}.")
    click.echo(f"See it at {_settings().origin}/{series.language}/series/{series.slug}/{roundtable.number}/")
    click.echo(
        "Let somebody work with it:\n"
        f"  roundtable organiser add EMAIL --name NAME --role owner --office {series.office.slug}"
    )
    db.engine.dispose()
