"""One roundtable at the desk: its chain as a task list, its details, another date, calling it off."""

from collections.abc import Sequence
from datetime import UTC

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField

from roundtable import clock
from roundtable.actions.guests.recipients import names_of_first
from roundtable.actions.roundtables import planning, preparing, telling
from roundtable.actions.roundtables.readers import who_knows
from roundtable.db import Bilingual, db
from roundtable.domain import chain
from roundtable.domain.guests import standings
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.guests.registrations import FewerSeatsThanTaken
from roundtable.domain.guests.sign_ups import SignUp
from roundtable.domain.office.history import Entry
from roundtable.domain.people.people import Person
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.precedence import order_at
from roundtable.domain.roundtables.roundtables import AlreadyCancelled, Roundtable
from roundtable.mail.outbox import mailings, outbox
from roundtable.mail.outbox.outbox import Letter
from roundtable.web.desk.parts.conflicts import Other, others_values
from roundtable.web.desk.parts.dates import DateForm, date_values
from roundtable.web.desk.parts.history import latest_of
from roundtable.web.desk.parts.own_words import shown
from roundtable.web.desk.parts.rights import me, own_roundtable_or_404, own_series_or_404
from roundtable.web.desk.roundtables.details_form import DetailsForm, details_of
from roundtable.web.desk.roundtables.moving_forms import CancelForm, RescheduleForm
from roundtable.web.edge import deed, only_supposed
from roundtable.web.forms import LINE, TEXT

routes = Blueprint("roundtables", __name__)

SILENT_SHOWN = 20


class NewForm(DateForm):
    motto_de = StringField(_l("Motto in German"), [LINE])
    motto_en = StringField(_l("Motto in English"), [LINE])
    question_de = TextAreaField(_l("Question in German"), [TEXT])
    question_en = TextAreaField(_l("Question in English"), [TEXT])


@routes.get("/series/<int:series_id>/roundtables/new")
def new(series_id: int) -> str:
    series = own_series_or_404(series_id, "plan")
    form = NewForm(zone=series.zone, motto_de=series.motto.de, motto_en=series.motto.en)
    return render_template("desk/roundtables/new.html", series=series, form=form)


@routes.post("/series/<int:series_id>/roundtables/new")
def create(series_id: int) -> Response | tuple[str, int]:
    series = own_series_or_404(series_id, "plan")
    form = NewForm(zone=series.zone)
    if form.validate_on_submit():
        moments = form.moments()
        with deed():
            roundtable = planning.plan_roundtable(
                db.session(),
                series,
                starts_at=moments.starts_at,
                ends_at=moments.ends_at,
                has_hours=moments.has_hours,
                motto=Bilingual(form.motto_de.data or "", form.motto_en.data or ""),
                question=Bilingual(form.question_de.data or "", form.question_en.data or ""),
                answer_until=form.answers_until(),
                at=clock.now(),
                host=current_app.config["ROUNDTABLE"].host,
            )
        flash(_("Roundtable no. %(number)s is planned. Next: who is invited?", number=roundtable.number), "success")
        return redirect(url_for("desk.roundtables.show", roundtable_id=roundtable.id), 303)
    return render_template("desk/roundtables/new.html", series=series, form=form), 422


@routes.get("/roundtables/<int:roundtable_id>/")
def show(roundtable_id: int) -> str:
    roundtable = own_roundtable_or_404(roundtable_id, "see")
    session, at = db.session(), clock.now()
    figures = standings.figures(session, roundtable)
    invited = sum(figures.values()) - figures["revoked"] - figures["delegated"]
    counts, releases = chain.counts_of(session, roundtable), chain.releases_of(session, roundtable)
    following = chain.next_one(session, roundtable)
    steps = chain.steps(
        roundtable,
        invited=invited,
        not_sent=figures["not_sent"],
        silent=figures["silent"],
        counts=counts,
        releases=releases,
        is_followed=following is not None,
        at=at,
    )
    return render_template(
        "desk/roundtables/show.html",
        roundtable=roundtable,
        steps=steps,
        next_step=next((step for step in steps if step.standing == "due"), None),
        figures=figures,
        invited=invited,
        counts=counts,
        releases=releases,
        following=following,
        silent=_silent(roundtable),
        takes_sign_ups=roundtable.takes_sign_ups(at),
        sign_ups_waiting=_sign_ups_waiting(roundtable),
        is_over=roundtable.is_over(at),
        is_public=roundtable.is_public(at),
        untold=telling.untold(session, roundtable, at=at),
        history=latest_of(Entry.roundtable_id == roundtable.id),
    )


