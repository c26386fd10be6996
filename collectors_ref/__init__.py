"""Data collectors for reinforcement learning: a readable reference implementation on torch and tensordict."""

from collectors_ref.collectors import (
    DataCollectorBase,
    MultiaSyncDataCollector,
    MultiSyncDataCollector,
    SyncDataCollector,
    aSyncDataCollector,
)
from collectors_ref.utils import split_trajectories

__all__ = [
    "DataCollectorBase",
    "MultiSyncDataCollector",
    "MultiaSyncDataCollector",
    "SyncDataCollector",
    "aSyncDataCollector",
    "split_trajectories",
]
