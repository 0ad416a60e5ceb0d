"""Where this process talks with a person: in a notebook, in IPython at a terminal, or not at all."""

from __future__ import annotations

import sys
from typing import Any


def current_shell() -> Any:
    """The IPython shell of this process, None in a plain script."""
    # Not imported here: who has no shell has no need of IPython.
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None


def at_terminal() -> bool:
    """Whether a person sits at IPython in a terminal, which shows text and keeps no outputs."""
    shell = current_shell()
    return shell is not None and not hasattr(shell, "kernel")
