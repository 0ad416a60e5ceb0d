"""From a value to a mime bundle, as a notebook would show it, within the size of one frame.

:func:`quick_bundle` reads values of known types on any thread. :func:`rich_bundle` asks the value itself,
by IPython's display protocol, and so belongs in the main thread, between two nodes.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable
from typing import Any

import msgspec

from funcnodes_jupyter.core.brief import is_numpy, is_pandas
from funcnodes_jupyter.wire.codec import encode_json
from funcnodes_jupyter.worker.brief import describe
from funcnodes_jupyter.worker.figures import figure_png, image_png, is_figure, is_image
from funcnodes_jupyter.worker.jsonable import Sample, is_simple
from funcnodes_jupyter.worker.rendered import rendered
from funcnodes_jupyter.worker.tables import PREVIEW_COLUMNS, PREVIEW_ROWS, TABLE_MIME, is_table, table_page

Bundle = dict[str, Any]

MAX_BUNDLE_BYTES = 960 * 1024
"""A bundle leaves room for the rest of its frame."""
_TEXT = 20_000
_PICTURE_BYTES = MAX_BUNDLE_BYTES * 3 // 4 - 1024

_METHODS = (
    ("_repr_html_", "text/html"),
    ("_repr_markdown_", "text/markdown"),
    ("_repr_svg_", "image/svg+xml"),
    ("_repr_png_", "image/png"),
    ("_repr_jpeg_", "image/jpeg"),
    ("_repr_latex_", "text/latex"),
    ("_repr_json_", "application/json"),
)
_CANARY = "_ipython_canary_method_should_not_exist_"

_log = logging.getLogger(__name__)


def quick_bundle(value: Any) -> Bundle | None:
    """The bundle of a value whose type is known; None when the value itself must be asked."""
    kind = type(value)
    if kind in (str, int, float, bool, complex, bytes) or value is None:
        return {"text/plain": _plain(value)}
    if kind in (list, dict, tuple, set, frozenset):
        return {"application/json": Sample().of(value), "text/plain": describe(value).text}
    if is_table(value):
        page = table_page(value, 0, PREVIEW_ROWS, PREVIEW_COLUMNS)
        return capped({TABLE_MIME: msgspec.to_builtins(page), "text/plain": describe(value).text})
    if (is_numpy(kind) or is_pandas(kind)) and is_simple(value):
        return {"text/plain": str(value)[:_TEXT]}
    return None


def rich_bundle(value: Any, renderer: str = "") -> Bundle:
    """The bundle that ``value`` makes of itself, with the form that ``renderer`` draws.

    Never raises: what fails is shown as text.
    """
    try:
        if is_figure(value):
            return _picture(figure_png(value, _PICTURE_BYTES), value)
        if is_image(value):
            return _picture(image_png(value, _PICTURE_BYTES), value)
        bundle = {} if isinstance(value, type) else _asked(value)
        bundle.setdefault("text/plain", value[:_TEXT] if type(value) is str else repr(value)[:_TEXT])
        return capped(rendered(value, renderer, bundle) if renderer else bundle)
    except Exception as error:  # noqa: BLE001 - it is the code of whoever made the value
        _log.warning("No preview of a %s", type(value).__name__, exc_info=True)
        return {"text/plain": f"{type(value).__name__} (no preview: {type(error).__name__}: {error})"[:_TEXT]}


def capped(bundle: Bundle) -> Bundle:
    """``bundle`` without its largest parts until it fits; a text says what was left out."""
    sizes = {mime: len(encode_json(data)) for mime, data in bundle.items()}
    while sum(sizes.values()) > MAX_BUNDLE_BYTES:
        largest = max(sizes, key=lambda mime: sizes[mime])
        size = sizes.pop(largest)
        bundle = {mime: data for mime, data in bundle.items() if mime != largest}
        if not bundle or set(bundle) == {"text/plain"}:
            note = f"{largest} of {size / 2**20:.1f} MiB is too large for a preview"
            bundle["text/plain"] = f"{bundle.get('text/plain', '')[:200]}\n({note})".strip()
            sizes["text/plain"] = len(bundle["text/plain"])
    return bundle


def _plain(value: Any) -> str:
    if type(value) is str:
        return value if len(value) <= _TEXT else f"{value[:_TEXT]}…"
    return describe(value).text


def _picture(png: bytes | None, value: Any) -> Bundle:
    if png is None:
        return {"text/plain": f"{type(value).__name__}: too large for a preview"}
    return {"image/png": base64.b64encode(png).decode(), "text/plain": type(value).__name__}


def _asked(value: Any) -> Bundle:
    """What the value's own methods give."""
    if _method(value, _CANARY) is not None:
        return {}  # it answers to every name, so its answers mean nothing
    bundle: Bundle = {}
    whole = _method(value, "_repr_mimebundle_")
    if whole is not None:
        result = whole(include=None, exclude=None)
        bundle.update((result[0] if isinstance(result, tuple) else result) or {})
    for name, mime in _METHODS:
        method = None if mime in bundle else _method(value, name)
        result = _called(method, name, value) if method is not None else None
        if result is not None:
            bundle[mime] = result[0] if isinstance(result, tuple) else result
    return {mime: _as_text(data) for mime, data in bundle.items() if isinstance(mime, str)}


def _method(value: Any, name: str) -> Callable[..., Any] | None:
    method = getattr(value, name, None)
    return method if callable(method) else None


def _called(method: Callable[[], Any], name: str, value: Any) -> Any:
    try:
        return method()
    except NotImplementedError:
        return None
    except Exception:  # noqa: BLE001 - likewise
        _log.warning("%s of a %s failed", name, type(value).__name__, exc_info=True)
        return None


def _as_text(data: Any) -> Any:
    return base64.b64encode(data).decode() if isinstance(data, bytes | bytearray) else data
