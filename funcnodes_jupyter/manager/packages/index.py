"""What package indexes have of one package: asked directly, as PEP 503 and PEP 691 say, with nothing installed.

Addresses of indexes may hold names and passwords: they are sent where they belong, and shown to nobody.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import ssl
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.parser import HeaderParser
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from funcnodes_jupyter.manager.packages.errors import IndexUnreachableError, PackageNotFoundError
from funcnodes_jupyter.manager.packages.planning import UNREACHABLE
from funcnodes_jupyter.manager.packages.requirement import checked_requirement, key

DEFAULT_INDEX = "https://pypi.org/simple"
"""The public index that pip and uv ask where nothing else is set."""
TIMEOUT = 5.0
"""Seconds without a byte."""
MAX_BYTES = 64 * 1024**2
_ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"


@dataclass(frozen=True)
class Found:
    """A package in an index: its ``versions``, newest first, and what the newest says of itself; may be empty."""

    name: str
    versions: tuple[str, ...]
    summary: str = ""
    requires_python: str = ""

    def to_json(self) -> dict[str, Any]:
        """The form that travels to clients."""
        return {
            "name": self.name,
            "versions": list(self.versions),
            "summary": self.summary,
            "requires_python": self.requires_python,
        }


@dataclass(frozen=True)
class _File:
    """A file of a package: where it is, and where its metadata is, if that can be had alone (PEP 658)."""

    version: Version
    url: str
    metadata: str
    requires_python: str


async def look_up(name: str, variables: Mapping[str, str]) -> Found:
    """What the indexes have of a package.

    Args:
        variables: uv's, with pip's settings.

    Raises:
        InvalidRequirementError: that is no name.
        PackageNotFoundError: no index has it.
        IndexUnreachableError: none says so, and one does not answer.
    """
    name = key(checked_requirement(name).name)
    sources = _sources(variables)
    answers = await asyncio.gather(*(asyncio.to_thread(_files_at, source, name, variables) for source in sources))
    files = [file for answer in answers if answer is not None for file in answer]
    if not files:
        if None in answers:
            raise IndexUnreachableError(UNREACHABLE)
        raise PackageNotFoundError(name)
    ordered = sorted({file.version for file in files}, key=lambda one: (not one.is_prerelease, one), reverse=True)
    newest = [file for file in files if file.version == ordered[0]]
    summary = await asyncio.to_thread(_summary, newest, variables)
    return Found(name, tuple(map(str, ordered)), summary, next((f.requires_python for f in newest), ""))


def _sources(variables: Mapping[str, str]) -> list[str]:
    """The addresses of all indexes, and those where files lie (with a ``#``), without doubles."""
    indexes = [*variables.get("UV_INDEX", "").split(), *variables.get("UV_EXTRA_INDEX_URL", "").split()]
    indexes.append(variables.get("UV_DEFAULT_INDEX") or variables.get("UV_INDEX_URL") or DEFAULT_INDEX)
    if variables.get("UV_NO_INDEX", "").lower() in ("1", "true"):
        indexes = []
    links = [link for link in re.split(r"[,\s]+", variables.get("UV_FIND_LINKS", "")) if link]
    named = (re.sub(r"^[\w-]+=(?=\w+:)", "", index) for index in indexes)  # NAME=URL
    return list(dict.fromkeys([*(f"{one.rstrip('/')}/" for one in named), *(f"{one}#" for one in links)]))


# --- files ----------------------------------------------------------------------------------------


def _files_at(source: str, name: str, variables: Mapping[str, str]) -> list[_File] | None:
    """The files of a package there; None: nobody answers."""
    links = source.endswith("#")
    address = source.removesuffix("#") if links else f"{source}{quote(name)}/"
    folder = _local(address)
    try:
        if folder is not None and (links or not (folder / "index.html").exists()):
            return _files_in(folder, name)
        if folder is not None:
            return _listed(str(folder), "text/html", (folder / "index.html").read_bytes(), folder.as_uri() + "/", name)
        with _opened(address, variables, {"Accept": _ACCEPT}) as answer:
            text = answer.read(MAX_BYTES)
            return _listed(address, answer.headers.get_content_type(), text, answer.url, name)
    except urllib.error.HTTPError as error:
        # Who asks for a password does not say whether there is such a package.
        return [] if error.code in (404, 410) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # also an index that answers with nonsense
        return None


def _local(address: str) -> Path | None:
    if address.startswith("file:"):
        return Path(unquote(urlsplit(address).path))
    return Path(address) if "://" not in address else None


def _files_in(folder: Path, name: str) -> list[_File]:
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    found = (_file(path.name, path.as_uri(), name) for path in paths)
    return [file for file in found if file is not None]


def _listed(address: str, kind: str, text: bytes, base: str, name: str) -> list[_File]:
    """The files that an index lists, as JSON or as HTML; without those that were withdrawn."""
    entries = json.loads(text)["files"] if kind.endswith("json") else _Anchors.of(text.decode("utf-8", "replace"))
    found: list[_File] = []
    for entry in entries:
        if entry.get("yanked"):
            continue
        alone = bool(entry.get("core-metadata") or entry.get("data-dist-info-metadata"))
        python = str(entry.get("requires-python") or "")
        file = _file(str(entry["filename"]), urljoin(base, str(entry["url"])), name, alone, python)
        found += [file] if file is not None else []
    return found


class _Anchors(HTMLParser):
    """The links of a page (PEP 503), with the keys that PEP 691 has."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, Any]] = []

    @classmethod
    def of(cls, text: str) -> list[dict[str, Any]]:
        parser = cls()
        parser.feed(text)
        return parser.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag != "a" or not given.get("href"):
            return
        address = str(given["href"]).partition("#")[0]
        self.found.append(
            {
                "url": address,
                "filename": unquote(address.rpartition("/")[2]),
                "yanked": "data-yanked" in given,
                "requires-python": given.get("data-requires-python"),
                "core-metadata": given.get("data-core-metadata") or given.get("data-dist-info-metadata"),
            }
        )


def _file(filename: str, url: str, name: str, alone: bool = False, python: str = "") -> _File | None:
    """A file that holds the package, or None."""
    try:
        if filename.endswith(".whl"):
            whose, version = parse_wheel_filename(filename)[:2]
        else:
            whose, version = parse_sdist_filename(filename)
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        return None
    return _File(version, url, f"{url}.metadata" if alone else "", python) if whose == name else None


# --- summary --------------------------------------------------------------------------------------


def _summary(files: Iterable[_File], variables: Mapping[str, str]) -> str:
    """What one of the files says in a line; empty when none does, or does so without being fetched whole."""
    for file in files:
        try:
            path = _local(file.url)
            if path is not None and path.suffix == ".whl":
                return _summary_in(_metadata_in(path))
            if file.metadata and path is None:
                with _opened(file.metadata, variables, {}) as answer:
                    return _summary_in(answer.read(MAX_BYTES).decode("utf-8", "replace"))
        except (OSError, ValueError, zipfile.BadZipFile):
            continue
    return ""


def _metadata_in(wheel: Path) -> str:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(".dist-info/METADATA"):
                return archive.read(name).decode("utf-8", "replace")
    return ""


def _summary_in(metadata: str) -> str:
    return " ".join((HeaderParser().parsestr(metadata, headersonly=True)["Summary"] or "").split())


# --- asking ---------------------------------------------------------------------------------------


def _opened(address: str, variables: Mapping[str, str], headers: Mapping[str, str]) -> Any:
    """The answer of a web server, through the proxy that is set."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https"):
        raise ValueError("packages come over http or https")
    whom, _, host = parts.netloc.rpartition("@")
    request = urllib.request.Request(urlunsplit(parts._replace(netloc=host)), headers=dict(headers))
    if whom:
        # Not on to where the index may send us.
        request.add_unredirected_header("Authorization", f"Basic {base64.b64encode(unquote(whom).encode()).decode()}")
    handlers: list[urllib.request.BaseHandler] = [urllib.request.HTTPSHandler(context=_context(variables, host))]
    proxies = {scheme: variables[name] for scheme, name in _PROXIES.items() if variables.get(name)}
    handlers += [urllib.request.ProxyHandler(proxies)] if proxies and not urllib.request.proxy_bypass(host) else []
    return urllib.request.build_opener(*handlers).open(request, timeout=TIMEOUT)


_PROXIES = {"http": "HTTP_PROXY", "https": "HTTPS_PROXY"}


def _context(variables: Mapping[str, str], host: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=variables.get("SSL_CERT_FILE") or None)
    if {host, host.partition(":")[0]} & set(variables.get("UV_INSECURE_HOST", "").split()):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
