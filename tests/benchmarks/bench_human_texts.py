"""What the checks make of texts that people wrote: `python -m tests.benchmarks.bench_human_texts [PACKAGE…]`.

First sentences of docstrings are put to the checks against the code without its docstrings and comments, as a model's
texts are. Nearly all are true, so what is rejected is a false alarm; people know more than the code says, so there are
some. The same texts told of another element of the package show how many the checks would catch. Nobody tuned a rule
to these packages. Prints figures; asserts nothing.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from docgen.evidence.ancestry import library_of
from docgen.evidence.facts import Facts
from docgen.evidence.finder import FactFinder
from docgen.evidence.scope import Surroundings
from docgen.evidence.subjects import author_descriptions, subjects_of, with_owners
from docgen.extract import find_sources, read_modules
from docgen.records import Class, Function, Module
from docgen.verify import CHECKS, Finding, verdict_of
from docgen.verify.claims import sentences
from tests.benchmarks.adversarial import undocumented
from tests.benchmarks.packages import fetch

PACKAGES = "attrs celery click coverage flask fsspec networkx packaging requests rich tornado".split()
FILES = 12
TEXTS = 250
WORDS = range(3, 31)


class Told(NamedTuple):
    """A text, and what is known of the element that it is told of."""

    text: str
    facts: Facts


def main() -> None:
    """Print the share of texts that are rejected, by package and by check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", nargs="*", default=PACKAGES)
    parser.add_argument("--show", metavar="CODE", help="list the texts that a check rejects")
    options = parser.parse_args()
    findings: Counter[str] = Counter()
    own: Counter[str] = Counter()
    others: Counter[str] = Counter()
    print(f"{'':<14}{'texts':>7}{'wrong':>8}{'vague':>8}{'wrong, of another element':>28}")
    for folder in fetch(options.packages):
        told = texts_of(folder)
        verdicts: Counter[str] = Counter()
        for text, facts in told:
            found = findings_of(text, facts)
            verdicts[verdict_of(found)] += 1
            findings.update({finding.code for finding in found if finding.severity != "form"})
            for finding in found:
                if finding.code == options.show:
                    print(f"  {facts.subject.name}: {text}  ({finding.message})")
        swapped = Counter(
            verdict_of(findings_of(text, other))
            for (text, facts), (_, other) in zip(told, told[1:] + told[:1], strict=True)
            if facts.subject.element != other.subject.element
        )
        show(folder.name, verdicts, swapped)
        own += verdicts
        others += swapped
    show("all", own, others)
    for code, number in findings.most_common():
        print(f"  {code:<30}{number / own.total():>8.3f}")


def show(name: str, own: Counter[str], others: Counter[str]) -> None:
    """Print a row."""
    texts, told = max(1, own.total()), max(1, others.total())
    shares = f"{own['wrong'] / texts:>8.3f}{own['vague'] / texts:>8.3f}{others['wrong'] / told:>28.3f}"
    print(f"{name:<14}{own.total():>7}{shares}", flush=True)


def findings_of(text: str, facts: Facts) -> list[Finding]:
    """Return what all checks find of a text."""
    return [finding for check in CHECKS for finding in check(text, facts)]


def texts_of(package: Path) -> Sequence[Told]:
    """Return a sample of what people say of a package's elements, each with the facts of the code that is left."""
    dice = random.Random(0)
    files = sorted(file for file in package.rglob("*.py") if not {"tests", "_vendor"} & set(file.parts))
    with tempfile.TemporaryDirectory() as name:
        bare = Path(name)
        for file in dice.sample(files, min(FILES, len(files))):
            with suppress(SyntaxError, UnicodeDecodeError):
                write(bare, file.relative_to(package), undocumented(file.read_text("utf-8")))
        code = {module.path: module for module in read(bare)}
        library = library_of(list(code.values()))
        finders = {path: FactFinder(Surroundings(module, library)) for path, module in code.items()}
        found = [
            told for module in read(package) if module.path in code for told in told_of(module, finders[module.path])
        ]
    return dice.sample(found, min(TEXTS, len(found)))


def write(folder: Path, file: Path, source: str) -> None:
    """Write a module, with the packages that it stands in."""
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    for parent in file.parents:
        if parent.name:
            (folder / parent / "__init__.py").touch()
    (folder / file).write_text(source, "utf-8")


def read(folder: Path) -> Iterator[Module]:
    """Yield the modules in a folder."""
    files = find_sources([str(folder.resolve())], cwd=Path.cwd())
    return (module for module in read_modules(files) if isinstance(module, Module))


def told_of(module: Module, finder: FactFinder) -> Iterator[Told]:
    """Yield the first sentence of each text in a module, with facts from the module without them."""
    left = {element.id: (element, owner) for element, owner in with_owners(finder.surroundings.module)}
    for element, owner in with_owners(module):
        if not isinstance(element, Class | Function) or not element.is_public or element.id not in left:
            continue
        bare, holder = left[element.id]
        subjects = set(subjects_of(finder.surroundings.module, bare, holder))
        for subject, said in author_descriptions(element, owner, subjects_of(module, element, owner)).items():
            text = next(iter(sentences(" ".join(said.text.split()))), "")
            if subject in subjects and subject.kind not in ("overview", "raises") and len(text.split()) in WORDS:
                yield Told(text, finder.facts(bare, holder, subject))


if __name__ == "__main__":
    main()
