"""Issues as text, JSON, SARIF and GitHub annotations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote

from docgen import __version__
from docgen.annotations import Level as Shown
from docgen.annotations import annotation
from docgen.verify.docstrings import LEVELS, Issue, Level
from docgen.verify.reasons import REASONS
from docgen.visible import visible_json, visible_line
from docgen.wording import counted

_SARIF_LEVELS: Mapping[Level, str] = {"contradicts": "error", "missing": "note", "vague": "warning"}
_GITHUB_LEVELS: Mapping[Level, Shown] = {"contradicts": "error", "missing": "notice", "vague": "warning"}
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_text(issues: Sequence[Issue]) -> str:
    """Return a line for each issue, and one that counts them."""
    counts = Counter(issue.level for issue in issues)
    lines = [visible_line(f"{i.file}:{i.lineno}: {i.level}: {i.message} [{i.code}]") for i in issues]
    told = f"{counted(counts['contradicts'], 'contradiction')}, {counts['missing']} missing, {counts['vague']} vague"
    return "\n".join([*lines, told])


def as_json(issues: Sequence[Issue]) -> str:
    """Return a list of objects."""
    return visible_json([issue.model_dump() for issue in issues], indent=2)


def as_sarif(issues: Sequence[Issue]) -> str:
    """Return a SARIF 2.1.0 log, as code hosts show it beside the code."""
    rules = [
        {
            "id": code,
            "shortDescription": {"text": REASONS[code]},
            "defaultConfiguration": {"level": _SARIF_LEVELS[level]},
        }
        for code, level in sorted(LEVELS.items())
    ]
    driver = {"name": "docgen", "version": __version__, "rules": rules}
    run = {"tool": {"driver": driver}, "results": [_sarif_result(issue) for issue in issues]}
    return visible_json({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def as_github(issues: Sequence[Issue]) -> str:
    """Return workflow commands, which GitHub shows as annotations."""
    return "\n".join(
        annotation(_GITHUB_LEVELS[issue.level], issue.message, title=issue.code, file=issue.file, lineno=issue.lineno)
        for issue in issues
    )


FORMATS: Mapping[str, Callable[[Sequence[Issue]], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
}


def _sarif_result(issue: Issue) -> dict[str, object]:
    place = {"artifactLocation": {"uri": quote(issue.file)}, "region": {"startLine": issue.lineno}}
    return {
        "ruleId": issue.code,
        "level": _SARIF_LEVELS[issue.level],
        "message": {"text": issue.message},
        "locations": [{"physicalLocation": place, "logicalLocations": [{"fullyQualifiedName": issue.element}]}],
    }
