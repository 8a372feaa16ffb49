"""Somebody of the address book, named by typing: an organisation or a person."""

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from roundtable.db import db
from roundtable.domain.people.people import MOST_WORDS, Organisation, Person, fits, folded

# In a longer list nobody finds anything.
SUGGESTED_AT_MOST = 20
# Of so many who have all the words of a name, one has the name.
CONSIDERED_AT_MOST = 200


def _fitting(office_id: int, typed: str, most: int) -> list[Organisation | Person]:
    """Organisations, then people, who have every word of it; the first of each where nothing is typed."""
    words = typed.replace(",", " ")
    named = [Organisation.sought_as.contains(word, autoescape=True) for word in folded(words).split()[:MOST_WORDS]]
    organisations = select(Organisation).where(Organisation.office_id == office_id, *named)
    people = (
        select(Person)
        .outerjoin(Person.organisation)
        .where(Person.office_id == office_id, *fits(words))
        .options(contains_eager(Person.organisation))
        .order_by(Person.sorted_as, Person.id)
        .limit(most)
    )
    found = db.session.scalars(organisations.order_by(Organisation.sought_as, Organisation.id).limit(most))
    return [*found, *db.session.scalars(people)]


def _called(each: Organisation | Person) -> str:
    if isinstance(each, Organisation):
        return each.name
    return f"{each.name}, {each.organisation.label}" if each.organisation else each.name


def _exactly(person: Person) -> str:
    """Where two are called the same."""
    return f"{_called(person)}, {person.email}"


def suggested(office_id: int, typed: str = "") -> list[str]:
    """What can be chosen for what is typed so far, each naming one alone."""
    found = _fitting(office_id, typed, SUGGESTED_AT_MOST)
    # Many organisations leave room for people.
    organisations = [each for each in found if isinstance(each, Organisation)][: SUGGESTED_AT_MOST // 2]
    people = [each for each in found if isinstance(each, Person)]
    times = Counter(_called(each) for each in people)
    names = [_called(each) if times[_called(each)] == 1 else _exactly(each) for each in people]
    return [*(each.name for each in organisations), *names][:SUGGESTED_AT_MOST]


def meant_by(typed: str, office_id: int) -> Organisation | Person | None:
    """Whom this means: the exact entry, or a name or short name that only one has."""
    wanted = typed.casefold()
    for known_as in (_exact_entries, _other_names):
        meant = [each for each in _fitting(office_id, typed, CONSIDERED_AT_MOST) if wanted in known_as(each)]
        if meant:
            return meant[0] if len(meant) == 1 else None
    return None


def _exact_entries(each: Organisation | Person) -> set[str]:
    return {_called(each).casefold()} | ({_exactly(each).casefold()} if isinstance(each, Person) else set())


def _other_names(each: Organisation | Person) -> set[str]:
    short = each.short_name if isinstance(each, Organisation) else each.name
    return {each.name.casefold(), short.casefold()}
