"""Text that people write (Markdown), as safe HTML, as plain text, and as blocks for print."""

from __future__ import annotations

import re
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, emphasis
from markdown_it.token import Token

TAGS = {"p", "br", "strong", "em", "a", "h2", "h3", "ul", "ol", "li", "blockquote"}
# No pictures: one from elsewhere would tell its host who reads (rule 26). No HTML, no code.
_markdown = MarkdownIt("commonmark", {"html": False}).disable(
    ["image", "code", "fence", "html_block", "html_inline", "hr", "lheading"]
)
# "9. Oktober" at the start of a paragraph is a date, not the ninth item of a list.
_MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
_DATE = re.compile(rf"(?m)^( {{0,3}}\d{{1,2}})\.(?= (?:{_MONTHS})\b)")
# A star before a line is a footnote's or somebody's bullet, and no list of ours; bullets that other programs write are.
_STAR = re.compile(r"(?m)^( {0,3})\*(?=\s)")
_BULLET = re.compile(r"(?m)^( {0,3})[•▪►‣◦][ \t]*(?=\S)")
_HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}


def _bold_alone(state: StateInline, silent: bool) -> bool:
    """Two stars on either side of words were meant. One star, as in Bürger*innen, and underlines are letters."""
    begins = state.pos
    if state.src[begins] != "*" or state.src[begins - 1 : begins] == "*":
        return False
    scanned = state.scanDelims(begins, False)
    return scanned.length == 2 and (scanned.can_open or scanned.can_close) and emphasis.tokenize(state, silent)


_markdown.inline.ruler.at("emphasis", _bold_alone)


def _tokens(written: str) -> list[Token]:
    """Headings begin at the second level: the first is the title's."""
    for pattern, instead in ((_DATE, r"\1\."), (_STAR, r"\1\*"), (_BULLET, r"\1- ")):
        written = pattern.sub(instead, written)
    tokens = _markdown.parse(written)
    is_first = True
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            # WCAG 1.3.1: no level is left out.
            token.tag = "h2" if is_first else _HEADINGS[token.tag]
            is_first = is_first and token.type == "heading_open"
    return tokens


def as_html(written: str) -> str:
    html = _markdown.renderer.render(_tokens(written), _markdown.options, {})
    schemes = {"https", "http", "mailto", "tel"}
    return nh3.clean(html, tags=TAGS, attributes={"a": {"href"}, "ol": {"start"}}, url_schemes=schemes)


def as_blocks(written: str) -> list[dict[str, Any]]:
    """One block a paragraph, heading or list item.

    A block is ``{"kind": "p"|"h2"|"h3"|"li"|"quote", "mark": "1."|"–"|"", "runs": […]}``,
    a run ``{"text": str, "style": ""|"strong"|"em", "href": str}``.
    """
    blocks: list[dict[str, Any]] = []
    lists: list[int | None] = []
    kind, mark, quoted = "p", "", 0
    for token in _tokens(written):
        if token.type == "ordered_list_open":
            lists.append(int(token.attrs.get("start", 1)))
        elif token.type == "bullet_list_open":
            lists.append(None)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            lists.pop()
        elif token.type == "list_item_open":
            number = lists[-1]
            mark = "–" if number is None else f"{number}."
            lists[-1] = None if number is None else number + 1
        elif token.type in ("blockquote_open", "blockquote_close"):
            quoted += token.nesting
        elif token.type == "heading_open":
            kind = token.tag
        elif token.type == "heading_close":
            kind = "p"
        elif token.type == "inline":
            this = kind if kind != "p" else "li" if lists else "quote" if quoted else "p"
            blocks.append({"kind": this, "mark": mark, "runs": _runs(token.children or [])})
            mark = ""
    return blocks


def _runs(children: list[Token]) -> list[dict[str, str]]:
    runs: list[dict[str, str]] = []
    styles: list[str] = []
    href = ""
    for child in children:
        if child.type in ("strong_open", "em_open"):
            styles.append(child.tag)
        elif child.type in ("strong_close", "em_close"):
            styles.pop()
        elif child.type == "link_open":
            href = str(child.attrs.get("href", ""))
        elif child.type == "link_close":
            href = ""
        else:
            text = {"softbreak": " ", "hardbreak": "\n"}.get(child.type, child.content)
            if text:
                runs.append({"text": text, "style": styles[-1] if styles else "", "href": href})
    return runs


def as_text(blocks: list[dict[str, Any]]) -> str:
    """Paragraphs apart, list items on lines of their own."""
    text, before = "", ""
    for block in blocks:
        words = "".join(run["text"] for run in block["runs"])
        gap = "\n" if block["kind"] == before == "li" else "\n\n"
        text += (gap if text else "") + f"{block['mark']} {words}".strip()
        before = block["kind"]
    return text


def literally(words: str) -> str:
    """Words from the data, so that Markdown leaves them as they are."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>" else letter for letter in words)
