"""Organisations and people of an office's address book, how they are addressed and in what order they stand."""

from __future__ import annotations

import re
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roundtable.db import LANGUAGES, Base, Bilingual, bilingual
from roundtable.domain.offices import Office
from roundtable.domain.refusals import Refused

NAMING_BASES = ("office_holder", "agreed")


class AlreadyThere(Refused):
    sentence = _l("Somebody with this e-mail address is already in the address book.")


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


class Person(Base):
    __tablename__ = "people"
    __table_args__ = (
        UniqueConstraint("office_id", "email"),
        CheckConstraint(f"language IN {LANGUAGES}", name="language_known"),
        CheckConstraint(f"naming_basis IS NULL OR naming_basis IN {NAMING_BASES}", name="naming_basis_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    title: Mapped[str] = mapped_column(default="")
    given_name: Mapped[str] = mapped_column(default="")
    family_name: Mapped[str]
    function: Mapped[Bilingual] = bilingual("function")
    email: Mapped[str]
    assistant_email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(Text, default="de")
    # Written by the office where the neutral form will not do.
    salutation: Mapped[Bilingual] = bilingual("salutation")
    # A number of the office's own list; small comes first. There is no binding order of precedence in Germany.
    rank: Mapped[int] = mapped_column(default=100)
    in_office_since: Mapped[date | None]
    # On what ground the name may stand in public; none: the organisation alone.
    naming_basis: Mapped[str | None] = mapped_column(Text)
    naming_agreed_at: Mapped[datetime | None]

    office: Mapped[Office] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.title, self.given_name, self.family_name) if part)

    @property
    def may_be_named(self) -> bool:
        """Whether the name, not only the organisation, may appear in public."""
        return self.naming_basis is not None

    @property
    def precedence(self) -> tuple[int, date, str, str]:
        """Sort key: the office's rank, then longest in office, then name."""
        return (self.rank, self.in_office_since or date.max, self.family_name.casefold(), self.given_name.casefold())

    def greeting(self, language: str) -> str:
        """How a letter begins, without the comma; the office's own wording where there is one."""
        written: str = self.salutation.de if language == "de" else self.salutation.en
        return written or (f"Guten Tag {self.name}" if language == "de" else f"Dear {self.name}")


# Sorting by precedence in SQL, the same order as Person.precedence.
PRECEDENCE = (
    Person.rank,
    Person.in_office_since.is_(None),
    Person.in_office_since,
    Person.family_name,
    Person.given_name,
)