def _sign_ups_waiting(roundtable: Roundtable) -> int:
    waiting = select(func.count()).where(SignUp.roundtable_id == roundtable.id, SignUp.state == "waiting")
    return db.session.scalar(waiting) or 0


def _silent(roundtable: Roundtable) -> list[Invitation]:
    """The first who were written to and have not answered, by precedence."""
    chosen = (
        select(Invitation)
        .join(Invitation.person)
        .outerjoin(Invitation.registration)
        .outerjoin(Invitation.answer)
        .where(Invitation.roundtable_id == roundtable.id, standings.standing_now == "silent")
        .options(contains_eager(Invitation.person).joinedload(Person.organisation))
        .order_by(*order_at(roundtable))
        .limit(SILENT_SHOWN)
    )
    return list(db.session.scalars(chosen))


@routes.get("/roundtables/<int:roundtable_id>/edit")
def edit(roundtable_id: int) -> str:
    roundtable = own_roundtable_or_404(roundtable_id, "plan")
    form = DetailsForm(zone=roundtable.series.zone, version=roundtable.version, data=details_of(roundtable))
    return _edit_page(roundtable, form)


def _edit_page(roundtable: Roundtable, form: DetailsForm, others: list[Other] | None = None) -> str:
    return render_template("desk/roundtables/edit.html", roundtable=roundtable, form=form, others=others or [])


@routes.post("/roundtables/<int:roundtable_id>/edit")
def update(roundtable_id: int) -> Response | tuple[str, int]:
    roundtable = own_roundtable_or_404(roundtable_id, "plan")
    form = DetailsForm(zone=roundtable.series.zone)
    if not form.validate_on_submit():
        return _edit_page(roundtable, form), 422
    others = others_values(form, details_of(roundtable))
    if form.version.data != str(roundtable.version) and others:
        form.version.data = str(roundtable.version)
        return _edit_page(roundtable, form, others), 409
    with deed(form, at={FewerSeatsThanTaken: "seats", Refused: "reserved_seats"}) as done:
        moved = _change(roundtable, form)
    if not done:
        return _edit_page(roundtable, form), 422
    flash(_("The details are saved."), "success")
    if moved:
        flash(ngettext("%(num)d person moved up and is told.", "%(num)d people moved up and are told.", moved), "info")
    if telling.untold(db.session(), roundtable, at=clock.now()).number:
        return redirect(url_for("desk.telling.show", roundtable_id=roundtable.id), 303)
    return redirect(url_for("desk.roundtables.show", roundtable_id=roundtable.id), 303)


def _change(roundtable: Roundtable, form: DetailsForm) -> int:
    at, until = clock.now(), form.answer_until
    preparing.describe(
        roundtable,
        motto=form.words("motto"),
        question=form.words("question"),
        venue=form.venue.data or "",
        address=form.address.data or "",
        map_url=form.map_url.data or "",
        access_notes=form.words("access_notes"),
        answer_until=until.in_zone(form.zone).astimezone(UTC) if until.data else None,
        at=at,
    )
    return preparing.change_seats(
        db.session(),
        roundtable,
        seats=form.seats.data or 0,
        reserved=form.reserved_seats.data or 0,
        per_organisation=form.seats_per_organisation.data,
        companions=form.companions.data or 0,
        at=at,
    )


@routes.get("/roundtables/<int:roundtable_id>/reschedule")
def reschedule_form(roundtable_id: int) -> Response | str:
    roundtable = own_roundtable_or_404(roundtable_id, "plan")
    if roundtable.is_cancelled:
        return _already_cancelled(roundtable)
    because = shown("because", telling.words_to_say_again(db.session(), roundtable))
    form = RescheduleForm(zone=roundtable.series.zone, data={**date_values(roundtable), **because})
    return _reschedule_page(roundtable, form)


def _reschedule_page(roundtable: Roundtable, form: RescheduleForm, letters: Sequence[Letter] = ()) -> str:
    told = list(who_knows(db.session(), roundtable))
    return render_template(
        "desk/roundtables/reschedule_form.html",
        roundtable=roundtable,
        form=form,
        told=len(told),
        first=names_of_first(db.session(), told),
        letters=[(each, outbox.read(each)) for each in letters],
    )


