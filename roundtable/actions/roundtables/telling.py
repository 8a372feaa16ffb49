"""Telling people what has changed of a roundtable they are invited to: each what they have not been told, and once."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from roundtable.actions.roundtables.readers import Awaited, Reader, are_concerned, first_letter, readers_of
from roundtable.actions.sending import write_to_all
from roundtable.db import LANGUAGES, NO_WORDS, Bilingual
from roundtable.domain.guests import registrations, waiting_list
from roundtable.domain.guests.invitations import Answer, Invitation
from roundtable.domain.letter_kinds import NEWS, NewsKind, overtaken_by
from roundtable.domain.links import NO_TOKEN
from roundtable.domain.office.accounts import Account
from roundtable.domain.people.people import Person
from roundtable.domain.roundtables.editions import Edition
from roundtable.domain.roundtables.roundtables import AlreadyCancelled, Roundtable
from roundtable.mail.letters import letters
from roundtable.mail.outbox import holding
from roundtable.mail.outbox.mailings import Mailing
from roundtable.mail.outbox.outbox import Letter


@dataclass(frozen=True, slots=True)
class Untold:
    """``number`` people do not know of all yet; ``before``: the roundtable as those know it who know the least."""

    before: Edition | None
    number: int


def untold(session: Session, roundtable: Roundtable, *, at: datetime) -> Untold:
    """What nobody, or not everybody, has been told of."""
    if roundtable.is_cancelled or roundtable.is_over(at):
        return Untold(None, 0)
    rows = session.execute(_counted(), {"roundtable_id": roundtable.id}).all()
    known = [(edition, number) for edition, language, number in rows if edition.is_outdated(language)]
    return Untold(before=known[0][0] if known else None, number=sum(number for _, number in known))


@cache
def _counted() -> Select[Edition, str, int]:
    """How many were told which edition in which language, of a ``roundtable_id``; built once."""
    return (
        select(Edition, Person.language, func.count(Invitation.id))
        .join(
            Invitation,
            (Invitation.roundtable_id == Edition.roundtable_id) & (Invitation.told_sequence == Edition.sequence),
        )
        .join(Invitation.person)
        .outerjoin(Answer, (Answer.invitation_id == Invitation.id) & Answer.is_current)
        .where(Edition.roundtable_id == bindparam("roundtable_id"), *are_concerned())
        .group_by(Edition.id, Person.language)
        .order_by(Edition.sequence)
    )


def to_tell(session: Session, roundtable: Roundtable) -> list[Reader]:
    """Whose last letter says something else than what holds today, by precedence."""
    return [each for each in readers_of(session, roundtable) if each.was_told_otherwise]


def tell(session: Session, roundtable: Roundtable, *, words: Bilingual, at: datetime, by: Account | None = None) -> int:
    """A letter to each who does not know yet; twice is once. Returns how many people are written to.

    ``words`` of the organiser may be empty. See ``write_news``.

    Raises:
        AlreadyCancelled
    """
    registrations.lock_seats(session, roundtable)
    if roundtable.is_cancelled:
        raise AlreadyCancelled
    told = to_tell(session, roundtable)
    return write_news(session, roundtable, told, kind="changed", words=words, at=at, by=by)


def hold_back_what_is_no_news(session: Session, roundtable: Roundtable, *, at: datetime) -> None:
    """Letters that wait to tell of what was changed back since never go out."""
    registrations.lock_seats(session, roundtable)
    told = [each for each in to_tell(session, roundtable) if each.awaited is None and not _hears_news(each)]
    write_news(session, roundtable, told, kind="changed", words=NO_WORDS, at=at, by=None)


def write_news(
    session: Session,
    roundtable: Roundtable,
    told: Sequence[Reader],
    *,
    kind: NewsKind,
    words: Bilingual,
    at: datetime,
    by: Account | None,
) -> int:
    """One letter to each that says it all. Returns how many people are written to.

    Whatever else waits for them about this roundtable names what holds no more, so it never goes out; in its place the
    letter says all that is different from what its reader surely knows, and how it stands with their answer and seat.
    Nobody who got a seat from the waiting list stays ignorant of it. What was changed back before anybody heard of it
    is no news. Whoever's invitation has not gone out yet gets that one anew, when the old one would have gone.
    """
    their_ids = [each.invitation.person_id for each in told]
    holding.hold_back(session, roundtable, overtaken_by("last_word"), at=at, to=their_ids)
    for reader in told:
        reader.invitation.told_sequence = reader.known[0] if reader.known else None
        if not reader.knows:
            # They have not got what the conversation would have begun with.
            reader.invitation.thread_id = None
    news = {each.invitation.id: each for each in told if _hears_news(each)}
    if news:
        places = waiting_list.places_in_line(session, roundtable)
        write_to_all(
            session,
            [each.invitation for each in news.values()],
            lambda invitation: letter_of(news[invitation.id], words, places),
            mailing=_mailing(session, roundtable, kind, words, at, by),
            at=at,
        )
    awaiting = [(each.invitation, each.awaited) for each in told if each.awaited is not None]
    _ask_anew(session, awaiting, at=at)
    return len(news.keys() | {invitation.id for invitation, _awaited in awaiting})


def shown(
    session: Session, roundtable: Roundtable, told: Sequence[Reader], words: Bilingual, *, at: datetime
) -> list[Letter]:
    """Of the letters that ``write_news`` would write one in each language, in full (rule 22): of the news, where there
    are any."""
    places = waiting_list.places_in_line(session, roundtable)
    news = one_a_language([each.invitation for each in told if _hears_news(each)])
    if news:
        readers = {each.invitation.id: each for each in told}
        return [letter_of(readers[each.id], words, places)(each, NO_TOKEN, at=at) for each in news]
    waiting = one_a_language([each.invitation for each in told if each.awaited is not None])
    return [first_letter(each)(each, NO_TOKEN, at=at) for each in waiting]


def one_a_language(invitations: Sequence[Invitation]) -> list[Invitation]:
    """The first who reads each language, German first."""
    first: dict[str, Invitation] = {}
    for each in invitations:
        first.setdefault(each.person.language, each)
    return [first[language] for language in LANGUAGES if language in first]


def _hears_news(reader: Reader) -> bool:
    return reader.knows and (reader.before is not None or not reader.known)


def letter_of(reader: Reader, words: Bilingual, places: Mapping[int, int]) -> Callable[..., Letter]:
    """Another day is told in other words than another place. ``places`` in line by the id of the invitation."""
    before, held = reader.before, reader.held
    standing: dict[str, Any] = {
        "registration": held,
        "place": places.get(held.invitation_id) if held is not None else None,
    }
    if before is None or before.is_of_another_time:
        return partial(letters.new_date, before=before, because=words, **standing)
    return partial(letters.changed, before=before, words=words, **standing)


def words_to_say_again(session: Session, roundtable: Roundtable) -> Bilingual:
    """What organisers said in letters about changes that wait or were stopped last: newer ones take their place."""
    waiting = select(Letter.id).where(
        Letter.mailing_id == Mailing.id, Letter.state.in_(("waiting", "failed")), Letter.overtaken_at.is_(None)
    )
    news = select(Mailing, waiting.exists()).where(Mailing.roundtable_id == roundtable.id, Mailing.kind.in_(NEWS))
    rows = session.execute(news.order_by(Mailing.id)).all()
    said = [mailing for mailing, waits in rows if waits or (mailing is rows[-1][0] and mailing.stopped_at is not None)]
    return _one_after_the_other([each.words for each in said if each.words])


def _one_after_the_other(said: Sequence[Bilingual]) -> Bilingual:
    """Each once; what was said in one language alone stands between the others in that one."""
    german, english = ("\n\n".join(dict.fromkeys(each.in_(language) for each in said)) for language in LANGUAGES)
    if german == english:
        # Said once for all.
        return Bilingual(german, "") if any(each.de for each in said) else Bilingual("", english)
    return Bilingual(german, english)


def _mailing(
    session: Session, roundtable: Roundtable, kind: NewsKind, words: Bilingual, at: datetime, by: Account | None
) -> Mailing:
    mailing = Mailing(roundtable_id=roundtable.id, kind=kind, queued_at=at, send_after=at, queued_by=by)
    mailing.words = words
    session.add(mailing)
    return mailing


def _ask_anew(session: Session, awaiting: Sequence[tuple[Invitation, Awaited]], *, at: datetime) -> None:
    """What waited to ask them, as it stands now, with the letters it was to go with."""
    together = defaultdict(list)
    for invitation, awaited in awaiting:
        together[max(at, awaited.send_after), awaited.mailing_id].append(invitation)
    for (send_after, mailing_id), asked in together.items():
        mailing = session.get(Mailing, mailing_id) if mailing_id is not None else None
        said = {"personal": mailing.words} if mailing is not None else {}
        write_to_all(session, asked, first_letter, mailing=mailing, at=at, send_after=send_after, **said)
