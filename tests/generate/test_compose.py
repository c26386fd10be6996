from collections.abc import Callable

import pytest

from docgen.evidence.facts import Facts
from docgen.evidence.finder import facts_of
from docgen.evidence.subjects import with_owners
from docgen.generate.compose import compose, sufficient
from docgen.records import Module, Subject, SubjectKind

ModuleOf = Callable[[str], Module]


def facts_at(module: Module, end: str, kind: SubjectKind, part: str = "") -> Facts:
    """Return the facts about a subject of the first element whose path ends so."""
    element, owner = next((e, o) for e, o in with_owners(module) if e.path.endswith(end))
    return facts_of(module, element, owner, Subject(element=element.id, kind=kind, part=part))


SOURCE = """
    class Boiler:
        def __init__(self, hot, spare, strict=False):
            self.hot = hot
            self._strict = strict
            if spare is not None:
                check(spare, strict)

        def heat(self, target, dry=False):
            if self.hot:
                self.burn(target)
            elif dry:
                warn()
            left = self.measure(target)
            return left

        @abc.abstractmethod
        def vent(self, by): ...

        def lift(self, *, to=None):
            if to > 99:
                raise OverflowError("give `to` in metres")
            return to if to < 9 else 9

    class Tap(Base):
        def __init__(self, pipe, valve=None, *rest, unused=0, **options):
            self.pipe = pipe
            connect(valve, to=pipe, **options)
            for item in rest:
                item.check()

        @property
        def flow(self):
            return self._flow

        def close(self):
            return super().close()

        def drip(self, often):
            if often:
                return None
            return self

        def turn(self, by, name):
            if by > 9 or name in self.pipe:
                raise ValueError(f"cannot turn {name}\\n by {by}")
            if by == 0:
                raise TypeError("zero")
            if not name:
                raise TypeError(name)
            try:
                connect(name)
            except OSError:
                if by:
                    raise RuntimeError("no " "connection")
            raise KeyError
"""


@pytest.mark.parametrize(
    ("name", "kind", "part", "sentence"),
    [
        (
            "Tap.__init__",
            "parameter",
            "pipe",
            "Stored as the attribute `pipe` and passed to `connect` as `to`; "
            "`ValueError` is raised by `turn` where `by > 9 or name in self.pipe`.",
        ),
        ("Tap.__init__", "parameter", "valve", "Passed to `connect`."),
        ("Tap.__init__", "parameter", "rest", "Further positional arguments, iterated over."),
        ("Tap.__init__", "parameter", "options", "Further keyword arguments, passed to `connect`."),
        ("Tap.__init__", "parameter", "unused", "Accepted, but not used by `Tap.__init__`."),
        (
            "Tap.__init__",
            "function",
            "",
            "Sets the attribute `pipe` and calls `connect`; calls `item.check` in the loop over `rest`.",
        ),
        ("flow", "function", "", "The value of `self._flow`."),
        (
            "Boiler.__init__",
            "parameter",
            "hot",
            "Stored as the attribute `hot`; `self.burn` is called by `heat` where the attribute is true.",
        ),
        ("Boiler.__init__", "parameter", "spare", "Passed to `check` where it is not `None`."),
        ("vent", "parameter", "by", "Required; subclasses define what it does."),
        (
            "lift",
            "raises",
            "OverflowError",
            "If `to > 99`, with the message “give `to` in metres”.",
        ),
        (
            "lift",
            "parameter",
            "to",
            "`OverflowError` is raised where `to > 99`; `to if to < 9 else 9` is returned.",
        ),
        ("Boiler", "class", "", "A class that defines `heat`, `vent` and `lift`."),
        ("Tap", "class", "", "A subclass of `Base` that defines `flow`, `close`, `drip` and others."),
        ("sample", "module", "", "Defines `Boiler` and `Tap`."),
        ("heat", "parameter", "dry", "`warn` is called where `not self.hot and dry`."),
        ("heat", "returns", "", "The value of `self.measure(target)`."),
        ("close", "function", "", "Does what `close` of the parent class does."),
        ("close", "returns", "", "What `close` of the parent class returns."),
        ("drip", "returns", "", "`None` where `often`, else `self`."),
        (
            "turn",
            "raises",
            "ValueError",
            "If `by > 9 or name in self.pipe`, with the message `cannot turn {name} by {by}`.",
        ),
        ("turn", "raises", "TypeError", "If `by == 0`, or if `not name`."),
        ("turn", "raises", "RuntimeError", "If `OSError` is caught and `by`, with the message `no connection`."),
        ("turn", "raises", "KeyError", "Raised by `Tap.turn`."),
    ],
)
def test_a_composed_sentence_says_what_the_body_shows(
    module_of: ModuleOf, name: str, kind: SubjectKind, part: str, sentence: str
) -> None:
    place = name if name == "sample" else f"sample.{name}" if name.startswith("Boiler") else f".{name}"
    assert compose(facts_at(module_of(SOURCE), place, kind, part)) == sentence


