"""What a build server uses: the limit of `docgen status`, the badge, the pre-commit hooks and the GitHub Action."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from docgen.annotations import annotation
from docgen.cli.main import main
from docgen.generate.status import Standing, count, coverage, shown
from docgen.records import Subject
from docgen.render.badge import badge

ROOT = Path(__file__).parents[2]
GOOD = '''"""Timers."""


def wait(seconds):
    """Wait for a while.

    Args:
        seconds: How long to wait.
    """
    sleep(seconds)
'''
WRONG = GOOD.replace("seconds: How", "minutes: How")
BARE = '"""Timers."""\n\n\ndef wait(seconds):\n    sleep(seconds)\n'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCGEN_ASK_ALL", "1")
    (tmp_path / "timers.py").write_text(GOOD, encoding="utf-8")
    return tmp_path


def test_too_little_coverage_makes_the_exit_code_1(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "timers.py", "--fail-under", "100"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "100 % of 3 descriptions are there and up to date"
    (project / "timers.py").write_text(BARE, encoding="utf-8")
    assert main(["status", "timers.py", "--fail-under", "90"]) == 1
    assert "error: 33.3 % is less than the 90 % asked for" in capsys.readouterr().err
    assert main(["status", "timers.py", "--fail-under", "33"]) == 0
    assert main(["status", "timers.py"]) == 0


def test_what_is_missing_is_shown_beside_the_code(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "timers.py").write_text(BARE, encoding="utf-8")
    assert main(["status", "timers.py", "--output-format", "github"]) == 0
    first, *counts = capsys.readouterr().out.splitlines()
    place = "file=timers.py,line=4,title=missing-description"
    assert first == f"::notice {place}::missing: function timers.wait, parameter timers.wait.seconds"
    assert main(["status", "timers.py"]) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == counts
    assert main(["status", "timers.py", "--output-format", "github", "--fail-under", "90"]) == 1
    assert capsys.readouterr().err == "::error title=coverage::33.3 %25 is less than the 90 %25 asked for\n"
    (project / "timers.py").write_text(GOOD, encoding="utf-8")
    assert main(["status", "timers.py", "--output-format", "github", "--all"]) == 0
    assert "::" not in capsys.readouterr().out


def test_a_name_cannot_become_another_command() -> None:
    shown_ = annotation("error", "a\r\n::stop-commands::%0A", title="b,c:d\n::x", file="e,line=1:\n::y.py", lineno=2)
    assert len(shown_.splitlines()) == 1
    properties, _, message = shown_.removeprefix("::error ").partition("::")
    assert dict(item.split("=", 1) for item in properties.split(",")) == {
        "file": "e%2Cline=1%3A%0A%3A%3Ay.py", "line": "2", "title": "b%2Cc%3Ad%0A%3A%3Ax",
    }  # fmt: skip
    assert message == "a%0D%0A::stop-commands::%250A"


@pytest.mark.parametrize("limit", ["101", "-1", "nan", "x"])
def test_a_limit_that_is_no_percentage_is_a_wrong_command(project: Path, limit: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["status", "timers.py", f"--fail-under={limit}"])
    assert caught.value.code == 2


def test_nearly_all_is_not_shown_as_all() -> None:
    subject = Subject(element="m", kind="module")
    counts = count([Standing(subject, "documented")] * 1999 + [Standing(subject, "stale")])
    assert shown(coverage(counts)) == "99.9 %"
    assert ">99%<" in badge("API docs", coverage(counts))
    assert coverage(count([])) == 100


def test_the_badge_is_an_image_of_the_coverage(project: Path) -> None:
    assert main(["status", "timers.py", "--badge", "out/coverage.svg"]) == 0
    image = ElementTree.parse(project / "out" / "coverage.svg").getroot()
    assert image.attrib["aria-label"] == "API docs: 100%"
    assert badge("<&", 12).count("&lt;&amp;") == 3


def hooks() -> dict[str, list[str]]:
    listed = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    return {hook["id"]: [*hook["entry"].split(), *hook.get("args", ())] for hook in listed}


def test_the_hooks_say_what_the_commands_say(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check, status = hooks()["docgen-check"], hooks()["docgen-status"]
    assert main([*check[1:], "timers.py"]) == 0
    assert main(status[1:]) == 0
    (project / "timers.py").write_text(WRONG, encoding="utf-8")
    assert main([*check[1:], "timers.py"]) == 1
    (project / "timers.py").write_text(BARE, encoding="utf-8")
    assert main(status[1:]) == 1


def steps() -> list[dict[str, object]]:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    return [step for step in action["runs"]["steps"] if "run" in step]


def run_step(project: Path, name: str, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run a step of the action as the runner does, with the docgen that is under test."""
    [step] = [step for step in steps() if str(step["name"]).startswith(name)]
    bin_ = project / "runner" / "docgen" / "bin"
    bin_.mkdir(parents=True, exist_ok=True)
    (bin_ / "docgen").write_text(f'#!/bin/sh\nexec {sys.executable} -m docgen "$@"\n', encoding="utf-8")
    (bin_ / "docgen").chmod(0o755)
    given = {f"DOCGEN_INPUT_{key}": value for key, value in inputs.items()}
    assert set(given) == set(step["env"])  # type: ignore[call-overload]
    environment = {
        **os.environ, **given, "RUNNER_TEMP": str(project / "runner"), "GITHUB_STEP_SUMMARY": str(project / "summary"),
    }  # fmt: skip
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", str(step["run"])]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)


needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")


@needs_bash
def test_the_action_annotates_what_contradicts_and_fails(project: Path) -> None:
    assert run_step(project, "Check", PATHS="timers.py\n", SELECT="", IGNORE="").returncode == 0
    (project / "timers.py").write_text(WRONG, encoding="utf-8")
    done = run_step(project, "Check", PATHS="timers.py\n", SELECT="contradicts", IGNORE="")
    assert done.returncode == 1
    assert re.match(r"::error file=timers\.py,line=\d+,title=unknown-parameter::", done.stdout)


@needs_bash
def test_the_action_fails_below_the_limit_and_writes_summary_and_badge(project: Path) -> None:
    (project / "timers.py").write_text(BARE, encoding="utf-8")
    done = run_step(project, "Measure", PATHS="timers.py", FAIL_UNDER="90", BADGE="badge.svg")
    assert done.returncode == 1
    assert "::notice file=timers.py,line=4," in done.stdout
    assert "33.3 % of 3" in (project / "summary").read_text(encoding="utf-8")
    assert (project / "badge.svg").is_file()


@needs_bash
def test_what_is_given_to_the_action_is_never_run_as_a_command(project: Path) -> None:
    given = "$(touch owned)\n`touch owned`\n; touch owned\n--version"
    assert run_step(project, "Check", PATHS=given, SELECT="$(touch owned)", IGNORE="").returncode == 2
    assert not (project / "owned").exists()
    for step in steps():
        assert "${{" not in str(step["run"]), "an expression in a script is pasted into it"


@pytest.fixture
def hook_repository(tmp_path: Path) -> Path:
    """A repository of hooks for pre-commit to clone: docgen's own list of them."""
    repository = tmp_path / "hooks"
    repository.mkdir()
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", repository)
    git(repository, "init", "--quiet")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "hooks")
    return repository


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_pre_commit_runs_the_hooks_and_stops_what_contradicts_the_code(
    project: Path, hook_repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks_ = [{"id": "docgen-check"}, {"id": "docgen-status", "args": ["--fail-under", "90", "timers.py"]}]
    # The docgen that is under test, where pre-commit would install the one of the repository.
    bin_ = project / "bin"
    bin_.mkdir()
    (bin_ / "docgen").write_text(f'#!/bin/sh\nexec {sys.executable} -m docgen "$@"\n', encoding="utf-8")
    (bin_ / "docgen").chmod(0o755)
    monkeypatch.setenv("PATH", f"{bin_}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PRE_COMMIT_HOME", str(project / "cache"))
    configuration = {
        "repos": [
            {
                "repo": str(hook_repository),
                "rev": git(hook_repository, "rev-parse", "HEAD"),
                "hooks": [{**hook, "language": "system"} for hook in hooks_],
            }
        ]
    }
    work = project / "work"
    work.mkdir()
    git(work, "init", "--quiet")
    (work / ".pre-commit-config.yaml").write_text(yaml.safe_dump(configuration), encoding="utf-8")
    said = {}
    for name, source in (("good", GOOD), ("wrong", WRONG), ("bare", BARE)):
        (work / "timers.py").write_text(source, encoding="utf-8")
        git(work, "add", ".")
        command = [sys.executable, "-m", "pre_commit", "run", "--color=never"]
        said[name] = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    assert said["good"].returncode == 0, said["good"].stdout + said["good"].stderr
    assert said["good"].stdout.count("Passed") == 2
    assert re.search(r"docgen check\.+Failed", said["wrong"].stdout)
    assert "timers.py:8: contradicts: `wait` has no parameter `minutes`" in said["wrong"].stdout
    assert re.search(r"docgen check\.+Passed", said["bare"].stdout)
    assert re.search(r"docgen status\.+Failed", said["bare"].stdout)