@routes.post("/roundtables/<int:roundtable_id>/reschedule")
def reschedule(roundtable_id: int) -> Response | str | tuple[str, int]:
    """Shows a letter in each language first, where it would not be the one that was seen (rule 22)."""
    roundtable = own_roundtable_or_404(roundtable_id, "plan")
    form = RescheduleForm(zone=roundtable.series.zone)
    if not form.validate_on_submit():
        return _reschedule_page(roundtable, form), 422
    moments, session, at = form.moments(), db.session(), clock.now()
    if "preview" in request.form or (not form.is_seen and who_knows(session, roundtable)):
        with only_supposed():
            moved = {"starts_at": moments.starts_at, "ends_at": moments.ends_at}
            examples = planning.letters_if_moved(session, roundtable, **moved, because=form.words, at=at)
        form.have_been_shown(form.words)
        return _reschedule_page(own_roundtable_or_404(roundtable_id, "plan"), form, examples)
    with deed():
        told_count = planning.reschedule(
            session,
            roundtable,
            starts_at=moments.starts_at,
            ends_at=moments.ends_at,
            because=form.words,
            answer_until=form.answers_until(),
            at=at,
            by=me(),
        )
    flash(_("The new date is set."), "success")
    mailing = mailings.queued(session, roundtable, at=at)
    if mailing is not None:
        return redirect(url_for("desk.mailings.show", roundtable_id=roundtable.id, mailing_id=mailing.id), 303)
    return _back(roundtable, told_count)


def _already_cancelled(roundtable: Roundtable) -> Response:
    flash(str(AlreadyCancelled()), "danger")
    return redirect(url_for("desk.roundtables.show", roundtable_id=roundtable.id), 303)


def _back(roundtable: Roundtable, told_count: int) -> Response:
    if told_count:
        flash(ngettext("%(num)d person is told.", "%(num)d people are told.", told_count), "info")
    return redirect(url_for("desk.roundtables.show", roundtable_id=roundtable.id), 303)


@routes.get("/roundtables/<int:roundtable_id>/cancel")
def cancel_form(roundtable_id: int) -> Response | str:
    roundtable = own_roundtable_or_404(roundtable_id, "plan")
    return _already_cancelled(roundtable) if roundtable.is_cancelled else _cancel_page(roundtable, CancelForm())


def _cancel_page(roundtable: Roundtable, form: CancelForm, letters: Sequence[Letter] = ()) -> str:
    readers = who_knows(db.session(), roundtable)
    told = [each for each, knows in readers.items() if knows]
    return render_template(
        "desk/roundtables/cancel_form.html",
        roundtable=roundtable,
        form=form,
        told=len(told),
        first=names_of_first(db.session(), told),
        waiting=len(readers) - len(told),
        letters=[(each, outbox.read(each)) for each in letters],
    )


@routes.post("/roundtables/<int:roundtable_id>/cancel")
def cancel(roundtable_id: int) -> Response | str | tuple[str, int]:
    """Shows a letter in each language first, where it would not be the one that was seen (rule 22)."""
    roundtable = own_roundtable_or_404(roundtable_id, "plan")
    form = CancelForm()
    if not form.validate_on_submit():
        return _cancel_page(roundtable, form), 422
    session, at = db.session(), clock.now()
    is_told = bool(planning.to_hear_that_it_is_off(session, roundtable))
    if "preview" in request.form or (is_told and not form.are_words_seen):
        with only_supposed():
            examples = planning.letters_if_cancelled(session, roundtable, because=form.words, at=at)
        form.have_been_shown(form.words)
        return _cancel_page(own_roundtable_or_404(roundtable_id, "plan"), form, examples)
    with deed():
        told_count = planning.cancel(session, roundtable, because=form.words, at=at, by=me())
    flash(_("The roundtable is cancelled. It stays in calendars as cancelled for 30 days."), "success")
    return _back(roundtable, told_count)


@routes.post("/roundtables/<int:roundtable_id>/show-publicly")
def show_publicly(roundtable_id: int) -> Response:
    """Onto the public pages and into the feed (``shown`` is ``yes``), or off them again (``no``)."""
    roundtable = own_roundtable_or_404(roundtable_id, "plan")
    wanted, at = request.form.get("shown"), clock.now()
    if wanted not in ("yes", "no"):
        abort(400)
    with deed():
        roundtable.show_publicly(wanted == "yes", at=at)
    shown = _("The public can see this roundtable now.")
    flash(shown if wanted == "yes" else _("The public cannot see this roundtable any more."), "success")
    return redirect(url_for("desk.roundtables.show", roundtable_id=roundtable.id), 303)
