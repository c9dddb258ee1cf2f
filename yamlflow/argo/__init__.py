"""Argo manifests as data: ids, names, phases, durations, tags, `depends`, and what is wrong with a manifest."""

from yamlflow.argo.ids import node_id, pod_name, random_suffix
from yamlflow.argo.phases import FINAL, is_final

__all__ = ["FINAL", "is_final", "node_id", "pod_name", "random_suffix"]
