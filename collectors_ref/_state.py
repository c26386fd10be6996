"""Copies of nested state."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import torch
from tensordict import TensorDictBase


def copy_state(value: Any) -> Any:
    """Copy a state dict, so that what goes on does not change it.

    Args:
        value: A mapping of mappings, tensors and other values.

    Returns:
        Ordered dictionaries with copies of the tensors, and the other values as they are.
    """
    if isinstance(value, (torch.Tensor, TensorDictBase)):
        return value.detach().clone()
    if isinstance(value, Mapping):
        return OrderedDict((key, copy_state(item)) for key, item in value.items())
    return value


def env_state(env: Any) -> OrderedDict:
    """Copy the state of an environment.

    Args:
        env: The environment.

    Returns:
        Its state dict; an empty one if it has none.
    """
    return copy_state(env.state_dict()) if hasattr(env, "state_dict") else OrderedDict()
