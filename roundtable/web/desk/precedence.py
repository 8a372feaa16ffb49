"""The order of people at one roundtable, made by hand: by dragging, or with the buttons (rule 24)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from roundtable.db import db
from roundtable.domain import precedence
from roundtable.domain.invitations import Invitation
from roundtable.domain.people import Person
from roundtable.domain.roundtables import Roundtable
from roundtable.web.desk.rights import own_roundtable_or_404

routes = Blueprint("precedence", __name__, url_prefix="/roundtables/<int:roundtable_id>/precedence")


def _invited(roundtable: Roundtable) -> list[Person]:
    """Everybody who is invited, in today's order."""
    invited = (
        select(Person)
        .join(Invitation, Invitation.person_id == Person.id)
        .where(Invitation.roundtable_id == roundtable.id, Invitation.revoked_at.is_(None))
        .options(joinedload(Person.organisation))
        .order_by(*precedence.order_at(roundtable))
    )
    return list(db.session.scalars(invited))


@routes.get("/")
def edit(roundtable_id: int) -> str:
    roundtable = own_roundtable_or_404(roundtable_id, "plan")
    return render_template(
        "desk/precedence/edit.html",
        roundtable=roundtable,
        people=_invited(roundtable),
        is_by_hand=precedence.is_by_hand(db.session(), roundtable),
    )


@routes.post("/")
def place(roundtable_id: int) -> Response:
    """The order as it was sent, whoever was given another number at that place; ``up`` or ``down`` moves one by one."""
    roundtable = own_roundtable_or_404(roundtable_id, "plan")
    people = {person.id: person for person in _invited(roundtable)}
    # Whoever was invited in the meantime follows; whoever is no longer invited is left out.
    order = [each for each in dict.fromkeys(request.form.getlist("people", type=int)) if each in people]
    order += [each for each in people if each not in order]
    _take_places(order)
    moved = _move(order, request.form.get("up", type=int), -1) or _move(order, request.form.get("down", type=int), 1)
    precedence.place(db.session(), roundtable, [people[each] for each in order])
    db.session.commit()
    if moved is None:
        flash(_("The order is saved. Lists, name plates, quotes and the release follow it."), "success")
        return redirect(url_for(".edit", roundtable_id=roundtable.id), 303)
    return redirect(url_for(".edit", roundtable_id=roundtable.id, _anchor=f"person-{moved}"), 303)


def _take_places(order: list[int]) -> None:
    """Put everybody whose number was changed where it says, the first places first; nonsense moves nobody."""
    wishes = {}
    for place, person_id in enumerate(order, start=1):
        typed = request.form.get(f"place-{person_id}", place, type=int)
        if typed != place:
            wishes[person_id] = min(max(1, typed), len(order))
    for person_id, place in sorted(wishes.items(), key=lambda wish: wish[1]):
        order.remove(person_id)
        order.insert(place - 1, person_id)


def _move(order: list[int], person_id: int | None, by: int) -> int | None:
    """Whom it moved; nobody who is not there or stands at the end already, but the page returns to them."""
    if person_id not in order:
        return None
    place = order.index(person_id)
    if 0 <= place + by < len(order):
        order[place], order[place + by] = order[place + by], order[place]
    return person_id


@routes.post("/forget")
def forget(roundtable_id: int) -> Response:
    roundtable = own_roundtable_or_404(roundtable_id, "plan")
    precedence.forget_places(db.session(), roundtable)
    db.session.commit()
    flash(_("The order follows rank, time in office and name again."), "success")
    return redirect(url_for(".edit", roundtable_id=roundtable.id), 303)
