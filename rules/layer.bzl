"""Layers: Debian packages, wheels, files of the build, and the files that Debian generates."""

load("//rules/private/layer:accounts.bzl", _accounts = "accounts", _group = "group", _user = "user")
load("//rules/private/layer:ca_certificates.bzl", _ca_certificates = "ca_certificates")
load("//rules/private/layer:files_layer.bzl", _files_layer = "files_layer")
load("//rules/private/layer:layer.bzl", _layer = "layer")
load("//rules/private/layer:layers.bzl", _layers = "layers")
load("//rules/private/layer:ld_so_cache.bzl", _ld_so_cache = "ld_so_cache")
load("//rules/private/layer:locale.bzl", _locale = "locale")
load("//rules/private/layer:os_release.bzl", _os_release = "os_release")
load("//rules/private/layer:package_slice.bzl", _package_slice = "package_slice")
load("//rules/private/layer:packages_layer.bzl", _packages_layer = "packages_layer")
load("//rules/private/layer:packages_layers.bzl", _packages_layers = "packages_layers")
load("//rules/private/layer:path_policy.bzl", _path_policy = "path_policy")
load("//rules/private/layer:tar_layer.bzl", _tar_layer = "tar_layer")
load("//rules/private/layer:wheels_layer.bzl", _wheels_layer = "wheels_layer")

accounts = _accounts
ca_certificates = _ca_certificates
files_layer = _files_layer
group = _group
layer = _layer
layers = _layers
ld_so_cache = _ld_so_cache
locale = _locale
os_release = _os_release
package_slice = _package_slice
packages_layer = _packages_layer
packages_layers = _packages_layers
path_policy = _path_policy
tar_layer = _tar_layer
user = _user
wheels_layer = _wheels_layer
