"""Is it a text at all: whole sentences of plain prose, said once, about the code and not about the task?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.evidence.facts import Facts
from docgen.evidence.words import words
from docgen.verify.finding import Finding

SHINGLE = 12

_MARKUP = re.compile(r"</?[a-zA-Z][\w-]*(?:\s[^<>]*)?/?>|```|^\s*#{1,6}\s|\*\*\w|\[[^\]]+\]\([^)]+\)", re.MULTILINE)
_UNFINISHED = re.compile(
    r"(?:\b(?:the|an?|and|or|which|is|are|its)|^(?!.*\bto \w+ .*\bof\.$).*\bof|,? and (?:it|they|the \w+))\.$",
    re.IGNORECASE,
)
_CODE_SPAN = re.compile(r"`[^`]*`")
_PLACEHOLDER = re.compile(
    r"\b(?:todo|tbd|fixme|lorem ipsum|no description|not (?:available|documented)|description (?:not"
    r"|is not) provided|n/a)\b"
    r"|\byour \w+ here\b|<[A-Z_]{3,}>|\[\.\.\.\]|\.\.\.$|^[\W_]+$|^\s*\([^)]*\)\s*->",
    re.IGNORECASE,
)
_ABOUT_THE_TASK = re.compile(
    r"\b(?:I|I'm|I'll|[Mm]y|[Ww]e|us|[Ll]et's)\b(?! ?[=/.])|\b[Aa]s an AI\b|\blanguage model\b"
    r"|\b(?:[Tt]he|[Tt]his) (?:provided|given|above|following) (?:code|context|snippet|information)\b"
    r"|\b[Tt]he code (?:does(?: not|n't)|doesn't|says?|shows?|provides?|has no|defines?|mentions?)\b"
    r"|\b(?:code|snippet|context) (?:provided|given|shown|above)\b|\b[Hh]ere is\b|\b[Hh]ope this\b|\b[Ff]eel free\b"
    r"|\bcan(?:no|')t be kept\b|\brepeats? the (?:name|type)\b|\bthe name or the type\b|\bwritten anew\b"
)
_NAMES = re.compile(r"`*[\w.]+`*(?:(?:,| and|, and| or) `*[\w.]+`*)*\.?")
_MODULES = re.compile(r"\b(?:[^\W\d]\w*\.)+")
_OTHER_SCRIPT = re.compile(r"[\u0400-\u04ff\u0590-\u05ff\u0600-\u06ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def check_structure(text: str, facts: Facts) -> Iterator[Finding]:
    """Find what makes a string no publishable text, whatever it says."""
    prose = _CODE_SPAN.sub("`", text.replace("``", "`"))
    if not re.search(r"\w", text):
        yield Finding(code="empty", message="It says nothing.")
        return
    if (text[-1] not in ".!?" and not re.search(r"[.!?][\"')`\]]$", text)) or _UNFINISHED.search(text):
        yield Finding(code="cut-off", message="Its last sentence is not complete.", severity="form")
    if _is_list_of_names(text) or _is_bare(text, facts):
        yield Finding(code="only-names", message="It is nothing but names: say in words what they are.")
    if text.count("`") % 2:
        yield Finding(code="unbalanced", message="A backtick is opened and never closed.", severity="form")
    if _MARKUP.search(prose):
        yield Finding(code="markup", message="It has markup: write plain prose.", severity="form")
    if _PLACEHOLDER.search(prose):
        yield Finding(code="placeholder", message="It is a placeholder, not a description.")
    if any(match[0].split()[-1] not in facts.parameters for match in _ABOUT_THE_TASK.finditer(prose)):
        yield Finding(
            code="about-the-task", message="It speaks of the writer or of the code as given: describe what it does."
        )
    if repeated := _repeated_shingle(text):
        yield Finding(code="repetition", message=f"It repeats itself: “{repeated}”.", severity="form")
    if _OTHER_SCRIPT.search(prose):
        yield Finding(
            code="foreign-script", message="It has characters of another script: write English.", severity="form"
        )


def _is_list_of_names(text: str) -> bool:
    """Whether a text is nothing but identifiers that no sentence would have."""
    names = re.findall(r"\w+", text)
    return _NAMES.fullmatch(text.strip()) is not None and any("_" in name for name in names)


def _is_bare(text: str, facts: Facts) -> bool:
    """Whether a text is nothing but the name or the type of what it should describe."""
    bare = words(text) if text.strip(".").strip() else []
    annotation = facts.annotation or ""
    return bool(bare) and bare in (words(facts.name), words(annotation), words(_MODULES.sub("", annotation)))


def _repeated_shingle(text: str) -> str:
    words = text.lower().split()
    seen: set[tuple[str, ...]] = set()
    for start in range(len(words) - SHINGLE + 1):
        shingle = tuple(words[start : start + SHINGLE])
        if shingle in seen:
            return " ".join(shingle)
        seen.add(shingle)
    return ""
