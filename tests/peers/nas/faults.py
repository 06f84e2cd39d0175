"""What the simulated router does wrong, on request."""

from dataclasses import asdict, dataclass, fields


@dataclass
class Faults:
    """Switches and counters; a counter of -1 means "for ever", otherwise it counts down.

    ignore_session_timeout        sessions outlive their Session-Timeout
    require_message_authenticator access replies without the attribute are dropped, as RouterOS
                                  does from 7.15 on
    link_down                     nothing leaves and nothing arrives
    coa_no_reply                  counter: CoA and Disconnect requests swallowed
    coa_refused                   counter: CoA (not Disconnect) answered NAK, Error-Cause 401
    disconnect_refused            counter: Disconnect answered NAK, Error-Cause 504, session stays
    ack_but_keep                  counter: ACK is sent, yet nothing is done
    coa_delay_seconds             answer to CoA and Disconnect is this late
    coa_address_list_refused      a CoA with Mikrotik-Address-List gets NAK 401 (not documented
                                  for real routers, so both must be survived)
    coa_timeout_from_start        Session-Timeout of a CoA counts from the session's start instead
                                  of from now (real routers: not documented)
    accounting_copies             every accounting packet is sent this many times
    clock_offset_seconds          the router's own clock is off (Event-Timestamp)
    """

    ignore_session_timeout: bool = False
    require_message_authenticator: bool = False
    link_down: bool = False
    coa_no_reply: int = 0
    coa_refused: int = 0
    disconnect_refused: int = 0
    ack_but_keep: int = 0
    coa_delay_seconds: float = 0.0
    coa_address_list_refused: bool = False
    coa_timeout_from_start: bool = False
    accounting_copies: int = 1
    clock_offset_seconds: int = 0

    def update(self, **changes):
        """Change some; raises ValueError for an unknown name, so that a typing error shows."""
        known = {item.name for item in fields(self)}
        unknown = sorted(set(changes) - known)
        if unknown:
            raise ValueError(f"unknown faults {unknown}, known: {sorted(known)}")
        for name, value in changes.items():
            wanted = type(getattr(self, name))
            accepted = (int, float) if wanted is float else wanted
            # bool is an int in Python; a counter given as true is a mistake.
            if not isinstance(value, accepted) or (
                    isinstance(value, bool) and wanted is not bool):
                raise ValueError(f"{name} wants {wanted.__name__}, got {value!r}")
            setattr(self, name, value)

    def take(self, name):
        """Use one of a counter; True when the fault strikes now."""
        left = getattr(self, name)
        if left > 0:
            setattr(self, name, left - 1)
        return left != 0

    def as_json(self):
        return asdict(self)
