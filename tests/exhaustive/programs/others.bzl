"""Servers and tools of many kinds, in addition to those of the other files."""

load("//tests/base/programs:row.bzl", "prints", "row", "serves")

# By name.
OTHERS = {
    "bird2": row(["bird2"], [
        prints(["bird", "--version"], "BIRD version 2"),
        prints(["bird", "-p"], "^$"),
        prints(["bird", "-f", "-d"], "", status = 1),
    ]),
    "cgit": row(["cgit"], [
        prints(["/usr/lib/cgit/cgit.cgi"], "Content-[Tt]ype"),
    ]),
    "cups": row(["cups"], [
        prints(["cupsd", "-t"], "OK"),
        serves(["cupsd", "-f"], ""),
    ]),
    "dictd": row(["dictd", "dict-gcide"], [
        serves(["dictd", "-d", "nodetach"], ""),
    ]),
    "dropbear": row(["dropbear-bin"], [
        prints(["dropbear", "-V"], "Dropbear"),
        serves(["dropbear", "-F", "-E", "-R", "-p", "2222"], ""),
    ]),
    "ejabberd": row(["ejabberd"], [
        serves(["ejabberdctl", "foreground"], "", user = "ejabberd"),
    ], essential = ["bash", "coreutils", "dash", "grep", "hostname", "sed", "util-linux"]),
    "fail2ban": row(["fail2ban"], [
        prints(["fail2ban-client", "--version"], "1\\."),
        serves(["fail2ban-server", "-f", "start"], ""),
    ]),
    "fish": row(["fish"], [
        prints(["fish", "-c", "math 6 x 7"], "42"),
    ]),
    "gap": row(["gap"], [
        prints(["gap", "--version"], "GAP 4"),
    ], essential = ["bash"]),
    "gunicorn": row(["gunicorn"], [
        prints(["gunicorn", "--version"], "gunicorn"),
    ]),
    "jupyter": row(["jupyter-notebook"], [
        prints(["jupyter", "--version"], "notebook|jupyter"),
        prints(["jupyter-notebook", "--version"], "6|7"),
    ]),
    "kamailio": row(["kamailio"], [
        prints(["kamailio", "-v"], "version: kamailio"),
        prints(["kamailio", "-c"], "(?i)config"),
    ]),
    "krb5kdc": row(["krb5-kdc", "krb5-admin-server"], [
        prints(["kdb5_util", "-r", "X", "create", "-s", "-P", "x"], "Initializing|master key"),
    ]),
    "libvirt": row(["libvirt-daemon", "libvirt-clients"], [
        prints(["virsh", "--version"], "1"),
        prints(["libvirtd", "--version"], "libvirt"),
    ]),
    "luajit": row(["luajit"], [
        prints(["luajit", "-e", "print(6*7)"], "42"),
    ]),
    "maxima": row(["maxima"], [
        prints(["maxima", "--very-quiet", "-r", "integrate(x^2,x);quit();"], "x"),
    ], essential = ["dash", "sed"]),
    "minidlna": row(["minidlna"], [
        prints(["minidlnad", "-V"], "Version 1"),
        serves(["minidlnad", "-d"], ""),
    ], essential = ["coreutils", "dash"]),
    "monit": row(["monit"], [
        prints(["monit", "-V"], "Monit version"),
        prints(["monit", "-t"], "Control file syntax OK"),
    ]),
    "mono": row(["mono-runtime"], [
        prints(["mono", "--version"], "Mono JIT"),
    ]),
    "mpd": row(["mpd"], [
        prints(["mpd", "--version"], "Music Player Daemon"),
        serves(["mpd", "--no-daemon", "--stderr"], ""),
    ]),
    "mumble": row(["mumble-server"], [
        prints(["mumble-server", "-version"], "[Mm]u"),
        serves(["mumble-server", "-fg", "-ini", "/etc/mumble/mumble-server.ini"], ""),
    ]),
    "munge": row(["munge"], [
        prints(["munged", "--version"], "munge-0"),
        prints(["mungekey", "--create", "--keyfile", "/tmp/k"], "", user = "munge"),
        serves(["munged", "-F", "--key-file", "/tmp/k"], "", user = "munge"),
    ]),
    "neomutt": row(["neomutt"], [
        prints(["neomutt", "-v"], "NeoMutt"),
    ]),
    "neovim": row(["neovim"], [
        prints(["nvim", "--headless", "-c", "lua print(6*7)", "-c", "qa"], "42"),
    ]),
    "ngircd": row(["ngircd"], [
        prints(["ngircd", "--version"], "ngIRCd"),
        serves(["ngircd", "-n"], ""),
    ]),
    "ocaml": row(["ocaml"], [
        prints(["ocaml", "-e", "print_int (6*7)"], "42"),
    ]),
    "odbc": row(["unixodbc", "odbc-postgresql", "tdsodbc"], [
        prints(["odbcinst", "-q", "-d"], "PostgreSQL"),
        prints(["isql", "--version"], "unixODBC"),
    ]),
    "osmium": row(["osmium-tool"], [
        prints(["osmium", "--version"], "osmium version"),
    ]),
    "pari": row(["pari-gp"], [
        prints(["gp", "--version-short"], "2\\.17"),
    ]),
    "pdftk": row(["pdftk-java"], [
        prints(["pdftk", "--version"], "pdftk"),
    ], essential = ["coreutils", "dash"]),
    "pgbouncer": row(["pgbouncer"], [
        prints(["pgbouncer", "--version"], "PgBouncer"),
        serves(["pgbouncer", "/etc/pgbouncer/pgbouncer.ini"], "", user = "postgres"),
    ]),
    "pgpool": row(["pgpool2"], [
        prints(["pgpool", "--version"], "pgpool-II"),
    ]),
    "postgis": row(["postgresql-17-postgis-3"], [
        prints(["/usr/lib/postgresql/17/bin/postgres", "--version"], "17"),
    ]),
    "povray": row(["povray"], [
        prints(["povray", "--version"], "POV-Ray 3.7"),
    ]),
    "privoxy": row(["privoxy"], [
        prints(["privoxy", "--version"], "Privoxy version"),
        serves(["privoxy", "--no-daemon", "/etc/privoxy/config"], ""),
    ]),
    "qemuimg": row(["qemu-utils"], [
        prints(["qemu-img", "create", "-f", "qcow2", "/tmp/x", "1M"], "Formatting"),
    ]),
    "racket": row(["racket"], [
        prints(["racket", "-e", "(displayln (* 6 7))"], "42"),
    ]),
    "radicale": row(["radicale"], [
        prints(["radicale", "--version"], "3"),
        serves(["radicale", "--storage-filesystem-folder=/tmp/r"], "Listening|ready"),
    ]),
    "rspamd": row(["rspamd"], [
        prints(["rspamd", "--version"], "Rspamd"),
        prints(["rspamadm", "configtest"], "syntax OK"),
    ]),
    "samtools": row(["samtools"], [
        prints(["samtools", "--version"], "samtools 1"),
    ]),
    "snmpd": row(["snmpd"], [
        prints(["snmpd", "-v"], "NET-SNMP"),
        serves(["snmpd", "-f", "-Lo"], ""),
    ]),
    "sphinx": row(["python3-sphinx"], [
        prints(["sphinx-build", "--version"], "sphinx-build 8"),
    ]),
    "strongswan": row(["strongswan-charon", "strongswan-swanctl"], [
        prints(["swanctl", "--help"], "load-pools"),
        serves(["/usr/lib/ipsec/charon"], ""),
    ]),
    "swipl": row(["swi-prolog-nox"], [
        prints(["swipl", "-g", "X is 6*7,print(X),nl", "-t", "halt"], "42"),
    ]),
    "transmission": row(["transmission-daemon"], [
        prints(["transmission-daemon", "--version"], "transmission-daemon 4"),
        serves(["transmission-daemon", "-f", "-g", "/tmp/t"], "(?i)port|started"),
    ]),
    "uwsgi": row(["uwsgi", "uwsgi-plugin-python3"], [
        serves(["uwsgi", "--plugin", "python3", "--http-socket", "127.0.0.1:9090"], "spawned uWSGI"),
    ]),
    "w3m": row(["w3m"], [
        prints(["w3m", "-dump", "/tmp/a.html"], "hello"),
    ]),
    "weechat": row(["weechat-headless"], [
        prints(["weechat-headless", "--version"], "4"),
        serves(["weechat-headless", "-d", "/tmp/w"], ""),
    ]),
    "wireguard": row(["wireguard-tools"], [
        prints(["wg", "genkey"], "=$"),
        prints(["wg-quick"], "Usage", status = 1),
    ], essential = ["bash", "coreutils"]),
    "znc": row(["znc"], [
        prints(["znc", "--version"], "ZNC 1"),
    ]),
    "zookeeper": row(["zookeeper"], [
        prints(["/usr/share/zookeeper/bin/zkServer.sh", "version"], "(?i)zookeeper"),
    ], essential = ["bash", "coreutils", "dash", "grep", "mawk", "sed"]),
}
