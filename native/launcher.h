/* What castellan-enter says to castellan-launcher and hears from it, over a Unix stream socket of one machine. */
#ifndef CASTELLAN_LAUNCHER_H
#define CASTELLAN_LAUNCHER_H
#include <stdint.h>

enum {
  START_MAGIC = 0x31545343, /* "CST1" */
  MAX_WORDS = 1024 * 1024,
  MAX_PATH = 4096,
  MAX_ARGUMENTS = 4096,
  MAX_VARIABLES = 1024,
};

enum { AS_SERVER = 1, TAKE_TERMINAL = 2 };

/* First, with three descriptors: then `length` bytes, each word with its closing zero: folder, arguments, variables. */
struct start {
  uint32_t magic;
  uint32_t flags;
  uint32_t arguments;
  uint32_t variables;
  uint32_t length;
};

/* Afterwards every byte is the number of a signal for the program's group. */
enum kind { STARTED = 1, EXITED, KILLED, REFUSED, NO_FOLDER, NO_PROGRAM };

/* value: process id, exit code, signal, or error number. */
struct answer {
  int32_t kind;
  int32_t value;
};
#endif
