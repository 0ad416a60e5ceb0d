"""Which output a node shows as its picture."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

SHOWS_OUT: Mapping[str, Any] = MappingProxyType({"data": {"src": "out"}})
"""Render options of a node that shows its output ``out``."""
