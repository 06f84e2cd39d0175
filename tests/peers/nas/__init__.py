"""A simulated MikroTik router: RADIUS client, accounting client and CoA server in one process."""

from .faults import Faults
from .router import DialResult, Nas

__all__ = ["DialResult", "Faults", "Nas"]
