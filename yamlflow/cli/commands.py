"""The tables of commands: each is imported only when it is called. A new one is a module `cmd_NAME` and a row here."""

COMMANDS = {
    "validate": "find the mistakes in pipelines, components and manifests",
    "render": "write a pipeline as an Argo manifest",
    "package": "write a pipeline as a package for Kubeflow Pipelines",
    "run": "run a pipeline or a manifest here, and show how it goes",
    "submit": "start a run of a pipeline or a manifest on the target, and return",
    "watch": "check a file at each save, and run or submit it; or show a run until its end",
    "list": "list runs",
    "get": "show a run: its state, times and steps",
    "logs": "print what the steps of a run printed",
    "stop": "end a run",
    "terminate": "end a run at once, without its exit handler",
    "suspend": "have a run start nothing new until it is resumed",
    "resume": "go on with a suspended run, or with its suspended steps",
    "set": "say how suspended steps end, and which outputs they have",
    "approve": "let a task that waits for a person go on",
    "reject": "refuse for a task that waits for a person",
    "retry": "go on with a run that has failed",
    "resubmit": "start a new run of the manifest of an older one",
    "recover": "go on with runs of this machine whose engine was killed",
    "wait": "wait until runs have ended",
    "template": "keep templates on this machine, for runs that refer to them",
    "artifacts": "list, copy and print what the tasks of a run wrote",
    "delete": "remove runs with their logs and artifacts",
    "component": "show, write, try out and build components",
    "diff": "show what differs in meaning between pipelines, revisions and runs",
    "graph": "draw a pipeline: as a tree, for Mermaid or Graphviz, or as SVG",
    "config": "show every setting in force, and where it comes from",
    "schema": "print the JSON Schema of a kind of file, for editors",
    "explain": "say what the code of a finding means",
}

GROUPS = {
    "template": {
        "create": "keep templates on this machine",
        "list": "list the templates that are kept",
        "get": "print a template",
        "delete": "remove templates",
    },
    "artifacts": {
        "list": "list the artifacts that the tasks of a run wrote",
        "get": "copy an artifact to a file or folder",
        "cat": "print an artifact",
        "lineage": "show which task wrote and read what",
    },
    "component": {
        "show": "show what a component takes, hands out and runs",
        "list": "list the components of this project: its names, files and addresses",
        "search": "list the components whose name or description holds a text",
        "lock": "pin the addresses of components that this project uses",
        "new": "write a new component, to start from",
        "from-python": "write a Python function as a component file",
        "test": "run one component here, and show its outputs",
        "build": "build an image from a folder, and write it into its component.yaml",
    },
}
"""Commands that have commands of their own: `component show` is the module `cmd_component_show`."""
