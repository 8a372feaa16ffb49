"""A letter, rendered complete in the recipient's language, as a row for the outbox."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import Address
from functools import lru_cache
from typing import Any, Self, TypeVar, cast
from uuid import uuid4

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import object_session
from werkzeug.routing import Map, MapAdapter

from roundtable.db import Bilingual
from roundtable.domain.guests.sign_ups import SignUp
from roundtable.domain.letter_kinds import KINDS, LetterKind
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.offices import Office
from roundtable.domain.people.people import Person
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series import wordings
from roundtable.domain.series.series import Series
from roundtable.mail.message import headers, writing
from roundtable.mail.message.headers import CannotBeWrittenTo
from roundtable.mail.message.writing import CalendarPart
from roundtable.mail.outbox.outbox import Letter
from roundtable.settings import Settings

T = TypeVar("T")

# What letters to many have in common, by what tells it apart.
_common: ContextVar[dict[object, Any] | None] = ContextVar("common", default=None)
# Own words that name each reader are different every time.
MOST_IN_COMMON = 100
# Private-use characters: no template writes them, and nothing escapes or strips them.
GREETING, LINK = "\ue000greeting\ue001", "\ue000link\ue001"


@contextmanager
def to_many() -> Iterator[None]:
    """What is ``once`` made in here is kept: letters that are ``alike`` are rendered once and filled in for each."""
    token = _common.set({})
    try:
        yield
    finally:
        _common.reset(token)


def once(key: object, make: Callable[[], T]) -> T:
    """What letters with an equal ``key`` share, made for the first of them; alone, each makes its own."""
    common = _common.get()
    if common is None:
        return make()
    if key not in common:
        if len(common) >= MOST_IN_COMMON:
            common.clear()
        common[key] = make()
    return cast(T, common[key])


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who reads a letter. ``stands_in_for``: the person whose assistant they are."""

    name: str
    email: str
    language: str
    greeting: str
    stands_in_for: Person | None = None

    @classmethod
    def person(cls, person: Person) -> Self:
        return cls(person.name, person.email, person.language, person.greeting(person.language).rstrip(", "))

    @classmethod
    def assistant(cls, person: Person) -> Self:
        with force_locale(person.language):
            name = _("Office of %(name)s", name=person.name)
            return cls(name, person.assistant_email, person.language, _("Good day"), stands_in_for=person)

    @classmethod
    def account(cls, account: Account) -> Self:
        with force_locale(account.language):
            return cls(account.name, account.email, account.language, f"{_('Good day')} {account.name}")

    @classmethod
    def signed_up(cls, sign_up: SignUp) -> Self:
        with force_locale(sign_up.language):
            return cls(sign_up.name, sign_up.email, sign_up.language, f"{_('Good day')} {sign_up.name}")


def compose(
    kind: LetterKind,
    *,
    office: Office,
    to: Addressee,
    at: datetime,
    person: Person | None = None,
    roundtable: Roundtable | None = None,
    send_after: datetime | None = None,
    wording: Bilingual | None = None,
    personal: Bilingual | None = None,
    thread_id: str | None = None,
    is_reply: bool = False,
    unsubscribe: str | None = None,
    calendar: CalendarPart | None = None,
    alike: object = None,
    **context: Any,
) -> Letter:
    """Render ``mail/<kind>.txt`` (the subject, a blank line, the text) and ``mail/<kind>.html``.

    ``person``: of the address book, whom the letter concerns. ``wording``: the office's own words, where they are not
    those that are saved for this kind of letter. ``personal``: what stands above the text in this mailing alone.
    ``thread_id``, ``is_reply``, ``unsubscribe``, ``calendar``: as in
    ``writing.write``. ``alike``: letters of this kind with an equal one differ in nothing but greeting, link and own
    words; see ``to_many``.

    Raises:
        CannotBeWrittenTo: the reader's address, or the office's own, is none.
    """
    settings: Settings = current_app.config["ROUNDTABLE"]
    words = {
        "office": office,
        "to": to,
        "person": person,
        "roundtable": roundtable,
        "lang": to.language,
        "at": at,
        **context,
    }
    with force_locale(to.language):
        words["own_words"] = _own_words(kind, words, wording)
        words["personal"] = _paragraphs(kind, words, personal)
        subject, text, html = _in_words(kind, words, alike)
    office_name = office.name.in_(to.language)
    sender = headers.address(office_name, office.sender_email)
    recipient = _recipient(to)
    message_id = f"<{uuid4()}@{settings.host}>"
    content = writing.write(
        sender=sender,
        reply_to=headers.address(office_name, office.reply_email),
        recipient=recipient,
        subject=subject,
        text=text,
        html=html,
        language=to.language,
        at=at,
        message_id=message_id,
        thread_id=thread_id,
        is_reply=is_reply,
        unsubscribe=unsubscribe,
        calendar=calendar,
    )
    return Letter(
        office=office,
        roundtable=roundtable,
        person=person,
        kind=kind,
        message_id=message_id,
        sender=sender.addr_spec,
        recipient=recipient.addr_spec,
        subject=headers.one_line(subject),
        message=content,
        queued_at=at,
        send_after=send_after or at,
        state="waiting",
        state_since=at,
    )


