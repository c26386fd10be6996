"""How many changes of code under an unchanged docstring `docgen check` notices.

`python -m tests.benchmarks.bench_mutations [TARGET…]` changes every function of the targets whose docstring speaks of
what is changed, one kind of change at a time, and prints how many of them bring a new contradiction.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from docgen.errors import DocgenError
from docgen.evidence.ancestry import Library
from docgen.evidence.docstrings import Entry, read_entries
from docgen.extract import SourceFile, find_sources, parse_module, read_modules
from docgen.records import Module
from docgen.verify.conditions import claims, comparison
from docgen.verify.docstrings import check_module
from docgen.verify.docstrings.wrappers import Wrappers, wrappers_in
from docgen.verify.exceptions import ExceptionIndex

DEFAULT_TARGETS = ["rich", "httpx", "libcst", "pydantic", "hypothesis", "platformdirs", "tenacity", "docstring_parser"]

_IN_PROSE = re.compile(r"[Rr]aises? (?:an? )?`*(\w+(?:Error|Exception))`* (?:if|when)\b")
Definition = ast.FunctionDef | ast.AsyncFunctionDef


class Edit(NamedTuple):
    """A stretch of bytes of a file and what takes its place."""

    start: int
    end: int
    text: str


class Source:
    """A file's text, addressed as the parser does, by line and byte."""

    def __init__(self, text: str) -> None:
        self.raw = text.encode()
        self.starts = [0]
        for line in self.raw.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def edit(self, node: ast.AST, text: str, end: ast.AST | None = None) -> Edit:
        """Return the edit that puts a text in a node's place."""
        last = end or node
        start = self.starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        return Edit(start, self.starts[last.end_lineno - 1] + last.end_col_offset, text)  # type: ignore[attr-defined]

    def segment(self, node: ast.expr) -> str:
        """Return a node's source."""
        edit = self.edit(node, "")
        return self.raw[edit.start : edit.end].decode()


Mutate = Callable[[Source, Definition, tuple[Entry, ...]], list[Edit]]


def swapped_default(source: Source, node: Definition, entries: tuple[Entry, ...]) -> list[Edit]:
    """Change the literal defaults whose value the docstring states."""
    arguments = [*node.args.posonlyargs, *node.args.args]
    pairs = list(zip(arguments[::-1], node.args.defaults[::-1], strict=False))
    pairs += [(a, d) for a, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if d is not None]
    said = {name: f"{entry.type} {entry.text}".lower() for entry in entries for name in entry.names}
    edits = []
    for argument, default in pairs:
        value = default.value if isinstance(default, ast.Constant) else None
        if (
            value is None
            or value is ...
            or value == ""
            or f"default {str(value).lower()}" not in _plain(said.get(argument.arg, ""))
        ):
            continue
        other = repr(not value) if isinstance(value, bool) else _other(value)
        edits.append(source.edit(default, other))
    return edits


def _plain(text: str) -> str:
    for before in ("defaults to ", "default is ", "default: ", "default=", "default to ", "default value is "):
        text = text.replace(before, "default ")
    return text.replace("`", "").replace('"', "").replace("'", "")


def _other(value: object) -> str:
    if isinstance(value, str):
        return repr(f"other_{value}")
    return repr(value + 1) if isinstance(value, int | float) else repr(value)


def removed_return(source: Source, node: Definition, entries: tuple[Entry, ...]) -> list[Edit]:
    """Forget the word `return`, everywhere in a function whose docstring says what it returns."""
    said = [entry for entry in entries if entry.kind == "returns" and (entry.text or entry.type)]
    if not said or any("none" in f"{entry.type} {entry.text}".lower() for entry in said):
        return []
    values = [inner for inner in _own(node) if isinstance(inner, ast.Return) and inner.value is not None]
    return (
        []
        if any(isinstance(n, ast.Yield | ast.YieldFrom) for n in _own(node))
        else [source.edit(v, f"({source.segment(v.value)})") for v in values if v.value]
    )


def renamed_parameter(source: Source, node: Definition, entries: tuple[Entry, ...]) -> list[Edit]:
    """Give the first documented parameter another name, in the signature and in the body."""
    documented = {name for entry in entries if entry.kind == "parameter" for name in entry.names}
    if node.args.vararg or node.args.kwarg:
        return []
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    chosen = next((argument for argument in arguments if argument.arg in documented), None)
    if chosen is None:
        return []
    name = f"{chosen.arg}_renamed"
    edits = [
        source.edit(inner, name) for inner in ast.walk(node) if isinstance(inner, ast.Name) and inner.id == chosen.arg
    ]
    header = source.edit(chosen, name)
    return [*edits, Edit(header.start, header.start + len(chosen.arg.encode()), name)]


