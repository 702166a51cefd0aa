"""Who this agent is: the address from which it calls, and the machine around it."""

from __future__ import annotations

import os
import platform
import socket
import uuid

from server import LARGEST_ANSWER


def identify(server: str) -> dict:
    ctrl_ip = address_towards(server)
    identity = {
        "ctrl_ip": ctrl_ip,
        "ctrl_mac": ":".join(f"{byte:02x}" for byte in uuid.getnode().to_bytes(6, "big")),
        "host": socket.gethostname(),
        "host_ips": [ctrl_ip],
        "cpu_num": os.cpu_count() or 1,
        "arch": platform.machine(),
        "os": platform.system(),
        "kernel_version": platform.release(),
        "current_grpc_buffer_size": LARGEST_ANSWER,
    }
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        identity["memory_size"] = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return identity


def address_towards(server: str) -> str:
    """The local address of a route to this host:port; a UDP socket finds it without sending a packet."""
    host, _, port = server.rpartition(":")
    host = host.strip("[]")
    try:
        family, kind, protocol, _, target = socket.getaddrinfo(host, int(port), type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.connect(target)
            return probe.getsockname()[0]
    except OSError:
        return "127.0.0.1"
