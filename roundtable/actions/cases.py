"""Bringing in what stands elsewhere: a published case with its office, series, people and first roundtable."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, count
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask_babel import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.roundtables.planning import plan_roundtable
from roundtable.db import Bilingual, Language
from roundtable.domain.office.offices import Channel, Office
from roundtable.domain.people.people import Organisation, Person, organisation_called
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Member, Series
from roundtable.domain.slugs import slug_of
from roundtable.email_address import on_the_wire

HOURS = re.compile(r"(\d{1,2}:\d{2})(?:\s*[–-]\s*(\d{1,2}:\d{2}))?")
# A head whom the case does not name stands for the organisation until the office writes the name.
UNNAMED_HEAD = Bilingual("Leitung", "Head")
UNNAMED_GREETING = Bilingual("Sehr geehrte Damen und Herren", "Dear Sir or Madam")


class CaseUnreadable(Refused):
    """The file is not a case; the sentence names the lines that are wrong."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class _Host(_Part):
    name: str
    function: str = ""


class _CaseSeries(_Part):
    name: str
    purpose: str = ""
    host: _Host
    issuer: str = ""


class _CaseRoundtable(_Part):
    number: int = 1
    motto: str = ""
    question: str = ""
    date: date
    time: str = ""
    venue: str = ""
    address: str = ""
    city: str = ""


class _CaseOrganisation(_Part):
    name: str
    short: str = ""
    sector: str = ""


class _Official(_Part):
    title: str = ""
    name: str
    function: str = ""
    organisation: str = ""
    email: str = ""
    role: str = "participant"


class _Contact(_Part):
    office: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    phone: str = ""
    email: str = ""
    email_label: str = ""


class _Release(_Part):
    intro: str = ""
    contact: _Contact = Field(default_factory=_Contact)
    social_intro: str = ""
    social: list[str] = Field(default_factory=list)


class Case(_Part):
    """The facts of one roundtable; keys as in the case files, unknown ones are ignored."""

    case: str
    language: Language = "de"
    timezone: str = "Europe/Berlin"
    series: _CaseSeries
    roundtable: _CaseRoundtable
    organisations: list[_CaseOrganisation] = Field(default_factory=list)
    officials: list[_Official] = Field(default_factory=list)
    press_release: _Release = Field(default_factory=_Release)

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("is not a time zone such as Europe/Berlin") from error
        return value


def read_case(data: Any) -> Case:
    """Raises CaseUnreadable, naming every wrong entry."""
    try:
        return Case.model_validate(data)
    except ValidationError as error:
        wrong = "\n".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors())
        raise CaseUnreadable(_("This file is not a case we can load:") + "\n" + wrong) from None


def load_case(session: Session, case: Case, *, at: datetime, host: str) -> Roundtable:
    """Office, series, people, organisations and the roundtable of a case that has been published before.

    A case gives no e-mail addresses: where one is missing, people get one under ``.example``, which no mail reaches.

    Raises:
        CaseUnreadable: this series has been loaded already, or a time is none.
    """
    series_slug = slug_of(case.series.name, otherwise=slug_of(case.case))
    if session.scalar(select(Series).where(Series.slug == series_slug)):
        raise CaseUnreadable(_("A series with the address %(slug)s is already there.", slug=series_slug))
    office = _office(session, case)
    host_of_series, people = _people(session, case, office)
    series = _series(session, case, office, host_of_series, people, slug=series_slug, at=at)
    return _roundtable(session, case, series, at=at, host=host)


def _in(case: Case, text: str) -> Bilingual:
    return Bilingual(text, "") if case.language == "de" else Bilingual("", text)


def _office(session: Session, case: Case) -> Office:
    contact = case.press_release.contact
    name = contact.office or case.series.issuer or case.series.host.function or case.series.host.name
    slug = slug_of(name, otherwise=slug_of(case.case))
    known = session.scalar(select(Office).where(Office.slug == slug))
    if known is not None:
        return known
    address = contact.email or f"roundtable@{case.case}.example"
    office = Office(
        slug=slug,
        name=_in(case, name),
        issuing_line=_in(case, case.press_release.intro),
        street=contact.street,
        postcode=contact.postcode,
        city=contact.city,
        phone=contact.phone,
        press_email=contact.email or f"press@{case.case}.example",
        press_email_label=_in(case, contact.email_label),
        channels_intro=_in(case, case.press_release.social_intro),
        sender_email=address,
        reply_email=address,
        channels=[Channel(position=n, name=name) for n, name in enumerate(case.press_release.social, start=1)],
    )
    session.add(office)
    session.flush()
    return office


