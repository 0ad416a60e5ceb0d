"""What is set for pip holds for uv."""

from __future__ import annotations

from pathlib import Path

import pytest

from funcnodes_jupyter.manager.indexsettings import parsed_settings, pip_settings, uv_variables, without_index

NOTHING = {"XDG_CONFIG_HOME": "/nowhere", "XDG_CONFIG_DIRS": "/nowhere"}


def test_variables_win_over_what_is_set_for_install_and_that_over_the_rest() -> None:
    lines = [
        "global.index-url='https://a/simple'",
        "global.timeout='5'",
        "WARNING: something else",
        "install.index-url='https://b/simple'",
        "download.index-url='https://d/simple'",
        ":env:.extra-index-url='https://c/simple\\nhttps://e/simple'",
    ]
    expected = {
        "index-url": "https://b/simple",
        "timeout": "5",
        "extra-index-url": "https://c/simple\nhttps://e/simple",
    }
    assert parsed_settings(lines) == expected


async def test_files_and_variables_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "pip.conf"
    file.write_text("[global]\nquiet = 1\nindex-url = https://a/simple\nno-index = true\n")
    environ = {"PATH": "/usr/bin:/bin", "PIP_CONFIG_FILE": str(file), "PIP_FIND_LINKS": "/one /two"}
    settings = await pip_settings(environ, tmp_path)
    assert (settings["index-url"], settings["find-links"]) == ("https://a/simple", "/one /two")
    assert without_index(settings, NOTHING)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert await pip_settings(environ, tmp_path) == {"config-file": str(file), "find-links": "/one /two"}


@pytest.mark.parametrize(
    ("pip", "uv"),
    [
        ({}, {}),
        ({"index-url": "https://a/simple"}, {"UV_DEFAULT_INDEX": "https://a/simple"}),
        ({"extra-index-url": "u\nv"}, {"UV_INDEX": "u v", "UV_INDEX_STRATEGY": "unsafe-best-match"}),
        ({"find-links": "/one /two"}, {"UV_FIND_LINKS": "/one,/two"}),
        ({"cert": "/c.pem", "trusted-host": "a b"}, {"SSL_CERT_FILE": "/c.pem", "UV_INSECURE_HOST": "a b"}),
        ({"proxy": "http://p"}, {"HTTPS_PROXY": "http://p", "HTTP_PROXY": "http://p"}),
        ({"constraint": "/c.txt"}, {"UV_CONSTRAINT": "/c.txt"}),
        ({"timeout": "5"}, {}),
    ],
)
def test_pips_settings_as_uvs(pip: dict[str, str], uv: dict[str, str]) -> None:
    assert uv_variables(pip, NOTHING) == uv


def test_uvs_own_settings_win(tmp_path: Path) -> None:
    pip = {"index-url": "https://a/simple", "cert": "/c.pem", "no-index": "1"}
    assert uv_variables(pip, {**NOTHING, "UV_INDEX": "https://u/simple"}) == {"SSL_CERT_FILE": "/c.pem"}
    (tmp_path / "uv").mkdir()
    (tmp_path / "uv" / "uv.toml").write_text('[[index]]\nurl = "https://u/simple"\n')
    with_file = {**NOTHING, "XDG_CONFIG_HOME": str(tmp_path), "SSL_CERT_FILE": "/own.pem"}
    assert uv_variables(pip, with_file) == {}
    assert not without_index(pip, with_file)
