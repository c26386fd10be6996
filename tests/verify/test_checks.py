import pytest

from docgen.evidence.facts import Facts
from docgen.records import Subject
from docgen.verify import checks

INSTRUCTIONS = "State only what the code itself shows; every sentence must be true of it."


def codes(text: str, name: str = "timeout", annotation: str | None = "float") -> set[str]:
    facts = Facts(
        subject=Subject(element="m.f", kind="parameter", part=name),
        name=name,
        role="positional-or-keyword parameter",
        element="f",
        annotation=annotation,
    )
    return {finding.code for check in checks(INSTRUCTIONS) for finding in check(text, facts)}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("...", "empty"),
        ("Seconds to wait before the", "cut-off"),
        ("Seconds to wait for `join.", "unbalanced"),
        ("<purpose>Seconds to wait.</purpose>.", "markup"),
        ("**Seconds** to wait.", "markup"),
        ("## Purpose: seconds to wait.", "markup"),
        ("No description available.", "placeholder"),
        ("<SLOT>.", "placeholder"),
        ("I think it is the seconds to wait.", "about-the-task"),
        ("The provided code waits for these seconds.", "about-the-task"),
        ("Every sentence must be true of it, so these are seconds to wait.", "prompt-echo"),
        ('Seconds to wait", "parameters": {"x": "more.', "schema-leak"),
        ("=None, description=Seconds to wait.", "schema-leak"),
        ("等待的秒数。.", "foreign-script"),
        ("The timeout.", "restates-name"),
        ("The timeout value, a float.", "restates-name"),
        (" ".join(["waits for the given seconds and then again raises the same error here"] * 2) + ".", "repetition"),
    ],
)
def test_what_is_no_description_is_rejected(text: str, code: str) -> None:
    assert code in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Seconds to wait for an item before `Empty` is raised.",
        "If `None`, blocks until an item is available; else raises `Empty` after this many seconds.",
        "Multiplies `x` by `2 ** n`, or returns `list[int]` where `a < b > c`.",
        "The I/O time limit; see `_x` and `__init__`.",
        'Ends with a quoted "word."',
    ],
)
def test_a_good_description_passes(text: str) -> None:
    assert codes(text) == set()
