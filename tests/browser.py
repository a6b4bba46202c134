"""Chromium without a window, steered through a pipe: what a page really looks like and says on its console."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import time
from collections import deque
from contextlib import suppress

import pytest

NAME = "chromium"
ENOUGH = 60  # seconds; a browser that takes longer hangs
needs_browser = pytest.mark.skipif(
    not shutil.which(NAME) and "CI" not in os.environ, reason="chromium is not installed; .ci/run installs it"
)


class Browser:
    """One page of a browser; a context. It is asked in the DevTools protocol, messages ended by a zero byte.

    References:
        https://chromedevtools.github.io/devtools-protocol/
    """

    def __init__(self, profile):
        self._profile = profile
        self._asked = 0
        self._read = b""
        self._session = ""
        self._events = deque()
        self.complaints = []  # what stood on the console, and dialogs

    def __enter__(self):
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        # --no-sandbox: continuous integration runs as root; what is opened is what we have written ourselves.
        options = "--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --remote-debugging-pipe"
        line = f'exec {NAME} {options} --user-data-dir="$1" about:blank 3<&{theirs_in} 4>&{theirs_out}'
        self._process = subprocess.Popen(
            ["bash", "-c", line, "bash", str(self._profile)],
            pass_fds=(theirs_in, theirs_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        try:
            self._attach()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _attach(self):
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def __exit__(self, *_):
        self._session = ""
        with suppress(AssertionError, OSError):
            self.ask("Browser.close")
        os.close(self._in)
        os.close(self._out)
        try:
            self._process.wait(ENOUGH)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def open(self, path):
        """Open a file and wait until it is there; complaints begin anew."""
        self.complaints.clear()
        self._events.clear()
        self.ask("Page.navigate", url=path.as_uri())
        while "Page.loadEventFired" not in self._events:
            self._take(self._message())

    def wide(self, columns):
        """Make the window so many pixels wide."""
        self.ask("Emulation.setDeviceMetricsOverride", width=columns, height=900, deviceScaleFactor=1, mobile=False)

    def seen(self, *, scheme="light", medium="screen"):
        """Look at it in light or dark, on a screen or on paper."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.ask("Emulation.setEmulatedMedia", media=medium, features=features)

    def run(self, script):
        """Give what an expression of JavaScript comes to; the page's own policy is not asked."""
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def ask(self, method, **parameters):
        """Send a command and give its result."""
        self._asked += 1
        message = {"id": self._asked, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while (answer := self._message()).get("id") != self._asked:
            self._take(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def _message(self):
        until = time.monotonic() + ENOUGH
        while b"\0" not in self._read:
            ready, _, _ = select.select([self._in], [], [], max(0, until - time.monotonic()))
            read = os.read(self._in, 1 << 16) if ready else b""
            assert read, "the browser said nothing"
            self._read += read
        message, _, self._read = self._read.partition(b"\0")
        return json.loads(message)

    def _take(self, event):
        method, about = event.get("method"), event.get("params", {})
        self._events.append(method)
        if method == "Page.javascriptDialogOpening":
            self.complaints.append(f"dialog: {about['message']}")
            self.ask("Page.handleJavaScriptDialog", accept=True)
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(str(about["exceptionDetails"]))
        elif method in {"Runtime.consoleAPICalled", "Log.entryAdded"}:
            self.complaints.append(str(about.get("entry", about)))
