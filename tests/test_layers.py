"""The floors of the package: imports go down only, and nothing on one floor imports its neighbour."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "funcnodes_jupyter"

MAY_IMPORT = {
    "core": set(),
    "nodes": {"core"},
    "wire": {"core"},
    "convert": {"core"},
    "worker": {"core", "nodes", "wire", "convert"},
    "manager": {"core", "wire", "convert", "worker"},
    "server": {"core", "wire", "convert", "worker", "manager"},
    "notebook": {"core", "wire", "convert", "worker", "manager", "nodes"},
    "cli": {"core", "wire", "convert", "worker", "manager", "server", "notebook", "nodes"},
}
"""Floor by floor, which other floors its modules may import. The package itself may hand on names."""


def imported(path: Path) -> list[tuple[str, bool]]:
    """(module, whether it is imported for types only) of every import in a file."""
    found: list[tuple[str, bool]] = []

    def visit(node: ast.AST, typing_only: bool) -> None:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            typing_only = True
        if isinstance(node, ast.Import):
            found.extend((alias.name, typing_only) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found.extend((f"{node.module}.{alias.name}", typing_only) for alias in node.names)
        for child in ast.iter_child_nodes(node):
            visit(child, typing_only)

    visit(ast.parse(path.read_text(encoding="utf-8")), False)
    return found


def floors_of(path: Path) -> set[str]:
    names = [module.split(".") for module, _ in imported(path)]
    return {parts[1] for parts in names if parts[0] == "funcnodes_jupyter" and len(parts) > 1}


MODULES = sorted(path for floor in MAY_IMPORT for path in (PACKAGE / floor).rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down(path: Path) -> None:
    floor = path.relative_to(PACKAGE).parts[0]
    allowed = MAY_IMPORT[floor] | {floor, "__version__"}
    assert floors_of(path) <= allowed


def test_every_folder_is_a_floor() -> None:
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert folders == set(MAY_IMPORT)


def test_no_circle_of_modules() -> None:
    """At run time no module needs itself through others (imports for types do not count)."""
    graph: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        name = ".".join(["funcnodes_jupyter", *path.relative_to(PACKAGE).with_suffix("").parts])
        graph[name.removesuffix(".__init__")] = {module for module, typing_only in imported(path) if not typing_only}
    needs = {name: {other for other in graph for module in modules if _is_within(module, other)} - {name}
             for name, modules in graph.items() if name != "funcnodes_jupyter"}  # fmt: skip
    done: set[str] = set()
    for name in needs:
        _walk(name, needs, [], done)


def _is_within(imported_name: str, module: str) -> bool:
    return imported_name == module or imported_name.rpartition(".")[0] == module


def _walk(name: str, needs: dict[str, set[str]], path: list[str], done: set[str]) -> None:
    assert name not in path, f"a circle: {' → '.join([*path, name])}"
    if name in done:
        return
    for other in needs.get(name, set()):
        _walk(other, needs, [*path, name], done)
    done.add(name)


def test_the_core_needs_the_standard_library_alone() -> None:
    outside = {
        module.split(".")[0]
        for path in (PACKAGE / "core").rglob("*.py")
        for module, _ in imported(path)
    } - set(sys.stdlib_module_names)  # fmt: skip
    assert outside == {"funcnodes_jupyter"}


@pytest.mark.parametrize("module", ["core.schedule", "core.nodespace", "core.engine"])
def test_what_stands_below_the_loop_imports_no_asyncio(module: str) -> None:
    path = PACKAGE / f"{module.replace('.', '/')}.py"
    assert "asyncio" not in {name.split(".")[0] for name, _ in imported(path)}


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import sys, funcnodes_jupyter, funcnodes_jupyter.core.nodespace; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"pandas", "matplotlib", "numpy", "jupyter_server", "IPython", "ipywidgets", "tornado"} & set(loaded)
