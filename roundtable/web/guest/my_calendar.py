"""All my roundtables in one calendar: an address of my own, made when I ask for it and shown once."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from roundtable import clock
from roundtable.db import db
from roundtable.domain import calendars
from roundtable.domain.guests.invitations import Invitation
from roundtable.phrases import language
from roundtable.web.addresses import absolute
from roundtable.web.calendars import AddressForm, webcal
from roundtable.web.edge import deed
from roundtable.web.guest import mine
from roundtable.web.security import limiter

routes = Blueprint("my_calendar", __name__, url_prefix="/i/<token>/my-calendar")


def _page(invitation: Invitation, token: str, form: AddressForm, address: str | None = None) -> str:
    return render_template(
        "guest/my_calendar/show.html",
        form=form,
        address=address,
        subscribe=webcal(address) if address else None,
        calendar=calendars.calendar_of(db.session(), invitation.person),
        **mine.words(invitation, token),
    )


@routes.get("/")
def show(token: str) -> str:
    return _page(mine.invitation_or_404(token), token, AddressForm())


@routes.post("/")
@limiter.limit("30 per hour")
def renew(token: str) -> str | tuple[str, int]:
    """A new address; the former ends. It stands on the page that answers, and nowhere else ever."""
    invitation, form = mine.invitation_or_404(token), AddressForm()
    if not form.validate_on_submit():
        return _page(invitation, token, form), 422
    with deed():
        secret = calendars.renew(db.session(), invitation.person, at=clock.now())
    address = absolute(
        "guest_feeds.private_calendars.show", token=secret, lang=language(), alarm=form.alarm.data or None
    )
    return _page(invitation, token, form, address)


@routes.post("/end")
def end(token: str) -> Response:
    with deed():
        calendars.end(db.session(), mine.invitation_or_404(token).person)
    flash(_("The address has ended. Calendars that use it get nothing any more."), "success")
    return redirect(url_for(".show", token=token, given_by=mine.typed_by() or None), 303)
