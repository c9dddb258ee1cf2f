"""Text that Argo would take for its own tags."""

import re

_TAG = re.compile(
    r"(?<!\$)\{\{\s*(=|(?:inputs|outputs|workflow|steps|tasks|item|pod|node|retries|lastRetry|cronworkflow)\b)"
)


def carries_tag(text: str) -> bool:
    """Whether Argo would replace something in the text."""
    return "{{" in text and _TAG.search(text) is not None
