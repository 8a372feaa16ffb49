"""What is configured wrong, in words that say what to do."""

import os
import smtplib
import ssl
from urllib.parse import urlsplit

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from roundtable.settings import Settings


def problems(settings: Settings, engine: Engine) -> list[str]:
    """One sentence per problem; empty when everything is in order."""
    return [problem for look in (_data, _address, _mail) for problem in look(settings)] + _database(engine)


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
    url = urlsplit(settings.smtp_url)
    host, port = url.hostname or "", url.port or (465 if url.scheme == "smtps" else 587)
    try:
        server: smtplib.SMTP
        if url.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, port, timeout=10, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(host, port, timeout=10)
        with server:
            if url.scheme == "smtp+starttls":
                server.starttls(context=ssl.create_default_context())
            server.ehlo()
            if url.username:
                server.login(url.username, url.password or "")
    except (OSError, smtplib.SMTPException) as error:
        return [f"ROUNDTABLE_SMTP_URL: the mail server {host}:{port} does not take us: {error}"]
    return []


def _database(engine: Engine) -> list[str]:
    newest = ScriptDirectory(current_app.extensions["migrate"].directory).get_current_head()
    try:
        with engine.connect() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        return [f"ROUNDTABLE_DATABASE_URL: the database does not answer: {error.__cause__ or error}"]
    if present != newest:
        return ["The database is not at this version. Run: roundtable upgrade"]
    return []
