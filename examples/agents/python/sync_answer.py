"""What an agent is told by Sync and Push: the fields that it needs, of either package."""

from __future__ import annotations

import re
from typing import NamedTuple

import yaml

VERSIONS = ("version_platform_data", "version_acls", "version_groups")
FAILED, HEARTBEAT = 1, 2


class Config(NamedTuple):
    sync_seconds: float = 60
    genesis_seconds: float = 10
    escape_seconds: float = 3600
    proxy: str = ""  # "host:port"; "" to stay with the configured address
    ntp: bool = False


class Told(NamedTuple):
    status: int
    config: Config | None  # None: the answer has no configuration, and is passed over
    agent_id: int
    agent_type: int
    elected: bool  # this agent has to report the cluster
    group_config: str  # YAML of the agent group: all of it (v7), or a part (up to v6.5)
    versions: dict  # of the data in this answer; 0: there is none yet
    new_buffer_size: int  # the rest is larger than the agent's buffer: it has to take so many bytes. 0: this is all
    revision: str  # to change to; "" for none


def read_answer(answer) -> Told:
    """Raises yaml.YAMLError where user_config is not YAML."""
    old = not hasattr(answer, "user_config")
    own = answer.config if old else answer.dynamic_config
    if old:
        config = _old_config(own) if answer.HasField("config") else None
    else:
        config = _new_config(_mapping(yaml.safe_load(answer.user_config))) if answer.HasField("user_config") else None
    partial = not old and answer.only_partial_fields
    return Told(
        status=answer.status,
        config=config,
        agent_id=own.vtap_id if old else own.agent_id,
        agent_type=own.trident_type if old else own.agent_type,
        elected=own.kubernetes_api_enabled,
        group_config=own.local_config if old else answer.user_config,
        versions={name: getattr(answer, name) for name in VERSIONS},
        new_buffer_size=answer.new_grpc_buffer_size if partial else 0,
        revision=answer.revision if answer.self_update_url == "grpc" else "",
    )


def _new_config(config: dict) -> Config:
    communication = _mapping(_mapping(config.get("global")).get("communication"))
    resources = _mapping(_mapping(config.get("inputs")).get("resources"))
    return Config(
        sync_seconds=_seconds(communication.get("proactive_request_interval"), 60),
        genesis_seconds=_seconds(resources.get("push_interval"), 10),
        escape_seconds=_seconds(communication.get("max_escape_duration"), 3600),
        proxy=_address(communication.get("proxy_controller_ip"), communication.get("proxy_controller_port")),
        ntp=_mapping(_mapping(config.get("global")).get("ntp")).get("enabled") is True,
    )


def _old_config(config) -> Config:
    return Config(
        sync_seconds=config.sync_interval,
        genesis_seconds=config.platform_sync_interval,
        escape_seconds=config.max_escape_seconds,
        proxy=_address(config.proxy_controller_ip, config.proxy_controller_port),
        ntp=config.ntp_enabled,
    )


def _address(ip, port) -> str:
    if not isinstance(ip, str) or not ip:
        return ""
    return f"[{ip}]:{port or 30035}" if ":" in ip else f"{ip}:{port or 30035}"


def _seconds(value, otherwise: float) -> float:
    """"60s", "1m" ..."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", str(value))
    units = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
    return float(found[1]) * units[found[2]] if found else otherwise


def _mapping(value) -> dict:
    return value if isinstance(value, dict) else {}
