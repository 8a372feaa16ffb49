"""A date poll from its dates to the roundtable that it leads to."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.roundtables import polling
from roundtable.domain.roundtables.polls import Poll, PollClosed, PollVoter
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series
from roundtable.mail.outbox import outbox
from roundtable.mail.outbox.outbox import Letter
from tests.factories import AT, a_member, a_person, a_poll, a_series, a_token, an_account, an_office
from tests.pages import PageClient


@pytest.fixture
def series(session: Session) -> Series:
    return a_series(session, an_office(session))


@pytest.fixture
def desk(client: PageClient, session: Session, series: Series) -> str:
    client.sign_in(an_account(session, series.office))
    return f"/de/desk/series/{series.id}/polls/"


def _letters(session: Session, kind: str) -> list[Letter]:
    return list(session.scalars(select(Letter).where(Letter.kind == kind).order_by(Letter.id)))


def test_from_the_first_day_to_the_roundtable(client: PageClient, session: Session, series: Series, desk: str) -> None:
    member = a_member(session, series, a_person(session, series.office, assistant_email="buero@haus.example"))
    client.get(f"{desk}new")
    first: dict[str, Any] = {"dates-0-day": "2026-05-05", "dates-0-begins": "14:00", "dates-0-ends": "16:00"}
    client.submit("main form", 422, **first, more=[])
    assert "mindestens zwei" in client.text()
    assert client.one("#dates-0-day")["value"] == "2026-05-05"
    client.post(f"{desk}new", {**first, "people": member.person_id, "more": "yes"}, 200)
    assert len(client.page.select("[id$=-day]")) == 8
    assert client.page.select("[name=people][checked]")
    second: dict[str, Any] = {"dates-3-day": "2026-05-06", "dates-3-begins": "22:00", "dates-3-ends": "00:30"}
    client.submit("main form", **second, more=[])
    client.follow()
    poll = session.scalars(select(Poll)).one()
    assert [each.starts_at.hour for each in poll.dates] == [12, 20]
    assert poll.dates[1].ends_at - poll.dates[1].starts_at == timedelta(hours=2, minutes=30)
    assert "Eine Person fragen" in client.text()
    client.submit("main form[method=post]")
    to = [each.recipient for each in _letters(session, "poll")]
    assert to == [member.person.email, "buero@haus.example"]

    (voter,) = session.scalars(select(PollVoter)).all()
    url = client.url("guest.poll.show", token=a_token(session, poll_voter=voter, is_for_assistant=True))
    client.get(url)
    assert "Sie antworten für" in client.text()
    date, other = poll.dates
    said: dict[str, Any] = {f"date-{date.id}": "yes", "comment": "erst ab drei"}
    client.submit("main form", **said)
    client.follow()
    assert "Für 1 der Tage haben Sie nichts gewählt" in client.text("body")
    assert client.page.select(f"#date-{date.id}-yes[checked]")
    client.get(f"{desk}{poll.id}/")
    assert "erst ab drei" in client.text()
    assert "beantwortet von buero@haus.example" in client.text()
    assert "passt am besten" in client.text()

    client.get(f"{desk}{poll.id}/preview?kind=choose&date={date.id}")
    assert "Diesen Termin wählen und eine Person benachrichtigen" in client.text()
    client.submit("main form[method=post]")
    roundtable = session.scalars(select(Roundtable)).one()
    assert (roundtable.starts_at, roundtable.number) == (date.starts_at, 1)
    (told,) = _letters(session, "poll_closed")
    assert "Dienstag, 5. Mai 2026, 14:00–16:00 Uhr" in outbox.read(told).text
    client.get(url)
    assert "Der Termin steht fest" in client.text()
    client.post(url, {f"date-{other.id}": "yes"})
    client.follow()
    assert "ist geschlossen" in client.text("body")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("2026-03-29", "02:30", "04:00"), ("2026-05-05", "14:00", "16:00")], "Diese Stunde gibt es nicht"),
        ([("2026-05-05", "14:00", "16:00"), ("2026-05-05", "14:00", "17:00")], "zur selben Zeit"),
        ([("2026-01-05", "14:00", "16:00"), ("2026-05-05", "14:00", "16:00")], "Vergangenheit"),
        ([("2026-05-05", "", "16:00"), ("2026-05-06", "14:00", "16:00")], "Bitte geben Sie die Uhrzeit ein"),
    ],
)
def test_dates_that_cannot_be(
    client: PageClient, session: Session, series: Series, desk: str, rows: list[tuple[str, str, str]], said: str
) -> None:
    member = a_member(session, series)
    typed: dict[str, Any] = {"people": member.person_id}
    for number, row in enumerate(rows):
        typed |= {f"dates-{number}-{name}": value for name, value in zip(("day", "begins", "ends"), row, strict=True)}
    client.post(f"{desk}new", typed, 422)
    assert said in client.text()
    assert client.one("#dates-1-day")["value"] == rows[1][0]


def test_voters_see_only_their_own_answers(client: PageClient, session: Session, series: Series) -> None:
    poll = a_poll(session, series)
    polling.ask(session, poll, at=AT)
    one, two = polling.voters_of(session, poll)
    polling.vote(session, one, {poll.dates[0].id: "no"}, comment="Geheimnis", at=AT)
    url = client.url("guest.poll.show", token=a_token(session, poll_voter=two))
    client.get(url)
    assert "Geheimnis" not in client.text()
    assert one.person.name not in client.text()
    assert not client.page.select("[checked]")
    assert client.knock("HEAD", url) == 200
    client.get(client.url("guest.poll.show", token="x" * 32), 404)


def test_a_vote_is_changed_until_the_deadline(session: Session, series: Series) -> None:
    poll = a_poll(session, series, answer_until=AT + timedelta(days=1))
    voter = polling.voters_of(session, poll)[0]
    first, second = (date.id for date in poll.dates)
    polling.vote(session, voter, {first: "yes", second: "no"}, comment="", at=AT)
    polling.vote(session, voter, {first: "if_need_be"}, comment="", at=AT)
    assert {each.date_id: each.answer for each in voter.votes} == {first: "if_need_be"}
    with pytest.raises(PollClosed):
        polling.vote(session, voter, {first: "no"}, comment="", at=AT + timedelta(days=2))


def test_reminders_go_to_the_silent_and_leave_in_peace(session: Session, series: Series) -> None:
    poll = a_poll(session, series, voters=3)
    polling.ask(session, poll, at=AT)
    polling.vote(session, polling.voters_of(session, poll)[0], {poll.dates[0].id: "yes"}, comment="", at=AT)
    assert polling.remind(session, poll, at=AT + timedelta(hours=1)) == 0
    assert polling.remind(session, poll, at=AT + timedelta(days=1)) == 2
    assert polling.ask(session, poll, at=AT + timedelta(days=1)) == 0, "a double click asks nobody twice"


def test_one_of_two_who_choose_wins_and_waiting_letters_are_held_back(session: Session, series: Series) -> None:
    poll, other = a_poll(session, series), a_poll(session, series)
    for each in (poll, other):
        polling.ask(session, each, at=AT)
    polling.choose(session, poll, poll.dates[0], host="h", at=AT)
    with pytest.raises(PollClosed):
        polling.choose(session, poll, poll.dates[1], host="h", at=AT)
    with pytest.raises(PollClosed):
        polling.give_up(session, poll, at=AT)
    assert poll.chosen is poll.dates[0]
    states = {(each.poll_id, each.kind, each.state) for each in session.scalars(select(Letter))}
    assert states == {
        (poll.id, "poll", "given_up"),
        (poll.id, "poll_closed", "waiting"),
        (other.id, "poll", "waiting"),
    }


def test_the_matrix_costs_the_same_for_thirty(client: PageClient, session: Session, series: Series, desk: str) -> None:
    few, many = a_poll(session, series, voters=1), a_poll(session, series, voters=30, dates=12)
    for voter in polling.voters_of(session, many):
        polling.vote(session, voter, {date.id: "yes" for date in many.dates}, comment="x" * 200, at=AT)
    numbers = []
    for poll in (few, many):
        client.get(f"{desk}{poll.id}/")
        numbers.append(len(client.statements))
        headings = client.texts("main h2")
        assert headings.index("Termin wählen") < headings.index("Wer wann kann"), "not below a matrix of hundreds"
    assert numbers[0] == numbers[1] <= 20


def test_another_office_sees_nothing(client: PageClient, session: Session, series: Series, desk: str) -> None:
    poll = a_poll(session, a_series(session, an_office(session)))
    client.get(f"/de/desk/series/{poll.series_id}/polls/{poll.id}/", 404)
    client.get(f"{desk}{poll.id}/", 404)
