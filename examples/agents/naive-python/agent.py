"""A pseudo-agent as one writes it with nothing but the document on special environments at hand. It runs, the server answers OK,
and much of what it sends is lost: judge it with `plumbline check` and compare it with the agent beside it."""
import json
import os
import sys
import time
import zlib

import grpc
from kubernetes import client, config

sys.path.insert(0, os.path.join(sys.prefix, "generated"))
import trident_pb2  # noqa: E402

SERVER = os.environ.get("PLUMBLINE_SERVER", "127.0.0.1:30035")
CLUSTER_ID = os.environ["PLUMBLINE_CLUSTER_ID"]
INTERVAL = float(os.environ.get("PLUMBLINE_SYNC_INTERVAL", "10"))

config.load_kube_config(os.environ.get("KUBECONFIG"))
core, apps, networking = client.CoreV1Api(), client.AppsV1Api(), client.NetworkingV1Api()
to_json = client.ApiClient().sanitize_for_serialization

LISTS = {
    "*v1.Node": core.list_node,
    "*v1.Namespace": core.list_namespace,
    "*v1.Deployment": apps.list_deployment_for_all_namespaces,
    "*v1.StatefulSet": apps.list_stateful_set_for_all_namespaces,
    "*v1.DaemonSet": apps.list_daemon_set_for_all_namespaces,
    "*v1.ReplicationController": core.list_replication_controller_for_all_namespaces,
    "*v1.ReplicaSet": apps.list_replica_set_for_all_namespaces,
    "*v1.Pod": core.list_pod_for_all_namespaces,
    "*v1.Service": core.list_service_for_all_namespaces,
    "*v1beta1.Ingress": networking.list_ingress_for_all_namespaces,
}

sync = grpc.insecure_channel(SERVER).unary_unary(
    "/trident.Synchronizer/KubernetesAPISync",
    request_serializer=trident_pb2.KubernetesAPISyncRequest.SerializeToString,
    response_deserializer=trident_pb2.KubernetesAPISyncResponse.FromString,
)

version, resources = 0, {}
while True:
    error_msg, changed = "", False
    try:
        current = {type: to_json(read().items) for type, read in LISTS.items()}
        changed = current != resources
        if changed:
            version, resources = int(time.time()), current
    except Exception as error:
        error_msg = str(error)
    request = trident_pb2.KubernetesAPISyncRequest(
        cluster_id=CLUSTER_ID, version=version, error_msg=error_msg, source_ip="127.0.0.1"
    )
    if changed or error_msg:
        for type, items in resources.items():
            request.entries.add(type=type, compressed_info=zlib.compress(json.dumps(items).encode()))
    print(time.strftime("%H:%M:%S"), "version", sync(request).version, error_msg, flush=True)
    time.sleep(INTERVAL)
