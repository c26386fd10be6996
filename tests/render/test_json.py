from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from docgen.errors import DocgenError
from docgen.records import SCHEMA_VERSION, Module
from docgen.render.files import write_whole
from docgen.render.json import load, module_json, schema


def test_what_is_written_is_valid_by_the_published_schema(frames: Module, codec: Module) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    for module in (frames, codec):
        jsonschema.validate(json.loads(module_json(module)), schema(), jsonschema.Draft202012Validator)


def test_the_schema_refuses_what_is_not_a_record(frames: Module) -> None:
    validator = jsonschema.Draft202012Validator(schema())
    data = json.loads(module_json(frames))
    assert not validator.is_valid({**data, "schema_version": SCHEMA_VERSION + 1})
    assert not validator.is_valid({**data, "extra": 1})
    assert not validator.is_valid({key: value for key, value in data.items() if key != "path"})
    data["members"][0]["kind"] = "gadget"
    assert not validator.is_valid(data)


def test_the_schema_names_itself_and_its_version() -> None:
    assert schema()["$id"] == f"urn:docgen:schema:module:{SCHEMA_VERSION}"
    assert schema()["properties"]["schema_version"]["const"] == SCHEMA_VERSION


def test_what_is_written_is_read_back_without_the_source(tmp_path: Path, frames: Module) -> None:
    path = tmp_path / "frames.json"
    write_whole(path, module_json(frames))
    assert load(path) == frames.model_copy(update={"source": ""})
    assert "# the source" not in path.read_text()


def test_the_same_record_gives_the_same_bytes(frames: Module) -> None:
    text = module_json(frames)
    assert text == module_json(Module.model_validate_json(text))
    assert text.startswith('{\n  "id": "frames",\n')
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")


def test_lone_surrogates_survive(tmp_path: Path, frames: Module) -> None:
    odd = frames.model_copy(update={"exports": ("a\ud800",)})
    write_whole(tmp_path / "odd.json", module_json(odd))
    assert load(tmp_path / "odd.json").exports == ("a\ud800",)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"schema_version": 99}', '{"schema_version": 1, "id": 5}', "\0"]
)
def test_a_file_that_is_not_a_record_is_an_error_with_a_hint(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(DocgenError) as caught:
        load(tmp_path / "x.json")
    assert "x.json" in caught.value.message
    assert caught.value.hint


def test_a_file_that_is_not_there_is_an_error_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(DocgenError):
        load(tmp_path / "nowhere.json")
