"""A believable season in the fictional city of Wendhafen, made by the same deeds that people use."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from flask import current_app
from sqlalchemy import update
from sqlalchemy.orm import Session

from roundtable.actions import answering, following_up, inviting, minuting, planning, publishing, quoting
from roundtable.db import Bilingual
from roundtable.domain.accounts import Account
from roundtable.domain.agenda import AgendaItem
from roundtable.domain.invitations import Invitation
from roundtable.domain.offices import Channel, Office, OfficeMember
from roundtable.domain.people import Organisation, Person
from roundtable.domain.roundtables import Roundtable
from roundtable.domain.series import Member, Series
from roundtable.mail.outbox import Letter

CAST = Path(__file__).with_name("demo.yaml")
EMAIL, SECOND = "owner@wendhafen.example", "presse@wendhafen.example"
HOURS = timedelta(hours=2)
FRIDAY = 4


def welcome(origin: str, password: str) -> str:
    return f"""
Wendhafen is open: {origin}/
Sign in at {origin}/de/desk/
    {EMAIL}   {password}   (owner)
    {SECOND}  {password}   (press officer, the second pair of eyes)
Letters are caught and can be read at the desk. Stop with Ctrl+C.
"""


class Season:
    """The cast of the demo, and the moment it is told at."""

    def __init__(self, session: Session, at: datetime, password: str) -> None:
        self.session, self.at = session, at
        self.host = current_app.config["ROUNDTABLE"].host
        cast: dict[str, Any] = yaml.safe_load(CAST.read_text(encoding="utf-8"))
        self.office = Office(**{key: _two(value) for key, value in cast["office"].items()})
        self.office.channels = [Channel(position=n, name=name) for n, name in enumerate(cast["channels"], start=1)]
        session.add(self.office)
        self.accounts = [self._account(*each, password=password) for each in cast["accounts"]]
        self.people = self._people(cast)
        session.flush()
        self.digital, self.harbour = [self._series(each) for each in cast["series"]]
        session.flush()

    def _account(self, email: str, name: str, role: str, *, password: str) -> Account:
        account = Account(email=email, name=name)
        account.set_password(password)
        self.session.add(OfficeMember(office=self.office, account=account, role=role))
        return account

    def _people(self, cast: dict[str, Any]) -> dict[str, Person]:
        organisations = {
            short: Organisation(office=self.office, name=name, short_name=short, sector=sector)
            for name, short, sector in cast["organisations"]
        }
        people: dict[str, Person] = {}
        for title, given, family, function_de, function_en, short, rank, language in cast["people"]:
            person = Person(
                office=self.office,
                organisation=organisations.get(short),
                title=title,
                given_name=given,
                family_name=family,
                function=Bilingual(function_de, function_en),
                email=f"person{len(people) + 1}@{short.lower().replace(' ', '-') or 'senat'}.example",
                language=language,
                rank=rank,
                naming_basis="office_holder" if not short else ("agreed" if rank <= 50 else None),
            )
            people.setdefault(family, person)
            self.session.add(person)
        return people

    def _series(self, facts: dict[str, Any]) -> Series:
        host, names = facts.pop("host"), facts.pop("members")
        series = Series(
            office=self.office,
            host=self.people[host],
            public_since=self.at - timedelta(days=400),
            **{key: _two(value) for key, value in facts.items()},
        )
        series.members = [Member(person=self.people[name], role="host" if name == host else "member") for name in names]
        self.session.add(series)
        return series

    def day(self, days: int, hour: int = 14) -> datetime:
        """So many days from now, on the weekday before or after, at this hour in the city."""
        when = (self.at + timedelta(days=days)).astimezone(self.digital.zone).date()
        if when.weekday() > FRIDAY:
            when += timedelta(days=FRIDAY - when.weekday() if days < 0 else 7 - when.weekday())
        return datetime.combine(when, time(hour), self.digital.zone).astimezone(UTC)

    def plan(self, series: Series, days: int, question: Bilingual) -> Roundtable:
        starts_at = self.day(days)
        planned_at = min(self.at, starts_at) - timedelta(days=45)
        return planning.plan_roundtable(
            self.session,
            series,
            starts_at=starts_at,
            ends_at=starts_at + HOURS,
            at=planned_at,
            host=self.host,
            question=question,
        )

    def topic(self, roundtable: Roundtable, title: Bilingual, speaker: str, minutes: int = 25) -> AgendaItem:
        item = AgendaItem(
            position=len(roundtable.agenda) + 1,
            title=title,
            speaker=self.people[speaker],
            duration_minutes=minutes,
            is_public=True,
        )
        roundtable.agenda.append(item)
        self.session.flush()
        return item

    def invite(self, roundtable: Roundtable, *, at: datetime) -> dict[str, Invitation]:
        members = [member.person for member in roundtable.series.members]
        inviting.prepare(self.session, roundtable, members, at=at)
        inviting.send(self.session, roundtable, list(roundtable.invitations), at=at)
        return {invitation.person.family_name: invitation for invitation in roundtable.invitations}

    def answer(
        self, invitations: dict[str, Invitation], coming: str, declining: dict[str, str] | None = None, *, at: datetime
    ) -> None:
        """``coming``: family names, one after the other; ``declining``: family name → the reason given."""
        for minutes, name in enumerate(coming.split()):
            answering.accept(self.session, invitations[name], at=at + timedelta(minutes=7 * minutes))
        for name, note in (declining or {}).items():
            answering.decline(self.session, invitations[name], at=at + timedelta(hours=5), note=note)


def _two(value: Any) -> Any:
    return Bilingual(*value) if isinstance(value, list) else value


def load_season(session: Session, *, at: datetime, password: str = "") -> None:
    """One office, two series, five roundtables in different phases, 40 people in 20 organisations."""
    season = Season(session, at, password or "demo demo demo")
    _first_digital(season)
    second = _second_digital(season)
    _third_digital(season)
    _first_harbour(season)
    _second_harbour(season)
    publishing.begin(session, second, "de", at=second.ends_at + timedelta(days=1), by=season.accounts[1])
    session.flush()
    # They went out when they were written, not when the demo began.
    session.execute(update(Letter).values(state="sent", state_since=Letter.queued_at, reply="caught"))


def _first_digital(season: Season) -> None:
    """Held, minuted, approved, published in German and English."""
    session, (owner, press, _taker) = season.session, season.accounts
    roundtable = season.plan(
        season.digital,
        -96,
        Bilingual("Welche Dienste sollen zuerst digital werden?", "Which services go digital first?"),
    )
    roundtable.public_since = roundtable.starts_at - timedelta(days=40)
    services = season.topic(roundtable, Bilingual("Dienste der Stadt", "City services"), "Asante", 40)
    skills = season.topic(roundtable, Bilingual("Fachkräfte", "Skilled people"), "Thomsen", 40)
    invitations = season.invite(roundtable, at=roundtable.starts_at - timedelta(days=38))
    coming = "Lindqvist Yıldız Asante Thomsen Rahmani Montes Ehlers Lorenzen Adeyemi Harms"
    declining = {"Kruse": "Leider im Urlaub.", "Petersen": "Terminüberschneidung"}
    season.answer(invitations, coming, declining, at=roundtable.starts_at - timedelta(days=30))
    answering.delegate(
        session,
        invitations["Tanabe"],
        given_name="Felix",
        family_name="Börnsen",
        function="Gruppenleiter Sprachsysteme",
        email=season.people["Börnsen"].email,
        at=roundtable.starts_at - timedelta(days=20),
    )
    day = roundtable.ends_at
    minutes = minuting.take_attendance(session, roundtable, {}, at=day)
    minuting.write_note(
        session,
        minutes,
        services,
        "Der Digitalbeauftragte stellt zwölf Dienste zur Wahl. Drei werden vorgezogen.",
        version=1,
    )
    minuting.decide(
        session,
        minutes,
        services,
        "Meldebescheinigung, Bewohnerparken und Bauvoranfrage werden zuerst digital.",
        is_public=True,
    )
    _promise(season, minutes, services, "Prototyp für das Bewohnerparken vorstellen", "Harms", due=-20)
    _promise(season, minutes, skills, "Stipendien für zehn Quereinsteigende ausschreiben", "Thomsen", due=60)
    minuting.approve(session, minutes, at=day + timedelta(days=6), by=owner)
    _report(season, minutes.roundtable, "done", "Der Prototyp lief im Bürgeramt Mitte.", at=day + timedelta(days=70))
    words = {
        "de": {
            "Lindqvist": "Gute Verwaltung bemerkt man kaum. Daran arbeiten wir von heute an gemeinsam.",
            "Thomsen": "Unsere Betriebe brauchen Bescheide in Tagen, nicht in Wochen. Der Anfang ist gemacht.",
        },
        "en": {
            "Lindqvist": "You can tell good administration by hardly noticing it. From today we work on that together.",
            "Thomsen": "Our companies need permits within days, not weeks. A start has been made.",
        },
    }
    for language, said in words.items():
        for name, text in said.items():
            quote = quoting.write_quote(
                session, roundtable, season.people[name], language=language, text=text, at=day, by=press
            )
            quoting.ask_for_release(session, quote, at=day)
            quote.release(at=day + timedelta(hours=1))
        release = publishing.begin(session, roundtable, language, at=day, by=press)
        session.flush()
        publishing.approve(session, release, at=day + timedelta(hours=2), by=owner)
        publishing.publish(session, release, at=day + timedelta(hours=2), by=press)


def _second_digital(season: Season) -> Roundtable:
    """Held last week: minutes are open, one of two quotes waits for its speaker."""
    session, (_owner, press, _taker) = season.session, season.accounts
    roundtable = season.plan(
        season.digital,
        -8,
        Bilingual("Wie teilen wir Daten, ohne Vertrauen zu verlieren?", "How do we share data and keep trust?"),
    )
    roundtable.public_since = roundtable.starts_at - timedelta(days=30)
    rooms = season.topic(roundtable, Bilingual("Datenräume im Alltag", "Data spaces in daily use"), "Tanabe", 45)
    season.topic(roundtable, Bilingual("Bericht aus der Bibliothek", "Report from the library"), "Adeyemi", 20)
    invitations = season.invite(roundtable, at=roundtable.starts_at - timedelta(days=30))
    coming = "Lindqvist Asante Thomsen Rahmani Tanabe Montes Sandleben Lorenzen Adeyemi Vermeer Harms O’Connor"
    season.answer(
        invitations,
        coming,
        {"Yıldız": "Sitzung der Bürgerschaft", "Ehlers": "Dienstreise"},
        at=roundtable.starts_at - timedelta(days=22),
    )
    minutes = minuting.take_attendance(session, roundtable, {}, at=roundtable.ends_at)
    minuting.write_note(session, minutes, rooms, "Das Institut zeigt, wie Pegeldaten geteilt werden.", version=1)
    _promise(season, minutes, rooms, "Muster für eine Datenvereinbarung entwerfen", "Tanabe", due=45)
    for name, text in {
        "Lindqvist": "Daten zu teilen ist eine Frage des Vertrauens. Vertrauen entsteht an einem Tisch.",
        "Tanabe": "Forschung braucht Daten aus dem Alltag, und der Alltag braucht Regeln, die jeder versteht.",
    }.items():
        quote = quoting.write_quote(
            session, roundtable, season.people[name], language="de", text=text, at=roundtable.ends_at, by=press
        )
        quoting.ask_for_release(session, quote, at=roundtable.ends_at)
        if name == "Lindqvist":
            quote.release(at=roundtable.ends_at + timedelta(hours=3))
    return roundtable


def _third_digital(season: Season) -> None:
    """Coming in three weeks: more people want to come than there are seats."""
    roundtable = season.plan(
        season.digital,
        21,
        Bilingual("Was darf ein Assistent im Amt entscheiden?", "What may an assistant decide in an office?"),
    )
    roundtable.seats = 9
    roundtable.public_since = season.at - timedelta(days=12)
    roundtable.answer_until = roundtable.starts_at - timedelta(days=3)
    roundtable.access_notes = Bilingual(
        "Stufenloser Eingang am Kai, Aufzug links. Induktive Höranlage im Saal.",
        "Step-free entrance from the quay, lift on the left. Hearing loop in the hall.",
    )
    season.topic(roundtable, Bilingual("Assistenten im Bürgeramt", "Assistants at the citizens' office"), "Asante", 40)
    season.topic(roundtable, Bilingual("Haftung und Aufsicht", "Liability and oversight"), "Kruse", 30)
    invitations = season.invite(roundtable, at=season.day(-10, 10))
    coming = "Lindqvist Asante Thomsen Rahmani Tanabe Montes Sandleben Harms Vermeer Adeyemi"
    season.answer(invitations, coming, {"Petersen": "Aufsichtsratssitzung"}, at=season.at - timedelta(hours=20))


def _first_harbour(season: Season) -> None:
    """Held and minuted; its release is held back until tomorrow morning."""
    session, (owner, press, _taker) = season.session, season.accounts
    roundtable = season.plan(
        season.harbour, -3, Bilingual("Woher kommt der Strom für die Liegeplätze?", "Where does shore power come from?")
    )
    roundtable.public_since = roundtable.starts_at - timedelta(days=30)
    power = season.topic(roundtable, Bilingual("Landstrom", "Shore power"), "Ohlsen", 50)
    invitations = season.invite(roundtable, at=roundtable.starts_at - timedelta(days=35))
    coming = "Feddersen Claasen Nowak Ohlsen Reimers Hinrichs Sauer Joost Tamm"
    season.answer(invitations, coming, at=roundtable.starts_at - timedelta(days=20))
    minutes = minuting.take_attendance(session, roundtable, {}, at=roundtable.ends_at)
    minuting.decide(session, minutes, power, "Die ersten drei Liegeplätze erhalten Landstrom.", is_public=True)
    _promise(season, minutes, power, "Netzanschluss für Kai 4 bis 6 beantragen", "Ohlsen", due=-1)
    _promise(season, minutes, power, "Fahrplan für elektrische Schlepper vorlegen", "Claasen", due=120)
    minuting.approve(session, minutes, at=roundtable.ends_at + timedelta(days=1), by=owner)
    release = publishing.begin(session, roundtable, "de", at=roundtable.ends_at, by=press)
    tomorrow = (season.at + timedelta(days=1)).replace(hour=8, minute=0)
    title, body, then = release.title, release.body, release.edited_at
    publishing.update(session, release, title=title, body=body, embargo_until=tomorrow, at=then, by=press)
    publishing.approve(session, release, at=season.at - timedelta(hours=1), by=owner)
    publishing.publish(session, release, at=season.at, by=press)


def _second_harbour(season: Season) -> None:
    """A date in two months, nobody invited yet."""
    season.plan(season.harbour, 64, Bilingual("Wer bezahlt die Umstellung?", "Who pays for the change?"))


def _promise(season: Season, minutes: Any, item: AgendaItem, text: str, name: str, *, due: int) -> None:
    person = season.people[name]
    due_on: date = (season.at + timedelta(days=due)).date()
    minuting.commit_to(
        season.session,
        minutes,
        item,
        text,
        organisation=person.organisation,
        person=person,
        due_on=due_on,
        is_public=True,
    )


def _report(season: Season, roundtable: Roundtable, state: str, note: str, *, at: datetime) -> None:
    first = following_up.of_series(season.session, roundtable.series_id)[0]
    following_up.report(first, state, note, at=at, by=first.person)
