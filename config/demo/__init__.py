"""Demo data: fictitious people at real administrations, asking about real applications. Only with `DEMO=1`."""
