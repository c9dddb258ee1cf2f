"""The components of the pipeline beside this file."""


def split(text: str, parts: int) -> list:
    """Cut a text into parts of about the same number of words."""
    words = text.split()
    size = -(-len(words) // parts) or 1
    return [" ".join(words[start : start + size]) for start in range(0, len(words), size)]


def count(text: str) -> dict:
    """Count how often each word stands in a text."""
    counts = {}
    for word in text.split():
        counts[word] = counts.get(word, 0) + 1
    print(counts)
    return counts


def merge(counts: list) -> dict:
    """Add up what was counted."""
    total = {}
    for part in counts:
        for word, times in part.items():
            total[word] = total.get(word, 0) + times
    print(f"{len(total)} words in {len(counts)} parts")
    return total
