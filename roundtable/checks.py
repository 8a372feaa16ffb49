"""What is configured wrong, in words that say what to do."""

import os

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from roundtable import MIGRATIONS
from roundtable.mail import mailbox, smtp
from roundtable.mail.mailbox import MailboxDown
from roundtable.mail.smtp import RelayDown
from roundtable.settings import Settings

MAIL_SECONDS = 10.0


def problems(settings: Settings, engine: Engine) -> list[str]:
    """One sentence per problem; empty when everything is in order."""
    return [problem for look in (_data, _address, _mail, _mailbox) for problem in look(settings)] + _database(engine)


def _data(settings: Settings) -> list[str]:
    if os.access(settings.data, os.W_OK):
        return []
    return [f"ROUNDTABLE_DATA: the folder {settings.data} cannot be written to. Give it to the user that runs this."]


def _address(settings: Settings) -> list[str]:
    if settings.is_https or settings.host in ("localhost", "127.0.0.1"):
        return []
    return ["ROUNDTABLE_BASE_URL: personal links would travel unencrypted. Serve by https and set an https:// address."]


def _mail(settings: Settings) -> list[str]:
    if not settings.smtp_url:
        if settings.is_demo:
            return []
        return ["ROUNDTABLE_SMTP_URL is not set: letters wait. For example smtp+starttls://user:password@host:587"]
    door = smtp.door(settings, timeout=MAIL_SECONDS)
    try:
        if door is not None:
            door.open()
            door.close()
    except RelayDown as error:
        return [f"ROUNDTABLE_SMTP_URL: the mail server does not take us: {error}"]
    return []


def _mailbox(settings: Settings) -> list[str]:
    if not settings.imap_url:
        return []
    found = []
    try:
        with mailbox.opened(settings, timeout=MAIL_SECONDS) as box:
            box.make_ready()
    except MailboxDown as error:
        found.append(f"ROUNDTABLE_IMAP_URL: the reply mailbox cannot be read: {error}")
    if not settings.authserv_id:
        found.append(
            "ROUNDTABLE_AUTHSERV_ID is not set: most calendar answers wait for a person. Set it to the name with which"
            " your mail server begins its Authentication-Results, for example mx.example.org"
        )
    return found


def _database(engine: Engine) -> list[str]:
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415 - Alembic is large, and no page needs it
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - as above

    newest = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    try:
        with engine.connect() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        return [f"ROUNDTABLE_DATABASE_URL: the database does not answer: {error.__cause__ or error}"]
    if present != newest:
        return ["The database is not at this version. Run: roundtable upgrade"]
    return []
