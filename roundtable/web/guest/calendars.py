"""Calendar files behind a secret address. Nothing in them is personal: people share their calendars (rule 3)."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, request

from roundtable import calendar, clock
from roundtable.db import LANGUAGES, db
from roundtable.domain.calendars import calendar_by_token, changed_at, roundtables_of
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.web import downloads
from roundtable.web.addresses import absolute, public_page, public_pages
from roundtable.web.guest.rights import invitation_or_404

routes = Blueprint("calendars", __name__)
# What programs ask for again and again.
feeds = Blueprint("private_calendars", __name__)

NAMES = {
    "person": {"de": "Meine Roundtables: {office}", "en": "My roundtables: {office}"},
    "account": {"de": "Roundtables in Planung", "en": "Roundtables in planning"},
}


def _language(its_own: str) -> str:
    wanted = request.args.get("lang")
    return wanted if wanted in LANGUAGES else its_own


def _rings(roundtable: Roundtable) -> str:
    """The alarm that was asked for. One for what is over would ring at once."""
    wanted = request.args.get("alarm", "")
    return wanted if wanted in calendar.ALARMS and not roundtable.is_over(clock.now()) else ""


@routes.get("/i/<token>/calendar.ics")
def mine(token: str) -> Response:
    """Also where the roundtable is not public; then without an address."""
    roundtable = invitation_or_404(token).roundtable
    series, language = roundtable.series, _language(roundtable.series.language)
    content = calendar.roundtable_file(
        roundtable,
        language=language,
        url=public_page(roundtable, language=language, at=clock.now()),
        organiser=series.office,
        rings=_rings(roundtable),
    )
    name, words = f"{series.slug}-{roundtable.number}", calendar.summary(roundtable, language)
    return downloads.calendar(content, name=name, words=words, changed_at=roundtable.calendar_changed_at)


def _desk_pages(language: str) -> Callable[[Roundtable], str | None]:
    """Where the organisers of a roundtable see it, whether it is public or not; the address is built once."""
    before, after = absolute("desk.roundtables.show", lang=language, roundtable_id=0).rsplit("0", 1)
    return lambda roundtable: f"{before}{roundtable.id}{after}"


@feeds.get("/calendars/<token>.ics")
def show(token: str) -> Response:
    """All my roundtables: a guest's, or those of an organiser's offices. The address is all that opens it."""
    at, session = clock.now(), db.session()
    found = calendar_by_token(session, token, at=at)
    if found is None:
        abort(404)
    owner = found.person or found.account
    language = _language(owner.language if owner is not None else "de")
    if found.person is not None:
        name = NAMES["person"][language].format(office=found.person.office.name.in_(language))
        url_of = public_pages(language=language, at=at)
    else:
        name, url_of = NAMES["account"][language], _desk_pages(language)
    content = calendar.feed(
        roundtables_of(session, found, at=at), name=name, language=language, url_of=url_of, rings=_rings
    )
    return downloads.calendar(
        content,
        name="roundtables",
        words=name,
        changed_at=changed_at(session, found, at=at),
        is_feed=True,
        is_private=True,
    )
