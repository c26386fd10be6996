"""Modules made by hand, so that the renderers are tested without the extractor and without a model."""

from __future__ import annotations

import pytest

from docgen.records import (
    Attribute,
    Class,
    Decorator,
    Description,
    Docstring,
    Function,
    Import,
    Module,
    Parameter,
    Provenance,
    Raises,
    Returns,
    Source,
    Span,
    TypeParameter,
)


def said(text: str, source: Source = "model") -> Description:
    """A description, by the model unless told otherwise."""
    provenance = Provenance(
        source=source,
        model="qwen2.5-coder:1.5b" if source == "model" else "",
        base="frames.Reader.close" if source == "inherited" else "",
    )
    return Description(text=text, provenance=provenance)


def make_module(path: str, file: str, members: tuple[Class | Function | Attribute, ...] = (), text: str = "") -> Module:
    """A module of a few elements."""
    return Module(
        id=path, path=path, name=path.rpartition(".")[2], labels=("public",), lineno=1, endlineno=90,
        span=Span(start=0, end=0), filepath=file, members=members, description=said(text, "source") if text else None,
    )  # fmt: skip


def place(path: str, line: int, *labels: str, variant: str = "") -> dict[str, object]:
    """The fields that every element has."""
    return {
        "id": path + variant, "path": path, "name": path.rpartition(".")[2], "labels": ("public", *labels),
        "lineno": line, "endlineno": line + 4, "span": Span(start=0, end=0),
    }  # fmt: skip


ANY = "positional or keyword"
SELF = Parameter(name="self", kind=ANY)


@pytest.fixture
def frames() -> Module:
    """A module with everything in it that a page can show."""
    shift = Function(
        **place("frames.shift", 12),
        type_parameters=(TypeParameter(name="T", kind="type-var", bound="Frame"),),
        parameters=(
            Parameter(name="frame", kind="positional-only", annotation="Frame", description=said("The `Frame`.")),
            Parameter(name="by", kind=ANY, annotation="int | None", default="None", description=said("Steps.")),
            Parameter(name="rest", kind="variadic positional", annotation="T", description=said("More, as `*rest`.")),
            Parameter(name="wrap", kind="keyword-only", annotation="bool", default="True"),
            Parameter(name="options", kind="variadic keyword", description=said("Given to `Frame.read`.", "composed")),
        ),
        returns=Returns(annotation="list[T]", description=said("The frames, moved.")),
        raises=(
            Raises(exception="ValueError", description=said("`by` is negative.")),
            Raises(exception="OSError"),
        ),
        description=said("Shift every frame.\n\nSee `Frame.read` and `shift`.\n\n>>> shift(frame, 2)\n[<Frame *2*>]"),
    )  # fmt: skip
    read = Function(
        **place("frames.Frame.read", 41, "async"),
        parameters=(SELF, Parameter(name="size", kind=ANY, annotation="int", default="-1", description=said("Bytes."))),
        yields=Returns(annotation="bytes", description=said("Each part.")),
        returns=Returns(annotation="AsyncIterator[bytes]"),
        description=said("Read the file; see the module `frames.codec`."),
    )
    overloads = tuple(
        Function(
            **place("frames.Frame.get", 50 + number, "overload", variant=f"@overload.{number}"),
            decorators=(Decorator(text="overload", lineno=50),),
            parameters=(SELF, Parameter(name="key", kind=ANY, annotation=annotation)),
            returns=Returns(annotation=annotation),
        )
        for number, annotation in enumerate(("int", "str"), 1)
    )
    get = Function(
        **place("frames.Frame.get", 56),
        parameters=(SELF, Parameter(name="key", kind=ANY, annotation="int | str", description=said("Which one."))),
        returns=Returns(annotation="int | str"),
        description=said("Return one value.", "source"),
    )
    size = Function(
        **place("frames.Frame.size", 60, "property"),
        decorators=(Decorator(text="property", lineno=60),),
        parameters=(SELF,),
        returns=Returns(annotation="int", description=said("Bytes in all.", "inherited")),
        description=said("Size of the file.", "inherited"),
    )
    set_size = Function(
        **place("frames.Frame.size", 65, "setter", variant="@setter"),
        decorators=(Decorator(text="size.setter", lineno=65),),
        parameters=(SELF, Parameter(name="value", kind=ANY, annotation="int")),
    )
    hidden = Function(**{**place("frames.Frame._hidden", 70), "labels": ()}, description=said("Nobody sees this."))
    frame = Class(
        **place("frames.Frame", 30),
        decorators=(Decorator(text="dataclass(frozen=True)", lineno=30),),
        bases=("Reader", "Generic[T]"),
        members=(
            Attribute(**place("frames.Frame.path", 32), annotation="Path", description=said("Its file.", "edited")),
            Attribute(**place("frames.Frame.limit", 33), annotation="int", value="10_000", description=said("Bytes.")),
            Function(
                **place("frames.Frame.__init__", 36),
                parameters=(SELF, Parameter(name="path", kind=ANY, annotation="Path", description=said("The file."))),
                description=said("Open the file."),
            ),
            read, *overloads, get, size, set_size, hidden,
        ),
        description=said("One frame of a *film* with `list[int]` & <b>tags</b>.", "source"),
        overview=said("Call `read` first, then `frames.shift`.\n\n- one\n- two"),
    )  # fmt: skip
    module = make_module(
        "frames",
        "src/frames.py",
        (
            Attribute(**place("frames.LIMIT", 8), annotation="Final[int]", value="3", description=said("Most frames.")),
            shift,
            frame,
        ),
        "Frames of a film.\n\nThey are read with `frames.codec.decode`.",
    )
    return module.model_copy(
        update={
            "source": "# the source\n",
            "docstring": Docstring(text="Frames of a film.", lineno=1, endlineno=1),
            "imports": (Import(name="decode", target="frames.codec.decode", lineno=2),),
        }
    )


@pytest.fixture
def codec() -> Module:
    """A second module of the same run."""
    decode = Function(
        **place("frames.codec.decode", 3),
        parameters=(Parameter(name="data", kind=ANY, annotation="bytes", description=said("What to decode.")),),
        returns=Returns(annotation="Frame"),
        description=said("Decode bytes."),
    )
    module = make_module("frames.codec", "src/frames/codec.py", (decode,), "Codecs.")
    return module.model_copy(update={"imports": (Import(name="Frame", target="frames.Frame", lineno=1),)})
