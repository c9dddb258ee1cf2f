"""The local engine: it interprets Argo manifests on this machine, with the status that Argo's controller gives."""
