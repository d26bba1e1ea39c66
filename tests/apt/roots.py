"""What apt and Plinth are compared on."""

from __future__ import annotations

ARCHITECTURES = ("amd64", "arm64")

ROOTS = """
    apache2 awscli base-files bash bind9 build-essential ca-certificates chromium cmake coreutils
    cron curl dbus debhelper default-jre default-jre-headless default-mysql-client dnsutils emacs
    erlang exim4 ffmpeg firefox-esr g++ gdb ghc gimp git gnupg golang gunicorn haproxy imagemagick
    inkscape iproute2 jq kmod latexmk libc6 libgl1 libgtk-3-0t64 libldap2 libpq5 libqt6widgets6
    libssl3t64 libx11-6 libxml2 locales lua5.4 mail-transport-agent mariadb-server memcached
    mercurial mono-runtime nginx nodejs npm octave openjdk-21-jre-headless openssh-server
    openssl perl php php-fpm postfix postgresql procps python3 python3-flask python3-numpy
    python3-pandas python3-scipy python3-venv python3.13 qemu-utils r-base-core rabbitmq-server
    redis ruby-full rustc samba screen smbclient sqlite3 squid sudo supervisor systemd tcl
    tesseract-ocr tmux tomcat10 tzdata util-linux varnish vim wget wine xauth xorg
    xvfb zabbix-agent zlib1g
""".split()  # noqa: SIM905 - a list of a hundred lines says no more

SETS = (
    "vim vim-nox", "vim-nox vim", "postgresql-client postgresql-17",
    "postgresql-17 postgresql-client", "gawk mawk", "perl libencode-perl",
    "perl-base libsocket-perl", "netcat-openbsd telnet", "redis-server valkey-server",
    "ruby rake", "python3-minimal python3.13-minimal", "adduser passwd", "nodejs node-undici",
    "default-jre-headless openjdk-21-jre-headless", "bash dash", "tar coreutils",
    "mariadb-server default-mysql-server", "nginx nginx-light", "php php8.4-cli",
    "rsync openssh-client",
)  # fmt: skip
"""Roots that are asked for together; of several of them another one provides the name."""

# What apt also takes, where one of several alternatives is wanted. apt goes through the packages
# in the order in which it comes to them, and takes the first alternative unless one is chosen
# already; we settle first what leaves no choice, and then find that an alternative is there anyway.
# apt's own trace (Debug::pkgDepCache::AutoInstall) shows the two below:
#
# gimp: it comes to libfontconfig1 → fontconfig-config, which depends on fonts-dejavu-core | … |
#   fonts-urw-base35 | …, and takes fonts-dejavu-core (with fonts-dejavu-mono); five hundred lines
#   later to libgs10 → libgs10-common, which depends on fonts-urw-base35 and nothing else.
# gunicorn: it comes to python3-gunicorn, which depends on python3-importlib-metadata |
#   python3-supported-min (>= 3.8), python3-packaging, python3:any, in this order, and takes
#   python3-importlib-metadata (with python3-zipp) before python3, which provides
#   python3-supported-min (= 3.13).
#
# If asked for all that we choose by name, apt agrees that nothing else is needed.
CHOICES = {
    "gimp": {"fonts-dejavu-core", "fonts-dejavu-mono"},
    "gunicorn": {"python3-importlib-metadata", "python3-zipp"},
}
