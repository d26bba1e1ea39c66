// Checks the health of a service in the same container: a program without a C library or a shell.
//
//   probe [--timeout=SECONDS] http://localhost:8080/health
//   probe [--timeout=SECONDS] tcp://127.0.0.1:5432
//   probe [--timeout=SECONDS] grpc://[::1]:50051/package.Service
//
// It prints one line, and exits with 0 if the service is healthy and with 1 otherwise: Docker reserves
// other statuses.

#include "connection.h"
#include "grpc.h"
#include "system.h"
#include "target.h"

static const char usage[] =
    "usage: probe [--timeout=SECONDS] URL\n"
    "  http://HOST[:PORT][/PATH]   healthy if the status is 200 to 399\n"
    "  tcp://HOST:PORT             healthy if something accepts connections\n"
    "  grpc://HOST:PORT[/SERVICE]  healthy if grpc.health.v1.Health answers SERVING\n"
    "HOST is localhost, 127.0.0.1 or [::1]; SECONDS are 4, or 1 to 3600";

static void probe_http(void) {
  static byte bytes[65536];
  static const char before[] = "GET ", version[] = " HTTP/1.1\r\nHost: ";
  static const char after[] = "\r\nUser-Agent: probe\r\nAccept: */*\r\nConnection: close\r\n\r\n";
  send_all(before, sizeof before - 1);
  if (*target->path)
    send_all(target->path, length(target->path));
  else
    send_all("/", 1);
  send_all(version, sizeof version - 1);
  send_all(target->host, target->host_size);
  send_all(after, sizeof after - 1);

  // To the end, or else the server sees its answer refused.
  unsigned long size = 0;
  long count = 1;
  while (count > 0 && size < sizeof bytes) {
    count = receive(bytes + size, sizeof bytes - size);
    if (count > 0) size += (unsigned long)count;
  }
  const char *text = (const char *)bytes;
  if (size < 12 && count < 0) unhealthy("no answer in time");
  if (size < 12 || !starts(text, "HTTP/1.") || text[8] != ' ') unhealthy("the answer is not HTTP");
  answer(text[9] == '2' || text[9] == '3' ? 0 : 1, "status ", text + 9, 3);
}

static void probe_tcp(void) { answer(0, "accepts connections", "", 0); }

__attribute__((noreturn, used)) void begin(long *stack) {
  static Target found;
  const char *const *arguments = (const char *const *)(stack + 2);
  long count = stack[0] - 1;
  if (count == 2 && starts(arguments[0], "--timeout=")) {
    const char *text = arguments[0] + 10;
    timeout = number(&text, 3600);
    if (timeout <= 0 || *text) answer(1, usage, "", 0);
    arguments++;
    count--;
  }
  if (count != 1 || *arguments[0] == '-') answer(1, usage, "", 0);

  found.url = arguments[0];
  target = &found;
  for (const char *c = found.url; *c; c++)
    if (*c <= ' ' || *c > '~') unhealthy("write spaces and special characters as %20");
  void (*probe)(void) = 0;
  const char *problem = "it begins with http://, tcp:// or grpc://";
  if (starts(found.url, "http://")) {
    probe = probe_http;
    problem = read_target(&found, found.url + 7, 80);
  } else if (starts(found.url, "tcp://")) {
    probe = probe_tcp;
    problem = read_target(&found, found.url + 6, 0);
    if (!problem && *found.path) problem = "tcp:// has no path";
  } else if (starts(found.url, "grpc://")) {
    probe = probe_grpc;
    problem = read_target(&found, found.url + 7, 0);
  } else if (starts(found.url, "https://")) {
    problem = "TLS is not supported: probe a port without it, or with tcp://";
  }
  if (problem) unhealthy(problem);
  start_clock();
  open_connection();
  probe();
  leave(1);
}
