"""A simulated Daraja: OAuth, STK push and query, C2B, and the faults of the real one."""

from .scenario import Scenario
from .server import Daraja

__all__ = ["Daraja", "Scenario"]
