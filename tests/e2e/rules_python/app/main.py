"""Answers with a file of its own and a number of numpy's."""

from pathlib import Path

import numpy
from fastapi import FastAPI

app = FastAPI()


@app.get("/")
def hello() -> dict[str, object]:
    """Greet, and add up."""
    greeting = Path(__file__).with_name("greeting.txt").read_text().strip()
    return {"greeting": greeting, "sum": int(numpy.arange(10).sum())}
