"""Placeholder until the real one is merged."""

from __future__ import annotations

from typing import Any


def why_not(source: Any, target: Any) -> str | None:
    return None
