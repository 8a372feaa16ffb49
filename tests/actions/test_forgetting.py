"""What has served its purpose is forgotten by itself (rule 26)."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from roundtable.actions import forgetting
from roundtable.actions.people import entry_history, merging
from roundtable.actions.record import following_up
from roundtable.actions.roundtables import polling
from roundtable.domain import calendars, jobs, links
from roundtable.domain.calendars import PrivateCalendar
from roundtable.domain.guests.consents import Consent
from roundtable.domain.guests.invitations import Given
from roundtable.domain.guests.needs import Needs
from roundtable.domain.jobs import JobRun
from roundtable.domain.links import PersonalLink
from roundtable.domain.office.history import Entry
from roundtable.domain.office.offices import OfficeMember
from roundtable.domain.office.uploads import Upload
from roundtable.domain.record.commitments import Commitment
from roundtable.domain.roundtables.polls import Poll, PollDate, PollVoter, Vote
from roundtable.mail.letters import letters
from roundtable.mail.outbox import outbox, settling
from roundtable.mail.outbox.mailings import Mailing
from roundtable.mail.outbox.outbox import Letter, LetterState
from tests.factories import (
    AT,
    a_person,
    a_poll,
    a_roundtable,
    a_series,
    a_token,
    an_account,
    an_invitation,
    an_office,
    an_organisation,
)


def _history(session: Session) -> list[Entry]:
    return list(session.scalars(select(Entry).order_by(Entry.id)))


def _number(session: Session, what: type) -> int:
    return session.scalar(select(func.count()).select_from(what)) or 0


def test_needs_go_thirty_days_after_the_roundtable(session: Session) -> None:
    invitation = an_invitation(session, a_roundtable(session, starts_at=AT))
    session.add(Needs(invitation=invitation, stated_at=AT, diet="vegan"))
    forgetting.forget_old(session, at=AT + timedelta(days=30))
    assert _number(session, Needs) == 1
    forgetting.forget_old(session, at=AT + timedelta(days=31))
    assert _number(session, Needs) == 0


def test_a_file_that_was_only_looked_at_goes_after_a_day(session: Session) -> None:
    office = an_office(session)
    account = an_account(session, office)
    session.add(Upload(office=office, account=account, uploaded_at=AT, file_name="a.csv", content=b"x"))
    forgetting.forget_old(session, at=AT + timedelta(hours=23))
    assert _number(session, Upload) == 1
    forgetting.forget_old(session, at=AT + timedelta(hours=25))
    assert _number(session, Upload) == 0


def test_a_slot_is_worked_once(session: Session) -> None:
    assert jobs.begin(session, "digests", AT, at=AT)
    assert not jobs.begin(session, "digests", AT, at=AT)
    assert jobs.begin(session, "digests", AT + timedelta(hours=1), at=AT)
    forgetting.forget_old(session, at=AT + timedelta(days=40))
    assert _number(session, JobRun) == 0


def test_what_two_merged_people_said_goes_after_a_year_and_that_it_happened_stays(session: Session) -> None:
    office = an_office(session)
    by = an_account(session, office)
    keep, lose = a_person(session, office, phone="1"), a_person(session, office, family_name="Früher")
    merging.merge_people(session, keep, lose, theirs=["phone"], at=AT, by=by)
    forgetting.forget_old(session, at=AT + timedelta(days=365))
    assert all(each.details and each.about for each in _history(session))
    forgetting.forget_old(session, at=AT + timedelta(days=366))
    assert [(each.deed, each.about, each.details, each.person_id) for each in _history(session)] == [
        ("person_merged", "", "", keep.id),
        ("person_changed", "", "", keep.id),
    ]


def test_what_two_merged_organisations_said_goes_too(session: Session) -> None:
    office = an_office(session)
    keep, lose = an_organisation(session, office), an_organisation(session, office)
    merging.merge_organisations(session, keep, lose, theirs=[], at=AT, by=an_account(session, office))
    forgetting.forget_old(session, at=AT + timedelta(days=366))
    [told] = _history(session)
    assert (told.deed, told.details, told.about) == ("organisation_merged", "", lose.name)


def test_who_somebody_was_is_forgotten_with_the_entry(session: Session) -> None:
    office = an_office(session)
    by, person = an_account(session, office), a_person(session, office)
    entry_history.record_added(session, person, at=AT, by=by)
    before = entry_history.values_of(session, person)
    person.email = "neu@organisation.example"
    entry_history.record_changed(session, person, before, at=AT, by=by)
    merging.remove(session, person, at=AT, by=by)
    forgetting.forget_old(session, at=AT + timedelta(hours=1))
    session.expire_all()
    assert [(each.deed, each.about, each.details) for each in _history(session)] == [
        ("person_added", "", ""),
        ("person_changed", "", ""),
        ("person_removed", "", ""),
    ]


def test_a_link_goes_a_month_after_it_opened_anything(session: Session) -> None:
    roundtable = a_roundtable(session, starts_at=AT)
    expiring, revoked = an_invitation(session, roundtable), an_invitation(session, roundtable)
    for invitation in (expiring, revoked):
        links.issue(session, at=AT, invitation=invitation)
    session.flush()
    links.revoke_links(session, revoked, at=AT)
    ends_at = roundtable.ends_at + links.LASTS
    for at, left in ((AT + timedelta(days=30), 2), (AT + timedelta(days=31), 1), (ends_at + timedelta(days=30), 1)):
        forgetting.forget_old(session, at=at)
        assert _number(session, PersonalLink) == left
    forgetting.forget_old(session, at=ends_at + timedelta(days=31))
    assert _number(session, PersonalLink) == 0


def test_of_the_links_to_a_commitment_the_last_still_says_when_it_was_asked_about(session: Session) -> None:
    held = a_roundtable(session)
    commitment = Commitment(series=held.series, roundtable=held, text="Wir legen die Daten offen.")
    session.add(commitment)
    for days in (0, 10):
        links.issue(session, at=AT + timedelta(days=days), commitment=commitment)
        session.flush()
    forgetting.forget_old(session, at=AT + timedelta(days=400))
    assert following_up.last_asked(session, [commitment]) == {commitment.id: AT + timedelta(days=10)}
    assert _number(session, PersonalLink) == 1


def test_a_guests_calendar_goes_when_it_opens_nothing_any_more(session: Session) -> None:
    invitation = an_invitation(session, a_roundtable(session, starts_at=AT + timedelta(days=30)))
    token = calendars.renew(session, invitation.person, at=AT)
    ends_at = invitation.roundtable.ends_at + links.LASTS
    for at, is_there in ((ends_at - timedelta(seconds=1), True), (ends_at, False)):
        forgetting.forget_old(session, at=at)
        assert bool(_number(session, PrivateCalendar)) == is_there
        assert bool(calendars.calendar_by_token(session, token, at=at)) == is_there


def test_a_calendar_that_was_just_made_stays_without_any_roundtable(session: Session) -> None:
    calendars.renew(session, a_person(session, an_office(session)), at=AT)
    forgetting.forget_old(session, at=AT + links.LASTS - timedelta(seconds=1))
    assert _number(session, PrivateCalendar) == 1
    forgetting.forget_old(session, at=AT + links.LASTS)
    assert _number(session, PrivateCalendar) == 0


@pytest.mark.parametrize("way", ["blocked", "left", "works here"])
def test_an_organisers_calendar_ends_with_the_work(session: Session, way: str) -> None:
    account = an_account(session, an_office(session))
    calendars.renew(session, account, at=AT)
    if way == "blocked":
        account.blocked_at = AT
    elif way == "left":
        session.execute(delete(OfficeMember))
    session.flush()
    forgetting.forget_old(session, at=AT + timedelta(days=900))
    assert _number(session, PrivateCalendar) == (way == "works here")


def test_the_words_of_an_answer_go_and_the_answer_stays(session: Session) -> None:
    invitation = an_invitation(session, a_roundtable(session, starts_at=AT))
    invitation.record("declined", at=AT, given=Given(note="Bin krank.", given_by="vorzimmer@organisation.example"))
    invitation.record("accepted", at=AT, given=Given(note="Doch gesund."))
    invitation.named_as = "Kim vom Amt"
    session.flush()
    forgetting.forget_old(session, at=AT + timedelta(days=365))
    assert [each.note for each in invitation.answers] == ["Bin krank.", "Doch gesund."]
    assert invitation.called == "Kim vom Amt"
    forgetting.forget_old(session, at=AT + timedelta(days=366))
    session.expire_all()
    assert [(each.kind, each.note, each.given_by) for each in invitation.answers] == [
        ("declined", "", ""),
        ("accepted", "", ""),
    ]
    assert invitation.called == invitation.person.name


@pytest.mark.parametrize("is_closed", [True, False])
def test_who_could_come_when_goes_and_the_poll_stays(session: Session, is_closed: bool) -> None:
    poll = a_poll(session, a_series(session, an_office(session)))
    voter = polling.voters_of(session, poll)[0]
    polling.ask(session, poll, at=AT)
    polling.vote(session, voter, {poll.dates[0].id: "yes"}, comment="Gern früh.", at=AT)
    last = AT if is_closed else max(each.starts_at for each in poll.dates)
    poll.closed_at = AT if is_closed else None
    session.flush()
    forgetting.forget_old(session, at=last + timedelta(days=365))
    assert _number(session, PollVoter) == 2
    assert _number(session, Vote) == 1
    forgetting.forget_old(session, at=last + timedelta(days=366))
    assert [_number(session, each) for each in (Poll, PollDate, PollVoter, Vote)] == [1, 2, 0, 0]


@pytest.mark.parametrize("state", ["sent", "bounced", "given_up", "failed", "uncertain", "waiting"])
def test_a_letter_goes_after_two_years_unless_it_has_still_to_go_out(session: Session, state: LetterState) -> None:
    invitation = an_invitation(session)
    letter = letters.invitation(invitation, a_token(session, invitation=invitation), at=AT)
    letter.mailing = Mailing(roundtable=invitation.roundtable, kind="invitation", queued_at=AT, send_after=AT)
    outbox.queue(session, letter).state = state
    session.flush()
    forgetting.forget_old(session, at=AT + timedelta(days=730))
    assert (_number(session, Letter), _number(session, Mailing)) == (1, 1)
    forgetting.forget_old(session, at=AT + timedelta(days=731))
    is_over = state != "waiting"
    assert (_number(session, Letter), _number(session, Mailing)) == ((0, 0) if is_over else (1, 1))


def test_what_was_decided_about_a_letter_goes_with_it(session: Session) -> None:
    invitation = an_invitation(session)
    letter = letters.invitation(invitation, a_token(session, invitation=invitation), at=AT)
    outbox.queue(session, letter).state = "failed"
    by = an_account(session, invitation.roundtable.series.office)
    settling.give_up(session, letter, "Ist nicht mehr dort.", by=by, at=AT)
    session.flush()
    forgetting.forget_old(session, at=AT + timedelta(days=730))
    assert [each.deed for each in _history(session)] == ["gave_up_letter"]
    forgetting.forget_old(session, at=AT + timedelta(days=731))
    assert _history(session) == []


def test_a_consent_that_was_taken_back_is_kept_three_years_and_one_that_counts_stays(session: Session) -> None:
    person = a_person(session, an_office(session))
    for kind, withdrawn_at in (("named", AT), ("photographed", None)):
        session.add(Consent(person=person, kind=kind, words="Ja.", given_at=AT, withdrawn_at=withdrawn_at))
    session.flush()
    forgetting.forget_old(session, at=AT + timedelta(days=3 * 365))
    assert _number(session, Consent) == 2
    forgetting.forget_old(session, at=AT + timedelta(days=3 * 365 + 1))
    assert session.scalars(select(Consent.kind)).all() == ["photographed"]
