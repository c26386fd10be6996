"""`docgen apply` prints a patch or writes docstrings, of what holds and is selected, and nothing else."""

from __future__ import annotations

import ast
import os
import subprocess
from pathlib import Path

import pytest

from docgen.cli.main import main
from tests.project import Author, Project

SOURCE = '''
class Queue:
    """Keeps items."""

    def put(self, item: int) -> None:
        self.items.append(item)


def scale(value, factor=2):
    return value * factor
'''
SCALED = '''def scale(value, factor=2):
    """Kept as given.

    Args:
        value: Kept as given.
        factor: Kept as given.

    Returns:
        Kept as given.
    """
    return value * factor
'''


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCGEN_ASK_ALL", "1")
    Path("q.py").write_text(SOURCE, encoding="utf-8")
    return Project()


def apply(*options: str) -> int:
    return main(["apply", "q.py", "--model", "m", *options])


def source() -> str:
    return Path("q.py").read_text(encoding="utf-8")


def git(*arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


def test_by_default_a_patch_is_printed_that_git_takes_and_nothing_changes(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.run()
    assert apply() == 0
    printed, said = capsys.readouterr()
    assert source() == SOURCE
    assert "3 docstrings in 1 file (--write" in said
    assert "\033" not in printed
    git("init", "-q")
    Path("p.patch").write_text(printed, encoding="utf-8")
    git("apply", "p.patch")
    assert SCALED in source()
    patched = source()
    Path("q.py").write_text(SOURCE, encoding="utf-8")
    assert apply("--write", "--force") == 0
    assert source() == patched


def test_written_once_there_is_nothing_to_write_again(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.run()
    assert apply("--write") == 0
    written = source()
    for mode in ("--missing-only", "--complete", "--replace"):
        assert apply("--write", mode) == 0
        assert source() == written
    capsys.readouterr()
    assert apply() == 0
    assert capsys.readouterr().out == ""


def test_a_run_afterwards_asks_about_nothing(project: Project) -> None:
    project.run()
    apply("--write")
    assert project.run() == []


def test_the_authors_docstring_is_left_completed_or_replaced(project: Project) -> None:
    Path("q.py").write_text(SOURCE.replace("return value", '"""Scale it."""\n    return value'), encoding="utf-8")
    project.run()
    assert main(["edit", "scale", "--text", "Mine."]) == 0
    apply("--write")
    assert '"""Scale it."""\n    return' in source()
    apply("--write", "--complete")
    assert '    """Scale it.\n\n    Args:\n        value: Kept as given.\n' in source()
    apply("--write", "--replace")
    assert '    """Mine.\n\n    Args:\n        value: Kept as given.\n' in source()
    assert '"""Keeps items."""' in source(), "nothing else is known of the class"
    replaced = source()
    apply("--write", "--replace")
    assert source() == replaced


def test_what_was_said_of_other_code_is_not_written(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.run()
    Path("q.py").write_text(SOURCE.replace("value * factor", "value + factor"), encoding="utf-8")
    apply("--write")
    assert "value + factor" in source()
    assert "Kept as given" not in source().partition("def scale")[2]
    assert "4 descriptions are stale" in capsys.readouterr().err


def test_a_composed_summary_is_written_only_where_it_is_asked_for(project: Project) -> None:
    Path("q.py").write_text("def wait(seconds):\n    while True:\n        pass\n", encoding="utf-8")
    project.run(backend=Author(lambda prompt: "TODO"))
    apply("--write")
    assert '"""' not in source()
    apply("--write", "--composed")
    assert '    """A function.' in source()


def test_one_element_can_be_selected(project: Project) -> None:
    project.run()
    assert apply("--write", "--only", "scale") == 0
    assert source() == SOURCE.replace("def scale(value, factor=2):\n    return value * factor\n", SCALED)
    assert apply("--only", "scael") == 2


def test_style_and_line_length_are_those_of_the_project(project: Project) -> None:
    Path("pyproject.toml").write_text(
        "[tool.ruff]\nline-length = 40\n[tool.ruff.lint.pydocstyle]\nconvention = 'numpy'\n", encoding="utf-8"
    )
    project.run()
    main(["edit", "scale.value", "--text", "Kept as given and given again as it was kept, on and on."])
    apply("--write")
    docstring = ast.get_docstring(ast.parse(source()).body[-1])  # type: ignore[arg-type]
    assert docstring is not None
    assert "Parameters\n----------\nvalue\n    Kept as given and given again as" in docstring
    Path("q.py").write_text(SOURCE, encoding="utf-8")
    apply("--write", "--style", "sphinx", "--line-length", "100")
    assert "    :param value: Kept as given and given again as it was kept, on and on.\n" in source()


def test_changes_that_git_does_not_have_are_not_written_over(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.run()
    git("init", "-q")
    assert apply("--write") == 1
    assert "not committed" in capsys.readouterr().err
    assert source() == SOURCE
    git("add", "q.py")
    git("commit", "-qm", "x")
    assert apply("--write") == 0
    assert SCALED in source()
    Path("q.py").write_text(SOURCE + "# more\n", encoding="utf-8")
    assert apply("--write") == 1
    assert apply("--write", "--force") == 0
    assert SCALED + "# more" in source()


def test_a_link_stays_a_link_and_permissions_stay(project: Project, tmp_path: Path) -> None:
    project.run()
    Path("real").mkdir()
    os.rename("q.py", "real/file.py")
    os.chmod("real/file.py", 0o755)
    os.symlink("real/file.py", "q.py")
    assert apply("--write") == 0
    assert Path("q.py").is_symlink()
    assert SCALED in Path("real/file.py").read_text(encoding="utf-8")
    assert os.stat("real/file.py").st_mode & 0o777 == 0o755


def test_a_file_that_cannot_be_read_does_not_keep_the_others_from_being_written(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.run()
    Path("broken.py").write_text("def (:\n", encoding="utf-8")
    assert main(["apply", ".", "--model", "m", "--write"]) == 1
    assert "broken.py" in capsys.readouterr().err
    assert SCALED in source()


def test_without_a_store_there_is_nothing_to_write(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert apply("--write") == 0
    assert source() == SOURCE
    assert not Path(".docgen").exists()
    assert "3 elements have no description" in capsys.readouterr().err
