"""Names in the manifest and in paths."""

import pytest

from yamlflow.components import sanitize


@pytest.mark.parametrize(
    ("name", "mended"),
    [
        ("model", "model"),
        ("Log location", "Log-location"),
        ("log_location", "log_location"),
        ("a--b  c", "a-b-c"),
        ("-a-", "a"),
        ("(brutes) données", "brutes-donn-es"),
        ("AUC 95%", "AUC-95"),
        ("MLPipeline Metrics", "mlpipeline-metrics"),
        ("mlpipeline_ui_metadata", "mlpipeline-ui-metadata"),
        ("数据", "u6570-u636e"),
    ],
)
def test_sanitize(name, mended) -> None:
    assert sanitize(name) == mended
