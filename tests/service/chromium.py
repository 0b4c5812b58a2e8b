"""Debian's Chromium, driven as a person would use it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

REQUIRED = os.environ.get("MATCHER_TEST_BROWSER") == "required"
"""Continuous integration says so: there, a missing browser is a failure."""

PICTURES = os.environ.get("MATCHER_TEST_PICTURES", "")
"""A folder for pictures of every page, to be looked at; "" keeps none."""


def program() -> str | None:
    """Where the browser is."""
    return shutil.which("chromium")


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as driver:
        # Who tests as root, as in a container, has no sandbox to give it.
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        made = driver.chromium.launch(executable_path=program(), args=options)
        yield made
        made.close()


def pictured(page: Page, name: str) -> None:
    """Keep a picture of a page, where somebody wants to look at them."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def tab_to(page: Page, selector: str, most: int = 150) -> None:
    """Press Tab until the focus is there, and can be seen there."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            seen = page.evaluate(
                "getComputedStyle(document.activeElement).outlineStyle"
            )
            assert seen != "none", f"The focus on {selector} cannot be seen."
            return
    message = f"No Tab leads to {selector}."
    raise AssertionError(message)
