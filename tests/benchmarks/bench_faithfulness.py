"""How well the checks tell faithful, vague and wrong texts: `python -m tests.benchmarks.bench_faithfulness DATA`.

DATA is a file of labelled descriptions (a README beside it says what they describe): of TorchRL's collectors, or of
the packages that its lines name. Prints figures; asserts nothing. `--half A|B` takes one half of the elements, `--show
missed|alarms` lists the texts behind a figure.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs

from docgen.evidence.ancestry import Library
from docgen.extract import find_sources, read_modules
from docgen.records import Module
from docgen.verify.descriptions import Judgement, judge, read_given
from tests.benchmarks import heldout

PACKAGE = "torchrl==0.6.0"
MODULES = ("torchrl/collectors/collectors.py", "torchrl/collectors/utils.py")

Row = dict[str, Any]


def main() -> None:
    """Judge the texts and print precision, recall and F1 for wrong and vague, and what caught and missed them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--source", type=Path, help="folder with the described package, instead of a download")
    parser.add_argument("--half", choices=["A", "B"], help="one half of the elements")
    parser.add_argument("--show", choices=["missed", "alarms", "vague"], help="list texts")
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.data.read_text("utf-8").splitlines()]
    paths = list(dict.fromkeys(path for row in rows for path in sources(row, options.source)))
    modules = [m for m in read_modules(find_sources(list(map(str, paths)), cwd=Path.cwd())) if isinstance(m, Module)]
    judgements = {j.id: j for j in judge(read_given(options.data), modules, Library(modules))}
    rows = [row for row in rows if options.half in (None, half_of(row))]
    if options.show:
        show(rows, judgements, options.show)
    else:
        report(rows, judgements)


def sources(row: Row, folder: Path | None) -> list[Path]:
    """Return the file that a text describes, or those of its package; where it names none, TorchRL's collectors."""
    if "file" in row:
        return [_source(row["package"], row["file"], row["documented"])]
    return _sources(row["package"]) if "package" in row else [(folder or fetch_source()) / name for name in MODULES]


@cache
def _source(package: str, file: str, documented: bool) -> Path:
    return heldout.source_of(package, file, documented=documented)


@cache
def _sources(package: str) -> list[Path]:
    return heldout.sources_of(package)


def half_of(row: Row) -> str:
    """Return the half that a row belongs to; all rows about an element are in one half."""
    element = f"{row['module']}.{row['class']}.{row['function']}"
    return "AB"[int(hashlib.sha1(element.encode()).hexdigest(), 16) % 2]


def fetch_source() -> Path:
    """Return a folder with the modules' source, downloaded once."""
    folder = Path(platformdirs.user_cache_dir("docgen")) / "benchmarks" / PACKAGE.replace("==", "-")
    if not all((folder / module).is_file() for module in MODULES):
        folder.mkdir(parents=True, exist_ok=True)
        download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), PACKAGE]
        subprocess.run(download, check=True)
        [wheel] = folder.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder, [name for name in archive.namelist() if name.startswith("torchrl/collectors/")])
    return folder


def report(rows: Sequence[Row], judgements: dict[str, Judgement]) -> None:
    """Print all figures."""
    groups: list[tuple[str, Callable[[Row], bool]]] = [("all", lambda row: True)]
    groups += [(origin, lambda row, o=origin: row["origin"] == o) for origin in sorted({row["origin"] for row in rows})]
    print(f"{'':<12}{'verdict':<9}{'texts':>6}{'precision':>11}{'recall':>8}{'F1':>7}")
    for title, belongs in groups:
        for verdict in ("wrong", "vague"):
            print_scores(title, verdict, [row for row in rows if belongs(row)], judgements)
    faithful = [row for row in rows if row["verdict"] == "faithful"]
    rejected = Counter(judgements[row["id"]].verdict for row in faithful)
    print(f"\nfaithful texts: {len(faithful)}, called wrong {rejected['wrong']}, called vague {rejected['vague']}")
    print("\nrecall of wrong by defect, and the checks that caught")
    by_defect = defaultdict(list)
    for row in rows:
        if row["verdict"] == "wrong":
            for defect in row["defects"]:
                by_defect[defect].append(row)
    for defect, wrong in sorted(by_defect.items(), key=lambda item: -len(item[1])):
        caught = [row for row in wrong if judgements[row["id"]].verdict == "wrong"]
        codes = Counter(code for row in caught for code in codes_of(judgements[row["id"]]))
        told = ", ".join(f"{code} {count}" for code, count in codes.most_common(5))
        print(f"  {defect:<24}{len(caught):>4} of {len(wrong):<4} {told}")
    print("\neach check's findings, by the label of the text")
    labels: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for code in codes_of(judgements[row["id"]], everything=True):
            labels[code][row["verdict"]] += 1
    for code, counts in sorted(labels.items(), key=lambda item: -sum(item[1].values())):
        print(
            f"  {code:<24}" + "".join(f"{verdict} {counts[verdict]:<5}" for verdict in ("wrong", "vague", "faithful"))
        )


def print_scores(title: str, verdict: str, rows: Sequence[Row], judgements: dict[str, Judgement]) -> None:
    """Print one line of figures."""
    labelled = {row["id"] for row in rows if row["verdict"] == verdict}
    judged = {row["id"] for row in rows if judgements[row["id"]].verdict == verdict}
    right = len(labelled & judged)
    precision = right / len(judged) if judged else 1.0
    recall = right / len(labelled) if labelled else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    print(f"{title:<12}{verdict:<9}{len(labelled):>6}{precision:>11.3f}{recall:>8.3f}{f1:>7.3f}")


def codes_of(judgement: Judgement, everything: bool = False) -> set[str]:
    """Return the codes of the findings that make a text wrong, or of all."""
    return {finding.code for finding in judgement.findings if everything or finding.severity == "wrong"}


def show(rows: Sequence[Row], judgements: dict[str, Judgement], which: str) -> None:
    """Print the wrong texts that were missed, the others that were called wrong, or all that concerns vague ones."""
    for row in rows:
        judgement = judgements[row["id"]]
        wanted = {
            "missed": row["verdict"] == "wrong" != judgement.verdict,
            "alarms": row["verdict"] != "wrong" == judgement.verdict,
            "vague": "vague" in (row["verdict"], judgement.verdict) and row["verdict"] != judgement.verdict,
        }
        if wanted[which]:
            place = ".".join(filter(None, (row["class"], row["function"], row["parameter"])))
            found = "; ".join(f"{f.code}: {f.message}" for f in judgement.findings)
            print(
                f"{row['id']} {place} [{row['verdict']} → {judgement.verdict}] {row['text']!r}\n    {found} "
                f"({row['note']})"
            )


if __name__ == "__main__":
    main()
