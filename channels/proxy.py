"""The way out of this network: the proxy that the environment names, the same for every provider."""

from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass


def proxy_to(url: str) -> str | None:
    """The proxy through which this address is reached, by HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY in
    capitals or not; None where it is reached directly."""
    parts = urlsplit(url)
    if proxy_bypass(parts.hostname or ""):
        return None
    proxies = getproxies_environment()
    found = proxies.get(parts.scheme) or proxies.get("all")
    return found if not found or "://" in found else f"http://{found}"
