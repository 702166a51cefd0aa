"""Objects from files that kubectl wrote; whoever dumps the cluster decides how fresh they are."""

from __future__ import annotations

import json
import os
import time
from typing import NamedTuple

import yaml

from trim import trim, type_of

# A file written within this time is read again: the clock of the file system may be too coarse to show a second write.
SETTLED_SECONDS = 2
SUFFIXES = (".json", ".yaml", ".yml")


class Resource(NamedTuple):
    # Stays the same while the object lives.
    key: str
    # The type string of its entry, such as *v1.Pod.
    type: str
    json: str


class KubectlLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Reads YAML as kubectl means it: a timestamp is the string that it is in JSON."""


KubectlLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class FileSource:
    def __init__(self, paths, ingress_type, log):
        self._paths = paths
        self._ingress_type = ingress_type
        self._log = log
        self._known: dict[str, tuple[tuple, list[Resource]]] = {}
        self._ignored: set[str] = set()
        self._all: list[Resource] = []

    def configure(self, group_config: str) -> None:
        """What is in the files is reported, whatever the server wants."""

    def read(self) -> tuple[list[Resource], list[str]]:
        """All objects as they are now, and errors; with errors the objects must not be taken for the truth."""
        errors = []
        # A file that was there and is gone is an error, not the news that its objects are gone.
        files = dict.fromkeys(self._known)
        for path in self._paths:
            try:
                files.update(dict.fromkeys(files_of(path)))
            except (OSError, ValueError) as error:
                errors.append(f"{path}: {error}")
        for file in files:
            try:
                self._load(file)
            except (OSError, ValueError, yaml.YAMLError) as error:
                errors.append(f"{file}: {' '.join(str(error).split())}")
        # An object in two files counts once.
        merged = list({one.key: one for _, resources in self._known.values() for one in resources}.values())
        # The same list as before tells the reporter that nothing has changed.
        if merged != self._all:
            self._all = merged
        return self._all, list(dict.fromkeys(errors))

    def _load(self, file: str) -> None:
        facts = os.stat(file)
        stamp = (facts.st_mtime_ns, facts.st_size, facts.st_ino)
        settled = time.time() - facts.st_mtime >= SETTLED_SECONDS
        if settled and file in self._known and self._known[file][0] == stamp:
            return
        with open(file, encoding="utf-8-sig") as stream:
            text = stream.read()
        documents = [json.loads(text)] if file.endswith(".json") else list(yaml.load_all(text, KubectlLoader))
        resources = [one for document in documents if document is not None for one in self._resources(document)]
        self._known[file] = (stamp if settled else (), resources)

    def _resources(self, document) -> list[Resource]:
        if not isinstance(document, dict):
            raise ValueError("not what kubectl get -o json prints")
        if "clientVersion" in document or "gitVersion" in document:
            return [version_of(document)]
        # The items of a PodList do not say that they are Pods.
        kind = str(document.get("kind", ""))
        implied = {"apiVersion": document.get("apiVersion"), "kind": kind[:-4] if kind.endswith("List") else kind}
        items = document["items"] if isinstance(document.get("items"), list) else [document]
        found = []
        for item in items:
            item = {**implied, **item}
            kind_string = type_of(item, self._ingress_type)
            if kind_string is None:
                if item["kind"] not in self._ignored:
                    self._log(f"{item['kind']} objects are left out: DeepFlow has no type for them")
                self._ignored.add(item["kind"])
                continue
            uid = (item.get("metadata") or {}).get("uid")
            if not isinstance(uid, str):
                raise ValueError(f"a {item['kind']} without metadata.uid")
            found.append(Resource(uid, kind_string, compact(trim(kind_string, item))))
        return found


def files_of(path: str) -> list[str]:
    if not os.path.isdir(path):
        os.stat(path)
        return [path]
    names = sorted(name for name in os.listdir(path) if name.endswith(SUFFIXES))
    if not names:
        raise ValueError(f"no {', '.join(SUFFIXES)} file in this directory")
    return [os.path.join(path, name) for name in names]


def version_of(document: dict) -> Resource:
    """Of `kubectl version -o json`, or of what `kubectl get --raw /version` prints."""
    version = document.get("serverVersion") if "clientVersion" in document else document
    if not isinstance(version, dict) or not isinstance(version.get("gitVersion"), str):
        raise ValueError("no serverVersion; did kubectl version reach the cluster?")
    return Resource("version", "*version.Info", compact(version))


def compact(value) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
