"""What is given to the files of a request from outside."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Layer(NamedTuple):
    """What is given to templates: values files, pairs of `--set` and `--set-file`, a profile, the environment.

    `data` is a JSON mapping of values, which stand above the files. `offline` keeps from fetching components, `frozen`
    from what is not pinned; `update` fetches anew what is pinned. `argo` is the version that
    manifests are for, "" the newest.
    """

    files: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    profile: str = ""
    env: Mapping[str, str] = MappingProxyType({})
    file_pairs: tuple[str, ...] = ()
    data: str = ""
    offline: bool = False
    frozen: bool = False
    update: bool = False
    argo: str = ""


NO_LAYER = Layer()
