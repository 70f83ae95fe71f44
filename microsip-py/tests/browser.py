"""Debian's Chromium without a window, driven by its chromedriver. It asks nobody for anything but the pages of the tests."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Callable, Optional

import pytest

from found import installed

pytest.importorskip("selenium", reason="selenium is for Python 3.10 and later")

from selenium import webdriver
from selenium.common.exceptions import (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    StaleElementReferenceException,
    TimeoutException,
)
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

TIMEOUT = 20.0

#: The second line keeps it from calling home; names that are no addresses of this machine lead here, too.
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--mute-audio", "--lang=en"),
    *("--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-proxy-server"),
    "--host-resolver-rules=MAP * 127.0.0.1",
]


class Browser:
    """A browser with a profile of its own. Each `page` is a tab of its own, with its own session storage."""

    def __init__(self) -> None:
        browser, driver = installed("chromium"), installed("chromedriver")
        self._profile = tempfile.TemporaryDirectory(prefix="microsip-chromium-", ignore_cleanup_errors=True)
        options = Options()
        options.binary_location = browser
        for flag in [*FLAGS, f"--user-data-dir={self._profile.name}"]:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        # With both paths given, Selenium looks for neither; should it ever, it must not download.
        service = Service(driver, env={**os.environ, "SE_OFFLINE": "true", "SE_AVOID_STATS": "true"})
        self.driver = webdriver.Chrome(options=options, service=service)
        self.driver.set_page_load_timeout(TIMEOUT)
        self.driver.set_script_timeout(TIMEOUT)

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.driver.quit()
        self._profile.cleanup()

    def page(self) -> Page:
        """An empty tab, in place of the one before."""
        before = self.driver.current_window_handle
        self.driver.switch_to.new_window("tab")
        fresh = self.driver.current_window_handle
        self.driver.switch_to.window(before)
        self.driver.close()
        self.driver.switch_to.window(fresh)
        page = Page(self.driver)
        page.troubles()
        return page


class Page:
    """What is shown, and what a person can do with it. Everything is named by CSS selectors; what is not there yet is waited for."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(self, url: str) -> None:
        self.driver.get(url)

    def until(self, what: str, holds: Callable[[], object], timeout: float = TIMEOUT) -> Any:
        """Waits until something holds, and returns it."""

        def tried(_: object) -> object:
            try:
                return holds()
            except StaleElementReferenceException:
                return None

        try:
            return WebDriverWait(self.driver, timeout, poll_frequency=0.03).until(tried)
        except TimeoutException:
            raise AssertionError(f"not so: {what}; shown: {self.text()!r}; console: {self.troubles()}") from None

    def all(self, selector: str) -> list[WebElement]:
        """What is visible of it."""
        return [it for it in self.driver.find_elements(By.CSS_SELECTOR, selector) if it.is_displayed()]

    def find(self, selector: str) -> WebElement:
        """The first that is visible."""
        found: WebElement = self.until(selector, lambda: next(iter(self.all(selector)), None))
        return found

    def click(self, selector: str) -> None:
        """As a person would: what is covered or out of order cannot be clicked."""
        self._use(selector, lambda it: it.click())

    def type(self, selector: str, text: str) -> None:
        """Types into it; a line break is the return key."""
        self._use(selector, lambda it: it.send_keys(text))

    def _use(self, selector: str, use: Callable[[WebElement], None]) -> None:
        def used() -> bool:
            found = next(iter(self.all(selector)), None)
            if found is None or not found.is_enabled():
                return False
            try:
                use(found)
            except (ElementClickInterceptedException, ElementNotInteractableException):
                return False
            return True

        self.until(f"{selector} to be used", used)

    def text(self, selector: str = "body") -> str:
        """What can be read in it, one line for each."""
        return "\n".join(it.text for it in self.all(selector))

    def says(self, selector: str, part: str, timeout: float = TIMEOUT) -> None:
        self.until(f"{part!r} in {selector}", lambda: part in self.text(selector), timeout)

    def gone(self, selector: str) -> None:
        self.until(f"no {selector}", lambda: not self.all(selector))

    def count(self, selector: str) -> int:
        """How many there are, visible or not."""
        return len(self.driver.find_elements(By.CSS_SELECTOR, selector))

    def run(self, script: str, *arguments: object) -> Any:
        """What a script that is awaited returns."""
        return self.driver.execute_script(f"return (async () => {{ {script} }})()", *arguments)

    def troubles(self) -> list[Mapping[str, Any]]:
        """What the console has said since it was asked last."""
        said: list[Mapping[str, Any]] = self.driver.execute("getLog", {"type": "browser"})["value"]
        return said

    def hurry(self) -> None:
        """What pages in this tab do after some seconds they do ten times as soon."""
        script = "{ const real = setTimeout; window.setTimeout = (work, after) => real(work, after / 10); }"
        self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": script})

    def size(self, width: int, height: int) -> None:
        """Makes the page so wide and high, which a window may not be."""
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        )
