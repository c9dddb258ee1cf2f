"""The engine's process: `python -m yamlflow.engine HOME UID LOCK_FD`."""

import sys

from yamlflow.engine.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
