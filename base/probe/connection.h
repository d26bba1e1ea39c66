// A connection that has until a point in time, and the words of the answer.

#ifndef CONNECTION_H
#define CONNECTION_H

#include "system.h"

typedef struct {
  const char *url;            // as given
  const char *host, *path;    // of the URL; the path begins after the host's end
  unsigned long host_size;    // with the port
  int port;
  byte addresses[2][28];      // sockaddr_in or sockaddr_in6, in the order of attempts
  int address_sizes[2], address_count;
} Target;

static const Target *target;
static long timeout = 4, end_seconds, end_parts;
static int connection = -1;

static void say(const char *text, unsigned long size) { call(SYS_WRITE, 1, (long)text, (long)size); }

__attribute__((noreturn)) static void answer(int status, const char *what, const char *more, unsigned long size) {
  if (target) {
    say(target->url, length(target->url));
    say(": ", 2);
  }
  say(what, length(what));
  say(more, size);
  say("\n", 1);
  leave(status);
}

__attribute__((noreturn)) static void unhealthy(const char *what) { answer(1, what, "", 0); }

static void start_clock(void) {
  Time now = {0, 0};
  call(SYS_CLOCK_GETTIME, CLOCK_MONOTONIC, (long)&now, 0);
  end_seconds = now.seconds + timeout;
  end_parts = now.parts;
}

// Gives the next system call the time that is left; says whether there is any.
static int limit(int option) {
  Time now = {0, 0};
  call(SYS_CLOCK_GETTIME, CLOCK_MONOTONIC, (long)&now, 0);
  Time left = {end_seconds - now.seconds, (end_parts - now.parts) / 1000};
  if (left.parts < 0) {
    left.seconds--;
    left.parts += 1000000;
  }
  if (left.seconds < 0 || (left.seconds == 0 && left.parts <= 0)) return 0;
  call6(SYS_SETSOCKOPT, connection, SOL_SOCKET, option, (long)&left, sizeof left, 0);
  return 1;
}

static void open_connection(void) {
  long result = -ECONNREFUSED;
  for (int i = 0; i < target->address_count; i++) {
    const byte *address = target->addresses[i];
    connection = (int)call(SYS_SOCKET, address[0] == AF_INET ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection < 0) continue;
    if (!limit(SO_SNDTIMEO)) break;
    result = call(SYS_CONNECT, connection, (long)address, target->address_sizes[i]);
    if (result == 0) return;
    call(SYS_CLOSE, connection, 0, 0);
  }
  if (result == -ECONNREFUSED) unhealthy("nothing listens there");
  if (result == -EINPROGRESS || result == -EAGAIN) unhealthy("no connection in time");
  unhealthy("no connection");
}

static void send_all(const void *bytes, unsigned long size) {
  const byte *from = bytes;
  while (size) {
    if (!limit(SO_SNDTIMEO)) unhealthy("no answer in time");
    long sent = call6(SYS_SENDTO, connection, (long)from, (long)size, MSG_NOSIGNAL, 0, 0);
    if (sent <= 0) unhealthy(sent == -EAGAIN ? "no answer in time" : "the connection was closed");
    from += sent;
    size -= (unsigned long)sent;
  }
}

// Returns how many bytes came: 0 at the end, -1 when the time is over.
static long receive(byte *to, unsigned long size) {
  if (!limit(SO_RCVTIMEO)) return -1;
  long count = call(SYS_READ, connection, (long)to, (long)size);
  return count >= 0 ? count : count == -EAGAIN ? -1 : 0;
}

#endif
