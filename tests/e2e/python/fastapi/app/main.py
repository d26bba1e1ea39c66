"""A service on FastAPI."""

import fastapi
import httptools  # brought by uvicorn[standard], as the file of requirements says
import numpy
import psycopg
import pydantic

app = fastapi.FastAPI()
assert psycopg.pq.__impl__ == "binary"
assert httptools.__version__


class Answer(pydantic.BaseModel):
    """What a request gets."""

    total: int


@app.get("/")
def root() -> Answer:
    return Answer(total=int(numpy.arange(4).sum()))
