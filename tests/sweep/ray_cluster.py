"""A Ray cluster of three nodes on this machine, for as long as standard input stays open.

Two of them have a processor; one of these says that it has a GPU. Prints the cluster's address.
"""

import os
import sys
import tempfile

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

from ray.cluster_utils import Cluster

MEMORY = 80_000_000

with tempfile.TemporaryDirectory(prefix="ray-", dir="/tmp") as folder:  # a socket's path must be short
    common = {"object_store_memory": MEMORY, "include_dashboard": False}
    # On a busy machine, workers at the niceness that is usual with Ray would never have their turn.
    head = {"num_cpus": 0, "temp_dir": folder, "_system_config": {"worker_niceness": 0}}
    cluster = Cluster(initialize_head=True, head_node_args=common | head)
    try:
        cluster.add_node(**common, num_cpus=1)
        cluster.add_node(**common, num_cpus=1, num_gpus=1)
        print(cluster.address, flush=True)
        sys.stdin.read()
    finally:
        cluster.shutdown()
