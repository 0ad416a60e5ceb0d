"""A worker that runs other versions than the kernel: what cannot be made of a value there says why."""

from __future__ import annotations

import importlib
import pickle
import platform
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from funcnodes_jupyter.notebook.errors import FlowError, ValueNotSentError
from funcnodes_jupyter.notebook.flow import Flow
from funcnodes_jupyter.wire.versions import packages_in

OpenFlow = Callable[..., Flow]
OLD = "__version__ = '1.0'\n\n\nclass Measured:\n    pass\n"
NEW = "__version__ = '2.0'\n\n\nclass Series:\n    pass\n"


def package(folder: Path, text: str, **inside: str) -> Path:
    """A folder to import ``otherwise`` from, with modules ``inside`` it."""
    (folder / "otherwise").mkdir(parents=True)
    (folder / "otherwise" / "__init__.py").write_text(text)
    for name, body in inside.items():
        (folder / "otherwise" / f"{name}.py").write_text(body)
    return folder


@pytest.fixture
def flow(open_flow: OpenFlow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Flow:
    """A worker that has version 1 of a package, in a process that has version 2."""
    old = package(tmp_path / "old", OLD, inner="class Kept:\n    pass\n")
    monkeypatch.setenv("PYTHONPATH", str(old))
    opened = open_flow(tmp_path.name)
    monkeypatch.syspath_prepend(str(package(tmp_path / "new", NEW)))
    monkeypatch.delitem(sys.modules, "otherwise", raising=False)
    importlib.import_module("otherwise")
    return opened


def test_a_value_of_a_class_that_only_the_worker_has(flow: Flow) -> None:
    flow.define("def measure():\n    import otherwise\n    return otherwise.Measured()")
    flow.add("nb:measure", name="measure")
    with pytest.raises(FlowError) as caught:
        _ = flow["measure"].value
    python = platform.python_version()
    assert str(caught.value).startswith(
        f"This kernel, which runs Python {python}, cannot take the value of 'measure.out': "
        "what it is made of is not there"
    )
    assert str(caught.value).endswith("The worker has otherwise 1.0, this kernel otherwise 2.0.")


def test_a_value_of_a_module_that_only_the_worker_has(flow: Flow) -> None:
    flow.define("def keep():\n    import otherwise.inner\n    return otherwise.inner.Kept()")
    flow.add("nb:keep", name="keep")
    with pytest.raises(FlowError, match=r"it needs 'otherwise\.inner', and the 'otherwise' here has none"):
        _ = flow["keep"].value


def test_a_value_of_a_class_that_only_the_kernel_has(flow: Flow) -> None:
    import otherwise  # type: ignore[import-not-found]

    with pytest.raises(ValueNotSentError) as caught:
        flow.push(series=otherwise.Series())
    assert "the worker, which runs Python" in str(caught.value)
    assert str(caught.value).endswith("The worker has otherwise 1.0, this kernel otherwise 2.0.")
    flow.push(series=3)
    assert flow["series"].value == 3


def test_the_packages_of_a_pickle_are_found_without_making_its_value() -> None:
    values = [pd.DataFrame({"requests": [1]}), np.arange(3), np.arange(4), Path("msgspec")]
    found = packages_in(pickle.dumps(values, 5))
    assert {"numpy", "pandas", "pathlib"} <= set(found)
    assert not {"requests", "msgspec"} & set(found)
    assert packages_in(b"no pickle") == []
