"""Policies: what turns a tensordict of observations into one that also holds an action.

A collector calls its policy with the root of the current step. `as_tensordict_policy` decides whether an object can be
called so, or has to be wrapped. Exploration needs no library of its own: `ExplorationType` and `set_exploration_type`
are tensordict's interaction type and its context manager.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import torch
from tensordict import TensorDictBase
from tensordict.nn import CudaGraphModule, InteractionType, TensorDictModule, TensorDictModuleBase, set_interaction_type

ExplorationType = InteractionType
set_exploration_type = set_interaction_type
DEFAULT_EXPLORATION_TYPE = ExplorationType.RANDOM

_TENSORDICT_NAMES = ("tensordict", "td")


class RandomPolicy:
    """Draws actions from a spec and looks at nothing else.

    Args:
        action_spec: Spec of the action, batch dimensions included. A composite fills each of its keys.
        action_key: Where the action is written when the spec is not a composite.
    """

    def __init__(self, action_spec: Any, action_key: Any = "action"):
        self.action_spec = action_spec
        self.action_key = action_key

    def __call__(self, tensordict: TensorDictBase) -> TensorDictBase:
        """Write a random action.

        Args:
            tensordict: The root of the current step; it is written in place.

        Returns:
            The same tensordict.
        """
        sample = self.action_spec.rand()
        if hasattr(self.action_spec, "keys"):
            return tensordict.update(sample)
        return tensordict.set(self.action_key, sample)


def is_trusted(policy: Any) -> bool:
    """Say whether a policy is known to take tensordicts, so that its signature need not be looked at.

    Args:
        policy: The policy.

    Returns:
        True for a random policy (of any library) and for a CUDA graph module.
    """
    return isinstance(policy, (RandomPolicy, CudaGraphModule)) or type(policy).__name__ == "RandomPolicy"


def as_tensordict_policy(policy: Callable[..., Any], env: Any, root: TensorDictBase) -> Callable[..., Any]:
    """Make a policy that reads a tensordict and writes its action there.

    What takes a tensordict is returned as it is. A module or function over tensors is wrapped: its required parameters
    name the observations that it is given, and its output goes to the environment's action keys; further items of a
    tuple go to ``output1``, ``output2`` and so on. To count them, it is called once, on the reset data.

    Args:
        policy: A module or callable.
        env: The environment, for its action keys.
        root: What its reset returned.

    Returns:
        The policy itself, or a `TensorDictModule` around it.

    Raises:
        TypeError: If a required parameter is not the name of an observation.
    """
    if takes_tensordict(policy):
        return policy
    required = _required_parameters(policy)
    missing = [name for name in required if name not in root]
    if missing:
        raise TypeError(
            "Arguments to policy.forward are incompatible with entries in the reset data of the environment: "
            f"{missing} are not among {sorted(map(str, root.keys()))}. Name the parameters after observations, take "
            "one parameter called `tensordict`, or pass trust_policy=True."
        )
    out_keys = list(getattr(env, "action_keys", None) or env.full_action_spec.keys(True, True))
    with torch.random.fork_rng(), torch.no_grad():
        outputs = policy(**{name: root.get(name) for name in required})
    if isinstance(outputs, tuple):
        out_keys += [f"output{i}" for i in range(1, len(outputs) - len(out_keys) + 1)]
    return TensorDictModule(policy, in_keys=required, out_keys=out_keys)


def takes_tensordict(policy: Any) -> bool:
    """Say whether a policy is called with a tensordict rather than with tensors.

    Args:
        policy: A module or callable.

    Returns:
        True for tensordict modules and whatever declares ``in_keys`` and ``out_keys``, for callables whose single
        parameter is called ``tensordict`` or ``td`` or is annotated with a tensordict class, and for those whose
        signature says nothing (``*args``, or a builtin).
    """
    if isinstance(policy, TensorDictModuleBase) or (hasattr(policy, "in_keys") and hasattr(policy, "out_keys")):
        return True
    parameters = _parameters(policy)
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return True
    if len(parameters) != 1:
        return False
    (parameter,) = parameters
    return parameter.name in _TENSORDICT_NAMES or "TensorDict" in str(parameter.annotation)


def on_device(policy: Any, device: torch.device | None) -> Any:
    """Put a policy on a device, copying it only when it is not there already.

    Args:
        policy: The policy. What is not a module has no device that could be known, and is returned as it is.
        device: Where it should be. None leaves it where it is.

    Returns:
        The policy itself, or a copy on the device.
    """
    if device is None or not isinstance(policy, torch.nn.Module):
        return policy
    tensors = [*policy.parameters(), *policy.buffers()]
    if all(tensor.device == device for tensor in tensors):
        return policy
    return deepcopy(policy).to(device)


def _parameters(policy: Any) -> list[inspect.Parameter]:
    target = policy.forward if isinstance(policy, torch.nn.Module) else policy
    try:
        return list(inspect.signature(target).parameters.values())
    except (TypeError, ValueError):
        return [inspect.Parameter("tensordict", inspect.Parameter.POSITIONAL_ONLY)]


def _required_parameters(policy: Any) -> list[str]:
    return [p.name for p in _parameters(policy) if p.default is p.empty and p.kind is not p.VAR_KEYWORD]
