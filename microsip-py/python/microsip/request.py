"""Requests of the application: OPTIONS as a ping, INFO in a call, any other method."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from ._dataclass import dataclass
from ._handle import Handle
from .exceptions import MicrosipError
from .message import Message

if TYPE_CHECKING:
    from . import _microsip
    from .config import Seconds

__all__ = ["Request", "Response"]


@dataclass(frozen=True)
class Response:
    """How a request was answered."""

    #: The final code, the peer's, or 408 and 503 made up for want of an answer.
    code: int
    #: The reason phrase that came with it.
    reason: str
    #: Seconds from sending to the final answer; with a repetition for credentials, of both.
    round_trip: float
    #: The answer itself, if one came.
    message: Optional[Message]
    #: Set unless the code is 2xx.
    error: Optional[MicrosipError]


class Request(Handle):
    """A request on its way. Letting go of this object changes nothing."""

    __slots__ = ()
    _native: _microsip.Request

    @property
    def method(self) -> str:
        """Its method."""
        return self._native.method

    @property
    def response(self) -> Optional[Response]:
        """The final answer, once it is there."""
        return self._native.response

    def wait(self, timeout: Optional[Seconds] = None) -> Response:
        """Waits for the final answer, whatever it is: a 404 is an answer too, and `Response.error` tells.

        Raises `TimedOutError` after `timeout` seconds (`None`: never).
        """
        return self._native.wait(timeout)

    async def wait_async(self, timeout: Optional[Seconds] = None) -> Response:
        """As `wait`."""
        return await self._native.wait_future(timeout)
