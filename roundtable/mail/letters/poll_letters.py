"""Letters of a date poll."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.domain.letter_kinds import LetterKind, overtaken_by
from roundtable.domain.roundtables.polls import Poll, PollDate, PollVoter
from roundtable.mail.letters.composing import Addressee, compose, link_to
from roundtable.mail.outbox import holding, outbox
from roundtable.mail.outbox.outbox import Letter

WithLink = Callable[..., Letter]


def _about(
    kind: LetterKind, voter: PollVoter, token: str, *, at: datetime, for_assistant: bool, thread_id: str | None = None
) -> Letter:
    person = voter.person
    letter = compose(
        kind,
        office=voter.poll.series.office,
        to=Addressee.assistant(person) if for_assistant else Addressee.person(person),
        person=person,
        at=at,
        poll=voter.poll,
        thread_id=thread_id,
        is_reply=not for_assistant,
        link=link_to("guest.poll.show", lang=person.language, token=token),
    )
    letter.poll_id = voter.poll_id
    return letter


def poll(voter: PollVoter, token: str, *, at: datetime, for_assistant: bool = False) -> Letter:
    """Which of these dates suits?"""
    return _about("poll", voter, token, at=at, for_assistant=for_assistant)


def poll_reminder(
    voter: PollVoter, token: str, *, at: datetime, for_assistant: bool = False, thread_id: str | None = None
) -> Letter:
    """To somebody who was asked and has not voted. ``thread_id``: as in ``writing.write``."""
    return _about("poll_reminder", voter, token, at=at, for_assistant=for_assistant, thread_id=thread_id)


def poll_closed(voter: PollVoter, *, chosen: PollDate | None, at: datetime, thread_id: str | None = None) -> Letter:
    """The date that was chosen, or that there is none. ``thread_id``: as in ``writing.write``."""
    person = voter.person
    letter = compose(
        "poll_closed",
        office=voter.poll.series.office,
        to=Addressee.person(person),
        person=person,
        at=at,
        poll=voter.poll,
        chosen=chosen,
        thread_id=thread_id,
        is_reply=True,
    )
    letter.poll_id = voter.poll_id
    return letter


def hold_back(session: Session, poll: Poll, *, at: datetime) -> None:
    """Letters of a closed poll that still wait are overtaken."""
    asking = select(Letter).where(
        Letter.poll_id == poll.id, Letter.kind.in_(overtaken_by("closing")), Letter.state.in_(outbox.UNSENT)
    )
    holding.overtake(session, session.scalars(holding.locked(asking)), at=at)
