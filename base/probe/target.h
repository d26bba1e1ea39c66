// Reads the URL of what to probe: only addresses of the container itself, so that the program is of no
// use to an intruder. Nothing is looked up.

#ifndef TARGET_H
#define TARGET_H

#include "connection.h"

static int starts(const char *text, const char *with) {
  while (*with)
    if (*text++ != *with++) return 0;
  return 1;
}

static long number(const char **text, long most) {
  long value = 0;
  const char *from = *text;
  while (**text >= '0' && **text <= '9' && value <= most) value = value * 10 + *(*text)++ - '0';
  return *text == from || value > most ? -1 : value;
}

// inet_pton(3) for "a.b.c.d".
static const char *ipv4(const char *text, byte *to) {
  for (int i = 0; i < 4; i++) {
    long value = number(&text, 255);
    if (value < 0 || (i < 3 && *text++ != '.')) return 0;
    to[i] = (byte)value;
  }
  return text;
}

static byte *add_address(Target *found, int family) {
  byte *address = found->addresses[found->address_count];
  memset(address, 0, sizeof found->addresses[0]);
  address[0] = (byte)family;  // both architectures have the low byte first
  found->address_sizes[found->address_count++] = family == AF_INET ? 16 : 28;
  return address + (family == AF_INET ? 4 : 8);
}

// Returns what is wrong, or null.
static const char *read_target(Target *found, const char *after_scheme, int default_port) {
  const char *text = after_scheme;
  found->host = text;
  if (starts(text, "localhost")) {
    text += 9;
    ipv4("127.0.0.1", add_address(found, AF_INET));
    add_address(found, AF_INET6)[15] = 1;
  } else if (starts(text, "[::1]")) {
    text += 5;
    add_address(found, AF_INET6)[15] = 1;
  } else {
    text = starts(text, "127.") ? ipv4(text, add_address(found, AF_INET)) : 0;
    if (!text) return "the host is the container itself: localhost, 127.0.0.1 or [::1]";
  }
  found->port = default_port;
  if (*text == ':') {
    text++;
    found->port = (int)number(&text, 65535);
  }
  if (found->port <= 0) return "write the port: a number from 1 to 65535";
  if (*text && *text != '/') return "after the host and the port comes a path";
  found->host_size = (unsigned long)(text - found->host);
  found->path = text;
  for (int i = 0; i < found->address_count; i++) {
    found->addresses[i][2] = (byte)(found->port >> 8);
    found->addresses[i][3] = (byte)found->port;
  }
  return 0;
}

#endif
