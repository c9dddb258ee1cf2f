"""argo."""
