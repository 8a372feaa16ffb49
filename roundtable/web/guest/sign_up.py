"""My registration, before there is an invitation: what I entered, and that the address is mine."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from roundtable import clock
from roundtable.actions.guests import signing_up
from roundtable.db import db
from roundtable.domain.guests import waiting_list
from roundtable.domain.guests.registrations import Registration
from roundtable.web.edge import deed
from roundtable.web.guest.rights import sign_up_or_404
from roundtable.web.security import limiter

routes = Blueprint("sign_up", __name__, url_prefix="/registration/<token>")


def _place(held: Registration | None) -> int | None:
    if held is None or not held.is_waiting:
        return None
    return waiting_list.place_in_line(db.session(), held)


@routes.get("/")
def show(token: str) -> str:
    sign_up = sign_up_or_404(token)
    roundtable = sign_up.roundtable
    held = sign_up.invitation.registration if sign_up.invitation is not None else None
    at = clock.now()
    return render_template(
        "guest/sign_up/show.html",
        sign_up=sign_up,
        roundtable=roundtable,
        office=roundtable.series.office,
        token=token,
        is_open=roundtable.takes_sign_ups(at),
        held=held,
        place=_place(held),
        today=roundtable.series.day_at(at),
    )


@routes.post("/confirm")
@limiter.limit("60 per minute")
def confirm(token: str) -> Response:
    sign_up = sign_up_or_404(token)
    page = redirect(url_for(".show", token=token), 303)
    with deed(back=page):
        signing_up.confirm(db.session(), sign_up, at=clock.now())
    return page
