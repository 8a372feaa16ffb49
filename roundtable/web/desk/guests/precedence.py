"""The order of people at one roundtable, made by hand: by dragging, or with the buttons (rule 24)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager
from werkzeug.wrappers import Response

from roundtable.db import db
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.people.people import Person, fits
from roundtable.domain.roundtables import precedence
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.web.desk.parts import selection
from roundtable.web.desk.parts.rights import own_roundtable_or_404
from roundtable.web.desk.parts.selection import as_spans, from_spans
from roundtable.web.edge import deed
from roundtable.web.paging import slice_of

routes = Blueprint("precedence", __name__, url_prefix="/roundtables/<int:roundtable_id>/precedence")

# Long enough to drag in, short enough for a telephone.
PER_PAGE = 50


def _invited(roundtable: Roundtable) -> Select[Person]:
    """Everybody who is invited, without order."""
    return (
        select(Person)
        .join(Invitation, Invitation.person_id == Person.id)
        .where(Invitation.roundtable_id == roundtable.id, Invitation.is_open)
    )


@routes.get("/")
def edit(roundtable_id: int) -> str:
    roundtable = own_roundtable_or_404(roundtable_id, "plan")
    words = selection.words_asked_for()
    order = precedence.order_at(roundtable)
    found = _invited(roundtable).outerjoin(Person.organisation).options(contains_eager(Person.organisation))
    page = slice_of(found.where(*fits(words)).order_by(*order), per_page=PER_PAGE)
    place = func.row_number().over(order_by=order).label("place")
    placed = _invited(roundtable).with_only_columns(Person.id, place).subquery()
    here = select(placed.c.id, placed.c.place).where(placed.c.id.in_([each.id for each in page]))
    places: dict[int, int] = dict(db.session.execute(here).all())
    return render_template(
        "desk/precedence/edit.html",
        roundtable=roundtable,
        page=page,
        places=places,
        spans=as_spans(places.values()),
        invited=db.session.scalar(select(func.count()).select_from(placed)) or 0,
        per_page=PER_PAGE,
        words=words,
        is_by_hand=precedence.is_by_hand(db.session(), roundtable),
    )


@routes.post("/")
def place(roundtable_id: int) -> Response:
    """The order as it was sent, whoever was given another number at that place; ``up`` or ``down`` moves one by one.

    It is a part of the whole: those who were not shown keep their places. Turning the page and searching save as well.
    """
    roundtable = own_roundtable_or_404(roundtable_id, "plan")
    by_place = db.session.scalars(_invited(roundtable).order_by(*precedence.order_at(roundtable)))
    people = {person.id: person for person in by_place}
    before = list(people)
    order = _as_sent(before)
    _take_places(order)
    moved = _move(order, request.form.get("up", type=int), -1) or _move(order, request.form.get("down", type=int), 1)
    goes_on = "turn" in request.form or "look" in request.form
    if order != before or not goes_on:
        with deed():
            precedence.place(db.session(), roundtable, [people[each] for each in order])
        if moved is None:
            flash(_("The order is saved. Lists, name plates, quotes and the release follow it."), "success")
    return _back(roundtable, None if moved is None else order.index(moved) // PER_PAGE + 1, moved)


def _back(roundtable: Roundtable, page: int | None, moved: int | None) -> Response:
    """To whom was moved, else to the page that was asked for or stood open."""
    words = request.form.get("q") or None
    asked = None if "look" in request.form else request.form.get("turn", request.form.get("page", type=int), type=int)
    values = {"page": asked, "q": words} if page is None or words else {"page": page}
    anchor = "people" if moved is None else f"person-{moved}"
    return redirect(url_for(".edit", roundtable_id=roundtable.id, _anchor=anchor, **values), 303)


def _as_sent(order: list[int]) -> list[int]:
    """Those who were sent take the places that they have together, in the order in which they were sent."""
    sent = [each for each in dict.fromkeys(request.form.getlist("people", type=int)) if each in order]
    taken = set(sent)
    in_turn = iter(sent)
    return [next(in_turn) if each in taken else each for each in order]


def _take_places(order: list[int]) -> None:
    """Put everybody whose number was changed where it says, the first places first; nonsense moves nobody.

    ``places``: the numbers that the page showed, in its order.
    """
    sent = request.form.getlist("people", type=int)
    shown = sorted(from_spans(request.form.get("places", ""))) or range(1, len(order) + 1)
    wishes = {}
    for person_id, place in zip(sent, shown, strict=False):
        typed = request.form.get(f"place-{person_id}", place, type=int)
        if typed != place and person_id in order:
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
    with deed():
        precedence.forget_places(db.session(), roundtable)
    flash(_("The order follows rank, time in office and name again."), "success")
    return redirect(url_for(".edit", roundtable_id=roundtable.id), 303)
