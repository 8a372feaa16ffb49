"""Every page a person can reach by links, in a browser: accessible in light and dark, and readable on a small phone."""

from urllib.parse import urlsplit

from playwright.sync_api import Page

from roundtable import demo
from tests.browser.accessible import assert_accessible, assert_reflows
from tests.browser.live import PASSWORD

# Addresses that answer with a file to keep.
FILES = ("/part/", "/papers/")


def kind(path: str) -> str:
    """Pages of one kind differ by numbers and names only; a few of each are enough."""
    return "/".join("*" if part.isdigit() or "-" in part else part for part in path.split("/")[2:])


def walk(page: Page, start: str, of_each_kind: int) -> list[str]:
    """Follow links from here, so many of each kind; every page on the way is looked at. Returns what is wrong."""
    ahead, seen, kinds, wrong = [start], {start}, dict[str, int](), list[str]()
    while ahead:
        path = ahead.pop(0)
        if kinds.get(kind(path), 0) >= of_each_kind:
            continue
        kinds[kind(path)] = kinds.get(kind(path), 0) + 1
        answer = page.goto(path)
        if answer is None or answer.status >= 400:
            wrong.append(f"{path}: {answer.status if answer else 'no answer'}")
            continue
        for check in (assert_accessible, assert_reflows):
            try:
                check(page)
            except AssertionError as error:
                wrong.append(str(error))
        for link in page.locator("a[href]").evaluate_all("links => links.map(link => link.getAttribute('href'))"):
            href = urlsplit(link)
            is_page = "." not in href.path and not any(part in href.path for part in FILES)
            if not href.netloc and is_page and href.path.startswith(start[:4]) and href.path not in seen:
                seen.add(href.path)
                ahead.append(href.path)
    assert len(kinds) > 3, f"hardly a page was reached: {kinds}"
    return wrong


def test_public_pages(page: Page) -> None:
    wrong = walk(page, "/de/", 3) + walk(page, "/en/", 1)
    assert not wrong, "\n\n".join(wrong)


def test_the_desk(page: Page) -> None:
    page.goto("/de/desk/sign-in")
    page.fill("[name=email]", demo.EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/de/desk/")
    wrong = walk(page, "/de/desk/", 1)
    assert not wrong, "\n\n".join(wrong)
