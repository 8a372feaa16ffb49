"""Calendar parts of letters, for one person each: come, this has changed, this is off (RFC 5546 3.2.2 and 3.2.5).

Two addresses stand in one: the reader's own as the only ATTENDEE, and the office's reply address as ORGANIZER, where
answers are read. It is the same in every letter and feed, and the Reply-To of the letter; where letters are sent from
another address, that one is SENT-BY (RFC 5545 3.2.18). Whoever sends a delegate, and the delegate, know each other by
the office's address alone: their programs would write to each other, and to nobody else is it known (rule 10).
"""

from datetime import datetime
from functools import partial
from weakref import WeakKeyDictionary

from icalendar import Event, vCalAddress
from icalendar.parser import Contentline

from roundtable.calendar.entry import calendar_with, entry, mailto, one_line, organiser
from roundtable.domain.invitations import Invitation
from roundtable.domain.offices import Office
from roundtable.domain.roundtables import Roundtable

# Who is expected, and who may come (RFC 5545 3.2.16). The host's is CHAIR.
ROLES = {"host": "REQ-PARTICIPANT", "member": "REQ-PARTICIPANT"}
_GAP = b"ATTENDEE:mailto:gap@roundtable.invalid\r\n"
# Letters to many differ in the ATTENDEE alone; the rest is written once.
_written: WeakKeyDictionary[Roundtable, dict[tuple[object, ...], bytes]] = WeakKeyDictionary()


def standing(invitation: Invitation) -> str:
    """What the page says, as a PARTSTAT (RFC 5545 3.2.12).

    Whoever waits is TENTATIVE: they want to come, and the hours are kept free without the promise of a seat.
    """
    answer, seat = invitation.answer, invitation.registration
    if answer is None or (answer.kind == "accepted" and seat is None):
        return "NEEDS-ACTION"
    if answer.kind == "accepted" and seat is not None and seat.state == "waiting":
        return "TENTATIVE"
    return str(answer.kind.upper())


def request(invitation: Invitation, partstat: str, *, language: str, url: str | None, at: datetime) -> bytes:
    """METHOD:REQUEST: an invitation, a change of the roundtable, or the answer as we understood it.

    ``url``: the public page, None while it has none. ``at``: when it is written; the newest one counts.
    """
    # The head knows of it and is free in these hours.
    is_free = partstat == "DELEGATED"
    write = partial(_request, invitation.roundtable, is_free=is_free, language=language, url=url, at=at)
    return _for_one(invitation, partstat, ("REQUEST", is_free, language, url, at), write)


def cancellation(invitation: Invitation, *, language: str, url: str | None, at: datetime) -> bytes:
    """METHOD:CANCEL. Of a roundtable that takes place it takes back one person's invitation, and has no STATUS.

    It keeps the SEQUENCE then and is newer by its DTSTAMP (RFC 5546 2.1.5): raising it would make everybody else's
    entry, and the answers they give by it, look old.
    """
    roundtable = invitation.roundtable
    write = partial(_cancellation, roundtable, language=language, url=url, at=at)
    return _for_one(invitation, None, ("CANCEL", language, url, at), write)


def announcement(
    roundtable: Roundtable, *, language: str, url: str | None, at: datetime, is_tentative: bool = False
) -> bytes:
    """METHOD:PUBLISH, for those who are not asked to answer by calendar: nobody is an ATTENDEE, no buttons appear."""
    write = partial(_announcement, roundtable, language=language, url=url, at=at, is_tentative=is_tentative)
    return _once(roundtable, ("PUBLISH", language, url, at, is_tentative), write)


def _announcement(roundtable: Roundtable, *, language: str, url: str | None, at: datetime, is_tentative: bool) -> bytes:
    event = _event(roundtable, language=language, url=url, at=at)
    if is_tentative:
        event["status"] = "TENTATIVE"
        event["transp"] = "TRANSPARENT"
    return _calendar(roundtable, event, "PUBLISH")


def _request(roundtable: Roundtable, *, is_free: bool, language: str, url: str | None, at: datetime) -> bytes:
    event = _event(roundtable, language=language, url=url, at=at)
    if is_free:
        event["transp"] = "TRANSPARENT"
    event.add("attendee", vCalAddress("mailto:gap@roundtable.invalid"))
    return _calendar(roundtable, event, "REQUEST")


def _cancellation(roundtable: Roundtable, *, language: str, url: str | None, at: datetime) -> bytes:
    event = _event(roundtable, language=language, url=url, at=at)
    if not roundtable.is_cancelled:
        del event["status"]
    elif roundtable.cancelled_because:
        event.add("comment", one_line(roundtable.cancelled_because))
    event["transp"] = "TRANSPARENT"
    event.add("attendee", vCalAddress("mailto:gap@roundtable.invalid"))
    return _calendar(roundtable, event, "CANCEL")


def _event(roundtable: Roundtable, *, language: str, url: str | None, at: datetime) -> Event:
    event = entry(roundtable, language=language, url=url)
    # A letter's entry must be newer than the letter's before, even where the roundtable has not changed.
    del event["dtstamp"]
    event.add("dtstamp", max(at, roundtable.calendar_changed_at))
    event.add("organizer", _organiser(roundtable.series.office, language))
    return event


def _organiser(office: Office, language: str) -> vCalAddress:
    address = organiser(office, language)
    if office.sender_email.lower() != office.reply_email.lower():
        address.params["SENT-BY"] = mailto(office.sender_email)
    return address


def _calendar(roundtable: Roundtable, event: Event, method: str) -> bytes:
    zone = roundtable.series.zone
    years = {moment.astimezone(zone).year for moment in (roundtable.starts_at, roundtable.ends_at)}
    return bytes(calendar_with([event], method=method, series=roundtable.series, years=years).to_ical())


def _once(roundtable: Roundtable, key: tuple[object, ...], write: "partial[bytes]") -> bytes:
    key = (roundtable.calendar_sequence, roundtable.calendar_changed_at, *key)
    known = _written.setdefault(roundtable, {})
    if key not in known:
        known[key] = write()
    return known[key]


def _for_one(invitation: Invitation, partstat: str | None, key: tuple[object, ...], write: "partial[bytes]") -> bytes:
    before, _, after = _once(invitation.roundtable, key, write).partition(_GAP)
    return before + _attendee(invitation, partstat) + b"\r\n" + after


def _attendee(invitation: Invitation, partstat: str | None) -> bytes:
    """One line, folded. ``partstat`` None: in a cancellation there is nothing to answer."""
    person = invitation.person
    address = vCalAddress(mailto(person.email))
    # RFC 5545 3.2: a parameter's value cannot hold a double quote.
    address.params["CN"] = one_line(person.name).replace('"', "'")
    address.params["CUTYPE"] = "INDIVIDUAL"
    address.params["ROLE"] = _role(invitation, partstat)
    if partstat is not None:
        address.params["PARTSTAT"] = partstat
        address.params["RSVP"] = "TRUE" if partstat == "NEEDS-ACTION" else "FALSE"
    office = mailto(invitation.roundtable.series.office.reply_email)
    if partstat == "DELEGATED":
        address.params["DELEGATED-TO"] = office
    if invitation.delegated_by is not None:
        address.params["DELEGATED-FROM"] = office
    return bytes(Contentline.from_parts("ATTENDEE", address.params, address).to_ical())


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
