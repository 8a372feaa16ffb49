"""The first draft of a release, and what stands beside its text, from what the house already knows."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from babel.dates import format_date
from flask import current_app
from flask_babel import force_locale
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, joinedload

from roundtable.documents.writing import literally
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.people.people import Organisation, Person
from roundtable.domain.press.quotes import function_of
from roundtable.domain.press.releases import Release
from roundtable.domain.record.commitments import Commitment
from roundtable.domain.record.minutes import Attendance, Decision, Minutes
from roundtable.domain.roundtables.precedence import key_at, order_at
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.slugs import slug_of

# "Der Regierende Bürgermeister von Berlin": a function that brings its article along.
ARTICLES = ("Der", "Die", "Das", "The")


def in_words(day: date, language: str) -> str:
    """ "Mittwoch, 9. Oktober 2024" or "Wednesday, 9 October 2024"."""
    return format_date(day, "full" if language == "de" else "EEEE, d MMMM y", locale=language)


def in_figures(day: date, language: str) -> str:
    """ "09.10.2024" or "9 October 2024"."""
    return format_date(day, "dd.MM.y" if language == "de" else "d MMMM y", locale=language)


def present(session: Session, roundtable: Roundtable) -> list[Attendance]:
    """Who was there, by precedence (rules 13 and 24)."""
    there = (
        select(Attendance)
        .join(Minutes)
        .where(Minutes.roundtable_id == roundtable.id, Attendance.state == "present")
        .options(joinedload(Attendance.person).joinedload(Person.organisation), joinedload(Attendance.organisation))
    )
    order = key_at(session, roundtable)
    return sorted(session.scalars(there), key=lambda each: order(each.person))


def participants(session: Session, roundtable: Roundtable) -> tuple[list[Organisation], list[Person]]:
    """Organisations present, and the people present who may be named; the host is not among them (rule 19)."""
    there = present(session, roundtable)
    organisations = list(dict.fromkeys(each.organisation for each in there if each.organisation is not None))
    named = [each.person for each in there if each.person.may_be_named]
    return organisations, [person for person in named if person.id != roundtable.series.host_id]


def quotable(roundtable: Roundtable) -> tuple[Select[Person], ColumnElement[bool]]:
    """Who may be quoted: those present once attendance is taken, until then those invited, and the host.

    And the condition for who stands before all others: a host who is not one of them.
    """
    came = select(Attendance.person_id).join(Minutes)
    came = came.where(Minutes.roundtable_id == roundtable.id, Attendance.state == "present")
    invited = select(Invitation.person_id)
    invited = invited.where(Invitation.roundtable_id == roundtable.id, Invitation.is_open)
    is_there = Person.id.in_(came) | (~came.exists() & Person.id.in_(invited))
    is_host = Person.id == roundtable.series.host_id
    return select(Person).where(is_there | is_host), is_host & ~is_there


def speakers(session: Session, roundtable: Roundtable) -> list[Person]:
    """The same, by precedence."""
    people, is_first = quotable(roundtable)
    return list(session.scalars(people.order_by(is_first.desc(), *order_at(roundtable))))


def public_decisions(session: Session, roundtable: Roundtable) -> list[dict[str, str]]:
    """``text`` and its ``lang``: what was agreed is worded once, in the language of the series."""
    decided = select(Decision.text).join(Minutes).where(Minutes.roundtable_id == roundtable.id, Decision.is_public)
    lang = roundtable.series.language
    return [{"text": each, "lang": lang} for each in session.scalars(decided.order_by(Decision.id))]


def public_commitments(session: Session, roundtable: Roundtable, language: str) -> list[dict[str, str]]:
    """``text`` and its ``lang``, ``who`` (the organisation, or a name that may be named) and ``until``, as words."""
    promised = (
        select(Commitment)
        .where(Commitment.roundtable_id == roundtable.id, Commitment.is_public)
        .options(joinedload(Commitment.organisation), joinedload(Commitment.person))
        .order_by(Commitment.due_on.is_(None), Commitment.due_on, Commitment.id)
    )
    until = "bis %s" if language == "de" else "by %s"
    return [
        {
            "text": each.text,
            "lang": roundtable.series.language,
            "who": _who(each),
            "until": until % in_figures(each.due_on, language) if each.due_on else "",
        }
        for each in session.scalars(promised)
    ]


def has_other_wording(session: Session, roundtable: Roundtable, language: str) -> bool:
    """Whether decisions or commitments of a release in this language stand in another one."""
    agreed = [*public_decisions(session, roundtable), *public_commitments(session, roundtable, language)]
    return any(each["lang"] != language for each in agreed)


def _who(commitment: Commitment) -> str:
    if commitment.organisation is not None:
        return commitment.organisation.label
    return commitment.person.name if commitment.person is not None and commitment.person.may_be_named else ""


def next_in_public(session: Session, roundtable: Roundtable, *, at: datetime) -> Roundtable | None:
    """The next roundtable of the series, once the public may know of it (rule 16)."""
    following = (
        select(Roundtable)
        .where(
            Roundtable.series_id == roundtable.series_id,
            Roundtable.starts_at > roundtable.starts_at,
            Roundtable.starts_at > at,
            ~Roundtable.is_cancelled,
            Roundtable.is_public(at),
        )
        .order_by(Roundtable.starts_at)
    )
    return session.scalar(following.limit(1))


def _named(organisation: Organisation, language: str) -> str:
    article = f"{organisation.article_de} " if language == "de" and organisation.article_de else ""
    return literally(f"{article}{organisation.full_label}")


def _introduced(person: Person, language: str) -> str:
    function = function_of(person, language)
    return literally(f"{person.name} ({function})" if function else person.name)


def _host(roundtable: Roundtable, language: str) -> str:
    """Name and function in an order that needs no inflection; empty where the host may not be named."""
    host = roundtable.series.host
    if host is None or not host.may_be_named:
        return ""
    function = host.function.in_(language)
    article, _, rest = function.partition(" ")
    if article in ARTICLES and rest:
        return literally(f"{host.name} ({article.lower()} {rest})")
    return literally(f"{host.name}, {function}," if function else host.name)


def first_draft(session: Session, roundtable: Roundtable, language: str, *, at: datetime) -> tuple[str, str]:
    """Title and text (Markdown) from the data alone: who invited whom, to what.

    What was agreed stands below the text by itself, see :func:`roundtable.actions.publishing.assemble`.
    """
    organisations, people = participants(session, roundtable)
    following = next_in_public(session, roundtable, at=at)
    facts: dict[str, Any] = {
        "series": literally(roundtable.series.name.in_(language)),
        "motto": literally(roundtable.motto.in_(language) or roundtable.series.motto.in_(language)),
        "question": literally(roundtable.question.in_(language)),
        "number": roundtable.number,
        "host": _host(roundtable, language),
        "day": in_words(roundtable.day, language),
        "venue": literally(roundtable.venue),
        "organisations": [_named(each, language) for each in organisations],
        "people": [_introduced(each, language) for each in people],
        "has_agreed": bool(public_decisions(session, roundtable) or public_commitments(session, roundtable, language)),
        "next_day": in_words(following.day, language) if following is not None else "",
    }
    template = current_app.jinja_env.get_template(f"drafts/release_{language}.md")
    with force_locale(language):
        title, _, body = template.render(facts).strip().partition("\n")
    return title.replace("\\", ""), re.sub(r"\n{3,}", "\n\n", re.sub(r"(?m)^ +| +$", "", body)).strip()


def free_slug(session: Session, title: str, language: str, year: int, mine: int | None = None) -> str:
    """An address of this language and year that no other release has."""
    slug = slug_of(title)
    taken = select(Release.slug).where(
        Release.language == language, Release.year == year, Release.slug.startswith(slug, autoescape=True)
    )
    if mine is not None:
        taken = taken.where(Release.id != mine)
    others = set(session.scalars(taken))
    number, free = 1, slug
    while free in others:
        number += 1
        free = f"{slug}-{number}"
    return free
