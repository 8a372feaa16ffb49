"""The office's own words in the letters of a series, in both languages, with placeholders that cannot break."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roundtable.db import Base, Bilingual, bilingual
from roundtable.domain.series import Series


class LetterWording(Base):
    """What stands below the salutation of one kind of letter, instead of our own first paragraph."""

    __tablename__ = "letter_wordings"

    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"), primary_key=True)
    # The name of the letter's template, for example "invitation".
    kind: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[Bilingual] = bilingual("text")

    series: Mapped[Series] = relationship()
