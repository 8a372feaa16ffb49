"""Who registered by themselves: open and close registration, let people in, turn them away."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from roundtable import clock
from roundtable.actions.guests import signing_up
from roundtable.db import db
from roundtable.domain.guests import registrations
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.guests.sign_ups import SignUp
from roundtable.domain.people.addresses import person_at
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.web.desk.parts.rights import me, own_roundtable_or_404
from roundtable.web.edge import deed
from roundtable.web.forms import LINE, Form
from roundtable.web.paging import Page, within

routes = Blueprint("sign_ups", __name__, url_prefix="/roundtables/<int:roundtable_id>/sign-ups")

PER_PAGE = 50
STATES = ("waiting", "let_in", "turned_away", "unconfirmed")


class TurnAwayForm(Form):
    words = TextAreaField(_l("A few words of your own"), [LINE], render_kw={"rows": 3})


def _counts(roundtable: Roundtable) -> dict[str, int]:
    # Asked for once: PostgreSQL knows what is grouped by its parameters.
    state = SignUp.state
    counted = select(state, func.count()).where(SignUp.roundtable_id == roundtable.id).group_by(state)
    found: dict[str, int] = dict(db.session.execute(counted).all())
    return {state: found.get(state, 0) for state in STATES}


def _page(roundtable: Roundtable, state: str, count: int, number: int) -> Page[SignUp]:
    """Fifty; whoever confirmed first stands first."""
    number, pages = within(number, count, PER_PAGE)
    shown = (
        select(SignUp)
        .where(SignUp.roundtable_id == roundtable.id, SignUp.state == state)
        .options(
            joinedload(SignUp.decided_by),
            joinedload(SignUp.invitation).options(joinedload(Invitation.registration), joinedload(Invitation.person)),
        )
        .order_by(SignUp.confirmed_at, SignUp.id)
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    )
    return Page(
        list(db.session.scalars(shown)),
        count,
        number,
        pages,
        lambda number: url_for("desk.sign_ups.index", roundtable_id=roundtable.id, state=state, page=number),
    )


def _sign_up_or_404(roundtable: Roundtable, sign_up_id: int) -> SignUp:
    sign_up = db.session.get(SignUp, sign_up_id)
    if sign_up is None or sign_up.roundtable_id != roundtable.id:
        abort(404)
    return sign_up


@routes.get("/")
def index(roundtable_id: int) -> str:
    roundtable = own_roundtable_or_404(roundtable_id, "reach")
    counts = _counts(roundtable)
    state = request.args.get("state", "waiting")
    state = state if state in STATES else "waiting"
    at = clock.now()
    return render_template(
        "desk/sign_ups/index.html",
        roundtable=roundtable,
        counts=counts,
        state=state,
        page=_page(roundtable, state, counts[state], request.args.get("page", 1, type=int)),
        seating=registrations.seating_of(db.session(), roundtable),
        takes_sign_ups=roundtable.takes_sign_ups(at),
        is_shown=roundtable.is_shown(at),
        can_open=roundtable.takes_answers(at) and not roundtable.is_over(at),
    )


@routes.get("/<int:sign_up_id>/")
def show(roundtable_id: int, sign_up_id: int) -> str:
    roundtable = own_roundtable_or_404(roundtable_id, "invite")
    return _show_page(roundtable, _sign_up_or_404(roundtable, sign_up_id), TurnAwayForm())


def _show_page(roundtable: Roundtable, sign_up: SignUp, form: TurnAwayForm) -> str:
    person = person_at(db.session(), roundtable.series.office_id, sign_up.email)
    there = None
    if person is not None:
        there = db.session.scalar(
            select(Invitation).where(Invitation.roundtable_id == roundtable.id, Invitation.person_id == person.id)
        )
    return render_template(
        "desk/sign_ups/show.html",
        roundtable=roundtable,
        sign_up=sign_up,
        form=form,
        person=person,
        was_withdrawn=there is not None and not there.is_open,
        seating=registrations.seating_of(db.session(), roundtable),
    )


@routes.post("/open")
def open_registration(roundtable_id: int) -> Response:
    """``moderated`` is ``yes`` or ``no``."""
    roundtable = own_roundtable_or_404(roundtable_id, "plan")
    moderated = request.form.get("moderated")
    if moderated not in ("yes", "no"):
        abort(400)
    with deed():
        signing_up.open_registration(roundtable, is_moderated=moderated == "yes", at=clock.now())
    if moderated == "yes":
        flash(_("Registration is open. You decide who is let in."), "success")
    else:
        flash(_("Registration is open. Whoever confirms the address is let in at once."), "success")
    return _to_list(roundtable)


@routes.post("/close")
def close_registration(roundtable_id: int) -> Response:
    roundtable = own_roundtable_or_404(roundtable_id, "plan")
    with deed():
        signing_up.close_registration(roundtable)
    flash(_("Registration is closed."), "success")
    return _to_list(roundtable)


@routes.post("/<int:sign_up_id>/let-in")
def let_in(roundtable_id: int, sign_up_id: int) -> Response:
    roundtable = own_roundtable_or_404(roundtable_id, "invite")
    sign_up = _sign_up_or_404(roundtable, sign_up_id)
    with deed(back=_to_list(roundtable)):
        signing_up.let_in(db.session(), sign_up, at=clock.now(), by=me())
    flash(_("%(name)s is let in. A letter is on its way.", name=sign_up.name), "success")
    return _to_list(roundtable)


@routes.post("/let-in")
def let_in_chosen(roundtable_id: int) -> Response:
    roundtable = own_roundtable_or_404(roundtable_id, "invite")
    chosen = select(SignUp).where(
        SignUp.roundtable_id == roundtable.id, SignUp.id.in_(request.form.getlist("chosen", type=int)[:PER_PAGE])
    )
    sign_ups = db.session.scalars(chosen.order_by(SignUp.confirmed_at, SignUp.id)).all()
    if not sign_ups:
        flash(_("Please choose at least one person."), "danger")
        return _to_list(roundtable)
    with deed(back=_to_list(roundtable)):
        let = signing_up.let_in_chosen(db.session(), sign_ups, at=clock.now(), by=me())
        left = [sign_up.name for sign_up in sign_ups if sign_up not in let]
    if let:
        sentence = ngettext(
            "%(num)d person is let in. A letter is on its way.",
            "%(num)d people are let in. The letters are on their way.",
            len(let),
        )
        flash(sentence, "success")
    if left:
        flash(_("Not let in, please open each of them to see why: %(names)s.", names=", ".join(left)), "warning")
    return _to_list(roundtable)


@routes.post("/<int:sign_up_id>/turn-away")
def turn_away(roundtable_id: int, sign_up_id: int) -> Response | tuple[str, int]:
    roundtable = own_roundtable_or_404(roundtable_id, "invite")
    sign_up = _sign_up_or_404(roundtable, sign_up_id)
    form = TurnAwayForm()
    if not form.validate_on_submit():
        return _show_page(roundtable, sign_up, form), 422
    with deed(back=_to_list(roundtable)):
        signing_up.turn_away(db.session(), sign_up, words=form.words.data or "", at=clock.now(), by=me())
    flash(_("%(name)s is turned away. A kind letter is on its way.", name=sign_up.name), "success")
    return _to_list(roundtable)


def _to_list(roundtable: Roundtable) -> Response:
    return redirect(url_for(".index", roundtable_id=roundtable.id), 303)
