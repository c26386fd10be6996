"""Settings: flags, then the environment (`DOCGEN_MODEL`, …), then `[tool.docgen]` in pyproject.toml, then defaults."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    PyprojectTomlConfigSettingsSource,
    SettingsConfigDict,
)

from docgen.errors import UsageError
from docgen.llm.size import is_small
from docgen.render import Format


def by_commas(texts: Iterable[str]) -> tuple[str, ...]:
    """Return what texts list by commas, all in one."""
    return tuple(part.strip() for text in texts for part in text.split(",") if part.strip())


def _listed(value: object) -> object:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
        return value
    return by_commas(texts)


def _none_for_auto(value: object) -> object:
    return None if value == "auto" else value


class Settings(BaseSettings):
    """Everything a run can be told.

    Attributes:
        model: Name of the model, as Ollama spells it, or the path of a GGUF file.
        backend: `auto` takes Ollama if it answers and has the model, else the embedded model.
        host: Addresses of the Ollama servers, as a list or by commas; empty means `OLLAMA_HOST` or Ollama's default.
        timeout: Seconds that one model call may take.
        context_window: Tokens that a prompt and its answer may have together.
        jobs: Model calls at once, for each host; `auto`, or None, for as many as the backend turns out to reward.
        out: Folder for everything that is written.
        store: File of the store; None for the project's own.
        formats: What is written, as a list or by commas.
        prompts: Folder whose templates replace those of the same name that docgen ships.
        exclude: More patterns, as in `.gitignore`, of files that are not documented.
        repairs: How often the model is asked again about a text that a check rejected.
        ask_all: Whether the model is asked about what the code tells, too, and may answer in words that the code does
            not have; None for whether it is larger than those that guess, as its name tells.
        seed: Sampling seed.
        source_url: Template of links to the source, with `{path}`, `{start}` and `{end}`.
        site_url: Address at which the folder of `llms.txt` is published; its links are relative where this is empty.
        docstring_style: Style of the docstrings that are written into the source; None for that of ruff's pydocstyle
            convention in pyproject.toml, else Google's.
        docstring_types: Whether those docstrings repeat the types of the annotations.
        line_length: Columns of their lines; None for what ruff or black are told in pyproject.toml, else 88.
    """

    model_config = SettingsConfigDict(
        env_prefix="DOCGEN_", extra="forbid", pyproject_toml_table_header=("tool", "docgen")
    )

    model: str = "qwen2.5-coder:1.5b"
    backend: str = "auto"
    host: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)] = ()
    timeout: float = Field(default=600.0, gt=0)
    context_window: int = Field(default=8192, ge=2048)
    jobs: Annotated[int | None, Field(ge=1, le=256), BeforeValidator(_none_for_auto)] = None
    out: Path = Path("out")
    store: Path | None = None
    formats: Annotated[tuple[Format, ...], BeforeValidator(_listed)] = ("json", "md")
    prompts: Path | None = None
    exclude: tuple[str, ...] = ()
    repairs: int = Field(default=2, ge=0, le=5)
    ask_all: bool | None = None
    seed: int = 0
    source_url: str = ""
    site_url: str = Field(default="", pattern=r"^(https?://[^\s()<>]+)?$")
    docstring_style: Literal["google", "numpy", "sphinx"] | None = None
    docstring_types: bool = True
    line_length: int | None = Field(default=None, ge=40, le=1000)

    @property
    def asks_all(self) -> bool:
        """Whether the model is asked about what the code tells as well."""
        return not is_small(self.model) if self.ask_all is None else self.ask_all

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the project's pyproject.toml behind flags and environment."""
        return init_settings, env_settings, PyprojectTomlConfigSettingsSource(settings_cls, find_pyproject(Path.cwd()))


def find_pyproject(folder: Path) -> Path | None:
    """Return the nearest pyproject.toml at or above a folder."""
    return next((path for parent in (folder, *folder.parents) if (path := parent / "pyproject.toml").is_file()), None)


def load_settings(flags: dict[str, Any]) -> Settings:
    """Return the settings in force.

    Args:
        flags: What the command line says; None stands for a flag that was not given.

    Raises:
        UsageError: A setting has a wrong name or value, or pyproject.toml cannot be read.
    """
    given = {name: value for name, value in flags.items() if value is not None and name in Settings.model_fields}
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise UsageError(
            f"setting `{name}`: {first['msg']}",
            hint="Check the flag, the DOCGEN_ environment variables and [tool.docgen] in pyproject.toml.",
        ) from error
    except ValueError as error:
        raise UsageError(f"pyproject.toml cannot be read: {error}", hint="Mend its TOML syntax.") from error
