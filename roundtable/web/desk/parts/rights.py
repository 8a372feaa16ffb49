"""Fetch the thing through the person's right to it.

What one may not see is not there (404); what one may not do is refused (403).
"""

from typing import cast

from flask import abort, g, session
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from roundtable.db import db
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.offices import Deed, Office, OfficeMember
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series
from roundtable.web.security import account


def me() -> Account:
    """Who is signed in; the desk lets nobody else this far."""
    return cast(Account, account())


def memberships() -> list[OfficeMember]:
    """The signed-in person's roles, one per office."""
    if "memberships" not in g:
        mine = select(OfficeMember).where(OfficeMember.account_id == me().id).order_by(OfficeMember.id)
        g.memberships = list(db.session.scalars(mine.options(joinedload(OfficeMember.office))))
    return cast(list[OfficeMember], g.memberships)


def _membership_in(office_id: int) -> OfficeMember:
    for membership in memberships():
        if membership.office_id == office_id:
            return membership
    abort(404)


def _require(office_id: int, deed: Deed) -> None:
    if not _membership_in(office_id).may(deed):
        abort(403)


def may(deed: Deed, office: Office) -> bool:
    """For pages: whether to draw the button. The same table decides whether the deed is allowed."""
    return _membership_in(office.id).may(deed)


def own_office_or_404(deed: Deed) -> Office:
    """The office one is working for at present: the chosen one, or the first."""
    mine = memberships()
    if not mine:
        abort(404)
    chosen = next((each for each in mine if each.office_id == session.get("office_id")), mine[0])
    _require(chosen.office_id, deed)
    return chosen.office


def offices_where_i_may(deed: Deed) -> list[Office]:
    return [each.office for each in memberships() if each.may(deed)]


def seen_as_member_of(office: Office) -> OfficeMember:
    """The signed-in person's role in one of their offices."""
    return _membership_in(office.id)


def own_series_or_404(series_id: int, deed: Deed) -> Series:
    series = db.session.get(Series, series_id, options=[joinedload(Series.office)])
    if series is None:
        abort(404)
    _require(series.office_id, deed)
    return series


def own_roundtable_or_404(roundtable_id: int, deed: Deed) -> Roundtable:
    """The roundtable with its series and office, if the signed-in person may do this deed there."""
    loaded = [joinedload(Roundtable.series).joinedload(Series.office), joinedload(Roundtable.minutes)]
    roundtable = db.session.get(Roundtable, roundtable_id, options=loaded)
    if roundtable is None:
        abort(404)
    _require(roundtable.series.office_id, deed)
    return roundtable