MORE = """
    class Kettle:
        def __init__(self, size, lid=None):
            self.size, self.lid = size, lid

        def fill(self, water):
            self.level += water
            if self.level > self.size:
                raise OverflowError

        def serve(self, cups, *, tea=None, sugar=0, lump=None, **options):
            tea = tea or brew(self)
            assert sugar >= 0
            for cup in cups:
                pour(cup, tea)
            if self.level == 0:
                return None
            if lump is None:
                return refill(tea)
            stirred = []
            for cup in cups:
                stirred.append(stir(cup, sugar))
            return stirred

        def find(self, tag):
            for cup in self.cups:
                if cup.tag == tag:
                    return cup
            raise KeyError(tag)

        def restore(self, state):
            self.level, self.lid = state

        @property
        def material(self):
            return "steel"

    class Thermos(Kettle):
        pass

    class Brand(Kettle):
        maker = "someone"
        country = "somewhere"

    class Stove(ABC):
        @abstractmethod
        def light(self, gas): ...

    class Range(Stove):
        def light(self, gas):
            burn(gas)

    def drain(kettles, by=1):
        for kettle, level in kettles:
            while level > by:
                level -= by
            yield kettle

    def measure(path, unit):
        path = os.fspath(path)
        try:
            return read(path) * unit
        except OSError:
            return 0

    def trim(wick, trim_again):
        if wick[:1] == "a":
            wick = wick[1:]
            if not wick:
                raise ValueError("short")
        if wick is lost:
            raise LookupError
        return Lamp(wick).trim_again(trim_again, "x")

    def snuff(lamps, strict, out=None):
        if out is None:
            if strict:
                out = bin_of(lamps)
            else:
                out = tray_of(lamps)
            if out is None:
                return None
        return [lamp for lamp in lamps if strict or lamp.lit]

    def rinse(pot, taps, how):
        try:
            pot.rinse(taps)
            return pot.scrub() + how
        except OSError:
            pass
        if taps:
            for tap in taps:
                if tap.runs:
                    break
            else:
                raise KeyError("no tap")
        return pot

    def season(salt):
        boil(salt=salt)
        stir(salt)
"""


