"""New answers by letter: at once for chosen people, in the morning for all."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.guests import answering, digesting
from roundtable.domain.guests.invitations import Given, Invitation
from roundtable.domain.office.offices import OfficeMember
from roundtable.mail.outbox import outbox
from roundtable.mail.outbox.outbox import Letter
from tests.factories import AT, a_person, a_roundtable, a_series, an_account, an_invitation, an_office


def _asked(session: Session, **person: object) -> Invitation:
    """In an office with an organiser, a viewer, and an organiser who wants no letters."""
    office = an_office(session)
    an_account(session, office)
    an_account(session, office, "viewer")
    silent = an_account(session, office)
    session.scalars(select(OfficeMember).where(OfficeMember.account_id == silent.id)).one().has_digest = False
    return an_invitation(session, a_roundtable(session, a_series(session, office)), a_person(session, office, **person))


def _letters(session: Session, kind: str) -> list[Letter]:
    session.flush()
    return list(session.scalars(select(Letter).where(Letter.kind == kind).order_by(Letter.id)))


def test_a_chosen_person_is_told_at_once(session: Session) -> None:
    invitation = _asked(session, is_told_at_once=True, given_name="Ida", family_name="Voß")
    answering.decline(session, invitation, at=AT, given=Given(note="Sitzung", given_by="buero@lindenau.example"))
    (letter,) = _letters(session, "answer_news")
    assert letter.subject.startswith("Antwort von Ida Voß")
    text = outbox.read(letter).text
    assert "Ida Voß: kann nicht kommen – „Sitzung“" in text
    assert "Stellvertretend geantwortet: buero@lindenau.example" in text


def test_others_are_not_told_at_once_nor_is_who_recorded_it(session: Session) -> None:
    answering.accept(session, _asked(session), at=AT)
    invitation = _asked(session, is_told_at_once=True)
    recorder = session.scalars(
        select(OfficeMember).where(OfficeMember.office_id == invitation.person.office_id).order_by(OfficeMember.id)
    ).first()
    assert recorder is not None
    answering.accept(session, invitation, at=AT, given=Given(via="phone", recorded_by=recorder.account))
    assert _letters(session, "answer_news") == []


def test_one_letter_a_morning_with_all_that_is_new(session: Session) -> None:
    invitation = _asked(session, given_name="Ole", family_name="Krüger")
    assert digesting.send_due(session, at=AT) == 0, "the first morning only marks where it begins"
    answering.accept(session, invitation, at=AT + timedelta(hours=1))
    answering.decline(session, invitation, at=AT + timedelta(hours=2), given=Given(note="doch nicht"))
    assert digesting.send_due(session, at=AT + timedelta(hours=3)) == 0, "not before the next morning"
    assert digesting.send_due(session, at=AT + timedelta(days=1)) == 1
    assert digesting.send_due(session, at=AT + timedelta(days=1, hours=1)) == 0
    assert digesting.send_due(session, at=AT + timedelta(days=2)) == 0, "nothing new, no letter"
    (letter,) = _letters(session, "digest")
    text = outbox.read(letter).text
    assert letter.subject == "Eine neue Antwort"
    assert "Ole Krüger: kann nicht kommen" in text
    assert "Ole Krüger: kommt" not in text, "what counts no more is no news"


def test_an_answer_in_the_night_belongs_to_one_morning_only(session: Session) -> None:
    invitation = _asked(session)
    digesting.send_due(session, at=AT)
    # Five past seven in Berlin.
    answering.accept(session, invitation, at=AT.replace(day=5, hour=6, minute=5))
    sent = [digesting.send_due(session, at=AT.replace(day=day, hour=6, minute=10)) for day in (5, 6, 7)]
    assert sent == [0, 1, 0]
