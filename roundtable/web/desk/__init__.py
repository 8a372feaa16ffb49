"""The desk: signed in, a role per office. The guard stands here, before the first line of any file in this folder."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from roundtable.web.desk import (
    agenda,
    attendance,
    commitments,
    components,
    correspondence,
    dashboard,
    digest,
    duplicates,
    invitations,
    letters,
    mailbox,
    mailings,
    members,
    merges,
    minutes,
    my_calendar,
    organisations,
    people,
    people_export,
    people_import,
    person,
    polls,
    precedence,
    proposals,
    quotes,
    ranks,
    readdressing,
    reception,
    releases,
    roundtables,
    series,
    sign_in,
    sign_ups,
    telling,
    wordings,
)
from roundtable.web.desk.rights import may, memberships
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
