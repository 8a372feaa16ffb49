"""Somebody who was not invited: from the public page to a seat, in a browser, with letters that really go out."""

import re

from playwright.sync_api import Browser, Page

from roundtable import demo
from tests.browser.accessible import assert_accessible, assert_reflows
from tests.browser.live import PASSWORD, Live

LONG = "Maximiliane-Friederike Freifrau von und zu Hohenlohe-Schillingsfürst-Lindenau"


def _look(page: Page) -> None:
    assert_accessible(page)
    assert_reflows(page)


def _link_to(live: Live, address: str) -> str:
    for _ in range(100):
        for letter in reversed(live.letters()):
            body = letter.get_body(("plain",))
            if letter["To"] is not None and address in letter["To"] and body is not None:
                found = re.search(rf"{re.escape(live.base)}\S+", body.get_content())
                assert found is not None
                return found.group()
        live.wait()
    raise AssertionError(f"no letter to {address}")


def _register(page: Page, form: str, email: str, family_name: str) -> None:
    page.goto(form)
    page.wait_for_timeout(3100)
    page.fill("#given_name", "Kim")
    page.fill("#family_name", family_name)
    page.fill("#organisation", "Quartier „Süd“ e. V.")
    page.fill("#email", email)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/asked/")


def _open_one(desk: Page) -> str:
    """Open registration for the first roundtable of the overview that it can be opened for. Returns its list."""
    links = desk.locator("a[href*='/desk/roundtables/']").all()
    found = [re.match(r"/de/desk/roundtables/\d+/", str(link.get_attribute("href"))) for link in links]
    for path in dict.fromkeys(each.group() + "sign-ups/" for each in found if each is not None):
        desk.goto(path)
        if desk.locator("button[value=yes]").count():
            desk.click("button[value=yes]")
            return path
    raise AssertionError("no roundtable can be opened")


def test_two_strangers_one_is_let_in(live: Live, browser: Browser) -> None:
    live.load_season()
    desk = browser.new_context(base_url=live.base, locale="de-DE").new_page()
    desk.goto("/de/desk/sign-in")
    desk.fill("[name=email]", demo.EMAIL)
    desk.fill("[name=password]", PASSWORD)
    desk.click("main form button[type=submit]")
    desk.wait_for_url("**/de/desk/")
    page = browser.new_context(base_url=live.base, locale="de-DE").new_page()
    opened = _open_one(desk)
    _look(desk)
    form = str(desk.locator("a[href$='/register/']").get_attribute("href"))

    page.goto(form)
    _look(page)
    page.click("main form button[type=submit]")
    page.wait_for_selector("#family_name-error")
    _look(page)
    _register(page, form, "kim@quartier.example", LONG)
    _look(page)
    page.goto(_link_to(live, "kim@quartier.example"))
    _look(page)
    page.click("main form button[type=submit]")
    page.wait_for_selector("text=Nun entscheidet die Stelle")
    _look(page)
    _register(page, form, "noam@quartier.example", "מזרחי")
    page.goto(_link_to(live, "noam@quartier.example"))
    page.click("main form button[type=submit]")
    page.wait_for_selector("text=Nun entscheidet die Stelle")

    desk.goto(opened)
    _look(desk)
    desk.click(f"main a:has-text('{LONG}')")
    _look(desk)
    desk.click("form[action$='/let-in'] button")
    desk.wait_for_selector("text=ist zugelassen")
    page.reload()
    for _ in range(100):
        if "/de/i/" in _link_to(live, "kim@quartier.example"):
            break
        live.wait()
    page.goto(_link_to(live, "kim@quartier.example"))
    page.wait_for_selector("text=Ihre Antwort")
    desk.goto(opened.removesuffix("sign-ups/") + "edit")
    _look(desk)
