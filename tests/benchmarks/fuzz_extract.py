"""A coverage-guided fuzzer over the extractor: `python tests/benchmarks/fuzz_extract.py [-max_total_time=SECONDS]`.

Needs atheris (`pip install atheris`). It begins with the corpus in tests/extract/corpus and the sources in
tests/extract/sources, and leaves an input that crashes or hangs the extractor in tests/extract/corpus.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris  # type: ignore[import-not-found]

with atheris.instrument_imports(include=["docgen.extract"]):
    from docgen.extract import discovery, module, normal
    from docgen.extract.decoding import decode

from docgen.errors import SourceError
from docgen.records import walk

TESTS = Path(__file__).parent.parent / "extract"
CORPUS = TESTS / "corpus"
LIMITS = ("-timeout=20", "-rss_limit_mb=3000", "-max_len=4096", f"-artifact_prefix={CORPUS}/fuzzed-")
FILE = discovery.SourceFile(Path("fuzzed.py"), "fuzzed", "fuzzed.py")


def try_one(data: bytes) -> None:
    """Read bytes as a source file: a record whose places are within the file, or a clear error."""
    try:
        read = module.parse_module(decode(data, FILE.display), FILE)
    except SourceError as error:
        assert error.message
        return
    for element in walk(read):
        assert 0 <= element.span.start <= element.span.end <= len(read.source), element.id
        normal.tidy(read.source[element.span.start : element.span.end])
    read.model_dump()


def main() -> None:
    """Fuzz until the time is over or something crashes."""
    with tempfile.TemporaryDirectory() as found:
        seeds = [str(TESTS / "sources"), str(CORPUS)]
        atheris.Setup([sys.argv[0], *LIMITS, *sys.argv[1:], found, *seeds], try_one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
