"""Places outside of the machine where artifacts are. A new one is one module and one row in `remote.DRIVERS`."""
