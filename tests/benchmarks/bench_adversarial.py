"""How far misleading names lead the model astray: `python -m tests.benchmarks.bench_adversarial [--functions N]`.

Takes functions from packages of PyPI without their docstrings and comments, documents them with the default model once
as they are and once with misleading names (see `adversarial`), and prints for both how many texts are the model's, and
how many of those speak of a name that says something which the code does not. Everything that was written goes to
`texts.jsonl`, each text beside its code in `texts.md`. A person reads the code and fills in `verdict` (faithful, vague,
wrong); `--judged FILE` counts the verdicts.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from docgen.evidence.words import is_grounded, stem, stems, words
from docgen.extract import find_sources, read_modules
from docgen.records import Class, Description, Function, Module, code_of
from docgen.render.json import load
from docgen.verify.terms import _CODE
from tests.benchmarks.adversarial import misleading_names, renamed, undocumented
from tests.benchmarks.packages import fetch

MODULES = {
    "itsdangerous": ["itsdangerous/encoding.py", "itsdangerous/signer.py"],
    "toolz": ["toolz/itertoolz.py"],
    "boltons": ["boltons/strutils.py", "boltons/iterutils.py"],
    "more-itertools": ["more_itertools/recipes.py"],
}
RUNS = ("original", "renamed")
MAX_LINES = 30

Row = dict[str, Any]


class Sample(NamedTuple):
    """A module to document: its name, its source without documentation, its new names, the functions asked about."""

    name: str
    source: str
    names: Mapping[str, str]
    functions: Sequence[str]


def main() -> None:
    """Document the sample twice and print the figures, or count the verdicts of a person."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--functions", type=int, default=42, help="how many are documented (default: 42)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path(".bench") / "adversarial")
    parser.add_argument("--only-run", choices=RUNS, help="one of the two runs")
    parser.add_argument("--judged", type=Path, metavar="FILE", help="count the verdicts in a file of texts")
    options = parser.parse_args()
    if options.judged:
        rows = [json.loads(line) for line in options.judged.read_text("utf-8").splitlines()]
    else:
        chosen = list(samples(options.functions, options.seed))
        runs = [options.only_run] if options.only_run else RUNS
        rows = [row for run in runs for row in documented(run, chosen, options.out)]
        write(rows, options.out)
    report(rows)


def samples(functions: int, seed: int) -> Iterator[Sample]:
    """Yield the modules, each with its share of the functions."""
    places = [
        folder / file for folder, files in zip(fetch(list(MODULES)), MODULES.values(), strict=True) for file in files
    ]
    for index, place in enumerate(places):
        source = undocumented(place.read_text("utf-8"))
        share = functions * (index + 1) // len(places) - functions * index // len(places)
        known = _functions(place.stem, source)
        chosen = random.Random(seed).sample(sorted(known), min(share, len(known)))
        yield Sample(place.stem, source, misleading_names(source, seed), sorted(chosen))


def _functions(name: str, source: str) -> list[str]:
    """Return the public functions and methods of a module that have a body worth a sentence, as paths within it."""
    return [
        path
        for path, function, _ in _walk(_read(name, source))
        if function.is_public
        and not function.name.startswith("__")
        and 2 <= function.endlineno - function.lineno <= MAX_LINES
    ]


def _read(name: str, source: str) -> Module:
    folder = Path(".bench") / "adversarial" / "read"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.py").write_text(source, "utf-8")
    [module] = read_modules(find_sources([str(folder / f"{name}.py")], cwd=Path.cwd()))
    assert isinstance(module, Module)
    return module


def _walk(module: Module) -> Iterator[tuple[str, Function, Class | None]]:
    for member in module.members:
        if isinstance(member, Function):
            yield member.name, member, None
        elif isinstance(member, Class):
            yield from ((f"{member.name}.{m.name}", m, member) for m in member.members if isinstance(m, Function))


