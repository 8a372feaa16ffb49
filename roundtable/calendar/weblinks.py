"""Addresses that open a calendar on the web with a roundtable filled in: nothing is loaded, nothing in them secret."""

from datetime import UTC, timedelta
from html import escape
from urllib.parse import quote, urlencode

from roundtable.calendar.entry import description, place, summary
from roundtable.domain.roundtables.agenda import Part
from roundtable.domain.roundtables.roundtables import Roundtable

GOOGLE = "https://calendar.google.com/calendar/render"
# For accounts of an employer, and for private ones.
OUTLOOK, OUTLOOK_IN_PRIVATE = "https://outlook.office.com", "https://outlook.live.com"
# Addresses beyond 2,000 characters are cut off on the way, and a letter takes up to nine of them.
MOST_CHARACTERS = 500


def details(roundtable: Roundtable, *, language: str, url: str | None, opening: Part | None = None) -> str:
    """What fits into an address. ``url``: the public page, None while there is none. ``opening``: of the agenda, where
    no more has been read."""
    words = description(roundtable, language, opening)
    if len(words) > MOST_CHARACTERS:
        words = words[: MOST_CHARACTERS - 1].rstrip() + "…"
    return "\n\n".join(part for part in (words, url) if part)


def google(roundtable: Roundtable, details: str, *, language: str) -> str:
    if roundtable.has_hours:
        moments = [f"{each.astimezone(UTC):%Y%m%dT%H%M%SZ}" for each in (roundtable.starts_at, roundtable.ends_at)]
    else:
        moments = [f"{roundtable.day + timedelta(days=more):%Y%m%d}" for more in (0, 1)]
    return _asked(
        GOOGLE,
        action="TEMPLATE",
        text=summary(roundtable, language),
        dates="/".join(moments),
        details=details,
        location=place(roundtable),
    )


def outlook(roundtable: Roundtable, details: str, *, language: str) -> str:
    """For an employer's account; see ``in_private``."""
    if roundtable.has_hours:
        moments = [f"{each.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for each in (roundtable.starts_at, roundtable.ends_at)]
    else:
        moments = [f"{roundtable.day + timedelta(days=more):%Y-%m-%d}" for more in (0, 1)]
    return _asked(
        # Not below /calendar/0/, which was out of order for months (add2cal/add-to-calendar-button#412).
        f"{OUTLOOK}/calendar/deeplink/compose",
        path="/calendar/action/compose",
        rru="addevent",
        subject=summary(roundtable, language),
        startdt=moments[0],
        enddt=moments[1],
        allday="" if roundtable.has_hours else "true",
        # HTML, whose line breaks alone it shows (AnandChowdhary/calendar-link#377).
        body=escape(details, quote=False).replace("\n", "<br>"),
        location=place(roundtable),
    )


def in_private(outlook: str) -> str:
    """The same address for a private account."""
    return outlook.replace(OUTLOOK, OUTLOOK_IN_PRIVATE, 1)


def google_subscription(webcal: str) -> str:
    """A whole feed, by its public address."""
    return _asked("https://calendar.google.com/calendar/r", cid=webcal)


def outlook_subscription(url: str, name: str) -> str:
    return _asked(f"{OUTLOOK}/calendar/0/addfromweb", url=url, name=name)


def _asked(address: str, **values: str) -> str:
    # Outlook shows "+" as it is: blanks have to be %20.
    return f"{address}?{urlencode({key: value for key, value in values.items() if value}, quote_via=quote)}"
