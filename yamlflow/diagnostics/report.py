"""What a check of files came to."""

from typing import NamedTuple

from yamlflow.diagnostics.diagnostic import Diagnostic


class Report(NamedTuple):
    """The findings in order of place, how many files were checked, how many other YAML files were passed over.

    `checked` names the files.
    """

    diagnostics: tuple[Diagnostic, ...] | list[Diagnostic]
    files: int
    skipped: int = 0
    checked: tuple[str, ...] = ()

    def count(self, severity: str) -> int:
        """Return how many findings have a severity."""
        return sum(item.severity == severity for item in self.diagnostics)

    def names(self) -> list[str]:
        """Return the names of the files that have findings; what was given on the command line is none."""
        return sorted({item.file for item in self.diagnostics if not item.file.startswith("-")})

    def summary(self) -> str:
        """Return the last line of the report: "2 errors, 1 warning in 3 files", "3 files are valid"."""
        counts = [_several(self.count(severity), severity) for severity in ("error", "warning", "note")]
        found = ", ".join(count for count in counts if not count.startswith("0 "))
        if found:
            names = self.names()
            text = f"{found} in {_several(len(names), 'file')}" if names else found
        elif self.files:
            text = f"{_several(self.files, 'file')} {'is' if self.files == 1 else 'are'} valid"
        else:
            text = "no file was checked"
        return f"{text}, {_several(self.skipped, 'other YAML file')} passed over" if self.skipped else text


def _several(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count:,} {noun}s"
