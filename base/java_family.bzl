"""The images of Debian's OpenJDK."""

load("//base:image_family.bzl", "image_family")
load("//base:locks.bzl", "LOCKS")
load("//rules:layer.bzl", "files_layer")
load("//rules/private/apt:platforms.bzl", "ARCHITECTURES")  # buildifier: disable=bzl-visibility

def java_family(name, release):
    """Defines the images of one release of Java on one distribution.

    Java is also where Google's images have it, which take Eclipse's build: `/usr/lib/jvm/temurin-21-jre-amd64`,
    and in debug images `…-jdk-…`.

    Args:
      name: Name of the distribution.
      release: Release of Java: `21`.
    """
    home = "usr/lib/jvm/java-{}-openjdk-*".format(release)
    architectures = [
        architecture
        for architecture in LOCKS[name].platforms
        if "openjdk-{}-jre-headless".format(release) in LOCKS[name].versions[architecture]
    ]

    def elsewhere(kind, more = lambda home: {}):
        """Links to Java by the name of a build of Eclipse's, `jre` or `jdk`, and more links."""
        return select({
            ARCHITECTURES[architecture][0]: {
                "/usr/lib/jvm/temurin-{}-{}-{}".format(release, kind, architecture): "java-{}-openjdk-{}".format(
                    release,
                    architecture,
                ),
            } | more("/" + home.removesuffix("*") + architecture)
            for architecture in architectures
        })

    files_layer(
        name = name + "_jdk",
        symlinks = elsewhere("jdk"),
        tags = ["manual"],
    )
    image_family(
        name = name,
        architectures = architectures,
        debug_fragments = [":{}_jdk".format(name)],
        debug_packages = ["openjdk-{}-jdk-headless".format(release)],
        omit_files = [
            # For maintainer scripts.
            home + "/lib/jar.binfmt",
            home + "/lib/jvm.cfg-default",
            "usr/lib/jvm/.*",
            "usr/share/binfmts/**",
            # Documentation, and a link to more of it.
            home + "/docs",
            home + "/man/**",
            # For debuggers of the virtual machine itself.
            "usr/lib/debug/**",
            "usr/share/gdb/**",
            # Packages up programs for installation, and needs the JDK for that.
            home + "/bin/jpackage",
            # Links to sound devices, which containers have not; javax.sound works without.
            home + "/lib/libjsound.so",
            # The debug images' JDK: for programs in C, what jlink makes runtimes of, and the sources.
            home + "/include/**",
            home + "/jmods/**",
            home + "/lib/src.zip",
        ],
        entrypoint = ["/usr/bin/java", "-jar"],
        env = {"LANG": "C.UTF-8"},
        final = True,
        on = "//base/java_base",
        packages = ["openjdk-{}-jre-headless".format(release)],
        symlinks = elsewhere("jre", lambda home: {
            "/etc/ssl/certs/adoptium/cacerts": "/etc/ssl/certs/java/cacerts",
            "/usr/bin/java": home + "/bin/java",
        }),
        version_env = {"JAVA_VERSION": "openjdk-{}-jre-headless".format(release)},
    )
