"""Upgrade: fetches the binary that Sync offers, and checks it. This agent does not install anything."""

from __future__ import annotations

import hashlib

import grpc

FAILED = 1


def check_upgrade(server, identity: dict, log) -> bool:
    """Whether what came is what was announced; False too where nothing came, which is worth another try."""
    digest = hashlib.md5()
    length, md5, total = 0, "", 0
    try:
        for packet in server.stream("Upgrade", {name: identity[name] for name in ("ctrl_ip", "ctrl_mac")}):
            if packet.status == FAILED:
                raise ValueError("the server answers FAILED")
            if packet.k8s_image:
                log(f"offered the image {packet.k8s_image}; its DaemonSet is not this agent's to change")
                return True
            digest.update(packet.content)
            length += len(packet.content)
            md5, total = packet.md5.lower(), packet.total_len
        if length == 0 or length != total:
            raise ValueError(f"{length} bytes came of {total}")
        if digest.hexdigest() != md5:
            raise ValueError(f"its MD5 is {digest.hexdigest()}, not {md5}")
    except (ValueError, grpc.RpcError) as error:
        log(f"the offered binary is refused: {error}")
        return False
    log(f"the offered binary is good: {length} bytes, MD5 {md5}; not installed")
    return True
