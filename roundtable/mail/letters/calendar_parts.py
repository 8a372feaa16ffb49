"""Which letter carries what for the reader's calendar.

Where replies are read, each letter to somebody invited speaks to their calendar and says what the page says. Where
they are not, no button may appear that leads nowhere (rule 11): then a letter carries a file without ATTENDEE.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from roundtable.calendar import invited
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.letter_kinds import KINDS, LetterKind
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.letters.composing import once
from roundtable.mail.message.writing import CalendarPart

# What calendars do not keep: whoever declined hears of no later change, so nothing old may stay behind.
NOT_COMING = "DECLINED"


def part_of(
    kind: LetterKind,
    invitation: Invitation,
    *,
    language: str,
    url: str | None,
    at: datetime,
    reads_replies: bool,
    for_assistant: bool,
) -> CalendarPart | None:
    """``url``: the public page. An assistant gets the file: the buttons are in the letter to the person themselves."""
    roundtable = invitation.roundtable
    keeps_the_day = invitation.sent_at is None and invitation.announced_at is not None and invitation.answer is None
    said: dict[str, Any] = {"language": language, "url": url, "at": at}
    if KINDS[kind].asks == "to_keep_the_day" or (KINDS[kind].tells == "news" and keeps_the_day):
        # Nothing is asked yet, not by calendar either.
        return CalendarPart("PUBLISH", _common(invited.announcement, roundtable, is_tentative=True, **said))
    partstat = "" if roundtable.is_cancelled else _partstat(kind, invitation)
    is_over_for_them = kind == "uninvited" or partstat == NOT_COMING
    if not reads_replies or for_assistant:
        if is_over_for_them or partstat == "DELEGATED":
            return None
        return CalendarPart("PUBLISH", _common(invited.announcement, roundtable, **said))
    if roundtable.is_cancelled or is_over_for_them:
        return CalendarPart(
            "CANCEL", invited.for_one(_common(invited.cancellation, roundtable, **said), invitation, None)
        )
    request = _common(invited.request, roundtable, is_free=partstat == "DELEGATED", **said)
    return CalendarPart("REQUEST", invited.for_one(request, invitation, partstat))


def _common(write: Callable[..., bytes], roundtable: Roundtable, **said: Any) -> bytes:
    """What letters to many have in common is written once."""
    return once((write, roundtable.id, *said.values()), lambda: write(roundtable, **said))


def _partstat(kind: LetterKind, invitation: Invitation) -> str:
    is_first = invitation.sent_at is None and invitation.announced_at is None
    asks = KINDS[kind].asks
    if asks == "to_answer_again" or (asks == "to_come" and is_first):
        return "NEEDS-ACTION"
    if KINDS[kind].tells == "news" and _has_lost_delegate(invitation):
        # The letter says so too.
        return "NEEDS-ACTION"
    return invited.standing(invitation)


def _has_lost_delegate(invitation: Invitation) -> bool:
    if invitation.answer is None or invitation.answer.kind != "delegated":
        return False
    delegate = invitation.delegate
    return delegate is None or delegate.registration is None
