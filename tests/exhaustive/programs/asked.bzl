"""Programs that people have asked for, and what they print on a Debian that dpkg has configured."""

load("//tests/base/programs:row.bzl", "prints", "row", "serves")

# By name.
ASKED = {
    "apache2": row(["apache2", "dash"], [
        prints(["apache2", "-v"], "Apache/2\\.4"),
        prints(["apache2ctl", "configtest"], "Syntax OK"),
    ], essential = ["coreutils"]),
    "apt": row(["apt"], [
        prints(["apt-get", "--version"], "^apt 3\\."),
        prints(["apt-config", "dump"], "APT::Architecture \"amd64\""),
    ], essential = ["dpkg"]),
    "awk": row(["gawk"], [
        prints(["awk", "BEGIN{print 1}"], "^1\n$"),
        prints(["gawk", "BEGIN{print 1}"], "^1\n$"),
    ]),
    "bash": row(["bash", "coreutils"], [
        prints(["bash", "-c", "echo $BASH_VERSION; ls /"], "^5\\.2.*\n(.*\n)*usr\n"),
        prints(["sh", "-c", "echo hi"], "^hi\n$"),
    ], essential = ["dash"]),
    "bind9": row(["bind9"], [
        prints(["named", "-v"], "^BIND 9\\."),
        prints(["named-checkconf"], "^$"),
    ]),
    "busybox": row(["busybox"], [
        prints(["busybox", "echo", "hi"], "^hi\n$"),
        prints(["sh", "-c", "echo hi"], "^hi\n$"),
    ], essential = ["dash"]),
    "chromium": row(["chromium"], [
        prints(["chromium", "--version"], "^Chromium 1"),
        prints(["/usr/lib/chromium/chromium", "--version"], "^Chromium 1"),
        prints(["/usr/lib/chromium/chromium", "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "data:text/html,<h1>hi</h1>"], "<h1>hi</h1>"),
    ], essential = ["coreutils", "dash", "findutils", "grep", "util-linux"]),
    "clang": row(["clang"], [
        prints(["clang", "--version"], "clang version 19"),
    ]),
    "curl": row(["curl"], [
        prints(["curl", "--version"], "OpenSSL/3"),
        prints(["curl", "-sS", "https://localhost/"], "Failed to connect to localhost port 443", status = 7),
    ]),
    "dash": row(["dash"], [
        prints(["dash", "-c", "echo hi"], "^hi\n$"),
        prints(["sh", "-c", "echo hi"], "^hi\n$"),
    ]),
    "dig": row(["bind9-dnsutils"], [
        prints(["dig", "-v"], "^DiG 9"),
    ]),
    "dnsmasq": row(["dnsmasq"], [
        prints(["dnsmasq", "--version"], "Dnsmasq version 2"),
        prints(["dnsmasq", "--test"], "syntax check OK"),
    ]),
    "erlang": row(["erlang-base"], [
        prints(["erl", "-noshell", "-eval", "io:format(\"~p~n\",[erlang:system_info(otp_release)]),halt()."], "^\"27\"\n$"),
    ], essential = ["coreutils", "dash"]),
    "ffmpeg": row(["ffmpeg"], [
        prints(["ffmpeg", "-version"], "^ffmpeg version 7"),
        prints(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=duration=1:size=160x120:rate=5", "-y", "/tmp/o.mp4"], "^$"),
    ]),
    "file": row(["file"], [
        prints(["file", "/usr/bin/file"], "ELF 64-bit LSB pie executable"),
    ]),
    "fontconfig": row(["fontconfig", "fonts-liberation"], [
        prints(["fc-list"], "LiberationSans-Regular"),
        prints(["fc-match", "Liberation Sans"], "^LiberationSans"),
    ]),
    "gcc": row(["gcc", "g++"], [
        prints(["gcc", "/tmp/h.c", "-o", "/tmp/h"], "^$"),
        prints(["cc", "--version"], "^cc \\(Debian 14"),
        prints(["/tmp/h"], "^hello\n$"),
    ]),
    "gdal": row(["gdal-bin"], [
        prints(["ogr2ogr", "--version"], "^GDAL 3"),
        prints(["gdalinfo", "--formats"], "GTiff"),
        prints(["gdalsrsinfo", "EPSG:4326"], "WGS 84"),
    ]),
    "ghostscript": row(["ghostscript"], [
        prints(["gs", "--version"], "^10\\."),
        prints(["gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=pdfwrite", "-o", "/tmp/o.pdf", "-c", "/Helvetica findfont 12 scalefont setfont 72 72 moveto (hi) show showpage"], "^$"),
    ]),
    "git": row(["git"], [
        prints(["git", "--version"], "^git version 2"),
        prints(["git", "init", "/tmp/r"], "Initialized empty Git repository"),
        prints(["git", "-C", "/tmp/r", "-c", "user.email=a@b", "-c", "user.name=a", "commit", "--allow-empty", "-m", "x"], "\\(root-commit\\)"),
        prints(["git", "clone", "https://localhost/x", "/tmp/c"], "Failed to connect to localhost", status = 128),
        prints(["git", "submodule"], "not a git repository", status = 128),
    ], essential = ["dash", "coreutils", "sed"]),
    "gnupg": row(["gnupg"], [
        prints(["gpg", "--version"], "^gpg \\(GnuPG\\) 2\\.4"),
        prints(["gpg", "--batch", "--passphrase", "", "--quick-gen-key", "a@b"], "revocation certificate stored"),
    ]),
    "go": row(["golang-go"], [
        prints(["go", "version"], "^go version go1\\.24"),
    ]),
    "graphviz": row(["graphviz"], [
        prints(["dot", "-V"], "graphviz version"),
        prints(["dot", "-c"], "^$"),
        prints(["dot", "-Tsvg", "/tmp/g.dot"], "<title>a&#45;&gt;b</title>"),
        prints(["dot", "-Tpng", "-o", "/tmp/g.png", "/tmp/g.dot"], "^$"),
    ]),
    "iproute2": row(["iproute2"], [
        prints(["ip", "-V"], "^ip utility, iproute2"),
        prints(["ip", "link"], "1: lo: <LOOPBACK"),
    ]),
    "iptables": row(["iptables"], [
        prints(["iptables", "-V"], "^iptables v1\\..*\\(nf_tables\\)"),
        prints(["iptables-legacy", "-V"], "\\(legacy\\)"),
    ]),
    "jq": row(["jq"], [
        prints(["jq", "--version"], "^jq-1"),
        prints(["jq", "-n", "[1]|add"], "^1\n$"),
    ]),
    "jre_headless": row(["openjdk-21-jre-headless"], [
        prints(["java", "-version"], "openjdk version \"21"),
        prints(["/usr/lib/jvm/java-21-openjdk-amd64/bin/java", "-version"], "openjdk version \"21"),
        prints(["/usr/lib/jvm/java-21-openjdk-amd64/bin/keytool", "-list", "-cacerts", "-storepass", "changeit"], "Your keystore contains 1\\d\\d entries"),
    ]),
    "krb5": row(["krb5-user"], [
        prints(["kinit", "a@B"], "Cannot find KDC for realm \"B\"", status = 1),
        prints(["klist", "-V"], "^Kerberos 5 version 1\\."),
        prints(["klist.mit", "-V"], "^Kerberos 5 version 1\\."),
    ]),
    "ldap": row(["ldap-utils"], [
        prints(["ldapsearch", "-VV"], "OpenLDAP: ldapsearch 2"),
    ]),
    "lua": row(["lua5.4"], [
        prints(["lua", "-v"], "^Lua 5\\.4"),
        prints(["lua5.4", "-v"], "^Lua 5\\.4"),
    ]),
    "lwp": row(["libwww-perl", "liblwp-protocol-https-perl", "libxml-sax-perl"], [
        prints(["perl", "-MLWP::UserAgent", "-MIO::Socket::SSL", "-e", "print LWP::UserAgent->new->get('https://localhost/')->status_line"], "^500 Can't connect to localhost:443 \\(Connection refused\\)"),
        prints(["perl", "-MXML::SAX", "-e", "print 1"], "^1$"),
    ]),
    "mariadb": row(["mariadb-server"], [
        prints(["mariadbd", "--version"], "Ver 11\\.8"),
        prints(["mariadbd", "--no-defaults", "--help"], "Usage: /usr/sbin/mariadbd"),
        prints(["mariadb-install-db", "--user=root"], "Installing MariaDB/MySQL system tables in '/var/lib/mysql' ...(\n.*)*\nOK"),
    ], essential = ["dash", "coreutils", "sed", "grep", "hostname"]),
    "mawk": row(["mawk"], [
        prints(["awk", "BEGIN{print 1}"], "^1\n$"),
    ]),
    "memcached": row(["memcached"], [
        prints(["memcached", "--version"], "^memcached 1"),
        serves(["memcached", "-u", "memcache", "-vv"], "server listening"),
    ]),
    "mysql_client": row(["default-mysql-client"], [
        prints(["mysql", "--version"], "11\\.8.*-MariaDB"),
        prints(["mariadb", "--help"], "Usage: /usr/bin/mariadb"),
    ]),
    "names_of_days": row(["locales-all", "coreutils"], [
        prints(["date", "-d", "2026-11-26", "+%A"], "^Donnerstag\n$"),
    ], env = {"LC_ALL": "de_DE.UTF-8"}),
    "nc": row(["netcat-openbsd"], [
        prints(["nc", "-h"], "^OpenBSD netcat"),
    ]),
    "nginx": row(["nginx"], [
        prints(["nginx", "-v"], "nginx version: nginx/1"),
        prints(["nginx", "-t"], "test is successful"),
        serves(["nginx", "-g", "daemon off; error_log stderr info;"], "start worker process"),
    ]),
    "nodejs": row(["nodejs"], [
        prints(["node", "--version"], "^v20"),
        prints(["node", "-e", "console.log(new Intl.DateTimeFormat('de').format(0), require('crypto').getHashes().length)"], "^1\\.1\\.1970 \\d+\n$"),
    ]),
    "numpy": row(["python3-numpy"], [
        prints(["python3", "-c", "import numpy;print(numpy.linalg.inv([[1,2],[3,4.]]).round(3).tolist())"], "^\\[\\[-2.0, 1.0\\], \\[1.5, -0.5\\]\\]\n$"),
    ]),
    "octave": row(["octave"], [
        prints(["octave-cli", "--version"], "^GNU Octave, version 9"),
        prints(["octave-cli", "--eval", "disp(inv([1 2;3 4]))"], "-2\\.0000 +1\\.0000\n"),
    ]),
    "openssl": row(["openssl"], [
        prints(["openssl", "version", "-d"], "^OPENSSLDIR: \"/usr/lib/ssl\""),
        prints(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=a", "-keyout", "/tmp/k", "-out", "/tmp/c"], "-----"),
    ]),
    "pandoc": row(["pandoc"], [
        prints(["pandoc", "--version"], "^pandoc 3"),
    ]),
    "perl": row(["perl"], [
        prints(["perl", "-v"], "This is perl 5, version 40"),
        prints(["perl", "-MEncode", "-MData::Dumper", "-MPOSIX", "-e", "print 1+1"], "^2$"),
    ]),
    "pil": row(["python3-pil"], [
        prints(["python3", "-c", "from PIL import Image;Image.new('RGB',(9,9)).save('/tmp/a.webp');print('ok')"], "^ok\n$"),
    ]),
    "ping": row(["iputils-ping"], [
        prints(["ping", "-V"], "^ping from iputils"),
    ]),
    "pixbuf": row(["libgdk-pixbuf2.0-bin", "librsvg2-common"], [
        prints(["gdk-pixbuf-thumbnailer", "--help"], "Usage:"),
        prints(["gdk-pixbuf-thumbnailer", "-s", "8", "/tmp/a.svg", "/tmp/a.png"], "^$"),
    ]),
    "poppler": row(["poppler-utils"], [
        prints(["pdftotext", "-v"], "^pdftotext version 25"),
    ]),
    "postgres": row(["postgresql-17"], [
        prints(["/usr/lib/postgresql/17/bin/postgres", "--version"], "PostgreSQL\\) 17"),
        prints(["/usr/lib/postgresql/17/bin/initdb", "-D", "/tmp/db"], "Success. You can now start", user = "postgres"),
    ], essential = ["dash"]),
    "procps": row(["procps"], [
        prints(["ps", "aux"], "ps aux"),
        prints(["top", "-b", "-n1"], "load average"),
    ], env = {"TERM": "linux"}, essential = ["ncurses-base"]),
    "psql": row(["postgresql-client"], [
        prints(["psql", "--version"], "^psql \\(PostgreSQL\\) 17"),
        prints(["pg_dump", "--version"], "^pg_dump \\(PostgreSQL\\) 17"),
    ]),
    "psycopg2": row(["python3-psycopg2"], [
        prints(["python3", "-c", "import psycopg2;print(psycopg2.__version__)"], "^2\\."),
    ]),
    "python": row(["python3"], [
        prints(["python3", "--version"], "^Python 3\\.13"),
        prints(["python3", "-c", "import ssl,sqlite3,ctypes.util,zoneinfo;print(ctypes.util.find_library('c'),ssl.get_default_verify_paths())"], "^libc\\.so\\.6 .*cafile='/usr/lib/ssl/cert.pem'"),
    ], essential = ["libc-bin"]),
    "r": row(["r-base-core"], [
        prints(["R", "--version"], "^R version 4\\.5"),
        prints(["Rscript", "-e", "print(solve(matrix(c(2,1,1,3),2)))"], "\\[1,\\] +0\\.6 -0\\.2"),
    ], essential = ["bash", "coreutils", "dash", "grep", "sed"]),
    "redis": row(["redis-server"], [
        prints(["redis-server", "--version"], "^Redis server v=8"),
        serves(["redis-server", "/etc/redis/redis.conf", "--daemonize", "no", "--logfile", ""], "Ready to accept connections", then = [
            prints(["redis-cli", "ping"], "^PONG\n$"),
        ]),
    ]),
    "requests": row(["python3-requests"], [
        prints(["python3", "-c", "import requests,certifi;print(certifi.where());import os;print(os.path.exists(certifi.where()))"], "^/etc/ssl/certs/ca-certificates.crt\nTrue\n$"),
    ]),
    "rsync": row(["rsync"], [
        prints(["rsync", "--version"], "^rsync +version 3"),
    ]),
    "ruby": row(["ruby"], [
        prints(["ruby", "--version"], "^ruby 3\\.3"),
        prints(["ruby", "-rjson", "-ropenssl", "-e", "puts JSON.dump([1]), OpenSSL::OPENSSL_VERSION"], "^\\[1\\]\nOpenSSL 3"),
        prints(["gem", "--version"], "^3\\."),
    ], essential = ["coreutils"]),
    "rustc": row(["rustc"], [
        prints(["rustc", "--version"], "^rustc 1\\.85"),
    ]),
    "sbcl": row(["sbcl"], [
        prints(["sbcl", "--version"], "^SBCL 2"),
    ]),
    "sqlite3": row(["sqlite3"], [
        prints(["sqlite3", ":memory:", "select sqlite_version()"], "^3\\.46"),
    ]),
    "ssh": row(["openssh-client"], [
        prints(["ssh", "-V"], "^OpenSSH_10"),
        prints(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "/tmp/k"], "^$"),
        prints(["ssh", "localhost"], "connect to host localhost port 22: Connection refused", status = 255),
    ]),
    "sshd": row(["openssh-server"], [
        prints(["ssh-keygen", "-A"], "generating new host keys"),
        prints(["/usr/sbin/sshd", "-t"], "^$"),
    ]),
    "supervisor": row(["supervisor"], [
        prints(["supervisord", "--version"], "^4\\."),
    ]),
    "tcpdump": row(["tcpdump"], [
        prints(["tcpdump", "--version"], "^tcpdump version 4"),
    ]),
    "tesseract": row(["tesseract-ocr"], [
        prints(["tesseract", "--version"], "^tesseract 5"),
        prints(["tesseract", "--list-langs"], "\neng\n"),
    ]),
    "tini": row(["tini"], [
        prints(["tini", "--version"], "^tini version 0"),
    ]),
    "unbound": row(["unbound"], [
        prints(["unbound", "-V"], "^Version 1"),
        # As on Debian: a service manager copies it before the program starts.
        prints(["unbound-checkconf"], "/var/lib/unbound/root.key\" does not exist", status = 1),
    ]),
    "valkey": row(["valkey-server"], [
        prints(["valkey-server", "--version"], "^Valkey server v=8"),
    ]),
    "venv": row(["python3-venv"], [
        prints(["python3", "-m", "venv", "/tmp/v"], "^$"),
        prints(["/tmp/v/bin/pip", "--version"], "^pip 25"),
    ]),
    "vim": row(["vim-tiny"], [
        prints(["vi", "--version"], "VIM - Vi IMproved 9"),
        prints(["vim.tiny", "--version"], "VIM - Vi IMproved 9"),
    ]),
    "wget": row(["wget"], [
        prints(["wget", "--version"], "^GNU Wget 1"),
    ]),
    "xvfb": row(["xvfb"], [
        serves(["Xvfb", ":9"], ""),
    ], essential = ["dash"]),
}
