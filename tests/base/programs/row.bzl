"""A program out of Debian's packages, and what it prints when it works."""

def row(packages, commands, essential = [], env = {}):
    """An image of packages, and what is done in it.

    Args:
      packages: What you ask for if you want the program.
      commands: What `prints` and `serves` return, in order.
      essential: Packages that every Debian has and that the program needs; `closure_test` names them.
      env: Environment variables of the image, in addition to `PATH`.

    Returns:
      A struct of these.
    """
    return struct(commands = commands, env = env, essential = essential, packages = packages)

def prints(command, pattern, status = 0, user = ""):
    """A command that ends.

    Args:
      command: Program and arguments.
      pattern: Regular expression that its output matches somewhere, on one stream or the other.
      status: Its exit status.
      user: Name of the account that runs it, if not root.

    Returns:
      A dictionary for JSON.
    """
    return {"command": command, "pattern": pattern, "status": status, "user": user}

def serves(command, pattern, then = [], user = ""):
    """A server, which stays: its output matches a pattern, and it still runs a second later.

    Args:
      command: Program and arguments.
      pattern: Regular expression.
      then: What `prints` returns, in the server's container while it runs.
      user: Name of the account that runs it, if not root.

    Returns:
      A dictionary for JSON.
    """
    return {"command": command, "pattern": pattern, "stays": True, "then": then, "user": user}
