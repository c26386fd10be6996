"""Which device the policy, the environment and the collected data live on."""

from __future__ import annotations

from typing import NamedTuple

import torch

from collectors_ref._typing import DEVICE_TYPING


class Devices(NamedTuple):
    """The devices that a collector was asked to use; None where nothing was asked."""

    storing: torch.device | None
    policy: torch.device | None
    env: torch.device | None


def resolve_devices(
    device: DEVICE_TYPING, storing: DEVICE_TYPING, policy: DEVICE_TYPING, env: DEVICE_TYPING
) -> Devices:
    """Fill in what was not said about devices.

    Args:
        device: Default for the other three.
        storing: Where the collected data goes. Where nothing is said, and policy and environment are asked to be on the
            same device, that one.
        policy: Where the policy runs.
        env: Where the environment runs.

    Returns:
        The three devices.
    """
    default = _ordinal(device)
    policy_device = _ordinal(policy) or default
    env_device = _ordinal(env) or default
    storing_device = _ordinal(storing) or default
    if storing_device is None and policy_device == env_device:
        storing_device = env_device
    return Devices(storing_device, policy_device, env_device)


def _ordinal(device: DEVICE_TYPING) -> torch.device | None:
    # "cuda" and "cuda:0" are one device, but compare as different.
    if device is None:
        return None
    device = torch.device(device)
    if device.type == "cuda" and device.index is None:
        return torch.device("cuda", torch.cuda.current_device())
    return device
