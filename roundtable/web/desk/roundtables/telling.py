"""Telling people what has changed: what, whom, one letter in full, and then to all of them at once (rule 22)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from roundtable import clock
from roundtable.actions.guests.recipients import in_full, names_of_first
from roundtable.actions.roundtables import telling
from roundtable.actions.roundtables.readers import Reader, who_knows
from roundtable.db import db
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.outbox import mailings, outbox
from roundtable.web.desk.parts.own_words import SeenForm, shown
from roundtable.web.desk.parts.rights import me, own_roundtable_or_404
from roundtable.web.edge import deed
from roundtable.web.forms import TEXT
from roundtable.web.paging import part_of

routes = Blueprint("telling", __name__, url_prefix="/roundtables/<int:roundtable_id>/tell")


class TellForm(SeenForm):
    words_de = TextAreaField(_l("In your own words, in German"), [TEXT])
    words_en = TextAreaField(_l("In your own words, in English"), [TEXT])


@routes.get("/")
def show(roundtable_id: int) -> str:
    roundtable = own_roundtable_or_404(roundtable_id, "plan")
    return _page(roundtable, TellForm(data=shown("words", telling.words_to_say_again(db.session(), roundtable))))


def _page(roundtable: Roundtable, form: TellForm) -> str:
    session, at = db.session(), clock.now()
    untold = telling.untold(session, roundtable, at=at)
    otherwise = telling.to_tell(session, roundtable) if untold.number else []
    told = _with_news(otherwise)
    letters = telling.shown(session, roundtable, told, form.words, at=at)
    form.have_been_shown(form.words)
    return render_template(
        "desk/telling/show.html",
        roundtable=roundtable,
        form=form,
        before=next((each.before for each in told if each.before is not None), untold.before),
        told=len(told),
        first=names_of_first(db.session(), [each.invitation.id for each in told]),
        is_changed_back=bool(otherwise) and not told,
        letters=[(each, outbox.read(each)) for each in letters],
    )


@routes.get("/readers")
def readers(roundtable_id: int) -> str:
    """Everybody who would get a letter. ``of``: ``change`` (of what is told), ``cancelling``, else of another date."""
    roundtable, session = own_roundtable_or_404(roundtable_id, "plan"), db.session()
    match request.args.get("of"):
        case "change":
            ids = [each.invitation.id for each in _told_now(roundtable)]
        case "cancelling":
            ids = [each for each, knows in who_knows(session, roundtable).items() if knows]
        case _:
            ids = list(who_knows(session, roundtable))
    page = part_of(ids)
    loaded = in_full(db.session(), page)
    return render_template(
        "desk/telling/readers.html", roundtable=roundtable, page=page, invitations=[loaded[each] for each in page]
    )


def _told_now(roundtable: Roundtable) -> list[Reader]:
    """Those for whom there is something new."""
    session = db.session()
    if not telling.untold(session, roundtable, at=clock.now()).number:
        return []
    return _with_news(telling.to_tell(session, roundtable))


def _with_news(otherwise: list[Reader]) -> list[Reader]:
    return [each for each in otherwise if each.before is not None or each.awaited is not None]


@routes.post("/")
def tell(roundtable_id: int) -> Response | str | tuple[str, int]:
    """Shows the letters first where their words are not those that were seen."""
    roundtable = own_roundtable_or_404(roundtable_id, "plan")
    form = TellForm()
    if not form.validate_on_submit():
        return _page(roundtable, form), 422
    if "preview" in request.form or not form.are_words_seen:
        return _page(roundtable, form)
    session, at = db.session(), clock.now()
    overview = redirect(url_for("desk.roundtables.show", roundtable_id=roundtable.id), 303)
    with deed(back=overview):
        number = telling.tell(session, roundtable, words=form.words, at=at, by=me())
    if number:
        flash(ngettext("%(num)d person is told.", "%(num)d people are told.", number), "success")
    else:
        flash(_("Everybody had been told already. Nothing has been sent."), "info")
    mailing = mailings.queued(session, roundtable, at=at)
    if mailing is not None:
        return redirect(url_for("desk.mailings.show", roundtable_id=roundtable.id, mailing_id=mailing.id), 303)
    return overview


@routes.post("/hold-back")
def hold_back(roundtable_id: int) -> Response:
    """What waits to tell of something that was changed back."""
    roundtable = own_roundtable_or_404(roundtable_id, "plan")
    with deed():
        telling.hold_back_what_is_no_news(db.session(), roundtable, at=clock.now())
    flash(_("Those letters do not go out."), "success")
    return redirect(url_for("desk.roundtables.show", roundtable_id=roundtable.id), 303)
