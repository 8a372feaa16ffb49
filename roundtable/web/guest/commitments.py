"""A guest reports on a commitment by personal link (rule 15)."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired

from roundtable import clock
from roundtable.actions.record import following_up
from roundtable.db import db
from roundtable.domain.record.commitments import Commitment
from roundtable.web.edge import deed
from roundtable.web.forms import TEXT, Form, SelectChoice
from roundtable.web.guest.rights import commitment_or_404

routes = Blueprint("commitments", __name__, url_prefix="/commitments/<token>")

CHOICES = [
    SelectChoice("open", _l("Not begun yet")),
    SelectChoice("under_way", _l("Under way")),
    SelectChoice("done", _l("Done")),
    SelectChoice("dropped", _l("Will not be done")),
]


class ReportForm(Form):
    state = RadioField(_l("Where does it stand?"), [InputRequired(_l("Please choose one."))], choices=CHOICES)
    note = TextAreaField(_l("A few words about it"), [TEXT], render_kw={"rows": 5})


def _page(commitment: Commitment, token: str, form: ReportForm) -> str:
    return render_template(
        "guest/commitments/show.html",
        commitment=commitment,
        token=token,
        form=form,
        office=commitment.series.office,
        today=commitment.series.day_at(clock.now()),
    )


@routes.get("/")
def show(token: str) -> str:
    commitment = commitment_or_404(token)
    state = commitment.state if commitment.reports else None
    return _page(commitment, token, ReportForm(state=state))


@routes.post("/")
def report(token: str) -> Response | tuple[str, int]:
    commitment, form = commitment_or_404(token), ReportForm()
    if not form.validate_on_submit():
        return _page(commitment, token, form), 422
    session = db.session()
    who = following_up.reporters(session, [commitment]).get(commitment.id)
    with deed():
        following_up.report(commitment, form.state.data, form.note.data or "", at=clock.now(), by=who)
    return redirect(url_for("guest.commitments.thanks", token=token), 303)


@routes.get("/thanks")
def thanks(token: str) -> str:
    commitment = commitment_or_404(token)
    return render_template(
        "guest/commitments/thanks.html", commitment=commitment, token=token, office=commitment.series.office
    )
