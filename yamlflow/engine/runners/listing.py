"""Listing the keys of a place for `data` templates."""

from yamlflow.engine.artifacts.driver import DriverError, reader
from yamlflow.engine.artifacts.keys import Keys
from yamlflow.engine.artifacts.transfer import is_remote
from yamlflow.engine.events import Ended
from yamlflow.engine.gojson import dumps
from yamlflow.engine.listing import Listing
from yamlflow.engine.objects import Secrets

EXECUTOR_FAILED = 64
_UNABLE = "unable to process data template: unable to process data"


def perform(listing: Listing, keys: Keys, secrets: Secrets) -> Ended:
    """Return how the node ends. Called in a thread."""
    from yamlflow.expressions import parse
    from yamlflow.expressions.evaluate import EvaluationError, evaluate

    try:
        data: object = _sourced(listing, keys, secrets)
    except DriverError as error:
        return Ended(listing.node, EXECUTOR_FAILED, failure=f"{_UNABLE} source: {error}")
    for number, text in enumerate(listing.expressions):
        if not text:
            continue
        tree, problems = parse(text, plain=True)
        try:
            if tree is None or problems:
                raise EvaluationError(problems[0].message if problems else text)
            data = evaluate(tree, {"data": data})
        except EvaluationError as error:
            step = f"error processing data step {number}: {error}"
            return Ended(listing.node, EXECUTOR_FAILED, failure=f"{_UNABLE} transformation: {step}")
    return Ended(listing.node, 0, {"result": dumps(data)})


def _sourced(listing: Listing, keys: Keys, secrets: Secrets) -> list[str]:
    place = listing.place
    if not place:
        raise DriverError("no valid source is used for data template")
    if not is_remote(place):
        return keys.starting_with(str((place.get("s3") or {}).get("key") or ""))
    if "s3" not in place:
        raise DriverError("unable to source artifact paths: the place cannot be listed")
    from yamlflow.engine.artifacts.drivers import s3

    try:
        return s3.keys(place, reader(secrets))
    except DriverError as error:
        raise DriverError(f"unable to source artifact paths: {error}") from error
