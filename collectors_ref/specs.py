"""Specs: the shape, dtype, device and domain of what an environment reads and writes.

Each leaf spec describes one tensor; `Composite` describes a tensordict, by key. They are just rich enough for the
environments of this package. Environments of other libraries bring their own, and the collectors ask of any spec
only `rand` and, for a composite, `keys`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

import torch
from tensordict import TensorDict, TensorDictBase

from collectors_ref._typing import DEVICE_TYPING


class Spec(ABC):
    """Describes a tensor.

    Args:
        shape: Its shape, the environment's batch dimensions first.
        dtype: Its element type.
        device: Where samples are made. None means torch's default device.
    """

    def __init__(self, shape: tuple[int, ...] = (), dtype: torch.dtype = torch.float32, device: DEVICE_TYPING = None):
        self.shape = torch.Size(shape)
        self.dtype = dtype
        self.device = None if device is None else torch.device(device)

    @abstractmethod
    def rand(self) -> torch.Tensor:
        """Draw a sample with torch's global generator.

        Returns:
            A tensor of the spec's shape, dtype and device, inside its domain.
        """

    def zero(self) -> torch.Tensor:
        """Make a tensor of zeros, whether or not zero lies in the domain.

        Returns:
            A tensor of the spec's shape, dtype and device.
        """
        return torch.zeros(self.shape, dtype=self.dtype, device=self.device)

    def to(self, device: DEVICE_TYPING) -> Spec:
        """Copy the spec to a device.

        Args:
            device: Where the copy makes its samples.

        Returns:
            A new spec; this one is unchanged.
        """
        copy = object.__new__(type(self))
        copy.__dict__.update(self.__dict__, device=None if device is None else torch.device(device))
        return copy

    def expand(self, *batch: int) -> Spec:
        """Put batch dimensions in front of the shape.

        Args:
            *batch: The sizes of the new leading dimensions.

        Returns:
            A new spec; this one is unchanged.
        """
        copy = object.__new__(type(self))
        copy.__dict__.update(self.__dict__, shape=torch.Size((*batch, *self.shape)))
        return copy

    def __repr__(self) -> str:
        return f"{type(self).__name__}(shape={tuple(self.shape)}, dtype={self.dtype}, device={self.device})"


class Unbounded(Spec):
    """Any value of the dtype; samples are standard normal for floats, and uniform over the dtype's range otherwise."""

    def rand(self) -> torch.Tensor:
        """Draw a sample with torch's global generator.

        Returns:
            Normal values for a floating dtype, coin flips for bool, uniform integers otherwise.
        """
        if self.dtype.is_floating_point:
            return torch.randn(self.shape, dtype=self.dtype, device=self.device)
        if self.dtype is torch.bool:
            return torch.randint(2, self.shape, device=self.device).bool()
        limits = torch.iinfo(self.dtype)
        return torch.randint(limits.min, limits.max, self.shape, dtype=self.dtype, device=self.device)


class Bounded(Spec):
    """Values between two bounds.

    Args:
        low: The smallest value.
        high: The largest value for floats (never drawn), the largest drawn for integers.
        shape: Shape of the tensor.
        dtype: Element type.
        device: Where samples are made.
    """

    def __init__(
        self,
        low: float,
        high: float,
        shape: tuple[int, ...] = (),
        dtype: torch.dtype = torch.float32,
        device: DEVICE_TYPING = None,
    ):
        super().__init__(shape, dtype, device)
        self.low = low
        self.high = high

    def rand(self) -> torch.Tensor:
        """Draw a uniform sample with torch's global generator.

        Returns:
            A tensor with values in ``[low, high)`` for floats and ``[low, high]`` for integers.
        """
        if self.dtype.is_floating_point:
            unit = torch.rand(self.shape, dtype=self.dtype, device=self.device)
            return unit * (self.high - self.low) + self.low
        return torch.randint(int(self.low), int(self.high) + 1, self.shape, dtype=self.dtype, device=self.device)


class Categorical(Spec):
    """An index of one of ``n`` classes.

    Args:
        n: Number of classes.
        shape: Shape of the tensor of indices.
        dtype: Integer type of the index.
        device: Where samples are made.
    """

    def __init__(
        self, n: int, shape: tuple[int, ...] = (), dtype: torch.dtype = torch.int64, device: DEVICE_TYPING = None
    ):
        super().__init__(shape, dtype, device)
        self.n = n

    def rand(self) -> torch.Tensor:
        """Draw a class uniformly with torch's global generator.

        Returns:
            Indices from 0 to ``n - 1``.
        """
        return torch.randint(self.n, self.shape, dtype=self.dtype, device=self.device)


