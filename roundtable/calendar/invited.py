"""Calendar parts of letters, for one person each: come, this has changed, this is off (RFC 5546 3.2.2 and 3.2.5).

Two addresses stand in one: the reader's own as the only ATTENDEE, and the office's reply address as ORGANIZER, where
answers are read. It is the same in every letter and feed, and the Reply-To of the letter; where letters are sent from
another address, that one is SENT-BY (RFC 5545 3.2.18). Whoever sends a delegate knows them by the office's address
alone: their programs would write to each other, and to nobody else is it known (rule 10). The delegate is not told by
DELEGATED-FROM for whom they come: Thunderbird shows its buttons then and never sends the answer. The letter says it.
"""

from datetime import UTC, datetime

from icalendar import vUri

from roundtable.calendar.entry import frame, mailto, one_line, organiser, properties, quoted, zones
from roundtable.calendar.lines import Property, component, line
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.office.offices import Office
from roundtable.domain.roundtables.roundtables import Roundtable

# Who is expected, and who may come (RFC 5545 3.2.16). The host's is CHAIR.
ROLES = {"host": "REQ-PARTICIPANT", "member": "REQ-PARTICIPANT"}


def standing(invitation: Invitation) -> str:
    """What the page says, as a PARTSTAT (RFC 5545 3.2.12).

    Whoever waits is TENTATIVE: they want to come, and the hours are kept free without the promise of a seat.
    """
    answer, seat = invitation.answer, invitation.registration
    if answer is None or (answer.kind == "accepted" and seat is None):
        return "NEEDS-ACTION"
    if answer.kind == "accepted" and seat is not None and seat.is_waiting:
        return "TENTATIVE"
    return str(answer.kind.upper())


def request(roundtable: Roundtable, *, is_free: bool, language: str, url: str | None, at: datetime) -> bytes:
    """METHOD:REQUEST: an invitation, a change of the roundtable, or an answer as we understood it. See ``for_one``.

    ``is_free``: in these hours, as somebody else comes instead. ``url``: the public page, None while it has none.
    ``at``: when it is written; the newest one counts.
    """
    event = _event(roundtable, language=language, url=url, at=at)
    if is_free:
        event["TRANSP"] = Property("TRANSP", "TRANSPARENT")
    return _calendar(roundtable, "REQUEST", event)


def cancellation(roundtable: Roundtable, *, language: str, url: str | None, at: datetime) -> bytes:
    """METHOD:CANCEL. Of a roundtable that takes place it takes back one person's invitation, and has no STATUS.

    It keeps the SEQUENCE then and is newer by its DTSTAMP (RFC 5546 2.1.5): raising it would make everybody else's
    entry, and the answers they give by it, look old. See ``for_one``.
    """
    event = _event(roundtable, language=language, url=url, at=at)
    if not roundtable.is_cancelled:
        del event["STATUS"]
    elif roundtable.cancelled_because:
        event["COMMENT"] = Property("COMMENT", one_line(roundtable.cancelled_because.in_(language)))
    event["TRANSP"] = Property("TRANSP", "TRANSPARENT")
    return _calendar(roundtable, "CANCEL", event)


def announcement(
    roundtable: Roundtable, *, language: str, url: str | None, at: datetime, is_tentative: bool = False
) -> bytes:
    """METHOD:PUBLISH, for those who are not asked to answer by calendar: nobody is an ATTENDEE, no buttons appear."""
    event = _event(roundtable, language=language, url=url, at=at)
    if is_tentative:
        event["STATUS"] = Property("STATUS", "TENTATIVE")
        event["TRANSP"] = Property("TRANSP", "TRANSPARENT")
    return _calendar(roundtable, "PUBLISH", event)


def _event(roundtable: Roundtable, *, language: str, url: str | None, at: datetime) -> dict[str, Property]:
    """What stands in the VEVENT, by name."""
    event = {each.name: each for each in properties(roundtable, language=language, url=url)}
    # A letter's entry must be newer than the letter's before, even where the roundtable has not changed.
    event["DTSTAMP"] = Property("DTSTAMP", max(at, roundtable.calendar_changed_at).astimezone(UTC))
    event["ORGANIZER"] = _organiser(roundtable.series.office, language)
    return event


def _organiser(office: Office, language: str) -> Property:
    known = organiser(office, language)
    if mailto(office.sender_email).lower() != mailto(office.reply_email).lower():
        known.parameters["SENT-BY"] = quoted(mailto(office.sender_email))
    return known


def _calendar(roundtable: Roundtable, method: str, event: dict[str, Property]) -> bytes:
    return component("VCALENDAR", frame(method), zones([roundtable]) + component("VEVENT", event.values()))


def for_one(common: bytes, invitation: Invitation, partstat: str | None) -> bytes:
    """A REQUEST or CANCEL with its reader as the only ATTENDEE. ``partstat`` None: there is nothing to answer."""
    before, end, after = common.partition(b"END:VEVENT\r\n")
    return before + line(_attendee(invitation, partstat)) + end + after


def _attendee(invitation: Invitation, partstat: str | None) -> Property:
    person = invitation.person
    said = {"CN": quoted(person.name), "CUTYPE": "INDIVIDUAL", "ROLE": _role(invitation, partstat)}
    if partstat is not None:
        said |= {"PARTSTAT": partstat, "RSVP": "TRUE" if partstat == "NEEDS-ACTION" else "FALSE"}
    if partstat == "DELEGATED":
        said["DELEGATED-TO"] = quoted(mailto(invitation.roundtable.series.office.reply_email))
    return Property("ATTENDEE", vUri(mailto(person.email)), said)


def _role(invitation: Invitation, partstat: str | None) -> str:
    """Of the invited person; a delegate's is that of whom they come for."""
    if partstat == "DELEGATED":
        return "NON-PARTICIPANT"
    if partstat == "TENTATIVE":
        return "OPT-PARTICIPANT"
    roundtable, whose = invitation.roundtable, invitation.delegated_by or invitation
    if whose is invitation and roundtable.series.host_id == whose.person_id:
        return "CHAIR"
    if whose.person_id in {item.speaker_id for item in roundtable.agenda}:
        return "REQ-PARTICIPANT"
    return ROLES.get(whose.role, "OPT-PARTICIPANT")
