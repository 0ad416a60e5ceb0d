from __future__ import annotations

import asyncio
import inspect

import pytest

PATIENCE = 120.0
"""Seconds after which a test that waits for something has failed."""


def pytest_addoption(parser: pytest.Parser) -> None:
    torture = parser.getgroup("torture", "the hard tests of the engine, tests/torture")
    torture.addoption("--full", action="store_true", help="all the examples and runs, not the short form of them")
    torture.addoption("--seed", type=int, default=0, help="what the dice of the hard tests begin with (0)")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run tests that are coroutines, each on a loop of its own; those of the server bring their own loop."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj) or "jp_asyncio_loop" in pyfuncitem.fixturenames:
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    asyncio.run(asyncio.wait_for(pyfuncitem.obj(**arguments), PATIENCE))
    return True
