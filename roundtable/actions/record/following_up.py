"""Following up: who still owes what, who is asked for a report, and what they report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from roundtable.domain import links
from roundtable.domain.links import PersonalLink
from roundtable.domain.office.accounts import Account
from roundtable.domain.people.people import PRECEDENCE, Person
from roundtable.domain.record.commitments import Commitment, CommitmentState, Report
from roundtable.domain.refusals import Refused
from roundtable.domain.series.series import Member
from roundtable.mail.letters import conversations, letters
from roundtable.mail.outbox import outbox
from roundtable.mail.outbox.outbox import Letter


class NobodyToAsk(Refused):
    sentence = _l(
        "We know nobody to ask about this commitment. Name a person, or add somebody of the organisation to the"
        " address book."
    )


class AlreadySettled(Refused):
    sentence = _l("This commitment is done or dropped. There is nothing left to ask for.")


def of_series(session: Session, series_id: int) -> list[Commitment]:
    """Every commitment of a series with what a page shows of it, the earliest due first, undated last."""
    found = (
        select(Commitment)
        .where(Commitment.series_id == series_id)
        .options(
            joinedload(Commitment.organisation),
            joinedload(Commitment.person),
            joinedload(Commitment.roundtable),
            selectinload(Commitment.reports).options(joinedload(Report.person), joinedload(Report.recorded_by)),
        )
        .order_by(Commitment.due_on.is_(None), Commitment.due_on, Commitment.id)
    )
    return list(session.scalars(found))


def reporters(session: Session, commitments: Sequence[Commitment]) -> dict[int, Person]:
    """Whom to ask, by commitment id; commitments that nobody is known for are left out.

    The person named, else the first of the organisation by precedence, members of the series before others.
    """
    nameless = {each.organisation_id for each in commitments if each.person_id is None and each.organisation_id}
    series_ids = {each.series_id for each in commitments}
    first: dict[tuple[int | None, int | None], Person] = {}
    if nameless:
        people = (
            select(Person, Member.series_id)
            .outerjoin(Member, and_(Member.person_id == Person.id, Member.series_id.in_(series_ids)))
            .where(Person.organisation_id.in_(nameless))
            .order_by(*PRECEDENCE, Person.id)
        )
        for person, series_id in session.execute(people):
            first.setdefault((person.organisation_id, series_id), person)
            first.setdefault((person.organisation_id, None), person)
    asked = {}
    for each in commitments:
        organisation = each.organisation_id
        answers = each.person or first.get((organisation, each.series_id)) or first.get((organisation, None))
        if answers is not None:
            asked[each.id] = answers
    return asked


def last_asked(session: Session, commitments: Sequence[Commitment]) -> dict[int, datetime]:
    """When each was last asked about, by commitment id."""
    found = (
        select(PersonalLink.commitment_id, func.max(PersonalLink.issued_at))
        .where(PersonalLink.commitment_id.in_([each.id for each in commitments]))
        .group_by(PersonalLink.commitment_id)
    )
    return {number: moment for number, moment in session.execute(found) if number is not None}


def ask_for_report(session: Session, commitment: Commitment, *, at: datetime, to: Person | None = None) -> Letter:
    """A letter with a personal link to report by, to whoever answers for it (see :func:`reporters`) unless told.

    Raises:
        AlreadySettled, NobodyToAsk
    """
    if commitment.is_settled:
        raise AlreadySettled
    person = to or reporters(session, [commitment]).get(commitment.id)
    if person is None:
        raise NobodyToAsk
    token = links.issue(session, at=at, commitment=commitment)
    begun = conversations.about(session, "report_due", person.id, PersonalLink.commitment_id == commitment.id)
    letter = letters.report_due(commitment, token, to=person, at=at, thread_id=begun)
    outbox.queue(session, letter)
    return letter


def report(
    commitment: Commitment,
    state: CommitmentState,
    note: str,
    *,
    at: datetime,
    by: Person | None = None,
    recorded_by: Account | None = None,
) -> Report:
    """Where it stands, said by the person or recorded at the desk. Saying the same again adds nothing."""
    last = commitment.reports[-1] if commitment.reports else None
    if last is not None and (last.state, last.note, last.person, last.recorded_by) == (state, note, by, recorded_by):
        return last
    return commitment.report(state, note, at=at, by=by, recorded_by=recorded_by)