def another_exception(source: Source, node: Definition, entries: tuple[Entry, ...]) -> list[Edit]:
    """Raise something else than the docstring says."""
    said = {name for entry in entries if entry.kind == "raises" for name in entry.names}
    documented = {name.rpartition(".")[2] for name in said or _IN_PROSE.findall(ast.get_docstring(node) or "")}
    edits = []
    for inner in _own(node):
        if isinstance(inner, ast.Raise) and inner.exc is not None:
            raised = inner.exc.func if isinstance(inner.exc, ast.Call) else inner.exc
            if source.segment(raised).rpartition(".")[2] in documented:
                edits.append(source.edit(raised, "ZeroDivisionError"))
    return edits


def stated_condition(source: Source, node: Definition, entries: tuple[Entry, ...]) -> list[Edit]:
    """Negate the tests under which an exception is raised that the docstring states in the same terms."""
    stated = {claim for entry in entries if entry.kind == "raises" for claim in claims(entry.text)}
    tests = [inner.test for inner in _own(node) if isinstance(inner, ast.If) and isinstance(inner.body[0], ast.Raise)]
    return [
        source.edit(test, f"not ({source.segment(test)})") for test in tests if comparison(ast.unparse(test)) in stated
    ]


def inverted_condition(source: Source, node: Definition, entries: tuple[Entry, ...]) -> list[Edit]:
    """Negate the test of the first `if`; no signature and no return shows it."""
    tests = [inner.test for inner in _own(node) if isinstance(inner, ast.If)]
    return [source.edit(tests[0], f"not ({source.segment(tests[0])})")] if tests and entries else []


KINDS: dict[str, Mutate] = {
    "swapped default": swapped_default,
    "removed return": removed_return,
    "renamed parameter": renamed_parameter,
    "another exception": another_exception,
    "stated condition": stated_condition,
    "inverted condition": inverted_condition,
}
VISIBLE = tuple(kind for kind in KINDS if kind != "inverted condition")


def main(targets: list[str]) -> None:
    """Print for each kind of change how many there were and how many were noticed."""
    files = find_sources(targets, cwd=Path.cwd())
    by_path = {file.display: file for file in files}
    modules = [module for module in read_modules(files) if isinstance(module, Module)]
    library, exceptions, wrappers = Library(modules), ExceptionIndex(modules), wrappers_in(modules)
    made: Counter[str] = Counter()
    noticed: Counter[str] = Counter()
    for module in modules:
        before = contradictions(module, library, exceptions, wrappers)
        for kind in KINDS:
            for lineno, found in changed(
                module, by_path[module.filepath], KINDS[kind], library, exceptions, wrappers, before
            ):
                made[kind] += 1
                noticed[kind] += found
                if not found and kind in VISIBLE and "--show" in sys.argv:
                    print(f"{module.filepath}:{lineno}: {kind}")
    for kind in KINDS:
        print(f"{kind:<20}{noticed[kind]:>5} of {made[kind]:<5}")
    total = sum(made[kind] for kind in VISIBLE)
    share = sum(noticed[kind] for kind in VISIBLE) / total if total else 1.0
    print(f"{'visible ones':<20}{share:>6.1%}")


def changed(
    module: Module,
    file: SourceFile,
    mutate: Mutate,
    library: Library,
    exceptions: ExceptionIndex,
    wrappers: Wrappers,
    before: set[tuple[int, str]],
) -> Iterator[tuple[int, bool]]:
    """Change all functions of a module that can be, and yield each one's line and whether that was noticed."""
    source = Source(module.source)
    if source.raw.decode() != module.source or "\f" in module.source:
        return
    edits: dict[int, list[Edit]] = {}
    taken: list[tuple[int, int]] = []
    for node in ast.walk(ast.parse(module.source)):
        if isinstance(node, Definition) and (docstring := ast.get_docstring(node)):
            own = mutate(source, node, read_entries(docstring))
            place = (node.lineno, node.end_lineno or node.lineno)
            if own and not any(start <= place[0] <= end for start, end in taken):
                edits[min([node.lineno, *(d.lineno for d in node.decorator_list)])] = own
                taken.append(place)
    if not edits:
        return
    raw = source.raw
    for edit in sorted({edit for own in edits.values() for edit in own}, reverse=True):
        raw = raw[: edit.start] + edit.text.encode() + raw[edit.end :]
    try:
        mutant = parse_module(raw.decode(), file)
    except DocgenError:
        return
    after = contradictions(mutant, library, exceptions, wrappers)
    for lineno in edits:
        yield lineno, any(line == lineno for line, _ in after - before)


def contradictions(
    module: Module, library: Library, exceptions: ExceptionIndex, wrappers: Wrappers
) -> set[tuple[int, str]]:
    """Return the contradictions in a module, each with the line of its element."""
    from docgen.records import walk

    lines = {element.id: element.lineno for element in walk(module)}
    issues = check_module(module, library, exceptions, wrappers)
    return {(lines[issue.element], issue.message) for issue in issues if issue.level == "contradicts"}


def _own(node: Definition) -> Iterator[ast.AST]:
    pending: list[ast.AST] = list(node.body)
    while pending:
        item = pending.pop(0)
        yield item
        if not isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            pending += ast.iter_child_nodes(item)


if __name__ == "__main__":
    main([argument for argument in sys.argv[1:] if not argument.startswith("--")] or DEFAULT_TARGETS)
