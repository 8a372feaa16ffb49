"""The table of letters is complete, and nobody keeps another list of their kinds."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from jinja2 import Environment, nodes

from roundtable.domain.letter_kinds import KINDS, LetterKind, MailingKind, SentByHand, those
from roundtable.mail.letters import digest_letters, letters, poll_letters, sign_up_letters

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "roundtable" / "domain" / "letter_kinds.py"
KEPT_IN = (letters, poll_letters, sign_up_letters, digest_letters)


def test_each_kind_is_one_row() -> None:
    assert tuple(KINDS) == get_args(LetterKind)
    assert set(those(lambda kind: kind.mailing is not None)) == set(get_args(MailingKind))
    assert set(those(lambda kind: kind.send is not None)) == set(get_args(SentByHand))


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_one_function_and_two_templates(kind: LetterKind) -> None:
    assert [module.__name__ for module in KEPT_IN if callable(getattr(module, kind, None))] != []
    assert all((ROOT / "templates" / "mail" / f"{kind}.{ending}").is_file() for ending in ("txt", "html"))


# Kinds of letters that are called as what they are about.
THINGS = {"invitation", "poll"}


def _listed_in_modules() -> Iterator[tuple[Path, list[object]]]:
    """The words of each tuple, list and set, and the keys of each dictionary."""
    for path in sorted((ROOT / "roundtable").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))) if path != TABLE else ():
            members = (node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", None)) or []
            yield path, [each.value for each in members if isinstance(each, ast.Constant)]


def _listed_in_templates() -> Iterator[tuple[Path, list[object]]]:
    for path in sorted(path for path in (ROOT / "templates").rglob("*.*") if path.is_file()):
        tree = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"]).parse(path.read_text("utf-8"))
        for node in tree.find_all((nodes.Tuple, nodes.List, nodes.Dict)):
            items = [each.key for each in node.items] if isinstance(node, nodes.Dict) else node.iter_child_nodes()
            yield path, [each.value for each in items if isinstance(each, nodes.Const)]


def test_no_module_and_no_template_lists_kinds() -> None:
    """Whoever needs some of them asks the table."""
    found = [(path, set(words) & set(KINDS)) for path, words in (*_listed_in_modules(), *_listed_in_templates())]
    assert [each for each in found if len(each[1]) > 1 and each[1] != THINGS] == []
