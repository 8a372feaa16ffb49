"""The cast of the fictional city, and what every roundtable of the demo is made with."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from flask import current_app
from sqlalchemy.orm import Session

from roundtable.actions.guests import answering, inviting
from roundtable.actions.record import following_up, minuting
from roundtable.actions.roundtables import planning
from roundtable.db import Bilingual
from roundtable.domain.guests.invitations import Given, Invitation
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.offices import Channel, Office, OfficeMember
from roundtable.domain.people.people import Organisation, Person, Rank
from roundtable.domain.record.commitments import CommitmentState
from roundtable.domain.roundtables.agenda import AgendaItem
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Member, Series

CAST = Path(__file__).with_name("cast.yaml")
HOURS = timedelta(hours=2)
FRIDAY = 4


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
        session.add_all(Rank(office=self.office, number=n, name=Bilingual(de, en)) for n, de, en in cast["ranks"])
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
        host, names, seats = facts.pop("host"), facts.pop("members"), facts.pop("organisation_members", {})
        begins_at = facts.pop("begins_at", None)
        series = Series(
            office=self.office,
            host=self.people[host],
            public_since=self.at - timedelta(days=400),
            begins_at=time.fromisoformat(begins_at) if begins_at else None,
            **{key: _two(value) for key, value in facts.items()},
        )
        series.members = [Member(person=self.people[name], role="host" if name == host else "member") for name in names]
        for member in series.members:
            # Organisations come under their head, with so many seats.
            member.seats = seats.get(member.person.family_name, 1)
            member.organisation = member.person.organisation if member.seats > 1 else None
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
            answering.decline(self.session, invitations[name], at=at + timedelta(hours=5), given=Given(note=note))


def _two(value: Any) -> Any:
    return Bilingual(*value) if isinstance(value, list) else value


def promise(season: Season, minutes: Any, item: AgendaItem, text: str, name: str, *, due: int) -> None:
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
        at=minutes.begun_at,
        by=season.accounts[2],
    )


def report(season: Season, roundtable: Roundtable, state: CommitmentState, note: str, *, at: datetime) -> None:
    first = following_up.of_series(season.session, roundtable.series_id)[0]
    following_up.report(first, state, note, at=at, by=first.person)
