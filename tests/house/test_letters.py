"""The table of letters is complete, and nobody keeps another list of their kinds."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from roundtable.domain.letter_kinds import KINDS, LetterKind, MailingKind, those
from roundtable.mail.letters import digest_letters, letters, poll_letters, sign_up_letters

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "roundtable" / "domain" / "letter_kinds.py"
KEPT_IN = (letters, poll_letters, sign_up_letters, digest_letters)


def test_each_kind_is_one_row() -> None:
    assert tuple(KINDS) == get_args(LetterKind)
    assert set(those(lambda kind: kind.mailing is not None)) == set(get_args(MailingKind))


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_one_function_and_two_templates(kind: LetterKind) -> None:
    assert [module.__name__ for module in KEPT_IN if callable(getattr(module, kind, None))] != []
    assert all((ROOT / "templates" / "mail" / f"{kind}.{ending}").is_file() for ending in ("txt", "html"))


# Kinds of letters that are called as what they are about.
THINGS = {"invitation", "poll"}


def _lists_of_kinds() -> Iterator[str]:
    for path in sorted((ROOT / "roundtable").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))) if path != TABLE else ():
            members = (node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", None)) or []
            kinds = {each.value for each in members if isinstance(each, ast.Constant)} & set(KINDS)
            if len(kinds) > 1 and kinds != THINGS:
                yield f"{path.relative_to(ROOT)}: {kinds}"


def test_no_other_module_lists_kinds() -> None:
    """Whoever needs some of them asks the table."""
    assert list(_lists_of_kinds()) == []
