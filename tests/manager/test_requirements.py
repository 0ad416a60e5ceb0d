"""What workers need is said twice, and must be the same."""

from __future__ import annotations

import re
from pathlib import Path

from funcnodes_jupyter.worker.requirements import REQUIREMENTS


def test_workers_need_no_more_than_the_package_does() -> None:
    project = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    listed = re.search(r"^dependencies = \[(.*?)^\]", project, re.DOTALL | re.MULTILINE)
    assert listed is not None
    assert set(REQUIREMENTS) <= set(re.findall(r'"(.+?)"', listed[1]))
