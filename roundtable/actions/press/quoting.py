"""Quoting: somebody's words are written down, shown to that person, and released or not."""

from __future__ import annotations

import json
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from roundtable.domain import links
from roundtable.domain.links import PersonalLink
from roundtable.domain.office import history
from roundtable.domain.office.accounts import Account
from roundtable.domain.people.people import Person
from roundtable.domain.press.quotes import Quote, attribution
from roundtable.domain.press.releases import Release
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.precedence import order_at
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.letters import conversations, letters
from roundtable.mail.outbox import outbox
from roundtable.mail.outbox.outbox import Letter


class AlreadyQuoted(Refused):
    sentence = _l("There is already a quote of this person in this language. Please edit that one.")


class AlreadyReleased(Refused):
    sentence = _l("These words have been released already. There is nothing to ask for.")


class NoAddress(Refused):
    sentence = _l("We know no e-mail address of this person. Ask by phone and record the answer.")


class NoteMissing(Refused):
    sentence = _l("Please note who released the words, and how.")


class WordsPublished(Refused):
    sentence = _l("These words have been given to the press already. Please call the press office.")


def quotes_of(session: Session, roundtable: Roundtable, language: str | None = None) -> list[Quote]:
    """A roundtable's quotes, as ordered by hand, else by precedence (rule 24)."""
    asked = select(Quote).join(Quote.person).where(Quote.roundtable_id == roundtable.id)
    if language is not None:
        asked = asked.where(Quote.language == language)
    loaded = asked.options(joinedload(Quote.person), joinedload(Quote.written_by))
    return list(session.scalars(loaded.order_by(Quote.language, Quote.position, *order_at(roundtable), Quote.id)))


def write_quote(
    session: Session,
    roundtable: Roundtable,
    person: Person,
    *,
    language: str,
    text: str,
    attribution: str = "",
    at: datetime,
    by: Account | None,
) -> Quote:
    """Write down one person's words in one language. Without an attribution, name and function as protocol has it.

    Raises:
        AlreadyQuoted
    """
    others = quotes_of(session, roundtable, language)
    if any(each.person_id == person.id for each in others):
        raise AlreadyQuoted
    quote = Quote(
        roundtable=roundtable,
        person=person,
        language=language,
        # Ordered by precedence until somebody orders by hand; then new ones stand last.
        position=max((each.position for each in others), default=-1) + 1 if any(q.position for q in others) else 0,
        text=text,
        attribution=attribution or proposed_attribution(roundtable, person, language),
        written_at=at,
        written_by=by,
    )
    session.add(quote)
    session.flush()
    _changed(session, quote, at=at, by=by)
    return quote


def proposed_attribution(roundtable: Roundtable, person: Person, language: str) -> str:
    return attribution(person, language, hosts=person.id == roundtable.series.host_id)


def in_language(language: str) -> str:
    """What the history keeps of a quote that may be gone, to know in which release it stood."""
    return json.dumps({"language": language})


def _changed(session: Session, quote: Quote, *, at: datetime, by: Account | None) -> None:
    history.record(
        session,
        quote.roundtable.series.office_id,
        "quotes_changed",
        at=at,
        by=by,
        about=quote.attribution,
        details=in_language(quote.language),
        quote_id=quote.id,
        person_id=quote.person_id,
        roundtable_id=quote.roundtable_id,
    )


def edit(session: Session, quote: Quote, *, text: str, attribution: str, at: datetime, by: Account | None) -> bool:
    """Change the words. Returns whether a release was lost by it (rule 17)."""
    was_released = quote.is_released
    if (text, attribution) != (quote.text, quote.attribution):
        _changed(session, quote, at=at, by=by)
    quote.reword(text, attribution, at=at, by=by)
    return was_released and not quote.is_released


def move(session: Session, quote: Quote, *, up: bool, at: datetime, by: Account | None) -> None:
    """Swap with the neighbour; at the edge nothing happens. From now on the order is by hand."""
    quotes = quotes_of(session, quote.roundtable, quote.language)
    here = quotes.index(quote)
    there = here - 1 if up else here + 1
    if 0 <= there < len(quotes):
        quotes[here], quotes[there] = quotes[there], quotes[here]
        _changed(session, quote, at=at, by=by)
    for position, each in enumerate(quotes, start=1):
        each.position = position


def remove(session: Session, quote: Quote, *, at: datetime, by: Account | None) -> None:
    _changed(session, quote, at=at, by=by)
    session.delete(quote)
    session.flush()


def lock(session: Session, roundtable: Roundtable, language: str) -> None:
    """Nobody takes a release back between our look at the quotes and our commit."""
    quotes = select(Quote.id).where(Quote.roundtable_id == roundtable.id, Quote.language == language)
    session.execute(quotes.with_for_update())


def may_be_asked(quote: Quote) -> bool:
    return not quote.is_released and bool(quote.person.email)


def ask_for_release(session: Session, quote: Quote, *, at: datetime) -> Letter:
    """Queue the letter with the exact words and a personal link.

    Raises:
        AlreadyReleased, NoAddress
    """
    if quote.is_released:
        raise AlreadyReleased
    if not quote.person.email:
        raise NoAddress
    token = links.issue(session, at=at, quote=quote)
    begun = conversations.about(session, "quote_to_release", quote.person_id, PersonalLink.quote_id == quote.id)
    letter = letters.quote_to_release(quote, token, at=at, thread_id=begun)
    outbox.queue(session, letter)
    quote.asked_at, quote.declined_at = at, None
    return letter


def release(quote: Quote, *, fingerprint: str, at: datetime) -> None:
    """The quoted person releases the words they saw; saying it twice changes nothing.

    Raises:
        WordsChanged
    """
    quote.must_be(fingerprint)
    if not quote.is_released:
        quote.release(at=at)


def decline(session: Session, quote: Quote, *, fingerprint: str, note: str, at: datetime) -> None:
    """The quoted person does not release the words, or takes back a release before anything is published.

    Raises:
        WordsChanged, WordsPublished
    """
    session.refresh(quote, with_for_update=True)
    quote.must_be(fingerprint)
    if is_published(session, quote):
        raise WordsPublished
    quote.decline(note, at=at)


def is_published(session: Session, quote: Quote) -> bool:
    """Whether these very words stand in a release that the public reads, or will when its embargo ends."""
    releases = select(Release).where(
        Release.roundtable_id == quote.roundtable_id,
        Release.language == quote.language,
        ~Release.is_withdrawn,
    )
    words = {"attribution": quote.attribution, "text": quote.text}
    found = session.scalars(releases.options(selectinload(Release.published)))
    return any(each.current is not None and words in each.current.content["quotes"] for each in found)


def record_release(session: Session, quote: Quote, *, fingerprint: str, note: str, at: datetime, by: Account) -> None:
    """Somebody at the desk records a release given by phone; the note says by whom and how.

    Raises:
        NoteMissing, WordsChanged
    """
    if not note.strip():
        raise NoteMissing
    quote.must_be(fingerprint)
    quote.release(at=at)
    quote.note = note.strip()
    history.record(
        session,
        quote.roundtable.series.office_id,
        "quote_release_recorded",
        at=at,
        by=by,
        about=f"{quote.attribution} ({quote.language})",
        reason=quote.note,
        quote_id=quote.id,
        person_id=quote.person_id,
        roundtable_id=quote.roundtable_id,
    )
