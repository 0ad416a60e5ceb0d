"""Pictures as PNG: matplotlib figures and PIL images.

Both are foreign objects with state of their own, so this runs in the main thread, between two nodes.
pyplot is never touched: it would keep every figure alive and pick a screen.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

SHARPNESS = 2.0
"""Dots per screen pixel, for screens with small pixels."""
_IMAGE_SIDE = 1600


def is_figure(value: Any) -> bool:
    """Whether ``value`` is a matplotlib figure, or axes that belong to one."""
    return _module(value) == "matplotlib" and (hasattr(value, "savefig") or hasattr(value, "get_figure"))


def is_image(value: Any) -> bool:
    """Whether ``value`` is a PIL image."""
    return _module(value) == "PIL" and hasattr(value, "thumbnail")


def figure_png(value: Any, limit: int) -> bytes | None:
    """The figure as PNG of at most ``limit`` bytes: sharp if it fits, else coarser; None when nothing fits."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = value if hasattr(value, "savefig") else value.get_figure()
    before = figure.canvas
    try:
        FigureCanvasAgg(figure)
        for sharpness in (SHARPNESS, 1.0, 0.5):
            buffer = BytesIO()
            figure.savefig(buffer, format="png", dpi=figure.dpi * sharpness, bbox_inches="tight")
            if buffer.tell() <= limit:
                return buffer.getvalue()
    finally:
        figure.set_canvas(before)
    return None


def image_png(image: Any, limit: int) -> bytes | None:
    """The image as PNG of at most ``limit`` bytes, made smaller if it must be; None when nothing fits."""
    side = _IMAGE_SIDE
    while side >= 100:
        small = image.copy()
        small.thumbnail((side, side))
        if small.mode not in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
            small = small.convert("RGB")
        buffer = BytesIO()
        small.save(buffer, format="PNG")
        if buffer.tell() <= limit:
            return buffer.getvalue()
        side //= 2
    return None


def _module(value: Any) -> str:
    return next((base.__module__.partition(".")[0] for base in type(value).__mro__ if _is_known(base)), "")


def _is_known(base: type) -> bool:
    return base.__module__.partition(".")[0] in ("matplotlib", "PIL")
