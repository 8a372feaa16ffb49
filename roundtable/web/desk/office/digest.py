"""Whether new answers come to me by letter, office by office."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from roundtable.web.desk.parts.rights import me, memberships
from roundtable.web.edge import deed

routes = Blueprint("digest", __name__, url_prefix="/my-letters")


@routes.get("/")
def show() -> str:
    return render_template("desk/digest/show.html", memberships=memberships(), me=me())


@routes.post("/")
def choose() -> Response:
    wanted = set(request.form.getlist("offices", type=int))
    with deed():
        for membership in memberships():
            membership.take_digest(membership.office_id in wanted)
    flash(_("Saved. It counts from the next letter on."), "success")
    return redirect(url_for(".show"), 303)
