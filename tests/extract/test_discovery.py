from __future__ import annotations

from pathlib import Path

import pytest

from docgen.errors import UsageError
from docgen.extract import find_sources
from docgen.extract.installed import find_module, search_path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in (
        "src/pkg/__init__.py", "src/pkg/core.py", "src/pkg/sub/__init__.py", "src/pkg/sub/deep.py",
        "src/space/inner/__init__.py", "src/space/inner/mod.py", "src/pkg/test_core.py", "tests/test_all.py",
        "tests/conftest.py", "scripts/run.py", "build/lib/pkg/core.py", ".venv/pyvenv.cfg", ".venv/lib/x.py",
        "env/pyvenv.cfg", "env/y.py", "node_modules/z.py", "src/pkg/__pycache__/core.py", "gen/out.py", "gen/keep.py",
        "src/pkg/local.py", ".git/hook.py",
    ):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    (tmp_path / ".gitignore").write_text("gen/*\n!gen/keep.py\n")
    (tmp_path / "src/pkg/.gitignore").write_text("/local.py\n")
    return tmp_path


def _shown(targets: list[str], cwd: Path, **options: object) -> list[str]:
    return [source.display for source in find_sources(targets, cwd=cwd, **options)]  # type: ignore[arg-type]


def test_a_folder_gives_its_sources_without_tests_builds_environments_and_what_git_ignores(project: Path) -> None:
    assert _shown(["."], project) == [
        "gen/keep.py", "scripts/run.py", "src/pkg/__init__.py", "src/pkg/core.py", "src/pkg/sub/__init__.py",
        "src/pkg/sub/deep.py", "src/space/inner/__init__.py", "src/space/inner/mod.py",
    ]  # fmt: skip


def test_tests_and_ignored_files_are_read_when_they_are_named(project: Path) -> None:
    assert _shown(["tests"], project) == ["tests/conftest.py", "tests/test_all.py"]
    assert _shown(["src/pkg/test_core.py", "gen/out.py"], project) == ["src/pkg/test_core.py", "gen/out.py"]
    assert _shown(["gen"], project) == ["gen/keep.py"]
    assert "src/pkg/test_core.py" in _shown(["."], project, include_tests=True)


def test_rules_of_the_repository_hold_for_a_folder_inside_of_it(project: Path) -> None:
    (project / ".gitignore").write_text("deep.py\n")
    assert _shown(["src/pkg/sub"], project) == ["src/pkg/sub/__init__.py"]


def test_excluded_patterns_are_left_out(project: Path) -> None:
    assert _shown(["src"], project, exclude=["src/pkg/**", "mod.py"]) == ["src/space/inner/__init__.py"]


def test_module_names_follow_packages_src_and_namespaces(project: Path) -> None:
    sources = find_sources(["src", "scripts"], cwd=project)
    assert {source.display: source.module for source in sources} == {
        "src/pkg/__init__.py": "pkg",
        "src/pkg/core.py": "pkg.core",
        "src/pkg/sub/__init__.py": "pkg.sub",
        "src/pkg/sub/deep.py": "pkg.sub.deep",
        "src/space/inner/__init__.py": "space.inner",
        "src/space/inner/mod.py": "space.inner.mod",
        "scripts/run.py": "run",
    }
    assert [source.module for source in sources if source.is_package] == ["pkg", "pkg.sub", "space.inner"]


def test_scripts_of_the_same_name_keep_distinct_modules(project: Path) -> None:
    (project / "other").mkdir()
    (project / "other/run.py").write_text("")
    assert [source.module for source in find_sources(["scripts", "other"], cwd=project)] == ["scripts.run", "other.run"]


def test_a_bare_name_that_is_found_once_below_is_taken_and_said(project: Path) -> None:
    [source] = find_sources(["deep.py"], cwd=project)
    assert source.display == "src/pkg/sub/deep.py"
    assert source.display in source.notice


def test_a_bare_name_that_is_found_twice_is_refused_with_both(project: Path) -> None:
    (project / "src/space/deep.py").write_text("")
    with pytest.raises(UsageError, match=r"src/pkg/sub/deep\.py, src/space/deep\.py"):
        find_sources(["deep.py"], cwd=project)


@pytest.mark.parametrize(("target", "near"), [("srcc", "src"), ("src/pkg/cor.py", "src/pkg/core.py"), ("dep.py", "deep.py"), ("jsonn", "json")])  # fmt: skip  # noqa: E501
def test_a_target_that_does_not_exist_is_refused_with_near_names(project: Path, target: str, near: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_sources([target], cwd=project)
    assert near in caught.value.hint


def test_a_folder_without_python_is_refused(project: Path) -> None:
    (project / "empty").mkdir()
    with pytest.raises(UsageError, match="no Python files"):
        find_sources(["empty"], cwd=project)


def test_symbolic_link_loops_end_and_no_file_comes_twice(project: Path) -> None:
    (project / "src/pkg/sub/loop").symlink_to(project / "src")
    (project / "src/pkg/again.py").symlink_to(project / "src/pkg/core.py")
    sources = find_sources(["src", "src/pkg/core.py"], cwd=project)
    assert len({source.path.resolve() for source in sources}) == len(sources) == 6


def test_installed_modules_are_found_by_name_without_an_import(project: Path) -> None:
    [decoder] = find_sources(["json.decoder"], cwd=project)
    assert decoder.module == "json.decoder"
    assert find_sources(["json"], cwd=project)[0].module == "json"
    with pytest.raises(UsageError, match="compiled"):
        find_sources(["sys"], cwd=project)


def test_an_active_virtual_environment_comes_first(tmp_path: Path) -> None:
    package = tmp_path / "lib/python3.12/site-packages/json/__init__.py"
    package.parent.mkdir(parents=True)
    package.write_text("raise SystemExit('imported')")
    folders = search_path({"VIRTUAL_ENV": str(tmp_path)})
    assert find_module("json", folders) == package.parent
    assert find_module("json.nothing", folders[:1]) is None
