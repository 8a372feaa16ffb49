"""A wrong paper goes, with all that is left of it; what was replaced is not handed out any more."""

import io
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.domain.record.minutes import Minutes
from roundtable.domain.roundtables.agenda import Paper, PaperVersion
from roundtable.domain.roundtables.roundtables import Roundtable
from tests.factories import (
    AT,
    a_person,
    a_roundtable,
    a_series,
    a_token,
    an_account,
    an_agenda_item,
    an_invitation,
    an_office,
)
from tests.pages import PageClient


@pytest.fixture
def roundtable(client: PageClient, session: Session) -> Roundtable:
    office = an_office(session)
    client.sign_in(an_account(session, office))
    return a_roundtable(session, a_series(session, office), number=1)


@pytest.fixture
def paper(client: PageClient, session: Session, roundtable: Roundtable) -> Paper:
    """With two versions."""
    item = an_agenda_item(session, roundtable)
    session.commit()
    form = client.url("desk.agenda.paper_form", roundtable_id=roundtable.id, item_id=item.id)
    client.post(form, {"title": "Vorlage", "file": (io.BytesIO(b"%PDF-1"), "alt.pdf")})
    paper = session.scalars(select(Paper)).one()
    client.post(f"{form}?paper={paper.id}", {"file": (io.BytesIO(b"%PDF-2"), "neu.pdf")})
    session.refresh(paper)
    return paper


def kept(client: PageClient) -> set[bytes]:
    folder: Path = client.app.config["ROUNDTABLE"].data / "papers"
    return {each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def page_of(client: PageClient, paper: Paper) -> str:
    item = paper.item
    return client.url("desk.agenda.paper_form", roundtable_id=item.roundtable_id, item_id=item.id, paper=paper.id)


def test_a_guest_reads_what_stands_now_and_nothing_that_was_replaced(
    client: PageClient, session: Session, paper: Paper
) -> None:
    token = a_token(session, invitation=an_invitation(session, paper.item.roundtable))
    session.commit()
    old, new = paper.versions
    client.get(client.url("guest.invitation.paper", token=token, version_id=new.id))
    assert client.answer.data == b"%PDF-2"
    client.get(client.url("guest.invitation.paper", token=token, version_id=old.id), 404)


def test_a_paper_goes_with_its_versions_and_files_and_the_page_says_who_could_read_it(
    client: PageClient, session: Session, roundtable: Roundtable, paper: Paper
) -> None:
    reader = a_person(session, roundtable.series.office, given_name="Kim", family_name="Quell")
    an_invitation(session, roundtable, reader).told_sequence = 0
    an_invitation(session, roundtable).told_sequence = None
    session.commit()
    assert kept(client) == {b"%PDF-1", b"%PDF-2"}
    client.get(page_of(client, paper))
    assert "Eine Person konnte sie auf ihrer persönlichen Seite lesen: Kim Quell." in client.text("#remove")
    client.submit("#remove-all form")
    client.follow()
    assert "Vorlage (2 Fassungen)" in client.text("#removed")
    assert "Eine Person konnte sie lesen." in client.text("#removed")
    assert session.scalars(select(PaperVersion)).all() == []
    assert kept(client) == set()


def test_one_version_goes_and_the_others_keep_their_numbers(client: PageClient, session: Session, paper: Paper) -> None:
    client.get(page_of(client, paper))
    client.submit("#remove-1 form", number="1")
    session.expire_all()
    assert [each.number for each in paper.versions] == [2]
    assert kept(client) == {b"%PDF-2"}
    client.post(page_of(client, paper), {"file": (io.BytesIO(b"%PDF-3"), "neuer.pdf")})
    session.expire_all()
    assert [each.number for each in paper.versions] == [2, 3]
    remove = page_of(client, paper).partition("?")[0] + f"/{paper.id}/remove"
    client.post(remove, {"number": "1"}, 404)


def test_a_file_that_another_paper_has_stays(client: PageClient, session: Session, paper: Paper) -> None:
    form = page_of(client, paper).partition("?")[0]
    client.post(form, {"title": "Dasselbe", "file": (io.BytesIO(b"%PDF-1"), "gleich.pdf")})
    client.get(page_of(client, paper))
    client.submit("#remove-all form")
    assert kept(client) == {b"%PDF-1"}


def test_an_item_takes_its_files_along(client: PageClient, session: Session, paper: Paper) -> None:
    item = paper.item
    client.post(client.url("desk.agenda.delete", roundtable_id=item.roundtable_id, item_id=item.id))
    assert kept(client) == set()


def test_a_wrong_paper_goes_after_the_minutes_are_approved_too(
    client: PageClient, session: Session, roundtable: Roundtable, paper: Paper
) -> None:
    session.add(Minutes(roundtable=roundtable, begun_at=AT, attendance_closed_at=AT, approved_at=AT))
    session.commit()
    client.get(page_of(client, paper))
    assert not client.page.select("#file")
    client.submit("#remove-all form")
    session.expire_all()
    assert session.scalars(select(Paper)).all() == []
