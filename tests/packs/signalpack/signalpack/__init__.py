"""Signals as nodes. Three types of its own, each shown in another way."""

from __future__ import annotations

import math
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import funcnodes_jupyter as fn


@dataclass
class Signal:
    """Samples at a rate, in hertz. Drawn by ``browser.js``, once a person allowed that."""

    samples: list[float]
    rate: float = 1.0


@dataclass
class Peaks:
    """Where a signal has its maxima. Its render option makes it a table; the columns are those of its JSON."""

    seconds: list[float]
    heights: list[float]

    def _repr_json_(self) -> dict[str, list[float]]:
        return {"second": self.seconds, "height": self.heights}


class Stripes:
    """A signal as shades of grey, one column a sample. It is a picture, because it can be written as one."""

    def __init__(self, shades: bytes) -> None:
        self.shades = shades

    def _repr_png_(self) -> bytes:
        return grey_png(self.shades, height=32)


@fn.NodeDecorator("signal.sine", name="Sine")
def sine(frequency: float = 2.0, rate: float = 64.0, seconds: float = 1.0) -> Signal:
    """A sine wave."""
    count = max(1, int(rate * seconds))
    return Signal([math.sin(2 * math.pi * frequency * step / rate) for step in range(count)], rate)


@fn.NodeDecorator("signal.mean", name="Mean of samples")
def mean(samples: Signal) -> float:
    """The mean of a signal, or of numbers that are typed in."""
    values = samples.samples if isinstance(samples, Signal) else samples
    return sum(values) / len(values)


@fn.NodeDecorator("signal.peaks", name="Peaks")
def peaks(signal: Signal) -> Peaks:
    """Samples that are higher than their neighbours."""
    samples = signal.samples
    inner = range(1, len(samples) - 1)
    found = [step for step in inner if samples[step - 1] < samples[step] >= samples[step + 1]]
    return Peaks([step / signal.rate for step in found], [samples[step] for step in found])


@fn.NodeDecorator("signal.stripes", name="Stripes")
def stripes(signal: Signal) -> Stripes:
    """A signal as a picture."""
    low, high = min(signal.samples), max(signal.samples)
    return Stripes(bytes(round(255 * (value - low) / ((high - low) or 1)) for value in signal.samples))


def grey_png(shades: bytes, height: int) -> bytes:
    """A PNG whose rows are all ``shades``."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", len(shades), height, 8, 0, 0, 0, 0)
    rows = (b"\0" + shades) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


NODE_SHELF = fn.Shelf("Signals", description="Waves and what is in them.", nodes=[sine, mean, peaks, stripes])

RENDER_OPTIONS = {
    "typemap": {Signal: "signalpack.signal", Peaks: "table", Stripes: "image"},
    "inputconverter": {Signal: "str_to_list"},
}

REACT_PLUGIN = {"module": Path(__file__).with_name("browser.js")}
