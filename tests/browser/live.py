"""The whole program as it is run: pages, worker, and a mail server that keeps the letters."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from urllib.parse import urljoin

from sqlalchemy.orm import Session

from roundtable import clock, create_app, demo
from roundtable.db import db, only_looking
from tests.conftest import settings_for
from tests.mail.relay import Inbox, relay

PASSWORD = "ein langes Kennwort"
HOUSE = Path(__file__).parents[2]


@dataclass(frozen=True)
class Live:
    """``base``: scheme, host and port; ``environment``: what commands of this installation are run with."""

    base: str
    environment: dict[str, str]
    inbox: Inbox

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "roundtable", *words], cwd=HOUSE, env=self.environment)

    def command(self, *words: str) -> str:
        """Type ``roundtable …``; what it says. Raises CalledProcessError."""
        asked = [sys.executable, "-m", "roundtable", *words]
        return subprocess.run(
            asked, cwd=HOUSE, env=self.environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    def letters(self) -> list[EmailMessage]:
        """What the mail server has been given so far."""
        parser = BytesParser(policy=policy.default)
        return [parser.parsebytes(message) for message in list(self.inbox.messages)]

    def wait(self) -> None:
        """A moment, in which the worker goes on."""
        time.sleep(0.1)

    def fetch(self, address: str) -> bytes:
        """What a program gets that knows no session. Raises HTTPError."""
        with urllib.request.urlopen(urljoin(self.base, address), timeout=10) as answer:
            return bytes(answer.read())

    def load_season(self) -> None:
        """The demo's fictional city; PASSWORD opens its accounts."""
        app = create_app(settings_for(Path(self.environment["ROUNDTABLE_DATA"])))
        with app.app_context(), Session(db.engine) as session:
            only_looking(False)
            demo.load_season(session, at=clock.now(), password=PASSWORD)
            session.commit()
            session.close()
            db.session.remove()
            db.engine.dispose()


def install(data: Path) -> None:
    """A new installation on SQLite with nobody in it. Each that is served starts as a copy of it."""
    Live("http://127.0.0.1", _environment(data, "http://127.0.0.1", ""), Inbox()).command("upgrade")


@contextmanager
def served(installed: Path, data: Path) -> Iterator[Live]:
    """What is ``installed``, with a data folder of its own."""
    shutil.copytree(installed, data)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with relay() as (inbox, smtp_url):
        base = f"http://127.0.0.1:{port}"
        live = Live(base, _environment(data, base, smtp_url), inbox)
        running = [live.start("serve", "--port", str(port), "--workers", "1"), live.start("worker")]
        try:
            _wait_for(live, running[0])
            yield live
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait(20)


def _environment(data: Path, base: str, smtp_url: str) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ROUNDTABLE_")}
    return environment | {
        "ROUNDTABLE_SECRET_KEY": settings_for(data).secret_key,
        "ROUNDTABLE_BASE_URL": base,
        "ROUNDTABLE_DATA": str(data),
        "ROUNDTABLE_SMTP_URL": smtp_url,
    }


def _wait_for(live: Live, pages: subprocess.Popen[bytes]) -> None:
    """However long a busy machine takes to start them, as long as it is still at it."""
    for _ in range(1000):
        if pages.poll() is not None:
            break
        try:
            live.fetch("/readyz")
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the pages do not answer")
