/* What the parts of castellan-inner share. */
#ifndef CASTELLAN_INNER_H
#define CASTELLAN_INNER_H
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { MOST_FORWARDS = 8, MOST_PATHS = 1024, MOST_SAME = 1024, FAILED = 125 };

/* A port of the loopback in here that leads to a Unix socket. */
struct forward {
  uint16_t port;
  const char *socket;
  int listeners[2];
};

/* A path of the list that Landlock is given. */
struct path {
  const char *name;
  enum { READ, WRITE, DEVICE } kind;
};

/* What a path was when somebody looked whether it may be let in. */
struct same {
  const char *name;
  uint64_t device, file;
};

struct instruction {
  uint16_t code;
  uint8_t yes, no;
  uint32_t value;
};

/* One line on stderr, then the end: the program is not started. `what` may be null. */
void __attribute__((noreturn)) fail(const char *why, const char *what);
/* The same, with what the kernel said. */
void __attribute__((noreturn)) fail_by(const char *why, const char *what, int error);

/* Whoever loads it must not be able to gain rights any more. */
void load_filter(const struct instruction *instructions, size_t count);

/* Listens, and leaves a process behind that carries bytes for as long as this one (or what it becomes) lives. */
void forward_ports(struct forward *forwards, size_t count);

/* -1: this kernel has none. */
long landlock_abi(void);
/* Fails when `fd` is another file than the one that was looked at under that name; of others nothing is known. */
void check_same(const char *name, int fd);

/* Nothing but these paths, no signal and no abstract socket to whoever is outside; without `network` no TCP either. */
void landlock_only(const struct path *paths, size_t count, int network);
/* Abstract sockets alone. */
void landlock_scope(void);

/* Returns as a child of somebody who ends everything that is started from here on as soon as that child has ended, or the first process has. */
void tended(void);
#endif
