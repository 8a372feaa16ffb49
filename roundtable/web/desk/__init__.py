"""The desk: signed in, a role per office. The guard stands here, before the first line of any file in this folder."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from roundtable.web.desk.guests import invitations, mailings, precedence, reception, sign_ups
from roundtable.web.desk.office import dashboard, digest, history, my_calendar, sign_in
from roundtable.web.desk.parts import components
from roundtable.web.desk.parts.rights import may, memberships
from roundtable.web.desk.people import (
    duplicates,
    merges,
    organisations,
    people,
    people_export,
    people_import,
    person,
    ranks,
)
from roundtable.web.desk.post import correspondence, letters, mailbox, readdressing
from roundtable.web.desk.press import quotes, releases
from roundtable.web.desk.record import attendance, commitments, minutes
from roundtable.web.desk.roundtables import agenda, polls, roundtables, telling
from roundtable.web.desk.series import members, proposals, series, wordings
from roundtable.web.security import account

routes = Blueprint("desk", __name__, url_prefix="/<lang:lang>/desk")


@routes.before_request
def _only_signed_in() -> Response | None:
    if account() is not None or (request.endpoint or "").startswith("desk.sign_in."):
        return None
    return redirect(url_for("desk.sign_in.form", next=request.path if request.method == "GET" else None))


@routes.context_processor
def _office() -> dict[str, object]:
    if account() is None:
        return {"office": None, "may": may}
    mine = memberships()
    return {"office": mine[0].office if mine else None, "may": may}


for _module in (
    sign_in,
    dashboard,
    digest,
    history,
    my_calendar,
    people,
    people_import,
    people_export,
    duplicates,
    merges,
    person,
    organisations,
    ranks,
    series,
    members,
    proposals,
    polls,
    roundtables,
    invitations,
    mailings,
    telling,
    sign_ups,
    precedence,
    reception,
    agenda,
    attendance,
    minutes,
    commitments,
    quotes,
    releases,
    letters,
    readdressing,
    correspondence,
    mailbox,
    components,
    wordings,
):
    routes.register_blueprint(_module.routes)
