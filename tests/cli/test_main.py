import json
import subprocess
import sys
from pathlib import Path

import pytest

from docgen.cli.main import main, make_parser
from docgen.config import load_settings

HEAVY = ("libcst", "pydantic", "rich", "jinja2", "httpx", "ollama", "xllamacpp", "torch", "tensordict", "asyncio")


def run(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "docgen", *arguments], cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize("code", ["import docgen", "import docgen.cli.main as m; m.make_parser().format_help()"])
def test_nothing_heavy_is_loaded_before_it_is_needed(code: str) -> None:
    listing = f"import sys; {code}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True).stdout.split()
    assert not set(HEAVY) & set(loaded)


def test_no_part_of_docgen_loads_torch() -> None:
    code = (
        "import pkgutil, sys, importlib, docgen\n"
        "for module in pkgutil.walk_packages(docgen.__path__, 'docgen.'):\n"
        "    if not module.name.endswith(('__main__', '.worker')): importlib.import_module(module.name)\n"
        "print('torch' in sys.modules or 'tensordict' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


@pytest.mark.parametrize("flags", [["--format", "md,html"], ["--format", "md", "--format", "html"]])
def test_formats_are_named_by_commas_or_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    options = make_parser().parse_args(["run", ".", *flags])
    assert load_settings(vars(options)).formats == ("md", "html")


def test_a_wrong_command_exits_with_2_and_says_what_to_do(tmp_path: Path) -> None:
    result = run("extract", "nonexistent.py", cwd=tmp_path)
    assert result.returncode == 2
    assert result.stderr.startswith("error: nonexistent.py")
    assert "hint:" in result.stderr
    assert "Traceback" not in result.stderr


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    result = run("--debug", "extract", "nonexistent.py", cwd=tmp_path)
    assert "Traceback" in result.stderr


def test_extract_reads_all_that_can_be_read_and_names_the_rest(tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text("def f(x): ...\n", encoding="utf-8")
    (tmp_path / "bad.py").write_text("def f(:\n", encoding="utf-8")
    result = run("extract", ".", "--format", "flat", cwd=tmp_path)
    assert result.returncode == 1
    assert [entry["function_name"] for entry in json.loads(result.stdout)] == ["f"]
    [line] = result.stderr.splitlines()
    assert line.startswith("error: bad.py:1:6: ")


def test_extract_writes_to_a_file(tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text("def f(x): ...\n", encoding="utf-8")
    assert run("extract", "good.py", "-o", "api.json", cwd=tmp_path).returncode == 0
    [module] = json.loads((tmp_path / "api.json").read_text(encoding="utf-8"))
    assert module["path"] == "good"


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text("def f(x): ...\n" * 3000, encoding="utf-8")
    command = f"{sys.executable} -m docgen extract good.py | head -c 10"
    result = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.stderr == ""


def test_a_file_name_cannot_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["extract", "\x1b[31mred.py"]) == 2
    assert "\x1b" not in capsys.readouterr().err


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["$id"].startswith("urn:docgen:")
