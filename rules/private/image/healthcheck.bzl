"""Health checks of images."""

visibility("//...")

def healthcheck(test, *, interval = "", timeout = "", start_period = "", start_interval = "", retries = 0):
    """A health check for `image`: a command that a runtime runs in the container at intervals.

    ```starlark
    image(
        name = "image",
        healthcheck = healthcheck(
            ["/usr/bin/python3.13", "-m", "app.health"],
            interval = "30s",
        ),
        …
    )
    ```

    The image config has it in Docker's form, and Docker obeys it. The OCI specification has no such
    field. Podman reads it only from images in Docker's format, so give it `--health-cmd`.
    Kubernetes never reads it, and has its own probes.

    Args:
      test: The command, as a list: a program of the image by its absolute path, and its arguments.
        It exits with 0 if all is well. There is no shell. `[]` removes the base's.
      interval: How long to wait between two checks, such as `30s` or `1m30s`.
      timeout: How long a check may take.
      start_period: How long after the start failures do not count.
      start_interval: How long to wait between two checks in the start period.
      retries: How many failures in a row make the container unhealthy.

    Returns:
      A string that only `image` reads.
    """
    return json.encode({
        "interval": interval,
        "retries": retries,
        "start_interval": start_interval,
        "start_period": start_period,
        "test": test,
        "timeout": timeout,
    })
