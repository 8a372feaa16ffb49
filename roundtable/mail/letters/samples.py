"""A letter as it would look, with words that are not saved yet, to somebody of the address book or to nobody real."""

from datetime import datetime, timedelta

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm.attributes import set_committed_value

from roundtable.db import Bilingual, Language
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.letter_kinds import KINDS, LetterKind
from roundtable.domain.links import NO_TOKEN
from roundtable.domain.people.people import Person
from roundtable.domain.roundtables.polls import Poll, PollDate
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series
from roundtable.mail.letters.composing import Addressee, compose, link_to, placeholder_values
from roundtable.mail.outbox.outbox import Letter


def somebody(language: Language) -> Person:
    """Nobody real, who reads this language."""
    return Person(
        title="Dr.",
        given_name="Erika",
        family_name="Mustermann",
        email="erika.mustermann@example.org",
        assistant_email="",
        language=language,
        function=Bilingual("Geschäftsführerin", "Managing director"),
        salutation=Bilingual("Sehr geehrte Frau Dr. Mustermann", "Dear Dr Mustermann"),
    )


def reading(person: Person, language: Language) -> Person:
    """A likeness, whose letters come in this language."""
    names = {each: getattr(person, each) for each in ("title", "given_name", "family_name", "email", "function")}
    return Person(**names, salutation=person.salutation, assistant_email="", language=language)


def sample(
    kind: LetterKind, series: Series, roundtable: Roundtable | None, *, to: Person, wording: Bilingual, at: datetime
) -> Letter:
    """One of the kinds that can be worded. ``roundtable`` None: of one that is made up."""
    roundtable = roundtable or _made_up(series, at)
    endpoint = "guest.poll.show" if KINDS[kind].about == "poll" else "guest.invitation.show"
    with force_locale(to.language):
        because = _("(the reason you will give)")
    return compose(
        kind,
        office=series.office,
        to=Addressee.person(to),
        person=to,
        at=at,
        roundtable=None if KINDS[kind].about == "poll" else roundtable,
        wording=wording,
        poll=_poll_about(series, roundtable),
        invitation=_invitation(kind),
        because=because,
        before=None,
        page=None,
        link=link_to(endpoint, lang=to.language, token=NO_TOKEN),
    )


def examples(
    kind: LetterKind, series: Series, roundtable: Roundtable | None, *, to: Person, at: datetime
) -> dict[str, str]:
    """What each placeholder says in the letter of ``sample``."""
    roundtable = roundtable or _made_up(series, at)
    words = {
        "office": series.office,
        "to": Addressee.person(to),
        "person": to,
        "roundtable": None if KINDS[kind].about == "poll" else roundtable,
        "poll": _poll_about(series, roundtable),
        "invitation": _invitation(kind),
    }
    with force_locale(to.language):
        return placeholder_values(kind, series, words)


def _invitation(kind: LetterKind) -> Invitation | None:
    """Of somebody whom a guest named, nobody real either."""
    if not KINDS[kind].is_to_the_named:
        return None
    guest, named = Invitation(), Invitation()
    function = Bilingual("Vorstand", "Chairman")
    set_committed_value(guest, "person", Person(given_name="Max", family_name="Mustermann", function=function))
    is_delegate = kind == "delegate_invitation"
    set_committed_value(named, "delegated_by", guest if is_delegate else None)
    set_committed_value(named, "brought_by", None if is_delegate else guest)
    return named


def _made_up(series: Series, at: datetime) -> Roundtable:
    starts_at = (at + timedelta(days=42)).replace(hour=12, minute=0, second=0, microsecond=0)
    roundtable = Roundtable(
        number=1,
        motto=series.motto,
        question=Bilingual("", ""),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=series.lasts_minutes),
        hours_fixed_at=at,
        answer_until=starts_at - timedelta(days=7),
        venue=series.venue,
        address=series.address,
        map_url="",
        access_notes=Bilingual("", ""),
        calendar_uid="preview",
    )
    # Without telling the series, or it would be planned with the next thing that is saved.
    set_committed_value(roundtable, "series", series)
    return roundtable


def _poll_about(series: Series, roundtable: Roundtable) -> Poll:
    days = [roundtable.starts_at + timedelta(days=number) for number in (0, 7)]
    poll = Poll(note=Bilingual("", ""), answer_until=roundtable.answer_until)
    set_committed_value(poll, "series", series)
    dates = [PollDate(starts_at=day, ends_at=day + timedelta(minutes=series.lasts_minutes)) for day in days]
    set_committed_value(poll, "dates", dates)
    return poll
