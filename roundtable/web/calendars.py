"""The ways from a page into somebody's calendar."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from roundtable import calendar
from roundtable.domain.roundtables.agenda import Part
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.web.addresses import public_page
from roundtable.web.forms import Form, SelectChoice


@dataclass(frozen=True, slots=True)
class Ways:
    """Addresses. ``file`` is downloaded, ``feed`` is subscribed to, the others open a page of somebody else's."""

    google: str
    outlook: str
    outlook_private: str
    file: str | None = None
    file_that_rings: str | None = None
    feed: str | None = None


def ways_to_add(
    roundtable: Roundtable,
    file: str,
    *,
    language: str,
    at: datetime,
    opening: Part,
    file_that_rings: str | None = None,
) -> Ways:
    """One roundtable; of its agenda the opening alone, as addresses are short.

    A personal address may stand in the files', and goes nowhere else.
    """
    url = public_page(roundtable, language=language, at=at)
    details = calendar.details(roundtable, language=language, url=url, opening=opening)
    google = calendar.google(roundtable, details, language=language)
    outlook = calendar.outlook(roundtable, details, language=language)
    return Ways(google, outlook, calendar.in_private(outlook), file, file_that_rings)


def ways_to_subscribe(feed: str, name: str) -> Ways:
    """A public feed, by its whole address."""
    outlook = calendar.outlook_subscription(feed, name)
    return Ways(calendar.google_subscription(webcal(feed)), outlook, calendar.in_private(outlook), feed=webcal(feed))


def webcal(url: str) -> str:
    """The same address under the scheme that calendar programs answer to by subscribing."""
    return f"webcal:{url.partition(':')[2]}"


class AddressForm(Form):
    """Asked for with a new private address, and kept in it."""

    alarm = RadioField(
        _l("Reminder"),
        choices=[
            SelectChoice("", _l("None")),
            SelectChoice("hour", _l("One hour before")),
            SelectChoice("day", _l("One day before")),
        ],
        default="",
    )