@pytest.mark.parametrize(
    ("name", "kind", "part", "sentence"),
    [
        (
            "Kettle.__init__",
            "parameter",
            "size",
            "Stored as the attribute `size`; `OverflowError` is raised by `fill` where `self.level > self.size`.",
        ),
        ("Kettle.__init__", "parameter", "lid", "Stored as the attribute `lid`."),
        ("Kettle", "overview", "", "Instances hold the attributes `size` and `lid`. `lid` is set in `restore`."),
        ("fill", "parameter", "water", "Added to `self.level`."),
        (
            "serve",
            "parameter",
            "cups",
            "Iterated over, its items being passed to `pour`.",
        ),
        (
            "serve",
            "parameter",
            "tea",
            "Replaced by `brew(self)` where it is false; passed to `pour` and `refill` in some cases.",
        ),
        ("serve", "parameter", "sugar", "Passed to `stir` in some cases; `sugar >= 0` is asserted."),
        ("serve", "parameter", "lump", "`refill(tea)` may be returned where it is `None`."),
        ("serve", "parameter", "options", "Further keyword arguments, which are not used."),
        (
            "serve",
            "returns",
            "",
            "`None` where `self.level == 0`, else `refill(tea)` where `lump is None`, "
            "else a list of `stir(cup, sugar)`.",
        ),
        (
            "find",
            "parameter",
            "tag",
            "Used in the message of `KeyError`; `cup` is returned where `cup.tag == tag` in the loop over `self.cups`.",
        ),
        ("find", "returns", "", "`cup` where `cup.tag == tag` in the loop over `self.cups`."),
        ("restore", "parameter", "state", "Unpacked into `self.level, self.lid`."),
        ("material", "function", "", "Always `'steel'`."),
        ("Thermos", "class", "", "A subclass of `Kettle` that adds nothing of its own."),
        ("Brand", "class", "", "A subclass of `Kettle` that defines `maker` and `country`."),
        ("Stove.light", "function", "", "Has no body of its own: `Range` defines what it does."),
        ("Stove.light", "parameter", "gas", "Required; `Range` defines what it does."),
        ("drain", "parameter", "kettles", "Iterated over, its items being unpacked into `kettle, level`."),
        ("drain", "parameter", "by", "Subtracted from `level` in some cases; a loop goes on while `level > by`."),
        ("drain", "function", "", "Yields `kettle` in the loop over `kettles`."),
        ("season", "parameter", "salt", "Passed to `boil` as `salt` and to `stir`."),
        ("measure", "parameter", "path", "Replaced by `os.fspath(path)` and passed to `read`."),
        ("trim", "raises", "ValueError", "With the message `short`."),
        (
            "trim",
            "parameter",
            "wick",
            "Replaced by `wick[1:]` where `wick[:1] == 'a'`; passed to `Lamp`; `LookupError` is raised where"
            " `wick is lost`.",
        ),
        ("snuff", "parameter", "out", "Replaced by `bin_of(lamps)` where `out is None and strict`."),
        (
            "snuff",
            "parameter",
            "strict",
            "`bin_of` is called where `out is None and strict`;"
            " `tray_of` is called where `out is None and (not strict)`.",
        ),
        ("rinse", "parameter", "taps", "Passed to `pot.rinse`; iterated over in some cases."),
        ("rinse", "parameter", "how", "`pot.scrub() + how` is returned in some cases."),
        ("rinse", "raises", "KeyError", "With the message `no tap`."),
        ("trim", "parameter", "trim_again", "Passed to `Lamp(wick).trim_again`."),
        ("measure", "returns", "", "`0` where `OSError` is caught, else `read(path) * unit`."),
    ],
)
def test_a_composed_sentence_names_conditions_and_what_becomes_of_a_value(
    module_of: ModuleOf, name: str, kind: SubjectKind, part: str, sentence: str
) -> None:
    assert compose(facts_at(module_of(MORE), f".{name}", kind, part)) == sentence


