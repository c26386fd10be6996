"""From a model's string to a text that can be published: one paragraph of whole sentences."""

from __future__ import annotations

import re

SENTENCE_END = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bvs)[.!?][\"')\]`]*(?=\s|$)")

# "The `put` method adds an item." says no more than "Adds an item."
_SELF_REFERENCE = (
    r"(?:the|this) (?:`?(?:\w+\.)*{name}(?:\(\))?`? )?(?:\w+ )?(?:method|function|constructor|property) "
    r"(?:`?(?:\w+\.)*{name}(?:\(\))?`? )?(?=(?!is |was |has |that |which )[a-z]+s )"
)
# Nor does "One call adds an item."
_ANY_CALL = re.compile(r"(?:a|one) call (?!is |was |has )(?=[a-z]+s )", re.IGNORECASE)

# `a` before a verb is more likely a parameter of that name.
_ARTICLE = re.compile(r"a (?!is |are |has |and |or )[a-z]")


def tidy(answer: str, limit: int, name: str = "") -> str:
    """Return an answer as one line of whole sentences.

    Args:
        answer: What the model wrote.
        name: Name of the element that it is about; an opening that only says so is left out.
        limit: Length at which the decoder cut strings off; an answer that long is trimmed to its last whole sentence.

    Returns:
        The text, empty where no whole sentence is left.
    """
    text = " ".join(answer.split())
    if len(text) >= limit - 1:
        text = whole_sentences(text)
    # A pattern for every name is dear to compile: most texts begin otherwise.
    if text[:4].lower() in ("the ", "this"):
        reference = re.match(_SELF_REFERENCE.format(name=re.escape(name)), text, re.IGNORECASE)
        text = text[reference.end() :] if reference else text
    if any_call := _ANY_CALL.match(text):
        text = text[any_call.end() :]
    if not text:
        return ""
    if text[-1].isalnum() or text[-1] in "`)]\"'":
        text += "."
    is_plain = _is_plain_word(text.split(" ", 1)[0]) or _ARTICLE.match(text)
    return text[0].upper() + text[1:] if is_plain else text


def whole_sentences(text: str) -> str:
    """Return a text up to the end of its last whole sentence."""
    ends = [match.end() for match in SENTENCE_END.finditer(text)]
    return text[: ends[-1]] if ends else ""


def _is_plain_word(word: str) -> bool:
    return word.rstrip(",.;:").isalpha() and word.islower() and len(word.rstrip(",.;:")) > 1
