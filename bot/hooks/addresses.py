"""Which addresses requests may go to, looked at when a connection is made: a name may lead elsewhere each time."""

import ipaddress
import socket
from collections.abc import Callable
from typing import Final

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

_TRANSLATED: Final = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
"""Prefixes behind which an IPv4 address stands (RFC 6052, RFC 8215)."""


class AddressRefused(OSError):
    """A name leads into this machine's own network, where nothing of ours is to go."""


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet: not this machine, its network, its link, the metadata of a cloud,
    nor one that hides such a one."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if any(found in network for network in _TRANSLATED):
            return False
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None and not is_public(str(inner)):
            return False
        if found.ipv4_mapped is not None:
            return True
    return found.is_global and not found.is_multicast and not found.is_reserved


class CheckedResolver(AbstractResolver):
    """Finds the addresses of a name as usual, and gives only those to which requests may go."""

    def __init__(self, allow_private: Callable[[], bool], inner: AbstractResolver | None = None) -> None:
        self._allow_private = allow_private
        self._inner = inner or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if self._allow_private():
            return found
        open_ones = [one for one in found if is_public(one["host"])]
        if found and not open_ones:
            raise AddressRefused("it leads into a private network; see webhooks.allow_private")
        return open_ones

    async def close(self) -> None:
        await self._inner.close()
