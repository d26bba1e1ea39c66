// The linker, as one program: rustc wants a program, and the linker must be started through the
// dynamic loader that was unpacked beside it, with the C library's objects around rustc's own.
//
// LINKER holds the command and its first arguments, LINKER_AFTER the last ones, separated by spaces.

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

static char* arguments[65536];

static char** append_words(char** end, const char* variable) {
  char* words = getenv(variable);
  for (char* word = words ? strtok(words, " ") : nullptr; word; word = strtok(nullptr, " "))
    *end++ = word;
  return end;
}

int main(int, char** argv) {
  char** end = append_words(arguments, "LINKER");
  while (*++argv) *end++ = *argv;
  append_words(end, "LINKER_AFTER");
  execv(arguments[0], arguments);
  perror(arguments[0]);
  return 127;
}
