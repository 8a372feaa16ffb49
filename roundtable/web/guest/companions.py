"""Who comes with me: companions, or colleagues on the other seats of my organisation."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from roundtable import clock
from roundtable.actions.guests import accompanying
from roundtable.actions.guests.named_guests import NamesWrongDelegate
from roundtable.db import db
from roundtable.domain.guests import waiting_list
from roundtable.domain.guests.invitations import Invitation
from roundtable.web.edge import deed
from roundtable.web.guest import mine
from roundtable.web.guest.invitation import NamedForm
from roundtable.web.guest.rights import invitation_or_404
from roundtable.web.security import limiter

routes = Blueprint("companions", __name__, url_prefix="/i/<token>/companions")


@routes.get("/")
def show(token: str) -> Response | str:
    invitation = mine.invitation_or_404(token)
    if not (invitation.companions or invitation.may_bring):
        return redirect(url_for("guest.invitation.show", token=token), 303)
    return _page(invitation, token, NamedForm())


def _page(invitation: Invitation, token: str, form: NamedForm) -> str:
    places = {
        each.id: waiting_list.place_in_line(db.session(), each.registration)
        for each in invitation.companions
        if each.registration is not None and each.registration.is_waiting
    }
    return render_template("guest/companions/show.html", form=form, places=places, **mine.words(invitation, token))


@routes.post("/")
@limiter.limit("30 per hour")
def bring(token: str) -> Response | tuple[str, int]:
    invitation = invitation_or_404(token)
    form = NamedForm()
    if form.validate_on_submit():
        who = {each: getattr(form, each).data for each in ("given_name", "family_name", "function", "email")}
        with deed(form, at={NamesWrongDelegate: "email"}) as done:
            accompanying.bring(db.session(), invitation, at=clock.now(), **who)
        if done:
            flash(_("%(name)s has received a letter with a personal link.", name=form.called), "success")
            return _back(token)
    return _page(mine.invitation_or_404(token), token, form), 422


@routes.post("/<int:companion_id>/leave-behind")
def leave_behind(token: str, companion_id: int) -> Response:
    invitation = mine.invitation_or_404(token)
    companion = next((each for each in invitation.companions if each.id == companion_id), None)
    if companion is None:
        abort(404)
    with deed(back=_back(token)):
        accompanying.leave_behind(db.session(), companion, at=clock.now())
    flash(_("%(name)s does not come with you any more. Please tell them yourself.", name=companion.called), "success")
    return _back(token)


def _back(token: str) -> Response:
    return redirect(url_for(".show", token=token, given_by=mine.typed_by() or None), 303)
