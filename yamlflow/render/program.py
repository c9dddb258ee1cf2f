"""Programs whose text Argo must not touch travel as base64 and are decoded in the container."""

from base64 import b64encode

from yamlflow.components import Component
from yamlflow.pipeline.tags import carries_tag

_PRINT = 'printf "%s" "$0"'


def encoded(program: str) -> str:
    """Return a program as base64, in which Argo sees no tag."""
    return b64encode(program.encode()).decode()


def without_tags(component: Component, command: list[str]) -> list[str]:
    """Return the command line of a component; a program in it that Argo would change is decoded by its shell script.

    A program is a constant that the script before it, `sh -ec SCRIPT`, writes to a file by `printf "%s" "$0"`.
    """
    assert component.container is not None
    written = component.container.command
    for index in range(3, len(written)):
        program, script = written[index], written[index - 1]
        if not isinstance(program, str) or not isinstance(script, str) or written[index - 2] != "-ec":
            continue
        if _PRINT in script and carries_tag(program) and len(command) == len(written):
            decoding = script.replace(_PRINT, f"{_PRINT} | base64 -d")
            return [*command[: index - 1], decoding, encoded(program), *command[index + 1 :]]
    return command
