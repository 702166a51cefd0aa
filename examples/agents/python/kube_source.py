"""Objects as the Kubernetes API lists and watches them."""

from __future__ import annotations

import threading
import time
from typing import Callable

from file_source import Resource, compact
from kube_api import KubeApi
from kube_resources import chosen_resources
from kube_watcher import KubeWatcher

# At the start a failure is told only if it lasts so long; what is merely slow is waited for.
PATIENCE_SECONDS = 3
# The streams of the resources run side by side: a Pod may come a moment before the ReplicaSet that it belongs to.
SETTLED_SECONDS = 0.05
LONGEST_UNREST_SECONDS = 1
VERSION_EVERY_SECONDS = 60


class KubeSource:
    def __init__(self, api: KubeApi, settings, log: Callable[[str], None]):
        self._api = api
        self._ingress_type = settings.ingress_type
        self._longest_pause = min(30.0, max(1.0, settings.interval * 2))
        self._log = log
        # YAML of the agent group. That of the file holds where the server's says nothing of resources.
        self._file_config = settings.group_config
        self._sent_config = ""
        self._watchers: dict = {}
        self._version = VersionWatcher(api, self._longest_pause, self._changed)
        self._started = 0.0
        self._all: list[Resource] = []
        self._stale = True
        self._last_change = 0.0

    def configure(self, group_config: str) -> None:
        """YAML of the agent group, as the server sends it with each Sync."""
        if group_config == self._sent_config:
            return
        self._sent_config = group_config
        if self._started:
            self._apply()

    def read(self) -> tuple[list[Resource], list[str]]:
        """All objects as they are now, and errors; with errors the objects must not be taken for the truth."""
        if not self._started:
            self._apply()
            self._started = time.monotonic()
        parts = [self._version, *self._watchers.values()]
        while not all(part.listed for part in parts) and not self._failing(parts):
            time.sleep(0.01)
        limit = time.monotonic() + LONGEST_UNREST_SECONDS
        while time.monotonic() - self._last_change < SETTLED_SECONDS and time.monotonic() < limit:
            time.sleep(0.01)

        errors = [part.error or f"{part.name}: not listed yet" for part in parts if part.error or not part.listed]
        if self._stale and not errors:
            # Before the objects are read: what changes meanwhile is read again the next time.
            self._stale = False
            # The same list as before tells the reporter that nothing has changed.
            self._all = []
            for part in parts:
                with part.lock:
                    self._all.extend(part.objects.values())
        return self._all, errors

    def _failing(self, parts: list) -> bool:
        return time.monotonic() > self._started + PATIENCE_SECONDS and any(part.error for part in parts)

    def _apply(self) -> None:
        """Starts what the configuration wants watched, and stops what it does not."""
        chosen = chosen_resources([self._sent_config, self._file_config], self._log)
        for resource in set(self._watchers) - set(chosen):
            self._watchers.pop(resource).stop()
            self._changed()
        for resource in chosen:
            if resource not in self._watchers:
                self._watchers[resource] = KubeWatcher(
                    self._api, resource, self._ingress_type, self._longest_pause, self._changed, self._log)

    def _changed(self) -> None:
        self._last_change = time.monotonic()
        self._stale = True


class VersionWatcher:
    """The answer to GET /version, without which servers show nothing; it changes when the cluster is upgraded."""

    name = "version"

    def __init__(self, api: KubeApi, longest_pause: float, changed: Callable[[], None]):
        self.objects: dict[str, Resource] = {}
        self.lock = threading.Lock()
        self.listed = False
        self.error = ""
        self._api, self._longest_pause, self._changed = api, longest_pause, changed
        threading.Thread(target=self._run, name=self.name, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                resource = Resource("version", "*version.Info", compact(self._api.get("/version")))
                if self.objects.get("version") != resource:
                    with self.lock:
                        self.objects["version"] = resource
                    self._changed()
                self.listed = True
                self.error = ""
            except Exception as error:
                self.error = f"version: {error}"
            time.sleep(self._longest_pause if self.error else VERSION_EVERY_SECONDS)
