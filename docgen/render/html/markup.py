"""docgen's own Markdown as HTML: what it writes itself is let through, everything else is text."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

_OURS = re.compile(r'</?(?:sub|sup|code)>|<br>|<a id="[^"<>]*">|</a>')
_LIGHT, _DARK = "friendly", "github-dark"


def block(markdown: str) -> Markup:
    """Return blocks of Markdown as HTML."""
    return Markup(_parser().render(markdown))


def line(markdown: str) -> Markup:
    """Return one line of Markdown as HTML, without a paragraph around it."""
    return Markup(_parser().renderInline(markdown))


def code_styles() -> str:
    """Return the colours of code, for light and for dark."""
    return "\n".join([*_colours(_LIGHT), "@media (prefers-color-scheme: dark) {", *_colours(_DARK), "}"])


def _colours(style: str) -> list[str]:
    rules = HtmlFormatter(style=style).get_style_defs("pre code").split("\n")
    return [rule for rule in rules if re.match(r"pre code \.\w+ \{", rule)]


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "highlight": _highlighted})
    parser.disable("html_block")
    parser.add_render_rule("html_inline", _html)
    return parser


def _html(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    content = tokens[index].content
    return content if _OURS.fullmatch(content) else html.escape(content)


def _highlighted(code: str, language: str, attributes: str) -> str:
    try:
        lexer = get_lexer_by_name(language or "text", stripnl=False)
    except ClassNotFound:
        return ""
    return str(highlight(code, lexer, HtmlFormatter(nowrap=True)))
