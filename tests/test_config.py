from pathlib import Path

import pytest

from docgen.config import load_settings
from docgen.errors import UsageError


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with settings, and the current folder below it."""
    (tmp_path / "pyproject.toml").write_text('[tool.docgen]\nmodel = "from-project"\njobs = 3\nseed = 5\n')
    below = tmp_path / "src" / "deep"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    for name in ("DOCGEN_MODEL", "DOCGEN_JOBS", "DOCGEN_SEED"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_flags_come_before_the_environment_and_that_before_the_project(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCGEN_MODEL", "from-environment")
    monkeypatch.setenv("DOCGEN_JOBS", "2")
    settings = load_settings({"model": "from-flag", "jobs": None})
    assert (settings.model, settings.jobs, settings.seed) == ("from-flag", 2, 5)


@pytest.mark.parametrize("written", ['"http://a, http://b"', '["http://a", "http://b"]'])
def test_hosts_are_a_list_or_names_with_commas(project: Path, written: str) -> None:
    (project / "pyproject.toml").write_text(f"[tool.docgen]\nhost = {written}\n")
    assert load_settings({}).host == ("http://a", "http://b")


def test_hosts_come_from_the_environment_and_from_flags(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCGEN_HOST", "http://a,http://b")
    assert load_settings({}).host == ("http://a", "http://b")
    assert load_settings({"host": ["http://c", "http://d,http://e"]}).host == ("http://c", "http://d", "http://e")


def test_how_many_calls_are_made_at_once_is_found_out_unless_it_is_said(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_settings({}).jobs == 3
    assert load_settings({"jobs": "auto"}).jobs is None
    monkeypatch.setenv("DOCGEN_JOBS", "auto")
    assert load_settings({}).jobs is None
    with pytest.raises(UsageError, match="jobs"):
        load_settings({"jobs": "many"})


def test_a_setting_that_does_not_exist_is_named(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.docgen]\nmodle = 'x'\n")
    with pytest.raises(UsageError, match="modle"):
        load_settings({})


def test_a_value_that_makes_no_sense_is_named(project: Path) -> None:
    with pytest.raises(UsageError, match="jobs"):
        load_settings({"jobs": 0})


@pytest.mark.parametrize("address", ["docs.example.org", "ftp://docs.example.org", "https://a b", "https://a/)b"])
def test_an_address_that_no_link_can_lead_to_is_refused(project: Path, address: str) -> None:
    with pytest.raises(UsageError, match="site_url"):
        load_settings({"site_url": address})


def test_a_broken_pyproject_is_named(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.docgen\n")
    with pytest.raises(UsageError, match="cannot be read"):
        load_settings({})