class OneHot(Spec):
    """One of ``n`` classes as a vector with a single one in the last dimension.

    Args:
        n: Number of classes, and size of the last dimension.
        shape: Shape without the class dimension.
        dtype: Element type.
        device: Where samples are made.
    """

    def __init__(
        self, n: int, shape: tuple[int, ...] = (), dtype: torch.dtype = torch.int64, device: DEVICE_TYPING = None
    ):
        super().__init__((*shape, n), dtype, device)
        self.n = n

    def rand(self) -> torch.Tensor:
        """Draw a class uniformly with torch's global generator.

        Returns:
            One-hot vectors of shape ``(*shape, n)``.
        """
        index = torch.randint(self.n, self.shape[:-1], device=self.device)
        return torch.nn.functional.one_hot(index, self.n).to(self.dtype)


class Composite:
    """Describes a tensordict: a spec for each key, with composites for nested tensordicts.

    Args:
        specs: Specs by key.
        shape: Batch size of the tensordict; each leaf's shape begins with it.
        device: Device of the tensordicts made from it. None leaves them without one.
    """

    def __init__(
        self,
        specs: dict[str, Spec | Composite] | None = None,
        shape: tuple[int, ...] = (),
        device: DEVICE_TYPING = None,
    ):
        self._specs: dict[str, Spec | Composite] = dict(specs or {})
        self.shape = torch.Size(shape)
        self.device = None if device is None else torch.device(device)

    def keys(self, include_nested: bool = False, leaves_only: bool = False) -> Iterator[Any]:
        """List the keys, as a tensordict does.

        Args:
            include_nested: Also give the keys of nested composites, as tuples.
            leaves_only: Leave out the keys whose value is a composite.

        Yields:
            Strings for this level; tuples of strings for the levels below.
        """
        for key, spec in self._specs.items():
            if not (leaves_only and isinstance(spec, Composite)):
                yield key
            if include_nested and isinstance(spec, Composite):
                for nested in spec.keys(True, leaves_only):
                    yield (key, *nested) if isinstance(nested, tuple) else (key, nested)

    def items(self) -> Iterator[tuple[str, Spec | Composite]]:
        """Give this level's keys with their specs.

        Yields:
            Pairs of a key and its spec, in the order in which they were given.
        """
        yield from self._specs.items()

    def __getitem__(self, key: str | tuple[str, ...]) -> Spec | Composite:
        first, *rest = (key,) if isinstance(key, str) else key
        spec = self._specs[first]
        return spec[tuple(rest)] if rest and isinstance(spec, Composite) else spec

    def __contains__(self, key: object) -> bool:
        return key in set(self.keys(True))

    def rand(self) -> TensorDictBase:
        """Draw a sample of every spec.

        Returns:
            A tensordict of the composite's shape and device.
        """
        return self._map("rand")

    def zero(self) -> TensorDictBase:
        """Make a tensordict of zeros.

        Returns:
            A tensordict of the composite's shape and device.
        """
        return self._map("zero")

    def to(self, device: DEVICE_TYPING) -> Composite:
        """Copy the composite and all that it holds to a device.

        Args:
            device: Where the copies make their samples.

        Returns:
            A new composite; this one is unchanged.
        """
        return Composite({key: spec.to(device) for key, spec in self._specs.items()}, self.shape, device)

    def expand(self, *batch: int) -> Composite:
        """Put batch dimensions in front of the shape of the composite and of all that it holds.

        Args:
            *batch: The sizes of the new leading dimensions.

        Returns:
            A new composite; this one is unchanged.
        """
        specs = {key: spec.expand(*batch) for key, spec in self._specs.items()}
        return Composite(specs, (*batch, *self.shape), self.device)

    def _map(self, method: str) -> TensorDictBase:
        values = {key: getattr(spec, method)() for key, spec in self._specs.items()}
        return TensorDict(values, batch_size=self.shape, device=self.device)

    def __repr__(self) -> str:
        fields = ", ".join(f"{key}={spec!r}" for key, spec in self._specs.items())
        return f"Composite({fields}, shape={tuple(self.shape)}, device={self.device})"
