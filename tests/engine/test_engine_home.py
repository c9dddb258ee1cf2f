"""Where the store of local runs is."""

import pytest

from yamlflow.engine.home import default_home


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"YAMLFLOW_HOME": "/y"}, "/y"),
        ({"XDG_STATE_HOME": "/s"}, "/s/yamlflow"),
    ],
)
def test_home(environment, expected) -> None:
    assert default_home(environment) == expected
