"""Fails when a test was skipped for want of a program, or no browser test was run: python no_program_skips.py REPORT.xml.

Such tests give a reason that begins with "needs": "needs Chromium: install it …".
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree


def main(report: str) -> int:
    """Print what was found; 0 when at least one browser test ran and none was skipped for want of a program."""
    cases = list(ElementTree.parse(report).iter("testcase"))
    browser = [case for case in cases if "tests.ui" in case.get("classname", "")]
    skipped = [f"{case.get('name')} ({reason})" for case in cases if (reason := wanting(case)) or skipped_browser(case)]
    print(f"{len(browser)} browser tests, {len(skipped)} tests skipped for want of a program {skipped or ''}")
    return 0 if browser and not skipped else 1


def wanting(case: ElementTree.Element) -> str:
    """The reason why a test was skipped, if that is a program that it needs; else nothing."""
    skip = case.find("skipped")
    reason = "" if skip is None else skip.get("message", "")
    return reason if reason.startswith("needs ") else ""


def skipped_browser(case: ElementTree.Element) -> bool:
    """Whether it is a browser test that was skipped, for whatever reason."""
    return "tests.ui" in case.get("classname", "") and case.find("skipped") is not None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
