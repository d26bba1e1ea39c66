"""Ruby runs a program with C extensions, and speaks TLS with a server of its own."""

from __future__ import annotations

import os

import pytest

from tests.base.services.serving import give, open_image
from tests.container.container import Container

CERTIFICATES = "tests/examples/python/testdata"
PROGRAM = r"""
require "json"
require "openssl"
require "socket"
require "time"
require "yaml"
require "zlib"

puts JSON.parse(JSON.generate({ "sum" => (1..100).sum }))["sum"]
puts Zlib.inflate(Zlib.deflate("zlib")), YAML.load("- yaml").first
puts "日本".encode("EUC-JP").bytes.first, Encoding.default_external
puts Time.new(2026, 7, 1, 12, 0, 0, "+00:00").utc.iso8601

context = OpenSSL::SSL::SSLContext.new
pem = File.read("/tmp/server.pem")
context.cert = OpenSSL::X509::Certificate.new(pem)
context.key = OpenSSL::PKey.read(pem)
listener = TCPServer.new("127.0.0.1", 0)
server = OpenSSL::SSL::SSLServer.new(listener, context)
Thread.new { loop { server.accept.tap { |one| one.write("hello"); one.close } rescue nil } }

def ask(port, authority)
  context = OpenSSL::SSL::SSLContext.new
  context.set_params(verify_mode: OpenSSL::SSL::VERIFY_PEER)
  context.cert_store.add_file(authority) if authority
  socket = OpenSSL::SSL::SSLSocket.new(TCPSocket.new("127.0.0.1", port), context)
  socket.hostname = "localhost"
  socket.connect
  socket.post_connection_check("localhost")
  socket.read
rescue OpenSSL::SSL::SSLError
  "refused"
end

puts ask(listener.addr[1], nil), ask(listener.addr[1], "/tmp/authority.pem")
"""


@pytest.fixture(scope="module")
def container() -> Container:
    return open_image()


def test_runs(container: Container) -> None:
    for name in ("authority.pem", "server.pem"):
        with open(os.path.join(CERTIFICATES, name), encoding="ascii") as file:
            give(container, name, file.read())
    done = container.run(give(container, "program.rb", PROGRAM))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == [
        "5050", "zlib", "yaml", "198", "UTF-8", "2026-07-01T12:00:00Z", "refused", "hello",
    ]  # fmt: skip


def test_has_its_programs(container: Container) -> None:
    done = container.run("--version", entrypoint=["/usr/bin/ruby", "/usr/bin/gem"])
    assert (done.returncode, done.stdout.count(".")) == (0, 2), done.stderr
