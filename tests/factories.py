"""Things to test with: fictional people of the city of Lindenau. Each function adds one thing and flushes it."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from argon2 import PasswordHasher
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roundtable.actions.roundtables import polling
from roundtable.actions.roundtables.polling import Proposed
from roundtable.actions.sending import write
from roundtable.db import Bilingual
from roundtable.domain import links
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.guests.registrations import Registration
from roundtable.domain.guests.sign_ups import SignUp
from roundtable.domain.office import accounts
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.offices import Office, OfficeMember
from roundtable.domain.people.people import Organisation, Person
from roundtable.domain.roundtables.agenda import AgendaItem
from roundtable.domain.roundtables.polls import Poll
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Member, Series
from roundtable.mail.outbox.outbox import Letter

AT = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
PASSWORD = "ein langes Kennwort"
# As weak as argon2 allows, because tests sign in often.
_PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
_numbers = count(1)
Thing = TypeVar("Thing")

FAMILY_NAMES = ("Ahrens", "Brandt", "Çelik", "Dreyer", "Eßling", "Fährmann", "Große-Wilde", "Hồ", "Jørgensen")


def both(de: str, en: str = "") -> Bilingual:
    return Bilingual(de, en or de)


def worded(de: str, en: str = "") -> Bilingual:
    """As organisers say it: in German, which everybody reads where there is no English."""
    return Bilingual(de, en)


def _added(session: Session, thing: Thing) -> Thing:
    session.add(thing)
    session.flush()
    return thing


def an_office(session: Session, **values: Any) -> Office:
    number = next(_numbers)
    defaults = dict(
        slug=f"lindenau-{number}",
        name=both("Senatskanzlei Lindenau", "Lindenau Senate Chancellery"),
        issuing_line=both("Das Presseamt Lindenau teilt mit:", "The Lindenau press office announces:"),
        street="Rathausplatz 1",
        postcode="01234",
        city="Lindenau",
        phone="01234 5670",
        press_email="presse@lindenau.example",
        sender_email="roundtable@lindenau.example",
        reply_email="antwort@lindenau.example",
    )
    return _added(session, Office(**{**defaults, **values}))


def an_account(session: Session, office: Office | None = None, role: str = "organiser", **values: Any) -> Account:
    """Signs in with PASSWORD; a member of the office in this role, of none where none is given."""
    number = next(_numbers)
    defaults = dict(email=f"konto{number}@lindenau.example", name=f"Kim Konto {number}", password_hash=_PASSWORD_HASH)
    account = _added(session, Account(**{**defaults, **values}))
    if office is not None:
        _added(session, OfficeMember(office=office, account=account, role=role))
    return account


def an_organisation(session: Session, office: Office, **values: Any) -> Organisation:
    number = next(_numbers)
    defaults = dict(name=f"Handelskammer Lindenau {number}", short_name=f"HKL {number}", article_de="die")
    return _added(session, Organisation(office=office, **{**defaults, **values}))


def a_person(session: Session, office: Office, **values: Any) -> Person:
    number = next(_numbers)
    defaults = dict(
        given_name="Robin",
        family_name=FAMILY_NAMES[number % len(FAMILY_NAMES)],
        function=both("Geschäftsführung", "Managing director"),
        email=f"person{number}@organisation.example",
    )
    return _added(session, Person(office=office, **{**defaults, **values}))


def a_series(session: Session, office: Office, **values: Any) -> Series:
    """A public series without members."""
    number = next(_numbers)
    defaults = dict(
        slug=f"runder-tisch-{number}",
        name=both("Runder Tisch Wärmewende", "Roundtable on heat"),
        purpose=both("Stadt und Wirtschaft planen gemeinsam.", "City and business plan together."),
        venue="Rathaus, Ratssaal",
        address="Rathausplatz 1, 01234 Lindenau",
        seats=20,
        public_since=AT - timedelta(days=90),
    )
    return _added(session, Series(office=office, **{**defaults, **values}))


def a_member(session: Session, series: Series, person: Person | None = None, role: str = "member") -> Member:
    person = person or a_person(session, series.office)
    return _added(session, Member(series=series, person=person, role=role))


def a_roundtable(session: Session, series: Series | None = None, **values: Any) -> Roundtable:
    """Public, in four weeks from AT, 14 to 16 o'clock in Berlin, 20 seats, answers until a week before."""
    series = series or a_series(session, an_office(session))
    number = next(_numbers)
    starts_at = values.get("starts_at", datetime(2026, 4, 1, 12, 0, tzinfo=UTC))
    defaults = dict(
        number=number,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        hours_fixed_at=AT - timedelta(days=30),
        venue=series.venue,
        address=series.address,
        seats=20,
        answer_until=starts_at - timedelta(days=7),
        public_since=AT - timedelta(days=30),
        calendar_uid=f"roundtable-{number}@lindenau.example",
        calendar_changed_at=AT - timedelta(days=30),
    )
    return _added(session, Roundtable(series=series, **{**defaults, **values}))


