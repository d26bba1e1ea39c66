"""The providers of Plinth's rules, for your own rules."""

load("//rules/private/advisory:advisories_info.bzl", _AdvisoriesInfo = "AdvisoriesInfo")
load("//rules/private/apt:package_info.bzl", _PackageClosureInfo = "PackageClosureInfo", _PackageInfo = "PackageInfo")
load("//rules/private/image:image_index_info.bzl", _ImageIndexInfo = "ImageIndexInfo")
load("//rules/private/image:image_info.bzl", _ImageInfo = "ImageInfo")
load("//rules/private/layer:fragment_info.bzl", _FragmentInfo = "FragmentInfo")
load("//rules/private/layer:layer_info.bzl", _LayerInfo = "LayerInfo")
load("//rules/private/layer:layers_info.bzl", _LayersInfo = "LayersInfo")
load("//rules/private/publish:attachments_info.bzl", _AttachmentsInfo = "AttachmentsInfo")
load("//rules/private/publish:publication_info.bzl", _PublicationInfo = "PublicationInfo")
load("//rules/private/sbom:sbom_info.bzl", _SbomInfo = "SbomInfo")

AdvisoriesInfo = _AdvisoriesInfo
AttachmentsInfo = _AttachmentsInfo
FragmentInfo = _FragmentInfo
ImageIndexInfo = _ImageIndexInfo
ImageInfo = _ImageInfo
LayerInfo = _LayerInfo
LayersInfo = _LayersInfo
PackageClosureInfo = _PackageClosureInfo
PackageInfo = _PackageInfo
PublicationInfo = _PublicationInfo
SbomInfo = _SbomInfo
