"""Reading refusals in tests."""


def pointers(answer):
    """Return the pointers of a problem, after checking that it is one, whole."""
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem) == {"type", "title", "status", "detail", "errors"}
    assert problem["status"] == answer.status_code
    assert all(isinstance(problem[name], str) and problem[name] for name in ("type", "title", "detail"))
    assert all(set(error) == {"pointer", "detail"} and error["detail"] for error in problem["errors"])
    return [error["pointer"] for error in problem["errors"]]
