"""The node packs that are installed beside this package: loaded into a worker's library, and looked for again.

A pack that fails is listed with what failed, and keeps no other from coming. What is imported stays imported: of a pack
that was upgraded, mended halfway or uninstalled the worker goes on with what it has, and says that it needs a restart.
"""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field

from funcnodes_jupyter.core.discovery import LoadedPack, Pack, PackProblem, find_packs, load_pack
from funcnodes_jupyter.core.errors import NodeIdAlreadyExistsError
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.renderoptions import REGISTERED
from funcnodes_jupyter.wire.messages import PackInfo, PackProblemInfo, PluginInfo
from funcnodes_jupyter.worker.errors import NoPluginError
from funcnodes_jupyter.worker.looks import RENDERERS
from funcnodes_jupyter.worker.typedtexts import CONVERTERS

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Known:
    """A pack as it was loaded, and the version that is on disk now; None when it was uninstalled."""

    loaded: LoadedPack
    problems: list[PackProblem]
    shelves: list[str] = field(default_factory=list)
    installed: str | None = None

    @property
    def needs_restart(self) -> bool:
        return self.is_outdated or (bool(self.problems) and self.was_imported)

    @property
    def is_outdated(self) -> bool:
        return self.installed != self.loaded.pack.version and self.was_imported

    @property
    def was_imported(self) -> bool:
        return self.loaded.pack.module in sys.modules


class Packs:
    """The packs of one process.

    Args:
        library: Where their shelves go.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        # Replaced, never changed: the I/O thread reads it while the main thread looks again.
        self._known: dict[str, _Known] = {}
        self._outdated: frozenset[str] = frozenset()

    def look(self) -> list[str]:
        """Load what is installed and not loaded yet, also what failed before; returns the names of those that came.

        This imports the packs, so it belongs in the thread that runs the nodes.
        """
        importlib.invalidate_caches()
        found = {pack.name: pack for pack in find_packs()}
        known = {name: self._seen_again(one, found.get(name)) for name, one in self._known.items()}
        waiting = [pack for pack in found.values() if pack.name not in known or not known[pack.name].was_imported]
        for pack in waiting:
            known[pack.name] = self._load(pack, list(found.values()))
        self._known = {name: one for name, one in sorted(known.items()) if name in found or one.was_imported}
        return [pack.name for pack in waiting if self._known[pack.name].was_imported]

    @staticmethod
    def _seen_again(one: _Known, pack: Pack | None) -> _Known:
        return _Known(one.loaded, one.problems, one.shelves, None if pack is None else pack.version)

    def _load(self, pack: Pack, found: list[Pack]) -> _Known:
        _forget_parts(pack.module)
        loaded = load_pack(pack, found)
        one = _Known(loaded, [*loaded.problems, *_unknown_converters(loaded)], installed=pack.version)
        REGISTERED.update(loaded.render_options.as_dict())
        for shelf in loaded.shelves:
            try:
                self._library.add_shelf(shelf, pack.name)
            except (NodeIdAlreadyExistsError, ValueError) as error:
                one.problems.append(PackProblem("library", str(error), ""))
            else:
                one.shelves.append(shelf.name)
        for problem in one.problems:
            _log.warning("The pack %s: %s", pack.name, problem.traceback or problem.text)
        return one

    def changed(self, modules: Iterable[str]) -> bool:
        """Note that these top modules are others on the disk by now; whether any of them is imported here.

        May be called from any thread.
        """
        imported = {name.partition(".")[0] for name in tuple(sys.modules)}.intersection(modules)
        self._outdated |= imported
        return bool(imported)

    # --- asking, from any thread ------------------------------------------------------------------

    def problems(self) -> list[str]:
        """What is wrong with packs, a sentence each."""
        return [
            f"{_PARTS.get(problem.part, _NODES)} of {name} are missing: {problem.text.rstrip('.')}."
            for name, one in self._known.items()
            for problem in one.problems
        ]

    def info(self) -> list[PackInfo]:
        """All packs by name, as clients see them."""
        return [_info(one) for one in self._known.values()]

    def outdated(self) -> list[str]:
        """What runs here in another version than is installed: names of packs, and of modules that are of none."""
        packs = {one.loaded.pack.module.partition(".")[0]: name for name, one in self._known.items()}
        names = {packs.get(module, module) for module in self._outdated}
        return sorted(names | {name for name, one in self._known.items() if one.is_outdated})

    def plugin(self, module: str) -> bytes:
        """The browser code of the pack with that module.

        Raises:
            NoPluginError: there is none.
        """
        for one in self._known.values():
            if one.loaded.pack.module == module and one.loaded.plugin is not None:
                return one.loaded.plugin.source
        raise NoPluginError(f"There is no pack with a module {module!r} that has code for the browser.")


def add_packs(library: Library) -> list[str]:
    """Put the shelves of all installed packs into ``library``.

    Returns:
        What is wrong with packs, a sentence each; a broken one keeps no other from coming.
    """
    packs = Packs(library)
    packs.look()
    return packs.problems()


_MOST_TEXT, _MOST_TRACEBACK = 2000, 20_000
"""Characters that are told."""
_NODES = "The nodes"
_PARTS = {"render_options": "The render options", "react_plugin": "The renderers"}


def _forget_parts(module: str) -> None:
    """Of a package whose import failed Python keeps what it imported before that; mended, it is to be read anew."""
    if module not in sys.modules:
        for name in [name for name in sys.modules if name.startswith(f"{module}.")]:
            del sys.modules[name]


def _unknown_converters(loaded: LoadedPack) -> list[PackProblem]:
    wanted = loaded.render_options.as_dict()["inputconverter"]
    known = ", ".join(CONVERTERS)
    return [
        PackProblem("render_options", f"There is no input converter {name!r} (for {kind}), only {known}", "")
        for kind, name in wanted.items()
        if name not in CONVERTERS
    ]


def _info(one: _Known) -> PackInfo:
    pack, plugin = one.loaded.pack, one.loaded.plugin
    return PackInfo(
        name=pack.name,
        version=pack.version,
        module=pack.module,
        installed=one.installed or "",
        needs_restart=one.needs_restart,
        shelves=list(one.shelves),
        problems=[
            PackProblemInfo(problem.part, problem.text[:_MOST_TEXT], problem.traceback[-_MOST_TRACEBACK:])
            for problem in one.problems
        ],
        renderers=sorted(set(one.loaded.render_options.as_dict()["typemap"].values()) - RENDERERS.keys()),
        plugin=None if plugin is None else PluginInfo(plugin.sha256, len(plugin.source)),
    )
