"""A worker's process that somebody else launched, taken over because that one is gone."""

from __future__ import annotations

import signal

from funcnodes_jupyter.manager.process_id import ProcessId
from funcnodes_jupyter.manager.watched import LogTail, WatchedProcess


class AdoptedProcess(WatchedProcess):
    """No child of ours: its end is seen, its exit code is not."""

    def __init__(self, identity: ProcessId, log: LogTail) -> None:
        super().__init__(identity, log)
        self._process = identity.process()

    def terminate(self) -> None:
        """Ask the worker to save and end, by SIGTERM."""
        self.identity.signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the worker and everything in its process group at once."""
        self.identity.kill_group()

    def cleanup(self) -> None:
        """Nothing of it is open here."""

    def _wait(self) -> None:
        if self._process is not None:
            self._process.wait()
        self.identity.kill_rest()
