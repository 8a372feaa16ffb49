"""A release at the desk: draft, second look, published; and afterwards corrected or withdrawn."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from roundtable import clock
from roundtable.actions.press import approval, drafting, publishing, quoting, release_history
from roundtable.db import db
from roundtable.domain.press.releases import EarlierWithoutReason, Release
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.web.desk.parts.history import Event
from roundtable.web.desk.parts.rights import me, own_roundtable_or_404
from roundtable.web.edge import deed
from roundtable.web.forms import LINE, AtMost, Form, LocalMoment, can_be_printed, exists_in

routes = Blueprint("releases", __name__, url_prefix="/roundtables/<int:roundtable_id>/release/<any(de, en):language>")


class ReleaseForm(Form):
    """``version`` says which draft was opened, so that nobody writes over somebody else's."""

    title = StringField(_l("Title"), [InputRequired(), LINE, can_be_printed])
    body = TextAreaField(_l("Text"), [InputRequired(), AtMost(max=40_000), can_be_printed], render_kw={"rows": 24})
    dated_on = DateField(_l("Dated"), [InputRequired()])
    embargo_until = LocalMoment(_l("Embargo until"), [Optional()])
    earlier_because = TextAreaField(_l("Why does the embargo end earlier?"), [LINE], render_kw={"rows": 3})
    version = HiddenField()

    def __init__(self, release: Release, **more: object) -> None:
        super().__init__(**more)
        self.zone = release.roundtable.series.zone

    def validate_embargo_until(self, field: LocalMoment) -> None:
        if field.data is not None:
            exists_in(self.zone, field.data)

    @property
    def embargo(self) -> datetime | None:
        return self.embargo_until.in_zone(self.zone) if self.embargo_until.data is not None else None


class PublishForm(Form):
    without_waiting = BooleanField(_l("Leave out the quotes that are not released"))
    names_nobody = BooleanField(_l("None of these words is meant as a person’s name"))
    alone_because = TextAreaField(_l("Why without a second look?"), [LINE], render_kw={"rows": 3})

    def __init__(self, **more: object) -> None:
        super().__init__(**more)
        # Asked only where nobody else has approved; the deed refuses without it.
        self.alone_because.flags.required = True


class CorrectForm(PublishForm):
    note = TextAreaField(
        _l("What was wrong, and what is right?"), [InputRequired(), LINE, can_be_printed], render_kw={"rows": 3}
    )


class WithdrawForm(Form):
    because = TextAreaField(_l("Why is it withdrawn?"), [InputRequired(), LINE], render_kw={"rows": 3})


def _apart(form: WithdrawForm) -> WithdrawForm:
    """Its ids differ from those of the other form on the page."""
    for field in form:
        field.id = field.label.field_id = f"withdraw-{field.short_name}"
    return form


def _release_or_404(roundtable: Roundtable, language: str) -> Release:
    release = publishing.release_of(db.session(), roundtable, language)
    if release is None:
        abort(404)
    return release


def _show(roundtable: Roundtable, language: str, **forms: Form) -> str:
    at, session = clock.now(), db.session()
    release = publishing.release_of(session, roundtable, language)
    quotes = quoting.quotes_of(session, roundtable, language)
    organisations, people = drafting.participants(session, roundtable)
    words: dict[str, object] = {"roundtable": roundtable, "language": language, "release": release, "quotes": quotes}
    words |= {"organisations": organisations, "people": people, "waiting": publishing.waiting_quotes(quotes)}
    if release is not None:
        content = publishing.assemble(session, release, at=at, with_waiting=True)
        without_waiting = publishing.assemble(session, release, at=at)
        words |= {
            "content": content,
            "is_approved": approval.is_still_approved(release, content, without_waiting),
            "is_approved_without_waiting": approval.is_still_approved(release, without_waiting),
            "seal": approval.seal(release, content),
            "seal_without_waiting": approval.seal(release, without_waiting),
            "is_public": release.is_public(at),
            "nameless": [each.name for each in publishing.names_in(session, release, content)],
            "history": [Event.of(each) for each in release_history.history_of(session, release)],
            "i_edited": me().id in release_history.hands(session, release),
            "publish_form": forms.get("publish_form") or PublishForm(formdata=None),
            "correct_form": forms.get("correct_form") or CorrectForm(formdata=None),
            "withdraw_form": forms.get("withdraw_form") or _apart(WithdrawForm(formdata=None)),
        }
    return render_template("desk/releases/show.html", **words)


@routes.get("")
def show(roundtable_id: int, language: str) -> str:
    return _show(own_roundtable_or_404(roundtable_id, "see"), language)


@routes.post("/begin")
def begin(roundtable_id: int, language: str) -> Response:
    roundtable = own_roundtable_or_404(roundtable_id, "press")
    with deed():
        publishing.begin(db.session(), roundtable, language, at=clock.now(), by=me())
    flash(_("The draft is made from what the house knows. Now it is yours to write."), "success")
    return redirect(url_for(".edit", roundtable_id=roundtable.id, language=language), 303)


