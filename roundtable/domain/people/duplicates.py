"""Entries of the address book that may stand for the same person or body: found by address and by name, never decided.

Ten thousand people are compared within blocks of alike names, so that no pair is looked at that cannot be one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import combinations

from sqlalchemy import CheckConstraint, ForeignKey, Select, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from roundtable.db import Base
from roundtable.domain.office.offices import Office
from roundtable.domain.people.people import Organisation, Person, folded
from roundtable.email_address import on_the_wire

# Shorter names differ by one letter and are other names: "Rau" and "Bau".
SHORTEST_ALIKE = 4
# A block this large holds a name that everybody has; only what is equal is compared there.
LARGE_BLOCK = 60
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
LEGAL_FORMS = {"ag", "ev", "gmbh", "ggmbh", "kg", "mbh", "se", "the", "der", "die", "das", "eg"}
_SPACED_FORM = re.compile(r"\b(e)\.\s+(v|g)\b", re.IGNORECASE)


class DifferentPeople(Base):
    """Somebody looked: these two are not the same. The smaller id stands first."""

    __tablename__ = "different_people"
    __table_args__ = (CheckConstraint("one_id < other_id", name="smaller_first"),)

    one_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)
    said_at: Mapped[datetime]


class DifferentOrganisations(Base):
    __tablename__ = "different_organisations"
    __table_args__ = (CheckConstraint("one_id < other_id", name="smaller_first"),)

    one_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(
        ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    said_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two ids, the smaller first. ``because``: ``email``, ``swapped``, ``name``, ``similar`` or ``short_name``."""

    one: int
    other: int
    because: str


@dataclass(frozen=True, slots=True)
class _Card:
    """What is compared of a person."""

    id: int
    given: str
    family: str
    mailbox: str
    organisation_id: int | None


def pairs_of_people(session: Session, office: Office) -> list[Pair]:
    """The surest first."""
    columns = (Person.id, Person.given_name, Person.family_name, Person.email, Person.organisation_id)
    rows = session.execute(select(*columns).where(Person.office_id == office.id).order_by(Person.id)).all()
    cards = [_Card(id_, _key(given), _key(family), _mailbox(email), where) for id_, given, family, email, where in rows]
    different = _said(session, select(DifferentPeople.one_id, DifferentPeople.other_id))
    found: dict[tuple[int, int], str] = {}
    for block, reasons in ((_mailboxes, ("email",)), (_names, ("swapped", "name")), (_beginnings, ("similar",))):
        for one, other in _within(block(cards)):
            if (one.id, other.id) not in found and (because := _why(one, other, reasons)) is not None:
                found[one.id, other.id] = because
    order = ("email", "name", "swapped", "similar")
    pairs = [Pair(*ids, because) for ids, because in found.items() if ids not in different]
    return sorted(pairs, key=lambda pair: (order.index(pair.because), pair.one, pair.other))


def say_different_people(session: Session, one: Person, other: Person, *, at: datetime) -> None:
    """Saying it twice is once."""
    first, second = sorted((one.id, other.id))
    if session.get(DifferentPeople, (first, second)) is None:
        session.add(DifferentPeople(one_id=first, other_id=second, said_at=at))
        session.flush()


def say_different_organisations(session: Session, one: Organisation, other: Organisation, *, at: datetime) -> None:
    first, second = sorted((one.id, other.id))
    if session.get(DifferentOrganisations, (first, second)) is None:
        session.add(DifferentOrganisations(one_id=first, other_id=second, said_at=at))
        session.flush()


def _said(session: Session, pairs: Select[int, int]) -> set[tuple[int, int]]:
    return {(one, other) for one, other in session.execute(pairs)}


def _why(one: _Card, other: _Card, reasons: tuple[str, ...]) -> str | None:
    if "email" in reasons:
        return "email"
    # Two people of one name in two organisations are two people; without one, nobody knows.
    if one.organisation_id != other.organisation_id and None not in (one.organisation_id, other.organisation_id):
        return None
    if (one.given, one.family) == (other.given, other.family):
        return "name" if "name" in reasons else None
    if (one.given, one.family) == (other.family, other.given):
        return "swapped" if "swapped" in reasons else None
    if "similar" in reasons and _alike(one.family, other.family) and _alike_given(one.given, other.given):
        return "similar"
    return None


