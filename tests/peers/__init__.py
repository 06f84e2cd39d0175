"""Simulators of the outside world: the payment provider and the router.

They are written from public protocol descriptions and share no code with the appliance, so a
mistake in one is not repeated in the other. They misbehave on request, because the real ones do.
"""