SOME_CASES = """
    class Reader:
        def __init__(self, path, mode, hook, cache, *backups):
            self.path = path
            self.mode = known(mode)
            if cache:
                self.cache = Cache(cache)
            self.names = set()
            for backup in backups:
                self.names.update(backup)
            if isinstance(path, Path):
                check(path)

        def start(self):
            if not self.path:
                self.path = ask()

        def read(self, source):
            item = source.get()
            if item is END:
                source.skip()
                source.done()
                return
            if item.is_old:
                if item.is_seen:
                    source.done()
                    return
            self.show(item)
            try:
                source.done()
            except DoneError:
                raise
            with suppress(OSError):
                flush()
                source.close()
                source.stop()

        def number(self):
            if self.file:
                try:
                    return self.file.fileno()
                except ValueError:
                    return -1
            else:
                return -1

    def opened(path, mode, encoding=None):
        kind = splitext(path)
        if kind == ".gz":
            stream = gzip.open(path, mode)
        elif kind == ".bz2":
            stream = bz2.open(path, mode)
        else:
            return open(path, mode, encoding=encoding)
        return wrapped(stream) if "b" not in mode else stream

    def tone(hue, light, depth):
        if depth == 0:
            return light, light
        for step in light:
            if step == hue:
                return None
        mixed = mix(hue + depth, light, depth)
        return mix(hue - depth, light), shade(mixed, depth)

    def paint(wall, colour):
        if wall is None:
            return
        wall = primed(wall)
        brush(wall, colour)

    def coat(wall, colour):
        if wall is None:
            return
        brush(wall, colour)

    def hook(encoding):
        def opener(path):
            return open(path, encoding=encoding)
        return opener

    def options(text, defaults):
        found = deepcopy(defaults)
        for option in text.split(","):
            try:
                section, key = option.split(".")
            except ValueError:
                raise OptionError(f"invalid option {option}")
            if key not in defaults:
                raise OptionError(f"invalid key {key}")
            found[section][key] = True
        return found

    def grouped(rows, size, strict, key=None):
        groups = {}
        for row in rows:
            groups.setdefault(row.key, []).append(row)
        if size == 0:
            raise GroupError("nothing to group by")
        if size < 0:
            raise GroupError
        name = normalized(key) if strict else key
        trimmed = strict and shorten(size)
        later = lambda: finish(size)
        return groups

    async def sent(item):
        try:
            send(item)
        except Full:
            gone = await wait(item)
            if gone:
                raise BrokenPipeError from None
            elif closed(item):
                raise ClosedError from None
        except OSError as error:
            raise SendError(f"not sent: {error}") from error

    def heads(head, rows):
        cache = list()
        cache.append(head)
        if head:
            yield heading(head)
        yield from cache
        yield rows

    def unique(rows, key=None):
        if key is None:
            for row in rows:
                if row not in seen:
                    yield row
        else:
            for row in rows:
                if key(row) not in seen:
                    yield row

    def window(rows, size=None):
        if size is None:
            return all_of(rows)
        size = index(size)
        return windowed(rows, size)

    def parted(rows, tests):
        for row in rows:
            for test in tests:
                if test.fits(row):
                    break
            else:
                leave(row)

    def collected(node, names=()):
        found = []
        collect(node, found, [names])
        retry(node, [name.strip() for name in names])
        return found
"""


@pytest.mark.parametrize(
    ("name", "kind", "part", "sentence"),
    [
        (
            "Reader",
            "overview",
            "",
            "Instances hold the attributes `path`, `mode` and `names`. `path` is set in `start`.",
        ),
        (
            "__init__",
            "function",
            "",
            "Sets the attributes `path`, `mode` and `names`, calls `known`,"
            " and may call `Cache`, `self.names.update` and `check`.",
        ),
        (
            "__init__",
            "parameter",
            "path",
            "Stored as the attribute `path`; passed to `check` where `isinstance(path, Path)`; read by `start`.",
        ),
        ("__init__", "parameter", "mode", "`self.mode` is set to `known(mode)`."),
        ("__init__", "parameter", "cache", "`self.cache` is set to `Cache(cache)` where it is true."),
        (
            "read",
            "parameter",
            "source",
            "Its methods `get` and `done` are called; its methods `skip`, `close` and `stop` are called in some cases.",
        ),
        ("number", "returns", "", "`self.file.fileno()` or `-1`."),
        (
            "opened",
            "parameter",
            "path",
            "Passed to `splitext`; passed to `gzip.open`, `bz2.open` and `open` in some cases.",
        ),
        ("opened", "parameter", "encoding", "Passed to `open` as `encoding` where `kind != '.gz' and kind != '.bz2'`."),
        (
            "tone",
            "parameter",
            "hue",
            "`None` may be returned where `step == hue` in the loop over `light`;"
            " `hue + depth` and `hue - depth` are passed to `mix` in some cases.",
        ),
        (
            "tone",
            "parameter",
            "depth",
            "Passed to `mix` and `shade` in some cases; `(light, light)` is returned where `depth == 0`;"
            " `hue + depth` and `hue - depth` are passed to `mix` in some cases.",
        ),
        ("paint", "parameter", "colour", "Passed to `brush` in some cases."),
        ("coat", "parameter", "colour", "Passed to `brush` where `wall is not None`."),
        ("hook", "parameter", "encoding", "Passed to `open` as `encoding` by the inner function `opener`."),
        ("hook", "returns", "", "The inner function `opener`."),
        ("options", "returns", "", "The local variable `found` (at first `deepcopy(defaults)`)."),
        ("options", "raises", "OptionError", "With the message `invalid option {option}` or `invalid key {key}`."),
        ("grouped", "returns", "", "The local variable `groups` (at first `{}`)."),
        ("grouped", "raises", "GroupError", "If `size == 0`, or if `size < 0`."),
        ("grouped", "parameter", "key", "Passed to `normalized` where `strict`."),
        (
            "grouped",
            "parameter",
            "size",
            "Passed to `shorten` and `finish` in some cases; `GroupError` is raised where `size == 0`;"
            " `GroupError` is raised where `size < 0`.",
        ),
        ("sent", "raises", "BrokenPipeError", "If `Full` is caught and `gone`."),
        ("sent", "raises", "ClosedError", "If `Full` is caught and `not gone and closed(item)`."),
        ("sent", "raises", "SendError", "If `OSError` is caught, with the message `not sent: {error}`."),
        ("heads", "yields", "", "`heading(head)`, each item of `cache` or `rows`."),
        ("unique", "yields", "", "`row` in the loop over `rows`."),
        (
            "window",
            "parameter",
            "size",
            "Replaced by `index(size)` where it is not `None`; passed to `windowed` in some cases;"
            " `all_of(rows)` is returned where it is `None`.",
        ),
        (
            "parted",
            "parameter",
            "rows",
            "Iterated over, its items being passed to `test.fits` and `leave` in some cases.",
        ),
        ("collected", "returns", "", "The local variable `found` (at first `[]`)."),
        ("collected", "parameter", "node", "Passed to `collect` and `retry`."),
        ("collected", "parameter", "names", "Iterated over; `[names]` is passed to `collect`."),
    ],
)
def test_what_only_some_calls_do_is_not_told_of_all(
    module_of: ModuleOf, name: str, kind: SubjectKind, part: str, sentence: str
) -> None:
    assert compose(facts_at(module_of(SOME_CASES), f".{name}", kind, part)) == sentence


