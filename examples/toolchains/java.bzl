"""Programs in Java, compiled with Debian's JDK."""

_TOOLCHAIN_TYPE = Label("//examples/toolchains:java_toolchain_type")

def _run_java(ctx, *, module, arguments, inputs, output, mnemonic, progress_message):
    java = ctx.toolchains[_TOOLCHAIN_TYPE]
    ctx.actions.run(
        executable = java.loader.path,
        arguments = [
            "--library-path",
            java.loader.dirname,
            java.program.path,
            # Short runs: no optimizing compiler, no threads for the garbage.
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--module",
            module,
        ] + arguments,
        inputs = depset(inputs, transitive = [java.files]),
        outputs = [output],
        mnemonic = mnemonic,
        progress_message = progress_message,
        toolchain = _TOOLCHAIN_TYPE,
    )

def _java_program_impl(ctx):
    libraries = ctx.files.deps
    class_path = ["--class-path", ":".join([jar.path for jar in libraries])] if libraries else []
    classes = ctx.actions.declare_directory(ctx.label.name + ".classes")
    _run_java(
        ctx,
        arguments = ["-Xlint:all", "-Werror", "-encoding", "UTF-8", "-d", classes.path] +
                    class_path + [source.path for source in ctx.files.srcs],
        inputs = ctx.files.srcs + libraries,
        mnemonic = "ExampleJavaCompile",
        module = "jdk.compiler/com.sun.tools.javac.Main",
        output = classes,
        progress_message = "Compiling %{label}",
    )
    jar = ctx.actions.declare_file(ctx.label.name + ".jar")
    _run_java(
        ctx,
        arguments = [
            "--create",
            "--file",
            jar.path,
            "--main-class",
            ctx.attr.main_class,
            # The first moment that an archive can hold and that is none of the special ones.
            "--date",
            "1980-01-01T00:00:02Z",
            "-C",
            classes.path,
            ".",
        ],
        inputs = [classes],
        mnemonic = "ExampleJar",
        module = "jdk.jartool/sun.tools.jar.Main",
        output = jar,
        progress_message = "Packing %{output}",
    )
    return [DefaultInfo(files = depset([jar]), runfiles = ctx.runfiles(files = [jar] + libraries))]

java_program = rule(
    implementation = _java_program_impl,
    doc = "A program in Java, as one jar next to those of its libraries.",
    attrs = {
        "deps": attr.label_list(allow_files = [".jar"], doc = "Libraries."),
        "main_class": attr.string(mandatory = True, doc = "The class whose `main` runs."),
        "srcs": attr.label_list(allow_files = [".java"], mandatory = True, doc = "Its sources."),
    },
    toolchains = [_TOOLCHAIN_TYPE],
)
