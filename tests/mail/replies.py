"""Answers as calendar programs send them, in the shapes of Exchange, Google, Apple, Thunderbird and Proton."""

import base64
from binascii import b2a_qp
from datetime import datetime

VERBS = {"ACCEPTED": "Zugesagt", "DECLINED": "Abgesagt", "TENTATIVE": "Mit Vorbehalt", "DELEGATED": "Übertragen"}


def head(sender: str, to: str, subject: str, at: datetime, *more: str, message_id: str = "") -> str:
    lines = [
        f"Received: from out.organisation.example by mx.lindenau.example; {at:%a, %d %b %Y %H:%M:%S} +0000",
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject}",
        f"Date: {at:%a, %d %b %Y %H:%M:%S} +0000",
        f"Message-ID: {message_id or f'<{abs(hash((sender, subject, at)))}@organisation.example>'}",
        "MIME-Version: 1.0",
        *more,
    ]
    return "\r\n".join(lines) + "\r\n"


def entry(uid: str, attendee: str, answer: str, at: datetime, **more: str) -> list[str]:
    """The lines of one VEVENT; ``sequence``, ``parameters`` of ATTENDEE, ``comment``, ``organiser``, ``extra``."""
    lines = ["BEGIN:VEVENT", f"UID:{uid}", f"DTSTAMP:{at:%Y%m%dT%H%M%SZ}", "DTSTART:20260401T120000Z"]
    if more.get("organiser", "antwort@lindenau.example"):
        lines.append(f"ORGANIZER;CN=Senatskanzlei:mailto:{more.get('organiser', 'antwort@lindenau.example')}")
    lines.append(f"ATTENDEE;PARTSTAT={answer}{more.get('parameters', '')}:mailto:{attendee}")
    if more.get("comment"):
        lines.append(f"COMMENT:{more['comment']}")
    if more.get("sequence", "0"):
        lines.append(f"SEQUENCE:{more.get('sequence', '0')}")
    lines += [each for each in more.get("extra", "").split("\n") if each]
    return [*lines, "END:VEVENT"]


def wrap_at(line: str, length: int = 70) -> list[str]:
    return [line[at : at + length] for at in range(0, len(line), length)]


def calendar(*entries: list[str], method: str = "REPLY", program: str = "-//Beispiel//EN") -> bytes:
    lines = ["BEGIN:VCALENDAR", f"PRODID:{program}", "VERSION:2.0", f"METHOD:{method}"]
    lines += [line for each in entries for line in each]
    folded = ["\r\n ".join(wrap_at(line)) for line in [*lines, "END:VCALENDAR"]]
    return ("\r\n".join(folded) + "\r\n").encode()


def exchange(uid: str, person: str, answer: str, at: datetime, *more: str, **entry_more: str) -> bytes:
    """Outlook over Exchange: no ORGANIZER, base64, text in three parts, the thread of the letter where it has one."""
    ics = calendar(
        entry(uid, person, answer, at, organiser="", parameters=";CN=Robin", **entry_more),
        program="Microsoft Exchange Server 2010",
    )
    encoded = base64.encodebytes(ics).decode().replace("\n", "\r\n")
    return (
        head(f'"Ahrens, Robin" <{person}>', "antwort@lindenau.example", f"{VERBS[answer]}: Runder Tisch", at, *more)
        + 'Content-Type: multipart/alternative; boundary="_000_AB_"\r\nX-MS-Has-Attach:\r\n\r\n'
        '--_000_AB_\r\nContent-Type: text/plain; charset="iso-8859-1"\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n"
        "\r\nIch komme gern, freundliche Gr=FC=DFe\r\n\r\n"
        '--_000_AB_\r\nContent-Type: text/html; charset="iso-8859-1"\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n"
        "\r\n<html><body>Ich komme gern</body></html>\r\n\r\n"
        '--_000_AB_\r\nContent-Type: text/calendar; charset="utf-8"; method=REPLY\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{encoded}\r\n--_000_AB_--\r\n"
    ).encode()


