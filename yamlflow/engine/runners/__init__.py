"""How the program of a pod is run on this machine."""
