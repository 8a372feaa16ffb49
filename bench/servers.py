"""Programs that answer on a port of this machine, and how much memory they take."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

HOUSE = Path(__file__).parents[1]
WORKERS = 2
# As `roundtable serve` starts its own.
GRANIAN = ["granian", "--interface", "wsgi", "--workers", str(WORKERS), "--blocking-threads", "4", "--no-ws"]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running(module: str, *words: str, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", module, *words],
        cwd=HOUSE,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def seconds_until_answers(port: int, path: str) -> float:
    """From now to the first 200, looking a hundred times a second."""
    begun = time.perf_counter()
    while time.perf_counter() - begun < 120:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
                if b" 200 " in connection.recv(64):
                    return time.perf_counter() - begun
        except OSError:
            pass
        time.sleep(0.01)
    raise RuntimeError(f"nothing answers on port {port}")


def memory(process: subprocess.Popen[bytes]) -> int:
    """Bytes of a process and all below it, shared pages counted by share (PSS, proc_pid_smaps_rollup(5))."""
    total = 0
    for pid in _tree(process.pid):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
    return total


def _tree(pid: int) -> list[int]:
    below = [int(child) for task in Path(f"/proc/{pid}/task").glob("*/children") for child in task.read_text().split()]
    return [pid, *(each for child in below for each in _tree(child))]
