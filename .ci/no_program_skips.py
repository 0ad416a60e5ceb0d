"""Fails when a browser test of a pytest run was skipped, or none was run: python no_browser_skips.py REPORT.xml."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree


def main(report: str) -> int:
    """Print what was found; 0 when at least one browser test ran and none was skipped."""
    cases = [case for case in ElementTree.parse(report).iter("testcase") if "tests.ui" in case.get("classname", "")]
    skipped = [case.get("name") for case in cases if case.find("skipped") is not None]
    print(f"{len(cases)} browser tests, {len(skipped)} skipped {skipped or ''}")
    return 0 if cases and not skipped else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
