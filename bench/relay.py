"""``python -m bench.relay [pipelining]``: a mail server in a process of its own that takes every letter and keeps none.

Prints its port. With the word it offers pipelining (RFC 2920), as mail servers in use do.
"""

import sys
import threading
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.mail.relay import Inbox, relay


class Sink(Inbox):
    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, lines: list[str]
    ) -> Any:
        session.host_name = hostname
        return [lines[0], "250-PIPELINING", *lines[1:]] if "pipelining" in sys.argv else lines

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return "250 taken"


if __name__ == "__main__":
    with relay(inbox=Sink()) as (_, url):
        print(url.rpartition(":")[2], flush=True)
        threading.Event().wait()
