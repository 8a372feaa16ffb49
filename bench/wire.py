"""The press release as it comes over the wire, behind a proxy that compresses, to somebody who has never been here."""

import gzip
import re
from collections.abc import Iterable
from urllib.parse import urljoin

from flask import Flask

from bench.report import Row

MOST_HTML, MOST_FIRST_SIGHT = 8_000, 150_000
LINKED = re.compile(r'(?:href|src)="(/static/[^"]+\.(?:css|js|svg))"')
FONT = re.compile(r'url\("([^"]+\.woff2)"\)')


def rows(app: Flask, release: str) -> Iterable[Row]:
    client = app.test_client()
    page = client.get(release)
    html = _zipped(page.data)
    yield Row("press release, HTML", f"{html / 1000:.1f} kB gzip", "", "≤ 8 kB", html <= MOST_HTML)
    files = {path: client.get(path).data for path in sorted(set(LINKED.findall(page.text)))}
    fonts = {urljoin(path, name) for path, data in files.items() for name in FONT.findall(data.decode())}
    # Fonts are compressed already.
    weight = html + sum(map(_zipped, files.values())) + sum(len(client.get(font).data) for font in fonts)
    said = f"{weight / 1000:.0f} kB with {len(files)} files of style and script and {len(fonts)} fonts"
    yield Row("press release, first sight", said, "", "≤ 150 kB", weight <= MOST_FIRST_SIGHT)
    again = client.get(release, headers={"If-None-Match": page.headers.get("ETag", "")})
    yield Row("press release, asked for again", str(again.status_code), "", "304", again.status_code == 304)


def _zipped(data: bytes) -> int:
    return len(gzip.compress(data, 6))
