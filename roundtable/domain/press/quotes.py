"""One person's words, released by that person. Any later edit voids the release by itself (rule 17)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Literal

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roundtable.db import LANGUAGES, Base, Language
from roundtable.domain.conditions import is_not, is_set, is_unset
from roundtable.domain.office.accounts import Account
from roundtable.domain.people.people import Person
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.roundtables import Roundtable

QuoteState = Literal["draft", "asked", "released", "changed", "declined"]


class WordsChanged(Refused):
    sentence = _l("The words were changed while you were reading them. Please read them again below.")


class Quote(Base):
    __tablename__ = "quotes"
    __table_args__ = (
        UniqueConstraint("roundtable_id", "person_id", "language"),
        CheckConstraint(f"language IN {LANGUAGES}", name="language_known"),
        CheckConstraint("(released_at IS NULL) = (released_words IS NULL)", name="released_words_with_date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtables.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    language: Mapped[Language] = mapped_column(Text)
    position: Mapped[int] = mapped_column(default=0)
    text: Mapped[str]
    # How the speaker is introduced: name and function, in the order the office wants.
    attribution: Mapped[str]
    written_at: Mapped[datetime]
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime | None]
    # The very words that were released. Where they differ from the text, there is no release.
    released_words: Mapped[str | None]
    released_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    roundtable: Mapped[Roundtable] = relationship()
    person: Mapped[Person] = relationship()
    written_by: Mapped[Account | None] = relationship()

    @hybrid_property
    def words(self) -> str:
        """What a release covers: the text and whose it is."""
        return self.attribution + "\n" + self.text

    @property
    def fingerprint(self) -> str:
        """Carried by the form that releases: it says which words were seen."""
        return hashlib.sha256(self.words.encode()).hexdigest()

    def must_be(self, fingerprint: str) -> None:
        """Raises WordsChanged unless these are the words that were seen."""
        if fingerprint != self.fingerprint:
            raise WordsChanged

    @hybrid_property
    def is_released(self) -> bool:
        return is_set(self.released_at) & (self.released_words == self.words)

    @hybrid_property
    def waits_for_release(self) -> bool:
        return is_set(self.asked_at) & is_unset(self.declined_at) & is_not(self.is_released)

    @property
    def state(self) -> QuoteState:
        """``draft``, ``asked``, ``released``, ``changed`` (after the release) or ``declined``."""
        if self.is_released:
            return "released"
        if self.released_at is not None:
            return "changed"
        if self.declined_at is not None:
            return "declined"
        return "asked" if self.asked_at is not None else "draft"

    def reword(self, text: str, attribution: str, *, at: datetime, by: Account | None) -> None:
        """Other words need another release: nobody has been asked about them, nobody has declined them."""
        if (text, attribution) == (self.text, self.attribution):
            return
        self.text, self.attribution = text, attribution
        self.written_at, self.written_by = at, by
        self.asked_at = self.declined_at = None

    def release(self, *, at: datetime) -> None:
        self.released_words, self.released_at = self.words, at
        self.declined_at = None

    def decline(self, note: str, *, at: datetime) -> None:
        self.released_words = self.released_at = None
        self.declined_at, self.note = at, note


def attribution(person: Person, language: str, *, hosts: bool) -> str:
    """Name and function, and of what; the host's office comes first, as protocol has it."""
    function = person.function.in_(language)
    if hosts and function:
        return f"{function}, {person.name}"
    return ", ".join(part for part in (person.name, function_of(person, language)) if part)


def function_of(person: Person, language: str) -> str:
    """ "Präsident, HWK", or "Präsident der Handwerkskammer", where the function says so itself."""
    function: str = person.function.in_(language)
    organisation = person.organisation
    if not function or organisation is None or organisation.is_named_in(function):
        return function
    return f"{function}, {organisation.label}"
