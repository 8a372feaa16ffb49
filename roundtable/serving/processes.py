"""The processes that serve pages and hand letters over: started once, then forked, so that they share their memory.

What keeps them small, together: no rubbish is looked for while things are loaded (``serving/loading.py``); the code
of all templates, the mappers and the statements of the public pages are there before the processes part; and nothing
that is there is looked through afterwards.
"""

import gc
import multiprocessing
import os
import sys
from contextvars import Context
from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache

from roundtable import create_app
from roundtable.db import db
from roundtable.serving import worker

# A process that hangs on a visitor's connection must not keep the program from stopping.
STOPS_WITHIN_SECONDS = 10
# Each word with the database passes the interpreter to another thread. Whoever holds seats must have it back soon:
# with Python's five milliseconds everybody else would wait for somebody's page to be rendered, a dozen times over.
SWITCH_SECONDS = 0.0005
# In each process: who is being worked on (``serving/turns.py``), and who is still sending a form or a file.
THREADS = 64
# What most visitors come for. Some lead nowhere: what comes out does not matter, what it takes is there afterwards.
FIRST_SEEN = ("/de/", "/de/press/", "/de/press/1/-/", "/de/series/-/", "/de/series/-/1/", "/de/i/-/")


def serve(app: Flask, host: str, port: int, *, workers: int, letters: bool) -> None:
    """Until told to stop; in the application's context. Where there is no fork, each process loads for itself."""
    from granian.constants import Interfaces  # noqa: PLC0415 - no other command needs it
    from granian.server.mp import MPServer  # noqa: PLC0415 - as above

    sys.setswitchinterval(SWITCH_SECONDS)
    is_shared = sys.platform == "linux"
    if is_shared:
        multiprocessing.set_start_method("fork", force=True)
        make_ready(app)
    # Connections are each one's own.
    db.engine.dispose()
    # What is there from the start stays: looking through it for rubbish would cost time, and unshare its pages.
    gc.freeze()
    beside = multiprocessing.Process(target=_hand_letters_over, args=[app if is_shared else None])
    if letters:
        beside.start()
    # Access logs are off: personal links must not get into logs.
    server = MPServer(
        "roundtable:create_app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        factory=True,
        respawn_failed_workers=True,
        workers_kill_timeout=STOPS_WITHIN_SECONDS,
        log_access=False,
    )
    try:
        server.serve(target_loader=(lambda _: app) if is_shared else None)
    finally:
        if letters:
            beside.terminate()
            beside.join()


def compile_templates(app: Flask) -> None:
    """Once a version, and kept in the data folder: it takes longer than all the rest of a start."""
    folder = _compiled(app)
    folder.mkdir(mode=0o700, exist_ok=True)
    _load_templates(app, folder)


def make_ready(app: Flask) -> None:
    """Everything that each process would otherwise make for itself."""
    # Where nothing is compiled, as in the demo, each template is when it is first needed.
    folder = _compiled(app)
    if folder.is_dir() and _is_ours_alone(folder):
        _load_templates(app, folder)
    client = app.test_client()
    for address in FIRST_SEEN:
        Context().run(client.get, address)


def _is_ours_alone(folder: Path) -> bool:
    """Compiled templates are run as they are: nobody else may have written them."""
    seen = folder.stat()
    return seen.st_uid == os.geteuid() and not seen.st_mode & 0o077


def _load_templates(app: Flask, folder: Path) -> None:
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(folder))
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)


def _compiled(app: Flask) -> Path:
    data: Path = app.config["ROUNDTABLE"].data
    return data / "compiled"


def _hand_letters_over(app: Flask | None) -> None:
    worker.run(app or create_app())
