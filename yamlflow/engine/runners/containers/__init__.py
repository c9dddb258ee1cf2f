"""The container runner: the containers of tasks are those of docker or podman."""
