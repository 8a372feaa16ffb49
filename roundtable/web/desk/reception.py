"""For the day: who comes, as sheets for the reception; what they need, as numbers for the caterer and the house."""

from flask import Blueprint, render_template

from roundtable.db import db
from roundtable.domain import needs
from roundtable.domain.registrations import seating_of
from roundtable.web.desk.rights import may, own_roundtable_or_404

routes = Blueprint("reception", __name__, url_prefix="/roundtables/<int:roundtable_id>/reception")


@routes.get("/")
def show(roundtable_id: int) -> str:
    roundtable = own_roundtable_or_404(roundtable_id, "see")
    session = db.session()
    knows_names = may("invite", roundtable.series.office)
    return render_template(
        "desk/reception/show.html",
        roundtable=roundtable,
        seating=seating_of(session, roundtable),
        numbers=needs.numbers(session, roundtable),
        # Health data: for those who arrange it, not for everybody at the desk.
        stated=needs.needs_of(session, roundtable) if knows_names else [],
    )
