"""A Chromium of any age, driven by the little of its protocol that never changed; Playwright needs a newer one.

CONSENSUS_OLD_BROWSER=/path/to/chromium lets `tests/e2e/test_old_browser.py` run in it.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import websocket

from tests.e2e.browser import ARGUMENTS

VARIABLE = "CONSENSUS_OLD_BROWSER"
PATIENCE = 20.0
FLAGS = ("--headless", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0", "--hide-scrollbars")


def old_browser() -> str | None:
    """The path that was given of an old Chromium, if there is such a file."""
    path = os.environ.get(VARIABLE, "")
    return path if path and Path(path).is_file() else None


class OldBrowser:
    """Pages in a browser, each as on a device of its own."""

    def __init__(self, path: str) -> None:
        self._place = TemporaryDirectory(ignore_cleanup_errors=True)
        command = [path, *FLAGS, *ARGUMENTS, f"--user-data-dir={self._place.name}", "about:blank"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port, way = self._address()
        self._host = f"ws://127.0.0.1:{port}"
        self._line = _Line(f"{self._host}{way}")
        self.version = str(self._line.ask("Browser.getVersion")["product"])
        self._pages: list[OldPage] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        for page in self._pages:
            page.close()
        self._line.close()
        self._process.terminate()
        self._process.wait(PATIENCE)
        self._place.cleanup()

    def page(self, width: int, height: int, language: str = "sv-SE") -> OldPage:
        context = self._line.ask("Target.createBrowserContext")["browserContextId"]
        target = self._line.ask("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        page = OldPage(_Line(f"{self._host}/devtools/page/{target}"), width, height, language)
        self._pages.append(page)
        return page

    def _address(self) -> tuple[str, str]:
        """Where the browser says that it listens, once it does."""
        told = Path(self._place.name) / "DevToolsActivePort"
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            lines = told.read_text("utf-8").split() if told.exists() else []
            if len(lines) == 2:
                return lines[0], lines[1]
            time.sleep(0.05)
        raise TimeoutError(f"the browser did not start: {self._process.args!r}")


class OldPage:
    """One page. problems: what it wrote to its console as an error, and every exception that nobody took."""

    def __init__(self, line: _Line, width: int, height: int, language: str) -> None:
        self._line = line
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        line.ask("Emulation.setDeviceMetricsOverride", **size)
        line.ask("Network.enable")
        line.ask("Network.setExtraHTTPHeaders", headers={"Accept-Language": language})
        for domain in ("Page", "Runtime"):
            line.ask(f"{domain}.enable")

    @property
    def problems(self) -> list[str]:
        self._line.ask("Browser.getVersion")  # whatever was said until now has been read with the answer
        return self._line.problems

    def goto(self, address: str) -> None:
        self._line.ask("Page.navigate", url=address)

    def reload(self) -> None:
        self._line.ask("Page.reload")

    def find(self, script: str) -> Any:
        """What an expression is on the page; None while the page is on its way to another."""
        answer = self._line.ask("Runtime.evaluate", expression=script, returnByValue=True)
        return answer.get("result", {}).get("value")

    def wait(self, script: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self.find(script):
            assert time.monotonic() < deadline, f"never came: {script}\n{self.find('document.body.innerText')}"
            time.sleep(0.05)

    def sees(self, text: str) -> None:
        """Wait until a text stands on the page, as it is laid out."""
        self.wait(f"document.body && document.body.innerText.includes({json.dumps(text)})")

    def press(self, selector: str, text: str = "") -> None:
        """Press what a selector and a text name, with a pointer: something that lies above it takes the press."""
        named = f"[...document.querySelectorAll({json.dumps(selector)})].find((one) => !one.disabled"
        named += f" && one.textContent.includes({json.dumps(text)}))"
        self.wait(f"!!{named}")
        self.find(f"{named}.scrollIntoView({{block: 'center'}})")
        box = self.find(
            f"(({{x, y, width, height}}) => [x + width / 2, y + height / 2])({named}.getBoundingClientRect())"
        )
        for kind in ("mousePressed", "mouseReleased"):
            at = {"x": box[0], "y": box[1], "button": "left", "clickCount": 1}
            self._line.ask("Input.dispatchMouseEvent", type=kind, **at)

    def type(self, selector: str, text: str) -> None:
        self.press(selector)
        self._line.ask("Input.insertText", text=text)

    def picture(self, file: Path) -> None:
        file.write_bytes(base64.b64decode(self._line.ask("Page.captureScreenshot")["data"]))

    def close(self) -> None:
        self._line.close()


class _Line:
    """A line to the browser, or to one of its pages: a question at a time."""

    def __init__(self, address: str) -> None:
        self._socket = websocket.create_connection(address, PATIENCE, suppress_origin=True)
        self._asked = 0
        self.problems: list[str] = []

    def ask(self, method: str, **how: Any) -> dict[str, Any]:
        self._asked += 1
        self._socket.send(json.dumps({"id": self._asked, "method": method, "params": how}))
        while True:
            told = json.loads(self._socket.recv())
            if told.get("id") == self._asked:
                return dict(told.get("result", {}))
            self._hear(told)

    def _hear(self, told: dict[str, Any]) -> None:
        how = told.get("params", {})
        if told.get("method") == "Runtime.exceptionThrown":
            thrown = how["exceptionDetails"]
            self.problems.append(f"{thrown['text']} {thrown.get('exception', {}).get('description', '')}")
        elif told.get("method") == "Runtime.consoleAPICalled" and how["type"] == "error":
            self.problems.append(str(how["args"]))

    def close(self) -> None:
        self._socket.close()
