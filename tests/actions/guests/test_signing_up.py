"""Open registration: the address is confirmed first; let in at once or by a person; nobody is found out."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roundtable.actions.guests import inviting, signing_up
from roundtable.actions.roundtables import planning
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.guests.registrations import OrganisationIsFull, Registration
from roundtable.domain.guests.sign_ups import (
    AlreadyDecided,
    AlreadySignedUp,
    NotConfirmedYet,
    SignUp,
    SignUpClosed,
    TooManySignUps,
)
from roundtable.domain.links import PersonalLink
from roundtable.domain.people.people import Organisation, Person
from roundtable.domain.roundtables.roundtables import AlreadyCancelled, Roundtable
from roundtable.mail.message import personal_links, reading
from roundtable.mail.outbox import outbox
from roundtable.mail.outbox.outbox import Letter
from tests.factories import (
    a_person,
    a_roundtable,
    a_series,
    a_sign_up,
    an_account,
    an_invitation,
    an_office,
    an_organisation,
    worded,
)

SOMEBODY = dict(
    title="Dr.",
    given_name="Kim",
    family_name="Öztürk",
    function="Vorstand",
    organisation="Quartier e. V.",
    language="de",
)


@pytest.fixture
def roundtable(session: Session, at: datetime) -> Roundtable:
    opened_at = at - timedelta(days=9)
    return a_roundtable(session, seats=2, registration_opened_at=opened_at, registration_is_moderated=False)


def _ask(session: Session, roundtable: Roundtable, email: str, at: datetime) -> SignUp | None:
    signing_up.ask(session, roundtable, email=email, at=at, **SOMEBODY)
    return session.scalars(select(SignUp).order_by(SignUp.id.desc())).first()


def _confirmed(session: Session, roundtable: Roundtable, at: datetime, **values: object) -> SignUp:
    sign_up = a_sign_up(session, roundtable, **values)
    signing_up.confirm(session, sign_up, at=at)
    return sign_up


def _kinds(session: Session) -> list[str]:
    return list(session.scalars(select(Letter.kind).order_by(Letter.id)))


def _count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_asking_writes_one_letter_and_invites_nobody(session: Session, roundtable: Roundtable, at: datetime) -> None:
    sign_up = _ask(session, roundtable, " Kim@Quartier.example ", at)
    assert sign_up is not None
    assert (sign_up.email, sign_up.state) == ("kim@quartier.example", "unconfirmed")
    letter = session.scalars(select(Letter)).one()
    assert (letter.kind, letter.recipient) == ("confirm_address", "kim@quartier.example")
    said = outbox.read(letter).text
    assert "/de/registration/" in said
    assert "Quartier e. V." not in said
    assert "Vorstand" not in said
    assert (_count(session, Invitation), _count(session, Person)) == (0, 0)


def test_a_kept_letter_opens_nothing(session: Session, roundtable: Roundtable, at: datetime) -> None:
    _ask(session, roundtable, "kim@q.example", at)
    kept = reading.read(personal_links.without_personal_links(session.scalars(select(Letter.message)).one()))
    assert "/de/registration/…/" in kept.text
    assert "/de/registration/…/" in kept.html


def test_one_address_gets_a_letter_an_hour_and_three_a_day(
    session: Session, roundtable: Roundtable, at: datetime
) -> None:
    for minutes in (0, 1, 59, 60, 61, 120, 121, 180, 600):
        signing_up.ask(session, roundtable, email="kim@q.example", at=at + timedelta(minutes=minutes), **SOMEBODY)
    assert len(_kinds(session)) == 3
    signing_up.ask(session, roundtable, email="KIM@q.example", at=at + timedelta(hours=25), **SOMEBODY)
    assert len(_kinds(session)) == 4
    other = a_roundtable(session, roundtable.series, registration_opened_at=at)
    signing_up.ask(session, other, email="kim@q.example", at=at + timedelta(hours=25), **SOMEBODY)
    assert len(_kinds(session)) == 5


def test_a_flood_ends_after_two_hundred_unconfirmed_ones(
    session: Session, roundtable: Roundtable, at: datetime
) -> None:
    for _ in range(signing_up.UNCONFIRMED_A_DAY):
        a_sign_up(session, roundtable, asked_at=at)
    with pytest.raises(TooManySignUps):
        _ask(session, roundtable, "kim@q.example", at)
    assert _ask(session, roundtable, "kim@q.example", at + timedelta(days=1)) is not None


def test_whoever_is_invited_already_gets_the_personal_link(
    session: Session, roundtable: Roundtable, at: datetime
) -> None:
    person = a_person(session, roundtable.series.office, email="Kim@Q.example", given_name="Kim", family_name="Echt")
    an_invitation(session, roundtable, person)
    assert _ask(session, roundtable, "kim@q.example", at) is None
    letter = session.scalars(select(Letter)).one()
    said = outbox.read(letter).text
    assert "/de/i/" in said
    assert "Öztürk" not in said
    assert letter.recipient == "Kim@Q.example"
    _ask(session, roundtable, "kim@q.example", at)
    assert len(_kinds(session)) == 1


def test_confirming_gives_seats_in_order_and_then_places(
    session: Session, roundtable: Roundtable, at: datetime
) -> None:
    ups = [_confirmed(session, roundtable, at) for _ in range(3)]
    assert [each.state for each in ups] == ["let_in"] * 3
    states = session.scalars(select(Registration).order_by(Registration.id)).all()
    assert [each.state for each in states] == ["confirmed", "confirmed", "waiting"]
    assert _kinds(session) == ["answer_received"] * 3
    invitation = ups[0].invitation
    assert invitation is not None
    assert (invitation.role, invitation.sent_at) == ("guest", at)
    assert invitation.answer is not None
    assert (invitation.answer.kind, invitation.answer.via) == ("accepted", "sign_up")
    signing_up.confirm(session, ups[0], at=at)
    assert len(_kinds(session)) == 3


def test_a_new_person_stands_in_the_address_book_as_typed(
    session: Session, roundtable: Roundtable, at: datetime
) -> None:
    office = roundtable.series.office
    there = an_organisation(session, office, name="Größe & Söhne GmbH", short_name="GS")
    an_organisation(session, an_office(session), name="grosse & sohne gmbh")
    one = _confirmed(session, roundtable, at, organisation="GRÖSSE & SÖHNE GMBH", language="en", title="Prof.")
    two = _confirmed(session, roundtable, at, organisation="gs")
    assert one.invitation is not None
    assert two.invitation is not None
    person = one.invitation.person
    assert (person.title, person.language, person.function.en, person.function.de) == ("Prof.", "en", "Vorstand", "")
    assert person.organisation is there
    assert two.invitation.person.organisation is there
    assert person.naming_basis is None
    assert _count(session, Organisation) == 2


def test_an_entry_of_the_address_book_is_never_overwritten(
    session: Session, roundtable: Roundtable, at: datetime
) -> None:
    person = a_person(session, roundtable.series.office, email="Rektorat@uni.example", family_name="Echt")
    sign_up = _confirmed(session, roundtable, at, email="rektorat@uni.example", family_name="Falsch", organisation="X")
    assert sign_up.invitation is not None
    assert sign_up.invitation.person is person
    assert (person.family_name, person.organisation) == ("Echt", None)
    assert _count(session, Organisation) == 0


def test_the_same_person_confirms_once(session: Session, roundtable: Roundtable, at: datetime) -> None:
    roundtable.registration_is_moderated = True
    first, second = (a_sign_up(session, roundtable, email="kim@q.example") for _ in range(2))
    signing_up.confirm(session, second, at=at)
    with pytest.raises(AlreadySignedUp):
        signing_up.confirm(session, first, at=at)
    _ask(session, roundtable, "kim@q.example", at)
    assert _count(session, SignUp) == 2
    assert _kinds(session) == ["sign_up_received", "confirm_address"]


def test_two_links_to_a_seat_are_one_seat(session: Session, roundtable: Roundtable, at: datetime) -> None:
    for sign_up in [a_sign_up(session, roundtable, email="kim@q.example") for _ in range(2)]:
        signing_up.confirm(session, sign_up, at=at)
    assert (_count(session, Registration), _count(session, Invitation)) == (1, 1)


def test_moderated_ones_wait_and_are_let_in_by_one(session: Session, roundtable: Roundtable, at: datetime) -> None:
    roundtable.registration_is_moderated = True
    ours, other = (an_account(session, roundtable.series.office) for _ in range(2))
    sign_up = a_sign_up(session, roundtable)
    with pytest.raises(NotConfirmedYet):
        signing_up.let_in(session, sign_up, at=at, by=ours)
    signing_up.confirm(session, sign_up, at=at)
    assert (sign_up.state, _count(session, Person), _kinds(session)) == ("waiting", 0, ["sign_up_received"])
    roundtable.answer_until = at - timedelta(days=1)
    signing_up.let_in(session, sign_up, at=at, by=ours)
    signing_up.let_in(session, sign_up, at=at, by=ours)
    with pytest.raises(AlreadyDecided, match=ours.name):
        signing_up.let_in(session, sign_up, at=at, by=other)
    with pytest.raises(AlreadyDecided):
        signing_up.turn_away(session, sign_up, at=at, by=ours)
    assert (sign_up.state, sign_up.decided_by) == ("let_in", ours)
    assert _kinds(session) == ["sign_up_received", "answer_received"]


def test_turning_away_is_kind_and_final(session: Session, roundtable: Roundtable, at: datetime) -> None:
    roundtable.registration_is_moderated = True
    by = an_account(session, roundtable.series.office)
    sign_up = _confirmed(session, roundtable, at)
    signing_up.turn_away(session, sign_up, words="Im Herbst gern <b>!", at=at, by=by)
    signing_up.turn_away(session, sign_up, at=at, by=by)
    assert _kinds(session) == ["sign_up_received", "turned_away"]
    reading = outbox.read(session.scalars(select(Letter).order_by(Letter.id.desc())).first())  # type: ignore[arg-type]
    assert "Im Herbst gern <b>!" in reading.text
    assert "&lt;b&gt;" in reading.html
    with pytest.raises(AlreadyDecided):
        signing_up.let_in(session, sign_up, at=at, by=by)


def test_a_withdrawn_person_waits_for_a_word_and_may_be_let_in_again(
    session: Session, roundtable: Roundtable, at: datetime
) -> None:
    invitation = an_invitation(session, roundtable)
    inviting.revoke(session, invitation, at=at)
    sign_up = _confirmed(session, roundtable, at, email=invitation.person.email)
    assert sign_up.state == "waiting"
    signing_up.let_in(session, sign_up, at=at, by=an_account(session, roundtable.series.office))
    session.refresh(invitation)
    assert invitation.is_open
    assert sign_up.invitation is invitation


def test_a_full_organisation_waits_for_a_word_too(session: Session, roundtable: Roundtable, at: datetime) -> None:
    roundtable.seats, roundtable.seats_per_organisation = 9, 1
    by = an_account(session, roundtable.series.office)
    one, two, three = (_confirmed(session, roundtable, at, organisation="Kammer") for _ in range(3))
    four = a_sign_up(session, roundtable, confirmed_at=at, organisation="Verein")
    assert [each.state for each in (one, two, three)] == ["let_in", "waiting", "waiting"]
    # What was tried has left nothing behind.
    assert (_count(session, Person), _count(session, Invitation)) == (1, 1)
    with pytest.raises(OrganisationIsFull), session.begin_nested():
        signing_up.let_in(session, two, at=at, by=by)
    assert signing_up.let_in_chosen(session, [two, three, four], at=at, by=by) == [four]
    assert [each.state for each in (one, two, three, four)] == ["let_in", "waiting", "waiting", "let_in"]


def test_closed_or_cancelled_meanwhile(session: Session, roundtable: Roundtable, at: datetime) -> None:
    early, late = (a_sign_up(session, roundtable) for _ in range(2))
    waiting = a_sign_up(session, roundtable, confirmed_at=at)
    signing_up.close_registration(roundtable)
    with pytest.raises(SignUpClosed):
        signing_up.confirm(session, early, at=at)
    with pytest.raises(SignUpClosed):
        _ask(session, roundtable, "kim@q.example", at)
    signing_up.open_registration(roundtable, is_moderated=True, at=at)
    planning.cancel(session, roundtable, because=worded("Sturm"), at=at)
    with pytest.raises(SignUpClosed):
        signing_up.confirm(session, late, at=at)
    with pytest.raises(AlreadyCancelled):
        signing_up.let_in(session, waiting, at=at, by=an_account(session, roundtable.series.office))


def test_what_stands_against_opening(session: Session, at: datetime) -> None:
    hidden = a_roundtable(session, public_since=None)
    with pytest.raises(signing_up.NotShownYet):
        signing_up.open_registration(hidden, is_moderated=True, at=at)
    hidden_series = a_roundtable(session, a_series(session, an_office(session), public_since=None))
    with pytest.raises(signing_up.NotShownYet):
        signing_up.open_registration(hidden_series, is_moderated=True, at=at)
    answered = a_roundtable(session, answer_until=at - timedelta(days=1))
    with pytest.raises(signing_up.NoTimeLeft):
        signing_up.open_registration(answered, is_moderated=True, at=at)


def test_who_never_confirms_is_forgotten(session: Session, roundtable: Roundtable, at: datetime) -> None:
    roundtable.registration_is_moderated = True
    _ask(session, roundtable, "alt@q.example", at - timedelta(days=3))
    _ask(session, roundtable, "neu@q.example", at - timedelta(days=2))
    _confirmed(session, roundtable, at, email="ja@q.example", asked_at=at - timedelta(days=9))
    signing_up.forget_unconfirmed(session, at=at)
    assert set(session.scalars(select(SignUp.email))) == {"neu@q.example", "ja@q.example"}
    assert _count(session, PersonalLink) == 2
    signing_up.forget_settled(session, at=roundtable.ends_at + timedelta(days=179))
    assert _count(session, SignUp) == 2
    signing_up.forget_settled(session, at=roundtable.ends_at + timedelta(days=180))
    assert _count(session, SignUp) == 0