def _alike(one: str, other: str) -> bool:
    """Equal, or one slip of the finger apart: a letter more, less, another one, or two that changed places."""
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < SHORTEST_ALIKE or len(longer) - len(shorter) > 1:
        return False
    start = next((at for at, letter in enumerate(shorter) if letter != longer[at]), len(shorter))
    rest, longer_rest = shorter[start:], longer[start:]
    if len(rest) < len(longer_rest):
        return rest == longer_rest[1:]
    return rest[1:] == longer_rest[1:] or (rest[:2] == longer_rest[1::-1] and rest[2:] == longer_rest[2:])


def _alike_given(one: str, other: str) -> bool:
    """Also "E." for "Erika", and "Erika Maria" for "Erika"."""
    if not one or not other:
        return True
    shorter, longer = sorted((one, other), key=len)
    return longer.startswith(shorter) or _alike(one, other)


def _within(blocks: Iterable[list[_Card]]) -> Iterator[tuple[_Card, _Card]]:
    for block in blocks:
        yield from combinations(block, 2)


def _mailboxes(cards: list[_Card]) -> Iterable[list[_Card]]:
    blocks = defaultdict(list)
    for card in cards:
        blocks[card.mailbox].append(card)
    return blocks.values()


def _names(cards: list[_Card]) -> Iterable[list[_Card]]:
    """Whoever bears the same two names, in whatever order, where it can be one person."""
    blocks = defaultdict(list)
    for card in cards:
        blocks[tuple(sorted((card.given, card.family)))].append(card)
    for block in blocks.values():
        yield from _by_organisation(block)


def _beginnings(cards: list[_Card]) -> Iterable[list[_Card]]:
    """Family names with the same first two letters or the same last three, whose given names begin alike."""
    blocks: dict[tuple[str, str], list[_Card]] = defaultdict(list)
    for card in cards:
        blocks[card.family[:2], card.given[:1]].append(card)
        blocks[f"…{card.family[-3:]}", card.given[:1]].append(card)
    for block in blocks.values():
        yield from _by_organisation(block)


def _by_organisation(block: list[_Card]) -> Iterator[list[_Card]]:
    """Those of one organisation with those of none; in a large block without the ones of none."""
    if len(block) < 2:
        return
    apart: dict[int | None, list[_Card]] = defaultdict(list)
    for card in block:
        apart[card.organisation_id].append(card)
    of_none = apart.pop(None, [])
    if len(of_none) > LARGE_BLOCK:
        yield from _equal(of_none)
        of_none = []
    if not apart:
        yield of_none
    for cards in apart.values():
        together = sorted((*cards, *of_none), key=lambda card: card.id)
        if len(together) <= LARGE_BLOCK:
            yield together
        else:
            yield from _equal(together)


def _equal(cards: list[_Card]) -> Iterator[list[_Card]]:
    by_name = defaultdict(list)
    for card in cards:
        by_name[card.given, card.family].append(card)
    for block in by_name.values():
        # The same name a hundred times is a list without names, not a hundred duplicates.
        yield block[:LARGE_BLOCK]


def pairs_of_organisations(session: Session, office: Office) -> list[Pair]:
    """By name without legal form, or where one is called as the other is called for short."""
    columns = (Organisation.id, Organisation.name, Organisation.short_name)
    rows = session.execute(select(*columns).where(Organisation.office_id == office.id).order_by(Organisation.id))
    called: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    for id_, name, short_name in rows:
        full, short = _bare(name), _bare(short_name)
        called[full].append((id_, False))
        if short and short != full:
            called[short].append((id_, True))
    different = _said(session, select(DifferentOrganisations.one_id, DifferentOrganisations.other_id))
    found: dict[tuple[int, int], str] = {}
    for block in called.values():
        for (one, one_short), (other, other_short) in combinations(block[:LARGE_BLOCK], 2):
            if one != other:
                found.setdefault((one, other), "short_name" if one_short or other_short else "name")
    pairs = [Pair(*ids, because) for ids, because in found.items() if ids not in different]
    return sorted(pairs, key=lambda pair: (pair.because, pair.one, pair.other))


@lru_cache(maxsize=10_000)
def _key(name: str) -> str:
    """ "Müller-Lüdenscheidt" as a foreign keyboard would have it: "mueller luedenscheidt"."""
    return " ".join(re.findall(r"\w+", folded(name.casefold().translate(UMLAUTS))))


def _bare(name: str) -> str:
    # "e. V." is two words on paper and one form in law.
    words = _key(_SPACED_FORM.sub(r"\1\2", name).replace(".", "")).split()
    return " ".join(word for word in words if word not in LEGAL_FORMS) or " ".join(words)


def _mailbox(email: str) -> str:
    """ "eva+presse@amt.example" is read by whoever reads "eva@amt.example"."""
    local, _, domain = on_the_wire(email).rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"
