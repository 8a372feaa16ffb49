"""Ask one address again and again over eight connections: with ``wrk`` where there is one."""

import multiprocessing
import re
import shutil
import socket
import subprocess
import time

CONNECTIONS = 8


def rate(port: int, path: str, *, seconds: float, cookie: str = "", anew: bool = False) -> float:
    """Answers per second. Raises RuntimeError when one of them is not a 200.

    ``anew``: each at an address not seen before, so that nothing kept is sent.
    """
    first = _ask_for(port, path, 0.0, cookie)
    if not first:
        raise RuntimeError(f"{path} does not answer 200")
    if shutil.which("wrk") and not anew:
        return _wrk(port, path, seconds, cookie)
    return _own(port, path, seconds, cookie, anew)


def _wrk(port: int, path: str, seconds: float, cookie: str) -> float:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", f"http://127.0.0.1:{port}{path}"]
    said = subprocess.run([*command, "-H", f"Cookie: {cookie}"], check=True, stdout=subprocess.PIPE, text=True).stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if found is None or "Non-2xx" in said:
        raise RuntimeError(f"{path}: {said}")
    return float(found[1])


def _own(port: int, path: str, seconds: float, cookie: str, anew: bool) -> float:
    """Slower than wrk: above some 5,000 answers a second it measures itself."""
    with multiprocessing.get_context("spawn").Pool(CONNECTIONS) as pool:
        pool.map(time.sleep, [0.2] * CONNECTIONS)
        begun = time.perf_counter()
        kinds = [f"{number}-" if anew else "" for number in range(CONNECTIONS)]
        answers = pool.starmap(_ask_for, [(port, path, seconds, cookie, kind) for kind in kinds])
        return sum(answers) / (time.perf_counter() - begun)


def _ask_for(port: int, path: str, seconds: float, cookie: str, kind: str = "") -> int:
    """Number of 200s on one connection within that time, one at least."""
    until, answers = time.perf_counter() + seconds, 0
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        stream = connection.makefile("rb")
        while True:
            address = f"{path}?{kind}{answers}" if kind else path
            request = f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n"
            connection.sendall(request.encode())
            status, length = stream.readline(), 0
            while (line := stream.readline()) not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            stream.read(length)
            answers += b" 200 " in status
            if time.perf_counter() >= until:
                return answers
