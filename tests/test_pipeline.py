"""A run costs only what changed, and loses nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from docgen.records import Description, Provenance, Subject
from docgen.runlog.events import BackendChosen, Notice, RunFinished, SourceFailed, SourceRead
from docgen.store import Entry, Key, open_store

from .project import SAY, Author, Project

QUEUE = '''
class Queue:
    """Keeps items."""

    def put(self, item):
        self.items.append(item)

    def get(self):
        return self.items.pop(0)


def scale(value, factor=2):
    return value * factor
'''
ALL = ["q.Queue.put", "q.Queue.get", "q.Queue", "q.scale", "q"]
STORE = Path(".docgen/docgen.db")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    Path("q.py").write_text(QUEUE, encoding="utf-8")
    return Project()


def change(before: str, after: str, file: str = "q.py") -> None:
    text = Path(file).read_text(encoding="utf-8")
    assert before in text
    Path(file).write_text(text.replace(before, after), encoding="utf-8")


def different_each_time() -> Author:
    words = iter("written read found passed known shown made taken held used seen named stored set".split())
    return Author(lambda prompt: f"Kept as {next(words)}.")


def test_a_run_without_changes_asks_nothing_and_connects_to_nothing(project: Project) -> None:
    assert sorted(project.run()) == sorted(ALL)
    written = {path: path.read_bytes() for path in Path("out").rglob("*") if path.is_file()}
    assert project.run() == []
    assert not any(isinstance(event, BackendChosen) for event in project.events)
    assert {path: path.read_bytes() for path in Path("out").rglob("*") if path.is_file()} == written


def test_the_second_run_sums_up_as_the_first(project: Project) -> None:
    project.run()
    first = project.events[-1]
    project.run()
    second = project.events[-1]
    assert isinstance(first, RunFinished)
    assert isinstance(second, RunFinished)
    assert (second.elements, second.described, second.outcome) == (first.elements, first.described, "done")


def test_a_file_that_cannot_be_read_is_told_again_and_costs_no_reading_of_the_others(project: Project) -> None:
    Path("broken.py").write_text("x = (\n", encoding="utf-8")
    project.run()
    first = [event for event in project.events if isinstance(event, SourceFailed)]
    project.run()
    assert project.code == 1
    assert not any(isinstance(event, SourceRead) for event in project.events)
    [again] = [event for event in project.events if isinstance(event, SourceFailed)]
    assert [again.model_copy(update={"stamp": first[0].stamp})] == first
    assert isinstance(project.events[-1], RunFinished)
    assert project.events[-1].outcome == "problems"
    Path("broken.py").write_text("x = 1\n", encoding="utf-8")
    project.run()
    assert project.code == 0


def test_an_output_that_somebody_removed_or_changed_is_written_again_without_a_call(project: Project) -> None:
    project.run()
    page = Path("out/markdown/q.md")
    before = page.read_text(encoding="utf-8")
    page.unlink()
    Path("out/json/q.json").write_text("{", encoding="utf-8")
    assert project.run() == []
    assert page.read_text(encoding="utf-8") == before
    assert project.said("function q.scale") is not None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("return value * factor", "return value  *  factor  # twice"),
        ("\n\n\ndef scale", "\n# comment\ndef scale"),
        ("(self, item)", "(self,\n            item)"),
    ],
)
def test_formatting_and_comments_cost_nothing(project: Project, before: str, after: str) -> None:
    project.run()
    change(before, after)
    assert project.run() == []


def test_a_changed_method_alone_is_asked_about_if_what_is_said_of_it_stays(project: Project) -> None:
    project.run()
    change("pop(0)", "pop()")
    assert project.run() == ["q.Queue.get"]


def test_a_change_ripples_to_those_whose_text_is_made_from_the_changed_text_and_no_further(project: Project) -> None:
    project.run()
    change("pop(0)", "pop()")
    assert project.run(backend=different_each_time()) == ["q.Queue.get", "q.Queue"]
    assert project.run() == []


def test_a_changed_function_leaves_its_callers_alone(project: Project) -> None:
    Path("q.py").write_text("def a(x):\n    return x\n\n\ndef b(y):\n    return a(y)\n", encoding="utf-8")
    project.run()
    change("return x", "return x + 1")
    assert project.run() == ["q.a"]


def test_a_changed_default_is_asked_about(project: Project) -> None:
    project.run()
    change("factor=2", "factor=3")
    assert project.run() == ["q.scale"]


def test_a_private_method_is_part_of_its_class(project: Project) -> None:
    Path("q.py").write_text("class Queue:\n    def _grow(self):\n        self.n = 1\n", encoding="utf-8")
    project.run()
    change("self.n = 1", "self.n = max(2, 1)")
    assert "q.Queue" in project.run()


def test_what_was_said_of_another_version_of_the_code_comes_back_with_it(project: Project) -> None:
    project.run()
    change("pop(0)", "pop()")
    project.run()
    change("pop()", "pop(0)")
    assert project.run() == []


def test_another_model_or_other_templates_are_asked_and_the_first_come_back_free(
    project: Project, tmp_path: Path
) -> None:
    project.run()
    assert sorted(project.run(model="other")) == sorted(ALL)
    assert project.run() == []
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "system.j2").write_text("Write.", encoding="utf-8")
    assert sorted(project.run(prompts=tmp_path / "mine")) == sorted(ALL)
    assert project.run() == []


def test_a_template_that_was_changed_in_its_place_is_asked_again(project: Project, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "system.j2").write_text("Write.", encoding="utf-8")
    project.run(prompts=tmp_path / "mine")
    (tmp_path / "mine" / "system.j2").write_text("Write well.", encoding="utf-8")
    assert sorted(project.run(prompts=tmp_path / "mine")) == sorted(ALL)


def test_what_the_model_could_not_say_is_not_asked_for_again(project: Project) -> None:
    Path("q.py").write_text("class Queue:\n    def put(self, item):\n        self.item = item\n", encoding="utf-8")
    useless = Author(lambda prompt: "TODO")
    project.run(backend=useless)
    said = project.said("class q.Queue")
    assert said is not None
    assert said.provenance.source == "composed"
    assert project.run(backend=useless) == []
    change("self.item = item", "self.item = [item]")
    assert "q.Queue.put" in project.run(backend=useless)


def test_fresh_asks_again_about_everything(project: Project) -> None:
    project.run()
    assert sorted(project.run(fresh=True)) == sorted(ALL)
    assert project.run() == []


def test_only_limits_what_is_asked_and_keeps_the_rest(project: Project) -> None:
    project.run()
    change("pop(0)", "pop()")
    change("value * factor", "value * factor * 1")
    assert project.run(only=["scale"]) == ["q.scale"]
    assert project.said("function q.Queue.put") is not None
    assert project.said("function q.Queue.get") is None, "what is said of other code is not published"
    assert project.run() == ["q.Queue.get"]


@pytest.mark.parametrize("target", ["r.py", "package/q.py"])
def test_a_moved_module_keeps_its_texts(project: Project, target: str) -> None:
    project.run()
    Path(target).parent.mkdir(exist_ok=True)
    Path("q.py").rename(target)
    if "/" in target:
        Path("package/__init__.py").write_text('"""Queues."""\n', encoding="utf-8")
    asked = project.run()
    assert [name for name in asked if name != "package"] == []


def test_a_renamed_function_and_a_renamed_class_keep_their_texts(project: Project) -> None:
    project.run(backend=different_each_time())
    put, scaled = project.said("function q.Queue.put"), project.said("function q.scale")
    change("class Queue", "class Buffer")
    change("def scale", "def multiply")
    assert set(project.run()) <= {"q"}
    assert project.said("function q.Buffer.put") == put
    assert project.said("function q.multiply") == scaled


def test_a_copy_is_no_move(project: Project) -> None:
    project.run()
    change("def scale", "def multiply(value, factor=2):\n    return value * factor\n\n\ndef scale")
    assert "q.multiply" in project.run()


def test_a_text_that_names_what_was_renamed_is_asked_for_again(project: Project) -> None:
    project.run(backend=Author(lambda prompt: "Counts the entries and calls `scale` with their sum."))
    change("def scale", "def multiply")
    assert "q.multiply" in project.run()


def replace_what_is_kept_of_scale(text: str, checked: str | None = "by older checks") -> None:
    with open_store(STORE.absolute()) as store:
        [kept] = [entry for entry in store.entries() if entry.subject == Subject(element="q.scale", kind="function")]
        said = kept.description.model_copy(update={"text": text, "verdict": "faithful"})
        store.keep([kept._replace(description=said, checked=kept.checked if checked is None else checked)])


def test_a_text_that_todays_checks_reject_is_not_published_but_asked_for_again(project: Project) -> None:
    project.run()
    replace_what_is_kept_of_scale("Return the product of `value` and `weights`.")
    assert project.run() == ["q.scale"]
    said = project.said("function q.scale")
    assert said is not None
    assert said.text == SAY


def test_a_text_that_todays_checks_pass_costs_no_call(project: Project) -> None:
    project.run()
    replace_what_is_kept_of_scale("Return `value` times `factor`.")
    assert project.run() == ["q"], "the module's text is made from its functions' texts"
    said = project.said("function q.scale")
    assert said is not None
    assert said.text == "Return `value` times `factor`."


def test_a_text_that_names_what_is_gone_from_its_module_is_asked_for_again(project: Project) -> None:
    change("def scale", "LIMIT = 9\n\n\ndef scale")
    project.run()
    replace_what_is_kept_of_scale("Return `value` times `factor`, like `LIMIT`.", checked=None)
    assert "q.scale" not in project.run()
    change("LIMIT = 9", "BOUND = 9")
    assert "q.scale" in project.run()


def test_a_changed_docstring_of_ones_own_is_evidence_for_the_other_texts_of_its_element(project: Project) -> None:
    change("def scale(value, factor=2):", 'def scale(value, factor=2):\n    """Scale it."""')
    project.run()
    change("Scale it.", "Scale the value.")
    assert project.run() == ["q.scale", "q"], "its parameters, and the module, which shows its first sentence"
    change("Scale the value.", "Scale the\n    value.")
    assert project.run() == []


def edit(code: str, text: str, element: str = "q.scale") -> None:
    said = Description(text=text, provenance=Provenance(source="edited"))
    with open_store(STORE.absolute()) as store:
        store.keep([Entry(Subject(element=element, kind="function"), Key(code), said, "q.py")])


def test_what_a_person_wrote_is_never_overwritten(project: Project) -> None:
    project.run()
    edit("whatever", "Mine.")
    assert project.run() == ["q"], "the module's text is made from its functions' texts"
    for step in (
        lambda: change("value * factor", "value * factor * 1"),
        lambda: project.run(fresh=True),
        lambda: project.run(model="other"),
        lambda: change("def scale(value, factor=2):", 'def scale(value, factor=2):\n    """Scale."""'),
    ):
        step()
        project.run()
        said = project.said("function q.scale")
        assert said is not None
        assert (said.text, said.provenance.source) == ("Mine.", "edited")


def test_what_a_person_wrote_follows_a_renamed_function_for_good(project: Project) -> None:
    project.run()
    edit(code_of_scale(), "Mine.")
    change("def scale", "def multiply")
    project.run()
    change("value * factor", "value * factor * 1")
    change("def multiply", "def scale():\n    return 1\n\n\ndef multiply")
    project.run()
    said = project.said("function q.multiply")
    assert said is not None
    assert said.text == "Mine."


def code_of_scale() -> str:
    with open_store(STORE.absolute()) as store:
        return next(entry.key.body for entry in store.entries() if entry.subject.element == "q.scale")


def test_a_lost_store_is_begun_again_from_what_was_published(project: Project) -> None:
    project.run()
    edit("whatever", "Mine.")
    assert project.run() == ["q"]
    shutil.rmtree(".docgen")
    assert project.run() == []
    said = project.said("function q.scale")
    assert said is not None
    assert said.text == "Mine."
    shutil.rmtree(".docgen")
    change("pop(0)", "pop()")
    assert project.run() == ["q.Queue.get"]


def test_a_damaged_store_is_set_aside_with_a_warning_and_costs_no_call(project: Project) -> None:
    project.run()
    STORE.write_bytes(b"\0" * 10_000)
    assert project.run() == []
    warnings = [event.message for event in project.events if isinstance(event, Notice) and event.level == "warning"]
    assert len(warnings) == 1
    assert "damaged" in warnings[0]


def test_two_files_that_claim_one_module_name_do_not_share_edited_text(project: Project) -> None:
    project.run()
    edit("whatever", "Mine.")
    Path("elsewhere").mkdir()
    shutil.copy("q.py", "elsewhere/q.py")
    project.run("elsewhere/q.py")
    said = project.said("function q.scale")
    assert said is None or said.text != "Mine."


def test_source_that_changes_during_a_run_is_documented_as_it_was_read_and_stale_next_time(project: Project) -> None:
    def say(prompt: str) -> str:
        if "pop(0)" in Path("q.py").read_text(encoding="utf-8"):
            change("pop(0)", "popleft()")
        return SAY

    author = Author(say)
    project.run(backend=author)
    assert all("popleft" not in prompt for prompt in author.prompts)
    assert '"hash"' in Path("out/json/q.json").read_text(encoding="utf-8")
    assert project.run() == ["q.Queue.get"]
