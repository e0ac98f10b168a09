/* Landlock: what a process and all that it starts may still open, connect to and signal. No rights are needed to give them up. */
#define _GNU_SOURCE
#include "inner.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The same numbers on every machine. */
enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446, VERSION = 1, PATH_BENEATH = 1 };
/* The first that also holds signals and abstract sockets; truncation, devices and TCP came before. */
enum { LEAST_ABI = 6 };

enum {
  EXECUTE = 1 << 0,
  WRITE_FILE = 1 << 1,
  READ_FILE = 1 << 2,
  READ_FOLDER = 1 << 3,
  MAKE_CHARACTER_DEVICE = 1 << 6,
  MAKE_BLOCK_DEVICE = 1 << 11,
  TRUNCATE = 1 << 14,
  IOCTL = 1 << 15,
  ALL = (1 << 16) - 1,
  OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL,
};
enum { TCP_BIND = 1 << 0, TCP_CONNECT = 1 << 1, ABSTRACT_SOCKETS = 1 << 0, SIGNALS = 1 << 1 };

struct ruleset {
  uint64_t files, network, scoped;
};

struct __attribute__((packed)) beneath {
  uint64_t allowed;
  int32_t folder;
};

long landlock_abi(void) { return syscall(CREATE_RULESET, 0, 0, VERSION); }

static int made(const struct ruleset *ruleset) {
  if (landlock_abi() < LEAST_ABI) fail("this kernel's Landlock does not hold all that is asked of it", 0);
  int fd = (int)syscall(CREATE_RULESET, ruleset, sizeof *ruleset, 0);
  if (fd < 0) fail_by("Landlock cannot be used", 0, errno);
  return fd;
}

static void restrict_by(int ruleset) {
  if (syscall(RESTRICT_SELF, ruleset, 0) != 0) fail_by("Landlock cannot be used", 0, errno);
  close(ruleset);
}

void landlock_only(const struct path *paths, size_t count, int network) {
  const uint64_t rights[] = {
      [READ] = EXECUTE | READ_FILE | READ_FOLDER,
      [WRITE] = ALL & ~(MAKE_CHARACTER_DEVICE | MAKE_BLOCK_DEVICE | IOCTL),
      [DEVICE] = READ_FILE | WRITE_FILE | READ_FOLDER | IOCTL,
  };
  const struct ruleset all = {ALL, network ? 0 : TCP_BIND | TCP_CONNECT, ABSTRACT_SOCKETS | SIGNALS};
  int ruleset = made(&all);
  for (size_t i = 0; i < count; i += 1) {
    int fd = open(paths[i].name, O_PATH | O_CLOEXEC);
    if (fd < 0) fail_by("cannot open", paths[i].name, errno);
    check_same(paths[i].name, fd);
    struct stat is;
    if (fstat(fd, &is) != 0) fail_by("cannot open", paths[i].name, errno);
    uint64_t allowed = rights[paths[i].kind];
    struct beneath rule = {S_ISDIR(is.st_mode) ? allowed : allowed & OF_FILES, fd};
    if (syscall(ADD_RULE, ruleset, PATH_BENEATH, &rule, 0) != 0) fail_by("Landlock cannot hold", paths[i].name, errno);
    close(fd);
  }
  restrict_by(ruleset);
}

void landlock_scope(void) {
  const struct ruleset sockets = {0, 0, ABSTRACT_SOCKETS};
  restrict_by(made(&sockets));
}
