"""Turning off the letters about new answers, from the letter itself: a page, then a POST (RFC 8058, rule 1)."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from roundtable.db import db
from roundtable.domain.office.offices import OfficeMember
from roundtable.mail.letters import subscriptions
from roundtable.web.edge import deed
from roundtable.web.errors import LinkDead
from roundtable.web.security import limiter

routes = Blueprint("digest", __name__, url_prefix="/digest/<token>")


def _member_or_404(token: str) -> OfficeMember:
    member = subscriptions.member_of(db.session(), token)
    if member is None:
        raise LinkDead
    return member


@routes.get("/")
def show(token: str) -> str:
    return _page(_member_or_404(token), token)


@routes.post("/")
@limiter.limit("60 per minute")
def end(token: str) -> Response | str:
    member = _member_or_404(token)
    with deed():
        member.take_digest(False)
    return _page(member, token)


def _page(member: OfficeMember, token: str) -> str:
    return render_template("guest/digest/show.html", member=member, office=member.office, token=token)
