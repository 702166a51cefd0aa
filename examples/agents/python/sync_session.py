"""With --agent-sync the agent lets the server manage it, as a deepflow-agent does. Here is the heart of that: Sync by the
interval of the configuration, Push held open, what an answer changes, and what to do when nobody answers.
"""

from __future__ import annotations

import os
import threading
import time
from typing import NamedTuple

import grpc
import yaml

from identity import identify
from sync_answer import FAILED, HEARTBEAT, VERSIONS, Config, Told, read_answer
from sync_genesis import Genesis
from sync_ntp import ask_for_time
from sync_upgrade import check_upgrade

MEBIBYTE = 1024 * 1024
REVISION = "pseudo-agent 0-0"
RUNNING = 2
# A new agent usually has its id after the second Sync.
SYNCS_TO_WAIT_FOR_ID = 3
LOOK_SECONDS = 0.1
# Whether this agent may watch the Kubernetes API: if the server says so, always, never.
POLICIES = {"normal": 0, "watch-only": 1, "watch-disabled": 2}


class Standing(NamedTuple):
    """What the server has made of this agent."""

    agent_id: int  # 0: not registered; a watch-only agent never is
    reports: bool  # it is to report the cluster
    group_config: str


class Session:
    def __init__(self, settings, server, log):
        self._settings = settings
        self._server = server
        self._log = log
        self._policy = settings.policy
        self._boot_time = int(time.time())
        self._home = server.address
        # Push and Sync both tell news.
        self._lock = threading.Lock()
        # None as long as the server has not answered.
        self.standing: Standing | None = None
        self._config = Config()
        self._agent_type = 0
        self._config_accepted = True
        self._versions = dict.fromkeys(VERSIONS, 0)
        self._buffer_size = MEBIBYTE
        self._syncs = 0
        self._failures = 0
        self._last_good = time.monotonic()
        self._checked_revision = ""

    def start(self) -> None:
        self._server.move(self._home, self._buffer_size)
        # A watch-only agent does nothing but watch.
        loops = [self._sync_for_ever, self._push_for_ever]
        if self._policy != "watch-only":
            loops.append(self._genesis_for_ever)
        for loop in loops:
            threading.Thread(target=loop, daemon=True).start()

    def _request(self) -> dict:
        return {
            **identify(self._home),
            **self._versions,
            "boot_time": self._boot_time,
            "config_accepted": self._config_accepted,
            "state": RUNNING,
            "revision": REVISION,
            "process_name": "deepflow-agent-pseudo",
            "kubernetes_cluster_id": self._settings.cluster_id,
            "kubernetes_watch_policy": POLICIES[self._policy],
            "kubernetes_force_watch": self._policy == "watch-only",
            "current_grpc_buffer_size": self._buffer_size,
        }

    def _take(self, answer, pushed: bool = False) -> Told | None:
        """Takes over an answer of Sync, or a message of Push."""
        try:
            told = read_answer(answer)
        except yaml.YAMLError as error:
            self._config_accepted = False
            self._log(f"the configuration cannot be read: {error}")
            return None
        if told.status == FAILED:
            self._log("the server answers FAILED")
        if told.status == HEARTBEAT or told.config is None:
            return None
        with self._lock:
            self._config_accepted = True
            self._last_good = time.monotonic()
            self._config, self._agent_type = told.config, told.agent_type
            before = self.standing or Standing(0, False, "")
            self.standing = Standing(told.agent_id, self._is_reporter(told), told.group_config)
            if told.agent_id and told.agent_id != before.agent_id:
                self._log(f"registered as agent {told.agent_id}")
            if self.standing.reports != before.reports:
                self._log("reports this cluster" if self.standing.reports else "another agent reports this cluster")
            if told.new_buffer_size > self._buffer_size:
                # The rest comes with the next answer.
                self._buffer_size = told.new_buffer_size
                self._server.move(self._server.target, self._buffer_size)
            elif not told.new_buffer_size:
                # Version 0 says that there is no data yet, and a message of Push may come late, after a newer answer of
                # Sync: what the agent has stays.
                oldest = self._versions if pushed else dict.fromkeys(VERSIONS, 0)
                self._versions.update({name: version for name, version in told.versions.items() if version > oldest[name]})
        return told

    def _is_reporter(self, told: Told) -> bool:
        """A watch-only agent reports whatever the server says, and one that never watches does not."""
        if self._policy != "normal":
            return self._policy == "watch-only"
        return told.elected and (told.agent_id != 0 or self._syncs >= SYNCS_TO_WAIT_FOR_ID)

    def _sync_once(self) -> None:
        told = self._take(self._server.call("Sync", self._request()))
        self._syncs += 1
        if told is None:
            return
        proxy = self._config.proxy
        if proxy and proxy != self._server.target:
            self._log(f"moves to {proxy}, as the configuration says")
            self._server.move(proxy, self._buffer_size)
        if self._config.ntp:
            ask_for_time(self._server, identify(self._home), self._log)
        if told.revision and told.revision not in (REVISION, self._checked_revision):
            if check_upgrade(self._server, identify(self._home), self._log):
                self._checked_revision = told.revision

    def _pause(self) -> float:
        interval = self._settings.interval
        if self._failures:
            return min(60.0, 5 * interval, interval * 2 ** min(self._failures - 1, 16))
        waits = self._policy != "watch-only" and self.standing is not None and not self.standing.agent_id
        if waits and self._syncs < SYNCS_TO_WAIT_FOR_ID:
            return min(interval, self._config.sync_seconds)
        return self._config.sync_seconds

    def _sync_for_ever(self) -> None:
        while True:
            started = time.monotonic()
            try:
                self._sync_once()
                self._failures = 0
            except grpc.RpcError as error:
                self._failures += 1
                self._log(f"Sync failed ({self._failures} in a row): {error.code().name}: {error.details()}")
                # Nobody answers there: back to the address that never changes.
                if self._server.target != self._home:
                    self._server.move(self._home, self._buffer_size)
            # As a deepflow-agent: whoever started it starts it again.
            if time.monotonic() - self._last_good > self._config.escape_seconds:
                self._log(f"no answer for {self._config.escape_seconds:g} s: ends")
                os._exit(1)
            # The interval may become another one meanwhile.
            while (left := started + self._pause() - time.monotonic()) > 0:
                time.sleep(min(left, LOOK_SECONDS))

    def _push_for_ever(self) -> None:
        interval = self._settings.interval
        while True:
            # The server pushes to agents that it knows.
            while self.standing is None or (not self.standing.agent_id and self._policy != "watch-only"):
                time.sleep(LOOK_SECONDS)
            failed = False
            try:
                for message in self._server.stream("Push", self._request()):
                    failed = message.status == FAILED
                    self._take(message, pushed=True)
            except grpc.RpcError as error:
                self._log(f"Push ended: {error.code().name}: {error.details()}")
            time.sleep(min(60.0, 20 * interval) if failed else min(10.0, 5 * interval))

    def _genesis_for_ever(self) -> None:
        genesis = Genesis(self._server, self._boot_time)
        while True:
            while self.standing is None or not self.standing.agent_id:
                time.sleep(LOOK_SECONDS)
            pause = self._config.genesis_seconds
            try:
                fields = {"agent_id": self.standing.agent_id, "agent_type": self._agent_type}
                fields["kubernetes_cluster_id"] = self._settings.cluster_id
                pause = genesis.send(identify(self._home), fields, pause)
            except grpc.RpcError as error:
                self._log(f"GenesisSync failed: {error.code().name}: {error.details()}")
            time.sleep(pause)
