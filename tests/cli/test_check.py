import json
from pathlib import Path

import pytest

from docgen.cli.main import main
from docgen.verify.reasons import REASONS

SOURCE = '''"""Timers."""


def wait(seconds, unit="s"):
    """Wait for a while.

    Args:
        seconds: How long to wait.
        unit: What that is counted in. Defaults to "ms".
    """
    sleep(seconds, unit)
'''


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "timers.py"
    path.write_text(SOURCE, encoding="utf-8")
    return path


def test_given_texts_are_judged_and_a_wrong_one_makes_the_exit_code_1(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        {"id": "a", "kind": "parameter", "parameter": "seconds", "text": "How long to sleep, counted in `unit`."},
        {"id": "b", "kind": "parameter", "parameter": "seconds", "text": "The seconds."},
        {"id": "c", "kind": "parameter", "parameter": "self", "text": "The instance."},
        {"id": "d", "kind": "returns", "parameter": None, "text": "The time."},
    ]
    file = tmp_path / "texts.jsonl"
    whole = [{"module": "timers", "class": None, "function": "wait", **row, "extra": 1} for row in rows]
    file.write_text("".join(json.dumps(row) + "\n" for row in whole), encoding="utf-8")
    assert main(["check", str(source), "--descriptions", str(file), "--json"]) == 1
    judged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(j["id"], j["verdict"]) for j in judged] == [
        ("a", "faithful"),
        ("b", "vague"),
        ("c", "wrong"),
        ("d", "wrong"),
    ]
    assert judged[2]["findings"][0]["code"] == "nonexistent-parameter"


def test_a_line_that_is_not_of_the_form_is_named(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_text('{"id": "a"}\n', encoding="utf-8")
    assert main(["check", str(source), "--descriptions", str(file)]) == 2
    assert "texts.jsonl:1: module" in capsys.readouterr().err


def test_docstrings_that_contradict_make_the_exit_code_1(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(source)]) == 1
    first = capsys.readouterr().out.splitlines()[0]
    assert first == f'{source}:9: contradicts: `unit` is said to default to ms, but defaults to "s" [wrong-default]'
    assert main(["check", str(source), "--ignore", "wrong-default"]) == 0
    assert main(["check", str(source), "--select", "missing,unknown-parameter"]) == 0


def test_a_code_that_does_not_exist_is_refused(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(source), "--select", "wrong-defualt"]) == 2
    assert "wrong-defualt" in capsys.readouterr().err


def test_issues_come_as_json_sarif_and_annotations(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", str(source), "--json"])
    [issue] = json.loads(capsys.readouterr().out)
    assert (issue["code"], issue["lineno"]) == ("wrong-default", 9)
    main(["check", str(source), "--output-format", "sarif"])
    [run] = json.loads(capsys.readouterr().out)["runs"]
    [result] = run["results"]
    assert result["level"] == "error"
    assert result["message"]["text"] == '`unit` is said to default to ms, but defaults to "s"'
    [reason] = [rule["shortDescription"] for rule in run["tool"]["driver"]["rules"] if rule["id"] == result["ruleId"]]
    assert reason == {"text": REASONS["wrong-default"]}
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 9
    main(["check", str(source), "--output-format", "github"])
    assert capsys.readouterr().out.startswith("::error file=")