def documented(run: str, chosen: Sequence[Sample], out: Path) -> Iterator[Row]:
    """Document the samples and yield what was written of the chosen functions."""
    folder = out / run
    folder.mkdir(parents=True, exist_ok=True)
    patterns = []
    for sample in chosen:
        names = sample.names if run == "renamed" else {}
        (folder / f"{sample.name}.py").write_text(renamed(sample.source, names), "utf-8")
        patterns += [f"{sample.name}.{_path(path, names)}" for path in sample.functions]
    only = [argument for pattern in patterns for argument in ("--only", pattern)]
    command = [sys.executable, "-m", "docgen", "run", str(folder), "--out", str(folder / "docs")]
    subprocess.run([*command, "--store", str(folder / "store.db"), "--format", "json", *only], check=False)
    for sample in chosen:
        names = sample.names if run == "renamed" else {}
        [file] = (folder / "docs").rglob(f"{sample.name}.json")
        originals = dict(_codes(sample.name, sample.source))
        shown = dict(_codes(sample.name, renamed(sample.source, names)))
        written = {path: (function, owner) for path, function, owner in _walk(load(file))}
        for path in sample.functions:
            function, owner = written[_path(path, names)]
            code = shown[_path(path, names)]
            for kind, part, description in _texts(function):
                yield {
                    "id": f"{run}:{sample.name}.{path}:{kind}:{part}",
                    "run": run,
                    "module": sample.name,
                    "kind": kind,
                    "class": owner.name if owner else None,
                    "function": function.name,
                    "parameter": part or None,
                    "text": description.text,
                    "source": description.provenance.source,
                    "told_by_names": _misled(description.text, originals[path], sample.names),
                    "verdict": "",
                    "code": code,
                }


def _path(path: str, names: Mapping[str, str]) -> str:
    return ".".join(names.get(part, part) for part in path.split("."))


def _codes(name: str, source: str) -> Iterator[tuple[str, str]]:
    module = _read(name, source)
    yield from ((path, code_of(module, function)) for path, function, _ in _walk(module))


def _texts(function: Function) -> Iterator[tuple[str, str, Description]]:
    if function.description:
        yield "function", "", function.description
    for parameter in function.parameters:
        if parameter.description:
            yield "parameter", parameter.name, parameter.description
    if function.returns.description:
        yield "returns", "", function.returns.description
    if function.yields and function.yields.description:
        yield "yields", "", function.yields.description
    for raised in function.raises:
        if raised.description:
            yield "raises", raised.exception, raised.description


def _misled(text: str, original: str, names: Mapping[str, str]) -> list[str]:
    """Return the words of a text, names quoted in it aside, that only the misleading names know."""
    told = {stem(word) for name in names.values() for word in words(name) if len(word) > 2}
    ground = stems(original)
    said = dict.fromkeys(word for word in words(_CODE.sub(" ", text)) if len(word) > 2)
    return [word for word in said if stem(word) in told and not is_grounded(word, ground)]


def write(rows: Sequence[Row], out: Path) -> None:
    """Write the texts, for a program and for a reader."""
    lines = [json.dumps({k: v for k, v in row.items() if k != "code"}, ensure_ascii=False) + "\n" for row in rows]
    (out / "texts.jsonl").write_text("".join(lines), "utf-8")
    parts, last = [], None
    for row in rows:
        if row["code"] != last:
            last = row["code"]
            parts.append(f"\n## {row['id'].rpartition(':')[0]}\n\n```python\n{last}\n```\n\n")
        mark = f" ({', '.join(row['told_by_names'])})" if row["told_by_names"] else ""
        parts.append(f"- {row['kind']} {row['parameter'] or ''} [{row['source']}]{mark}: {row['text']}\n")
    (out / "texts.md").write_text("".join(parts), "utf-8")


def report(rows: Sequence[Row]) -> None:
    """Print how many texts of each run are the model's, speak of misleading names, and were judged how."""
    for run in RUNS:
        texts = [row for row in rows if row["run"] == run]
        if not texts:
            continue
        by_model = [row for row in texts if row["source"] == "model"]
        misled = [row for row in by_model if row["told_by_names"]]
        print(f"{run:<10}{len(texts):>5} texts, the model's {_share(by_model, texts)}", end="")
        print(f", speak of names that the code does not bear out {_share(misled, by_model)}")
        for source in dict.fromkeys(row["source"] for row in texts):
            verdicts = Counter(row["verdict"] for row in texts if row["source"] == source and row["verdict"])
            if verdicts:
                counts = ", ".join(f"{verdict} {count}" for verdict, count in sorted(verdicts.items()))
                print(f"          {source}: {counts}")


def _share(some: Sequence[Row], of: Sequence[Row]) -> str:
    return f"{len(some)} ({len(some) / len(of):.0%})" if of else "0"


if __name__ == "__main__":
    main()
