"""roundtable people import FILE."""

from pathlib import Path

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roundtable.cli.people import import_people
from roundtable.domain.people.people import Person
from tests.factories import an_office


def test_a_list_is_shown_and_taken_and_fails_where_a_row_was_left_out(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    an_office(session)
    session.commit()
    path = tmp_path / "liste.csv"
    path.write_text("Name;E-Mail\nAnna Weiß;anna@x.example\nOhne Adresse;\n", "utf-8")

    def typed(*words: str, answer: str = "") -> tuple[int, str]:
        ran = app.test_cli_runner().invoke(import_people, [str(path), *words], input=answer)
        session.commit()
        return ran.exit_code, ran.output

    def people() -> int:
        number = session.scalar(select(func.count()).select_from(Person)) or 0
        # Else this transaction would keep the command from writing.
        session.commit()
        return number

    code, said = typed("--dry-run")
    assert (code, people()) == (1, 0)
    assert "line 3: Ohne Adresse: There is no e-mail address." in said
    assert "+ line 2: Anna Weiß <anna@x.example>" in said
    assert (typed(answer="n\n")[0], people()) == (1, 0)
    code, said = typed("--yes")
    assert (code, people()) == (1, 1), said
    assert "1 added, 0 changed" in said
    path.write_text("Name;E-Mail\nAnna Weiß;anna@x.example\n", "utf-8")
    code, said = typed("--yes")
    assert (code, "nothing to write" in said) == (0, True)
    path.write_text("%PDF-1.7", "utf-8")
    code, said = typed("--yes")
    assert (code, "This file is no list" in said) == (1, True)
