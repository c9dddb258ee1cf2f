"""Prints, manifest by manifest, whether the local engine gives what the real controller gave."""

import logging
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "engine"))

from engine_conformance import DIFFERENT, PORTS, RECORDS, bucket_store, differences, stand_ins, unable

_AT_ONCE = 3


def main() -> int:
    """Run all records, or those that are named; 1 when one differs and it is not known why."""
    names = sys.argv[1:] or RECORDS
    if not names:
        print("the recordings are not here")
        return 0
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    alone = defaultdict(Lock)
    bad = 0
    with tempfile.TemporaryDirectory() as folder, bucket_store() as bucket, ThreadPoolExecutor(_AT_ONCE) as pool:
        environment = stand_ins(Path(folder) / "bin")

        def judge(name: str) -> tuple[str, str]:
            if reason := unable(name):
                return "not run", reason
            try:
                with alone[PORTS.get(name, name)]:
                    found = differences(name, str(Path(folder) / name), environment, bucket)
            except Exception as error:
                return "error", f"{type(error).__name__}: {error}"
            known = f"{DIFFERENT[name]}: " if name in DIFFERENT else ""
            return ("differs", known + "; ".join(found)) if found else ("agrees", "")

        for name, (verdict, why) in zip(names, pool.map(judge, names), strict=True):
            print(f"{name:<75} {verdict:<8} {why}".rstrip(), flush=True)
            bad += verdict in ("differs", "error") and name not in DIFFERENT
    print(f"{len(names) - bad} of {len(names)} as expected")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
