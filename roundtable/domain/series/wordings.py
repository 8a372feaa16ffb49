"""The office's own words in the letters of a series, in both languages, with placeholders that cannot break."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from flask_babel import gettext as _
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roundtable.db import Base, Bilingual, bilingual
from roundtable.domain.letter_kinds import KINDS, LetterKind
from roundtable.domain.refusals import Refused
from roundtable.domain.series.series import Series

PLACEHOLDERS = ("name", "salutation", "series", "date", "place", "motto", "deadline", "host", "contact", "named_by")
# What German hands type first.
MEANT = {
    "anrede": "salutation",
    "benannt von": "named_by",
    "datum": "date",
    "termin": "date",
    "frist": "deadline",
    "gastgeber": "host",
    "gastgeberin": "host",
    "kontakt": "contact",
    "ort": "place",
    "reihe": "series",
    "thema": "motto",
}
# Single braces stand for a placeholder, doubled ones for themselves.
_PART = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")
_APART = re.compile(r"\n[ \t]*\n")
AROUND = 12


class BrokenPlaceholder(Refused):
    """Says which and what was probably meant."""


class LetterWording(Base):
    """What stands below the salutation of one kind of letter, instead of our own first paragraph."""

    __tablename__ = "letter_wordings"

    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"), primary_key=True)
    # One of WORDED.
    kind: Mapped[LetterKind] = mapped_column(primary_key=True)
    text: Mapped[Bilingual] = bilingual("text")

    series: Mapped[Series] = relationship(back_populates="wordings")


def placeholders_in(kind: LetterKind) -> tuple[str, ...]:
    """What a letter of this kind can say; a poll has no date and no place yet, and few were named by a guest."""
    without = ("date", "place") if KINDS[kind].about == "poll" else ()
    if not KINDS[kind].is_to_the_named:
        without = (*without, "named_by")
    return tuple(each for each in PLACEHOLDERS if each not in without)


def wording_of(series: Series, kind: LetterKind) -> Bilingual:
    """Nothing in a language: our own words."""
    return next((each.text for each in series.wordings if each.kind == kind), Bilingual("", ""))


def word(series: Series, kind: LetterKind, text: Bilingual) -> None:
    """From now on letters of this kind say it so; nothing in both languages: back to our own words.

    Raises:
        BrokenPlaceholder
    """
    for words in (text.de, text.en):
        check(words, kind)
    wording = next((each for each in series.wordings if each.kind == kind), None)
    if wording is not None and not text:
        series.wordings.remove(wording)
    elif wording is not None:
        wording.text = text
    elif text:
        series.wordings.append(LetterWording(kind=kind, text=text))


def check(text: str, kind: LetterKind) -> None:
    """Raises BrokenPlaceholder for one that is unknown in this kind of letter, or a brace that stands alone."""
    for _piece in _pieces(text, kind):
        pass


def filled(text: str, kind: LetterKind, values: Mapping[str, str]) -> list[str]:
    """Paragraphs of plain text. Read once from left to right: what stands in a value is never read again.

    A paragraph that speaks of something there is not (no motto, no deadline) is left out.
    """
    paragraphs = []
    for paragraph in _APART.split(text.replace("\r\n", "\n")):
        words, is_whole = "", True
        for piece, name in _pieces(paragraph, kind):
            value = " ".join(values[name].split()) if name else piece
            is_whole = is_whole and bool(value)
            words += value
        if is_whole and words.strip():
            paragraphs.append(words.strip())
    return paragraphs


def _pieces(text: str, kind: LetterKind) -> Iterator[tuple[str, str]]:
    """Words as they stand, or the name of a placeholder beside nothing."""
    after = 0
    for found in _PART.finditer(text):
        if found.start() > after:
            yield text[after : found.start()], ""
        after = found.end()
        if found[0] in ("{{", "}}"):
            yield found[0][0], ""
        elif found[1] is None:
            raise BrokenPlaceholder(_alone(text, found.start()))
        else:
            yield "", _known(found[1], kind)
    if after < len(text):
        yield text[after:], ""


def _known(typed: str, kind: LetterKind) -> str:
    name, possible = typed.strip().casefold(), placeholders_in(kind)
    if name in possible:
        return name
    if name == "named_by":
        words = _("“{%(typed)s}” has a meaning only in letters to delegates and to companions.", typed=name)
        raise BrokenPlaceholder(words)
    if name in PLACEHOLDERS:
        raise BrokenPlaceholder(_("“{%(typed)s}” has no meaning in a date poll: the date is still open.", typed=name))
    nearest = get_close_matches(name, [*possible, *MEANT], n=1, cutoff=0.5)
    meant = MEANT.get(nearest[0], nearest[0]) if nearest else ""
    if meant in possible:
        words = _("There is no placeholder “{%(typed)s}”. Did you mean “{%(meant)s}”?", typed=typed, meant=meant)
        raise BrokenPlaceholder(words)
    known = ", ".join(f"{{{each}}}" for each in possible)
    raise BrokenPlaceholder(_("There is no placeholder “{%(typed)s}”. There are: %(known)s.", typed=typed, known=known))


def _alone(text: str, at: int) -> str:
    around = " ".join(text[max(0, at - AROUND) : at + 1 + AROUND].split())
    return str(
        _(
            "A brace stands alone near “%(around)s”. A placeholder looks like “{name}”;"
            " for a brace itself please write it twice.",
            around=around,
        )
    )
