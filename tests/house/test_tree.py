"""Rules about the files of this house. A rule that no check keeps is a memory."""

import ast
import hashlib
import re
import tomllib
from pathlib import Path

from babel.messages.pofile import read_po

from roundtable import create_app
from tests.conftest import settings_for

HOUSE = Path(__file__).parents[2]
TEMPLATES = HOUSE / "templates"
OWN = [
    path
    for folder in ("roundtable", "tests", "bench", "migrations")
    for path in (HOUSE / folder).rglob("*.py")
    if "versions" not in path.parts
]
# Templates that no endpoint of the same name shows.
SHARED = ("components", "layouts", "mail", "errors", "drafts")
LOCK_LINE = re.compile(r"^([a-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE | re.IGNORECASE)


def named(path: Path) -> str:
    return str(path.relative_to(HOUSE))


def test_no_file_is_long() -> None:
    long = [named(path) for path in OWN if len(path.read_text("utf-8").splitlines()) > 350]
    for path in [*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")]:
        if len(path.read_text("utf-8").splitlines()) > 120:
            long.append(named(path))
    assert not long


def test_own_modules_are_imported_at_the_top() -> None:
    """An import inside a function hides a cycle."""
    hidden = []
    for path in OWN:
        tree = ast.parse(path.read_text("utf-8"))
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for node in ast.walk(function):
                    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                    names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                    hidden += [f"{named(path)}:{function.name}" for name in names if name.startswith("roundtable")]
    assert not hidden


def test_every_template_stands_where_its_endpoint_says(tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path))
    endpoints = {rule.endpoint.replace(".", "/") for rule in app.url_map.iter_rules()}
    homeless = []
    for path in TEMPLATES.rglob("*.*"):
        place = path.relative_to(TEMPLATES).with_suffix("")
        if place.parts[0] not in SHARED and place.as_posix() not in endpoints:
            homeless.append(named(path))
    assert not homeless


def test_pages_contain_components_and_sentences_but_no_class_names() -> None:
    with_classes = []
    for path in TEMPLATES.rglob("*.html"):
        if path.relative_to(TEMPLATES).parts[0] not in SHARED and re.search(r"\sclass=", path.read_text("utf-8")):
            with_classes.append(named(path))
    assert not with_classes


def test_a_link_leaves_it_to_the_answer_whether_it_is_a_file() -> None:
    """With the attribute a browser saves whatever comes, pages that say what went wrong included."""
    saves = re.compile(r"<a\s[^>]*\sdownload[\s=>]")
    assert not [named(path) for path in TEMPLATES.rglob("*.html") if saves.search(path.read_text("utf-8"))]


def test_no_day_is_taken_of_a_moment_in_utc() -> None:
    """Rule 33: which day it is depends on the zone; a series says it (``day_at``)."""
    in_utc = re.compile(r"(?:\bat|_at|now\(\))\.date\(\)|date\.today\(|\butcnow\(")
    own = [path for path in OWN if "roundtable" in path.relative_to(HOUSE).parts]
    assert not [named(path) for path in own if in_utc.search(path.read_text("utf-8"))]


def test_every_sentence_is_german_too() -> None:
    path = HOUSE / "roundtable" / "translations" / "de" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalog = read_po(file, locale="de")
    silent = []
    for message in catalog:
        words = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.id and (message.fuzzy or not all(words)):
            silent.append(message.id)
        assert not [error for error in message.check(catalog) if message.id], message.id
    assert not silent, f"{len(silent)} sentences are not translated; `make messages` added them: {silent}"


def test_vendored_files_are_what_was_vendored() -> None:
    static = HOUSE / "roundtable" / "static"
    listed = {}
    for sums in static.rglob("SHA256SUMS"):
        for line in sums.read_text("utf-8").splitlines():
            digest, name = line.split(maxsplit=1)
            listed[(sums.parent / name).resolve()] = digest
    vendored = {path.resolve() for path in static.rglob("*") if path.suffix == ".woff2" or ".min." in path.name}
    assert vendored, "nothing vendored was found"
    assert vendored <= set(listed)
    assert {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in listed} == listed


def test_the_commands_of_the_readme_exist() -> None:
    readme = (HOUSE / "README.md").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", (HOUSE / "Makefile").read_text("utf-8"), re.MULTILINE))
    typed = set(re.findall(r"(?:^\s*\$?\s*|`)make ([a-z]+)", readme, re.MULTILINE))
    assert "demo" in typed, "the README does not say how to look at the thing"
    assert typed <= targets


def test_ci_types_what_the_readme_says() -> None:
    ci = (HOUSE / ".ci" / "run").read_text("utf-8")
    readme = (HOUSE / "README.md").read_text("utf-8")
    for command in ("make check", "make test"):
        assert command in ci
        assert command in readme


def test_both_lock_files_agree() -> None:
    names = ("requirements.lock", "requirements-dev.lock")
    run, develop = (dict(LOCK_LINE.findall((HOUSE / name).read_text("utf-8"))) for name in names)
    assert {name: version for name, version in run.items() if develop.get(name) != version} == {}


def test_the_version_stands_once() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text("utf-8"))["project"]
    changelog = HOUSE / "CHANGELOG.md"
    assert not changelog.exists() or project["version"] in changelog.read_text("utf-8")
