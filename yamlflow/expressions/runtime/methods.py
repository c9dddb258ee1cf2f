"""The types that the methods of Go's times take and give, for expr-lang's compiler."""

from yamlflow.expressions.runtime.natures import (
    BOOL,
    DURATION,
    FLOAT,
    INT,
    INT64,
    LOCATION,
    MONTH,
    STRING,
    TIME,
    UNKNOWN,
    WEEKDAY,
    Nature,
)

_LETTERS = {
    "b": BOOL,
    "d": DURATION,
    "f": FLOAT,
    "i": INT,
    "I": INT64,
    "M": MONTH,
    "s": STRING,
    "t": TIME,
    "W": WEEKDAY,
    "z": LOCATION,
}
_TABLE = {
    TIME.go: "Add:d:t AddDate:iii:t After:t:b Before:t:b Compare:t:i Day::i Equal:t:b Format:s:s Hour::i In:z:t"
    " IsZero::b Local::t Minute::i Month::M Nanosecond::i Round:d:t Second::i String::s Sub:t:d Truncate:d:t UTC::t"
    " Unix::I UnixMicro::I UnixMilli::I UnixNano::I Weekday::W Year::i YearDay::i",
    DURATION.go: "Abs::d Hours::f Microseconds::I Milliseconds::I Minutes::f Nanoseconds::I Round:d:d Seconds::f"
    " String::s Truncate:d:d",
    MONTH.go: "String::s",
    WEEKDAY.go: "String::s",
    LOCATION.go: "String::s",
}
_METHODS = {
    go: {name: (kinds, result) for name, kinds, result in (row.split(":") for row in rows.split())}
    for go, rows in _TABLE.items()
}


def method_of(base: Nature, name: str) -> Nature | None:
    """Return the type of a method of a value, None where there is none."""
    return Nature("method", f"{base.go}.{name}") if name in _METHODS.get(base.go, {}) else None


def parameters_of(method: Nature) -> tuple[list[Nature], Nature]:
    """Return what a method takes and what it gives."""
    base, _, name = method.go.rpartition(".")
    kinds, result = _METHODS.get(base, {}).get(name, ("", ""))
    return [_LETTERS[kind] for kind in kinds], _LETTERS.get(result, UNKNOWN)


def kinds_of(go: str, name: str) -> str | None:
    """Return what a method takes, as letters; None where there is no such method."""
    found = _METHODS[go].get(name)
    return None if found is None else found[0]
