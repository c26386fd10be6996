"""Popular packages of PyPI as source to try the extractor on: fetched once, into a cache folder."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

CACHE = Path(".bench") / "packages"
NAMES = (
    "aiohttp attrs babel beautifulsoup4 black boto3 botocore celery certifi click colorama coverage cryptography "
    "django docutils fastapi flask fsspec greenlet httpx idna ipython jinja2 jsonschema mako markdown matplotlib mypy "
    "networkx numpy packaging pandas pillow pip poetry-core psutil pydantic pygments pytest python-dateutil pyyaml "
    "requests rich scikit-learn scipy setuptools sphinx sqlalchemy sympy tornado"
).split()


def fetch(names: list[str]) -> list[Path]:
    """Return the folders of packages, without what they depend on; one that cannot be had is said and left out."""
    CACHE.mkdir(parents=True, exist_ok=True)
    return [folder for name in names if (folder := _fetch(name)) is not None]


def _fetch(name: str) -> Path | None:
    folder = CACHE / name
    if folder.is_dir():
        return folder
    wheels = CACHE / f"{name}.wheel"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    done = subprocess.run([*command, "--only-binary", ":all:", "--dest", str(wheels), name], check=False)
    found = list(wheels.glob("*.whl"))
    if done.returncode or not found:
        print(f"{name} cannot be had", file=sys.stderr)
        return None
    with zipfile.ZipFile(found[0]) as archive:
        archive.extractall(folder, [member for member in archive.namelist() if member.endswith(".py")])
    found[0].unlink()
    return folder