def _people(session: Session, case: Case, office: Office) -> tuple[Person, list[Person]]:
    """The host, and everybody once; whoever stands in the address book already stays as they stand there."""
    organisations = _organisations(session, case, office)
    known = _AddressBook(session, office, case.case)
    officials = _officials(case)
    people = []
    for rank, official in enumerate(officials, start=1):
        given, _space, family = official.name.rpartition(" ")
        person = Person(
            organisation=organisations.get(official.organisation),
            title=official.title,
            given_name=given,
            family_name=family,
            function=_in(case, official.function),
            email=official.email,
            language=case.language,
            rank=rank * 10,
            naming_basis="office_holder",
        )
        people.append(known.find_or_add(person))
    host = next(person for person, official in zip(people, officials, strict=True) if _is_host(case, official))
    headed = {person.organisation for person in people}
    for key, organisation in organisations.items():
        if organisation not in headed:
            person = Person(
                organisation=organisation,
                family_name=f"{UNNAMED_HEAD.in_(case.language)} {key}",
                function=UNNAMED_HEAD,
                salutation=UNNAMED_GREETING,
                email="",
                language=case.language,
            )
            people.append(known.find_or_add(person, called=key))
    session.flush()
    return host, list(dict.fromkeys(people))


class _AddressBook:
    """The people of an office, found by e-mail address, or by name where a case gives none."""

    def __init__(self, session: Session, office: Office, case: str) -> None:
        self._session, self._office, self._case = session, office, case
        self._by_email: dict[str, Person] = {}
        self._by_name: dict[tuple[str, str], Person] = {}
        for person in session.scalars(select(Person).where(Person.office_id == office.id).order_by(Person.id)):
            self._note(person)

    def find_or_add(self, person: Person, *, called: str = "") -> Person:
        """``called``: what stands in an address of ours, where it is not the name."""
        found = (person.email and self._by_email.get(on_the_wire(person.email))) or self._by_name.get(_name_of(person))
        if found is not None:
            return found
        person.office = self._office
        person.email = person.email or self._address(called or " ".join(_name_of(person)))
        self._session.add(person)
        self._note(person)
        return person

    def _address(self, name: str) -> str:
        """One that no mail reaches and nobody else has."""
        local = slug_of(name, otherwise="person").replace("-", ".")
        ways = (f"{local}{number}@{self._case}.example" for number in chain([""], count(2)))
        return next(each for each in ways if on_the_wire(each) not in self._by_email)

    def _note(self, person: Person) -> None:
        self._by_email.setdefault(on_the_wire(person.email), person)
        self._by_name.setdefault(_name_of(person), person)


def _name_of(person: Person) -> tuple[str, str]:
    return person.given_name or "", person.family_name


def _officials(case: Case) -> list[_Official]:
    host = case.series.host
    if any(_is_host(case, official) for official in case.officials):
        return case.officials
    return [_Official(name=host.name, function=host.function, role="host"), *case.officials]


def _is_host(case: Case, official: _Official) -> bool:
    return official.name == case.series.host.name


def _organisations(session: Session, case: Case, office: Office) -> dict[str, Organisation]:
    """By the word the case calls them by; known ones stay as they stand in the address book."""
    found = {}
    for each in case.organisations:
        known = organisation_called(session, office.id, each.name)
        if known is None:
            known = Organisation(office=office, name=each.name, short_name=each.short, sector=each.sector)
            session.add(known)
            session.flush()
        found[each.short or each.name] = known
    return found


def _series(
    session: Session, case: Case, office: Office, host: Person, people: list[Person], *, slug: str, at: datetime
) -> Series:
    series = Series(
        office=office,
        slug=slug,
        name=_in(case, case.series.name),
        purpose=_in(case, case.series.purpose),
        motto=_in(case, case.roundtable.motto),
        language=case.language,
        timezone=case.timezone,
        host=host,
        venue=case.roundtable.venue,
        address=case.roundtable.address or case.roundtable.city,
        public_since=at,
        members=[Member(person=person, role="host" if person is host else "member") for person in people],
    )
    session.add(series)
    session.flush()
    return series


def _roundtable(session: Session, case: Case, series: Series, *, at: datetime, host: str) -> Roundtable:
    facts = case.roundtable
    starts_at, ends_at, has_hours = _hours(facts, series.zone)
    roundtable = plan_roundtable(
        session,
        series,
        starts_at=starts_at,
        ends_at=ends_at,
        at=at,
        host=host,
        has_hours=has_hours,
        motto=_in(case, facts.motto),
        question=_in(case, facts.question),
    )
    roundtable.number = facts.number
    roundtable.public_since = at
    session.flush()
    return roundtable


def _hours(facts: _CaseRoundtable, zone: ZoneInfo) -> tuple[datetime, datetime, bool]:
    found = HOURS.search(facts.time)
    if found is None:
        begins = datetime.combine(facts.date, time(), zone)
        return begins.astimezone(UTC), datetime.combine(facts.date + timedelta(days=1), time(), zone), False
    begins = datetime.combine(facts.date, _time(found[1]), zone)
    if not found[2]:
        return begins, (begins.astimezone(UTC) + timedelta(hours=2)).astimezone(zone), True
    ends = datetime.combine(facts.date, _time(found[2]), zone)
    return begins, ends if ends > begins else ends + timedelta(days=1), True


def _time(written: str) -> time:
    try:
        return time.fromisoformat(written.zfill(5))
    except ValueError:
        raise CaseUnreadable(_("roundtable.time: “%(time)s” is no time of day.", time=written)) from None
