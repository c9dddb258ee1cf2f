"""Where the Argo Server is and how to speak to it, from the variables that the argo CLI reads."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from yamlflow.targets.protocol import TargetError


class SettingsError(TargetError):
    """A variable is missing or cannot be used."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, exit_code=2, hint=hint)


class Settings(NamedTuple):
    """How to reach a server."""

    url: str
    """Scheme, host, port and base path, without a slash at the end."""
    token: str = ""
    """The whole value of the header `Authorization`."""
    verify: bool = True
    proxy: str = ""
    no_proxy: str = ""


def read_settings(env: Mapping[str, str]) -> Settings:
    """Return the settings of an environment."""
    server = env.get("ARGO_SERVER", "").strip()
    if not server:
        hint = "set it to HOST:PORT of the server, like localhost:2746"
        raise SettingsError("target `argo` needs the variable ARGO_SERVER", hint)
    secure = env.get("ARGO_SECURE", "").strip().lower() != "false"
    split = _split(server if "://" in server else f"{'https' if secure else 'http'}://{server}", server)
    paths = [split.path.strip("/"), env.get("ARGO_BASE_HREF", "").strip().strip("/")]
    url = "/".join([f"{split.scheme}://{split.netloc}", *filter(None, paths)])
    verify = env.get("ARGO_INSECURE_SKIP_VERIFY", "").strip().lower() != "true"
    return Settings(url, _token(env), verify, _proxy(split, env), _either(env, "no_proxy"))


def _split(url: str, given: str) -> SplitResult:
    wrong = SettingsError(f"ARGO_SERVER `{given}` is no HOST:PORT", "write it like localhost:2746 or https://argo.host")
    if not url.isascii() or not url.isprintable() or " " in url:
        raise wrong
    try:
        split = urlsplit(url)
        usable = bool(split.hostname) and split.port != 0
    except ValueError:
        raise wrong from None
    if split.username is not None:
        raise SettingsError("ARGO_SERVER holds a user name", "credentials belong into ARGO_TOKEN")
    if not usable or split.scheme not in ("http", "https") or split.query or split.fragment:
        raise wrong
    return split


def _token(env: Mapping[str, str]) -> str:
    """Return the token as it is sent: verbatim, as the argo CLI does."""
    token = env.get("ARGO_TOKEN", "").strip()
    if not token.isascii() or not token.isprintable():
        raise SettingsError("ARGO_TOKEN holds characters that cannot be sent", "it is one line: `Bearer ...`")
    return token


def _proxy(server: SplitResult, env: Mapping[str, str]) -> str:
    """Return the proxy for a server; this machine is never reached by one."""
    host = server.hostname or ""
    if host in ("localhost", "::1") or host.startswith("127."):
        return ""
    proxy = _either(env, f"{server.scheme}_proxy") or _either(env, "all_proxy")
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"


def _either(env: Mapping[str, str], name: str) -> str:
    return (env.get(name) or env.get(name.upper()) or "").strip()
