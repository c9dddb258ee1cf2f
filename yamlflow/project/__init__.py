"""`yamlflow.yaml`: what pipelines in and below its folder share, and how that ranks below flags and the environment."""

from yamlflow.project.load import FILE, find, load, places
from yamlflow.project.model import Profile, Project
from yamlflow.project.settings import Setting, cache, namespace, target

__all__ = ["FILE", "Profile", "Project", "Setting", "cache", "find", "load", "namespace", "places", "target"]
