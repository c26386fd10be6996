"""Environments: a small base class, and the few environments that a collector is shown and tested with.

A collector asks of an environment no more than `EnvBase` has, and finds it by name, not by type; environments of other
libraries that have these methods work as well.

The contract, in the words used here: the *root* of a step is a tensordict with the current observations, done flags
and, once the policy has run, the action. Stepping writes the results under ``"next"``: observations, reward and done
flags, where ``done = terminated | truncated``. The root of the step after holds what ``"next"`` held, without the
reward; where the environment is done, it holds a reset observation instead, and the terminal observation is found in
``"next"`` only. A *partial reset* resets some environments of a batch: those where the root's ``"_reset"`` entry is
set.
"""

from collectors_ref.envs.base import EnvBase, is_env, next_seed
from collectors_ref.envs.batched import BatchedEnv
from collectors_ref.envs.counting import CountingEnv
from collectors_ref.envs.making import EnvCreator, limit_steps, make_env
from collectors_ref.envs.step_limit import StepLimit

__all__ = [
    "BatchedEnv",
    "CountingEnv",
    "EnvBase",
    "EnvCreator",
    "StepLimit",
    "is_env",
    "limit_steps",
    "make_env",
    "next_seed",
]
