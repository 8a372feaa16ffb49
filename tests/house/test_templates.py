"""What stands in templates is used, and what they say to people is collected for translation."""

import tomllib
from pathlib import Path

from babel.util import pathmatch
from jinja2 import Environment, nodes

HOUSE = Path(__file__).parents[2]
TEMPLATES = HOUSE / "templates"
SENTENCES = ("_(", "ngettext(", "gettext(", "{% trans")
EVERY = sorted(path for path in TEMPLATES.rglob("*.*") if path.is_file())
PARSED = {
    path: Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"]).parse(path.read_text("utf-8")) for path in EVERY
}


def _inside(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


def test_sentences_are_collected_from_every_kind_of_template() -> None:
    """Pages, letters, feeds: a kind that is not named there is never translated, and nobody notices."""
    mappings = tomllib.loads((HOUSE / "pyproject.toml").read_text("utf-8"))["tool"]["babel"]["mappings"]
    read = [each["pattern"] for each in mappings if each["method"] == "jinja2"]
    unread = [
        _inside(path)
        for path in EVERY
        if any(sentence in path.read_text("utf-8") for sentence in SENTENCES)
        and not any(pathmatch(pattern, f"templates/{_inside(path)}") for pattern in read)
    ]
    assert not unread


def test_what_a_template_imports_it_uses() -> None:
    unused = []
    for path, tree in PARSED.items():
        used = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "load"}
        imported = {each.target for each in tree.find_all(nodes.Import)}
        for each in tree.find_all(nodes.FromImport):
            imported |= {name if isinstance(name, str) else name[1] for name in each.names}
        unused += [f"{_inside(path)}: {name}" for name in sorted(imported - used)]
    assert not unused


def test_every_macro_is_called_somewhere() -> None:
    called: set[str] = set()
    for tree in PARSED.values():
        called |= {name.name for name in tree.find_all(nodes.Name) if name.ctx == "load"}
        called |= {each.attr for each in tree.find_all(nodes.Getattr)}
        for each in tree.find_all(nodes.FromImport):
            called |= {name if isinstance(name, str) else name[0] for name in each.names}
    python = "".join(path.read_text("utf-8") for path in (HOUSE / "roundtable").rglob("*.py"))
    idle = [
        f"{_inside(path)}: {macro.name}"
        for path, tree in PARSED.items()
        for macro in tree.find_all(nodes.Macro)
        if macro.name not in called and f'"{macro.name}"' not in python and f".{macro.name}" not in python
    ]
    assert not idle
