"""One answer out of a calendar file, whatever program wrote it; what is none is refused by name."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roundtable.calendar import replied
from roundtable.domain.refusals import Refused
from tests.mail.replies import calendar, entry

AT = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
UID, EMAIL = "u-1@lindenau.example", "robin@organisation.example"


def read(**more: Any) -> replied.Reply:
    return replied.read(calendar(entry(UID, EMAIL, "ACCEPTED", AT, **more)))


def test_what_a_reply_says() -> None:
    reply = read(
        sequence="3", comment="Gern\\, bis dann\\nR.", parameters=';SENT-BY="mailto:Buero@organisation.example"'
    )
    assert (reply.uid, reply.attendee, reply.answer, reply.sequence) == (UID, EMAIL, "ACCEPTED", 3)
    assert (reply.stamped_at, reply.comment) == (AT, "Gern, bis dann\nR.")
    assert (reply.sent_by, reply.is_counter, reply.is_of_one_day) == ("buero@organisation.example", False, False)


def test_an_organiser_is_not_needed_and_no_number_either() -> None:
    reply = read(organiser="", sequence="")
    assert (reply.attendee, reply.sequence) == (EMAIL, None)


@pytest.mark.parametrize(
    ("encoded", "charset"),
    [("latin-1", "iso-8859-1"), ("cp1252", "windows-1252"), ("utf-8", "utf-8"), ("utf-8-sig", "us-ascii"),
     ("utf-16", "utf-16"), ("utf-8", "gibt-es-nicht"), ("cp1252", "utf-8")],
)  # fmt: skip
def test_any_charset(encoded: str, charset: str) -> None:
    content = calendar(entry(UID, EMAIL, "DECLINED", AT, comment="Übermüdet")).decode().encode(encoded)
    assert replied.read(content, charset).comment == "Übermüdet"


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n\r\n"])
def test_any_line_end(end: bytes) -> None:
    assert replied.read(calendar(entry(UID, EMAIL, "ACCEPTED", AT)).replace(b"\r\n", end)).uid == UID


def test_markup_and_what_cannot_be_seen() -> None:
    reply = read(comment="<script>1</script>\x00\u202eboese", parameters=';CN="<b>x</b>"')
    assert reply.comment == "<script>1</script>boese"


def test_rules_alarms_and_zones_are_not_looked_at() -> None:
    bomb = "RRULE:FREQ=SECONDLY;COUNT=999999999\nBEGIN:VALARM\nATTENDEE:mailto:x@y\nUID:other\nEND:VALARM"
    begun = time.monotonic()
    assert read(extra=bomb).attendee == EMAIL
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", replied.IsNoReply),
        (calendar(entry(UID, EMAIL, "ACCEPTED", AT), method="REQUEST"), replied.IsNoReply),
        (calendar(entry(UID, EMAIL, "NEEDS-ACTION", AT)), replied.IsNoReply),
        (calendar(method="REPLY"), replied.CannotBeRead),
        (calendar(["BEGIN:VEVENT", f"UID:{UID}", "END:VEVENT"]), replied.CannotBeRead),
        (calendar(entry("", EMAIL, "ACCEPTED", AT)), replied.CannotBeRead),
        (calendar(entry("u" * 501, EMAIL, "ACCEPTED", AT)), replied.CannotBeRead),
        (calendar(["BEGIN:VEVENT"] * 100), replied.CannotBeRead),
        (calendar(*[entry(UID, EMAIL, "ACCEPTED", AT)] * 2), replied.SeveralAnswers),
        (calendar(entry(UID, EMAIL, "ACCEPTED", AT, extra="ATTENDEE:mailto:b@c.example")), replied.SeveralAnswers),
        (b"x" * (replied.MOST_BYTES + 1), replied.IsTooLong),
    ],
)
def test_refusals(content: bytes, refusal: type[Refused]) -> None:
    with pytest.raises(refusal):
        replied.read(content)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("DTSTART:20260402T080000Z", datetime(2026, 4, 2, 8, 0, tzinfo=UTC)),
        ("DTSTART;TZID=Europe/Berlin:20260402T100000", datetime(2026, 4, 2, 8, 0, tzinfo=UTC)),
        ("DTSTART;TZID=Mond/Krater:20260402T100000", None),
        ("DTSTART;VALUE=DATE:20260402", None),
        ("DTSTART:99999999T999999Z", None),
        ("DTSTART:00010101T000000Z", None),
    ],
)
def test_the_time_that_somebody_proposes(written: str, moment: datetime | None) -> None:
    lines = [written if line.startswith("DTSTART") else line for line in entry(UID, EMAIL, "TENTATIVE", AT)]
    reply = replied.read(calendar(lines, method="COUNTER"))
    assert (reply.is_counter, reply.proposed_at) == (True, moment)


@given(st.binary(max_size=300), st.integers(0, 400))
def test_it_reads_or_refuses(piece: bytes, at: int) -> None:
    content = calendar(entry(UID, EMAIL, "ACCEPTED", AT, comment="Grüße"))
    for candidate in (piece, content[:at] + piece + content[at:], content[:at] + content[at + len(piece) :]):
        try:
            reply = replied.read(candidate)
        except Refused:
            continue
        assert "\x00" not in f"{reply.uid}{reply.attendee}{reply.comment}"
