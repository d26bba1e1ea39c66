"""Programs out of Debian's packages, and what they print when they work."""

load("//tests/base/programs:row.bzl", "prints", "row")

# By name.
PROGRAMS = {
    "awk": row(["gawk"], [
        prints(["awk", "BEGIN{print 6*7}"], "^42\n$"),
        prints(["gawk", "BEGIN{print PROCINFO[\"version\"]}"], "^5\\."),
    ]),
    "bind9": row(["bind9"], [
        prints(["named", "-v"], "^BIND 9\\."),
        prints(["named-checkconf"], "^$"),
    ]),
    "curl": row(["curl"], [
        prints(["curl", "--version"], "OpenSSL/3"),
        prints(["curl", "-sS", "https://localhost/"], "Failed to connect to localhost port 443", status = 7),
    ]),
    "graphviz": row(["graphviz"], [
        prints(["dot", "-V"], "graphviz version"),
        prints(["dot", "-Tsvg", "/tmp/g.dot"], "<title>a&#45;&gt;b</title>"),
        prints(["dot", "-Tpng", "-o", "/tmp/g.png", "/tmp/g.dot"], "^$"),
    ]),
    "iptables": row(["iptables"], [
        prints(["iptables", "-V"], "^iptables v1\\..*\\(nf_tables\\)"),
        prints(["iptables-legacy", "-V"], "\\(legacy\\)"),
    ]),
    "krb5": row(["krb5-user"], [
        prints(["klist", "-V"], "^Kerberos 5 version 1\\."),
        prints(["kinit", "a@B"], "Cannot find KDC for realm \"B\"", status = 1),
    ]),
    "lua": row(["lua5.4"], [
        prints(["lua", "-e", "print(6 * 7, _VERSION)"], "^42\tLua 5.4\n$"),
    ]),
    "nc": row(["netcat-openbsd"], [
        prints(["nc", "-h"], "^OpenBSD netcat"),
    ]),
    "numpy": row(["python3-numpy"], [
        prints(["python3", "-c", "import numpy;print(numpy.linalg.inv([[1,2],[3,4.]]).round(3).tolist())"], "^\\[\\[-2.0, 1.0\\], \\[1.5, -0.5\\]\\]\n$"),
    ]),
    "openssl": row(["openssl"], [
        prints(["openssl", "version", "-d"], "^OPENSSLDIR: \"/usr/lib/ssl\""),
        prints(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=a", "-keyout", "/tmp/k", "-out", "/tmp/c"], "-----"),
        prints(["openssl", "x509", "-in", "/tmp/c", "-noout", "-subject"], "^subject=CN *= *a\n$"),
    ]),
    "ssh": row(["openssh-client"], [
        prints(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "/tmp/k"], "^$"),
        prints(["ssh", "localhost"], "connect to host localhost port 22: Connection refused", status = 255),
    ]),
    "vim": row(["vim-tiny"], [
        prints(["vi", "--version"], "VIM - Vi IMproved 9"),
    ]),
}
