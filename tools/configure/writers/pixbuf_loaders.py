# ruff: noqa: E501 - lines of the cache are as long as they are
"""What gdk-pixbuf-query-loaders(1) makes: which loader reads which kind of image.

It loads each loader and asks it. This writer knows the answers of those that Debian packages.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tools.configure.image import Image

_HEADER = """\
# GdkPixbuf Image Loader Modules file
# Automatically generated file, do not edit
# Created by gdk-pixbuf-query-loaders from gdk-pixbuf-{version}
#
"""
_LOADERS = {
    "io-wmf.so": r"""
"wmf" 0 "gdk-pixbuf" "Windows Metafile" ""
"image/x-wmf" ""
"wmf" "apm" ""
"\327\315\306\232" "" 100
"\001" "" 100
""",
    "libpixbufloader-ani.so": r"""
"ani" 4 "gdk-pixbuf" "Windows animated cursor" "LGPL"
"application/x-navi-animation" ""
"ani" ""
"RIFF    ACON" "    xxxx    " 100
""",
    "libpixbufloader-avif.so": r"""
"avif" 5 "gdk-pixbuf" "AV1 Image File Format" "BSD"
"image/avif" ""
"avif" ""
"    ftypavif" "zzz         " 100
""",
    "libpixbufloader-bmp.so": r"""
"bmp" 5 "gdk-pixbuf" "BMP" "LGPL"
"image/bmp" "image/x-bmp" "image/x-MS-bmp" ""
"bmp" ""
"BM" "" 100
""",
    "libpixbufloader-gif.so": r"""
"gif" 4 "gdk-pixbuf" "GIF" "LGPL"
"image/gif" ""
"gif" ""
"GIF8" "" 100
""",
    "libpixbufloader-heif.so": r"""
"heif/avif" 4 "pixbufloader-heif" "HEIF/AVIF Image" "LGPL3"
"image/heif" "image/heic" "image/avif" ""
"heif" "heic" "avif" ""
"    ftyp" "xxxx    " 100
""",
    "libpixbufloader-icns.so": r"""
"icns" 4 "gdk-pixbuf" "MacOS X icon" "GPL"
"image/x-icns" ""
"icns" ""
"icns" "" 100
""",
    "libpixbufloader-ico.so": r"""
"ico" 5 "gdk-pixbuf" "Windows icon" "LGPL"
"image/x-icon" "image/x-ico" "image/x-win-bitmap" "image/vnd.microsoft.icon" "application/ico" "image/ico" "image/icon" "text/ico" ""
"ico" "cur" ""
"  \001   " "zz znz" 100
"  \002   " "zz znz" 100
""",
    "libpixbufloader-jxl.so": r"""
"jxl" 5 "gdk-pixbuf" "JPEG XL image" "BSD-3"
"image/jxl" ""
"jxl" ""
"\377\n" "  " 100
"...\fJXL \r\n\207\n" "zzz         " 100
""",
    "libpixbufloader-pnm.so": r"""
"pnm" 4 "gdk-pixbuf" "PNM/PBM/PGM/PPM" "LGPL"
"image/x-portable-anymap" "image/x-portable-bitmap" "image/x-portable-graymap" "image/x-portable-pixmap" ""
"pnm" "pbm" "pgm" "ppm" ""
"P1" "" 100
"P2" "" 100
"P3" "" 100
"P4" "" 100
"P5" "" 100
"P6" "" 100
""",
    "libpixbufloader-qtif.so": r"""
"qtif" 4 "gdk-pixbuf" "QuickTime" "LGPL"
"image/x-quicktime" "image/qtif" ""
"qtif" "qif" ""
"abcdidsc" "xxxx    " 100
"abcdidat" "xxxx    " 100
""",
    "libpixbufloader-tga.so": r"""
"tga" 4 "gdk-pixbuf" "Targa" "LGPL"
"image/x-tga" ""
"tga" "targa" ""
" \001\001" "x  " 100
" \001\t" "x  " 100
"  \002" "xz " 99
"  \003" "xz " 100
"  \n" "xz " 100
"  \v" "xz " 100
""",
    "libpixbufloader-tiff.so": r"""
"tiff" 5 "gdk-pixbuf" "TIFF" "LGPL"
"image/tiff" ""
"tiff" "tif" ""
"MM *" "  z " 100
"II* " "   z" 100
"II* \020   CR\002 " "   z zzz   z" 0
""",
    "libpixbufloader-webp.so": r"""
"webp" 5 "gdk-pixbuf" "The WebP image format" "LGPL"
"image/webp" "audio/x-riff" ""
"webp" ""
"RIFFsizeWEBP" "    xxxx    " 100
""",
    "libpixbufloader-xbm.so": r"""
"xbm" 4 "gdk-pixbuf" "XBM" "LGPL"
"image/x-xbitmap" ""
"xbm" ""
"#define " "" 100
"/*" "" 50
""",
    "libpixbufloader-xpm.so": r"""
"xpm" 4 "gdk-pixbuf" "XPM" "LGPL"
"image/x-xpixmap" ""
"xpm" ""
"/* XPM */" "" 100
""",
    "libpixbufloader_svg.so": r"""
"svg" 6 "gdk-pixbuf" "Scalable Vector Graphics" "LGPL"
"image/svg+xml" "image/svg" "image/svg-xml" "image/vnd.adobe.svg+xml" "text/xml-svg" "image/svg+xml-compressed" ""
"svg" "svgz" "svg.gz" ""
" <svg" "*    " 100
" <!DOCTYPE svg" "*             " 100
""",
}
"""By the name of its file: name, flags, domain, description and licence; MIME types; extensions;
signatures with masks and how sure they are."""


def write(image: Image) -> None:
    """Write the cache of each directory of loaders.

    An unknown loader is reported: without a line in the cache, no program uses it.
    """
    root = image.root
    effect = image.commands["gdk-pixbuf-query-loaders"][0]
    packages = {package.name: package for package in image.packages}
    library = packages.get("libgdk-pixbuf-2.0-0")
    version = library.version.rpartition("-")[0].partition("+")[0] if library else ""
    for triplet in root.names("usr/lib"):
        directory = f"usr/lib/{triplet}/gdk-pixbuf-2.0/2.10.0"
        names = [name for name in root.names(f"{directory}/loaders") if name.endswith(".so")]
        text = _HEADER.format(version=version or "2")
        for name in names:
            path = f"/{directory}/loaders/{name}"
            if name in _LOADERS:
                text += f'"{path}"{_LOADERS[name]}\n'
            else:
                image.skipped(effect["package"], effect, f"what {path} reads is not known")
        if names:
            root.write(f"{directory}/loaders.cache", (text + "\n").encode())
