"""Perl runs a program with C extensions, and speaks TLS with a server of its own."""

from __future__ import annotations

import os

from tests.base.services.serving import give, open_image

CERTIFICATES = "tests/examples/python/testdata"
PROGRAM = r"""
use v5.36;
use Compress::Zlib qw(compress uncompress);
use Encode qw(encode);
use IO::Socket::SSL;
use JSON::PP;
use List::Util qw(sum);
use POSIX qw(strftime);
use Time::Piece;

say decode_json(encode_json({ sum => sum(1 .. 100) }))->{sum};
say uncompress(compress("zlib"));
say ord encode("EUC-JP", "\x{65e5}\x{672c}");
say strftime("%Y-%m-%d", gmtime 0);

my $server = IO::Socket::SSL->new(
    Listen => 5, LocalAddr => "127.0.0.1", SSL_server => 1,
    SSL_cert_file => "/tmp/server.pem", SSL_key_file => "/tmp/server.pem",
) or die $SSL_ERROR;
my $port = $server->sockport;
my $child = fork;
if (!$child) {
    while (1) {
        my $connection = $server->accept or next;
        print $connection "hello\n";
        close $connection;
    }
}

sub ask (%trust) {
    my $socket = IO::Socket::SSL->new(
        PeerAddr => "127.0.0.1", PeerPort => $port, SSL_hostname => "localhost",
        SSL_verifycn_name => "localhost", SSL_verify_mode => SSL_VERIFY_PEER, %trust,
    ) or return "refused\n";
    return scalar readline $socket;
}

print ask(), ask(SSL_ca_file => "/tmp/authority.pem");
kill 9, $child;
"""


def test_runs() -> None:
    container = open_image()
    for name in ("authority.pem", "server.pem"):
        with open(os.path.join(CERTIFICATES, name), encoding="ascii") as file:
            give(container, name, file.read())
    done = container.run(give(container, "program.pl", PROGRAM))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == ["5050", "zlib", "198", "1970-01-01", "refused", "hello"]
