"""`docgen status` says what is there and what the code has left behind; `docgen edit` keeps what a person says."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from docgen.cli.main import main
from docgen.records import Subject
from docgen.store import open_store
from tests.project import Author, Project

SOURCE = '''
class Queue:
    """Keeps items."""

    def put(self, item):
        self.items.append(item)


def scale(value, factor=2):
    return value * factor
'''


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCGEN_ASK_ALL", "1")
    Path("q.py").write_text(SOURCE, encoding="utf-8")
    return Project()


def status(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[list[str], str]:
    """Return the list and the line of counts."""
    assert main(["status", "q.py", "--model", "m", *options]) == 0
    *listed, counts, _ = capsys.readouterr().out.splitlines()
    return [" ".join(line.split()) for line in listed], counts


def test_before_the_first_run_all_but_the_authors_words_is_missing(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    listed, counts = status(capsys)
    assert "missing function q.scale" in listed
    assert not any("class q.Queue" in line for line in listed)
    assert counts == "1 documented, 0 stale, 8 missing, 0 edited, 0 composed"
    assert not Path(".docgen").exists(), "status writes nothing"


def test_after_a_run_nothing_is_missing_and_what_changes_is_stale(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.run()
    assert status(capsys) == ([], "9 documented, 0 stale, 0 missing, 0 edited, 0 composed")
    Path("q.py").write_text(SOURCE.replace("value * factor", "value + factor"), encoding="utf-8")
    listed, counts = status(capsys)
    assert sorted(listed) == [
        "stale function q.scale",
        "stale parameter q.scale.factor",
        "stale parameter q.scale.value",
        "stale returns q.scale",
    ]
    assert counts == "5 documented, 4 stale, 0 missing, 0 edited, 0 composed"
    project.run()
    assert status(capsys)[0] == []


def test_what_was_composed_is_told_apart(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.run(backend=Author(lambda prompt: "TODO"))
    listed, counts = status(capsys)
    assert "composed function q.scale" in listed
    assert counts.startswith("1 documented, 0 stale, 0 missing, 0 edited, ")


def test_what_todays_checks_reject_is_stale(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.run()
    with open_store(Path(".docgen/docgen.db").absolute()) as store:
        [kept] = [entry for entry in store.entries() if entry.subject == Subject(element="q.scale", kind="function")]
        said = kept.description.model_copy(update={"text": "Return the product of `value` and `weights`."})
        store.keep([kept._replace(description=said, checked="by older checks")])
    assert "stale function q.scale" in status(capsys)[0]


def test_everything_can_be_listed(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.run()
    assert "documented class q.Queue" in status(capsys, "--all")[0]


def test_a_program_reads_what_people_read(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.run()
    Path("q.py").write_text(SOURCE.replace("value * factor", "value + factor"), encoding="utf-8")
    listed, counts = status(capsys)
    assert main(["status", "q.py", "--model", "m", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert counts == ", ".join(f"{number} {state}" for state, number in told["counts"].items())
    assert told["coverage"] == 55.56
    assert sorted(listed) == sorted(
        f"{row['state']} {row['kind']} {row['element']}" + f".{row['part']}" * bool(row["part"])
        for row in told["descriptions"]
    )
    assert {(row["file"], row["lineno"]) for row in told["descriptions"]} == {("q.py", 9)}
    main(["status", "q.py", "--model", "m", "--output-format", "json", "--all"])
    assert len(json.loads(capsys.readouterr().out)["descriptions"]) == 9


def test_edited_text_is_published_and_told_stale_when_the_code_changes(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.run()
    for name, text in {"q.scale": "Mine.", "scale.factor": "My factor.", "scale.returns": "My product."}.items():
        assert main(["edit", name, "--text", text]) == 0
    capsys.readouterr()
    assert status(capsys)[1] == "5 documented, 1 stale, 0 missing, 3 edited, 0 composed"
    project.run()
    texts = {
        name: said.text for name in ("function q.scale", "factor", "returns q.scale") if (said := project.said(name))
    }
    assert texts == {"function q.scale": "Mine.", "factor": "My factor.", "returns q.scale": "My product."}
    Path("q.py").write_text(SOURCE.replace("value * factor", "value + factor"), encoding="utf-8")
    listed, _ = status(capsys)
    assert "stale function q.scale, edited" in listed
    project.run()
    said = project.said("function q.scale")
    assert said is not None
    assert said.text == "Mine."


def test_a_person_may_say_otherwise_than_the_docstring(project: Project) -> None:
    project.run()
    assert main(["edit", "q.Queue", "--text", "Mine."]) == 0
    project.run()
    said = project.said("class q.Queue")
    assert said is not None
    assert said.text == "Mine."


def test_the_editor_begins_with_what_stands_there(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project.run()
    editor = tmp_path / "editor.py"
    editor.write_text(
        "import sys, pathlib\np = pathlib.Path(sys.argv[1])\n"
        "assert p.read_text().startswith('Kept')\np.write_text('Written by hand.\\n')\n"
    )
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"{sys.executable} {editor}")
    assert main(["edit", "scale"]) == 0
    project.run("q.py")
    said = project.said("function q.scale")
    assert said is not None
    assert (said.text, said.provenance.source) == ("Written by hand.", "edited")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["scael", "--text", "X."], "nothing that is documented is called scael"),
        (["scale", "--text", " "], "nothing was written"),
        (["scale", "--text", "\udce4 x"], "nothing was written"),
    ],
)
def test_what_cannot_be_kept_is_a_wrong_command(
    project: Project, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    project.run()
    assert main(["edit", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_an_editor_that_fails_keeps_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project.run()
    monkeypatch.setenv("VISUAL", "false")
    assert main(["edit", "scale"]) == 2
    assert "nothing is kept" in capsys.readouterr().err


def test_an_ambiguous_name_is_answered_with_the_candidates(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("q.py").write_text(
        SOURCE + "\n\nclass Stack:\n    def put(self, item):\n        self.top = item\n", encoding="utf-8"
    )
    project.run()
    assert main(["edit", "put", "--text", "X."]) == 2
    assert "q.Queue.put, q.Stack.put" in capsys.readouterr().err
