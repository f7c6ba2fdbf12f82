"""A browser, and what is to be seen in it; what a page logs about errors and its policy is kept."""

import shutil
import tempfile
from collections.abc import Callable
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from support.waiting import eventually

MISSING = [name for name in ("chromium", "chromedriver") if not shutil.which(name)]
PHONE = 360
# Everything that a page may say in the console although nothing is wrong: answers that it has asked for and shows.
EXPECTED = ("the server responded with a status of", "net::ERR_")


# One script instead of a question for each element: pages have many.
VISIBLE = "[...document.querySelectorAll(arguments[0])].filter((node) => node.checkVisibility())"


class Browser:
    """Chromium without a window, led by hand."""

    def __init__(self, base: str, width: int = 1280, height: int = 900, scheme: str = "light") -> None:
        self.base = base
        self.profile = tempfile.mkdtemp(prefix="levee-browser-")
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server"):
            options.add_argument(argument)
        options.add_argument(f"--user-data-dir={self.profile}")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        options.set_capability("unhandledPromptBehavior", "ignore")
        self.driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
        self.size(width, height)
        self.emulate(**{"prefers-color-scheme": scheme})

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: object) -> None:
        self.driver.quit()
        shutil.rmtree(self.profile, ignore_errors=True)

    def size(self, width: int, height: int) -> None:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width <= PHONE}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def emulate(self, **features: str) -> None:
        chosen = [{"name": name, "value": value} for name, value in features.items()]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": chosen})

    # Where it is.

    def open(self, fragment: str = "/") -> None:
        """Loads the page anew at a view."""
        self.driver.get("about:blank")
        self.driver.get(f"{self.base}/#{fragment}")

    @property
    def fragment(self) -> str:
        return self.driver.current_url.partition("#")[2]

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    # What is there. Rows are made anew while a test looks: what has gone is looked for again.

    def all(self, selector: str) -> list[WebElement]:
        return self.run(f"return {VISIBLE}", selector)

    def texts(self, selector: str) -> list[str]:
        return self.run(f"return {VISIBLE}.map((node) => node.innerText)", selector)

    def until(self, what: str, found: Callable[[], Any]) -> Any:
        def look() -> Any:
            try:
                return found()
            except (StaleElementReferenceException, NoSuchElementException):
                return None

        return eventually(what, look)

    def one(self, selector: str, text: str | None = None) -> WebElement:
        """What is displayed, by its selector and its text, as soon as it is."""

        def look() -> WebElement | None:
            found = self.all(selector)
            if text is not None:
                found = [node for node, words in zip(found, self.texts(selector)) if words.strip() == text]
            return found[0] if found else None

        return self.until(f"{selector} {text or ''}", look)

    def see(self, words: str, selector: str = "main") -> None:
        """Waits until something is said."""
        self.until(f"{words!r} in {selector}", lambda: any(words in text for text in self.texts(selector)))

    def figure(self, label: str) -> str:
        """A figure of those on top."""
        for words in self.texts(".figures > *"):
            lines = words.split("\n")
            if lines[0] == label:
                return lines[1]
        return ""

    def row(self, table: str, name: str) -> list[str]:
        """The cells of a row, by the name in its head."""
        cells = f"return {VISIBLE}.map((row) => [...row.cells].map((cell) => cell.innerText))"
        return next((row for row in self.run(cells, f'table[aria-label="{table}"] tbody tr') if name in row[0]), [])

    # What is done.

    def click(self, selector: str, text: str | None = None) -> None:
        self.one(selector, text).click()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def focused(self) -> str:
        """What has the focus, in words."""
        return self.run("return document.activeElement.textContent || document.activeElement.getAttribute('aria-label')")

    def tab_to(self, text: str, most: int = 60) -> None:
        """Goes on by the tabulator until something has the focus."""
        for _ in range(most):
            if self.focused() == text:
                return
            self.press(Keys.TAB)
        raise AssertionError(f"{text} is not reached by the keyboard; the focus is on {self.focused()}")

    def complaints(self) -> list[str]:
        """What the console says of errors and violations of the policy, since it was last asked."""
        lines = [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
        return [line for line in lines if not any(words in line for words in EXPECTED)]
