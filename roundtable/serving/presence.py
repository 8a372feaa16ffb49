"""Which programs work with a data folder right now. What replaces it waits until none does."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    fcntl = None
else:
    import fcntl


class StillRunning(Exception):
    """Somebody works with this folder."""


@contextmanager
def at_work(data: Path) -> Iterator[None]:
    """For as long as pages are served or letters handed over; children that are forked count as one."""
    with _locked(data, is_alone=False):
        yield


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Raises StillRunning."""
    with _locked(data, is_alone=True):
        yield


@contextmanager
def _locked(data: Path, *, is_alone: bool) -> Iterator[None]:
    if fcntl is None:
        yield
        return
    place = os.open(data / "at-work", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(place, (fcntl.LOCK_EX if is_alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise StillRunning from None
    finally:
        os.close(place)
