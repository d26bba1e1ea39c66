// What the probe asks of Linux: system calls, and where the program begins. There is no C library.

#ifndef SYSTEM_H
#define SYSTEM_H

typedef unsigned char byte;

enum { AF_INET = 2, AF_INET6 = 10, SOCK_STREAM = 1, SOCK_CLOEXEC = 02000000 };
enum { SOL_SOCKET = 1, SO_RCVTIMEO = 20, SO_SNDTIMEO = 21, MSG_NOSIGNAL = 0x4000 };
enum { CLOCK_MONOTONIC = 1, ECONNREFUSED = 111, EAGAIN = 11, EINPROGRESS = 115 };

typedef struct {
  long seconds, parts;  // nanoseconds of a timespec, microseconds of a timeval
} Time;

#if defined(__x86_64__)
enum { SYS_READ = 0, SYS_WRITE = 1, SYS_CLOSE = 3, SYS_SOCKET = 41, SYS_CONNECT = 42, SYS_SENDTO = 44 };
enum { SYS_SETSOCKOPT = 54, SYS_CLOCK_GETTIME = 228, SYS_EXIT_GROUP = 231 };

static long call6(long number, long a, long b, long c, long d, long e, long f) {
  register long r10 __asm__("r10") = d, r8 __asm__("r8") = e, r9 __asm__("r9") = f;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

__asm__(
    ".globl _start\n"
    "_start:\n"
    "  xor %ebp, %ebp\n"
    "  mov %rsp, %rdi\n"
    "  and $-16, %rsp\n"
    "  call begin\n");

#elif defined(__aarch64__)
enum { SYS_CLOSE = 57, SYS_READ = 63, SYS_WRITE = 64, SYS_EXIT_GROUP = 94, SYS_CLOCK_GETTIME = 113 };
enum { SYS_SOCKET = 198, SYS_CONNECT = 203, SYS_SENDTO = 206, SYS_SETSOCKOPT = 208 };

static long call6(long number, long a, long b, long c, long d, long e, long f) {
  register long x8 __asm__("x8") = number, x0 __asm__("x0") = a, x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c, x3 __asm__("x3") = d, x4 __asm__("x4") = e, x5 __asm__("x5") = f;
  __asm__ volatile("svc 0"
                   : "+r"(x0)
                   : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                   : "memory");
  return x0;
}

__asm__(
    ".globl _start\n"
    "_start:\n"
    "  mov x29, #0\n"
    "  mov x30, #0\n"
    "  mov x0, sp\n"
    "  and sp, x0, #-16\n"
    "  bl begin\n");

#else
#error "no system calls of this architecture"
#endif

static inline long call(long number, long a, long b, long c) { return call6(number, a, b, c, 0, 0, 0); }

__attribute__((noreturn)) static void leave(int status) {
  for (;;) call(SYS_EXIT_GROUP, status, 0, 0);
}

// The compiler may call these for any assignment.
void *memcpy(void *to, const void *from, unsigned long size) {
  for (unsigned long i = 0; i < size; i++) ((volatile byte *)to)[i] = ((const byte *)from)[i];
  return to;
}

void *memset(void *to, int value, unsigned long size) {
  for (unsigned long i = 0; i < size; i++) ((volatile byte *)to)[i] = (byte)value;
  return to;
}

static unsigned long length(const char *text) {
  unsigned long size = 0;
  while (text[size]) size++;
  return size;
}

#endif
