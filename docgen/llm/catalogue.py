"""The models that the embedded backend can fetch: `catalogue.json`, data that is packaged with docgen.

A new model is one entry there. An entry's sources are tried in order; each holds the same bytes, which the hash proves.
"""

from __future__ import annotations

import difflib
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict

from docgen.errors import UsageError


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FileSource(_Entry):
    """A model that is one file behind one address."""

    url: str


class Wheel(_Entry):
    """A piece of a model inside a wheel of a package index.

    Attributes:
        project: The project's name on the index.
        member: The piece's name inside the wheel.
        size: Bytes of the piece, unpacked.
    """

    project: str
    member: str
    size: int


class WheelSource(_Entry):
    """A model that is the pieces inside some wheels, one after the other."""

    version: str
    wheels: tuple[Wheel, ...]


class CatalogueEntry(_Entry):
    """A model that can be fetched.

    Attributes:
        name: The model's name, as Ollama has it.
        license: SPDX identifier of the model's licence.
        note: What it is good for.
        file: Name of its GGUF file.
        size: Bytes of that file.
        sha256: Hash of that file.
        sources: Where to get it, the best first.
    """

    name: str
    license: str
    note: str = ""
    file: str
    size: int
    sha256: str
    sources: tuple[FileSource | WheelSource, ...]


class Catalogue(_Entry):
    """All models that can be fetched."""

    models: tuple[CatalogueEntry, ...]

    def find(self, name: str) -> CatalogueEntry:
        """Return the entry of a model.

        Raises:
            UsageError: The catalogue has no such model.
        """
        by_name = {entry.name: entry for entry in self.models}
        if name in by_name:
            return by_name[name]
        near = difflib.get_close_matches(name, by_name, n=3, cutoff=0.4)
        raise UsageError(
            f"docgen has no embedded model {name!r}" + (f"; near names: {', '.join(near)}" if near else ""),
            "`docgen model list` shows those it has; any local file works as `--model ./file.gguf`, "
            f"and Ollama's models after `ollama serve` and `ollama pull {name}`.",
        )


@cache
def load_catalogue() -> Catalogue:
    """Read the catalogue that is packaged with docgen."""
    text = resources.files("docgen.llm").joinpath("catalogue.json").read_text(encoding="utf-8")
    return Catalogue.model_validate_json(text)
