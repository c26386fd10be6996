"""Words in prose and in identifiers, brought to a common form so that one can be found in the other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[A-Z]+")
_ENDINGS = (
    ("izations", ""), ("isations", ""), ("ization", ""), ("isation", ""), ("izing", ""), ("ising", ""),
    ("ized", ""), ("ised", ""), ("izes", ""), ("ises", ""), ("izer", ""), ("ations", ""), ("ation", ""),
    ("ators", ""), ("ating", ""), ("ated", ""), ("ates", ""), ("ator", ""), ("tions", "t"), ("tion", "t"),
    ("sions", "s"), ("sion", "s"), ("ments", ""), ("ment", ""), ("ances", ""), ("ance", ""), ("ences", ""),
    ("ence", ""), ("ities", ""), ("ity", ""), ("ively", ""), ("ives", ""), ("ive", ""), ("ness", ""), ("ably", ""),
    ("ables", ""), ("able", ""), ("ible", ""), ("ially", ""), ("ical", ""), ("ally", ""), ("ings", ""), ("ing", ""),
    ("iers", "y"), ("iest", "y"), ("ies", "y"), ("ied", "y"), ("ier", "y"), ("ors", ""), ("ers", ""), ("eds", ""),
    ("ed", ""), ("er", ""), ("or", ""), ("ly", ""), ("al", ""), ("ate", ""), ("ize", ""), ("ise", ""), ("es", ""),
    ("ic", ""), ("s", ""), ("e", ""), ("y", ""),
)  # fmt: skip
_ABBREVIATIONS = {
    "addr": "address", "args": "arguments", "arg": "argument", "attr": "attribute", "avg": "average", "buf": "buffer",
    "cb": "callback", "cfg": "configuration", "cls": "class", "cmd": "command", "cnt": "count", "coef": "coefficient",
    "conn": "connection", "ctx": "context", "cur": "current", "db": "database", "dest": "destination",
    "dst": "destination", "dir": "directory", "doc": "document", "err": "error", "exc": "exception",
    "fmt": "format", "fn": "function", "fp": "file", "freq": "frequency", "func": "function", "hdr": "header",
    "idx": "index", "img": "image", "impl": "implementation", "init": "initialize", "iter": "iteration",
    "kwargs": "keyword", "len": "length", "lib": "library", "lst": "list", "mgr": "manager", "msg": "message",
    "nb": "number", "num": "number", "obj": "object", "opt": "option", "params": "parameter", "pkg": "package",
    "pos": "position", "pred": "prediction", "prev": "previous", "proc": "process", "ptr": "pointer", "pwd": "password",
    "qty": "quantity", "ref": "reference", "regex": "expression", "req": "request", "res": "result",
    "resp": "response", "ret": "return", "rng": "random", "seq": "sequence", "sess": "session", "src": "source",
    "std": "standard", "str": "string", "tmp": "temporary", "tok": "token", "txt": "text", "usr": "user",
    "val": "value", "var": "variable", "vec": "vector", "wt": "weight",
}  # fmt: skip
_LETTERS_OF_A_ROOT = 3
_LETTERS_OF_A_SHORT_VERB = 4
_PARTICLES = ("down", "up", "out", "off", "in", "on", "back", "over")
_PREFIXES = frozenset({"multi", "inter", "super", "hyper", "auto", "non", "pre", "sub", "semi", "meta", "micro"})
_LETTERS_OF_A_PREFIX = 3
_REVERSING = ("un", "de", "re", "dis", "non")


def words(text: str) -> list[str]:
    """Return the words of prose or of an identifier in lower case: `maxItems` and `max_items` have two."""
    return [word.lower() for word in _WORD.findall(text)]


@cache
def stem(word: str) -> str:
    """Return a word without its ending, so that `parses`, `parser` and `parsing` are one."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LETTERS_OF_A_ROOT:
            return _undoubled(word[: -len(ending)] + instead)
    return _undoubled(word)


def _undoubled(root: str) -> str:
    """Return a root without the doubling that an ending brings: `stopp`, but not `fill`, which is no `file`."""
    doubled = len(root) > _LETTERS_OF_A_ROOT and root[-1] == root[-2]
    return root[:-1] if doubled and not (root.endswith("ll") and len(root) == _LETTERS_OF_A_SHORT_VERB) else root


def stems(text: str) -> frozenset[str]:
    """Return the stems of a text's words; abbreviations that programmers use stand for what they abbreviate, too."""
    found = words(text)
    return frozenset(stem(word) for word in (*found, *(_ABBREVIATIONS[w] for w in found if w in _ABBREVIATIONS)))


def is_grounded(word: str, ground: frozenset[str]) -> bool:
    """Whether a word is among these stems, or begins with one of them, or is the verb or the opposite of one.

    So `environment` is grounded in `env`, `shuts` in `shutdown`, and `deserialize` in `serialize`.
    """
    root = stem(word)
    beginnings = (word[:length] for length in range(_LETTERS_OF_A_PREFIX, len(word) - 1))
    return (
        root in ground
        or any(beginning in ground and beginning not in _PREFIXES for beginning in beginnings)
        or any(root + particle in ground for particle in _PARTICLES)
        or any(is_grounded(rest, ground) for rest in _without_prefix(word))
        or _is_part_of_a_compound(root, ground)
    )


def _is_part_of_a_compound(root: str, ground: frozenset[str]) -> bool:
    """Whether a word of the ground is made of this one and of a plain word, as `username` is of `user`."""
    if len(root) <= _LETTERS_OF_A_ROOT:
        return False
    rests = [word.removeprefix(root) for word in ground if word.startswith(root)]
    rests += [word.removesuffix(root) for word in ground if word.endswith(root)]
    return any(len(rest) >= _LETTERS_OF_A_ROOT and stem(rest) in plain_words() for rest in rests)


def _without_prefix(word: str) -> Iterable[str]:
    rests = (word.removeprefix(prefix) for prefix in _REVERSING if word.startswith(prefix))
    return (rest for rest in rests if len(rest) > _LETTERS_OF_A_ROOT)


@cache
def plain_words() -> frozenset[str]:
    """Return the stems of words that documentation of any subject uses, and that name nothing by themselves."""
    text = files("docgen.evidence").joinpath("plain_words.txt").read_text(encoding="utf-8")
    return frozenset(stem(word) for word in _without_comments(text))


def _without_comments(text: str) -> Iterable[str]:
    return (word for line in text.splitlines() if not line.startswith("#") for word in line.split())
