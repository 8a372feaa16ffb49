"""All roundtables of my offices in one calendar: an address of my own, made when I ask for it and shown once."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from roundtable import clock
from roundtable.db import db
from roundtable.domain import calendars
from roundtable.phrases import language
from roundtable.web.addresses import absolute
from roundtable.web.calendars import AddressForm, webcal
from roundtable.web.desk.parts.rights import me
from roundtable.web.edge import deed

routes = Blueprint("my_calendar", __name__, url_prefix="/my-calendar")


def _page(form: AddressForm, address: str | None = None) -> str:
    return render_template(
        "desk/my_calendar/show.html",
        form=form,
        address=address,
        subscribe=webcal(address) if address else None,
        calendar=calendars.calendar_of(db.session(), me()),
    )


@routes.get("/")
def show() -> str:
    return _page(AddressForm())


@routes.post("/")
def renew() -> str | tuple[str, int]:
    """A new address; the former ends. It stands on the page that answers, and nowhere else ever."""
    form = AddressForm()
    if not form.validate_on_submit():
        return _page(form), 422
    with deed():
        secret = calendars.renew(db.session(), me(), at=clock.now())
    address = absolute(
        "guest_feeds.private_calendars.show", token=secret, lang=language(), alarm=form.alarm.data or None
    )
    return _page(form, address)


@routes.post("/end")
def end() -> Response:
    with deed():
        calendars.end(db.session(), me())
    flash(_("The address has ended. Calendars that use it get nothing any more."), "success")
    return redirect(url_for(".show"), 303)
