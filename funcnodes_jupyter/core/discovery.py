"""Node packs that are installed: found by their entry points, loaded one by one.

A distribution tells of its pack in the group ``funcnodes.module``: ``module`` names the module, ``shelf``
its shelf, ``render_options`` how its types are shown, ``react_plugin`` its code for the browser. What it does
not name is looked for in the module, as ``NODE_SHELF`` and ``FUNCNODES_RENDER_OPTIONS``. Finding imports nothing;
loading runs the pack's code.
"""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

from funcnodes_jupyter.core.moduleshelf import module_to_shelf
from funcnodes_jupyter.core.renderoptions import RenderOptions
from funcnodes_jupyter.core.shelf import Shelf

GROUP = "funcnodes.module"
RENDER_OPTIONS_NAME = "FUNCNODES_RENDER_OPTIONS"
OWN_MODULE = "funcnodes_jupyter"
MAX_PLUGIN_BYTES = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Pack:
    """A distribution with nodes in it. ``entries`` are its entry points of the group, by name."""

    name: str
    version: str
    entries: Mapping[str, metadata.EntryPoint]

    @property
    def module(self) -> str:
        """The name of its module: what ``module`` names, else where another entry point leads."""
        chosen = self.entries.get("module") or next(iter(self.entries.values()))
        try:
            return chosen.module
        except AttributeError:  # what stands there is no reference to anything
            return chosen.value


@dataclass(frozen=True, slots=True)
class PackProblem:
    """A part of a pack that could not be loaded: ``part`` is module, shelf, render_options, or react_plugin."""

    part: str
    text: str
    traceback: str


@dataclass(frozen=True, slots=True)
class Plugin:
    """Code of a pack for the browser: one ES module, as it was read when the pack was loaded."""

    source: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class LoadedPack:
    """What a pack brought, as far as it could be loaded. ``plugin`` is its code for the browser."""

    pack: Pack
    shelves: tuple[Shelf, ...]
    render_options: RenderOptions
    problems: tuple[PackProblem, ...]
    plugin: Plugin | None = None


def find_packs() -> list[Pack]:
    """The packs that are installed, by name. Nothing of them is imported."""
    found: dict[str, tuple[str, dict[str, metadata.EntryPoint]]] = {}
    for entry in metadata.entry_points(group=GROUP):
        name, version = _name_and_version(entry)
        found.setdefault(name, (version, {}))[1].setdefault(entry.name, entry)
    return [Pack(name, version, entries) for name, (version, entries) in sorted(found.items())]


def _name_and_version(entry: metadata.EntryPoint) -> tuple[str, str]:
    """As the distribution says them; one whose metadata is torn is called after what its entry point names."""
    try:
        name, version = (entry.dist.name, entry.dist.version) if entry.dist is not None else ("", "")
    except Exception:  # noqa: BLE001 - a file of a stranger, read by code that raises whatever it meets
        name, version = "", ""
    return str(name or entry.value), str(version or "")


def load_packs(packs: Iterable[Pack]) -> list[LoadedPack]:
    """Load packs one after the other; one that is broken does not keep the others from coming."""
    found = list(packs)
    return [load_pack(pack, found) for pack in found]


def load_pack(pack: Pack, others: Iterable[Pack] = ()) -> LoadedPack:
    """Import a pack and take its shelves, render options and browser code. What fails is a problem, never an error.

    Args:
        others: The packs that are installed: a class that stands in the module of one of them is of that one, whoever
            shows it.
    """
    problems: list[PackProblem] = []

    def attempt(part: str, load: Callable[[], Any]) -> Any:
        try:
            return load()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - it is the pack's code, and may raise anything
            # Not str(error), which is the pack's code, too.
            text = traceback.format_exception_only(error)[-1].strip().rstrip(": ")
            problems.append(PackProblem(part, text, traceback.format_exc().rstrip()))
            return None

    module = attempt("module", lambda: _module(pack))
    if module is None:
        return LoadedPack(pack, (), RenderOptions(), tuple(problems))
    shelves = attempt("shelf", lambda: _shelves(pack, module)) or ()
    options = attempt("render_options", lambda: _render_options(pack, module)) or RenderOptions()
    plugin = attempt("react_plugin", lambda: _plugin(pack))
    _claim(shelves, pack, others)
    return LoadedPack(pack, tuple(shelves), options, tuple(problems), plugin)


def _claim(shelves: Iterable[Shelf], pack: Pack, others: Iterable[Pack]) -> None:
    """Have each class say of which pack it is, however many packs show it."""
    owners = {other.module: other.name for other in others}
    for cls in (cls for shelf in shelves for inner in shelf.walk() for cls in inner.nodes):
        if "pack_name" not in vars(cls) and not _is_within(cls.__module__, OWN_MODULE):
            within = [module for module in owners if _is_within(cls.__module__, module)]
            cls.pack_name = owners[max(within, key=len)] if within else pack.name


def _is_within(module: str, outer: str) -> bool:
    return module == outer or module.startswith(f"{outer}.")


def _module(pack: Pack) -> Any:
    entry = pack.entries.get("module")
    return metadata.EntryPoint("module", pack.module, GROUP).load() if entry is None else entry.load()


def _shelves(pack: Pack, module: ModuleType) -> list[Shelf]:
    entry = pack.entries.get("shelf")
    given = module_to_shelf(module) if entry is None else entry.load()
    if isinstance(given, Shelf):
        return [given]
    found = list(given)
    wrong = next((shelf for shelf in found if not isinstance(shelf, Shelf)), None)
    if wrong is not None:
        raise TypeError(f"{pack.module} gives {type(wrong).__name__} as a shelf.")
    return found


def _render_options(pack: Pack, module: ModuleType) -> RenderOptions:
    entry = pack.entries.get("render_options")
    return RenderOptions(getattr(module, RENDER_OPTIONS_NAME, None) if entry is None else entry.load())


def _plugin(pack: Pack) -> Plugin | None:
    """The code that ``react_plugin`` names: a path, or a dict with one as ``module``."""
    entry = pack.entries.get("react_plugin")
    if entry is None:
        return None
    given = entry.load()
    path = given.get("module") if isinstance(given, Mapping) else given
    if not isinstance(path, str | Path):
        raise TypeError(f"{entry.value} names no file: it is a path, or a dict with a path as 'module'.")
    with Path(path).open("rb") as file:
        source = file.read(MAX_PLUGIN_BYTES + 1)
    if len(source) > MAX_PLUGIN_BYTES:
        raise ValueError(f"{path} has more than {MAX_PLUGIN_BYTES // 2**20} MiB.")
    source.decode("utf-8")
    return Plugin(source, hashlib.sha256(source).hexdigest())
