"""What an API token may be allowed to do (CONTRACT: API)."""

SCOPES = frozenset({
    "tickets:read", "tickets:write", "articles:read", "articles:write", "diagnoses:write", "incidents:read",
    "incidents:write", "reports:read", "admin",
})  # fmt: skip
