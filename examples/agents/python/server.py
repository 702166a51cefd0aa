"""The calls to the server, in the package that it speaks."""

from __future__ import annotations

import threading

import grpc

import agent_pb2
import trident_pb2

# A Sync is small; an upload may have 100 MiB.
DEADLINE_SECONDS = {"Sync": 10, "KubernetesAPISync": 30, "GenesisSync": 10, "Query": 10}
# Names of the messages.
MESSAGES = {
    "Sync": ("SyncRequest", "SyncResponse"),
    "Push": ("SyncRequest", "SyncResponse"),
    "KubernetesAPISync": ("KubernetesAPISyncRequest", "KubernetesAPISyncResponse"),
    "GenesisSync": ("GenesisSyncRequest", "GenesisSyncResponse"),
    "Query": ("NtpRequest", "NtpResponse"),
    "Upgrade": ("UpgradeRequest", "UpgradeResponse"),
}
MEBIBYTE = 1024 * 1024
LARGEST_ANSWER = 64 * MEBIBYTE

# Servers from v7 know `agent`, servers up to v6.5 `trident`, those between both.
PACKAGES = (("agent", agent_pb2), ("trident", trident_pb2))

OPTIONS = (
    ("grpc.max_send_message_length", 100 * MEBIBYTE),
    # Left alone, a channel waits up to two minutes before it looks for a server that was away.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
)


class Server:
    def __init__(self, address: str, first: str):
        # The configured one, and where calls go to at the moment.
        self.address = self.target = address
        # The package that is tried first, and from then on what the server has answered.
        self._spoken = [name for name, _ in PACKAGES].index(first)
        self._largest = LARGEST_ANSWER
        # With --agent-sync several threads call.
        self._lock = threading.Lock()
        self._channel = self._open()

    def _open(self) -> grpc.Channel:
        return grpc.insecure_channel(self.target, options=(*OPTIONS, ("grpc.max_receive_message_length", self._largest)))

    def sync(self, fields: dict):
        """Answers a SyncResponse of the package that is spoken."""
        return self.call("Sync", fields)

    def report(self, fields: dict):
        """Answers a KubernetesAPISyncResponse."""
        return self.call("KubernetesAPISync", fields)

    def call(self, method: str, fields: dict):
        """Answers the message of the package that is spoken."""
        spoken, channel = self._spoken, self._channel
        try:
            return self._call_in(spoken, channel, method, fields)
        except grpc.RpcError as error:
            if error.code() == grpc.StatusCode.DEADLINE_EXCEEDED:
                # The connection may be dead without a sign of it; the next call gets a new one.
                self._renew(channel)
            if error.code() != grpc.StatusCode.UNIMPLEMENTED:
                raise
        other = 1 - spoken
        result = self._call_in(other, self._channel, method, fields)
        self._spoken = other
        return result

    def stream(self, method: str, fields: dict):
        """Answers an iterator of messages."""
        call, request = self._prepare(self._spoken, self._channel.unary_stream, method, fields)
        return call(request)

    def move(self, target: str, largest: int) -> None:
        """From now on calls go there, and streams end; `largest` of an answer, bytes."""
        if (target, largest) == (self.target, self._largest):
            return
        self.target, self._largest = target, largest
        self._renew(self._channel)

    def _renew(self, old: grpc.Channel) -> None:
        with self._lock:
            if self._channel is not old:
                return
            self._channel = self._open()
        old.close()

    def _call_in(self, spoken: int, channel: grpc.Channel, method: str, fields: dict):
        call, request = self._prepare(spoken, channel.unary_unary, method, fields)
        return call(request, timeout=DEADLINE_SECONDS[method])

    def _prepare(self, spoken: int, kind, method: str, fields: dict):
        package, messages = PACKAGES[spoken]
        request, answer = MESSAGES[method]
        request_type = getattr(messages, request)
        # A field that this package does not have (agent_id or vtap_id, among others) is left out.
        known = {name: value for name, value in fields.items() if name in request_type.DESCRIPTOR.fields_by_name}
        call = kind(
            f"/{package}.Synchronizer/{method}",
            request_serializer=request_type.SerializeToString,
            response_deserializer=getattr(messages, answer).FromString,
        )
        return call, request_type(**known)
