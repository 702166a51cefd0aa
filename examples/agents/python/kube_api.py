"""The Kubernetes API over HTTP/1.1: where it is, who we are, one answer, one stream of lines."""

from __future__ import annotations

import base64
import json
import os
import ssl
import tempfile
from typing import Callable, Iterator

import urllib3
import yaml

SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
CONNECT_SECONDS = 10
ANSWER_IDLE_SECONDS = 30


class KubeError(Exception):
    """The Kubernetes API answered, but not with what was asked for."""

    def __init__(self, status: int, message: str, retry_after: float = 0):
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


class KubeApi:
    def __init__(self, kubeconfig: str | None):
        """By the kubeconfig file, or as a Pod where there is none."""
        context = ssl.create_default_context()
        if kubeconfig is None:
            self._server, self._token = pod_access(context)
        else:
            self._server, self._token = kubeconfig_access(kubeconfig, context)
        self._pool = urllib3.PoolManager(maxsize=32, ssl_context=context, retries=False)

    def get(self, path: str) -> dict:
        """The JSON of an answer; raises KubeError where its status is not 200."""
        with self._open(path, ANSWER_IDLE_SECONDS) as response:
            return json.loads(response.data)

    def lines(self, path: str, idle_seconds: float, opened: Callable[[], None]) -> Iterator[dict]:
        """The JSON of each line of an answer, until it ends; raises after idle_seconds without a byte."""
        with self._open(path, idle_seconds) as response:
            opened()
            rest = b""
            for chunk in response.stream():
                # The last line is not complete; where the stream ends with it, it is no line at all.
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    if line.strip():
                        yield json.loads(line)

    def _open(self, path: str, idle_seconds: float) -> urllib3.BaseHTTPResponse:
        headers = {"Accept": "application/json", "User-Agent": "pseudo-deepflow-agent"}
        # Asked before each request: Kubernetes replaces the token in its file long before the old one expires.
        token = self._token()
        if token:
            headers["Authorization"] = f"Bearer {token}"
        response = self._pool.request(
            "GET", self._server + path, headers=headers, preload_content=False,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=idle_seconds),
        )
        if response.status != 200:
            with response:
                raise error_of(response)
        return response


def error_of(response: urllib3.BaseHTTPResponse) -> KubeError:
    try:
        message = json.loads(response.data)["message"]
    except (ValueError, KeyError, TypeError):
        message = response.reason  # not a Status of Kubernetes but, say, a page of a proxy
    retry_after = response.headers.get("Retry-After", "")
    return KubeError(response.status, f"{response.status} {message}", float(retry_after) if retry_after.isdigit() else 0)


def pod_access(context: ssl.SSLContext) -> tuple[str, Callable[[], str]]:
    host, port = os.environ.get("KUBERNETES_SERVICE_HOST"), os.environ.get("KUBERNETES_SERVICE_PORT", "443")
    if not host or not os.path.exists(f"{SERVICE_ACCOUNT}/token"):
        raise ValueError("neither KUBECONFIG is set nor is this a Pod")
    context.load_verify_locations(f"{SERVICE_ACCOUNT}/ca.crt")
    return f"https://{f'[{host}]' if ':' in host else host}:{port}", lambda: content(f"{SERVICE_ACCOUNT}/token")


def kubeconfig_access(file: str, context: ssl.SSLContext) -> tuple[str, Callable[[], str]]:
    """The current context of a kubeconfig, with a token or a client certificate; plugins for credentials are not run."""
    config = yaml.safe_load(content(file))

    def named(kind: str, name: str) -> dict:
        return next((one[kind] for one in config.get(f"{kind}s", []) if one["name"] == name), None) or {}

    def path(name: str) -> str:
        return os.path.join(os.path.dirname(file), name)

    def stored(holder: dict, name: str) -> str | None:
        """A file with the value, which may be in the kubeconfig itself."""
        if f"{name}-data" not in holder:
            return path(holder[name]) if name in holder else None
        with tempfile.NamedTemporaryFile(prefix="pseudo-agent-", delete=False) as copy:
            copy.write(base64.b64decode(holder[f"{name}-data"]))
        return copy.name

    chosen = named("context", config.get("current-context", ""))
    cluster, user = named("cluster", chosen.get("cluster", "")), named("user", chosen.get("user", ""))
    if "server" not in cluster:
        raise ValueError(f"{file}: its current context names no server")
    authority, certificate = stored(cluster, "certificate-authority"), stored(user, "client-certificate")
    if authority:
        context.load_verify_locations(authority)
    if certificate:
        context.load_cert_chain(certificate, stored(user, "client-key"))
    if cluster.get("insecure-skip-tls-verify"):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    token = (lambda: content(path(user["tokenFile"]))) if "tokenFile" in user else (lambda: user.get("token", ""))
    return cluster["server"].rstrip("/"), token


def content(file: str) -> str:
    with open(file, encoding="utf-8") as stream:
        return stream.read().strip()
