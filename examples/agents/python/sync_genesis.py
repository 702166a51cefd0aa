"""GenesisSync: which NICs this host has. All of them with each change, and else a sign of life with the same version."""

from __future__ import annotations

import fcntl
import ipaddress
import socket
import struct

SIOCGIFADDR, SIOCGIFNETMASK = 0x8915, 0x891B


class Genesis:
    def __init__(self, server, boot_time: int):
        self._server = server
        self._version = boot_time
        self._known = None
        # The server may lack this version's data.
        self._due = True

    def send(self, identity: dict, fields: dict, seconds: float) -> float:
        """Calls GenesisSync once, and answers how long to wait, seconds."""
        data = {"raw_hostname": socket.gethostname(), "interfaces": nics()}
        if self._known is not None and data != self._known:
            self._version += 1
        self._due = self._due or data != self._known
        self._known = data
        request = {
            **fields,
            # One of two names is in the package that is spoken, the other is left out.
            "vtap_id": fields["agent_id"],
            "trident_type": fields["agent_type"],
            "version": self._version,
            "source_ip": identity["ctrl_ip"],
            "agent_info": {"ip": identity["ctrl_ip"], "mac": identity["ctrl_mac"]},
        }
        if self._due:
            request["platform_data"] = data
        held = self._server.call("GenesisSync", request).version
        # Another version asks for everything; 0 may be a server that is not ready.
        self._due = held != self._version
        return min(1.0, seconds) if self._due and held else seconds


def nics() -> list[dict]:
    """The NICs of a Linux host, with "address/length of mask"."""
    found = []
    for _, name in socket.if_nameindex():
        try:
            with open(f"/sys/class/net/{name}/address") as file:
                mac = int(file.read().strip().replace(":", "") or "0", 16)
        except (OSError, ValueError):
            mac = 0
        found.append({"name": name, "mac": mac & 0xFFFF_FFFF_FFFF, "ip": _ipv4(name) + _ipv6(name)})
    return found


def _ipv4(name: str) -> list[str]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        def ask(what: int) -> str:
            answer = fcntl.ioctl(probe.fileno(), what, struct.pack("256s", name.encode()[:15]))
            return socket.inet_ntoa(answer[20:24])
        try:
            return [str(ipaddress.ip_interface(f"{ask(SIOCGIFADDR)}/{ask(SIOCGIFNETMASK)}"))]
        except OSError:
            return []  # it has none


def _ipv6(name: str) -> list[str]:
    try:
        with open("/proc/net/if_inet6") as file:
            lines = [line.split() for line in file]
    except OSError:
        return []
    return [
        f"{ipaddress.ip_address(bytes.fromhex(address))}/{int(length, 16)}"
        for address, _, length, _, _, of in lines if of == name
    ]
