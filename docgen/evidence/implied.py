"""What names say by themselves to every programmer: a seed is for random numbers, and `sqlite3` is a database."""

from __future__ import annotations

from collections.abc import Iterable

from docgen.evidence.words import stem, words

_IMPLIED = {
    "async": "asynchronous concurrent parallel", "batch": "batches", "buffer": "memory", "cache": "memory reuse",
    "checkpoint": "save restore resume", "close": "shutdown cleanup terminate", "copy": "duplicate",
    "cpu": "device processor memory", "cuda": "gpu device", "device": "cpu gpu hardware", "dict": "mapping pairs",
    "dump": "serialize save", "env": "environment", "exit": "shutdown terminate cleanup",
    "hash": "hashing digest", "init": "constructor attributes", "iter": "loop sequence", "json": "serialize",
    "len": "size", "load": "checkpoint resume restore saved", "lock": "thread concurrent", "log": "logging message",
    "loop": "iteration", "map": "mapping transform", "max": "upper", "merge": "combine", "min": "lower",
    "next": "loop sequence iteration", "open": "file stream", "parallel": "concurrent process", "path": "file folder",
    "pickle": "serialize", "process": "processes", "queue": "message buffer", "random": "seed", "read": "file stream",
    "reset": "initial restart", "retry": "attempt failure", "save": "checkpoint disk",
    "seed": "random reproducible reproduce deterministic",
    "shutdown": "terminate close cleanup", "sleep": "pause delay", "sort": "order", "split": "divide",
    "state": "save restore checkpoint resume serialize load", "step": "iteration", "sync": "synchronous synchronize",
    "tensor": "array", "thread": "concurrent", "timeout": "seconds", "token": "tokens", "url": "address link web",
    "worker": "process parallel", "write": "file stream",
}  # fmt: skip
_FIELDS = {
    "aiohttp": "http web request server client", "argparse": "command line", "ast": "syntax tree", "asyncio":
    "asynchronous concurrent event task", "bs4": "html", "celery": "task worker", "click": "command line",
    "contextvars": "context thread task", "csv": "file rows columns table", "ctypes": "native library",
    "curses": "terminal screen", "datetime": "date time", "django": "web http", "email": "mail message header",
    "financial": "cash payment loan interest invest discount money",
    "flask": "web http", "gc": "garbage memory", "getpass": "password", "hashlib": "digest checksum",
    "hmac": "signature digest", "html": "markup", "http": "web request", "httpx": "http web request client",
    "io": "file stream", "jax": "learning training algorithm array", "jinja2": "template", "json": "document",
    "logging": "log message", "math": "number", "mmap": "memory file", "multiprocessing": "process parallel worker",
    "networkx": "graph node edge", "numpy": "array matrix vector numeric", "os": "system process",
    "pandas": "table row column series", "pathlib": "file directory folder", "pickle": "serialize object",
    "pytest": "test fixture", "random": "random seed", "requests": "http web request",
    "scipy": "array matrix numeric", "selectors": "socket event", "shutil": "file directory folder",
    "signal": "interrupt", "sklearn": "learning training algorithm", "smtplib": "mail", "socket": "network connection",
    "sqlalchemy": "database sql table", "sqlite3": "database sql table", "ssl": "certificate secure encrypt",
    "subprocess": "process command", "tempfile": "temporary file directory", "tensorflow":
    "learning training algorithm tensor", "threading": "thread concurrent", "tkinter": "window",
    "torch": "learning training algorithm tensor", "urllib": "web link address request", "uuid": "identifier unique",
    "weakref": "reference garbage", "xml": "document tree", "yaml": "document", "zipfile": "archive",
}  # fmt: skip
"""What a module that imports these deals with."""


def implied(name: str) -> frozenset[str]:
    """Return the stems of what a name says by itself to every programmer: a seed is for random numbers."""
    return frozenset(stem(word) for part in words(name) for word in _IMPLIED.get(part, "").split())


def fields_of(modules: Iterable[str]) -> frozenset[str]:
    """Return the stems of what modules deal with that import these."""
    tops = [module.partition(".")[0] for module in modules]
    names = {*tops, *(part for top in tops for part in top.split("_"))}
    return frozenset(stem(word) for name in names for word in _FIELDS.get(name, "").split())
