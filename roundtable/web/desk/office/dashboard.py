"""What needs me today, nothing else first."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, current_app, render_template
from sqlalchemy import ColumnElement, ColumnExpressionArgument, Select, and_, exists, func, or_, select
from sqlalchemy.orm import contains_eager

from roundtable import clock
from roundtable.db import db
from roundtable.domain.guests.invitations import Answer, Invitation
from roundtable.domain.press.quotes import Quote
from roundtable.domain.record.minutes import Minutes
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series, zone_of
from roundtable.mail.inbox import inbox, statuses
from roundtable.mail.outbox import figures
from roundtable.mail.outbox.outbox import Letter
from roundtable.web.desk.parts.rights import memberships

routes = Blueprint("dashboard", __name__)

SHOWN = 10
NEEDS_A_PERSON = ("failed", "uncertain", "bounced")


@routes.get("/")
def show() -> str:
    at, mine, session = clock.now(), [each.office_id for each in memberships()], db.session()
    ours = Series.office_id.in_(mine)
    held = ~Roundtable.is_cancelled
    overdue = (
        _roundtables(ours, held, Roundtable.is_over(at))
        .outerjoin(Minutes, Minutes.roundtable_id == Roundtable.id)
        .where(or_(Minutes.id.is_(None), ~Minutes.is_approved))
        .order_by(Roundtable.ends_at)
    )
    coming = _roundtables(ours, held, ~Roundtable.is_over(at)).order_by(Roundtable.starts_at)
    quotes = select(Quote.roundtable_id, func.count().label("number")).where(Quote.waits_for_release)
    answers = (
        select(Invitation.roundtable_id, func.count().label("number"))
        .join(Answer, Answer.invitation_id == Invitation.id)
        .where(Answer.is_current, Answer.answered_at >= at - timedelta(days=1))
    )
    stuck = select(Letter.state, func.count()).where(
        Letter.office_id.in_([each.office_id for each in memberships() if each.may("reach")]),
        Letter.state.in_(NEEDS_A_PERSON),
        ~_came_back_and_matters_no_more(at),
    )
    zone = zone_of(session, memberships()[0].office) if mine else None
    return render_template(
        "desk/dashboard/show.html",
        quotes=session.execute(_by_roundtable(ours, quotes.group_by(Quote.roundtable_id))).all(),
        answers=session.execute(_by_roundtable(ours, answers.group_by(Invitation.roundtable_id))).all(),
        overdue=session.scalars(overdue.limit(SHOWN)).all(),
        waiting=inbox.waiting(session, inbox.seen_by([each for each in memberships() if each.may("care")])),
        unread=statuses.unread(session, current_app.config["ROUNDTABLE"], at=at),
        stuck={row[0]: row[1] for row in session.execute(stuck.group_by(Letter.state))},
        standstill=figures.standstill(session, mine, current_app.config["ROUNDTABLE"], at=at),
        zone=zone,
        today=at.astimezone(zone or UTC).date(),
        coming=session.scalars(coming.limit(SHOWN)).all(),
        all_series=session.scalars(select(Series).where(ours).order_by(Series.id)).all(),
        may_plan=any(each.may("plan") for each in memberships()[:1]),
    )


def _came_back_and_matters_no_more(at: datetime) -> ColumnElement[bool]:
    """It was sent anew, or what it was about is over."""
    is_over = exists().where(
        Roundtable.id == Letter.roundtable_id, or_(Roundtable.is_over(at), Roundtable.is_cancelled)
    )
    return and_(Letter.state == "bounced", or_(Letter.overtaken_at.is_not(None), is_over))


def _roundtables(*where: ColumnExpressionArgument[bool]) -> Select[Roundtable]:
    return select(Roundtable).join(Roundtable.series).where(*where).options(contains_eager(Roundtable.series))


def _by_roundtable(ours: ColumnElement[bool], counted: Select[int, int]) -> Select[Roundtable, int]:
    """The roundtables that something was counted for, the latest first, each with the number."""
    counts = counted.subquery()
    joined = _roundtables(ours).join(counts, counts.c.roundtable_id == Roundtable.id)
    return joined.add_columns(counts.c.number).order_by(Roundtable.starts_at.desc()).limit(SHOWN)
