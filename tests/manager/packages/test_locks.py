"""What is taken from the lock of a stranger, and what is not."""

from __future__ import annotations

import json

from funcnodes_jupyter.manager.packages.project import MAX_BYTES, MAX_PACKAGES, Project


def test_only_names_and_versions_are_taken_from_what_a_stranger_wrote() -> None:
    project = b"""
[project]
dependencies = ["good>=1", "evil @ https://example.org/evil.whl", "--index-url=https://example.org", 3, "x" ]
requires-python = "==3.11.*"
[tool.uv]
index-url = "https://example.org"
[[tool.uv.index]]
url = "https://example.org"
"""
    lock = b"""
--index-url https://example.org
good==1.5 --hash=sha256:00
good==1.5 ; python_version > "3" # why
evil @ https://example.org/evil.whl
-e ./here
-r other.txt
Other_One==2.0
bad==1.0 --extra
"""
    found = Project.parsed(project, lock)
    assert found == Project(("good>=1", "x"), (("good", "1.5"), ("other-one", "2.0")), "3.11")
    again = Project.parsed(*found.texts().values())
    assert again == found
    for nonsense in (b"\xff", b"[project", b"project = 3", b"[project]\ndependencies = 3"):
        assert Project.parsed(nonsense, b"\xff\xfe").empty
    assert Project.parsed(b'[project]\ndependencies = ["x.whl", "y"]', b"z.tar.gz==1\n").asked == ("y",)
    ours = b'[project]\ndependencies = ["Funcnodes-Jupyter>=9", "y"]'
    assert Project.parsed(ours, b"funcnodes_jupyter==9\n") == Project(("y",))
    odd = Project(('x; os_name != "\x7f\u00fc\U0001f642\u2028"',))
    assert Project.parsed(*odd.texts().values()) == odd


def test_of_what_a_stranger_wrote_without_end_nothing_is_taken() -> None:
    def lock(count: int) -> bytes:
        return "".join(f"p{number}==1\n" for number in range(count)).encode()

    def project(count: int, more: str = "") -> bytes:
        dependencies = json.dumps([f"p{number}" for number in range(count)])
        return f"[project]\ndependencies = {dependencies}\n{more}".encode()

    assert len(Project.parsed(b"", lock(MAX_PACKAGES)).pins) == MAX_PACKAGES
    assert Project.parsed(b"", lock(MAX_PACKAGES + 1)).empty
    assert len(Project.parsed(project(MAX_PACKAGES), b"").asked) == MAX_PACKAGES
    assert Project.parsed(project(MAX_PACKAGES + 1), b"").empty
    comment = "#" * MAX_BYTES
    assert Project.parsed(project(1, comment), b"p==1\n" + comment.encode()).empty
    assert Project.parsed(b"", b"x" * 5000 + b"==1\n").empty


def test_the_packages_that_the_published_program_lists() -> None:
    listed = {
        "funcnodes-images": {"package": "funcnodes-images", "version": "1.2"},
        "other": {"package": "Other_One", "version": None},
        "plain": None,
        "funcnodes_jupyter": {"package": "funcnodes_jupyter", "version": "9"},
        "evil": {"package": "evil @ https://example.org/evil.whl", "version": "1"},
        "bad": {"package": "bad", "version": "1\n-r other.txt"},
        "lines": {"package": 'x", "y\n--index-url=z', "version": "1"},
        "file": {"package": "x.whl", "version": "1"},
    }
    found = Project.listed({"package_dependencies": listed})
    assert found == Project(("bad", "funcnodes-images", "Other_One", "plain"), (("funcnodes-images", "1.2"),))
    for nonsense in ({}, {"package_dependencies": ["x"]}, {"package_dependencies": 3}):
        assert Project.listed(nonsense).empty
    many = {f"p{number}": {} for number in range(MAX_PACKAGES + 1)}
    assert Project.listed({"package_dependencies": many}).empty
