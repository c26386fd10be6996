type Pair[T, *Ts = *tuple[int, ...], **P = [int]] = tuple[T, T]
"""Two of a kind."""
Old: "TypeAlias" = list[int]


def first[T: (int, str) = int](items: list[T]) -> T: return items[0]


class Box[T: Hashable](Base[T], *mixins, **options): pass


def text(name): return f"{name["key"]!r:>{width}} {'\n'.join(x)}"


def handles():
    try:
        pass
    except* ValueError as group:
        raise
