"""Health checks of images."""

visibility("//...")

def healthcheck(test, *, interval = "", timeout = "", start_period = "", start_interval = "", retries = 0):
    """A health check for `image`: a command that a runtime runs in the container now and then.

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

    The image config has it in Docker's form. Docker obeys it. The OCI specification has no such
    field: Podman reads it from images in Docker's format only, so give it `--health-cmd`; Kubernetes
    never reads it, and has probes of its own.

    Args:
      test: The command, as a list: a program of the image by its absolute path, and its arguments. It
        ends with 0 if all is well. There is no shell. `[]` for none, whatever the base has.
      interval: How long to wait between two checks, such as `30s` or `1m30s`.
      timeout: How long one may take.
      start_period: How long failures do not count after the start.
      start_interval: How long to wait between two checks while that lasts.
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
