"""Makes the changes of configuring packages in an image, from declared effects.

Knows how accounts, alternatives, caches and the like look once dpkg has configured the packages.
Runs nothing of a package. Must not know how images are made of layers: it makes one fragment, the
last one of a layer.
"""