def google(uid: str, person: str, answer: str, at: datetime, *more: str, comment: str = "", **entry_more: str) -> bytes:
    """The note in a parameter; the same file once inline and once as application/ics; sent by a program of theirs."""
    note = f';X-NUM-GUESTS=0;X-RESPONSE-COMMENT="{comment}"' if comment else ";X-NUM-GUESTS=0"
    ics = calendar(
        entry(
            uid,
            person,
            answer,
            at,
            parameters=f";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;CN={person}{note}",
            **entry_more,
        ),
        program="-//Google Inc//Google Calendar 70.9054//EN",
    )
    attached = base64.encodebytes(ics).decode().replace("\n", "\r\n")
    sender = "Sender: Google Calendar <calendar-notification@google.example>"
    return (
        head(
            f"Robin Ahrens <{person}>", "antwort@lindenau.example", f"{VERBS[answer]}: Runder Tisch", at, sender, *more
        )
        + 'Content-Type: multipart/mixed; boundary="000b"\r\n\r\n'
        '--000b\r\nContent-Type: multipart/alternative; boundary="000a"\r\n\r\n'
        '--000a\r\nContent-Type: text/plain; charset="UTF-8"; format=flowed; delsp=yes\r\n\r\nRobin.\r\n'
        '--000a\r\nContent-Type: text/calendar; charset="UTF-8"; method=REPLY\r\n\r\n'
        f"{ics.decode()}\r\n--000a--\r\n"
        '--000b\r\nContent-Type: application/ics; name="invite.ics"\r\n'
        'Content-Disposition: attachment; filename="invite.ics"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        f"{attached}\r\n--000b--\r\n"
    ).encode()


def apple(uid: str, person: str, answer: str, at: datetime, *more: str, **entry_more: str) -> bytes:
    """Quoted-printable, an attachment only, SEQUENCE left out."""
    ics = calendar(
        entry(uid, person, answer, at, sequence="", parameters=f";CN=Robin Ahrens;EMAIL={person}", **entry_more),
        program="-//Apple Inc.//macOS 15.1//EN",
    )
    encoded = b2a_qp(ics, istext=True).decode()
    return (
        head(f"Robin Ahrens <{person}>", "antwort@lindenau.example", "Robin Ahrens: Runder Tisch", at, *more)
        + 'Content-Type: multipart/mixed; boundary="Apple-Mail=_1"\r\n\r\n'
        "--Apple-Mail=_1\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nRobin Ahrens hat geantwortet.\r\n"
        "--Apple-Mail=_1\r\nContent-Disposition: attachment; filename=iCal-20260304.ics\r\n"
        'Content-Type: text/calendar; x-unix-mode=0644; name="iCal-20260304.ics"; method=REPLY\r\n'
        f"Content-Transfer-Encoding: quoted-printable\r\n\r\n{encoded}\r\n--Apple-Mail=_1--\r\n"
    ).encode()


def thunderbird(uid: str, person: str, answer: str, at: datetime, *more: str, **entry_more: str) -> bytes:
    """A line of 76 octets, and a blank one at the end."""
    ics = calendar(entry(uid, person, answer, at, parameters=";RSVP=TRUE", **entry_more)).replace(b"\r\n ", b"")
    line = f"ATTENDEE;PARTSTAT={answer};RSVP=TRUE:mailto:{person}"
    ics = ics.replace(line.encode(), f"{line[:76]}\r\n {line[76:]}".encode()) if len(line) > 76 else ics
    return (
        head(person, "antwort@lindenau.example", f"Einladungsantwort ({VERBS[answer]}): Runder Tisch", at, *more)
        + "User-Agent: Mozilla Thunderbird\r\n"
        'Content-Type: multipart/alternative; boundary="------------b"\r\n\r\n'
        "--------------b\r\nContent-Type: text/plain; charset=UTF-8; format=flowed\r\n\r\nZugesagt.\r\n"
        '--------------b\r\nContent-Type: text/calendar; method="REPLY"; charset="UTF-8"\r\n\r\n'
        f"{ics.decode()}\r\n\r\n--------------b--\r\n"
    ).encode()


def proton(uid: str, person: str, answer: str, at: datetime, *more: str, **entry_more: str) -> bytes:
    """No ``method=`` in the MIME header."""
    ics = calendar(entry(uid, person, answer, at, **entry_more), program="-//Proton AG//WebCalendar 5.0//EN")
    return (
        head(f"Robin <{person}>", "antwort@lindenau.example", f"{VERBS[answer]}: Runder Tisch", at, *more)
        + 'Content-Type: multipart/mixed; boundary="b1"\r\n\r\n--b1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n'
        "Antwort aus dem Kalender.\r\n--b1\r\nContent-Type: text/calendar; filename=invite.ics; name=invite.ics\r\n"
        "Content-Disposition: attachment; filename=invite.ics\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{base64.encodebytes(ics).decode()}\r\n--b1--\r\n"
    ).encode()


PROGRAMS = (exchange, google, apple, thunderbird, proton)
