"""`python -m yamlflow`."""

import sys

from yamlflow.cli import main

sys.exit(main())
