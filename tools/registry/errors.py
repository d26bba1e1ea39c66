"""What a user can be told about a registry."""

from __future__ import annotations

from tools.errors import PlinthError


class RegistryError(PlinthError):
    """A registry refused, or could not be reached.

    Attributes:
        registry: host and port.
        status: HTTP status of the answer; 0 if there was none.
        retry_after: seconds that the registry asks us to wait.
    """

    def __init__(
        self,
        registry: str,
        problem: str,
        remedy: str = "",
        *,
        status: int = 0,
        retry_after: float = 0.0,
    ) -> None:
        self.registry = registry
        self.status = status
        self.retry_after = retry_after
        super().__init__(f"{registry}: {problem}" + (f"\n  {remedy}" if remedy else ""))
