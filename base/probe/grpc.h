// Asks grpc.health.v1.Health/Check over HTTP/2 (RFC 9113) without TLS.
//
// Header fields of the answer are not read, and so need no HPACK decoder: only a message says SERVING.

#ifndef GRPC_H
#define GRPC_H

#include "connection.h"

enum { DATA = 0, HEADERS = 1, RST_STREAM = 3, SETTINGS = 4, PING = 6, GOAWAY = 7 };
enum { ACK = 1, END_STREAM = 1, END_HEADERS = 4, PADDED = 8 };
enum { MOST_TEXT = 100, MOST_FRAME = 16384 };

typedef struct {
  byte bytes[512];
  unsigned long size;
} Request;

static void put(Request *request, const void *bytes, unsigned long size) {
  memcpy(request->bytes + request->size, bytes, size);
  request->size += size;
}

static void put_text(Request *request, const char *text, unsigned long size) {
  byte prefix = (byte)size;
  put(request, &prefix, 1);
  put(request, text, size);
}

static void frame(Request *request, unsigned long size, byte type, byte flags, byte stream) {
  byte header[9] = {0, (byte)(size >> 8), (byte)size, type, flags, 0, 0, 0, stream};
  put(request, header, sizeof header);
}

static void ask(const char *service, unsigned long size) {
  static Request request, fields;
  put(&request, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 24);
  frame(&request, 0, SETTINGS, 0, 0);

  // RFC 7541: 0x83 and 0x86 are ":method: POST" and ":scheme: http"; others are literals.
  put(&fields, "\x83\x86\x04", 3);
  put_text(&fields, "/grpc.health.v1.Health/Check", 28);
  put(&fields, "\x01", 1);
  put_text(&fields, target->host, target->host_size);
  put(&fields, "\x0f\x10", 2);
  put_text(&fields, "application/grpc", 16);
  put(&fields, "\x00\x02te\x08trailers", 13);
  frame(&request, fields.size, HEADERS, END_HEADERS, 1);
  put(&request, fields.bytes, fields.size);

  byte message = (byte)(size ? size + 2 : 0);
  byte prefix[5] = {0, 0, 0, 0, message};
  frame(&request, 5u + message, DATA, END_STREAM, 1);
  put(&request, prefix, 5);
  if (size) {
    put(&request, "\x0a", 1);
    put_text(&request, service, size);
  }
  send_all(request.bytes, request.size);
}

static void receive_all(byte *to, unsigned long size) {
  while (size) {
    long count = receive(to, size);
    if (count < 0) unhealthy("no answer in time");
    if (count == 0) unhealthy("the connection was closed: is this a gRPC server without TLS?");
    to += count;
    size -= (unsigned long)count;
  }
}

// HealthCheckResponse: field 1 is the status; an absent one is 0.
static int status_of(const byte *message, unsigned long size) {
  if (size < 5 || message[0] != 0) return -1;
  return size >= 7 && message[5] == 0x08 ? message[6] : 0;
}

static void probe_grpc(void) {
  static byte payload[MOST_FRAME], message[64];
  const char *service = target->path + (*target->path == '/');
  unsigned long size = 0;
  if (length(service) > MOST_TEXT || target->host_size > MOST_TEXT) unhealthy("the name is too long");
  ask(service, length(service));
  for (int ended = 0; !ended;) {
    byte header[9];
    receive_all(header, sizeof header);
    unsigned long count = (unsigned long)header[0] << 16 | (unsigned long)header[1] << 8 | header[2];
    byte type = header[3], flags = header[4], stream = header[8];
    if (count > MOST_FRAME) unhealthy("the answer is not HTTP/2");
    receive_all(payload, count);
    if ((type == SETTINGS || type == PING) && !(flags & ACK)) {
      static Request reply;
      reply.size = 0;
      frame(&reply, type == PING ? 8 : 0, type, ACK, 0);
      if (type == PING) put(&reply, payload, 8);
      send_all(reply.bytes, reply.size);
    } else if (type == GOAWAY || (type == RST_STREAM && stream == 1)) {
      unhealthy("the server refuses");
    } else if (type == DATA && stream == 1) {
      unsigned long from = flags & PADDED ? 1 : 0, padding = from ? payload[0] : 0;
      for (unsigned long i = from; i + padding < count && size < sizeof message; i++) message[size++] = payload[i];
    }
    ended = (type == DATA || type == HEADERS) && stream == 1 && flags & END_STREAM;
  }
  switch (status_of(message, size)) {
    case 1:
      answer(0, "SERVING", "", 0);
    case 2:
      unhealthy("NOT_SERVING");
    case 3:
      unhealthy("SERVICE_UNKNOWN");
    case 0:
      unhealthy("UNKNOWN, or the server does not know the service");
    default:
      unhealthy("no health status: the server has no grpc.health.v1.Health, or does not know the service");
  }
}

#endif
