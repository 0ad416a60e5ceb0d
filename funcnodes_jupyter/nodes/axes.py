"""Quiet axes: a figure that reads on light and dark cards alike, at the width of a node.

Made with matplotlib's objects alone: pyplot would keep every figure alive, and settings for all would
reach figures of others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import matplotlib.axes
    import matplotlib.axis
    import matplotlib.figure

PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#f0b03f", "#3b9fd6")
"""Colours that people with any kind of colour blindness can tell apart."""
INK = "#7a838f"
"""The grey of axes and texts; reads on white and on black."""
OTHERS = "#a3abb6"
"""The colour of everything beyond the palette."""
UNITS = frozenset(
    {
        "nm", "um", "mm", "cm", "m", "km", "mg", "g", "kg", "t", "ns", "us", "ms", "s", "min", "h",
        "d", "mV", "V", "mA", "A", "W", "kW", "J", "kJ", "K", "C", "Pa", "kPa", "bar", "Hz", "kHz",
    }
)  # fmt: skip
"""What is taken for a unit at the end of a column's name."""

# A node shows the figure at about 70 % of this size, so the texts are larger than in print.
SIZE_INCHES = (3.6, 2.6)
_DPI = 100
_TICKS = 5
_LABEL_POINTS = 10.5
_TICK_POINTS = 10.0


def new_axes() -> tuple[matplotlib.figure.Figure, matplotlib.axes.Axes]:
    """An empty figure with one pair of axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE_INCHES, dpi=_DPI, layout="constrained", facecolor="none")
    axes = figure.add_subplot(facecolor="none")
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set(color=INK, linewidth=0.8)
    axes.tick_params(colors=INK, labelsize=_TICK_POINTS, width=0.8, length=3)
    return figure, axes


def label_axes(axes: matplotlib.axes.Axes, x: str, y: str) -> None:
    """Write what the two axes show, and thin out the numbers along them. Called when all is drawn."""
    axes.set_xlabel(readable(x), color=INK, fontsize=_LABEL_POINTS)
    axes.set_ylabel(readable(y), color=INK, fontsize=_LABEL_POINTS)
    _few_ticks(axes.xaxis)
    _few_ticks(axes.yaxis)


def whole_steps(axis: matplotlib.axis.Axis) -> None:
    """Write whole numbers only along ``axis``: there is no year 2007.5."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(_TICKS, integer=True))


def _few_ticks(axis: matplotlib.axis.Axis) -> None:
    from matplotlib.ticker import AutoLocator, MaxNLocator

    # Times and names have brought locators of their own by now.
    if isinstance(axis.get_major_locator(), AutoLocator):
        axis.set_major_locator(MaxNLocator(_TICKS, steps=[1, 2, 2.5, 5, 10]))


def readable(name: Any) -> str:
    """A column's name as a label: ``flipper_length_mm`` becomes ``flipper length (mm)``."""
    words = str(name).replace("_", " ").split()
    if len(words) > 1 and words[-1] in UNITS:
        words[-1] = f"({words[-1]})"
    return " ".join(words)


def add_legend(axes: matplotlib.axes.Axes, entries: int) -> None:
    """A legend above the axes, without a frame."""
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=min(entries, 3),
        frameon=False,
        fontsize=_TICK_POINTS,
        labelcolor=INK,
        handletextpad=0.4,
        handlelength=1.0,
        columnspacing=1.2,
        borderaxespad=0.1,
        borderpad=0.0,
    )


def add_colour_scale(axes: matplotlib.axes.Axes, drawn: Any, name: Any) -> None:
    """A bar beside the axes that tells which colour means which number."""
    bar = axes.figure.colorbar(drawn, ax=axes, shrink=0.9, aspect=24, pad=0.02)
    bar.outline.set_visible(False)
    bar.ax.tick_params(colors=INK, labelsize=_TICK_POINTS, width=0.8, length=3)
    bar.set_label(readable(name), color=INK, fontsize=_LABEL_POINTS)


def turn_long_names(axes: matplotlib.axes.Axes, names: list[str]) -> None:
    """Slant the names below the horizontal axis when they would run into each other."""
    if sum(len(name) + 2 for name in names) > 34:
        axes.tick_params(axis="x", labelrotation=30)
        for text in axes.get_xticklabels():
            text.set_horizontalalignment("right")
