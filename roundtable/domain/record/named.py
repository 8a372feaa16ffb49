"""Who is named in words that the public will read, and may not be (rule 19)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from roundtable.clean_text import cleaned_line
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.people.people import Organisation, Person
from roundtable.domain.record.minutes import Attendance, Minutes
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.roundtables import Roundtable


@dataclass(frozen=True, slots=True)
class Named:
    """``is_whole``: with the given name; else by the family name alone, which may be another word."""

    name: str
    is_whole: bool


class NameWithoutBasis(Refused):
    """The sentence says whose, and what can be done."""

    def __init__(self, named: Named) -> None:
        self.named = named
        if named.is_whole:
            said = _("%(name)s has not agreed to be named. Take the name out, or note the agreement.", name=named.name)
        else:
            said = _(
                "“%(name)s” is the name of somebody who has not agreed to be named."
                " Take it out, or note the agreement.",
                name=named.name,
            )
        super().__init__(said)


def named_without_basis(session: Session, roundtable: Roundtable, words: Iterable[str]) -> list[Named]:
    """People around this roundtable who stand in the words as a reader has them: no markup, line breaks are blanks."""
    read = " ".join(cleaned_line(each) for each in words)
    came = select(Attendance.person_id).join(Minutes).where(Minutes.roundtable_id == roundtable.id)
    invited = select(Invitation.person_id).where(Invitation.roundtable_id == roundtable.id)
    is_around = or_(Person.id.in_(came.union(invited)), Person.id == roundtable.series.host_id)
    people = list(session.scalars(select(Person).where(is_around).order_by(Person.family_name, Person.id)))
    nameless = [each for each in people if not each.may_be_named and each.family_name.strip()]
    if not nameless:
        return []
    rest = _without(read, _called_otherwise(session, roundtable, people), nameless)
    found = []
    for person in nameless:
        family, whole = cleaned_line(person.family_name), _whole_name(person)
        if whole != family and re.search(_as_word(whole), read, re.IGNORECASE):
            found.append(Named(whole, is_whole=True))
        elif re.search(f"{_as_word(family)}|{_as_word(family.upper())}", rest):
            found.append(Named(family, is_whole=False))
    return found


def _whole_name(person: Person) -> str:
    return cleaned_line(f"{person.given_name or ''} {person.family_name}")


def _called_otherwise(session: Session, roundtable: Roundtable, people: Iterable[Person]) -> list[str]:
    """What organisations are called, and those who may be named, is not anybody else's name."""
    names = [_whole_name(each) for each in people if each.may_be_named]
    ours = select(Organisation.name, Organisation.short_name)
    for row in session.execute(ours.where(Organisation.office_id == roundtable.series.office_id)):
        names += [cleaned_line(each) for each in row if each]
    return names


def _without(read: str, names: Iterable[str], nameless: Iterable[Person]) -> str:
    families = {cleaned_line(each.family_name) for each in nameless}
    for name in sorted(names, key=len, reverse=True):
        if any(family in name for family in families):
            read = re.sub(_as_word(name), " ", read)
    return read


def _as_word(name: str) -> str:
    """In the genitive too: "Müllers Vorschlag", "Müller’s proposal"."""
    return rf"(?<![\w-]){re.escape(name)}(?:['’]?s|['’])?(?![\w-])"