LEFT = """
    class Store:
        def __init__(self, size, spare, hooks, mode, key=None):
            self.size = size
            if mode:
                self.size = 0
            self.spare = spare
            self.spare = min(spare, 9)
            self.key = key
            if key is None:
                self.key = object()
            for hook in hooks:
                if mode:
                    hook(size)
                if hook.done:
                    break

        def first(self, names):
            for name in names:
                if name:
                    break
            else:
                return
            self.name = name

    def reports(names, seen, strict):
        if strict:
            for name in names:
                raise ValueError(f"too many: {name}")
        for name in names:
            use(name, seen)
            if name in seen:
                break
        else:
            if not seen:
                raise KeyError("none")

    def walk(names, limit):
        if not limit:
            return
        yield from names

    def found(table, more, key):
        try:
            value = table[key]
        except KeyError:
            value = 0
        try:
            return more[value]
        except KeyError:
            return None

    def joined(key, part):
        part = cut(part, 3)
        part += 1
        key = join(part)
        return key

    def checked(key):
        try:
            if key < 0:
                raise KeyError(key)
            if key > 9:
                raise ValueError(key)
            raise TypeError("no key")
        except KeyError:
            pass
        except ValueError:
            raise LookupError(key)

    def picked(key, part, parts):
        try:
            while part:
                for one in parts:
                    read(one)
                return part
            write(join(parts), key)
        except OSError:
            match part:
                case 0:
                    return 0
        else:
            leave(key)
        for one in parts:
            if part:
                continue
            for each in parts:
                write(each)

    def asked(key, part):
        while (part := part - 1) > 0:
            mark(part)
        if (key := read(part)):
            mark(key)
            return key

    def spread(parts):
        try:
            write([read(part) for part in parts])
            raise KeyError
        except KeyError:
            mark(parts)

    def traded(key, part):
        if key:
            try:
                raise KeyError(key)
            except KeyError:
                pass
        elif part is None:
            return 1

    def tried(key, part, parts):
        part = part or 0
        part -= 2
        for one in parts:
            if not part:
                mark(key)
"""


