"""Data collectors for reinforcement learning: a readable reference implementation on torch and tensordict."""
