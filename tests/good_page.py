"""What every page owes its readers, checked of each one that a test sees."""

from collections import Counter
from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin

import html5lib
from bs4 import BeautifulSoup, Tag
from bs4.builder._html5lib import HTML5TreeBuilder

ORIGIN = "http://localhost"
POINTERS = ("for", "aria-describedby", "aria-labelledby", "aria-controls")


class _Strict(HTML5TreeBuilder):
    """Keeps the parse errors that the HTML standard names."""

    errors: list[Any]

    def feed(self, markup: Any) -> None:
        # As bs4 does itself, but keeping the parser at hand.
        parser = html5lib.HTMLParser(tree=self.create_treebuilder)  # type: ignore[arg-type]
        self.underlying_builder.parser = parser
        parser.parse(markup)
        self.errors = parser.errors


class _Tags:
    """All tags of a page in their order, found once: each CSS selector would walk it anew, and slowly."""

    def __init__(self, page: BeautifulSoup) -> None:
        self.all = page.find_all(True)

    def named(self, *names: str) -> list[Tag]:
        return [tag for tag in self.all if tag.name in names]

    def having(self, attribute: str) -> list[Tag]:
        return [tag for tag in self.all if attribute in tag.attrs]


def page_of(html: str, path: str = "/") -> BeautifulSoup:
    """The parsed page. Raises AssertionError with everything that is wrong with it."""
    builder = _Strict()
    page = BeautifulSoup(html, builder=builder)
    lines = html.splitlines()
    wrong = [f"line {at[0]}: {name} {data}: {lines[at[0] - 1].strip()}" for at, name, data in builder.errors]
    tags = _Tags(page)
    for check in (_frame, _ids, _labels, _words, _nothing_inline, _own_resources, _forms):
        wrong.extend(check(tags))
    language = path.split("/")[1]
    if language in ("de", "en") and page.html is not None and page.html.get("lang") != language:
        wrong.append(f"<html lang> is not {language}")
    assert not wrong, f"{path} is not a good page:\n" + "\n".join(each[:300] for each in wrong)
    return page


def _frame(tags: _Tags) -> Iterable[str]:
    title, html = tags.named("title"), tags.named("html")
    if not title or not _text(title[0]):
        yield "no title"
    if not html or not html[0].get("lang"):
        yield "no <html lang>"
    for what in ("h1", "main"):
        if len(tags.named(what)) != 1:
            yield f"{len(tags.named(what))} {what} instead of one"


def _ids(tags: _Tags) -> Iterable[str]:
    ids = Counter(str(tag["id"]) for tag in tags.having("id"))
    yield from (f"id {each} stands twice" for each, times in sorted(ids.items()) if times > 1)
    for name in POINTERS:
        for tag in tags.having(name):
            yield from (f"{name}={each} leads nowhere" for each in str(tag[name]).split() if each not in ids)
    for tag in tags.named("a"):
        href = str(tag.get("href", ""))
        if href.startswith("#") and href not in ("#", "#top") and href[1:] not in ids:
            yield f"{href} leads nowhere"


def _labels(tags: _Tags) -> Iterable[str]:
    labelled = {str(tag["for"]) for tag in tags.named("label") if tag.has_attr("for") and _text(tag)}
    for tag in tags.named("input", "select", "textarea"):
        if tag.get("type") in ("hidden", "submit", "reset", "button"):
            continue
        if not (
            tag.get("id") in labelled or tag.get("aria-label") or tag.get("aria-labelledby") or tag.find_parent("label")
        ):
            yield f"no label: {tag}"


def _words(tags: _Tags) -> Iterable[str]:
    for tag in tags.named("button", "a"):
        is_pressed = tag.name == "button" or tag.has_attr("href")
        if is_pressed and not (_text(tag) or tag.get("aria-label") or any(each.get("alt") for each in tag("img"))):
            yield f"nothing to read: {tag}"
    yield from (f"no alt: {tag}" for tag in tags.named("img") if not tag.has_attr("alt"))


def _nothing_inline(tags: _Tags) -> Iterable[str]:
    for tag in tags.named("script"):
        if not tag.has_attr("src") and tag.get("type") != "application/ld+json":
            yield f"inline script: {tag}"
    yield from (f"inline style: {tag}" for tag in [*tags.named("style"), *tags.having("style")])
    for tag in tags.all:
        yield from (f"inline {name}: {tag.name}" for name in tag.attrs if name.startswith("on"))


def _own_resources(tags: _Tags) -> Iterable[str]:
    loaded = [
        tag.get("href") for tag in tags.named("link") if {"stylesheet", "icon", "preload"} & set(tag.get("rel") or ())
    ]
    asked = [tag["action"] for tag in tags.named("form") if tag.has_attr("action")]
    shown = [tag[name] for name in ("src", "srcset") for tag in tags.having(name)]
    for each in [*loaded, *asked, *shown]:
        address = urljoin(ORIGIN, str(each))
        if not address.startswith((ORIGIN + "/", "data:")):
            yield f"a third party: {address}"


def _forms(tags: _Tags) -> Iterable[str]:
    # Behind a personal link the address is the proof, and no cookie is set.
    is_a_guests = any("rt-guest" in (body.get("class") or "") for body in tags.named("body"))
    for form in tags.named("form"):
        has_token = any(
            field.has_attr("value") and str(field.get("name")).endswith("csrf_token") for field in form("input")
        )
        is_post = str(form.get("method")).lower() == "post"
        if has_token != (is_post and not is_a_guests):
            yield f"CSRF token {'where none belongs' if has_token else 'missing'}: {form.get('action')}"


def _text(tag: Tag) -> str:
    return tag.get_text(strip=True)
