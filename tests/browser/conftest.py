"""A real browser on the real program. Nothing that goes wrong in the browser stays unseen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.accessible import assert_accessible
from tests.browser.live import Live, install, served
from tests.conftest import missing

__all__ = ["Live", "assert_accessible"]

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # With a process of its own, a letter's frame swallows the clicks that a headless browser makes beside it.
    "--disable-features=IsolateSandboxedIframes",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        missing(str(CHROMIUM))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def installed(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("installed")
    install(data)
    return data


@pytest.fixture(scope="session")
def season(browser: Browser, installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The demo's season, served for all tests of a worker: only look at it."""
    with served(installed, tmp_path_factory.mktemp("season") / "data") as live:
        live.load_season()
        yield live


@pytest.fixture
def live(browser: Browser, installed: Path, tmp_path: Path) -> Iterator[Live]:
    """A new installation of your own, with nobody in it."""
    with served(installed, tmp_path / "data") as live:
        yield live


@pytest.fixture
def visitor(browser: Browser, season: Live) -> Iterator[BrowserContext]:
    """A visitor of the season with German settings. Script errors, refused styles and other hosts fail the test."""
    context = browser.new_context(base_url=season.base, locale="de-DE", timezone_id="Europe/Berlin")
    troubles: list[str] = []
    ours = (season.base, "data:")
    context.on("console", lambda message: troubles.extend([message.text] if message.type == "error" else []))
    context.on("weberror", lambda error: troubles.append(str(error.error)))
    context.on("request", lambda sent: troubles.extend([] if sent.url.startswith(ours) else [f"asked for {sent.url}"]))
    yield context
    context.close()
    # A refused form comes back with 422, which Chromium logs as a failed resource.
    serious = [each for each in troubles if "status of 422" not in each]
    assert not serious, "\n".join(serious)


@pytest.fixture
def page(visitor: BrowserContext) -> Page:
    return visitor.new_page()
