"""What configuring packages changes in an image, made from declared effects.

Knows how accounts, alternatives, caches and the like look once dpkg has configured the packages.
Runs nothing of a package. Must not know how images are put together from layers: it makes one
fragment, which is the last of a layer.
"""
