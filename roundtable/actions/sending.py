"""Writing to whoever is invited, and to their assistant: each gets an own letter with an own link."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from roundtable.domain import links
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.guests.registrations import Registration
from roundtable.domain.letter_kinds import TELLING
from roundtable.mail.letters import letters
from roundtable.mail.letters.composing import to_many
from roundtable.mail.outbox import outbox
from roundtable.mail.outbox.mailings import Mailing
from roundtable.mail.outbox.outbox import Letter

# Written at once: enough to be quick, few enough to be held in memory.
AT_ONCE = 500


def write(
    session: Session, invitation: Invitation, letter: Callable[..., Letter], *, at: datetime, **context: Any
) -> None:
    """Queue this letter with a fresh link; a second one to the assistant, where there is one."""
    write_to_all(session, [invitation], lambda _: letter, mailing=None, at=at, **context)


def write_without_link(
    session: Session, invitation: Invitation, letter: Callable[..., Letter], *, at: datetime
) -> None:
    """To somebody for whom there is nothing to open any more."""
    for is_for_assistant in (False, True) if invitation.person.assistant_email else (False,):
        outbox.queue(session, letter(invitation, at=at, for_assistant=is_for_assistant))


def remember(invitation: Invitation, letter: Letter) -> None:
    """With the first letter to somebody a conversation begins; some letters tell of everything that has changed.

    The first one says how it stands, whichever it is.
    """
    if not invitation.thread_id:
        invitation.thread_id = letter.message_id
    if letter.kind in TELLING or invitation.told_sequence is None:
        invitation.told_sequence = invitation.roundtable.calendar_sequence


def write_to_all(
    session: Session,
    invitations: Sequence[Invitation],
    letter: Callable[[Invitation], Callable[..., Letter]],
    *,
    mailing: Mailing | None,
    at: datetime,
    **context: Any,
) -> None:
    """The same to many, a mailing of thousands in seconds. ``letter`` says which one each gets."""
    session.flush()
    whom = [
        (invitation, is_for_assistant)
        for invitation in invitations
        for is_for_assistant in ((False, True) if invitation.person.assistant_email else (False,))
    ]
    knew = {invitation.id: invitation.told_sequence for invitation in invitations}
    with to_many():
        for begin in range(0, len(whom), AT_ONCE):
            some = whom[begin : begin + AT_ONCE]
            tokens = links.issue_to_all(session, some, at=at)
            written = [
                letter(invitation)(invitation, token, at=at, for_assistant=is_for_assistant, **context)
                for token, (invitation, is_for_assistant) in zip(tokens, some, strict=True)
            ]
            for one, (invitation, _is_for_assistant) in zip(written, some, strict=True):
                one.knew_sequence = knew[invitation.id]
            outbox.queue_all(session, written, mailing=mailing)
            for one, (invitation, is_for_assistant) in zip(written, some, strict=True):
                if not is_for_assistant:
                    remember(invitation, one)


def inviting_letter(invitation: Invitation) -> Callable[..., Letter]:
    """What invites this person: for themselves, as a delegate or as a companion."""
    if invitation.delegated_by_id is not None:
        return letters.delegate_invitation
    if invitation.brought_by_id is not None:
        return letters.companion_invitation
    return letters.invitation


def tell_moved_up(session: Session, moved: list[Registration], *, at: datetime) -> None:
    """A letter with a fresh link to each who got a seat from the waiting list."""
    for registration in moved:
        write(session, registration.invitation, letters.seat_free, at=at)
