"""Programs that people run by hand or from scripts, and languages."""

load("//tests/base/programs:row.bzl", "prints", "row")

# By name.
TOOLS = {
    "ansible": row(["ansible-core"], [
        prints(["ansible", "--version"], "^ansible \\[core 2"),
        prints(["ansible", "localhost", "-c", "local", "-m", "ping"], "\"ping\": \"pong\""),
    ], essential = ["dash", "coreutils"]),
    "aria2": row(["aria2"], [
        prints(["aria2c", "--version"], "^aria2 version 1"),
    ]),
    "asciidoctor": row(["asciidoctor"], [
        prints(["asciidoctor", "-o", "-", "/tmp/a.txt"], "<p>hello"),
    ]),
    "borgbackup": row(["borgbackup"], [
        prints(["borg", "init", "-e", "none", "/tmp/b"], "^$|repokey|unencrypted"),
    ]),
    "certbot": row(["certbot"], [
        prints(["certbot", "--version"], "^certbot 4"),
        prints(["certbot", "certificates"], "No certificates found"),
    ]),
    "cmake": row(["cmake"], [
        prints(["cmake", "--version"], "^cmake version 3"),
    ]),
    "composer": row(["composer"], [
        prints(["composer", "--version"], "Composer"),
    ], essential = ["coreutils"]),
    "exiftool": row(["libimage-exiftool-perl"], [
        prints(["exiftool", "-ver"], "^13"),
    ]),
    "gnuplot": row(["gnuplot-nox"], [
        prints(["gnuplot", "-e", "set terminal svg; plot sin(x)"], "<svg"),
    ]),
    "groff": row(["groff"], [
        prints(["groff", "-Tutf8", "-man", "/tmp/a.1"], "NAME"),
    ]),
    "guile": row(["guile-3.0"], [
        prints(["guile", "-c", "(display (* 6 7))"], "^42$"),
    ]),
    "gettext": row(["gettext"], [
        prints(["msgfmt", "--version"], "^msgfmt \\(GNU gettext-tools\\)"),
    ]),
    "ghc": row(["ghc"], [
        prints(["ghc", "-e", "6*7"], "^42\n$"),
    ], essential = ["bash", "dash"]),
    "htop": row(["htop"], [
        prints(["htop", "--version"], "^htop 3"),
    ]),
    "hugo": row(["hugo"], [
        prints(["hugo", "version"], "^hugo v0"),
    ]),
    "hunspell": row(["hunspell", "hunspell-en-us"], [
        prints(["hunspell", "-d", "en_US", "-l", "/tmp/a.txt"], "^$"),
    ]),
    "imagemagick": row(["imagemagick"], [
        prints(["convert", "-size", "8x8", "xc:red", "/tmp/a.png"], "^$"),
        prints(["identify", "/tmp/a.png"], "PNG 8x8"),
    ]),
    "inkscape": row(["inkscape"], [
        prints(["inkscape", "--version"], "Inkscape 1"),
        prints(["inkscape", "-o", "/tmp/o.png", "/tmp/a.svg"], ""),
    ]),
    "libreoffice": row(["libreoffice-writer-nogui"], [
        # It makes the user's profile.
        prints(["/usr/lib/libreoffice/program/soffice.bin", "--headless", "--terminate_after_init"], ""),
        prints(["/usr/lib/libreoffice/program/soffice.bin", "--headless", "--convert-to", "pdf", "--outdir", "/tmp", "/tmp/a.txt"], "convert /tmp/a.txt"),
    ]),
    "mediainfo": row(["mediainfo"], [
        prints(["mediainfo", "/tmp/a.svg"], "Complete name"),
    ]),
    "mercurial": row(["mercurial"], [
        prints(["hg", "init", "/tmp/hg"], "^$"),
        prints(["hg", "-R", "/tmp/hg", "summary"], "parent: -1"),
    ]),
    "nano": row(["nano"], [
        prints(["nano", "--version"], "GNU nano, version 8"),
    ]),
    "nmap": row(["nmap"], [
        prints(["nmap", "-p", "1", "127.0.0.1"], "1/tcp closed"),
    ]),
    "openconnect": row(["openconnect"], [
        prints(["openconnect", "--version"], "^OpenConnect version v9"),
    ]),
    "perl_modules": row(["libdbd-sqlite3-perl", "libjson-xs-perl", "libmojolicious-perl"], [
        prints(["perl", "-MDBI", "-MJSON::XS", "-e", "print encode_json(DBI->connect('dbi:SQLite:dbname=:memory:')->selectrow_arrayref('select 42'))"], "^\\[42\\]$"),
        prints(["perl", "-MMojolicious::Lite", "-e", "app->start('version')"], "Mojolicious"),
    ]),
    "php_cli": row(["php-cli", "php-mbstring", "php-xml", "php-sqlite3"], [
        prints(["php", "-r", "echo mb_strlen('äö'), (new PDO('sqlite::memory:'))->query('select 42')->fetchColumn();"], "^242$"),
    ]),
    "pip": row(["python3-pip"], [
        prints(["pip", "--version"], "^pip 25"),
    ]),
    "pyqt": row(["python3-pyqt5"], [
        prints(["python3", "-c", "from PyQt5.QtWidgets import QApplication as A; a = A(['a', '-platform', 'offscreen']); print(a.platformName())"], "offscreen\n$"),
    ]),
    "python_gi": row(["python3-gi", "gir1.2-gtk-3.0"], [
        prints(["python3", "-c", "import gi; gi.require_version('Gtk', '3.0'); from gi.repository import Gtk; print(Gtk.MAJOR_VERSION)"], "3\n"),
    ]),
    "python_lxml": row(["python3-lxml", "python3-yaml", "python3-cryptography"], [
        prints(["python3", "-c", "import lxml.etree as e, yaml, cryptography.x509; print(e.fromstring('<a/>').tag, yaml.safe_load('[1]'))"], "^a \\[1\\]\n$"),
    ]),
    "python_matplotlib": row(["python3-matplotlib", "python3-scipy", "python3-pandas"], [
        prints(["python3", "-c", "import matplotlib; matplotlib.use('Agg'); import matplotlib.pyplot as p; p.plot([1]); p.savefig('/tmp/p.png'); import scipy.linalg, pandas; print(pandas.DataFrame([1]).sum()[0])"], "1\n"),
    ]),
    "qpdf": row(["qpdf"], [
        prints(["qpdf", "--empty", "/tmp/e.pdf"], "^$"),
    ]),
    "rclone": row(["rclone"], [
        prints(["rclone", "lsf", "/tmp"], "a\\.svg"),
    ]),
    "restic": row(["restic"], [
        prints(["restic", "version"], "^restic 0"),
    ]),
    "ruby_gems": row(["ruby-nokogiri", "ruby-rack", "ruby-sqlite3"], [
        prints(["ruby", "-rnokogiri", "-rrack", "-rsqlite3", "-e", "puts Nokogiri::XML('<a/>').root.name"], "^a\n$"),
    ]),
    "sox": row(["sox"], [
        prints(["sox", "-n", "/tmp/a.wav", "synth", "0.1", "sine", "440"], "^$"),
        prints(["soxi", "/tmp/a.wav"], "Sample Rate"),
    ]),
    "subversion": row(["subversion"], [
        prints(["svnadmin", "create", "/tmp/svn"], "^$"),
        prints(["svn", "ls", "file:///tmp/svn"], "^$"),
    ]),
    "sudo": row(["sudo"], [
        prints(["sudo", "-n", "/usr/bin/sudo", "-V"], "Sudo version 1"),
    ], essential = ["libpam-runtime"]),
    "tcl": row(["tcl"], [
        prints(["tclsh", "/tmp/a.tcl"], "^42\n$"),
    ]),
    "texlive": row(["texlive-latex-base"], [
        prints(["pdflatex", "-output-directory", "/tmp", "/tmp/a.tex"], "Output written on /tmp/a.pdf"),
    ]),
    "tmux": row(["tmux"], [
        prints(["tmux", "-V"], "^tmux 3"),
    ]),
    "valgrind": row(["valgrind"], [
        prints(["valgrind", "--version"], "^valgrind-3"),
    ], essential = ["dash"]),
    "weasyprint": row(["weasyprint"], [
        prints(["weasyprint", "/tmp/a.html", "/tmp/a.pdf"], "^$"),
    ]),
    "wireshark": row(["tshark"], [
        prints(["tshark", "--version"], "TShark \\(Wireshark\\) 4"),
    ]),
    "xmlstarlet": row(["xmlstarlet"], [
        prints(["xmlstarlet", "sel", "-t", "-v", "name(/*)", "/tmp/a.svg"], "^svg"),
    ]),
    "xsltproc": row(["xsltproc", "docbook-xsl", "docbook-xml"], [
        prints(["xsltproc", "--nonet", "http://docbook.sourceforge.net/release/xsl/current/html/docbook.xsl", "/tmp/a.xml"], "<title>hello</title>"),
    ]),
    "yq": row(["yq"], [
        prints(["yq", ".a", "/tmp/a.yaml"], "^1\n$"),
    ]),
    "yt_dlp": row(["yt-dlp"], [
        prints(["yt-dlp", "--version"], "^202"),
    ]),
    "zsh": row(["zsh"], [
        prints(["zsh", "-c", "autoload -Uz compinit && compinit -u -d /tmp/d; zmodload zsh/datetime; print $((6*7))"], "^42\n$"),
    ], essential = ["coreutils"]),
    "zstd": row(["zstd", "xz-utils", "bzip2", "unzip", "zip"], [
        prints(["zip", "-q", "/tmp/z.zip", "/tmp/a.svg"], "^$"),
        prints(["unzip", "-l", "/tmp/z.zip"], "a\\.svg"),
    ]),
}
