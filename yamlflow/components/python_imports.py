"""Modules that a function imports, held against the packages that its container will have."""

import ast
import os
import re
import sys
from collections.abc import Iterator

from yamlflow.components.python_file import PythonFile
from yamlflow.components.python_settings import Settings
from yamlflow.diagnostics import Sink

_PLAIN_IMAGE = r"(docker\.io/)?(library/)?python([:@].*)?"
_DISTRIBUTION = r"[A-Za-z0-9][A-Za-z0-9._-]*"
# Of the standard library in some versions of Python, or in the images.
_ALSO_THERE = frozenset(
    {
        *("aifc", "asynchat", "asyncore", "audioop", "cgi", "cgitb", "chunk", "crypt", "distutils", "imghdr", "imp"),
        *("lib2to3", "mailcap", "msilib", "nis", "nntplib", "ossaudiodev", "pipes", "smtpd", "sndhdr", "spwd"),
        *("sunau", "telnetlib", "uu", "xdrlib", "annotationlib", "compression", "tomllib", "zoneinfo", "graphlib"),
        *("pip", "setuptools", "pkg_resources", "wheel", "__future__"),
    }
)
_PACKAGES = {
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "Crypto": "pycryptodome",
    "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil",
    "dotenv": "python-dotenv",
    "googleapiclient": "google-api-python-client",
    "imblearn": "imbalanced-learn",
    "jwt": "pyjwt",
    "MySQLdb": "mysqlclient",
    "PIL": "pillow",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}
"""The packages of modules that have another name."""

_NUMERIC = ("numpy", "scipy", "joblib", "threadpoolctl")
_TABLES = ("numpy", "dateutil", "pytz", "tzdata", "six")
_BRINGS: dict[str, tuple[str, ...]] = {
    "boto3": ("botocore", "s3transfer", "jmespath", "dateutil", "urllib3"),
    "catboost": (*_NUMERIC, *_TABLES, "pandas", "matplotlib", "plotly", "graphviz"),
    "fastparquet": (*_TABLES, "pandas", "cramjam", "fsspec"),
    "huggingface-hub": ("requests", "yaml", "tqdm", "filelock", "fsspec"),
    "imbalanced-learn": ("sklearn", *_NUMERIC),
    "keras": _NUMERIC,
    "lightgbm": (*_NUMERIC, "sklearn"),
    "matplotlib": (*_TABLES, "mpl_toolkits", "pylab", "PIL", "cycler", "kiwisolver"),
    "opencv-contrib-python": ("cv2", "numpy"),
    "opencv-python": ("cv2", "numpy"),
    "opencv-python-headless": ("numpy",),
    "pandas": _TABLES,
    "protobuf": ("google",),
    "python-dateutil": ("six",),
    "requests": ("urllib3", "certifi", "idna", "charset_normalizer"),
    "scikit-image": ("PIL", *_NUMERIC),
    "scikit-learn": _NUMERIC,
    "scipy": ("numpy",),
    "seaborn": ("matplotlib", "pandas", *_TABLES),
    "statsmodels": ("pandas", "patsy", *_NUMERIC, *_TABLES),
    "tensorflow": ("keras", "numpy", "google"),
    "tensorflow-cpu": ("keras", "numpy", "google"),
    "torch": ("numpy", "functorch", "torchgen", "sympy", "networkx", "jinja2"),
    "xgboost": _NUMERIC,
}
"""Modules that packages bring along besides their own."""


def check_imports(file: PythonFile, statements: list[ast.stmt], settings: Settings, sink: Sink) -> None:
    """Report imports of what a plain image of Python and the packages do not hold."""
    if any(_installs(statement) for statement in statements):
        return
    seen: set[str] = set()
    for statement in statements:
        for node, module, sure in _imports(statement):
            if not module:
                message = "there is no package around the function in its container"
                sink.error("python-import", message, file.span(node), "carry helpers along: `include: [NAME]`")
            elif module not in seen and not _is_there(module, settings):
                seen.add(module)
                _report(file, node, module, settings, sink, sure)


def _report(file: PythonFile, node: ast.stmt, module: str, settings: Settings, sink: Sink, sure: bool) -> None:
    report = sink.error if sure else sink.warning
    beside = os.path.join(os.path.dirname(file.source.name), module)
    if os.path.isfile(f"{beside}.py") or os.path.isdir(beside):
        hint = "only the function itself goes into the container: carry helpers of its own file along by `include`"
        report("python-import", f"the container has no module `{module}`", file.span(node), hint)
    elif settings.packages:
        message = f"none of the `packages` seems to hold the module `{module}`"
        sink.warning("python-import", message, file.span(node), f"add `{_package(node, module)}`")
    else:
        message = f"the image `{settings.image}` has no module `{module}`"
        hint = f"write `packages: [{_package(node, module)}]`"
        report("python-import", message, file.span(node), hint)


def _package(node: ast.stmt, module: str) -> str:
    """Return the name of the package that most likely holds a module."""
    if module == "google":
        # Its packages are named after what is inside: google-cloud-storage.
        first = node.names[0].name if isinstance(node, ast.Import | ast.ImportFrom) else ""
        inside = f"{node.module}.{first}" if isinstance(node, ast.ImportFrom) else first
        return "-".join(inside.split(".")[:3])
    return _PACKAGES.get(module, module.replace("_", "-"))


def _is_there(module: str, settings: Settings) -> bool:
    if module in sys.stdlib_module_names or module in _ALSO_THERE:
        return True
    return not re.fullmatch(_PLAIN_IMAGE, settings.image) or any(_holds(item, module) for item in settings.packages)


def _holds(requirement: str, module: str) -> bool:
    """Tell whether a requirement may hold a module; one that is no plain name may hold all."""
    found = re.match(_DISTRIBUTION, requirement.strip())
    if found is None or "/" in requirement or "://" in requirement or requirement.endswith((".whl", ".gz", ".zip")):
        return True
    name = re.sub(r"[-_.]+", "-", found[0]).lower()
    wanted = module.lower().replace("_", "-")
    return wanted in name or name in wanted or _PACKAGES.get(module) == name or module in _BRINGS.get(name, ())


def _imports(statement: ast.stmt) -> Iterator[tuple[ast.stmt, str, bool]]:
    """Yield each import and its module at the top, "" for one relative to a package; not those that may fail.

    The last tells whether it is sure to be reached: it depends on no `if`.
    """
    waiting: list[tuple[ast.AST, bool]] = [(statement, True)]
    while waiting:
        node, sure = waiting.pop(0)
        if isinstance(node, ast.Import):
            yield from ((node, alias.name.partition(".")[0], sure) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node, "" if node.level else (node.module or "").partition(".")[0], sure
        elif isinstance(node, ast.Try) and any(_catches(handler) for handler in node.handlers):
            waiting += [(item, sure) for item in (*node.orelse, *node.finalbody)]
        else:
            sure = sure and not isinstance(node, ast.If)
            waiting += [(item, sure) for item in ast.iter_child_nodes(node)]


def _installs(statement: ast.stmt) -> bool:
    """Tell whether a function calls pip by itself."""
    texts = (node.value for node in ast.walk(statement) if isinstance(node, ast.Constant))
    return any(isinstance(text, str) and (text == "pip" or "pip install" in text) for text in texts)


def _catches(handler: ast.ExceptHandler) -> bool:
    caught = [getattr(item, "id", "") for item in ast.walk(handler.type)] if handler.type is not None else ["Exception"]
    return any(name in ("ImportError", "ModuleNotFoundError", "Exception") for name in caught)
