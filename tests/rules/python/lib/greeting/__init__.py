"""Found through `imports`, not through its path in the workspace."""


def greet(name: str) -> str:
    """Greet a person."""
    return f"hello {name}"
