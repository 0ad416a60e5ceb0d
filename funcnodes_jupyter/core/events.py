"""Named events with callbacks, for users of the core. Nothing is built for an event nobody hears.

What is told, by whom it happens to, with its keywords beside ``src``:

======= ======================================================================= =======================
source  event                                                                   keywords
======= ======================================================================= =======================
port    after_set_value                                                         result: the value
port    after_update_value_options                                              result: all options
port    before_connect, before_disconnect, before_forward                       other: the other port
port    after_connect, after_disconnect, after_forward                          result: the edge
node    before_request_trigger, after_request_trigger
node    before_trigger, triggerstart; at the end, however it came, after_trigger
node    triggerdone; triggerfast besides, when the run was a short one
node    node_trigger_error                                                      error: the exception, tb: text
node    node_error                                                              error: the exception
node    progress                                                                info: see ProgressIterator
node    cleanup
space   node_added, node_removed                                                node
library after_add_shelf, after_remove_shelf                                     shelf
======= ======================================================================= =======================

Every other ``after_…`` has ``result``, too, for callbacks that take one; it is None. A forward is an edge between two inputs; its events stand in the place of those of connecting. What a port
tells, its node repeats with ``io``, the port's id; what a node tells, its nodespace repeats with ``node``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Callback = Callable[..., Any]
ANY = "*"


class EventEmitter:
    """Objects that tell what happened to them: ``on``, ``off``, ``once``, ``emit``.

    Callbacks get keywords; ``src`` is always the object it happened to. ``"*"`` hears every event and
    gets ``event`` too. An object repeats its events to :meth:`_parent_emitter`, so a node hears its ports.
    """

    __slots__ = ("_listeners",)
    _listeners: dict[str, list[Callback]] | None

    def on(self, event: str, callback: Callback) -> Callable[[], None]:
        """Call ``callback`` at each ``event``; returns the function that ends it."""
        if self._listeners is None:
            self._listeners = {}
        self._listeners.setdefault(event, []).append(callback)
        self._begin_listening(event)
        return lambda: self.off(event, callback)

    def on_error(self, callback: Callback) -> Callable[[], None]:
        """Call ``callback(src=…, error=…)`` at each failed run; who awaits the node then gets no error of it."""
        return self.on("node_error", callback)

    def off(self, event: str, callback: Callback | None = None) -> None:
        """End one callback of ``event``, or all of them. Unknown ones are ignored."""
        if self._listeners is None:
            return
        if callback is None:
            self._listeners.pop(event, None)
            return
        kept = [known for known in self._listeners.get(event, []) if known is not callback]
        if kept:
            self._listeners[event] = kept
        else:
            self._listeners.pop(event, None)

    def once(self, event: str, callback: Callback) -> None:
        """Call ``callback`` at the next ``event`` only."""

        def first(**data: Any) -> None:
            self.off(event, first)
            callback(**data)

        self.on(event, first)

    def emit(self, event: str, **data: Any) -> bool:
        """Tell the callbacks of ``event``; returns whether anybody heard it."""
        data.setdefault("src", self)
        heard = False
        # Up in a loop, not each emitter calling the next: a run of a node tells up to nine events.
        emitter: EventEmitter | None = self
        while emitter is not None:
            listeners = emitter._listeners
            if listeners:
                for callback in tuple(listeners.get(event, ())):
                    callback(**data)
                    heard = True
                for callback in tuple(listeners.get(ANY, ())):
                    callback(event=event, **data)
                    heard = True
            emitter, extra = emitter._parent_emitter()
            if extra:
                data = {**extra, **data}
        return heard

    def hears(self, event: str) -> bool:
        """Whether a callback of this object or of one it repeats to would be called."""
        emitter: EventEmitter | None = self
        while emitter is not None:
            listeners = emitter._listeners
            if listeners and (event in listeners or ANY in listeners):
                return True
            emitter, _ = emitter._parent_emitter()
        return False

    def _parent_emitter(self) -> tuple[EventEmitter | None, dict[str, Any]]:
        return None, {}

    def _begin_listening(self, event: str) -> None:
        """A callback for ``event`` came: whoever skips building events wants to know."""
