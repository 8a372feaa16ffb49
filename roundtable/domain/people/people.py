"""Organisations and people of an office's address book, how they are addressed and in what order they stand."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import Literal, get_args

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    event,
    or_,
    select,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column, relationship, validates

from roundtable.db import LANGUAGES, Base, Bilingual, Language, bilingual
from roundtable.domain.conditions import is_set
from roundtable.domain.office.offices import Office
from roundtable.domain.refusals import Refused

NamingBasis = Literal["office_holder", "agreed"]
NAMING_BASES: tuple[NamingBasis, ...] = get_args(NamingBasis)
# Whoever has none of the office's ranks comes after all who have one.
NO_RANK = 1000
MOST_WORDS = 8
# English addresses by the highest title alone.
ENGLISH_TITLES = (("prof", "Professor"), ("dr", "Dr"))


def folded(words: str) -> str:
    """For finding and sorting: "Ößling" and "ossling" are the same (DIN 5007-1)."""
    plain = unicodedata.normalize("NFKD", words.casefold())
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def sorting_words(family_name: str, given_name: str | None) -> str:
    return folded(f"{family_name} {given_name or ''}")


def seeking_words(*words: str | None) -> str:
    """Of a person: title, given and family name, address, function in both languages. Of an organisation: its names."""
    return folded(" ".join(each or "" for each in words))


class AlreadyThere(Refused):
    sentence = _l("Somebody with this e-mail address is already in the address book.")


class NameTaken(Refused):
    sentence = _l("There is an organisation of this name already.")


class Organisation(Base):
    __tablename__ = "organisations"
    __table_args__ = (UniqueConstraint("office_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"))
    name: Mapped[str]
    short_name: Mapped[str] = mapped_column(default="")
    sector: Mapped[str] = mapped_column(default="")
    # The article a German sentence needs: "die Charité", "der GovTech Campus".
    article_de: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    # Kept by _fold_organisation.
    sought_as: Mapped[str] = mapped_column(default="")

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    office: Mapped[Office] = relationship()

    @property
    def label(self) -> str:
        return self.short_name or self.name

    @property
    def full_label(self) -> str:
        """Name with its short form behind it, as a release gives it at first mention."""
        return self.name if self.short_name.casefold() in self.name.casefold() else f"{self.name} ({self.short_name})"

    def is_named_in(self, words: str) -> bool:
        """Whether words about a function ("Präsident der Handelskammer") already say of what."""
        said = words.casefold()
        return any(each in said for each in re.findall(r"\w{4,}", self.name.casefold())) or (
            bool(self.short_name) and self.short_name.casefold() in said
        )


class Rank(Base):
    """One step of the office's own order of precedence; the smaller number comes first (rule 24)."""

    __tablename__ = "ranks"
    __table_args__ = (UniqueConstraint("office_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[Bilingual] = bilingual("name")

    office: Mapped[Office] = relationship()

    def rename(self, name: Bilingual) -> None:
        self.name = name


class Person(Base):
    __tablename__ = "people"
    __table_args__ = (
        UniqueConstraint("office_id", "email"),
        CheckConstraint(f"language IN {LANGUAGES}", name="language_known"),
        CheckConstraint(f"naming_basis IS NULL OR naming_basis IN {NAMING_BASES}", name="naming_basis_known"),
        Index("ix_people_office_id_sorted_as", "office_id", "sorted_as"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    title: Mapped[str] = mapped_column(default="")
    given_name: Mapped[str] = mapped_column(default="")
    family_name: Mapped[str]
    function: Mapped[Bilingual] = bilingual("function")
    email: Mapped[str]
    # Since when letters to this address come back; forgotten when it is corrected.
    email_bounced_at: Mapped[datetime | None]
    assistant_email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    language: Mapped[Language] = mapped_column(Text, default="de")
    # Written by the office where the neutral form will not do.
    salutation: Mapped[Bilingual] = bilingual("salutation")
    # The number of one of the office's ranks. There is no binding order of precedence in Germany.
    rank: Mapped[int] = mapped_column(default=NO_RANK)
    in_office_since: Mapped[date | None]
    # On what ground the name may stand in public; none: the organisation alone.
    naming_basis: Mapped[NamingBasis | None] = mapped_column(Text)
    naming_agreed_at: Mapped[datetime | None]
    # What this person answers is told to the organisers at once, not with the day's other answers.
    is_told_at_once: Mapped[bool] = mapped_column(default=False)
    # When a guest named them, and they got this entry by it; none: the office keeps it.
    named_at: Mapped[datetime | None]
    # Kept by _fold: the name for sorting, and all words somebody may search for.
    sorted_as: Mapped[str] = mapped_column(default="")
    sought_as: Mapped[str] = mapped_column(default="")

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    office: Mapped[Office] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    @validates("email")
    def _is_another_address(self, _: str, email: str) -> str:
        if email != self.email:
            self.email_bounced_at = None
        return email

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.title, self.given_name, self.family_name) if part)

    @hybrid_property
    def may_be_named(self) -> bool:
        """Whether the name, not only the organisation, may appear in public."""
        return is_set(self.naming_basis)

    @property
    def precedence(self) -> tuple[int, date, str]:
        """Sort key: the office's rank, then longest in office, then name."""
        return (self.rank, self.in_office_since or date.max, folded(f"{self.family_name} {self.given_name}"))

    def greeting(self, language: str) -> str:
        """How a letter begins, without the comma; the office's own wording where there is one."""
        written: str = self.salutation.de if language == "de" else self.salutation.en
        return written or self.proposed_greeting(language)

    def proposed_greeting(self, language: str) -> str:
        """From title and name. Neutral in German: nobody's gender is stored or guessed."""
        if language == "de":
            return f"Guten Tag {self.name}"
        highest = next((english for mark, english in ENGLISH_TITLES if mark in self.title.casefold()), "")
        return f"Dear {highest} {self.family_name}" if highest else f"Dear {self.name}"


# Sorting by precedence in SQL, the same order as Person.precedence.
PRECEDENCE = (
    Person.rank,
    Person.in_office_since.is_(None),
    Person.in_office_since,
    Person.sorted_as,
    Person.id,
)


def fits(words: str) -> list[ColumnElement[bool]]:
    """Conditions for a statement about people with their organisations: every word stands in the one or the other."""
    either = (Person.sought_as, Organisation.sought_as)
    return [
        or_(*(column.contains(word, autoescape=True) for column in either))
        for word in folded(words).split()[:MOST_WORDS]
    ]


def organisation_called(
    session: Session, office_id: int, name: str, *, but: Organisation | None = None
) -> Organisation | None:
    """The one of an office that is called so by its name, else by its short name, capitals and umlauts aside.

    ``but``: whichever else than this one.
    """
    wanted = folded(name)
    if not wanted:
        return None
    like = select(Organisation).where(
        Organisation.office_id == office_id, Organisation.sought_as.contains(wanted, autoescape=True)
    )
    with session.no_autoflush:
        found = [each for each in session.scalars(like.order_by(Organisation.id)) if each is not but]
    by_name = (each for each in found if folded(each.name) == wanted)
    by_short_name = (each for each in found if folded(each.short_name) == wanted)
    return next(by_name, None) or next(by_short_name, None)


@event.listens_for(Person, "before_insert")
@event.listens_for(Person, "before_update")
def _fold(mapper: Mapper[Person], connection: Connection, person: Person) -> None:
    # Databases disagree on what sorts and matches alike (SQLite's lower() knows ASCII alone); Python decides for both.
    functions = (person.function.de, person.function.en) if person.function is not None else ()
    person.sorted_as = sorting_words(person.family_name, person.given_name)
    person.sought_as = seeking_words(person.title, person.given_name, person.family_name, person.email, *functions)


@event.listens_for(Organisation, "before_insert")
@event.listens_for(Organisation, "before_update")
def _fold_organisation(mapper: Mapper[Organisation], connection: Connection, organisation: Organisation) -> None:
    organisation.sought_as = seeking_words(organisation.name, organisation.short_name)
