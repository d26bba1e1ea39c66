"""The certificate authorities that an image trusts."""

load("//rules/private:label_name.bzl", "label_name")
load("//rules/private/apt:package_info.bzl", "PackageInfo", "package_facts")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/layer:compression.bzl", "FRAGMENT_ATTRS")
load("//rules/private/layer:fragment.bzl", "make_fragment")
load("//rules/private/layer:fragment_info.bzl", "FragmentInfo")

visibility("//...")

def _ca_certificates_impl(ctx):
    params = [("certificate", file) for file in ctx.files.certificates]
    inputs = list(ctx.files.certificates)
    if ctx.attr.package:
        package = ctx.attr.package[PackageInfo]
        params += [("deb", package.deb), ("package", package_facts(package))]
        inputs.append(package.deb)
    elif not inputs:
        fail("{}: neither `package` nor `certificates` is set, so the bundle would be empty".format(label_name(ctx.label)))
    if not ctx.attr.bundle:
        params.append(("bundle", False))
    if ctx.attr.hashed_links:
        params.append(("hashed_links", True))
    if ctx.attr.java_keystore:
        params.append(("java_keystore", ctx.attr.java_keystore.strip("/")))
    if ctx.attr.openssl_directory:
        params.append(("openssl_directory", ctx.attr.openssl_directory.strip("/")))
    return [make_fragment(
        ctx,
        name = ctx.label.name,
        verb = "certificates-fragment",
        params = params,
        inputs = inputs,
        mnemonic = "CertificatesFragment",
        progress_message = "Writing the certificate bundle of %{label}",
        packages = [ctx.attr.package[PackageInfo]] if ctx.attr.package and ctx.attr.bundle else [],
    )]

ca_certificates = rule(
    implementation = _ca_certificates_impl,
    doc = """\
A fragment with /etc/ssl/certs: the bundle `ca-certificates.crt`.

```starlark
ca_certificates(
    name = "authorities",
    certificates = ["company.pem"],
    package = "@packages//ca-certificates",
)
```

With `package`, it holds the authorities that Debian trusts; with `certificates`, your own; with
both, all of them.
""",
    attrs = FRAGMENT_ATTRS | {
        "bundle": attr.bool(default = True, doc = "Whether to write the bundle. Without it, only `java_keystore` is written, for images whose base has a bundle."),
        "certificates": attr.label_list(allow_files = [".pem", ".crt"], doc = "Authorities of your own, in PEM."),
        "hashed_links": attr.bool(doc = "Also write each certificate as `<subject hash>.0` next to the bundle, for programs that only look up a directory (`SSL_CERT_DIR`, `curl --capath`)."),
        "java_keystore": attr.string(doc = "Also write a Java trust store there: `/etc/ssl/certs/java/cacerts`, where Debian's Java looks. Its password is `changeit`."),
        "openssl_directory": attr.string(doc = "Also make links there, where OpenSSL looks by default: `/usr/lib/ssl`."),
        "package": attr.label(providers = [PackageInfo], doc = "Debian's `ca-certificates`."),
    },
    provides = [FragmentInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