@pytest.mark.parametrize(
    ("name", "kind", "part", "sentence"),
    [
        # A test in a loop is not all that decides: the loop may be over nothing.
        ("Store.__init__", "parameter", "mode", "`hook` is called where it is true in the loop over `hooks`."),
        (
            "Store.__init__",
            "parameter",
            "size",
            "Stored as the attribute `size` in some cases; passed to `hook` where `mode` in the loop over `hooks`.",
        ),
        # What takes the place of a value at once leaves nothing of it, but a default does.
        ("Store.__init__", "parameter", "spare", "`self.spare` is set to `min(spare, 9)`."),
        ("Store.__init__", "parameter", "key", "Stored as the attribute `key`."),
        # A loop that may be left does not come to each item.
        (
            "Store.__init__",
            "parameter",
            "hooks",
            "Iterated over, its items being called as `hook(size)` in some cases.",
        ),
        ("first", "function", "", "May set the attribute `name`."),
        # No test tells whether there is an item, or whether a loop was left.
        ("reports", "raises", "ValueError", "With the message `too many: {name}`."),
        ("reports", "raises", "KeyError", "With the message `none`."),
        # What a generator returns, its caller does not get.
        ("walk", "parameter", "limit", "Required parameter of `walk`."),
        # Which of two handlers catches it, nobody is told.
        ("found", "returns", "", "`more[value]` or `None`."),
        # The value that takes a parameter's place must be made of what can be read.
        ("joined", "parameter", "key", "Required parameter of `joined`."),
        # A test may be what takes the place of a value.
        ("asked", "parameter", "part", "A loop goes on while `(part := (part - 1)) > 0`."),
        ("asked", "parameter", "key", "Required parameter of `asked`."),
        # What is caught inside does not come out.
        ("traded", "returns", "", "`1` where `not key and part is None`, else `None`."),
        ("checked", "function", "", "May raise `TypeError` and `LookupError`."),
        # A block whose exceptions are caught may be left at its first call, and its `else` not reached.
        ("spread", "function", "", "Calls `mark` and may call `write`; calls `read` in the loop over `parts`."),
        ("picked", "function", "", "May call `read`, `write` and `leave`, and returns `part`, `0` or `None`."),
        ("picked", "parameter", "key", "Passed to `write` and `leave` in some cases."),
        (
            "picked",
            "parameter",
            "parts",
            "Passed to `join` in some cases; iterated over, its items being passed to `write` in some cases.",
        ),
        # Nor is a handler all that decides where a `match` in it does.
        ("picked", "returns", "", "`part`, `0` or `None`."),
        ("tried", "parameter", "key", "Passed to `mark` in some cases."),
    ],
)
def test_what_a_loop_a_handler_or_a_second_assignment_decides_is_not_told_of_all(
    module_of: ModuleOf, name: str, kind: SubjectKind, part: str, sentence: str
) -> None:
    assert compose(facts_at(module_of(LEFT), f".{name}", kind, part)) == sentence


FIELDS = """
    import enum
    from dataclasses import dataclass, field
    from typing import TypedDict

    @dataclass
    class Order:
        goods: list
        paid: bool = False
        notes: list = field(default_factory=list)
        number: int = field(init=False)

    class Shop(TypedDict, total=False):
        place: str
"""


@pytest.mark.parametrize(
    ("owner", "field", "sentence"),
    [
        ("Order", "goods", "Required field of `Order`."),
        ("Order", "paid", "Optional field of `Order`."),
        ("Order", "notes", "Optional field of `Order`."),
        ("Order", "number", "Field of `Order`."),
        ("Shop", "place", "Field of `Shop`."),
    ],
)
def test_nothing_is_guessed_of_a_field_that_nothing_reads(
    module_of: ModuleOf, owner: str, field: str, sentence: str
) -> None:
    assert sufficient(facts_at(module_of(FIELDS), f".{owner}", "attribute", field)) == sentence


