import pytest

from docgen.evidence.facts import Facts
from docgen.records import Subject
from docgen.verify import checks

INSTRUCTIONS = "State only what the code itself shows; every sentence must be true of it."


def codes(text: str, name: str = "timeout", annotation: str | None = "float", default: str | None = None) -> set[str]:
    facts = Facts(
        subject=Subject(element="m.f", kind="parameter", part=name),
        name=name,
        role="positional-or-keyword parameter",
        element="f",
        annotation=annotation,
        default=default,
    )
    return codes_of(text, facts)


def codes_of(text: str, facts: Facts) -> set[str]:
    return {finding.code for check in checks(INSTRUCTIONS, asks_all=True) for finding in check(text, facts)}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("...", "empty"),
        ("Seconds to wait before the", "cut-off"),
        ("Seconds to wait, counted from the start, and it.", "cut-off"),
        ("Seconds to wait for `join.", "unbalanced"),
        ("<purpose>Seconds to wait.</purpose>.", "markup"),
        ("**Seconds** to wait.", "markup"),
        ("## Purpose: seconds to wait.", "markup"),
        ("No description available.", "placeholder"),
        ("<SLOT>.", "placeholder"),
        ("I think it is the seconds to wait.", "about-the-task"),
        ("The provided code waits for these seconds.", "about-the-task"),
        ("The code does not repeat the name or the type: it does nothing.", "about-the-task"),
        ("The texts cannot be kept as they only repeat the name.", "about-the-task"),
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


@pytest.mark.parametrize(
    ("text", "default"),
    [
        ("Seconds to wait, defaults to 5.", "10"),
        ("Seconds to wait. The default is `None`.", "10"),
        ("Seconds to wait (default: 10).", None),
        ("Seconds to wait; the default value is 10.", None),
        ("Seconds to wait, defaulting to False.", "True"),
    ],
)
def test_a_default_that_the_signature_does_not_have_is_rejected(text: str, default: str | None) -> None:
    assert "wrong-default" in codes(text, default=default)


@pytest.mark.parametrize(
    ("text", "default"),
    [
        ("Seconds to wait, defaults to 10.", "10"),
        ("Seconds to wait. The default is `None`.", "None"),
        ("The mode that is used while waiting, by default `fast`.", "'fast'"),
        ("Seconds to wait, defaults to 1_000.", "1000.0"),
        ("Overrides the default timeout of the server.", None),
    ],
)
def test_the_signatures_own_default_may_be_stated(text: str, default: str | None) -> None:
    assert codes(text, default=default) == set()


def test_a_switch_that_is_said_to_do_what_its_name_only_speaks_of_is_rejected() -> None:
    assert "wrong-element" in codes("Whether to sort the rows by size.", "skip_sorted", "bool", "False")
    assert "wrong-element" not in codes("Whether to skip rows that are in order.", "skip_sorted", "bool", "False")


def summary_codes(text: str) -> set[str]:
    facts = Facts(
        subject=Subject(element="m.Q.put", kind="function"), name="put", role="method", element="put", owner="Q"
    )
    return codes_of(text, facts)


def test_a_summary_of_another_element_is_rejected() -> None:
    assert "wrong-element" in summary_codes("The `get` method removes an item from the queue.")
    assert "wrong-element" in summary_codes("The `_drain` function empties the buffer.")


def test_a_summary_that_names_its_own_element_or_none_passes() -> None:
    for text in (
        "The `put` method appends an item.",
        "Appends an item, as `get` removes one.",
        "The abstract method that appends an item.",
        "The given function is called with each item.",
    ):
        assert summary_codes(text) == set(), text
