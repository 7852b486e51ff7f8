"""Which groups may stand beside a paper: asked for by a rule, large enough, and not to be found by subtraction."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from rounds import read_plan


@lru_cache(maxsize=64)
def counts_by_groups(plan_text: str) -> bool:
    """Whether a rule of a plan asks what holds in groups; where none does no group stands beside any paper."""
    return read_plan(plan_text).uses_groups


def kept_groups(sizes: Mapping[str | None, int], min_group: int) -> set[str]:
    """Return the groups that may be shown, given how many papers each has (None: papers without a group).

    A group needs at least min_group papers. The rest together must be at least as many, or none: otherwise the
    total minus the shown groups would give them away, so the next smallest group is hidden too, and so on.
    """
    shown = sorted((size, group) for group, size in sizes.items() if group is not None and size >= min_group)
    hidden = sum(sizes.values()) - sum(size for size, _ in shown)
    while 0 < hidden < min_group and shown:
        size, _ = shown.pop(0)
        hidden += size
    return {group for _, group in shown}