CHAINED = """
    class Timer:
        @property
        def minutes(self):
            self.unit = "minutes"
            return self

        @property
        def minute(self):
            if self.count != 1:
                raise ValueError("say minutes")
            return self.minutes

        @property
        def copy(self):
            return self

        def ring(self, times):
            if times < 1:
                raise ValueError(times)
            return self.bell.ring(times)

        def wait(self, times):
            self.rest()
            return self.bell.wait(times)
"""


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("minutes", "Sets the attribute `unit` and returns the instance itself."),
        ("minute", "The value of `self.minutes`."),
        ("copy", "The instance itself."),
        ("ring", "Returns `self.bell.ring(times)`."),
    ],
)
def test_a_property_that_changes_its_instance_says_so_and_a_guard_hides_no_value(
    module_of: ModuleOf, name: str, sentence: str
) -> None:
    facts = facts_at(module_of(CHAINED), f".{name}", "function")
    assert compose(facts) == sentence
    assert sufficient(facts) == sentence


def test_what_belongs_to_further_arguments_is_told_of_many(module_of: ModuleOf) -> None:
    source = """
        def pour(*cups):
            for cup in cups:
                fill(cup)
    """
    said = compose(facts_at(module_of(source), ".pour", "parameter", "cups"))
    assert said == "Further positional arguments, iterated over, their items being passed to `fill`."


WHEN = """
    class Shelf:
        def take_over(self, wares):
            for ware in wares:
                self.keep(ware)

        def tidy(self, hard):
            self.sort()
            if hard:
                self.dust("all")

        def sweep(self, rows):
            for row in rows:
                for ware in row:
                    self.keep(ware)

        def swap(self, ware):
            self.keep(ware)
            if ware:
                self.keep(None)

        def look(self, deep):
            self.sort()
            if deep:
                return self.bottom
            return self.top

        def rank(self, ware):
            if ware == 1:
                return "a"
            if ware == 2:
                return "b"
            if ware == 3:
                return "c"
            if ware == 4:
                return "d"
            return "e"

        def sift(self):
            while self.more:
                self.keep(self.more)

        def close(self):
            if self.top:
                raise TypeError("too full")
            raise TypeError("no shelf is closed")

        def either(self, ware, deep):
            if deep:
                return self.find(ware, self.bottom)
            else:
                return self.find(ware, self.top)

        def marked(self, ware, mark):
            ware = ware or self.top
            ware = wrapped(ware)
            if mark:
                self.keep(ware)
            self.keep(mark)

        def sell(self, ware):
            try:
                if ware is None:
                    raise KeyError
                self.give(ware)
            except KeyError:
                self.sort()

        def price(self, ware):
            if ware.sold:
                return 0
            if ware.lost:
                raise ValueError
            while self.more:
                raise ValueError

        def walk(self, deep):
            yield self
            if deep:
                yield from self.below()

        def seek(self, ware):
            try:
                if ware in self.top:
                    return self.top
            except TypeError:
                pass
            return self.search(ware)

        def mark(self, ware):
            self.sort()
            ware.marked = True

        def show(self):
            self.sort()
            print(self)

        def count(self):
            self.sort()
            number = 0
            for ware in self.top:
                number = number * 2 + ware
            return number

        @property
        def label(self):
            return self._label

        @label.setter
        def label(self, label):
            self._label = label or "none"

        def name(self, label):
            self.label = label

        def count_from(self, start):
            for number, ware in enumerate(self.top, start):
                self.keep((number, ware))

        def polish(self, ware):
            ware = rubbed(ware)
            ware = waxed(ware)
            ware = dried(ware)
            return ware

        def hail(self, call):
            if self.top:
                return call(self)
            return call(self, 1)

        def weigh(self, first, second):
            return (
                getattr(first, "colour_of_the_outside", None) != getattr(second, "colour_of_the_outside", None)
                or getattr(first, "colour_of_the_inside", None) != getattr(second, "colour_of_the_inside", None)
            )
"""


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("take_over", "Calls `self.keep` in the loop over `wares`."),
        ("look", "Calls `self.sort`; returns `self.bottom` where `deep`, else `self.top`."),
        ("sweep", ""),
        ("rank", ""),
        ("mark", ""),
        ("show", ""),
        ("count", ""),
    ],
)
def test_what_a_sentence_does_not_tell_all_of_is_the_models_to_tell(
    module_of: ModuleOf, name: str, sentence: str
) -> None:
    assert sufficient(facts_at(module_of(WHEN), f".{name}", "function")) == sentence


