"""An address that was corrected, or merged away, is still known as its person's, and nobody else's by mistake."""

import pytest
from sqlalchemy.orm import Session

from roundtable.actions.people import entry_history, merging
from roundtable.actions.post import replying
from roundtable.domain.guests.invitations import Invitation
from tests.actions.calendar_answers import LATER, PASSED, answer_of, outcome, receive, uid
from tests.factories import AT, a_person, an_account, an_invitation, an_office
from tests.mail import replies, returns


def test_an_address_that_was_merged_away_or_corrected_is_still_theirs(session: Session) -> None:
    office = an_office(session)
    by = an_account(session, office)
    keep, lose = a_person(session, office), a_person(session, office, email="Robin@frueher.example")
    first_of_all = a_person(session, office, email="robin@ganz-frueher.example")
    for other in (first_of_all, lose):
        merging.merge_people(session, keep if other is lose else lose, other, theirs=[], at=AT, by=by)
    before = entry_history.values_of(session, keep)
    was, keep.email = keep.email, "robin@jetzt.example"
    entry_history.record_changed(session, keep, before, at=AT, by=by)
    for number, email in enumerate(("robin@frueher.example", "robin@ganz-frueher.example", was, "robin@jetzt.example")):
        received = receive(session, returns.written(email, AT, str(number)))
        assert (received.person, received.state) == (keep, "open")
        to_nobody = returns.out_of_office(email, AT, f"X-Autoreply: {number}").replace(b"antwort@", b"wer@")
        assert (receive(session, to_nobody).office, received.because) == (office, "mail")
    assert receive(session, returns.written("frueher.example", AT, "Teil")).person is None
    assert receive(session, returns.written("obin@frueher.example", AT, "Teil")).person is None
    new = a_person(session, office, email="robin@frueher.example")
    assert receive(session, returns.written("robin@frueher.example", AT, "Neu")).person == new


@pytest.mark.parametrize("way", ["corrected", "merged"])
def test_an_answer_from_an_address_they_had_before_waits_with_their_name_beside_it(
    session: Session, invitation: Invitation, way: str
) -> None:
    person, office = invitation.person, invitation.roundtable.series.office
    by, before = an_account(session, office), entry_history.values_of(session, person)
    was = "robin@frueher.example"
    if way == "corrected":
        was, person.email = person.email, "robin@jetzt.example"
        entry_history.record_changed(session, person, before, at=AT, by=by)
    else:
        merging.merge_people(session, person, a_person(session, office, email=was), theirs=[], at=AT, by=by)
    an_invitation(session, invitation.roundtable)
    session.flush()
    received = receive(session, replies.google(uid(invitation), was, "ACCEPTED", AT, PASSED))
    assert outcome(received) == ("open", "other_address")
    assert (received.invitation, received.person) == (invitation, person)
    assert answer_of(session, invitation) is None
    replying.assign(session, received, invitation, at=LATER, by=by)
    found = answer_of(session, invitation)
    assert found is not None
    assert found.kind == "accepted"


def test_whoever_had_the_address_before_counts_for_less_than_whoever_has_it(
    session: Session, invitation: Invitation
) -> None:
    person, before = invitation.person, entry_history.values_of(session, invitation.person)
    was, person.email = person.email, "robin@jetzt.example"
    entry_history.record_changed(
        session, person, before, at=AT, by=an_account(session, invitation.roundtable.series.office)
    )
    other = an_invitation(session, invitation.roundtable, a_person(session, person.office, email=was))
    session.flush()
    received = receive(session, replies.google(uid(invitation), was, "ACCEPTED", AT, PASSED))
    assert (received.state, received.invitation) == ("recorded", other)
