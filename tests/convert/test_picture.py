"""Pictures of graphs as SVG and PDF: what stands in them and where, whatever the names and values are."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
import zlib
from dataclasses import replace
from itertools import pairwise
from time import perf_counter

import pytest

from funcnodes_jupyter.convert.picture.columns import in_columns
from funcnodes_jupyter.convert.picture.drawing import Box, Drawing, Frame, Image, Row, Table, Wire
from funcnodes_jupyter.convert.picture.lettering import cut, lines, width_of
from funcnodes_jupyter.convert.picture.look import KIND_COLOUR
from funcnodes_jupyter.convert.picture.pdf import pdf_of
from funcnodes_jupyter.convert.picture.pngs import fitted_png
from funcnodes_jupyter.convert.picture.spelling import spelt
from funcnodes_jupyter.convert.picture.svg import svg_of
from funcnodes_jupyter.convert.picture.symbols import DINGBATS, SYMBOLS

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "</svg><script>alert(1)</script>",
    "<!--",
    "]]>",
    '" onload="alert(1)',
    "' style='x",
    "&lt;&#0;",
    "a\x00b\x07c\ud800",
    "x<foreignObject/>",
    "\u202eright to left",
]


def box(name: str, x: float = 0, y: float = 0, **more: object) -> Box:
    rows = (Row("a", "a", "number", "3", field=True), Row("out", "out", "number", "7", is_input=False))
    return replace(Box(name, name, x, y, 208, 121, "number", rows, "done", "3 ms"), **more)  # type: ignore[arg-type]


def two() -> Drawing:
    return Drawing("sums: 2 nodes", (box("first"), box("second", 300, 50)), (Wire(("first", "out"), ("second", "a")),))


def parsed(drawing: Drawing) -> ET.Element:
    return ET.fromstring(svg_of(drawing))


def texts(root: ET.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def a_png(width: int, height: int) -> bytes:
    from PIL import Image as Pillow

    buffer = io.BytesIO()
    Pillow.effect_noise((width, height), 90).convert("RGBA").save(buffer, "PNG")
    return buffer.getvalue()


# --- what is seen ---------------------------------------------------------------------------------


def test_every_node_is_named_with_its_ports_values_and_state() -> None:
    seen = texts(parsed(two()))
    assert [text for text in seen if text in ("first", "second")] == ["first", "second"]
    assert seen.count("a") == seen.count("out") == seen.count("3") == seen.count("7") == seen.count("3 ms") == 2


def test_wires_end_at_the_ports_in_the_colour_of_what_they_carry() -> None:
    root = parsed(replace(two(), wires=(Wire(("first", "out"), ("second", "a"), "table"),)))
    (wire,) = [path for path in root.findall(f"{SVG}path") if "C" in path.attrib["d"]]
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", wire.attrib["d"])]
    # Header 34 and border 1; the output is the second row of 30.
    assert numbers[:2] == [208, 1 + 34 + 30 + 15]
    assert numbers[-2:] == [300, 50 + 1 + 34 + 15]
    marks = [rect for rect in root.iter(f"{SVG}rect") if rect.attrib["width"] == rect.attrib["height"] == "9"]
    middles = {(float(mark.attrib["x"]) + 4.5, float(mark.attrib["y"]) + 4.5) for mark in marks}
    assert {(208.0, 80.0), (300.0, 100.0)} <= middles


def test_a_wire_whose_end_is_not_there_is_left_out() -> None:
    drawing = replace(two(), wires=(Wire(("first", "out"), ("gone", "a")), Wire(("first", "no"), ("second", "a"))))
    assert parsed(drawing).findall(f"{SVG}path") == []


def test_feedback_goes_round_below_and_stale_wires_are_dashed() -> None:
    back = Wire(("second", "out"), ("first", "a"), feedback=True)
    root = parsed(replace(two(), wires=(Wire(("first", "out"), ("second", "a"), stale=True), back)))
    stale, loop = root.findall(f"{SVG}path")
    assert "stroke-dasharray" in stale.attrib
    lowest = max(float(y) for y in re.findall(r",(-?[\d.]+)", loop.attrib["d"]))
    assert lowest > 50 + 121
    left, top, _, height = map(float, root.attrib["viewBox"].split())
    assert left < -24
    assert top + height > lowest


def test_states_differ_for_who_looks() -> None:
    borders = {}
    for tone in ("done", "stale", "error", "disabled", "cancelled"):
        root = parsed(Drawing("", (box("n", tone=tone, error="ValueError: no" if tone == "error" else ""),)))
        part = root.find(f"{SVG}g")
        assert part is not None
        card = part.findall(f"{SVG}rect")[1].attrib
        borders[tone] = (card["stroke"], card["fill"], "stroke-dasharray" in card)
        if tone == "error":
            assert "ValueError: no" in texts(root)
    assert len(set(borders.values())) == len(borders)


def test_frames_stand_behind_their_nodes_with_name_and_colour() -> None:
    drawing = replace(
        two(), frames=(Frame("Load", -18, -48, 244, 187, "amber"), Frame("Other", 280, 0, 250, 200, "no"))
    )
    root = parsed(drawing)
    assert {"Load", "Other"} <= set(texts(root))
    names = [part.findtext(f"{SVG}title") for part in root.findall(f"{SVG}g")]
    assert names == ["Load", "Other", "first: 3 ms", "second: 3 ms"]
    assert float(root.attrib["viewBox"].split()[1]) < -48


def test_tables_show_their_first_rows_and_how_many_there_are() -> None:
    table = Table(
        ("species", "n", "a very long name of a column", "mass", "more", "and more"),
        tuple((f"Adelie {n}", str(n), "x" * 50, "3,964", "1", "2") for n in range(9)),
        (False, True, False, True),
        "1–4 of 344",
    )
    seen = texts(parsed(Drawing("", (box("n", height=121 + 22 + 80 + 22 + 4, preview=table),))))
    assert [text for text in seen if text.startswith("Adelie")] == ["Adelie 0", "Adelie 1", "Adelie 2", "Adelie 3"]
    assert {"species", "n", "1–4 of 344", "…"} <= set(seen)


def test_a_picture_stands_in_the_file_itself() -> None:
    png = fitted_png(a_png(800, 400), 248, 188, 200_000)
    assert png is not None
    root = parsed(Drawing("", (box("n", width=248, height=309, preview=Image(png)),)))
    (image,) = root.iter(f"{SVG}image")
    assert image.attrib["href"].startswith("data:image/png;base64,")


@pytest.mark.parametrize("make", [svg_of, pdf_of])
def test_an_empty_graph_says_so(make) -> None:
    text = make(Drawing("nothing"))
    assert len(text) < 2000
    if isinstance(text, str):
        assert "This graph is empty." in text
        assert float(ET.fromstring(text).attrib["width"]) <= 400


# --- whatever the names are -----------------------------------------------------------------------


def hostile(text: str) -> Drawing:
    row = Row(text, text, "text", text, field=True)
    area = Row("area", text, "text", f"{text}\n  {text}", field=True, area=True)
    table = Table((text,), ((text,),), (), text)
    bad = Box(text, text, 0, 0, 900, 400, "text", (row, area), "error", text, text, table)
    return Drawing(text, (bad,), (), (Frame(text, -20, -50, 940, 480, text),))


@pytest.mark.parametrize("text", HOSTILE)
def test_names_and_values_are_text_and_nothing_else(text: str) -> None:
    root = parsed(hostile(text))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {"svg", "title", "g", "rect", "path", "text"}
    names = {name for element in root.iter() for name in element.attrib}
    assert not {name for name in names if name.startswith("on") or name in ("style", "id", "class", "href")}


def test_hostile_names_can_be_read() -> None:
    assert HOSTILE[0] in texts(parsed(hostile(HOSTILE[0])))


def test_nothing_outside_the_file_is_asked_for() -> None:
    png = fitted_png(a_png(90, 90), 248, 188, 200_000)
    assert png is not None
    text = svg_of(Drawing("x", (box("n", height=300, preview=Image(png)), *hostile("y").boxes)))
    assert re.findall(r"[a-z]+://[^\"]+", text) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"<(style|script|foreignObject|use|link)|url\(|@import|\sid=", text)


# --- sizes ----------------------------------------------------------------------------------------


def many(count: int, in_a_row: int) -> Drawing:
    kinds = list(KIND_COLOUR)
    boxes = tuple(box(f"node {n}", n % in_a_row * 272, n // in_a_row * 161, kind=kinds[n % 8]) for n in range(count))
    wires = tuple(Wire((one.id, "out"), (other.id, "a")) for one, other in pairwise(boxes))
    return Drawing("", boxes, wires)


@pytest.mark.parametrize(("count", "in_a_row"), [(1, 1), (30, 10), (1000, 32), (300, 2)])
def test_a_picture_has_an_end(count: int, in_a_row: int) -> None:
    root = parsed(many(count, in_a_row))
    assert float(root.attrib["width"]) <= 920
    assert float(root.attrib["height"]) <= 2400
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    for rect in root.iter(f"{SVG}rect"):
        assert left <= float(rect.attrib["x"]) <= left + width - float(rect.attrib["width"])
        assert top <= float(rect.attrib["y"]) <= top + height - float(rect.attrib["height"])


def chain(count: int, right: float, down: float) -> Drawing:
    boxes = tuple(box(f"n{at}", at * right, at * down) for at in range(count))
    return Drawing("long", boxes, tuple(Wire((one.id, "out"), (other.id, "a")) for one, other in pairwise(boxes)))


@pytest.mark.parametrize(("right", "down", "called"), [(268, 0, "rows"), (0, 180, "columns"), (268, 3, "rows")])
def test_a_chain_is_folded_like_lines_of_text(right: float, down: float, called: str) -> None:
    drawing = replace(chain(500, right, down), frames=(Frame("Load", -18, -48, 90 * right + 244, 90 * down + 187),))
    root = parsed(drawing)
    width, height = (float(root.attrib[side]) for side in ("width", "height"))
    x, y, inner, high = map(float, root.attrib["viewBox"].split())
    assert width <= 920
    assert height <= 2400
    # Every node is there, in the picture and in order, with room for letters of nine pixels.
    parts = [part for part in root.findall(f"{SVG}g") if part.findtext(f"{SVG}title") != "Load"]
    assert [part.findtext(f"{SVG}title") for part in parts] == [f"n{at}: 3 ms" for at in range(500)]
    for part in parts:
        card = part.find(f"{SVG}rect")
        assert card is not None
        left, top, wide = (float(card.attrib[name]) for name in ("x", "y", "width"))
        assert x <= left <= left + wide <= x + inner
        assert y <= top <= y + high
        assert wide * width / inner > 30
    (note,) = [text for text in texts(root) if called in text]
    rows = int(re.findall(r"\d+", note)[1])
    assert note == f"500 nodes, shown in {rows} {called}; in the editor they stand in one."
    # A wire from one row to the next is seen at both of its ends, and a group in each row that it reaches.
    assert len(root.findall(f"{SVG}path")) == 499 + rows - 1
    frames = [part for part in root.findall(f"{SVG}g") if part.findtext(f"{SVG}title") == "Load"]
    assert 1 < len(frames) < rows
    assert pdf_text(pdf_of(drawing)) == texts(root)


def test_what_can_be_read_or_would_not_be_larger_is_not_folded() -> None:
    for drawing in (chain(20, 268, 0), chain(60, 0, 180), chain(100, 300, 300)):
        assert not [text for text in texts(parsed(drawing)) if "shown in" in text]


def test_a_thousand_nodes_take_a_moment_and_only_what_can_be_seen() -> None:
    drawing = many(1000, 32)
    start = perf_counter()
    text = svg_of(drawing)
    pdf_of(drawing)
    # It takes a tenth of that.
    assert perf_counter() - start < 1
    assert len(text) < 600_000
    root = ET.fromstring(text)
    assert "3 ms" not in texts(root)
    names = [part.findtext(f"{SVG}title") for part in root.findall(f"{SVG}g")]
    assert names == [f"node {n}: 3 ms" for n in range(1000)], "who points at one is told its name"


def test_texts_are_cut_where_their_room_ends() -> None:
    long = "a name that is far too long for any node to be shown in full"
    (title,) = [text for text in texts(parsed(Drawing("", (box("n", title=long),)))) if text.startswith("a name")]
    assert title.endswith("…")
    assert width_of(title, 13, bold=True) < 208 - 24
    assert cut("short", 100, 13) == "short"
    assert cut("anything", 2, 13) == ""
    assert len(cut("字" * 100, 130, 13)) < len(cut("i" * 100, 130, 13))
    assert lines("one two three four", width_of("one two thr", 12), 12, 2) == ["one two", "three four"]


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\nIHDR" + b"x" * 90])
def test_what_is_no_picture_is_left_out(data: bytes) -> None:
    assert fitted_png(data, 100, 100, 1000) is None
    assert b"%%EOF" in pdf_of(Drawing("", (box("n", height=300, preview=Image(data)),)))


def test_large_pictures_become_small_ones() -> None:
    small = fitted_png(a_png(2000, 1500), 248, 188, 200_000)
    assert small is not None
    assert len(small) < len(a_png(2000, 1500)) / 20
    assert fitted_png(a_png(2000, 1500), 248, 188, 5_000) is None


# --- PDF ------------------------------------------------------------------------------------------


def pdf_text(data: bytes) -> list[str]:
    (content,) = re.findall(
        rb"4 0 obj\n<< /Filter /FlateDecode /Length \d+ >>\nstream\n(.*?)\nendstream", data, re.DOTALL
    )
    lines = re.findall(rb"BT (.*?) ET", zlib.decompress(content))
    return [
        "".join(_decoded(*run) for run in re.findall(rb"/F(\d) [\d.]+ Tf <([0-9a-f]*)> Tj", line)) for line in lines
    ]


def _decoded(font: bytes, codes: bytes) -> str:
    data = bytes.fromhex(codes.decode())
    if int(font) < 5:
        return data.decode("cp1252")
    own = {code: char for char, (code, _) in (SYMBOLS if font == b"5" else DINGBATS).items()}
    return "".join(own[code] for code in data)


def test_a_pdf_says_what_the_svg_says() -> None:
    assert pdf_text(pdf_of(two())) == texts(parsed(two()))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Größe ≥ Ω → x", "Größe ≥ Ω → x"),
        ("σ² ∂f/∂x", "σ² ∂f/∂x"),
        ("√∑ ≠ ∞ − …×", "√∑ ≠ ∞ − …×"),
        ("✓ done", "✓ done"),
        ("Δt in µs, R in Ω", "Δt in µs, R in Ω"),  # the increment, the micro and the ohm sign
        ("č ł e\u0301 x₂", "c l é x2"),
        ("字 😀", "◊ ◊"),
    ],
)
def test_greek_mathematics_and_plain_letters_stand_in_a_pdf(written: str, read: str) -> None:
    assert read in pdf_text(pdf_of(Drawing("", (box("n", title=written),))))


def test_the_codes_of_symbol_and_the_widths_are_those_of_its_makers() -> None:
    runs = spelt("aα≥→")
    assert [(run.font, run.codes) for run in runs] == [("text", b"a"), ("symbol", b"\x61\xb3\xae")]
    assert [run.width for run in runs] == pytest.approx([0.556, 0.631 + 0.549 + 0.987])
    assert spelt("✓")[0].codes == b"\x33"
    assert spelt("") == []


def test_a_reader_finds_every_object_of_a_pdf() -> None:
    png = fitted_png(a_png(300, 200), 248, 188, 200_000)
    assert png is not None
    data = pdf_of(Drawing("", (box("n", height=300, preview=Image(png)),)))
    table = int(re.findall(rb"startxref\n(\d+)", data)[0])
    assert data[table:].startswith(b"xref\n")
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n", data[table:])]
    for number, place in enumerate(places, 1):
        assert data[place:].startswith(b"%d 0 obj" % number)
    assert b"/Subtype /Image /Width 300 /Height 200 /ColorSpace [/Indexed /DeviceRGB" in data


# --- places ---------------------------------------------------------------------------------------


def test_nodes_without_a_place_stand_in_columns_along_their_wires() -> None:
    sizes = dict.fromkeys("abcde", (200.0, 100.0))
    places = in_columns(sizes, [("a", "b"), ("b", "c"), ("a", "c"), ("d", "c"), ("e", "e"), ("x", "a")])
    assert places["a"][0] == places["d"][0] == places["e"][0] < places["b"][0] < places["c"][0]
    assert len(set(places.values())) == 5


def test_circles_have_places_too() -> None:
    sizes = dict.fromkeys("abc", (200.0, 100.0))
    places = in_columns(sizes, [("a", "b"), ("b", "c"), ("c", "a")])
    assert places["a"][0] < places["b"][0] < places["c"][0]
    assert in_columns({}, []) == {}
