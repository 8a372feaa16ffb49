"""What a calendar program sends back (RFC 5546 3.2.3, 3.2.7): pure, bytes in, one reply out.

Read leniently, line by line: a line that is broken or of no interest breaks nothing, and nothing is expanded, so that
no rule of recurrence can keep us busy. Exchange leaves out ORGANIZER; Google writes the note into a parameter.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from icalendar import vDDDTypes
from icalendar.parser import Contentline, Contentlines

from roundtable.clean_text import cleaned
from roundtable.domain.refusals import Refused

# A reply has one entry, perhaps with its zone; what is longer is none.
MOST_BYTES = 512 * 1024
MOST_WORDS, MOST_ADDRESS, MOST_DEPTH = 500, 254, 20
ANSWERS = ("ACCEPTED", "DECLINED", "TENTATIVE", "DELEGATED")
OF_INTEREST = ("UID", "SEQUENCE", "DTSTAMP", "DTSTART", "ATTENDEE", "COMMENT", "RECURRENCE-ID")
# RFC 5545 3.3.8; ours are small, and a database holds no larger ones.
LARGEST = 2**31 - 1


class CannotBeRead(Refused):
    sentence = _l("This calendar file cannot be read.")


class IsNoReply(Refused):
    sentence = _l("This calendar file is no answer to an invitation.")


class IsTooLong(Refused):
    sentence = _l("This calendar file is longer than any answer to an invitation.")


class SeveralAnswers(Refused):
    sentence = _l("This calendar file holds several entries, or the answers of several people.")


@dataclass(frozen=True, slots=True)
class Reply:
    """``answer``: one of ANSWERS; ``is_counter``: another time is proposed, at ``proposed_at`` where it can be read.

    Addresses are in lower case without ``mailto:``. ``sent_by``: who answered on behalf of the attendee.
    """

    uid: str
    attendee: str
    answer: str
    is_counter: bool
    # None where the program sent none.
    sequence: int | None
    stamped_at: datetime | None
    comment: str
    sent_by: str
    delegated_to: str
    proposed_at: datetime | None
    # About one occurrence of a recurring entry, which ours never are.
    is_of_one_day: bool


def read(content: bytes, charset: str = "utf-8") -> Reply:
    """The one answer in this file.

    Raises:
        CannotBeRead, IsNoReply, IsTooLong, SeveralAnswers
    """
    if len(content) > MOST_BYTES:
        raise IsTooLong
    method, events = _events(_decoded(content, charset))
    if method not in ("REPLY", "COUNTER"):
        raise IsNoReply
    if not events:
        raise CannotBeRead
    if len(events) > 1 or len(events[0].get("ATTENDEE", ())) > 1:
        raise SeveralAnswers
    return _reply(events[0], is_counter=method == "COUNTER")


def _decoded(content: bytes, charset: str) -> str:
    """By the name given, else UTF-8 as RFC 5545 3.1.4 has it, else as Windows writes; NUL and the like dropped."""
    for name in (charset, "utf-8"):
        try:
            return content.decode(name).lstrip("\ufeff")
        except (LookupError, ValueError):
            continue
    return content.decode("cp1252", "replace")


Properties = dict[str, list[tuple[Any, str]]]


def _events(text: str) -> tuple[str, list[Properties]]:
    """METHOD, and the lines of interest of each VEVENT; what stands in alarms and zones is theirs."""
    method, inside, events = "", [], []  # type: str, list[str], list[Properties]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for line in Contentlines.from_ical(text):  # type: ignore[no-untyped-call]  # icalendar's parser has no types
        name = re.split("[;:]", line, maxsplit=1)[0].strip().upper()
        if name in ("BEGIN", "END"):
            component = line.partition(":")[2].strip().upper()
            if name == "BEGIN":
                if len(inside) > MOST_DEPTH:
                    raise CannotBeRead
                inside.append(component)
                if inside == ["VCALENDAR", "VEVENT"]:
                    events.append({})
            elif component in inside:
                del inside[inside.index(component) :]
        elif name == "METHOD" and inside == ["VCALENDAR"]:
            method = method or line.partition(":")[2].strip().upper()
        elif name in OF_INTEREST and inside == ["VCALENDAR", "VEVENT"]:
            _keep(events[-1], name, line)
    return method, events


def _keep(event: Properties, name: str, line: Contentline) -> None:
    try:
        _, parameters, value = line.parts()
    except ValueError:
        return
    event.setdefault(name, []).append((parameters, value))


def _reply(event: Properties, *, is_counter: bool) -> Reply:
    parameters, attendee = event.get("ATTENDEE", [({}, "")])[0]
    uid, answer = _first(event, "UID").strip(), _parameter(parameters, "PARTSTAT").upper()
    if not uid or not attendee or len(uid) > MOST_WORDS:
        raise CannotBeRead
    if answer not in ANSWERS:
        if not is_counter:
            raise IsNoReply
        answer = "TENTATIVE"
    return Reply(
        uid=plain(uid),
        attendee=_address(attendee),
        answer=answer,
        is_counter=is_counter,
        sequence=_number(_first(event, "SEQUENCE")),
        stamped_at=_moment(event, "DTSTAMP"),
        comment=_comment(event, parameters),
        sent_by=_address(_parameter(parameters, "SENT-BY")),
        delegated_to=_address(_parameter(parameters, "DELEGATED-TO")),
        proposed_at=_moment(event, "DTSTART") if is_counter else None,
        is_of_one_day="RECURRENCE-ID" in event,
    )


def _first(event: Properties, name: str) -> str:
    return event[name][0][1] if name in event else ""


def _parameter(parameters: Any, name: str) -> str:
    value = parameters.get(name, "")
    return str(value[0] if isinstance(value, list | tuple) and value else value or "")


def _comment(event: Properties, parameters: Any) -> str:
    said = [value for _, value in event.get("COMMENT", [])] or [_parameter(parameters, "X-RESPONSE-COMMENT")]
    return plain("\n".join(said))[:MOST_WORDS].strip()


def plain(words: str) -> str:
    """Clean, with its lines; markup stays what it is, words."""
    return cleaned(words.replace("\\n", "\n"))


def _address(value: str) -> str:
    bare = plain(value).strip().strip('"').strip()
    return re.sub("^mailto:", "", bare, flags=re.IGNORECASE).strip().lower()[:MOST_ADDRESS]


def _number(value: str) -> int | None:
    bare = value.strip()
    return min(int(bare), LARGEST) if bare.isascii() and bare.isdigit() and len(bare) < 20 else None


def _moment(event: Properties, name: str) -> datetime | None:
    """In UTC; a time without a zone of ours or of Windows' is none."""
    if name not in event:
        return None
    parameters, value = event[name][0]
    try:
        zone = _parameter(parameters, "TZID") or None
        moment = vDDDTypes.from_ical(value.strip(), timezone=zone)  # type: ignore[no-untyped-call]  # as above
        if not isinstance(moment, datetime) or moment.tzinfo is None or not _is_in_our_time(moment):
            return None
        return moment.astimezone(UTC).replace(microsecond=0)
    except (ValueError, TypeError, KeyError, OverflowError, AttributeError):
        return None


def _is_in_our_time(moment: date) -> bool:
    return 2000 <= moment.year <= 2200
