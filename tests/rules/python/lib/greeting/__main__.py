"""What `python -m greeting` does."""
# mypy: ignore-errors

from greeting import greet

print(greet("module"))
