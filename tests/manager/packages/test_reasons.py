"""The one line of a resolver's answer that says why."""

from __future__ import annotations

import pytest

from funcnodes_jupyter.manager.packages.obtaining import MAX_REASON, reason_in

UV = """Using Python 3.11.7 environment at: venv
error: No solution found when resolving dependencies
  cause: Because private-pack was not found in the package registry and you require private-pack==1.0, we can conclude \
that your requirements are unsatisfiable."""
UV_CONFLICT = """  × No solution found when resolving dependencies:
  ╰─▶ Because all versions of other depend on bottom<2 and you require bottom==2.0, we can conclude that your
      requirements and all versions of other are incompatible.
      And because you require other==1.0, we can conclude that your requirements are unsatisfiable."""
UV_WRAPPED = """  × No solution found when resolving dependencies:
  ╰─▶ Because there is no version of middle==1.5 and top==1.0 depends on
      middle==1.5, we can conclude that top==1.0 cannot be used."""
PIP = """Looking in indexes: file:///tmp/rt/index
ERROR: Could not find a version that satisfies the requirement bottom==9.0 (from versions: 1.0, 2.0)
ERROR: No matching distribution found for bottom==9.0"""
PIP_CONFLICT = """ERROR: Cannot install top==1.0 because these package versions have conflicting dependencies.
The conflict is caused by:
    top 1.0 depends on middle==1.0
    The user requested (constraint) middle==1.5
To fix this you could try to:
1. loosen the range of package versions you've specified
ERROR: ResolutionImpossible: for help visit https://pip.pypa.io/"""


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        (UV, "private-pack was not found in the package registry"),
        (UV_CONFLICT, "all versions of other depend on bottom<2"),
        (UV_WRAPPED, "there is no version of middle==1.5 and top==1.0 depends on middle==1.5"),
        (PIP, "Could not find a version that satisfies the requirement bottom==9.0 (from versions: 1.0, 2.0)"),
        (PIP_CONFLICT, "top 1.0 depends on middle==1.0; The user requested (constraint) middle==1.5"),
        ("first\n  it broke  \n", "it broke"),
        ("", ""),
    ],
)
def test_the_line_that_says_why(output: str, reason: str) -> None:
    assert reason_in(output) == reason


def test_a_line_stays_a_line() -> None:
    assert len(reason_in(f"Because {'x' * 10_000}")) == MAX_REASON
