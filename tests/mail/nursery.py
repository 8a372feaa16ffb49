"""Workers as processes of their own, ready to begin at a word, to be killed in the middle of their work."""

import os
import signal
import subprocess
import sys

from flask import Flask

# Imports once, then forks workers that wait for a word, and tells who ended how.
NURSERY = """
import os, signal, sys
from datetime import timedelta
from roundtable import create_app
from roundtable.serving import worker
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
children = []
for _child in range(int(sys.argv[1])):
    child = os.fork()
    if not child:
        signal.sigwait({signal.SIGUSR1})
        seconds = timedelta(seconds=1)
        worker.run(create_app(), poll_seconds=0.05, lease=2 * seconds, first_pause=seconds / 20)
        os._exit(0)
    children.append(child)
print(*children, flush=True)
for _child in children:
    pid, status = os.wait()
    print(pid, os.waitstatus_to_exitcode(status), flush=True)
"""


class Workers:
    """``pids`` of this many, none of which has begun."""

    def __init__(self, app: Flask, smtp_url: str, number: int) -> None:
        settings = app.config["ROUNDTABLE"]
        words = {
            "ROUNDTABLE_SECRET_KEY": settings.secret_key,
            "ROUNDTABLE_BASE_URL": settings.origin,
            "ROUNDTABLE_DATA": str(settings.data),
            "ROUNDTABLE_DATABASE_URL": settings.database_url,
            "ROUNDTABLE_SMTP_URL": smtp_url,
        }
        command = [sys.executable, "-c", NURSERY, str(number)]
        self._nursery = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, **words}, text=True)
        self._exits: dict[int, int] = {}
        self.pids = [int(pid) for pid in self._line().split()]

    def begin(self, pids: list[int]) -> None:
        self.tell(pids, signal.SIGUSR1)

    def tell(self, pids: list[int], number: int) -> None:
        for pid in pids:
            os.kill(pid, number)

    def ended(self, pids: list[int]) -> list[int]:
        """How each ended, once all have."""
        while not self._exits.keys() >= set(pids):
            pid, status = self._line().split()
            self._exits[int(pid)] = int(status)
        return [self._exits[pid] for pid in pids]

    def close(self) -> None:
        self.tell([pid for pid in self.pids if pid not in self._exits], signal.SIGKILL)
        self._nursery.communicate()

    def _line(self) -> str:
        assert self._nursery.stdout is not None
        line = self._nursery.stdout.readline()
        assert line, "the nursery of workers has ended"
        return line
