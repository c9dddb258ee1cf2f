"""`when` of steps and tasks: govaluate's grammar, after the tags are filled in."""

from yamlflow.engine.scope import SubstitutionError


def should_execute(when: str) -> bool:
    """Return whether a step with this `when` runs; SubstitutionError when that cannot be told."""
    if not when:
        return True
    if when in ("true", "false"):
        return when == "true"
    from yamlflow.expressions import EvaluationError
    from yamlflow.expressions.govaluate import should_execute as evaluate

    try:
        return evaluate(when)
    except EvaluationError as error:
        raise SubstitutionError(str(error)) from error
