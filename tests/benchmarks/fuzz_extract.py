"""A coverage-guided fuzzer over the extractor: `python -m tests.benchmarks.fuzz_extract [-max_total_time=SECONDS]`.

Needs atheris (`pip install atheris`). It begins with the sources and the corpora in tests/extract, and keeps what leads
to code that nothing else leads to in tests/extract/fuzzed.tar.xz, which the ordinary tests read. An input that crashes
or hangs the extractor is left in tests/extract/corpus.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import atheris  # type: ignore[import-not-found]

with atheris.instrument_imports(include=["docgen.extract"]):
    from docgen.extract import discovery, module, normal
    from docgen.extract.decoding import decode

from docgen.errors import SourceError
from docgen.records import walk
from tests.extract.fuzzed import keep, kept

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


def main() -> int:
    """Fuzz until the time is over or something crashes, and keep what was found."""
    with tempfile.TemporaryDirectory() as name:
        found = Path(name)
        for number, data in enumerate(kept()):
            (found / f"kept-{number}").write_bytes(data)
        # The fuzzer ends its process when it is done.
        if (child := os.fork()) == 0:
            seeds = [str(TESTS / "sources"), str(CORPUS)]
            atheris.Setup([sys.argv[0], *LIMITS, *sys.argv[1:], name, *seeds], try_one)
            atheris.Fuzz()
        _, status = os.waitpid(child, 0)
        keep(path.read_bytes() for path in found.iterdir())
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
