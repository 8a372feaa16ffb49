"""How a page's server time and statements grow with what is on it: the same office, small and large."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from flask import Flask
from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from bench.look import Look, cookie_of, look
from bench.report import Row
from roundtable import clock, create_app
from roundtable.actions.press import publishing
from roundtable.cli import migrations
from roundtable.db import db, only_looking
from roundtable.domain import links
from roundtable.domain.guests import registrations
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.people.people import Person
from roundtable.domain.press.releases import PublishedVersion, Release
from roundtable.domain.roundtables.agenda import AgendaItem
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.settings import load_settings
from tests.factories import a_person, a_roundtable, a_series, an_account, an_agenda_item, an_invitation, an_office

INVITED = (30, 300, 3000)
SMALL, LARGE = 10, 1000
# Left out: the order of people (fifty to a page, so that they can be dragged, are more than ten), and pages that must
# go through the numbers of all to say who gets a letter.
OF_GUESTS = (
    "desk: roundtable",
    "desk: invitations",
    "desk: people",
    "desk: agenda",
    "desk: attendance",
    "desk: minutes",
    "desk: quotes",
)
MOST_MILLISECONDS, MOST_STATEMENTS, MOST_GROWTH = 30, 12, 1.3


@dataclass(frozen=True)
class Place:
    """An application over a database of its own, and the addresses in it."""

    app: Flask
    cookie: str
    paths: dict[str, str]

    def look(self, page: str) -> Look:
        path = self.paths[page]
        return look(self.app, path, self.cookie if "/desk/" in path else "")


def rows(folder: Path) -> Iterable[Row]:
    """With so many invited, within limits; and from 10 to 1,000, by at most so much."""
    places = {number: _place(folder, invited=number) for number in INVITED}
    for page in ("guest: invitation", "desk: roundtable"):
        seen = [(number, place.look(page)) for number, place in places.items()]
        said = ", ".join(f"{each.milliseconds:.0f} ms and {each.statements} SQL at {number}" for number, each in seen)
        slowest, most = max(each.milliseconds for _, each in seen), max(each.statements for _, each in seen)
        is_even = len({each.statements for _, each in seen}) == 1
        met = is_even and slowest < MOST_MILLISECONDS and most <= MOST_STATEMENTS
        yield Row(page, said, "", f"< {MOST_MILLISECONDS} ms, ≤ {MOST_STATEMENTS} SQL, the same at each", met)
    small = _place(folder, invited=SMALL, items=SMALL, releases=SMALL)
    for words, more, pages in (
        ("agenda items", {"items": LARGE}, ("roundtable", "guest: invitation")),
        ("guests and people", {"invited": LARGE}, OF_GUESTS),
        ("releases", {"releases": LARGE}, ("press archive",)),
    ):
        large = _place(folder, **{"invited": SMALL, "items": SMALL, "releases": SMALL, **more})
        for page in pages:
            before, after = small.look(page), large.look(page)
            ratio = after.milliseconds / before.milliseconds
            said = f"{ratio:.2f} × ({before.milliseconds:.1f} to {after.milliseconds:.1f} ms"
            said += f", {before.statements} to {after.statements} SQL)"
            name = f"{page}, {SMALL} to {LARGE} {words}"
            yield Row(name, said, "", f"≤ {MOST_GROWTH} ×", ratio <= MOST_GROWTH)


def _place(folder: Path, *, invited: int, items: int = 20, releases: int = 1) -> Place:
    name = f"{invited}-{items}-{releases}"
    app = create_app(load_settings(data=folder / name, database_url=f"sqlite:///{folder / name}.sqlite3"))
    only_looking(False)  # pages may have been looked at before in this thread
    with app.app_context():
        migrations.upgrade(app)
    with app.test_request_context(), Session(db.engine, expire_on_commit=False) as session:
        known_as, paths = _fill(session, invited, items, releases)
        session.commit()
    return Place(app, cookie_of(app, known_as), paths)


def _fill(session: Session, invited: int, items: int, releases: int) -> tuple[str, dict[str, str]]:
    now = clock.now()
    office = an_office(session)
    owner = an_account(session, office, "owner")
    series = a_series(session, office, public_since=now)
    held = a_roundtable(session, series, starts_at=now - timedelta(days=30), public_since=now)
    release = publishing.begin(session, held, "de", at=now, by=owner)
    publishing.publish(session, release, at=now, by=owner, alone_because="Eilbedürftig.")
    roundtable = a_roundtable(session, series, starts_at=now + timedelta(days=40), seats=50, public_since=now)
    item = an_agenda_item(session, roundtable)
    invitation = an_invitation(session, roundtable, a_person(session, office))
    invitation.record("accepted", at=now)
    registrations.register(session, invitation, at=now)
    token = links.issue(session, at=now, invitation=invitation)
    session.flush()
    _copies(session, item, ({"position": number} for number in range(2, items + 1)))
    emails = [f"kopie{number}@organisation.example" for number in range(1, invited)]
    people = _copies(session, invitation.person, ({"email": email} for email in emails))
    _copies(session, invitation, ({"person_id": person_id} for person_id in people))
    past = [{"number": 10_000 + number, "calendar_uid": f"kopie-{number}"} for number in range(1, releases)]
    for number, held_id in enumerate(_copies(session, held, past)):
        [copy] = _copies(session, release, [{"roundtable_id": held_id, "slug": f"kopie-{number}"}])
        _copies(session, release.published[0], [{"release_id": copy}])
    desk = f"/de/desk/roundtables/{roundtable.id}/"
    return f"{owner.id}:{owner.session_number}", {
        "roundtable": f"/de/series/{series.slug}/{roundtable.number}/",
        "press archive": "/de/press/",
        "guest: invitation": f"/de/i/{token}/",
        "desk: roundtable": desk,
        "desk: invitations": f"{desk}invitations/",
        "desk: people": "/de/desk/people/",
        "desk: agenda": f"{desk}agenda/",
        "desk: attendance": f"{desk}attendance",
        "desk: minutes": f"{desk}minutes",
        "desk: quotes": f"{desk}quotes",
    }


def _copies(
    session: Session,
    original: AgendaItem | Person | Invitation | Roundtable | Release | PublishedVersion,
    changes: Iterable[dict[str, Any]],
) -> list[int]:
    """Rows like this one but for these columns. Returns their ids, in that order."""
    table = cast(Table, type(original).__table__)
    row = session.execute(table.select().where(table.c.id == original.id)).mappings().one()
    given = [{**{key: value for key, value in row.items() if key != "id"}, **change} for change in changes]
    if not given:
        return []
    written = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(session.scalars(written, given))
