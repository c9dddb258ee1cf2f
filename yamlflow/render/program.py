"""Programs whose text Argo must not touch."""

from yamlflow.pipeline.tags import carries_tag

_PRINT = 'printf "%s" "$0"'
_SHORT_PRINT = 'printf %s "$0"'


def decoded_program(command: list[str], args: list[str], at: int | None = None) -> tuple[list[str], list[str]]:
    """Return the command line; a program that carries tags travels as base64 and is decoded in the container.

    The program is the text that the shell script before it prints by `"$0"`: the third of `command`'s `sh -ec SCRIPT`.
    """
    from base64 import b64encode

    whole = command + args
    index = len(command) + at if at is not None else 3
    if whole[:2] != ["sh", "-ec"] or len(whole) <= index or not carries_tag(whole[index]):
        return command, args
    whole[index] = b64encode(whole[index].encode()).decode()
    for text in (_PRINT, _SHORT_PRINT):
        whole[2] = whole[2].replace(text, f"{text} | base64 -d")
    return whole[: len(command)], whole[len(command) :]
