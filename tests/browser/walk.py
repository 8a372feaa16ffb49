"""One roundtable through every step on the pages alone, as organisers, guests and the press would walk it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

LINK = re.compile(r"https?://[^\s<>\"]+/(?:i|quote|commitments)/[\w-]{20,}/")


@dataclass
class Walk:
    """``letters``: what the mail server has been given so far. ``look``: called with every page on the way."""

    browser: Browser
    base: str
    lang: str
    letters: Callable[[], list[EmailMessage]]
    look: Callable[[Page], None]

    def person(self, **options: Any) -> Page:
        """A new visitor with an own browser context."""
        context: BrowserContext = self.browser.new_context(locale=self.lang, **options)
        return context.new_page()

    def go(self, page: Page, path: str) -> None:
        answer = page.goto(self.base + path)
        assert answer is not None, path
        assert answer.status == 200, f"{path}: {answer.status}"
        self.look(page)

    def press(self, page: Page, selector: str, **fields: str | bool) -> None:
        """Fill fields of the form that this button is in, then press it and look at where one lands."""
        button = page.locator(selector).first
        form = button.locator("xpath=ancestor::form")
        for name, value in fields.items():
            control = form.locator(f"[name='{name}']").first
            if isinstance(value, bool):
                control.set_checked(value)
            elif control.evaluate("each => each.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)
        button.click()
        page.wait_for_load_state()
        self.look(page)

    def sign_in(self, email: str, password: str) -> Page:
        page = self.person()
        self.go(page, f"/{self.lang}/desk/sign-in")
        self.press(page, "main form button[type=submit]", email=email, password=password)
        assert page.url == f"{self.base}/{self.lang}/desk/", page.text_content("main")
        return page

    def link_to(self, address: str, kind: str, wait: Callable[[], None]) -> str:
        """The personal link of this kind in the latest letter to this address."""
        for _ in range(100):
            for letter in reversed(self.letters()):
                found = LINK.search(text_of(letter))
                if letter["To"].addresses[0].addr_spec == address and found and f"/{kind}/" in found[0]:
                    return found[0]
            wait()
        raise AssertionError(f"no {kind} link for {address} in {[str(each['To']) for each in self.letters()]}")

    def invite_everybody(self, desk: Page, roundtable: int) -> None:
        place = f"/{self.lang}/desk/roundtables/{roundtable}/invitations/"
        self.go(desk, place + "prepare")
        for box in desk.locator("form[action$='/prepare'] input[type=checkbox]:not(:checked):not(:disabled)").all():
            box.check()
        self.press(desk, "form[action$='/prepare'] .kern-btn--primary")
        self.go(desk, place.replace("invitations", "mailings") + "preview")
        self.press(desk, "form[action$='/mailings/'] [data-counted] button")

    def agree_to_be_photographed(self, guest: Page) -> None:
        start = guest.url.partition("#")[0]
        guest.click("a[href*='/consents/']")
        self.press(guest, "form[action*='/consents/'] button[type=submit]", photographed=True)
        assert guest.url.partition("#")[0] == start

    def add_to_agenda(self, desk: Page, roundtable: int, title: str, minutes: int) -> None:
        self.go(desk, f"/{self.lang}/desk/roundtables/{roundtable}/agenda/")
        fields: dict[str, str | bool] = {
            f"title_{self.lang}": title,
            "duration_minutes": str(minutes),
            "is_public": True,
        }
        self.press(desk, "#add button[type=submit]", **fields)

    def answer(self, link: str, kind: str, **delegate: str) -> Page:
        """A guest on a phone: ``accepted``, ``declined``, or ``delegated`` with name, function and address."""
        guest = self.person(viewport={"width": 390, "height": 844})
        guest.goto(link)
        self.look(guest)
        if kind == "delegated":
            guest.click("a[href*='/delegate']")
            self.press(guest, "form[action$='/delegate'] button[type=submit]", **delegate)
        elif kind == "declined":
            guest.click("a[href*='/decline']")
            self.press(guest, "form[action$='/answer'] button[type=submit]")
        else:
            self.press(guest, "form[action$='/answer'] button[value=accepted], form[action$='/answer'] button")
        return guest

    def take_attendance(self, desk: Page, roundtable: int) -> None:
        """As proposed; who has not answered is taken as present."""
        self.go(desk, f"/{self.lang}/desk/roundtables/{roundtable}/attendance")
        for row in desk.locator("fieldset").all():
            if row.locator("input[value=absent]").is_checked():
                row.locator("input[value=present]").check()
        self.press(desk, "form[action$='/attendance'] button[type=submit]")

    def write_minutes(self, desk: Page, roundtable: int, decision: str, commitments: list[tuple[str, str]]) -> None:
        """``commitments``: what, and which organisation or person."""
        place = f"/{self.lang}/desk/roundtables/{roundtable}/minutes"
        self.go(desk, place)
        self.unfold_and_press(desk, "decisions", text=decision, is_public=True)
        for text, who in commitments:
            self.unfold_and_press(desk, "commitments", text=text, who=who, due_on="2027-03-31", is_public=True)

    def unfold_and_press(self, desk: Page, what: str, **fields: str | bool) -> None:
        form = f"form[action$='/{what}']"
        desk.locator("details").filter(has=desk.locator(form)).first.locator("summary").first.click()
        self.press(desk, f"{form} button[type=submit]", **fields)

    def confirm(self, page: Page, opener: str, action: str) -> None:
        """A dangerous deed: the first press asks, the second one in the dialog does it."""
        page.click(f"#{opener}")
        self.press(page, f"dialog[open] form[action$='{action}'] button[type=submit]")


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
