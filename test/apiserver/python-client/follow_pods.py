"""Lists the pods page by page and follows them with the official client; prints one JSON a line."""

import json
import sys

from kubernetes import client, config, watch


def say(**line):
    print(json.dumps(line), flush=True)


config.load_kube_config(config_file=sys.argv[1])
core = client.CoreV1Api()
say(event="version", name=client.VersionApi().get_code().git_version)

names = []
token = None
while True:
    page = core.list_pod_for_all_namespaces(limit=2, _continue=token)
    names += [pod.metadata.name for pod in page.items]
    token = page.metadata._continue
    if not token:
        break
say(event="listed", names=names)

made = core.create_namespaced_config_map("default", {"metadata": {"name": "made-by-python"}, "data": {"a": "b"}})
core.patch_namespaced_config_map("made-by-python", "default", {"data": {"a": "c"}})
core.delete_namespaced_config_map("made-by-python", "default")
try:
    core.read_namespaced_config_map("made-by-python", "default")
except client.ApiException as error:
    say(event="refused", status=error.status, reason=json.loads(error.body)["reason"])

# The client goes on from the last version that it saw when a stream ends.
stream = watch.Watch().stream(core.list_pod_for_all_namespaces, resource_version=page.metadata.resource_version)
for event in stream:
    say(event=event["type"], name=event["object"].metadata.name)
    if event["type"] == "DELETED":
        break
