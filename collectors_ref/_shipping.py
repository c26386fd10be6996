"""How objects travel to a spawned process: by value, except for tensors that are in shared memory already."""

from __future__ import annotations

import io
import pickle
from multiprocessing.reduction import ForkingPickler
from typing import Any

import cloudpickle
import torch
from tensordict import LazyStackedTensorDict, TensorDictBase, is_non_tensor, is_tensor_collection

_TENSOR_TYPES = (torch.Tensor, torch.UntypedStorage, torch.storage.TypedStorage)


class Shipment:
    """Wraps an object for the arguments of a process that is about to be spawned.

    Cloudpickle lets lambdas and local classes travel. Environments must not end up sharing their state, so that tensors
    are copied; but what was put into shared memory on purpose, such as a policy's weights, stays shared.

    Args:
        content: The object.
        share_tensors: Whether all of its tensors are put into shared memory and stay shared.
    """

    def __init__(self, content: Any, share_tensors: bool = False):
        self.content = content
        self.share_tensors = share_tensors

    def __reduce__(self) -> Any:
        stream = io.BytesIO()
        pickler = _Pickler(stream)
        pickler.share_tensors = self.share_tensors
        pickler.dump(self.content)
        return _unship, (stream.getvalue(),)


class _Pickler(cloudpickle.Pickler):
    share_tensors = False

    def reducer_override(self, obj: Any) -> Any:
        # Multiprocessing knows how to hand over its own locks and shared memory, and torch has taught it tensors.
        reduce = ForkingPickler._extra_reducers.get(type(obj))
        if reduce is None or isinstance(obj, TensorDictBase):
            return super().reducer_override(obj)
        if isinstance(obj, _TENSOR_TYPES) and not self.share_tensors and not _is_shared(obj):
            return NotImplemented
        return reduce(obj)


def _is_shared(obj: Any) -> bool:
    # A typed storage warns of its deprecation when it is asked itself.
    return obj._untyped_storage.is_shared() if isinstance(obj, torch.storage.TypedStorage) else obj.is_shared()


def _unship(data: bytes) -> Shipment:
    return Shipment(pickle.loads(data))


def copied(obj: Any) -> Any:
    """Make a copy of an object the way a process would get it, sharing nothing.

    Args:
        obj: The object.

    Returns:
        The copy.
    """
    return pickle.loads(cloudpickle.dumps(obj))


def shareable(batch: TensorDictBase) -> bool:
    """Say whether a batch can live in shared memory, and be overwritten there.

    Args:
        batch: The batch.

    Returns:
        True if it is made of plain tensors: no strings and other objects, and no lazy stacks.
    """
    if is_non_tensor(batch) or isinstance(batch, LazyStackedTensorDict):
        return False
    return all(shareable(value) for value in batch.values() if is_tensor_collection(value))


def pack(batch: TensorDictBase) -> torch.Tensor:
    """Write a batch of any kind into one tensor in shared memory.

    However many tensors it holds, this takes a single file descriptor, and the message with it stays small, so that a
    sender that is killed cannot leave half a message in the pipe.

    Args:
        batch: The batch.

    Returns:
        Its bytes, as a shared tensor of type uint8.
    """
    return torch.frombuffer(bytearray(pickle.dumps(batch)), dtype=torch.uint8).share_memory_()


def unpack(data: torch.Tensor) -> TensorDictBase:
    """Read a batch that `pack` wrote.

    Args:
        data: The bytes.

    Returns:
        The batch, in memory of its own.
    """
    return pickle.loads(data.numpy())
