"""From a maker to the environment that a collector steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from collectors_ref._trajectories import as_path
from collectors_ref.envs.base import is_env
from collectors_ref.envs.step_limit import StepLimit


class EnvCreator:
    """A maker of environments with fixed keyword arguments.

    Args:
        create_env_fn: Makes an environment.
        create_env_kwargs: Keyword arguments that it gets on every call.
    """

    def __init__(self, create_env_fn: Callable[..., Any], create_env_kwargs: Mapping[str, Any] | None = None):
        self.create_env_fn = create_env_fn
        self.create_env_kwargs = dict(create_env_kwargs or {})

    def __call__(self, **kwargs: Any) -> Any:
        """Make an environment.

        Args:
            **kwargs: Further keyword arguments; they win over the fixed ones.

        Returns:
            The environment.
        """
        return self.create_env_fn(**{**self.create_env_kwargs, **kwargs})


def make_env(create_env_fn: Any, kwargs: Mapping[str, Any] | None) -> Any:
    """Get the environment that a collector was given, or given a maker of.

    Args:
        create_env_fn: An environment, or a callable that makes one.
        kwargs: Keyword arguments for the callable; for a batched environment, new ones for its makers.

    Returns:
        The environment.

    Raises:
        RuntimeError: If there are keyword arguments, and an environment that has no use for them.
        TypeError: If it is neither an environment nor callable.
    """
    if is_env(create_env_fn):
        if kwargs:
            if not hasattr(create_env_fn, "update_kwargs"):
                raise RuntimeError(
                    "`create_env_kwargs` go to a function that makes the environment; this is one already."
                )
            create_env_fn.update_kwargs(kwargs)
        return create_env_fn
    if not callable(create_env_fn):
        raise TypeError(f"An environment, or a callable that makes one, is needed; got {type(create_env_fn).__name__}.")
    return create_env_fn(**(kwargs or {}))


def limit_steps(env: Any, max_steps: int) -> Any:
    """Truncate the episodes of an environment after a number of steps.

    Args:
        env: The environment, of this package or another.
        max_steps: The number of steps.

    Returns:
        The environment in a wrapper.

    Raises:
        ValueError: If it counts its steps already, or if its done flags are nested and it is not one of TorchRL.
    """
    specs = getattr(env, "output_spec", None)
    if specs is None:
        specs = getattr(env, "observation_spec", None)
    known = set() if specs is None else {as_path(key)[-1] for key in specs.keys(True, True)}
    if isinstance(env, StepLimit) or "step_count" in known:
        raise ValueError("`max_frames_per_traj` would add a `step_count`, which this environment has already.")
    if all(isinstance(key, str) for key in env.done_keys):
        return StepLimit(env, max_steps)
    # Nested done flags belong to groups of agents, which TorchRL's own transform knows how to count.
    if type(env).__module__.split(".")[0] == "torchrl" or hasattr(env, "append_transform"):
        from torchrl.envs import StepCounter, TransformedEnv

        return TransformedEnv(env, StepCounter(max_steps=max_steps))
    raise ValueError("`max_frames_per_traj` needs done flags that are not nested. Limit the steps in the environment.")
