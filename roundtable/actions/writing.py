"""Writing to whoever is invited, and to their assistant: each gets an own letter with an own link."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from roundtable.domain import links
from roundtable.domain.invitations import Invitation
from roundtable.mail import letters, outbox
from roundtable.mail.composing import to_many
from roundtable.mail.mailings import Mailing
from roundtable.mail.outbox import Letter

# Written at once: enough to be quick, few enough to be held in memory.
AT_ONCE = 500


def write(
    session: Session, invitation: Invitation, letter: Callable[..., Letter], *, at: datetime, **context: Any
) -> list[Letter]:
    """Queue this letter of ``mail/letters.py`` with a fresh link; a second one to the assistant, where there is one."""
    written = []
    for is_for_assistant in (False, True) if invitation.person.assistant_email else (False,):
        token = links.issue(session, at=at, invitation=invitation, is_for_assistant=is_for_assistant)
        one = letter(invitation, token, at=at, for_assistant=is_for_assistant, **context)
        written.append(outbox.queue(session, one))
    return written


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
    with to_many():
        for begin in range(0, len(whom), AT_ONCE):
            some = whom[begin : begin + AT_ONCE]
            tokens = links.issue_to_all(session, some, at=at)
            outbox.queue_all(
                session,
                [
                    letter(invitation)(invitation, token, at=at, for_assistant=is_for_assistant, **context)
                    for token, (invitation, is_for_assistant) in zip(tokens, some, strict=True)
                ],
                mailing=mailing,
            )


def inviting_letter(invitation: Invitation) -> Callable[..., Letter]:
    """What invites this person: for themselves, as a delegate or as a companion."""
    if invitation.delegated_by_id is not None:
        return letters.delegate_invitation
    if invitation.brought_by_id is not None:
        return letters.companion_invitation
    return letters.invitation
