"""The two calls to the server, in the package that it speaks."""

from __future__ import annotations

import grpc

import agent_pb2
import trident_pb2

# A Sync is small; an upload may have 100 MiB.
DEADLINE_SECONDS = {"Sync": 10, "KubernetesAPISync": 30}
MEBIBYTE = 1024 * 1024
LARGEST_ANSWER = 64 * MEBIBYTE

# Servers from v7 know `agent`, servers up to v6.5 `trident`, those between both.
PACKAGES = (("agent", agent_pb2), ("trident", trident_pb2))

OPTIONS = (
    ("grpc.max_send_message_length", 100 * MEBIBYTE),
    ("grpc.max_receive_message_length", LARGEST_ANSWER),
    # Left alone, a channel waits up to two minutes before it looks for a server that was away.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
)


class Server:
    def __init__(self, address: str, first: str):
        self.address = address
        # The package that is tried first, and from then on what the server has answered.
        self._spoken = [name for name, _ in PACKAGES].index(first)
        self._channel = grpc.insecure_channel(address, options=OPTIONS)

    def sync(self, fields: dict):
        """Answers a SyncResponse of the package that is spoken."""
        return self._call("Sync", "SyncRequest", "SyncResponse", fields)

    def report(self, fields: dict):
        """Answers a KubernetesAPISyncResponse."""
        return self._call("KubernetesAPISync", "KubernetesAPISyncRequest", "KubernetesAPISyncResponse", fields)

    def _call(self, method: str, request: str, answer: str, fields: dict):
        try:
            return self._call_in(self._spoken, method, request, answer, fields)
        except grpc.RpcError as error:
            if error.code() == grpc.StatusCode.DEADLINE_EXCEEDED:
                # The connection may be dead without a sign of it; the next call gets a new one.
                self._channel.close()
                self._channel = grpc.insecure_channel(self.address, options=OPTIONS)
            if error.code() != grpc.StatusCode.UNIMPLEMENTED:
                raise
        other = 1 - self._spoken
        result = self._call_in(other, method, request, answer, fields)
        self._spoken = other
        return result

    def _call_in(self, spoken: int, method: str, request: str, answer: str, fields: dict):
        package, messages = PACKAGES[spoken]
        request_type = getattr(messages, request)
        # A field that this package does not have (agent_id or vtap_id, among others) is left out.
        known = {name: value for name, value in fields.items() if name in request_type.DESCRIPTOR.fields_by_name}
        call = self._channel.unary_unary(
            f"/{package}.Synchronizer/{method}",
            request_serializer=request_type.SerializeToString,
            response_deserializer=getattr(messages, answer).FromString,
        )
        return call(request_type(**known), timeout=DEADLINE_SECONDS[method])
