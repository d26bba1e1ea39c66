"""The same dependencies, another program."""

import humanize
import psutil

if __name__ == "__main__":
    print(humanize.naturalsize(10**6), psutil.__name__)
