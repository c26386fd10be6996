"""JSON: the full record of a module with its descriptions, and the schema that it keeps to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from docgen.errors import DocgenError
from docgen.records import SCHEMA_VERSION, Module
from docgen.visible import visible_json


def to_json(data: Any) -> str:
    """Return plain data as JSON for people and version control: two spaces, order kept, one newline at the end."""
    return visible_json(data, indent=2) + "\n"


def module_json(module: Module) -> str:
    """Return the module's record as JSON, without its source text."""
    return to_json(module.model_dump(mode="json"))


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of what `module_json` writes."""
    described = Module.model_json_schema(mode="serialization")
    described["properties"]["schema_version"] = {"const": SCHEMA_VERSION, "title": "Schema Version", "type": "integer"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:docgen:schema:module:{SCHEMA_VERSION}",
        **described,
    }


def load(path: Path) -> Module:
    """Read back what `module_json` wrote; the module has no source text.

    Raises:
        DocgenError: The file cannot be read, is not JSON, or is not a record of this version.
    """
    again = "Write it again with `docgen run`."
    try:
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise DocgenError(f"Cannot read {path}: {error.strerror or error}.", again) from error
    except ValueError as error:
        raise DocgenError(f"{path} is not JSON: {error}.", again) from error
    version = data.get("schema_version") if isinstance(data, dict) else None
    if version != SCHEMA_VERSION:
        raise DocgenError(
            f"{path} is not a module record of schema version {SCHEMA_VERSION}: it has {version!r}.", again
        )
    try:
        return Module.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise DocgenError(f"{path} is not a module record: {place}: {first['msg']}.", again) from error
