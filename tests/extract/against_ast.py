"""What `ast` says of a file, to be compared with the records.

Run as a script, it compares whole folders: `python tests/extract/against_ast.py FOLDER…`.
"""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from docgen.errors import SourceError
from docgen.extract import SourceFile, find_sources, read_module
from docgen.records import Class, Function, Module, walk

_KINDS = {
    "posonlyargs": "positional-only",
    "args": "positional or keyword",
    "vararg": "variadic positional",
    "kwonlyargs": "keyword-only",
    "kwarg": "variadic keyword",
}
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def differences(file: SourceFile) -> list[str]:
    """Return what the record of a file says otherwise than `ast`, one line for each difference."""
    raw = file.path.read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(raw)
        except (SyntaxError, ValueError):
            return []
        try:
            module = read_module(file)
        except SourceError as error:
            return [str(error)]
        expected = list(_facts_of_tree(tree))
        actual = list(_facts_of_record(module))
    found = [f"{file.display}: {fact}" for fact in expected if fact not in actual]
    return found + [f"{file.display}: invented {fact}" for fact in actual if fact not in expected]


def _facts_of_tree(tree: ast.Module) -> Iterator[tuple[object, ...]]:
    yield "module", ast.get_docstring(tree)
    for node in _definitions(tree):
        first = min([node.lineno, *(item.lineno for item in node.decorator_list)])
        decorators = [ast.dump(item) for item in node.decorator_list]
        yield node.name, first, node.end_lineno, ast.get_docstring(node), decorators
        if isinstance(node, ast.ClassDef):
            keywords = [(item.arg or "**", ast.dump(item.value)) for item in node.keywords]
            yield node.name, first, [ast.dump(base) for base in node.bases], keywords
        else:
            yield node.name, first, _arguments(node.args), node.returns and ast.dump(node.returns)
            yield node.name, first, isinstance(node, ast.AsyncFunctionDef), _yields(node)


def _definitions(node: ast.AST) -> Iterator[Definition]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Definition):
            yield child
        yield from _definitions(child)


def _yields(function: ast.AST) -> bool:
    pending = list(ast.iter_child_nodes(function))
    body = function.body if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) else []
    pending = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, ast.Lambda | Definition):
            pending += ast.iter_child_nodes(node)
    return False


def _arguments(arguments: ast.arguments) -> list[tuple[object, ...]]:
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [*[None] * (len(positional) - len(arguments.defaults)), *arguments.defaults, *arguments.kw_defaults]
    by_name = dict(zip([item.arg for item in (*positional, *arguments.kwonlyargs)], defaults, strict=True))
    found: list[tuple[object, ...]] = []
    for field, kind in _KINDS.items():
        value = getattr(arguments, field)
        for item in value if isinstance(value, list) else [value] if value else []:
            annotation, default = item.annotation, by_name.get(item.arg)
            found.append((item.arg, kind, annotation and ast.dump(annotation), default and ast.dump(default)))
    return found


def _facts_of_record(module: Module) -> Iterator[tuple[object, ...]]:
    yield "module", module.docstring and module.docstring.text
    for element in walk(module):
        if not isinstance(element, Class | Function):
            continue
        assert module.source[element.span.start] in "@adc", element.path
        docstring = element.docstring and element.docstring.text
        decorators = [_dump(item.text) for item in element.decorators]
        yield element.name, element.lineno, element.endlineno, docstring, decorators
        if isinstance(element, Class):
            keywords = [(item.name, _dump(item.value)) for item in element.keywords]
            yield element.name, element.lineno, [_dump(base) for base in element.bases], keywords
        else:
            parameters = [
                (item.name, item.kind, item.annotation and _dump(item.annotation), item.default and _dump(item.default))
                for item in element.parameters
            ]
            yield (
                element.name,
                element.lineno,
                parameters,
                element.returns.annotation and _dump(element.returns.annotation),
            )
            yield element.name, element.lineno, "async" in element.labels, element.yields is not None


def _dump(text: str) -> str:
    """Dump an expression as it stands in a call, where a star is allowed."""
    call = ast.parse(f"f({text}\n)").body[0]
    assert isinstance(call, ast.Expr)
    assert isinstance(call.value, ast.Call)
    if len(call.value.args) == 1:
        return ast.dump(call.value.args[0])
    return ast.dump(ast.parse(f"({text}\n)", mode="eval").body)


def main() -> None:
    """Compare the files that the arguments name and print the differences."""
    sources = find_sources(sys.argv[1:], cwd=Path.cwd(), include_tests=True)
    found = [line for source in sources for line in differences(source)]
    print(*found, sep="\n")
    print(f"{len(sources)} files, {len(found)} differences")


if __name__ == "__main__":
    main()