def an_agenda_item(session: Session, roundtable: Roundtable, **values: Any) -> AgendaItem:
    position = len(roundtable.agenda) + 1
    defaults = dict(
        position=position,
        title=both(f"Wärmenetze, Teil {position}", f"Heat networks, part {position}"),
        duration_minutes=20,
        is_public=True,
    )
    return _added(session, AgendaItem(roundtable=roundtable, **{**defaults, **values}))


def an_invitation(
    session: Session, roundtable: Roundtable | None = None, person: Person | None = None, **values: Any
) -> Invitation:
    """Prepared and sent, not answered."""
    roundtable = roundtable or a_roundtable(session)
    person = person or a_person(session, roundtable.series.office)
    told = roundtable.calendar_sequence
    defaults = dict(prepared_at=AT - timedelta(days=2), sent_at=AT - timedelta(days=1), told_sequence=told)
    return _added(session, Invitation(roundtable=roundtable, person=person, **{**defaults, **values}))


def a_token(session: Session, **thing: Any) -> str:
    """A personal link's token for ``invitation=``, ``quote=`` or ``commitment=``."""
    token = links.issue(session, at=AT, **thing)
    session.flush()
    return token


def a_sign_up(session: Session, roundtable: Roundtable | None = None, **values: Any) -> SignUp:
    """Asked yesterday, address not confirmed, for a roundtable whose registration is open and moderated."""
    number = next(_numbers)
    roundtable = roundtable or a_roundtable(session, registration_opened_at=AT - timedelta(days=9))
    defaults = dict(
        given_name="Kim",
        family_name=FAMILY_NAMES[number % len(FAMILY_NAMES)],
        function="Vorstand",
        organisation=f"Nachbarschaftsverein {number}",
        email=f"kim{number}@verein.example",
        language="de",
        asked_at=AT - timedelta(days=1),
    )
    return _added(session, SignUp(roundtable=roundtable, **{**defaults, **values}))


def a_poll(session: Session, series: Series, voters: int = 2, dates: int = 2, **values: Any) -> Poll:
    """In May, not asked yet."""
    first = datetime(2026, 5, 5, 12, 0, tzinfo=UTC)
    people = [a_person(session, series.office) for _ in range(voters)]
    proposed = [Proposed(first + timedelta(days=n), first + timedelta(days=n, hours=2)) for n in range(dates)]
    given: dict[str, Any] = dict(note=both(""), answer_until=None, at=AT)
    return polling.open_poll(session, series, proposed, people, **{**given, **values})


def seat_of(session: Session, invitation: Invitation) -> Registration | None:
    """As the database has it."""
    live = select(Registration).where(Registration.invitation_id == invitation.id, Registration.withdrawn_at.is_(None))
    return session.scalar(live)


def letters_written(session: Session, invitation: Invitation, letter: Any, **context: Any) -> list[Letter]:
    """``write`` it; what came of it, the assistant's last."""
    newest = session.scalar(select(func.max(Letter.id))) or 0
    write(session, invitation, letter, at=AT, **context)
    return list(session.scalars(select(Letter).where(Letter.id > newest).order_by(Letter.id)))


def a_try(session: Session, email: str, password: str) -> accounts.Tried:
    """Somebody types a password."""
    return accounts.tried(email, password, accounts.known_hash(session, email))
