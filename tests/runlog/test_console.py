from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from docgen.records import Description, Provenance
from docgen.runlog.console import ConsoleSink
from docgen.runlog.events import Described, Event, RunFinished, Stamp
from docgen.visible import visible

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def on_a_pipe(events: list[Event], **options: object) -> str:
    stream = io.StringIO()
    sink = ConsoleSink(stream, **options)  # type: ignore[arg-type]
    for event in events:
        sink(event)
    sink.close()
    return stream.getvalue()


def on_a_terminal(events: list[Event], no_color: bool = False, **options: object) -> str:
    stream = io.StringIO()
    console = Console(
        file=stream, force_terminal=True, width=100, markup=False, emoji=False, highlight=False, no_color=no_color,
        color_system="truecolor", _environ={"TERM": "xterm"},
    )  # fmt: skip
    sink = ConsoleSink(console=console, **options)  # type: ignore[arg-type]
    for event in events:
        sink(event)
    sink.close()
    return stream.getvalue()


def test_a_pipe_gets_plain_timestamped_lines_without_ansi_or_bar(story: list[Event]) -> None:
    text = on_a_pipe(story, verbosity="verbose")
    assert "\x1b" not in text
    assert "━" not in text
    assert "2026-11-22 13:15:05 parameter frames.shift.by (model): How many steps.\n" in text
    assert all(re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d |    |$", line) for line in text.split("\n"))


def test_a_terminal_gets_colours_and_a_progress_bar(story: list[Event]) -> None:
    text = on_a_terminal(story)
    assert "\x1b[1;36mfunction" in text
    assert "━" in text
    assert "2/6" in ANSI.sub("", text)


def test_a_terminal_and_a_pipe_tell_the_same(story: list[Event]) -> None:
    shown = ANSI.sub("", on_a_terminal(story, verbosity="verbose", progress=False))
    words = set(on_a_pipe(story, verbosity="verbose").replace(":", " ").replace("(", " ").replace(")", " ").split())
    told = set(shown.replace(":", " ").replace("(", " ").replace(")", " ").split())
    assert {word for word in words - told if not word.startswith("2026-")} == set()


def test_no_color_leaves_no_colour(story: list[Event]) -> None:
    text = on_a_terminal(story, no_color=True, progress=False)
    assert not re.search(r"\x1b\[(?:[0-9;]*;)?[349]\d", text)


def test_no_color_in_the_environment_is_heeded(monkeypatch: pytest.MonkeyPatch, story: list[Event]) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm-256color")
    coloured, bare = Terminal(), Terminal()
    monkeypatch.delenv("NO_COLOR", raising=False)
    ConsoleSink(coloured)(story[3])
    monkeypatch.setenv("NO_COLOR", "1")
    ConsoleSink(bare)(story[3])
    assert "\x1b[1;31m" in coloured.getvalue()
    assert not re.search(r"\x1b\[(?:[0-9;]*;)?[349]\d", bare.getvalue())


def test_brackets_and_emoji_codes_are_text_and_escapes_are_shown(story: list[Event]) -> None:
    for text in (on_a_pipe(story), ANSI.sub("", on_a_terminal(story))):
        assert r"[/blue] list[int] \x1b[31mred\x1b[0m \u202egnp.exe *args :smile:" in " ".join(text.split())


@given(st.text())
def test_no_text_makes_the_console_raise_or_sends_an_escape(text: str) -> None:

    description = Description(text=text, provenance=Provenance(source="model"))
    stamp = Stamp(at=datetime.now(), elapsed=0.0)
    out = on_a_pipe([Described(stamp=stamp, kind="function", name=text, description=description)])
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", out)


def test_quiet_shows_failures_and_the_summary_of_a_run_with_problems_alone(story: list[Event]) -> None:
    text = on_a_pipe(story, verbosity="quiet")
    assert "bad.py:3:7: expected ':'" in text
    assert "frames.Frame.read (failed): No answer within 600 s. Try --timeout 1200." in text
    assert "How many steps" not in text
    assert "trying again" not in text


def test_quiet_says_nothing_of_a_run_that_went_well(story: list[Event]) -> None:
    good = [event for event in story if event.event in ("planned", "described", "call-finished", "file-written")]
    end = story[-1].model_copy(update={"outcome": "done"})
    assert on_a_pipe([*good, end], verbosity="quiet") == ""


def test_verbose_alone_shows_calls_and_findings(story: list[Event]) -> None:
    assert "wrong-default" in on_a_pipe(story, verbosity="verbose")
    assert "812 tokens in (600 cached), 57 out" in on_a_pipe(story, verbosity="verbose")
    assert "wrong-default" not in on_a_pipe(story)
    assert "812" not in on_a_pipe(story)


def test_the_seconds_of_a_call_stand_at_the_first_description_that_it_gave(story: list[Event]) -> None:
    text = on_a_pipe(story)
    assert "function frames.shift (model, 2.6 s): Shift" in text
    assert "parameter frames.shift.by (model): How" in text


def test_the_summary_has_the_figures_and_folders_instead_of_hundreds_of_files(story: list[Event]) -> None:
    pages = [story[-2].model_copy(update={"path": f"out/markdown/m{number}.md"}) for number in range(300)]
    text = on_a_pipe([*story[:-1], *pages, story[-1]])
    assert "elapsed: 44 min 03 s" in text
    assert "descriptions: 120 (12 source, 100 model, 8 composed)" in text
    assert "tokens: 12,345 in (10,000 cached), 3,950 out, 1.5 a second" in text
    assert "written: out/markdown/ (302 files)" in text
    assert text.count("written:") == 2


def test_a_stream_that_cannot_spell_a_character_gets_an_escape(describe: Callable[..., Described]) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    ConsoleSink(stream)(describe("m.f", "Größe – 数"))
    assert rb"Gr\xf6\xdfe \u2013 \u6570" in raw.getvalue()


def test_more_descriptions_than_planned_do_not_overrun_the_bar(story: list[Event]) -> None:
    text = on_a_terminal([*story, *story[8:12]])
    assert "7/6" not in text


def test_a_download_is_a_bar_on_a_terminal_and_a_line_for_every_tenth_elsewhere() -> None:
    stream = io.StringIO()
    sink = ConsoleSink(stream)
    for done in range(0, 1001, 7):
        sink.download(min(done * 1_000_000, 1_000_000_000), 1_000_000_000)
    sink.download(1_000_000_000, 1_000_000_000)
    lines = stream.getvalue().splitlines()
    assert lines[-1] == "fetching the model: 1,000 of 1,000 MB"
    assert len(lines) == 11
    screen = io.StringIO()
    shown = ConsoleSink(console=Console(file=screen, force_terminal=True, width=100, _environ={"TERM": "xterm"}))
    shown.download(500_000_000, 1_000_000_000)
    shown.close()
    assert "fetching the model" in screen.getvalue()
    assert "━" in screen.getvalue()


def test_no_summary_has_a_negative_or_infinite_figure(story: list[Event]) -> None:
    end = story[-1]
    assert isinstance(end, RunFinished)
    text = on_a_pipe([end.model_copy(update={"seconds": 0.0})])
    assert "elapsed: 0.0 s" in text
    assert "0.0 a second" in text


def test_visible_keeps_ordinary_text_of_any_script() -> None:
    text = "a\tb\n日本語 עברית 👨‍👩‍👧 é –"
    assert visible(text) == text
