"""One resource of Kubernetes, kept up to date by a thread: listed once, then watched for ever."""

from __future__ import annotations

import random
import threading
import time
from typing import Callable
from urllib.parse import urlencode

from file_source import Resource, compact
from kube_api import KubeApi, KubeError
from kube_resources import KubeResource
from trim import trim, type_of

PAGE_SIZE = 500
# The server ends a watch after this long. A connection that is dead without a sign costs as long.
WATCH_SECONDS = 45
HARMLESS_FAILURES = 2
GONE, NOT_FOUND = 410, 404


class KubeWatcher:
    def __init__(self, api: KubeApi, resource: KubeResource, ingress_type: str, longest_pause: float,
                 changed: Callable[[], None], log: Callable[[str], None]):
        self.name = resource.name
        # By uid. The last good set, also while there is an error. Read it under the lock.
        self.objects: dict[str, Resource] = {}
        self.lock = threading.Lock()
        # All objects have been listed at least once.
        self.listed = False
        # Why it cannot be listed or watched at the moment; "" where it can.
        self.error = ""

        self._api = api
        self._resource = resource
        self._ingress_type = ingress_type
        self._longest_pause = longest_pause
        self._changed = changed
        self._log = log
        # "" until it is known where the resource is served.
        self._group_version = ""
        # Where the watch goes on: as Kubernetes gave it, whatever it looks like. None: list first.
        self._version: str | None = None
        self._failures = 0
        self._stopped = threading.Event()
        threading.Thread(target=self._run, name=self.name, daemon=True).start()

    def stop(self) -> None:
        """A watch that is open stays so until it ends; nobody looks at it any longer."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.is_set():
            started = time.monotonic()
            try:
                if not self._group_version:
                    self._group_version = self._locate()
                if self._version is None:
                    self._version = self._list()
                self._follow()
                self._failures = 0
                # A watch ends all the time; but a server that ends each at once is not to be asked without a pause.
                pause = 0.25 - (time.monotonic() - started)
            except Exception as error:  # whatever it was, the next attempt may do better
                pause = self._failed(error)
            self._stopped.wait(max(0.0, pause))

    def _failed(self, error: Exception) -> float:
        """Notes what went wrong; answers how long to wait, in seconds."""
        self._failures += 1
        status, retry_after = (error.status, error.retry_after) if isinstance(error, KubeError) else (0, 0)
        if status == GONE:
            self._version = None  # the events since then are forgotten
        if status == NOT_FOUND:
            self._group_version = ""  # the cluster may have been upgraded and serve another version
        backoff = min(self._longest_pause, 0.5 * 2 ** min(self._failures - 1, 16))
        # A connection that broke or a version that is too old is made good at once, and nothing is lost. But not for ever.
        if status in (0, GONE) and self._failures <= HARMLESS_FAILURES:
            return 0 if self._failures == 1 else backoff / 4
        self.error = f"{self.name}: {error if status else f'{type(error).__name__}: {error}'}"
        return retry_after or backoff * random.uniform(0.9, 1.1)

    def _locate(self) -> str:
        """Finds the group and version in which the cluster serves the resource; waits for as long as there is none."""
        told = False
        while True:
            for candidate in self._resource.group_versions:
                if self._is_served(candidate):
                    return candidate
            if self.objects:
                raise KubeError(NOT_FOUND, "the cluster does not serve it any longer")
            if not told:
                self._log(f"the cluster does not serve {self.name} in {', '.join(self._resource.group_versions)}")
            told = self.listed = True
            self.error = ""
            self._stopped.wait(60)

    def _is_served(self, candidate: str) -> bool:
        try:
            return any(one["name"] == self.name for one in self._api.get(root_of(candidate))["resources"])
        except KubeError as error:
            if error.status == NOT_FOUND:
                return False
            raise

    def _list(self) -> str:
        """Replaces the set once all pages are there; answers the version of the list."""
        objects: dict[str, Resource] = {}
        page = self._api.get(self._path(limit=PAGE_SIZE))
        while True:
            for item in page["items"]:
                self._put(objects, item)
            token = page["metadata"].get("continue")
            if not token:
                break
            try:
                page = self._api.get(self._path(limit=PAGE_SIZE, **{"continue": token}))
            except KubeError as error:
                if error.status != GONE:
                    raise
                # The pages that are left have expired: from the start and all at once, so that it comes to an end.
                objects.clear()
                page = self._api.get(self._path())
        with self.lock:
            self.objects = objects
        self.listed = True
        self._changed()
        return page["metadata"]["resourceVersion"]

    def _follow(self) -> None:
        """Watches until the stream ends, and moves the version on with each event."""
        path = self._path(watch="true", allowWatchBookmarks="true", timeoutSeconds=WATCH_SECONDS,
                          resourceVersion=self._version)
        for event in self._api.lines(path, WATCH_SECONDS + 5, self._opened):
            kind, item = event["type"], event["object"]
            if kind == "ERROR":
                raise KubeError(item.get("code", 500), f"{item.get('code')} {item.get('message')}")
            self._failures = 0
            if kind != "BOOKMARK":
                with self.lock:
                    changed = self._put(self.objects, item) if kind != "DELETED" else self._remove(item)
                if changed:
                    self._changed()
            self._version = item["metadata"]["resourceVersion"]

    def _opened(self) -> None:
        self.error = ""

    def _put(self, objects: dict[str, Resource], item: dict) -> bool:
        """False where only what is not reported has changed."""
        # The items of a list do not say what they are.
        item = {**item, "apiVersion": self._group_version, "kind": self._resource.kind}
        uid = item["metadata"]["uid"]
        kind = type_of(item, self._ingress_type)
        resource = Resource(uid, kind, compact(trim(kind, item)))
        if objects.get(uid) == resource:
            return False
        objects[uid] = resource
        return True

    def _remove(self, item: dict) -> bool:
        return self.objects.pop(item["metadata"]["uid"], None) is not None

    def _path(self, **query) -> str:
        if self._resource.field_selector:
            query["fieldSelector"] = self._resource.field_selector
        return f"{root_of(self._group_version)}/{self.name}?{urlencode(query)}"


def root_of(group_version: str) -> str:
    return f"/apis/{group_version}" if "/" in group_version else f"/api/{group_version}"
