"""The main job with the real default model on a real module."""

import ast
import json
import sched
from pathlib import Path

import jsonschema
import pytest

from docgen.evidence.subjects import subjects_of, with_owners
from docgen.generate.attach import descriptions_in
from docgen.records import Class, Function, Module
from docgen.render.json import load, schema
from docgen.runlog.events import Described, RunFinished
from docgen.runlog.files import read
from tests.e2e.conftest import Docgen

pytestmark = [pytest.mark.model, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def documented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`sched` of the standard library without its docstrings, documented by the default model.

    It is asked as a larger one is: for itself, next to nothing of what it says of so few functions would be taken.
    """
    import os
    import subprocess
    import sys

    folder = tmp_path_factory.mktemp("documented")
    tree = ast.parse(Path(sched.__file__).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    (folder / "sched.py").write_text(ast.unparse(tree), encoding="utf-8")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DOCGEN_", "OLLAMA_"))}
    subprocess.run(
        [
            sys.executable,
            "-m",
            "docgen",
            "run",
            "sched.py",
            "--format",
            "json,flat,md",
            "--backend",
            "embedded",
            "--ask-all",
        ],
        cwd=folder,
        env=clean,
        check=True,
        timeout=1100,
    )
    return folder


def public(module: Module) -> list[Module | Class | Function]:
    return [
        element
        for element, owner in with_owners(module)
        if isinstance(element, Module | Class | Function)
        and (element.is_public or isinstance(element, Module))
        and subjects_of(module, element, owner)
    ]


def test_every_public_element_has_a_description(documented: Path) -> None:
    module = load(documented / "out/json/sched.json")
    assert len(public(module)) >= 9
    for element in public(module):
        assert element.description, element.id
        assert element.description.text.strip(), element.id


def test_exactly_the_parameters_of_the_signature_are_described(documented: Path) -> None:
    tree = ast.parse((documented / "sched.py").read_text(encoding="utf-8"))
    [scheduler] = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "scheduler"]
    signatures = {
        f"sched.scheduler.{node.name}": [a.arg for a in [*node.args.args, *node.args.kwonlyargs] if a.arg != "self"]
        for node in scheduler.body
        if isinstance(node, ast.FunctionDef)
    }
    described: dict[str, list[str]] = {}
    for subject in descriptions_in(load(documented / "out/json/sched.json")):
        if subject.kind == "parameter":
            described.setdefault(subject.element, []).append(subject.part)
    assert described == {name: parameters for name, parameters in signatures.items() if parameters}


def test_all_that_is_written_is_valid(documented: Path) -> None:
    data = json.loads((documented / "out/json/sched.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema()).validate(data)
    [flat_class] = [
        entry
        for entry in json.loads((documented / "out/flat/sched.json").read_text(encoding="utf-8"))
        if entry.get("class_name") == "scheduler"
    ]
    assert flat_class["description"]
    assert all(function["description"] for function in flat_class["functions"])
    page = (documented / "out/markdown/sched.md").read_text(encoding="utf-8")
    assert "`enterabs`" in page


def test_the_log_tells_all_that_the_model_wrote_and_what_it_cost(documented: Path) -> None:
    [lines] = (documented / "out/logs").glob("*.jsonl")
    events = list(read(lines))
    told = {(event.kind, event.name): event.description.text for event in events if isinstance(event, Described)}
    written = {(s.kind, s.name): d for s, d in descriptions_in(load(documented / "out/json/sched.json")).items()}
    by_model = {place for place, description in written.items() if description.provenance.source == "model"}
    assert by_model
    assert by_model <= told.keys()
    assert told.items() <= {(place, description.text) for place, description in written.items()}
    finished = events[-1]
    assert isinstance(finished, RunFinished)
    assert finished.seconds > 0
    assert finished.cached_tokens > finished.prompt_tokens / 2, (
        "methods of a class share the read part of their prompts"
    )
    text = lines.with_suffix(".log").read_text(encoding="utf-8")
    for (_, name), description in told.items():
        assert f"{name} description:\n{description}\n" in text


def test_the_runs_are_listed(documented: Path, docgen: Docgen) -> None:
    listed = docgen("log", "--out", str(documented / "out"))
    assert listed.returncode == 0
    assert "done" in listed.stdout
