"""Contradictions that were read by hand: `python -m tests.benchmarks.bench_contradictions [PACKAGE…]`. Asserts nothing.

`data/contradictions.jsonl` has findings of `docgen check` in packages that nobody tuned it to, each with whether it is
true. This fetches the packages and prints how many of the true ones are still found, and how many of the others.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

from docgen.evidence.ancestry import library_of
from docgen.extract import find_sources, read_modules
from docgen.records import Module
from docgen.verify.docstrings import check_modules
from tests.benchmarks.packages import fetch

DATA = Path(__file__).parent / "data" / "contradictions.jsonl"

Found = tuple[str, str, str]


def main() -> None:
    """Check the packages and count."""
    read: defaultdict[str, dict[Found, bool]] = defaultdict(dict)
    for line in DATA.read_text("utf-8").splitlines():
        row = json.loads(line)
        read[row["package"]][row["element"], row["code"], row["message"]] = row["true"]
    total: Counter[str] = Counter()
    for package in sys.argv[1:] or sorted(read):
        verdicts = read[package]
        found = set().union(*(contradictions(folder) for folder in fetch([package])))
        still = found & verdicts.keys()
        counts = Counter(
            {
                "true": sum(verdicts.values()),
                "true found": sum(verdicts[one] for one in still),
                "false": len(verdicts) - sum(verdicts.values()),
                "false found": sum(not verdicts[one] for one in still),
                "not read": len(found - verdicts.keys()),
            }
        )
        total += counts
        print_row(package, counts)
    print_row("all", total)


def contradictions(folder: Path) -> set[Found]:
    """Return what `docgen check` calls a contradiction in a folder."""
    files = find_sources([str(folder)], cwd=Path.cwd())
    modules = [module for module in read_modules(files) if isinstance(module, Module)]
    issues = check_modules(modules, library_of(modules))
    return {(issue.element, issue.code, issue.message) for issue in issues if issue.level == "contradicts"}


def print_row(package: str, counts: Counter[str]) -> None:
    """Print the counts of one package."""
    print(
        f"{package:<20} found {counts['true found']:>3} of {counts['true']:>3} true,"
        f" {counts['false found']:>3} of {counts['false']:>3} false; {counts['not read']:>4} not read",
        flush=True,
    )


if __name__ == "__main__":
    main()