GUARDED = """
    def look_up(source, path):
        if not path:
            return source
        if isinstance(path, str):
            keys = path.split(".")
        elif isinstance(path, list):
            keys = path
        else:
            raise TypeError("not a path")
        return keys

    def half(number):
        if number % 2 == 0:
            return number // 2
        else:
            raise ValueError("odd")
"""


@pytest.mark.parametrize(
    ("name", "exception", "sentence"),
    [
        (
            "look_up",
            "TypeError",
            "Only if `not isinstance(path, str) and not isinstance(path, list)`, with the message `not a path`.",
        ),
        ("half", "ValueError", "If `number % 2 != 0`, with the message `odd`."),
    ],
)
def test_a_condition_is_not_told_as_enough_where_the_function_may_have_returned(
    module_of: ModuleOf, name: str, exception: str, sentence: str
) -> None:
    assert compose(facts_at(module_of(GUARDED), f".{name}", "raises", exception)) == sentence


@pytest.mark.parametrize(
    ("name", "kind", "part", "sentence"),
    [
        ("take_over", "function", "", "Calls `self.keep` in the loop over `wares`."),
        ("tidy", "function", "", "Calls `self.sort`; calls `self.dust` where `hard`."),
        ("look", "function", "", "Calls `self.sort`; returns `self.bottom` where `deep`, else `self.top`."),
        (
            "rank",
            "returns",
            "",
            "`'a'` where `ware == 1`, else `'b'` where `ware == 2`, else what another branch gives.",
        ),
        # Which of two loops, or calls, it is would not be told.
        ("sweep", "function", "", "May call `self.keep`."),
        ("swap", "function", "", "Calls `self.keep`."),
        ("sift", "function", "", "May call `self.keep`."),
        ("close", "function", "", "Always raises `TypeError`."),
        ("name", "parameter", "label", "Assigned to the property `label`."),
        ("count_from", "parameter", "start", "Used in `enumerate(self.top, start)`."),
        ("polish", "parameter", "ware", "Replaced by `rubbed(ware)`, then replaced again and returned."),
        ("hail", "parameter", "call", "Called."),
        ("close", "returns", "", "Nothing: `Shelf.close` always raises an exception."),
        ("either", "parameter", "ware", "Passed to `self.find`."),
        (
            "marked",
            "parameter",
            "ware",
            "Replaced by `self.top` where it is false; then replaced by `wrapped(ware)`; passed to `self.keep` where "
            "`mark`.",
        ),
        # Elsewhere it is called, too.
        ("marked", "parameter", "mark", "Passed to `self.keep`."),
        # What is raised there does not come out.
        ("sell", "parameter", "ware", "Passed to `self.give` in some cases."),
        ("price", "raises", "ValueError", "Raised by `Shelf.price`."),
        ("walk", "yields", "", "Each item of `self.below()` where `deep`, and `self`."),
        # Where the look at the top fails, too, the search goes on.
        (
            "seek",
            "parameter",
            "ware",
            "Passed to `self.search` in some cases; `self.top` may be returned where `ware in self.top`.",
        ),
        ("weigh", "parameter", "first", "Used in what is returned."),
    ],
)
def test_a_call_is_told_with_the_test_and_the_loop_that_it_stands_in(
    module_of: ModuleOf, name: str, kind: SubjectKind, part: str, sentence: str
) -> None:
    assert compose(facts_at(module_of(WHEN), f".{name}", kind, part)) == sentence


def test_a_small_model_is_asked_about_functions_alone(module_of: ModuleOf) -> None:
    module = module_of("def f(a):\n    try:\n        print(1)\n    except E if a else F:\n        raise E from None\n")
    assert sufficient(facts_at(module, ".f", "function")) == ""
    assert sufficient(facts_at(module, ".f", "parameter", "a")) == "Required parameter of `f`."
    assert sufficient(facts_at(module, ".f", "raises", "E")) == "If `E if a else F` is caught."
