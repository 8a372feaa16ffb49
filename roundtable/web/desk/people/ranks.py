"""The office's list of ranks: add, rename, move, remove."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired

from roundtable.actions.people import ranking
from roundtable.db import Bilingual, db
from roundtable.domain.office.offices import Office
from roundtable.domain.people.people import Rank
from roundtable.web.desk.parts.conflicts import others_values, seal_of
from roundtable.web.desk.parts.rights import own_office_or_404
from roundtable.web.edge import deed
from roundtable.web.forms import NAME, Form

routes = Blueprint("ranks", __name__, url_prefix="/ranks")


class RankForm(Form):
    name_de = StringField(_l("Name in German"), [InputRequired(_l("Please give the rank a name.")), NAME])
    name_en = StringField(_l("Name in English"), [NAME])
    version = HiddenField()

    @property
    def name(self) -> Bilingual:
        return Bilingual(self.name_de.data or "", self.name_en.data or "")


@routes.get("/")
def index() -> str:
    return _page(own_office_or_404("invite"), RankForm())


def _page(office: Office, form: RankForm) -> str:
    session = db.session()
    return render_template(
        "desk/ranks/index.html",
        ranks=ranking.ranks_of(session, office),
        people_by_rank=ranking.people_by_rank(session, office),
        form=form,
    )


@routes.post("/")
def add() -> Response | tuple[str, int]:
    office = own_office_or_404("invite")
    form = RankForm()
    if form.validate_on_submit():
        with deed(form) as done:
            ranking.add_rank(db.session(), office, form.name)
        if done:
            return _saved()
    return _page(own_office_or_404("invite"), form), 422


def _own_rank_or_404(rank_id: int) -> Rank:
    office = own_office_or_404("invite")
    rank = db.session.get(Rank, rank_id)
    if rank is None or rank.office_id != office.id:
        abort(404)
    return rank


@routes.get("/<int:rank_id>/edit")
def edit(rank_id: int) -> str:
    rank = _own_rank_or_404(rank_id)
    form = RankForm(data={**_values(rank), "version": seal_of(_values(rank))})
    return render_template("desk/ranks/edit.html", rank=rank, form=form, others=[])


def _values(rank: Rank) -> dict[str, str]:
    return {"name_de": rank.name.de, "name_en": rank.name.en}


@routes.post("/<int:rank_id>/edit")
def rename(rank_id: int) -> Response | tuple[str, int]:
    rank = _own_rank_or_404(rank_id)
    form, seal = RankForm(), seal_of(_values(rank))
    if not form.validate_on_submit():
        return render_template("desk/ranks/edit.html", rank=rank, form=form, others=[]), 422
    others = others_values(form, _values(rank))
    if form.version.data != seal and others:
        form.version.data = seal
        return render_template("desk/ranks/edit.html", rank=rank, form=form, others=others), 409
    with deed():
        rank.rename(form.name)
    return _saved()


@routes.post("/<int:rank_id>/move")
def move(rank_id: int) -> Response:
    """``direction``: ``up`` or ``down``."""
    with deed():
        ranking.move_rank(db.session(), _own_rank_or_404(rank_id), up=request.form.get("direction") == "up")
    return _saved()


@routes.post("/<int:rank_id>/remove")
def remove(rank_id: int) -> Response:
    with deed():
        ranking.remove_rank(db.session(), _own_rank_or_404(rank_id))
    return _saved()


def _saved() -> Response:
    flash(_("The order of ranks is saved."), "success")
    return redirect(url_for(".index"), 303)
