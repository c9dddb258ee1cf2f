"""What the user meant: parsing, linking and the graph of a pipeline."""

from yamlflow.pipeline.link import link
from yamlflow.pipeline.model import Pipeline
from yamlflow.pipeline.parse import parse_pipeline

__all__ = ["Pipeline", "link", "parse_pipeline"]