def _edit(release: Release, form: ReleaseForm, theirs: bool = False) -> str:
    session = db.session()
    organisations, people = drafting.participants(session, release.roundtable)
    if theirs:
        form.version.data = str(release.version)
    return render_template(
        "desk/releases/edit.html",
        roundtable=release.roundtable,
        release=release,
        form=form,
        theirs=theirs,
        is_public=release.is_public(clock.now()),
        quotes=quoting.quotes_of(session, release.roundtable, release.language),
        organisations=organisations,
        people=people,
        has_other_wording=drafting.has_other_wording(session, release.roundtable, release.language),
    )


@routes.get("/edit")
def edit(roundtable_id: int, language: str) -> Response | str:
    roundtable = own_roundtable_or_404(roundtable_id, "press")
    release = publishing.release_of(db.session(), roundtable, language)
    if release is None:
        return redirect(url_for(".show", roundtable_id=roundtable.id, language=language))
    form = ReleaseForm(release, obj=release)
    form.version.data = str(release.version)
    if release.embargo_until is not None:
        form.embargo_until.data = release.embargo_until.astimezone(form.zone).replace(tzinfo=None)
    return _edit(release, form)


@routes.post("/edit")
def update(roundtable_id: int, language: str) -> Response | tuple[str, int]:
    release = _release_or_404(own_roundtable_or_404(roundtable_id, "press"), language)
    form = ReleaseForm(release)
    if not form.validate_on_submit():
        return _edit(release, form), 422
    publishing.lock(db.session(), release)
    if form.version.data != str(release.version):
        return _edit(release, form, theirs=True), 422
    was_approved, at = release.is_approved, clock.now()
    with deed(form, at={EarlierWithoutReason: "earlier_because", Refused: "embargo_until"}) as done:
        publishing.update(
            db.session(),
            release,
            title=form.title.data or "",
            body=form.body.data or "",
            dated_on=form.dated_on.data,
            embargo_until=release.embargo_until if release.is_public(at) else form.embargo,
            earlier_because=form.earlier_because.data or "",
            at=at,
            by=me(),
        )
    if not done:
        return _edit(release, form), 422
    if was_approved and not release.is_approved:
        flash(_("Saved. Text or embargo has changed since the second look: it needs another one."), "warning")
    else:
        flash(_("Saved."), "success")
    return _back(release)


@routes.post("/approve")
def approve(roundtable_id: int, language: str) -> Response:
    """The button carries the seal of the page that was read: the whole, or the one without the quotes that wait."""
    release = _release_or_404(own_roundtable_or_404(roundtable_id, "approve"), language)
    shorter = request.form.get("seen_without_waiting")
    seen = request.form.get("seen", "") if shorter is None else shorter
    is_shorter, at = shorter is not None, clock.now()
    with deed():
        publishing.approve(db.session(), release, at=at, by=me(), seen=seen, without_waiting=is_shorter)
    flash(_("You have approved this release."), "success")
    return _back(release)


@routes.post("/publish")
def publish(roundtable_id: int, language: str) -> Response | tuple[str, int]:
    release = _release_or_404(own_roundtable_or_404(roundtable_id, "press"), language)
    form = PublishForm()
    done = _into_public(release, form, publishing.publish, _("Published."))
    return done or (_show(release.roundtable, language, publish_form=form), 422)


@routes.post("/correct")
def correct(roundtable_id: int, language: str) -> Response | tuple[str, int]:
    release = _release_or_404(own_roundtable_or_404(roundtable_id, "press"), language)
    form = CorrectForm()
    put = partial(publishing.correct, note=form.note.data or "")
    done = _into_public(release, form, put, _("The correction is published, with its note."))
    return done or (_show(release.roundtable, language, correct_form=form), 422)


def _into_public(release: Release, form: PublishForm, put: Callable[..., object], sentence: str) -> Response | None:
    """Done, and the sentence says so; None where it is refused, and the form says why."""
    if not form.validate_on_submit():
        return None
    said = dict(
        alone_because=form.alone_because.data or "",
        without_waiting=form.without_waiting.data,
        names_nobody=form.names_nobody.data,
    )
    with deed(form) as done:
        put(db.session(), release, at=clock.now(), by=me(), **said)
    if not done:
        return None
    flash(sentence, "success")
    return _back(release)


@routes.post("/withdraw")
def withdraw(roundtable_id: int, language: str) -> Response | tuple[str, int]:
    release = _release_or_404(own_roundtable_or_404(roundtable_id, "press"), language)
    form = _apart(WithdrawForm())
    if form.validate_on_submit():
        with deed():
            publishing.withdraw(db.session(), release, form.because.data or "", at=clock.now(), by=me())
        flash(_("Withdrawn. The address stays and says so."), "success")
        return _back(release)
    return _show(release.roundtable, language, withdraw_form=form), 422


def _back(release: Release) -> Response:
    return redirect(url_for(".show", roundtable_id=release.roundtable_id, language=release.language), 303)
