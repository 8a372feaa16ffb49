"""Which letter carries what for the reader's calendar.

Where replies are read, each letter to somebody invited speaks to their calendar and says what the page says. Where
they are not, no button may appear that leads nowhere (rule 11): then a letter carries a file without ATTENDEE.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from roundtable.calendar import invited
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.letters.composing import once
from roundtable.mail.message import CalendarPart
from roundtable.mail.outbox.mailings import NEWS

# These ask; what was answered before counts no more, or there was nothing.
ASKING = ("invitation", "reminder", "delegate_invitation", "companion_invitation", "delegate_declined")
# What calendars do not keep: whoever declined hears of no later change, so nothing old may stay behind.
NOT_COMING = "DECLINED"


def part_of(
    kind: str,
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
    if kind == "save_the_date" or (kind in NEWS and keeps_the_day):
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


def _partstat(kind: str, invitation: Invitation) -> str:
    is_first = invitation.sent_at is None and invitation.announced_at is None
    if kind in ("reminder", "delegate_declined") or (kind in ASKING and is_first):
        return "NEEDS-ACTION"
    if kind in NEWS and _has_lost_delegate(invitation):
        # The letter says so too.
        return "NEEDS-ACTION"
    return invited.standing(invitation)


def _has_lost_delegate(invitation: Invitation) -> bool:
    if invitation.answer is None or invitation.answer.kind != "delegated":
        return False
    delegate = invitation.delegate
    return delegate is None or delegate.registration is None
