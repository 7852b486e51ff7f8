"""A stage on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.consensus.conftest import BOTH, POSTGRES, postgres_schema
from tests.faults.stage import Stage


@pytest.fixture(params=BOTH)
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    if request.param == "sqlite":
        with Stage(tmp_path) as stage:
            yield stage
        return
    with postgres_schema() as schema:
        url = f"{POSTGRES}?options=-csearch_path%3D{schema}&application_name={schema}"
        with Stage(tmp_path, url) as stage:
            yield stage
