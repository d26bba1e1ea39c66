"""A service on Flask with tasks and a database."""

import celery
import flask
import sqlalchemy

app = flask.Flask(__name__)
tasks = celery.Celery("tasks", broker="memory://", backend="cache+memory://")
tasks.conf.task_always_eager = True


@tasks.task
def count() -> int:
    engine = sqlalchemy.create_engine("sqlite://")
    with engine.connect() as connection:
        return connection.scalar(sqlalchemy.text("select 40 + 2"))


@app.get("/")
def root() -> str:
    return str(count.delay().get())


print(app.test_client().get("/").text)
