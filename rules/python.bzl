"""Python programs of the build: the layers and the image of a `py_binary`.

Only this file needs the module `rules_python`, of any version; every Bazel has it.
"""

load("//rules/private/language/python:python_image.bzl", _python_image = "python_image")
load("//rules/private/language/python:python_layers.bzl", _python_layers = "python_layers")
load("//rules/private/language/python:wheel_library.bzl", _wheel_library = "wheel_library")

python_image = _python_image
python_layers = _python_layers
wheel_library = _wheel_library
