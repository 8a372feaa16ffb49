"""Looks into the reply mailbox once a minute, beside the letters: a mailbox that is down never stops them."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from roundtable import clock
from roundtable.actions.post import receiving
from roundtable.db import db
from roundtable.domain import jobs
from roundtable.mail.inbox import mailbox, statuses
from roundtable.mail.inbox.mailbox import MailboxDown
from roundtable.settings import Settings

JOB = "mailbox"
# A server that is silent must not keep the worker from stopping; what it holds, it still holds.
STOPS_WITHIN_SECONDS = 5.0
logger = logging.getLogger("roundtable.collector")


def collect(engine: Engine, settings: Settings, is_over: Callable[[], bool] = lambda: False) -> int:
    """Keep what lies in the mailbox, message by message, until it is empty. Returns how many were new.

    Each is put away after it is committed: killed in between, it is found again, and twice is once.

    Raises:
        MailboxDown
    """
    number = 0
    with mailbox.opened(settings) as box:
        box.make_ready()
        for uid in box.waiting():
            if is_over():
                break
            content = box.content(uid)
            if content is None:
                continue
            with Session(engine, expire_on_commit=False) as session, session.begin():
                number += receiving.receive(session, content, at=clock.now()) is not None
            box.put_away(uid)
    return number


def look(engine: Engine, settings: Settings, is_over: Callable[[], bool] = lambda: False) -> int:
    """The same, and what keeps us out is said at the desk. Raises MailboxDown."""
    is_read, said = False, ""
    try:
        number = collect(engine, settings, is_over)
        is_read = True
    except MailboxDown as down:
        said = str(down)
        raise
    finally:
        with Session(engine) as session, session.begin():
            statuses.record(session, at=clock.now(), is_read=is_read, said=said)
    return number


def beside(app: Flask, stop: threading.Event, *, poll_seconds: float = 5.0) -> threading.Thread | None:
    """A thread that collects until told to stop; none where there is no mailbox to look into."""
    if not app.config["ROUNDTABLE"].imap_url:
        return None
    thread = threading.Thread(target=_keep_collecting, args=(app, stop, poll_seconds), name="collector", daemon=True)
    thread.start()
    return thread


def _keep_collecting(app: Flask, stop: threading.Event, poll_seconds: float) -> None:
    with app.app_context():
        engine, settings = db.engine, app.config["ROUNDTABLE"]
        looked_at: datetime | None = None
        while not stop.is_set():
            minute = clock.now().replace(second=0)
            if minute != looked_at:
                looked_at = minute
                _look(engine, settings, minute, stop)
            stop.wait(poll_seconds)


def _look(engine: Engine, settings: Settings, minute: datetime, stop: threading.Event) -> None:
    """Whichever worker comes first looks in this minute; what goes wrong is said, and tried again in the next."""
    try:
        with Session(engine) as session, session.begin():
            is_ours = jobs.begin(session, JOB, minute, at=clock.now())
        if is_ours:
            number = look(engine, settings, stop.is_set)
            if number:
                logger.info("%s new messages from the reply mailbox", number)
    except MailboxDown as down:
        logger.warning("The reply mailbox cannot be read, next try in a minute: %s", down)
    except DBAPIError as error:
        logger.error("The database does not answer: %s", error)
    except Exception:
        logger.exception("The reply mailbox could not be read, next try in a minute")
