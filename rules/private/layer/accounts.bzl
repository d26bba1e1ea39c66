"""Users and groups."""

load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/layer:compression.bzl", "FRAGMENT_ATTRS")
load("//rules/private/layer:fragment.bzl", "make_fragment")
load("//rules/private/layer:fragment_info.bzl", "FragmentInfo")
load("//rules/private/layer:layers_info.bzl", "BASE_PROVIDERS", "layers_below")
load("//rules/private/oci:oci_image_aspect.bzl", "IMAGE_ASPECTS")

visibility("//...")

def _accounts_impl(ctx):
    params = [("user", json.decode(user)) for user in ctx.attr.users]
    params += [("group", json.decode(group)) for group in ctx.attr.groups]
    below = [layer.facts for layer in layers_below(ctx.attr.base)]
    params += [("below", facts) for facts in below]
    return [make_fragment(
        ctx,
        name = ctx.label.name,
        verb = "accounts-fragment",
        params = params,
        inputs = below,
        mnemonic = "AccountsFragment",
        progress_message = "Writing the accounts of %{label}",
    )]

accounts = rule(
    implementation = _accounts_impl,
    doc = """\
A fragment with /etc/passwd, /etc/group and the users' home directories.

```starlark
accounts(
    name = "accounts",
    users = [user("nonroot", uid = 65532, gid = 65532, home = "/home/nonroot")],
    groups = [group("nonroot", gid = 65532)],
)
```
""",
    attrs = FRAGMENT_ATTRS | {
        "base": attr.label_list(aspects = IMAGE_ASPECTS, providers = BASE_PROVIDERS, doc = "Layers or an image below. Their accounts stay, and these are added to them."),
        "groups": attr.string_list(doc = "Groups, in the order of /etc/group, each made by `group`."),
        "users": attr.string_list(doc = "Users, in the order of /etc/passwd, each made by `user`."),
    },
    provides = [FragmentInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)

def user(name, *, uid, gid, home = "/nonexistent", shell = "/sbin/nologin", gecos = None, home_mode = "0700"):
    """A user for `accounts` (passwd(5)).

    Args:
      name: Login name.
      uid: Numeric user id.
      gid: Numeric id of the primary group.
      home: Home directory; it is made, unless it is `/nonexistent` or `/`.
      shell: Login shell.
      gecos: Full name; the login name if not given.
      home_mode: Mode of the home directory, in octal.

    Returns:
      A string that only `accounts` reads.
    """
    return json.encode({
        "name": name,
        "uid": uid,
        "gid": gid,
        "home": home,
        "shell": shell,
        "gecos": gecos or name,
        "home_mode": home_mode,
    })

def group(name, *, gid, members = []):
    """A group for `accounts` (group(5)).

    Args:
      name: Name of the group.
      gid: Numeric group id.
      members: Login names of users that have it in addition to their primary group.

    Returns:
      A string that only `accounts` reads.
    """
    return json.encode({"name": name, "gid": gid, "members": members})
