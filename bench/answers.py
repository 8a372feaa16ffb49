"""Answers by link as eight people give them at once: open the page, send its form. Nobody may get a seat too many."""

import http.client
import multiprocessing
import re
import time
from urllib.parse import urlencode

CLIENTS = 8
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def give(port: int, tokens: tuple[str, ...]) -> tuple[float, float, int]:
    """Everybody accepts. Returns answers per second, the slowest in seconds, and how many saw an error."""
    shares = [(port, list(enumerate(tokens))[number::CLIENTS]) for number in range(CLIENTS)]
    with multiprocessing.get_context("spawn").Pool(CLIENTS) as pool:
        pool.map(time.sleep, [0.2] * CLIENTS)
        begun = time.perf_counter()
        results = [each for share in pool.starmap(_accept_all, shares) for each in share]
        took = time.perf_counter() - begun
    return len(tokens) / took, max(took for took, _ in results), sum(not fine for _, fine in results)


def _accept_all(port: int, tokens: list[tuple[int, str]]) -> list[tuple[float, bool]]:
    # Everybody sits at an own address, as behind a proxy: one alone would soon be slowed down.
    return [_accept(port, token, f"10.1.{number // 250}.{number % 250}") for number, token in tokens]


def _accept(port: int, token: str, address: str) -> tuple[float, bool]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    begun = time.perf_counter()
    connection.request("GET", f"/de/i/{token}/", headers={"X-Forwarded-For": address})
    page = connection.getresponse()
    found, cookie = TOKEN.search(page.read().decode()), (page.getheader("Set-Cookie") or "").partition(";")[0]
    if found is None:
        return time.perf_counter() - begun, False
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": cookie,
        "X-Forwarded-For": address,
    }
    body = urlencode({"csrf_token": found[1], "kind": "accepted"})
    connection.request("POST", f"/de/i/{token}/answer", body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return time.perf_counter() - begun, answer.status == 303
