"""Nothing that holds personal data may lack an end (rule 26)."""

from datetime import timedelta

from sqlalchemy import Table, func, select, update
from sqlalchemy.orm import Session

from roundtable.actions import forgetting
from roundtable.db import Base
from roundtable.domain import calendars
from roundtable.domain.guests.consents import Consent
from roundtable.domain.guests.needs import Needs
from roundtable.domain.jobs import JobRun
from roundtable.domain.links import PersonalLink
from roundtable.mail.outbox.outbox import Letter
from tests.house.everything import Everything

# Tables without a word about anybody but those who work here.
OF_NOBODY = {"offices", "channels", "ranks", "series", "letter_wordings", "roundtables", "editions", "agenda_items"}
OF_NOBODY |= {"papers", "paper_versions", "polls", "poll_dates", "job_runs", "paces", "worker_beats", "mailbox_looks"}
# Who may sign in: until the office takes them away.
OF_COLLEAGUES = {"accounts", "office_members"}
# Kept by people, until they remove or merge an entry; what hangs on it goes with it.
ADDRESS_BOOK = {"people", "organisations", "members", "places_by_hand", "different_people", "different_organisations"}
# What a roundtable was and led to: the office's file, and what was published.
RECORD = {"invitations", "registrations", "minutes", "attendance", "notes", "decisions", "commitments", "reports"}
RECORD |= {"quotes", "releases", "published_versions"}
# Ends by itself, each proved in tests/actions (forgetting, signing_up, receiving): the rows, or the words in them.
FORGOTTEN = {"needs", "uploads", "sign_ups", "received_messages", "history", "personal_links", "private_calendars"}
FORGOTTEN |= {"answers", "poll_voters", "votes", "letters", "mailings", "consents", "former_addresses"}


def test_every_table_says_when_it_ends() -> None:
    said = [OF_NOBODY, OF_COLLEAGUES, ADDRESS_BOOK, RECORD, FORGOTTEN]
    assert sum(map(len, said)) == len(set().union(*said))
    missing = "say here when it ends, and let actions/forgetting.py see to it"
    assert set().union(*said) == set(Base.metadata.tables), missing


# Of these the words end, not the rows: what was answered belongs to who was invited, what was done to who did it. The
# last link to a commitment stays, and says when it was last asked about.
ROWS_STAY = {"answers", "history", "personal_links"}
LONG_AFTER = timedelta(days=20 * 365)


def _rows(session: Session) -> dict[str, int]:
    return {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in _tables()}


def _tables() -> list[tuple[str, Table]]:
    return list(Base.metadata.tables.items())


def test_what_ends_by_itself_is_gone_long_after_and_the_record_is_not(everything: Everything) -> None:
    """Of things of every kind, each table that is said to end has rows before, and none (or no words) after."""
    session, at = everything.session, everything.at
    invitation = everything.held.invitations[0]
    session.add(Needs(invitation=invitation, stated_at=at, diet="vegan"))
    session.add(JobRun(job="digests", slot=at, begun_at=at))
    agreed = "Mein Name darf in der Pressemitteilung stehen."
    session.add(Consent(person=invitation.person, kind="named", words=agreed, given_at=at, withdrawn_at=at))
    calendars.renew(session, invitation.person, at=at)
    assert invitation.answer is not None
    invitation.answer.note = "Ich bin im Krankenhaus."
    # A letter that waits is never lost, however old it is.
    session.execute(update(Letter).values(state="sent", state_since=at))
    session.flush()
    before = _rows(session)
    assert not [name for name in FORGOTTEN if not before[name]], "nothing to be forgotten: add some to the house"
    forgetting.forget_old(session, at=at + LONG_AFTER)
    session.flush()
    session.expire_all()
    after = _rows(session)
    assert not [name for name in FORGOTTEN - ROWS_STAY if after[name]]
    assert invitation.answer.note == ""
    kept = session.scalars(select(PersonalLink))
    assert all(link.commitment_id is not None for link in kept)
    stays = OF_COLLEAGUES | RECORD | ADDRESS_BOOK
    assert {name: before[name] for name in stays} == {name: after[name] for name in stays}
