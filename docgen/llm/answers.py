"""Reading an answer: JSON that is checked against the schema it was asked for in."""

from __future__ import annotations

import json
from typing import Any

from docgen.errors import BadAnswer
from docgen.llm.backend import Schema


def parse_answer(text: str, schema: Schema) -> dict[str, Any]:
    """Return the answer as data.

    Args:
        text: What the model wrote.
        schema: The schema that it was asked for in: objects, arrays and strings, the latter bounded.

    Raises:
        BadAnswer: The text is not JSON, not of the schema, or not text that can be written down.
    """
    try:
        answer = json.loads(text)
        text.encode()
        json.dumps(answer, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise BadAnswer("the answer has half a character in it") from None
    except ValueError as error:
        raise BadAnswer(f"the answer is not JSON: {error}") from None
    if fault := find_violation(answer, schema):
        raise BadAnswer(f"the answer is not of the schema: {fault}")
    return dict(answer)


def find_violation(value: Any, schema: Schema, where: str = "it") -> str:
    """Return the first thing in which a value is not of a schema, or an empty string."""
    kind = schema["type"]
    if kind == "object":
        return _find_in_object(value, schema, where)
    if kind == "array":
        return _find_in_array(value, schema, where)
    if kind != "string":
        raise ValueError(f"a schema of docgen has objects, arrays and strings, not {kind}")
    if not isinstance(value, str):
        return f"{where} is not a string"
    if len(value) < schema.get("minLength", 0):
        return f"{where} is too short"
    if len(value) > schema.get("maxLength", len(value)):
        return f"{where} is too long"
    return ""


def _find_in_object(value: Any, schema: Schema, where: str) -> str:
    if not isinstance(value, dict):
        return f"{where} is not an object"
    properties = schema.get("properties", {})
    if missing := [name for name in schema.get("required", ()) if name not in value]:
        return f"{where} has no {missing[0]!r}"
    if not schema.get("additionalProperties", True) and (extra := [name for name in value if name not in properties]):
        return f"{where} has {extra[0]!r}, which is not asked for"
    faults = (find_violation(value[name], properties[name], repr(name)) for name in value if name in properties)
    return next(filter(None, faults), "")


def _find_in_array(value: Any, schema: Schema, where: str) -> str:
    if not isinstance(value, list):
        return f"{where} is not an array"
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        return f"{where} has {len(value)} items"
    return next(filter(None, (find_violation(item, schema["items"], f"an item of {where}") for item in value)), "")