def _own_words(kind: LetterKind, words: dict[str, Any], wording: Bilingual | None) -> list[str]:
    """The office's own paragraphs; none: ours stand."""
    if KINDS[kind].wording is None:
        return []
    series: Series = (words["roundtable"] or words["poll"]).series
    return _paragraphs(kind, words, wording if wording is not None else _saved_wording(series, kind))


def _paragraphs(kind: LetterKind, words: dict[str, Any], said: Bilingual | None) -> list[str]:
    """In the reader's language, never in another (rule 23)."""
    text = "" if said is None else said.de if words["lang"] == "de" else said.en
    if not text:
        return []
    series: Series = (words["roundtable"] or words["poll"]).series
    return wordings.filled(text, kind, placeholder_values(kind, series, words))


def placeholder_values(kind: LetterKind, series: Series, words: dict[str, Any]) -> dict[str, str]:
    """What each placeholder stands for in the language of the moment; ``words`` as a letter's template gets them."""
    values = current_app.jinja_env.get_template("mail/placeholders.txt").make_module({**words, "series": series})
    return {name: str(getattr(values, name)) for name in wordings.placeholders_in(kind)}


def _saved_wording(series: Series, kind: LetterKind) -> Bilingual | None:
    session = object_session(series)
    # A preview is written about things that are in no session and shall not get into one.
    with session.no_autoflush if session is not None else nullcontext():
        return next((each.text for each in series.wordings if each.kind == kind), None)


def _recipient(to: Addressee) -> Address:
    try:
        return headers.address(to.name, to.email)
    except CannotBeWrittenTo:
        # Among sixty letters only the name helps.
        words = _(
            "The e-mail address of %(name)s cannot be written to: “%(email)s”. Please correct it in the address book.",
            name=to.name,
            email=headers.one_line(to.email),
        )
        raise CannotBeWrittenTo(words) from None


def _in_words(kind: LetterKind, words: dict[str, Any], alike: object) -> tuple[str, str, str]:
    """Subject, text and HTML."""
    if alike is None:
        return _render(kind, words)
    to, link = words["to"], words.get("link", "")
    key = (kind, to.language, alike, tuple(words["own_words"]), tuple(words["personal"]))
    gaps = {"to": replace(to, greeting=GREETING), "link": LINK}
    subject, text, html = once(key, lambda: _render(kind, {**words, **gaps}))
    escape = current_app.jinja_env.filters["e"]
    text = text.replace(GREETING, to.greeting).replace(LINK, link)
    return subject, text, html.replace(GREETING, escape(to.greeting)).replace(LINK, escape(link))


def _render(kind: LetterKind, words: dict[str, Any]) -> tuple[str, str, str]:
    subject, _, text = _rendered(f"mail/{kind}.txt", words).partition("\n\n")
    return subject, _tidy(text), _rendered(f"mail/{kind}.html", {**words, "subject": subject})


def _rendered(template: str, words: dict[str, Any]) -> str:
    # Not render_template: its context processors ask for a request, and a worker has none.
    return current_app.jinja_env.get_template(template).render(words).strip()


def _tidy(text: str) -> str:
    # "-- " with its blank begins a signature (RFC 3676 4.3).
    lines = "\n".join(line if line == "-- " else line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"


def link_to(endpoint: str, **values: Any) -> str:
    """An absolute address, also where there is no request."""
    settings: Settings = current_app.config["ROUNDTABLE"]
    return settings.origin + _addresses(current_app.url_map, settings.host).build(endpoint, values)


@lru_cache(maxsize=1)
def _addresses(url_map: Map, host: str) -> MapAdapter:
    return url_map.bind(host)
