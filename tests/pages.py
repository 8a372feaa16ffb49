"""The one client through which all page tests go: it checks every page on the way."""

import hashlib
import os
from collections.abc import Mapping
from contextvars import Context
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask, url_for
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from roundtable.domain.office.accounts import Account
from tests.good_page import page_of

# Folder that keeps every page for the HTML checker.
KEPT = os.environ.get("ROUNDTABLE_PAGES")


class PageClient:
    """A browser without scripts. Every HTML answer is checked; ``page`` is the last one, ``answer`` its bytes."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.app, self.session = app, session
        self.answer: TestResponse
        self.page: BeautifulSoup
        self._client = app.test_client()

    @property
    def statements(self) -> list[str]:
        """The SQL of the last request."""
        return list(self.app.extensions["statements"])

    def get(self, url: str, expect: int | tuple[int, ...] = 200, **options: Any) -> BeautifulSoup:
        return self._open(url, expect, method="GET", **options)

    def post(self, url: str, data: Mapping[str, Any] | None = None, expect: int = 303, **options: Any) -> BeautifulSoup:
        """Send a form with a CSRF token, as the page that holds the form does. A file is a pair (stream, name)."""
        return self._open(url, expect, method="POST", data={"csrf_token": self._token(), **(data or {})}, **options)

    def submit(
        self,
        selector: str = "main form[method=post]",
        expect: int = 303,
        *,
        press: str = "button[name]",
        **changes: Any,
    ) -> BeautifulSoup:
        """Press the form's first such button: the form as it stands, hidden fields included, with these changes."""
        form = self.one(selector)
        fields: dict[str, Any] = {}
        for tag in form.select("input[name], select[name], textarea[name]"):
            for value in _values(tag):
                fields.setdefault(str(tag["name"]), []).append(value)
        pressed = form.select_one(press)
        if pressed is not None and pressed.has_attr("name"):
            fields[str(pressed["name"])] = pressed.get("value", "")
        fields.update(changes)
        action = (pressed is not None and pressed.get("formaction")) or form.get("action") or ""
        url = urljoin(self.answer.request.url, str(action))
        return self._open(url, expect, method="POST", data=fields)

    def knock(self, method: str, url: str, *, token: bool = True, **options: Any) -> int:
        """The status alone, whatever it is; an empty form where it is a POST."""
        if token and method == "POST":
            options["data"] = {"csrf_token": self._token()}
        self._request(url, method=method, **options)
        return self.answer.status_code

    def follow(self, expect: int = 200) -> BeautifulSoup:
        """Go where the last answer sent us."""
        return self.get(self.answer.headers["Location"], expect)

    def sign_in(self, account: Account) -> None:
        """Open a session at the desk, without the form."""
        self.session.commit()
        with self._client.session_transaction() as cookie:
            cookie.update(_user_id=f"{account.id}:{account.session_number}", _fresh=True)

    def url(self, endpoint: str, **values: Any) -> str:
        """The address of an endpoint, in German unless told otherwise."""
        with self.app.test_request_context():
            if self.app.url_map.is_endpoint_expecting(endpoint, "lang"):
                values.setdefault("lang", "de")
            return url_for(endpoint, **values)

    def one(self, selector: str) -> Tag:
        found = self.page.select(selector)
        assert len(found) >= 1, f"no {selector} on the page:\n{self.page.main}"
        return found[0]

    def text(self, selector: str = "main") -> str:
        """The words of the first that fits, spaces collapsed."""
        return " ".join(self.one(selector).get_text(" ", strip=True).split())

    def texts(self, selector: str) -> list[str]:
        return [" ".join(tag.get_text(" ", strip=True).split()) for tag in self.page.select(selector)]

    def _open(self, url: str, expect: int | tuple[int, ...], checked: bool = True, **options: Any) -> BeautifulSoup:
        answer = self._request(url, **options)
        allowed = (expect,) if isinstance(expect, int) else expect
        assert answer.status_code in allowed, f"{url}: {answer.status_code} instead of {expect}, {answer.location}"
        if answer.mimetype == "text/html" and not answer.location and checked:
            self.page = page_of(answer.text, urlsplit(url).path)
            _keep(answer.text)
        else:
            self.page = BeautifulSoup("", "html5lib")
        return self.page

    def _request(self, url: str, **options: Any) -> TestResponse:
        self.session.commit()
        self.app.extensions["statements"].clear()
        # In an empty context, so that request and test share neither application context nor database session.
        self.answer = Context().run(self._client.open, url, **options)
        self.session.expire_all()
        return self.answer

    def _token(self) -> str:
        """What the form's hidden field holds (flask_wtf.csrf.generate_csrf)."""
        with self._client.session_transaction() as cookie:
            raw = cookie.setdefault("csrf_token", hashlib.sha1(os.urandom(64)).hexdigest())
        return str(URLSafeTimedSerializer(str(self.app.secret_key), salt="wtf-csrf-token").dumps(raw))


def _values(tag: Tag) -> list[str]:
    """What a browser sends for this field."""
    if tag.has_attr("disabled") or tag.get("type") in ("submit", "button", "reset", "file"):
        return []
    if tag.name == "select":
        chosen = tag.select("option[selected]") or tag.select("option")[: 0 if tag.has_attr("multiple") else 1]
        return [str(option.get("value", option.get_text(strip=True))) for option in chosen]
    if tag.name == "textarea":
        return [tag.get_text()]
    if tag.get("type") in ("checkbox", "radio") and not tag.has_attr("checked"):
        return []
    return [str(tag.get("value", "on" if tag.get("type") in ("checkbox", "radio") else ""))]


def _keep(html: str) -> None:
    if KEPT:
        folder = Path(KEPT)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{hash(html) & 0xFFFFFFFFFFFF:012x}.html").write_text(html, encoding="utf-8")
