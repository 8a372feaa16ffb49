"""Letters to many: chosen, planned, watched, stopped (rule 22)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions import inviting
from roundtable.domain.invitations import Invitation
from roundtable.domain.roundtables import Roundtable
from roundtable.mail.mailings import Mailing
from roundtable.mail.outbox import Letter
from tests.factories import AT, a_person, a_roundtable, an_account, an_invitation
from tests.pages import PageClient


@pytest.fixture
def roundtable(session: Session) -> Roundtable:
    return a_roundtable(session)


@pytest.fixture
def desk(client: PageClient, session: Session, roundtable: Roundtable) -> PageClient:
    client.sign_in(an_account(session, roundtable.series.office))
    return client


def _prepared(session: Session, roundtable: Roundtable, number: int = 3, **person: Any) -> list[Invitation]:
    office = roundtable.series.office
    return [
        an_invitation(session, roundtable, a_person(session, office, **person), sent_at=None) for _ in range(number)
    ]


def _url(desk: PageClient, roundtable: Roundtable, page: str = "preview", **values: Any) -> str:
    return desk.url(f"desk.mailings.{page}", roundtable_id=roundtable.id, **values)


def _letters(session: Session) -> list[Letter]:
    return list(session.scalars(select(Letter).order_by(Letter.id)))


def test_only_those_who_are_ticked_are_written_to(desk: PageClient, session: Session, roundtable: Roundtable) -> None:
    one, two, _three = _prepared(session, roundtable)
    desk.get(_url(desk, roundtable))
    desk.submit("form:has([name=invitations])", invitations=[one.id, two.id])
    desk.follow()
    assert "0 von 2 Schreiben übergeben" in desk.text()
    assert {letter.person_id for letter in _letters(session)} == {one.person_id, two.person_id}
    desk.get(_url(desk, roundtable))
    assert "Eine Einladung senden" in desk.text()


def test_who_cannot_be_written_to_is_marked_and_holds_nobody_up(
    desk: PageClient, session: Session, roundtable: Roundtable
) -> None:
    (bad,) = _prepared(session, roundtable, 1, email="kein\nziel")
    _prepared(session, roundtable, 2)
    desk.get(_url(desk, roundtable))
    assert desk.page.select(f"#to-{bad.id}[disabled]")
    assert "Adresse korrigieren" in desk.text()
    desk.submit("form:has([name=invitations])")
    assert len(_letters(session)) == 2


def test_planned_for_later_sent_at_once_and_stopped(desk: PageClient, session: Session, roundtable: Roundtable) -> None:
    _prepared(session, roundtable)
    desk.get(_url(desk, roundtable))
    for wrong in ("2020-01-01T10:00", "2026-03-29T02:30", "2027-01-01T10:00"):
        desk.submit("form:has([name=invitations])", 422, send_at=wrong)
        assert desk.one("#send_at")["value"] == wrong
        assert len(desk.page.select("[name=invitations][checked]")) == 3
    desk.submit("form:has([name=invitations])", send_at="2026-03-10T08:00")
    desk.follow()
    assert "Geplant für Dienstag, 10. März 2026, 08:00 Uhr" in desk.text()
    assert {letter.send_after.isoformat() for letter in _letters(session)} == {"2026-03-10T07:00:00+00:00"}
    desk.submit("form[action$=send-now]")
    assert {letter.send_after for letter in _letters(session)} == {AT}
    desk.follow()
    (first, *_rest) = _letters(session)
    first.state = "sent"
    desk.submit("#stop form")
    desk.follow()
    assert "2 Schreiben wurden angehalten" in desk.text("body")
    assert "1 von 3 Schreiben waren übergeben" in desk.text()
    assert [letter.state for letter in _letters(session)] == ["sent", "given_up", "given_up"]
    unsent = session.scalars(select(Invitation).where(Invitation.sent_at.is_(None))).all()
    assert len(unsent) == 2
    desk.get(_url(desk, roundtable))
    assert "2 Einladungen senden" in desk.text()
    mailing = session.scalars(select(Mailing)).one()
    desk.post(_url(desk, roundtable, "stop", mailing_id=mailing.id), {})
    desk.follow()
    assert "nichts mehr anzuhalten" in desk.text("body")


def test_a_save_the_date_first_and_the_invitation_later(
    desk: PageClient, session: Session, roundtable: Roundtable
) -> None:
    _prepared(session, roundtable)
    desk.get(desk.url("desk.invitations.index", roundtable_id=roundtable.id))
    assert "3 Terminvormerkungen ansehen und senden" in desk.text()
    desk.get(_url(desk, roundtable, kind="save_the_date"))
    desk.submit("form:has([name=invitations])")
    assert {letter.kind for letter in _letters(session)} == {"save_the_date"}
    # With it the conversation begins.
    assert not any(b"References: " in letter.message for letter in _letters(session))
    first = {letter.message_id for letter in _letters(session)}
    assert {each.thread_id for each in session.scalars(select(Invitation))} == first
    desk.get(_url(desk, roundtable, kind="save_the_date"))
    assert "Nichts zu senden" in desk.text()
    desk.get(_url(desk, roundtable))
    desk.submit("form:has([name=invitations])")
    assert len(_letters(session)) == 6


def test_a_double_click_is_one_mailing(session: Session, roundtable: Roundtable, at: datetime) -> None:
    (invitation,) = _prepared(session, roundtable, 1)
    inviting.send(session, roundtable, [invitation], at=at)
    inviting.send(session, roundtable, [invitation], at=at, again=True)
    assert len(_letters(session)) == 1
    inviting.send(session, roundtable, [invitation], at=at + timedelta(hours=1), again=True)
    assert len(_letters(session)) == 2


def test_the_figures_alone(desk: PageClient, session: Session, roundtable: Roundtable) -> None:
    inviting.send(session, roundtable, _prepared(session, roundtable), at=AT)
    session.flush()
    mailing = session.scalars(select(Mailing)).one()
    desk.get(_url(desk, roundtable, "progress", mailing_id=mailing.id))
    assert desk.answer.json == {
        "done": 0,
        "total": 3,
        "waiting": 3,
        "words": "0 von 3 Schreiben übergeben",
    }
    other = a_roundtable(session, roundtable.series)
    desk.get(_url(desk, other, "show", mailing_id=mailing.id), 404)


def test_three_hundred_recipients_cost_as_many_statements_as_three(
    desk: PageClient, session: Session, roundtable: Roundtable
) -> None:
    _prepared(session, roundtable, 3)
    desk.get(_url(desk, roundtable))
    before = len(desk.statements)
    _prepared(session, roundtable, 297)
    desk.get(_url(desk, roundtable))
    assert len(desk.statements) == before <= 20


def test_whose_letters_come_back_is_seen_and_not_proposed(
    desk: PageClient, session: Session, roundtable: Roundtable
) -> None:
    returned = an_invitation(session, roundtable, a_person(session, roundtable.series.office, email_bounced_at=AT))
    silent = an_invitation(session, roundtable)
    desk.get(_url(desk, roundtable, kind="reminder"))
    ticked = [box["value"] for box in desk.page.select("[name=invitations][checked]")]
    assert ticked == [str(silent.id)]
    assert "Schreiben an diese Adresse kommen zurück" in desk.text("main form")
    assert silent.person.name in desk.text("h2")
    assert "Eine Erinnerung senden" in desk.text("main form")
    desk.submit("form:has([name=invitations])")
    assert [letter.person_id for letter in _letters(session)] == [silent.person_id]
    # Chosen by hand, they are meant.
    desk.get(_url(desk, roundtable, kind="again", only=returned.id))
    assert len(desk.page.select("[name=invitations][checked]")) == 1


def test_the_form_comes_back_with_the_ticks_it_had(desk: PageClient, session: Session, roundtable: Roundtable) -> None:
    one, _two = _prepared(session, roundtable, 2)
    desk.get(_url(desk, roundtable))
    desk.submit("form:has([name=invitations])", 422, send_at="2020-01-01T10:00", invitations=[one.id])
    assert [box["value"] for box in desk.page.select("[name=invitations][checked]")] == [str(one.id)]
    desk.submit("form:has([name=invitations])", 422, send_at="2020-01-01T10:00", invitations=[])
    assert not desk.page.select("[name=invitations][checked]")
