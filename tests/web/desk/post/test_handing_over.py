"""At the desk: a message for another office is handed over by somebody who decides in both."""

import pytest
from sqlalchemy.orm import Session

from roundtable.actions.post import receiving
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.offices import Office, OfficeMember
from roundtable.mail.inbox.inbox import ReceivedMessage
from tests.factories import AT, an_account, an_office
from tests.mail import returns
from tests.pages import PageClient


@pytest.fixture
def offices(session: Session) -> tuple[Office, Office]:
    return an_office(session), an_office(session, reply_email="zweite@lindenau.example")


@pytest.fixture
def received(session: Session, offices: tuple[Office, Office]) -> ReceivedMessage:
    """Kept by the first office, though nothing says that it is meant for it."""
    content = returns.written("robin@organisation.example", AT, "An wen?").replace(b"antwort@", b"wer@")
    received = receiving.receive(session, content, at=AT)
    assert received is not None
    session.commit()
    return received


def somebody(session: Session, client: PageClient, *roles: tuple[Office, str]) -> Account:
    (office, role), *others = roles
    account = an_account(session, office, role)
    for another, role_there in others:
        session.add(OfficeMember(office=another, account=account, role=role_there))
    session.commit()
    client.sign_in(account)
    return account


def test_handing_over(
    client: PageClient, session: Session, offices: tuple[Office, Office], received: ReceivedMessage
) -> None:
    first, second = offices
    somebody(session, client, (first, "organiser"), (second, "owner"))
    client.get(client.url("desk.mailbox.show", received_id=received.id))
    assert "Es ist nicht sicher, dass sie für Ihre Stelle bestimmt ist." in client.text()
    client.submit("form[action$='/hand-over']", office=str(second.id))
    client.follow()
    assert f"Die Nachricht ist übergeben an: {second.name.de}." in client.text("body")
    assert "An wen?" not in client.text()
    session.refresh(received)
    assert received.office_id == second.id
    # Whoever works there sees it, and here nobody does.
    somebody(session, client, (second, "organiser"))
    client.get(client.url("desk.mailbox.show", received_id=received.id))
    assert "Eine andere Stelle hat Ihnen diese Nachricht übergeben." in client.text()
    assert not client.page.select("form[action$='/hand-over']")
    somebody(session, client, (first, "owner"))
    client.get(client.url("desk.mailbox.show", received_id=received.id), 404)


@pytest.mark.parametrize(
    ("here", "there", "expect"), [("organiser", "viewer", 422), ("viewer", "owner", 404), ("organiser", None, 422)]
)
def test_only_whoever_decides_in_both(
    client: PageClient,
    session: Session,
    offices: tuple[Office, Office],
    received: ReceivedMessage,
    here: str,
    there: str | None,
    expect: int,
) -> None:
    first, second = offices
    somebody(session, client, (first, here), *([(second, there)] if there is not None else []))
    address = client.url("desk.mailbox.show", received_id=received.id)
    client.get(address, 404 if here == "viewer" else 200)
    assert not client.page.select("form[action$='/hand-over']")
    client.post(f"{address}hand-over", {"office": str(second.id)}, expect=expect)
    session.refresh(received)
    assert received.office_id == first.id


def test_whoever_only_looks_does_not_see_what_may_be_meant_for_others(
    client: PageClient, session: Session, offices: tuple[Office, Office], received: ReceivedMessage
) -> None:
    somebody(session, client, (offices[0], "press_officer"))
    client.get(client.url("desk.mailbox.index"), 403)
    for part in ("html", "1"):
        client.get(client.url("desk.mailbox.part", received_id=received.id, part=part), 404)
