"""The protocol: what to send when. The rules, which the server enforces by silence:

- same version, same content: a message whose version the server holds has its entries ignored;
- a new version without entries is dropped, error_msg and all;
- what an upload lacks is deleted, unless error_msg says that the upload is not to be trusted;
- without an agent id real servers answer no version, and drop messages without entries.
"""

from __future__ import annotations

import time
import zlib
from typing import NamedTuple

import grpc

from identity import address_towards, identify

LONGEST_SYNC_SECONDS = 60
# A new agent usually has its id after the second Sync.
SYNCS_TO_WAIT_FOR_ID = 3
KWP_NORMAL, KWP_WATCH_ONLY = 0, 1
RUNNING = 2


class Entry(NamedTuple):
    type: str
    json: str
    compressed_info: bytes


class Reporter:
    def __init__(self, settings, source, server, log, session=None):
        self._settings = settings
        # Where the objects come from: files, or the Kubernetes API.
        self._source = source
        self._server = server
        self._log = log
        # With --agent-sync: what the server has made of this agent.
        self._session = session

        self._boot_time = int(time.time())
        self._agent_id = settings.agent_id if isinstance(settings.agent_id, int) else 0
        self._syncs = 0
        self._next_sync = 0.0
        # False: the server has chosen another agent to report this cluster.
        self._elected = True
        self._sync_every = min(LONGEST_SYNC_SECONDS, settings.interval * 10)

        # Unix seconds at the start, then one more for each change of content.
        self._version = self._boot_time
        self._entries: dict[str, Entry] | None = None
        self._read = None
        # The server may lack this version's entries.
        self._upload_due = True
        # The last answer said which version the server holds: what it lacks it will ask for.
        self._answers_version = False
        self._last_upload = 0.0
        self._last_error = ""
        # The last version whose entries the server took; 0 before the first.
        self._accepted = 0
        # Of an upload that the server refuses for its size: what to tell, when to try again, how often it was tried.
        self._refused = ""
        self._refused_until = 0.0
        self._refusals = 0

    def cycle(self) -> None:
        """Registers where due, then reports once. Raises where the server could not be reached or refused."""
        if self._session is not None:
            if not self._follow_session():
                return
        else:
            self._sync_when_due()
            if self._settings.agent_id == "auto" and not self._agent_id and self._syncs < SYNCS_TO_WAIT_FOR_ID:
                return
            # Two reporters overwrite each other. One that borrows an id is not the agent that was chosen, and never will be.
            if self._settings.agent_id == "auto" and not self._elected:
                return
        resources, errors = self._source.read()
        if not errors:
            self._adopt(resources)
        error_msg = "; ".join(errors)
        if error_msg and error_msg != self._last_error:
            self._log(f"reporting an error: {error_msg}")
        try:
            self._report(error_msg)
        except grpc.RpcError:
            # Nothing else would tell that the server has restarted and forgotten.
            if not self._answers_version:
                self._upload_due = True
            raise

    def _follow_session(self) -> bool:
        """Whether this agent is to report."""
        standing = self._session.standing
        if standing is None or not standing.reports:
            return False
        self._agent_id = standing.agent_id
        self._source.configure(standing.group_config)
        return True

    def _sync_when_due(self) -> None:
        if not self._settings.sync or time.monotonic() < self._next_sync:
            return
        watch_only = self._settings.agent_id == "none"
        try:
            answer = self._server.sync({
                **identify(self._server.address),
                "boot_time": self._boot_time,
                "state": RUNNING,
                "revision": "pseudo-agent 0-0",
                "process_name": "pseudo-deepflow-agent",
                "kubernetes_cluster_id": self._settings.cluster_id,
                # Watch-only agents are never given an id; normal ones are, and show up in the list of agents.
                "kubernetes_watch_policy": KWP_WATCH_ONLY if watch_only else KWP_NORMAL,
                "kubernetes_force_watch": watch_only,
            })
            # v7 has it in dynamic_config, servers up to v6.5 in config.
            config = answer.dynamic_config if hasattr(answer, "dynamic_config") else answer.config
            given = config.agent_id if hasattr(config, "agent_id") else config.vtap_id
            if self._settings.agent_id == "auto" and given and given != self._agent_id:
                self._agent_id = given
                self._log(f"registered as agent {given}")
            if config.kubernetes_api_enabled != self._elected:
                self._elected = config.kubernetes_api_enabled
                self._log("chosen to report this cluster" if self._elected else "another agent reports this cluster")
            # v7 sends all of the group's configuration, servers up to v6.5 a part.
            self._source.configure(answer.user_config if hasattr(answer, "user_config") else config.local_config)
        except grpc.RpcError as error:
            # Any other failure of Sync need not keep the report from the server.
            if error.code() == grpc.StatusCode.UNAVAILABLE:
                raise
            self._log(f"Sync failed: {error.code().name}: {error.details()}")
        self._syncs += 1
        if self._agent_id or self._settings.agent_id != "auto":
            self._next_sync = time.monotonic() + self._sync_every

    def _adopt(self, resources) -> None:
        """Takes what was read as the content to report, and moves the version where it differs."""
        if resources is self._read:
            return
        self._read = resources
        before = self._entries or {}
        changed = self._entries is None or len(resources) != len(before)
        entries = {}
        for key, kind, json in resources:
            entry = before.get(key)
            if entry is None or entry.json != json or entry.type != kind:
                changed = True
                entry = Entry(kind, json, zlib.compress(json.encode(), 6))
            entries[key] = entry
        if not changed:
            return
        if self._entries is not None:
            self._version += 1
        self._entries = entries
        self._upload_due = True

    def _report(self, error_msg: str) -> None:
        if self._refused and time.monotonic() < self._refused_until:
            self._send(False, self._refused, self._accepted or self._version)
            return
        # An error is told together with the last good content. To a server that answers no version only entries carry
        # anything: also the news that the error is over, and a sign of life within a day.
        stale = time.monotonic() - self._last_upload >= self._settings.full_every
        due = self._upload_due or error_msg or (not self._answers_version and (self._last_error or stale))
        if self._entries is not None and due:
            self._upload(error_msg)
            return
        answer = self._send(False, error_msg, self._version)
        self._last_error = error_msg
        # Unset says nothing; any other version, 0 too, asks for everything.
        if self._entries is not None and answer.HasField("version") and answer.version != self._version:
            self._log(f"the server holds version {answer.version}, not {self._version}")
            self._upload(error_msg)

    def _upload(self, error_msg: str) -> None:
        try:
            self._send(True, error_msg, self._version)
        except grpc.RpcError as error:
            self._upload_due = True
            if error.code() != grpc.StatusCode.RESOURCE_EXHAUSTED:
                raise
            # The same bytes would fail again: wait long, and longer each time.
            pause = min(3600.0, self._settings.interval * 10 * 2 ** min(self._refusals, 16))
            self._refusals += 1
            self._refused = f"the server refuses an upload of {len(self._entries)} objects: {error.details()}"
            self._refused_until = time.monotonic() + pause
            self._log(f"{self._refused}; next try in {pause:g} s")
            return
        if self._upload_due or self._version != self._accepted:
            self._log(f"uploaded version {self._version}: {len(self._entries)} objects")
        self._upload_due = False
        self._refused, self._refusals = "", 0
        self._accepted = self._version
        self._last_upload = time.monotonic()
        self._last_error = error_msg

    def _send(self, with_entries: bool, error_msg: str, version: int):
        fields = {
            "cluster_id": self._settings.cluster_id,
            "version": version,
            "error_msg": error_msg,
            "source_ip": address_towards(self._server.address),
        }
        if self._agent_id:
            # One of the two names is in the package that is spoken, the other is left out.
            fields["agent_id"] = fields["vtap_id"] = self._agent_id
        if with_entries:
            fields["entries"] = [
                {"type": entry.type, "compressed_info": entry.compressed_info} for entry in self._entries.values()
            ]
        answer = self._server.report(fields)
        self._answers_version = answer.HasField("version")
        return answer
