"""Says where it runs."""

import os
import platform

print(f"Hello from {platform.freedesktop_os_release()['VERSION']}, as user {os.getuid()}")
