"""A pseudo-agent: tells a deepflow-server what a Kubernetes cluster holds, in place of a deepflow-agent that may not talk
to the Kubernetes API. Here are its options and its clock; then read reporter.py, which keeps the protocol.

Environment: PLUMBLINE_SERVER (host:port, default 127.0.0.1:30035), PLUMBLINE_CLUSTER_ID (required),
PLUMBLINE_SYNC_INTERVAL (seconds between reports, default 10), PLUMBLINE_GROUP_CONFIG (YAML file of the agent group; what
the server sends goes first), KUBECONFIG (file; without it the service account of the Pod). With --agent-sync:
K8S_WATCH_POLICY (watch-only or watch-disabled).
"""

from __future__ import annotations

import argparse
import os
import random
import re
import signal
import sys
import time

import yaml

# Where setup.sh put what protoc made of the .proto files.
sys.path.insert(0, os.path.join(sys.prefix, "generated"))

from file_source import FileSource  # noqa: E402
from kube_api import KubeApi, content  # noqa: E402
from kube_source import KubeSource  # noqa: E402
from reporter import Reporter  # noqa: E402
from server import Server  # noqa: E402
from sync_session import POLICIES, Session  # noqa: E402


def log(message: str) -> None:
    print(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), message, file=sys.stderr, flush=True)


def seconds(text: str) -> float:
    value = float(text)
    if not 0 < value <= 86400:
        raise argparse.ArgumentTypeError(f"{text}: expected seconds, more than 0 and at most 86400")
    return value


def agent_id(text: str) -> str | int:
    if text in ("auto", "none"):
        return text
    if not re.fullmatch(r"[1-9]\d{0,4}", text):
        raise argparse.ArgumentTypeError(f"{text}: expected auto, none or the number of a registered agent")
    return int(text)


def read_settings() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="paths", nargs="+", metavar="DIR|FILE",
                        help="report from files: what kubectl get -o json|yaml and kubectl version -o json print; of a DIR its "
                             "*.json, *.yaml, *.yml. Without it: list and watch the Kubernetes API")
    parser.add_argument("--agent-id", type=agent_id, default="auto",
                        help="auto: register by Sync (default); none: do as the document says; NUMBER: borrow a registered agent's")
    parser.add_argument("--agent-sync", action="store_true",
                        help="let the server manage the agent, as a deepflow-agent does: see sync_session.py")
    parser.add_argument("--no-sync", dest="sync", action="store_false",
                        help="without an id: never call Sync (the domain must exist)")
    parser.add_argument("--full-every", type=seconds, default=43200, metavar="S",
                        help="without an id: upload everything this often (default 43200)")
    parser.add_argument("--package", choices=("agent", "trident"), default="agent",
                        help="agent (v7, default) or trident (up to v6.5): what is tried first. The other one follows where "
                             "it is not implemented")
    parser.add_argument("--ingress-type", metavar="TYPE",
                        help="default *v1.Ingress; with --agent-id none *v1beta1.Ingress, which the document lists")
    settings = parser.parse_args()
    settings.server = os.environ.get("PLUMBLINE_SERVER", "127.0.0.1:30035")
    policy = os.environ.get("K8S_WATCH_POLICY", "")
    settings.policy = policy if policy in POLICIES else "normal"
    settings.cluster_id = os.environ.get("PLUMBLINE_CLUSTER_ID", "")
    if not settings.cluster_id:
        parser.error("PLUMBLINE_CLUSTER_ID is not set")
    try:
        settings.interval = seconds(os.environ.get("PLUMBLINE_SYNC_INTERVAL", "10"))
    except (ValueError, argparse.ArgumentTypeError) as error:
        parser.error(f"PLUMBLINE_SYNC_INTERVAL: {error}")
    if settings.agent_id == "auto" and not settings.sync:
        parser.error("--agent-id auto needs Sync; give --agent-id none with --no-sync")
    if settings.ingress_type is None:
        settings.ingress_type = "*v1beta1.Ingress" if settings.agent_id == "none" else "*v1.Ingress"
    return settings


def create_source(settings: argparse.Namespace) -> FileSource | KubeSource:
    if settings.paths:
        return FileSource(settings.paths, settings.ingress_type, log)
    group_config = os.environ.get("PLUMBLINE_GROUP_CONFIG")
    try:
        settings.group_config = content(group_config) if group_config else ""
        return KubeSource(KubeApi(os.environ.get("KUBECONFIG") or None), settings, log)
    except (OSError, ValueError, yaml.YAMLError) as error:
        sys.exit(f"The Kubernetes API cannot be reached: {error}.")


def backoff(failures: int, interval: float) -> float:
    """Twice as long after each failure, up to five intervals or a minute; never the same for all agents of a site."""
    longest = min(60.0, interval * 5)
    return min(longest, interval * 2 ** min(failures - 1, 16)) * random.uniform(0.9, 1.1)


def main() -> None:
    settings = read_settings()
    # Nothing is worth saving: the next start uploads everything again.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))

    server = Server(settings.server, settings.package)
    session = Session(settings, server, log) if settings.agent_sync else None
    if session is not None:
        session.start()
        # An agent that was not chosen, or that never watches, asks nothing of the Kubernetes API.
        while session.standing is None or not session.standing.reports:
            time.sleep(0.1)

    source = create_source(settings)
    reporter = Reporter(settings, source, server, log, session)
    failures = 0
    # One cycle after the other: calls never overlap.
    while True:
        started = time.monotonic()
        try:
            reporter.cycle()
            failures = 0
        except Exception as error:  # whatever it was, the next cycle may do better
            failures += 1
            log(f"report failed ({failures} in a row): {describe(error)}")
        elapsed = time.monotonic() - started
        time.sleep(max(0.0, backoff(failures, settings.interval) if failures else settings.interval - elapsed))


def describe(error: Exception) -> str:
    details = getattr(error, "details", None)
    return f"{error.code().name}: {details()}" if callable(details) else f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    main()
