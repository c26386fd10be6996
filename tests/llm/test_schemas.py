from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from docgen.errors import BadAnswer
from docgen.generate.schema import ONE_CLAUSE, answer_schema
from docgen.llm.answers import parse_answer
from docgen.llm.backend import Message, Sampling
from docgen.llm.embedded import EmbeddedBackend
from docgen.records import Subject

PROMPT = [Message(role="user", content="Describe the function in JSON.")]
STRANGE = [
    ["x"],
    ["self", "cls", "_", "__", "None_", "type", "properties", "required", "root", "string", "space", "char"],
    ["ſ", "ß", "ñ", "变量", "переменная", "Å", "ﬁ", "𝔘𝔫𝔦", "e\u0301"],
    [
        "a-b",
        'a"b',
        "a\\b",
        "a b",
        "a\nb",
        "*args",
        "**kwargs",
        "{}",
        "[0]",
        "%s",
        "$ref",
        "\u2028",
    ],
    ["very_long_name_" * 12, "very_long_name_" * 12 + "2"],
    [f"p{number}" for number in range(40)],
]


def function_schema(parameters: Sequence[str], raises: Sequence[str], length: int) -> dict[str, Any]:
    """The largest kind of schema that docgen builds: a summary, parameters, returns and raises."""
    text = {"type": "string", "minLength": 1, "maxLength": length}
    return an_object(
        {
            "summary": text,
            **({"parameters": an_object(dict.fromkeys(parameters, text))} if parameters else {}),
            "returns": text,
            **({"raises": an_object(dict.fromkeys(raises, text))} if raises else {}),
        }
    )


def an_object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def ask(path: Path, schema: dict[str, Any], max_tokens: int) -> tuple[str, float]:
    """Return what the model answered, and the seconds that it took without loading it."""

    async def session() -> tuple[str, float]:
        backend = EmbeddedBackend("tiny", path, context_window=8192, timeout=60)
        await backend.load()
        begun = time.monotonic()
        try:
            text = (await backend.complete(PROMPT, schema, Sampling(max_tokens=max_tokens))).text
        finally:
            await backend.close()
        return text, time.monotonic() - begun

    return asyncio.run(session())


@pytest.mark.parametrize("names", STRANGE, ids=lambda names: f"{len(names)}-{names[0][:8]!a}")
def test_every_name_that_is_asked_for_is_answered_and_no_other(tiny_model: Path, names: list[str]) -> None:
    schema = function_schema(names, ["ValueError", "errors.ParseError"], length=2)
    answer = parse_answer(ask(tiny_model, schema, 4000)[0], schema)
    assert list(answer["parameters"]) == names


@pytest.mark.parametrize("count", [1, 60, 250])
def test_a_schema_with_many_long_strings_constrains_and_compiles_quickly(tiny_model: Path, count: int) -> None:
    schema = function_schema([f"parameter_{number}" for number in range(count)], ["ValueError"], length=300)
    begun = time.monotonic()
    with pytest.raises(BadAnswer, match=r"""'\{"summary": "\w""") as caught:
        ask(tiny_model, schema, 20)
    assert "within 20 tokens" in str(caught.value)
    assert time.monotonic() - begun < 10


def test_a_schema_without_parameters_and_an_empty_object_compile(tiny_model: Path) -> None:
    for schema in (function_schema([], [], length=2), an_object({"summary": an_object({})})):
        assert parse_answer(ask(tiny_model, schema, 200)[0], schema)


def test_a_summary_is_held_to_one_clause(tiny_model: Path) -> None:
    asked = [Subject(element="m.f", kind="function"), Subject(element="m.f", kind="returns")]
    answer = parse_answer(ask(tiny_model, dict(answer_schema(asked)), 1200)[0], answer_schema(asked))
    assert re.fullmatch(ONE_CLAUSE, answer["summary"])
    assert answer["returns"]
