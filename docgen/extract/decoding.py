"""Bytes to text, as Python itself decodes a source file: byte order mark, PEP 263 declaration, else UTF-8."""

from __future__ import annotations

import io
import tokenize
from codecs import BOM_UTF8

from docgen.errors import SourceError
from docgen.extract.layout import line_and_column


def decode(raw: bytes, file: str) -> str:
    """Decode a source file; a byte order mark is dropped, line endings stay as they are.

    Args:
        raw: The file's bytes.
        file: Its name, for errors.

    Raises:
        SourceError: The encoding is unknown, the bytes are not text in it, or there is a null byte.
    """
    encoding = declared_encoding(raw, file)
    body = raw[len(BOM_UTF8) :] if raw.startswith(BOM_UTF8) else raw
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        before = body[: error.start].decode(encoding, "replace")
        byte = body[error.start]
        raise SourceError(
            f"not {encoding} text: byte 0x{byte:02x} ({error.reason})",
            file,
            *line_and_column(before, len(before)),
            hint="save the file as UTF-8, or declare its encoding in the first line: # -*- coding: latin-1 -*-",
        ) from error
    except (LookupError, ValueError, TypeError) as error:
        raise _not_an_encoding(encoding, file) from error
    null = text.find("\0")
    if null >= 0:
        hint = "this looks like UTF-16 or a binary file; Python source is text, best saved as UTF-8"
        raise SourceError("null byte in the source", file, *line_and_column(text, null), hint=hint)
    return text


def declared_encoding(raw: bytes, file: str) -> str:
    """Return the encoding that Python reads a source file in, a byte order mark left aside.

    Raises:
        SourceError: There is no such encoding.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
    except SyntaxError as error:
        # This also stands for a first line that is not UTF-8; decoding tells where.
        if "invalid or missing" in str(error):
            return "utf-8"
        raise _not_an_encoding(str(error.msg).rpartition(": ")[2], file) from error
    return "utf-8" if encoding == "utf-8-sig" else encoding


def _not_an_encoding(name: str, file: str) -> SourceError:
    hint = "correct the coding declaration at the top of the file, or remove it if the file is UTF-8"
    return SourceError(f"the declared encoding is not one that Python source can have: {name}", file, 1, 1, hint=hint)
