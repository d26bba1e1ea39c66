"""Programs in C++, compiled with Debian's GCC against Debian's C and C++ library."""

_TOOLCHAIN_TYPE = Label("//examples/toolchains:cc_toolchain_type")

# C libraries that GNU ld would look for at the absolute paths in Debian's linker scripts.
_LINKER_SCRIPTS = {
    "libc.so": "GROUP(libc.so.6 libc_nonshared.a AS_NEEDED({loader}))\n",
    "libm.so": "GROUP(libm.so.6)\n",
}

def _triple(toolchain):
    return toolchain.loader.dirname.rpartition("/")[2]

def linking(ctx, toolchain, static = False):
    """The linker's arguments before and after the objects of a program.

    They are those that `g++` passes; only the paths differ.

    Args:
      ctx: The rule context.
      toolchain: The C++ toolchain.
      static: Whether the program must need no shared library.

    Returns:
      Struct of `before` and `after`, lists of strings, and `inputs`, a list of Files.
    """
    libraries = toolchain.loader.dirname
    gcc = "{}/lib/gcc/{}/14".format(toolchain.usr, _triple(toolchain))
    if static:
        return struct(
            before = ["-static", "--gc-sections", "--strip-all", libraries + "/crt1.o", libraries + "/crti.o", gcc + "/crtbeginT.o", "-L" + gcc, "-L" + libraries],
            after = ["--start-group", "-lgcc", "-lgcc_eh", "-lc", "--end-group", gcc + "/crtend.o", libraries + "/crtn.o"],
            inputs = [],
        )
    scripts = []
    for name, text in _LINKER_SCRIPTS.items():
        script = ctx.actions.declare_file("{}.link/{}".format(ctx.label.name, name))
        ctx.actions.write(script, text.format(loader = toolchain.loader.basename))
        scripts.append(script)
    return struct(
        before = [
            "-pie",
            "-dynamic-linker",
            # The place of the loader is part of the architecture's ABI.
            ("/lib64/" if "x86" in toolchain.loader.basename else "/lib/") + toolchain.loader.basename,
            "--as-needed",
            "--build-id=none",
            "--eh-frame-hdr",
            "--gc-sections",
            "--hash-style=gnu",
            "--strip-all",
            "-zrelro",
            "-znow",
            libraries + "/Scrt1.o",
            libraries + "/crti.o",
            gcc + "/crtbeginS.o",
            "-L" + scripts[0].dirname,
            "-L" + gcc,
            "-L" + libraries,
            "-rpath-link=" + libraries,
        ],
        after = ["-lgcc_s", "-lgcc", "-lc", "-lgcc_s", "-lgcc", gcc + "/crtendS.o", libraries + "/crtn.o"],
        inputs = scripts,
    )

def linker(toolchain):
    """The command that starts the linker.

    Args:
      toolchain: The C++ toolchain.

    Returns:
      List of strings.
    """
    return _start(toolchain, "{}/bin/{}-ld.bfd".format(toolchain.usr, _triple(toolchain)))

def _start(toolchain, program):
    return [toolchain.loader.path, "--library-path", toolchain.loader.dirname, program]

def _run(ctx, toolchain, program, arguments, inputs, output, mnemonic, what):
    command = _start(toolchain, program)
    ctx.actions.run(
        executable = command[0],
        arguments = command[1:] + arguments,
        inputs = depset(inputs, transitive = [toolchain.files]),
        outputs = [output],
        mnemonic = mnemonic,
        progress_message = what,
        toolchain = _TOOLCHAIN_TYPE,
    )

def _compile(ctx, toolchain, source):
    usr, triple = toolchain.usr, _triple(toolchain)
    assembly = ctx.actions.declare_file("{}.objects/{}.s".format(ctx.label.name, source.basename))
    arguments = ["-quiet", "-std=c++20", "-O2", "-Wall", "-nostdinc", "-nostdinc++", "-D_GNU_SOURCE"]
    arguments += ["-fno-pic"] if ctx.attr.static else ["-fPIE"]
    arguments += ["-ffunction-sections", "-fstack-protector-strong", "-frandom-seed=" + source.short_path]
    arguments += ["-D" + definition for definition in ctx.attr.defines]
    for directory in (
        "{}/include/c++/14".format(usr),
        "{}/include/{}/c++/14".format(usr, triple),
        "{}/lib/gcc/{}/14/include".format(usr, triple),
        "{}/include/{}".format(usr, triple),
        "{}/include".format(usr),
    ):
        arguments += ["-isystem", directory]
    _run(
        ctx,
        toolchain,
        toolchain.program.path,
        arguments + [source.path, "-o", assembly.path],
        [source] + ctx.files.hdrs,
        assembly,
        "ExampleCcCompile",
        "Compiling " + source.short_path,
    )
    object = ctx.actions.declare_file("{}.objects/{}.o".format(ctx.label.name, source.basename))
    _run(
        ctx,
        toolchain,
        "{}/bin/{}-as".format(usr, triple),
        [assembly.path, "-o", object.path],
        [assembly],
        object,
        "ExampleCcAssemble",
        "Assembling " + source.short_path,
    )
    return object

def _cc_program_impl(ctx):
    toolchain = ctx.toolchains[_TOOLCHAIN_TYPE]
    objects = [_compile(ctx, toolchain, source) for source in ctx.files.srcs]
    link = linking(ctx, toolchain, ctx.attr.static)
    program = ctx.actions.declare_file(ctx.label.name)
    libraries = [] if ctx.attr.static else ctx.attr.libraries + ["stdc++", "m"]
    _run(
        ctx,
        toolchain,
        linker(toolchain)[-1],
        ["-o", program.path] + link.before + [object.path for object in objects] +
        ["-l" + library for library in libraries] + link.after,
        objects + link.inputs,
        program,
        "ExampleCcLink",
        "Linking %{output}",
    )
    return [DefaultInfo(executable = program)]

cc_program = rule(
    implementation = _cc_program_impl,
    doc = "A program in C++.",
    attrs = {
        "defines": attr.string_list(doc = "Macros: `NAME` or `NAME=VALUE`."),
        "hdrs": attr.label_list(allow_files = [".h", ".hpp"], doc = "Headers of its own."),
        "libraries": attr.string_list(doc = "Shared libraries of the packages of cc.yaml, without `lib` and `.so`."),
        "srcs": attr.label_list(allow_files = [".cpp"], mandatory = True, doc = "Its sources."),
        "static": attr.bool(doc = "Whether it needs no shared library; then it has the C library only."),
    },
    executable = True,
    toolchains = [_TOOLCHAIN_TYPE],
)
