"""A policy's weights in shared memory, where training writes them and worker processes read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
from tensordict import TensorDict, TensorDictBase
from torch.nn.parameter import is_lazy


class SharedWeights:
    """The weights of a module, once for each device on which workers run it.

    Where the module is on the workers' device, its own parameters and buffers are put into shared memory, so that the
    workers see them change as they are trained. For other devices there is a copy, which `update` refreshes.

    Args:
        module: The module.
        devices: The devices of the workers; None stands for where the module is.

    Raises:
        RuntimeError: If a parameter is not initialised yet.
    """

    def __init__(self, module: torch.nn.Module, devices: Iterable[torch.device | None]):
        tensors = [*module.parameters(), *module.buffers()]
        if any(is_lazy(tensor) for tensor in tensors):
            raise RuntimeError(
                "The policy has lazy parameters that are not initialised, so that workers cannot share them. Call it "
                "once with what the environment's reset returns."
            )
        self._module = module
        module.share_memory()
        self._copies: dict[torch.device, TensorDictBase] = {}
        for device in set(devices):
            if device is not None and any(tensor.device != device for tensor in tensors):
                self._copies[device] = TensorDict.from_module(module).apply(lambda t, d=device: _shared_copy(t, d))
        # A device without a copy is served by the module itself.
        self._serves_itself = any(device not in self._copies for device in devices)

    def update(self, weights: TensorDictBase | None) -> None:
        """Bring all that the workers see up to date, in place.

        Args:
            weights: The new weights. By default those of the module.
        """
        if weights is None:
            weights = TensorDict.from_module(self._module)
        elif self._serves_itself:
            TensorDict.from_module(self._module).data.update_(weights.data)
        for copy in self._copies.values():
            copy.data.update_(weights.data)

    @contextmanager
    def placed(self, device: torch.device | None) -> Iterator[torch.nn.Module]:
        """Give the module with the weights of a device in the place of its own, for as long as the context lasts.

        Args:
            device: The device of a worker.

        Yields:
            The module.
        """
        copy = self._copies.get(device) if device is not None else None
        if copy is None:
            yield self._module
            return
        with copy.to_module(self._module):
            yield self._module


def _shared_copy(tensor: torch.Tensor, device: torch.device) -> torch.Tensor:
    copy = tensor.detach().to(device, copy=True).share_memory_()
    if isinstance(tensor, torch.nn.Parameter):
        return torch.nn.Parameter(copy, requires_grad=tensor.requires_grad)
    return copy
