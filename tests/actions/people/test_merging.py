"""Two entries become one and nothing is lost, on both databases."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roundtable.actions.people import merging
from roundtable.actions.roundtables import polling
from roundtable.actions.series.members import add_member
from roundtable.domain import links, references
from roundtable.domain.guests import registrations
from roundtable.domain.guests.consents import Consent
from roundtable.domain.guests.invitations import Given, Invitation
from roundtable.domain.guests.needs import Needs
from roundtable.domain.links import PersonalLink
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.history import Entry
from roundtable.domain.office.offices import Office
from roundtable.domain.people.people import Organisation, Person
from roundtable.domain.press.quotes import Quote
from roundtable.domain.press.releases import PublishedVersion
from roundtable.domain.record.commitments import Commitment
from roundtable.domain.record.minutes import Attendance, Minutes
from roundtable.domain.roundtables import precedence
from roundtable.domain.roundtables.agenda import AgendaItem
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Member
from tests.factories import (
    AT,
    a_person,
    a_poll,
    a_roundtable,
    a_series,
    an_account,
    an_agenda_item,
    an_invitation,
    an_office,
    an_organisation,
    both,
)
from tests.house.conftest import everything
from tests.house.everything import Everything

__all__ = ["everything"]

PAST = AT - timedelta(days=30)


@pytest.fixture
def office(session: Session) -> Office:
    return an_office(session)


@pytest.fixture
def by(session: Session, office: Office) -> Account:
    return an_account(session, office)


def _pair(session: Session, office: Office) -> tuple[Person, Person]:
    keep = a_person(session, office, given_name="Eva", family_name="Muster", email="eva@amt.example")
    lose = a_person(session, office, given_name="E.", family_name="Muster", email="muster@amt.example", phone="12")
    return keep, lose


def _merge(session: Session, keep: Person, lose: Person, by: Account, *theirs: str) -> None:
    merging.merge_people(session, keep, lose, theirs=theirs, at=AT, by=by)
    session.commit()


def _counted(session: Session, person_id: int) -> int:
    keys = references.pointing_at(Person.__table__)  # type: ignore[arg-type]  # a table, not a join
    return sum(references.counts(session, keys, person_id).values())


def test_everything_that_leads_to_the_one_leads_to_the_other(everything: Everything) -> None:
    session = everything.session
    lose = session.scalars(select(Person).join(Member).order_by(Person.id).limit(1)).one()
    keep = a_person(session, lose.office)
    session.flush()
    leading = _counted(session, lose.id)
    assert leading > 10
    published = sorted(session.scalars(select(PublishedVersion.content)), key=str)
    _merge(session, keep, lose, everything.owner)
    assert session.get(Person, lose.id) is None
    # All of it, the entry of history that tells of it, and the address that was theirs.
    assert _counted(session, keep.id) == leading + 2
    assert _counted(session, lose.id) == 0
    assert sorted(session.scalars(select(PublishedVersion.content)), key=str) == published
    told = session.scalars(select(Entry).where(Entry.deed == "person_merged", Entry.details != "")).one()
    assert told.person_id == keep.id
    assert json.loads(told.details)["entry"]["email"] == lose.email


def test_each_field_is_chosen_and_the_history_says_so(session: Session, office: Office, by: Account) -> None:
    keep, lose = _pair(session, office)
    lose.function, lose.organisation = both("Rektorin", "Rector"), an_organisation(session, office, name="Hochschule")
    _merge(session, keep, lose, by, "email", "phone", "function_de", "organisation")
    kept = session.scalars(select(Person)).one()
    assert (kept.given_name, kept.email, kept.phone) == ("Eva", "muster@amt.example", "12")
    assert (kept.function.de, kept.function.en) == ("Rektorin", "Managing director")
    assert kept.organisation is not None
    changed = session.scalars(select(Entry).where(Entry.deed == "person_changed")).one()
    assert json.loads(changed.details)["changes"]["organisation"] == ["", "Hochschule"]
    assert json.loads(changed.details)["changes"]["email"] == ["eva@amt.example", "muster@amt.example"]


def test_of_two_invitations_the_letter_of_either_is_remembered(session: Session, office: Office, by: Account) -> None:
    keep, lose = _pair(session, office)
    roundtable = a_roundtable(session, a_series(session, office))
    an_invitation(session, roundtable, keep, sent_at=None)
    other = an_invitation(session, roundtable, lose, thread_id="<1@lindenau.example>", told_sequence=0)
    sent_at = other.sent_at
    _merge(session, keep, lose, by)
    left = session.scalars(select(Invitation)).one()
    # Without the number nobody would tell them of a later change.
    assert (left.sent_at, left.told_sequence, left.thread_id) == (sent_at, 0, "<1@lindenau.example>")


def test_of_two_invitations_the_earlier_answer_counts(session: Session, office: Office, by: Account) -> None:
    keep, lose = _pair(session, office)
    roundtable = a_roundtable(session, a_series(session, office))
    one, other = an_invitation(session, roundtable, keep), an_invitation(session, roundtable, lose)
    one.record("declined", at=AT - timedelta(hours=1))
    other.record("declined", at=AT - timedelta(hours=2), given=Given(note="Urlaub"))
    token = links.issue(session, at=AT, invitation=one)
    session.add(Needs(invitation=one, stated_at=AT, diet="vegan"))
    session.flush()
    _merge(session, keep, lose, by)
    stays = session.scalars(select(Invitation)).one()
    assert (stays.id, stays.person_id) == (other.id, keep.id)
    assert stays.answer is not None
    assert stays.answer.note == "Urlaub"
    assert len(stays.answers) == 2, "the other answer stays on record"
    link = links.link_by_token(session, token, at=AT)
    assert link is not None
    assert link.invitation_id == stays.id, "a link that was sent still opens"
    assert session.scalars(select(Needs)).one().invitation_id == stays.id


def test_whoever_holds_a_seat_keeps_it(session: Session, office: Office, by: Account) -> None:
    keep, lose = _pair(session, office)
    roundtable = a_roundtable(session, a_series(session, office))
    one, other = an_invitation(session, roundtable, keep), an_invitation(session, roundtable, lose)
    one.record("declined", at=AT - timedelta(hours=9))
    other.record("accepted", at=AT)
    registrations.register(session, other, at=AT)
    _merge(session, keep, lose, by)
    stays = session.scalars(select(Invitation)).one()
    assert stays.answer is not None
    assert stays.answer.kind == "accepted"
    assert stays.registration is not None
    assert stays.registration.person_id == keep.id
    assert registrations.seating_of(session, session.get_one(Roundtable, roundtable.id)).confirmed == 1


def _both_seated(session: Session, office: Office, **when: object) -> tuple[Person, Person, Roundtable]:
    keep, lose = _pair(session, office)
    roundtable = a_roundtable(session, a_series(session, office), **when)
    for each in (keep, lose):
        invitation = an_invitation(session, roundtable, each)
        invitation.record("accepted", at=AT)
        registrations.register(session, invitation, at=AT)
    session.flush()
    return keep, lose, roundtable


def test_two_seats_ahead_are_refused_with_what_to_do(session: Session, office: Office, by: Account) -> None:
    keep, lose, _ = _both_seated(session, office)
    with pytest.raises(merging.CannotBeMerged, match="nicht kommt"):
        merging.merge_people(session, keep, lose, theirs=(), at=AT, by=by)


def test_two_seats_of_the_past_are_one(session: Session, office: Office, by: Account) -> None:
    keep, lose, roundtable = _both_seated(session, office, starts_at=PAST)
    minutes = Minutes(roundtable=roundtable, begun_at=PAST, attendance_closed_at=PAST, approved_at=PAST)
    session.add(minutes)
    for person, state in ((keep, "absent"), (lose, "present")):
        minutes.attendance.append(Attendance(person=person, state=state, recorded_at=PAST))
    session.flush()
    _merge(session, keep, lose, by)
    attendance = session.scalars(select(Attendance)).one()
    assert (attendance.person_id, attendance.state) == (keep.id, "present")
    assert registrations.seating_of(session, session.get_one(Roundtable, roundtable.id)).confirmed == 1


def test_a_delegate_and_who_sent_them_are_two_people(session: Session, office: Office, by: Account) -> None:
    keep, lose = _pair(session, office)
    roundtable = a_roundtable(session, a_series(session, office))
    an_invitation(session, roundtable, lose, delegated_by=an_invitation(session, roundtable, keep))
    with pytest.raises(merging.CannotBeMerged, match="also zwei"):
        merging.merge_people(session, keep, lose, theirs=(), at=AT, by=by)


def test_two_quotes_in_one_language_are_refused(session: Session, office: Office, by: Account) -> None:
    keep, lose = _pair(session, office)
    roundtable = a_roundtable(session, a_series(session, office))
    for each in (keep, lose):
        session.add(
            Quote(roundtable=roundtable, person=each, language="de", text="Ja.", attribution="X", written_at=AT)
        )
    session.flush()
    with pytest.raises(merging.CannotBeMerged, match="zuerst eines"):
        merging.merge_people(session, keep, lose, theirs=(), at=AT, by=by)


def test_memberships_votes_places_and_consents_are_kept_once(session: Session, office: Office, by: Account) -> None:
    keep, lose = _pair(session, office)
    lose.organisation = an_organisation(session, office)
    series = a_series(session, office)
    add_member(session, series, keep).role = "host"
    add_member(session, series, lose, seats=3)
    poll = a_poll(session, series, voters=1)
    for each in (keep, lose):
        polling.add_voter(session, poll, each)
    polling.ask(session, poll, at=AT)
    voters = {each.person_id: each for each in polling.voters_of(session, poll)}
    polling.vote(session, voters[lose.id], {poll.dates[0].id: "yes"}, comment="Gern", at=AT)
    token = links.issue(session, at=AT, poll_voter=voters[keep.id])
    roundtable = a_roundtable(session, series)
    precedence.place(session, roundtable, [lose, keep])
    for each, hours in ((keep, 2), (lose, 1)):
        session.add(Consent(person=each, kind="photographed", words="Ja", given_at=AT - timedelta(hours=hours)))
    session.flush()
    _merge(session, keep, lose, by)
    member = session.scalars(select(Member)).one()
    assert (member.person_id, member.role, member.seats) == (keep.id, "host", 3)
    (voter,) = (each for each in polling.voters_of(session, poll) if each.person_id == keep.id)
    assert len(polling.voters_of(session, poll)) == 2
    assert (voter.person_id, voter.comment) == (keep.id, "Gern")
    assert links.link_by_token(session, token, at=AT) is not None
    assert session.scalar(select(func.count()).select_from(precedence.PlaceByHand)) == 1
    counting = session.scalars(select(Consent).where(Consent.withdrawn_at.is_(None))).one()
    assert counting.given_at == AT - timedelta(hours=1)
    assert session.scalar(select(func.count()).select_from(Consent)) == 2


def test_a_consent_taken_back_later_does_not_count(session: Session, office: Office, by: Account) -> None:
    keep, lose = _pair(session, office)
    keep.naming_basis, keep.naming_agreed_at = "agreed", PAST
    session.add(Consent(person=keep, kind="named", words="Ja", given_at=PAST))
    session.add(Consent(person=lose, kind="named", words="Ja", given_at=PAST, withdrawn_at=AT))
    session.flush()
    _merge(session, keep, lose, by)
    assert not session.scalars(select(Consent).where(Consent.withdrawn_at.is_(None))).all()
    assert session.scalars(select(Person)).one().naming_basis is None


def test_organisations_become_one_and_no_seat_is_lost(session: Session, office: Office, by: Account) -> None:
    keep, lose = (an_organisation(session, office, name=name, short_name="") for name in ("IHK Lindenau", "IHK"))
    heads = [a_person(session, office, organisation=each) for each in (keep, lose)]
    series = a_series(session, office)
    for head, seats in zip(heads, (1, 2), strict=True):
        add_member(session, series, head, seats=seats)
    roundtable = a_roundtable(session, series)
    session.add(Commitment(series=series, roundtable=roundtable, text="Daten", organisation=lose))
    session.flush()
    merging.merge_organisations(session, keep, lose, theirs=("name",), at=AT, by=by)
    session.commit()
    kept = session.scalars(select(Organisation)).one()
    assert (kept.id, kept.name) == (keep.id, "IHK")
    assert {each.organisation_id for each in session.scalars(select(Person))} == {keep.id}
    members = session.scalars(select(Member).order_by(Member.id)).all()
    assert [(each.person_id, each.organisation_id, each.seats) for each in members] == [
        (heads[0].id, keep.id, 2),
        (heads[1].id, None, 1),
    ]
    assert session.scalars(select(Commitment)).one().organisation_id == keep.id


def test_only_what_nothing_leads_to_is_removed(session: Session, office: Office, by: Account) -> None:
    keep, lose = _pair(session, office)
    item = an_agenda_item(session, a_roundtable(session, a_series(session, office)), speaker=keep)
    with pytest.raises(merging.StillReferredTo):
        merging.remove(session, keep, at=AT, by=by)
    merging.remove(session, lose, at=AT, by=by)
    assert session.scalars(select(Person)).all() == [keep]
    assert session.get_one(AgendaItem, item.id).speaker_id == keep.id
    assert session.scalars(select(Entry)).one().deed == "person_removed"


def test_links_of_a_withdrawn_invitation_stay_dead(session: Session, office: Office, by: Account) -> None:
    keep, lose = _pair(session, office)
    roundtable = a_roundtable(session, a_series(session, office))
    an_invitation(session, roundtable, keep)
    gone = an_invitation(session, roundtable, lose, revoked_at=AT)
    token = links.issue(session, at=AT, invitation=gone)
    session.flush()
    links.revoke_links(session, gone, at=AT)
    _merge(session, keep, lose, by)
    assert session.scalars(select(Invitation)).one().is_open
    assert links.link_by_token(session, token, at=AT) is None
    assert session.scalars(select(PersonalLink)).one().invitation_id is not None
