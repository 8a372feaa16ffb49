"""Whether I may be named and photographed: each sentence is kept as it was shown, and can be taken back any time."""

from collections.abc import Collection

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import BooleanField

from roundtable import clock
from roundtable.actions.guests import consenting
from roundtable.db import db
from roundtable.domain.guests.consents import KINDS
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.office.offices import Office
from roundtable.phrases import language
from roundtable.web.edge import attempt
from roundtable.web.forms import Form
from roundtable.web.guest import mine

routes = Blueprint("consents", __name__, url_prefix="/i/<token>/consents")


class ConsentForm(Form):
    named = BooleanField()
    photographed = BooleanField()

    def __init__(self, *args: object, office: Office, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for kind, sentence in sentences(office).items():
            self[kind].label.text = sentence


def sentences(office: Office) -> dict[str, str]:
    """What is agreed to, word for word."""
    name = office.name.in_(language())
    return {
        "named": _(
            "%(office)s may name me with my name, function and organisation in press releases and on its pages about"
            " its roundtables.",
            office=name,
        ),
        "photographed": _(
            "%(office)s may take photographs in which I can be recognised, and publish them in press releases and on"
            " its pages about its roundtables.",
            office=name,
        ),
    }


@routes.get("/")
def show(token: str) -> str:
    invitation = mine.invitation_or_404(token)
    agreed = consenting.agreed_to(db.session(), invitation)
    form = ConsentForm(office=invitation.roundtable.series.office, data={kind: kind in agreed for kind in KINDS})
    return _page(invitation, token, form, agreed)


def _page(invitation: Invitation, token: str, form: ConsentForm, agreed: Collection[str], refused: str = "") -> str:
    words = mine.words(invitation, token)
    return render_template("guest/consents/show.html", form=form, agreed=agreed, refused=refused, **words)


@routes.post("/")
def decide(token: str) -> Response | tuple[str, int]:
    """A ticked box agrees, an empty one withdraws; also after the roundtable."""
    invitation = mine.invitation_or_404(token)
    office, by, at = invitation.roundtable.series.office, mine.given_by(invitation), clock.now()
    form, said = ConsentForm(office=office), sentences(office)
    with attempt() as done:
        for kind in KINDS:
            if form[kind].data:
                consenting.agree(db.session(), invitation, kind, words=said[kind], at=at, given_by=by)
            else:
                consenting.withdraw(db.session(), invitation, kind, at=at)
    if not done:
        return _page(invitation, token, form, consenting.agreed_to(db.session(), invitation), str(done.refusal)), 422
    flash(_("Saved. You can change this here at any time."), "success")
    return redirect(url_for("guest.invitation.show", token=token, given_by=mine.typed_by() or None), 303)
