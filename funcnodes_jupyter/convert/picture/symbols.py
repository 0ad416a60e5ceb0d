"""Greek letters and signs of mathematics in a PDF: where Symbol has them, and how wide they are.

Symbol and ZapfDingbats are two of the fonts that every reader of PDF brings (PDF 1.7, 9.6.2.2). Symbol's own encoding is
that of annex D.5; the widths are those of Adobe's metrics, in thousandths of the size.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_FROM_21 = "!∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_ αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
_WIDTHS_21 = (
    333, 713, 500, 549, 833, 778, 439, 333, 333, 500, 549, 250, 549, 250, 278, 500, 500, 500, 500,
    500, 500, 500, 500, 500, 500, 278, 278, 549, 549, 549, 444, 549, 722, 667, 722, 612, 611, 763,
    603, 722, 333, 631, 722, 686, 889, 722, 722, 768, 741, 556, 592, 611, 690, 439, 768, 645, 795,
    611, 333, 863, 333, 658, 500, 500, 631, 549, 549, 494, 439, 521, 411, 603, 329, 603, 549, 549,
    576, 521, 549, 549, 521, 549, 603, 439, 576, 713, 686, 493, 686, 494, 480, 200, 480, 549,
)  # fmt: skip
_FROM_A1 = "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…  ↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇   ∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈   ∑           〉∫⌠ ⌡         "
_WIDTHS_A1 = (
    620, 247, 549, 167, 713, 500, 753, 753, 753, 753, 1042, 987, 603, 987, 603, 400, 549, 411, 549,
    549, 713, 494, 460, 549, 549, 549, 549, 1000, 603, 1000, 658, 823, 686, 795, 987, 768, 768, 823,
    768, 768, 713, 713, 713, 713, 713, 713, 713, 768, 713, 790, 790, 890, 823, 549, 250, 713, 603,
    603, 1042, 987, 603, 987, 603, 494, 329, 790, 790, 786, 713, 384, 384, 384, 384, 384, 384, 494,
    494, 494, 494, 0, 329, 274, 686, 686, 686, 384, 384, 384, 384, 384, 384, 494, 494, 494,
)  # fmt: skip
# Letters of the ZapfDingbats that people put into names.
_DINGBATS = {
    "✓": (0x33, 755), "✔": (0x34, 846), "✗": (0x37, 571), "✘": (0x38, 677), "★": (0x48, 816), "●": (0x6C, 791),
    "■": (0x6E, 761), "▲": (0x73, 892), "▼": (0x74, 892), "◆": (0x75, 788),
}  # fmt: skip
# Letters in whose place another one is read as well.
_SAME = {
    "\N{INCREMENT}": "Δ",
    "\N{OHM SIGN}": "Ω",
    "\N{LEFT-POINTING ANGLE BRACKET}": "⟨",
    "\N{RIGHT-POINTING ANGLE BRACKET}": "⟩",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "ħ": "h",
    "ı": "i",
}  # fmt: skip": "⟨", "\N{RIGHT-POINTING ANGLE BRACKET}": "⟩"}
SYMBOLS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {
        char: (code, width)
        for first, letters, widths in ((0x21, _FROM_21, _WIDTHS_21), (0xA1, _FROM_A1, _WIDTHS_A1))
        for code, (char, width) in enumerate(zip(letters, widths, strict=True), first)
        if char != " "
    }
)
"""The code and the width of each letter that Symbol has."""
DINGBATS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(_DINGBATS)
"""The same for some of ZapfDingbats."""
MISSING: Final = SYMBOLS["◊"]
"""What stands for a letter that none of these fonts has: no letter itself, and there where ZapfDingbats is not."""


def same_letter(char: str) -> str:
    """The letter to look for in place of ``char``."""
    return _SAME.get(char, char)
