"""Artifacts: files and folders that tasks hand on, kept by their content."""
