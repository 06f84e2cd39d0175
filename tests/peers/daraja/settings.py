"""How the simulated provider as a whole is set up; scenarios are per phone."""

from dataclasses import asdict, dataclass, fields

SECRETS = ("consumer_key", "consumer_secret", "passkey")


@dataclass
class Settings:
    """Credentials of the merchant and general habits.

    till                    till number; "" when the merchant has only a paybill
    same_amount_window_seconds   code 17 for the same phone and amount within it; real: 120
    register_once           a second C2B registration is refused, as in production
    c2b_version             v1, v2, or any: the product the app was given
    validation              external validation is switched on for the short code
    expires_in_as_string    "3599" instead of 3599
    single_token            a new token ends the one before
    token_seconds           life of a token
    token_error             404.001.03 or 401.003.01 for a bad bearer
    pushes_per_second       more than this is a spike arrest; 0: no limit
    seed                    of the random query errors
    """

    consumer_key: str
    consumer_secret: str
    shortcode: str
    passkey: str
    till: str = ""
    same_amount_window_seconds: float = 120.0
    register_once: bool = True
    c2b_version: str = "any"
    validation: bool = False
    expires_in_as_string: bool = False
    single_token: bool = True
    token_seconds: float = 3599.0
    token_error: str = "404.001.03"
    pushes_per_second: int = 0
    seed: int = 1

    def update(self, changes):
        """Change some while it runs. Raises ValueError for unknown names."""
        known = {item.name for item in fields(self)}
        unknown = sorted(set(changes) - known)
        if unknown:
            raise ValueError(f"unknown settings {unknown}, known: {sorted(known)}")
        for name, value in changes.items():
            setattr(self, name, value)

    def as_json(self):
        return {name: value for name, value in asdict(self).items() if name not in SECRETS}
