/*
 * What runs first inside of walls: it makes the last of them around itself and becomes the program.
 *
 *   castellan-inner [--processes N] [--file BYTES] [--data BYTES] [--descriptors N] [--forward PORT:SOCKET]...
 *                   [--same DEVICE:FILE:PATH]... [--folder PATH] [--landlock [--network] [--read PATH]... [--write PATH]... [--device PATH]...] [--scope] [--filter HEX]
 *                   -- PROGRAM ARGUMENTS...
 *   castellan-inner --before [--deaf] [--open PATH]... -- PROGRAM ARGUMENTS...
 *   castellan-inner --abi
 *
 * `--same`: what stands at a path has to be that very file, by its numbers: between the look and the mount somebody else may have put
 * a link there, and then the program is not started.
 *
 * It closes every descriptor but the three streams, gives up every right, sets limits, listens on ports of the loopback and carries
 * what comes there to Unix sockets (inner-forward.c), restricts itself by Landlock (inner-landlock.c), loads the filter of system
 * calls and becomes the program. `--abi` says which Landlock this kernel has, 0 where it has none. `--before` is for
 * bubblewrap itself: files are opened for it, from descriptor 3 on, so that it copies them in instead of mounting each; `--deaf` in front of a
 * program in a terminal: a signal that is meant for the program, which gets it too, must not end the walls and all that is in them.
 *
 * INVARIANT: whatever fails ends with exit 125 and one line on stderr, and the program is not started. Nothing is read but the
 * arguments: no variable of the environment and no file says what is to be done.
 */
#define _GNU_SOURCE
#include "inner.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOST_INSTRUCTIONS = 4096 };

static void put(const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t n = write(2, bytes, length);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    bytes += n;
    length -= (size_t)n;
  }
}

/* One write, so that nothing of another process stands inside the line. */
static void say(const char *parts[], size_t count) {
  char line[512];
  size_t length = 0;
  for (size_t i = 0; i < count; i += 1) {
    size_t n = strlen(parts[i]);
    if (n > sizeof line - 1 - length) n = sizeof line - 1 - length;
    memcpy(line + length, parts[i], n);
    length += n;
  }
  /* A name in it may hold anything: it stays one line. */
  for (size_t i = 0; i < length; i += 1)
    if ((unsigned char)line[i] < ' ') line[i] = '?';
  line[length] = '\n';
  put(line, length + 1);
}

void fail(const char *why, const char *what) {
  const char *parts[] = {"castellan: ", why, what == 0 ? "" : " `", what == 0 ? "" : what, what == 0 ? "" : "`"};
  say(parts, sizeof parts / sizeof *parts);
  _exit(FAILED);
}

void fail_by(const char *why, const char *what, int error) {
  const char *parts[] = {"castellan: ", why, what == 0 ? "" : " `", what == 0 ? "" : what, what == 0 ? "" : "`", ": ", strerror(error)};
  say(parts, sizeof parts / sizeof *parts);
  _exit(FAILED);
}

/* Digits only. */
static uint64_t number(const char *text, size_t length, uint64_t most, const char *whole) {
  uint64_t value = 0;
  if (length == 0 || length > 19) fail("no number:", whole);
  for (size_t i = 0; i < length; i += 1) {
    if (text[i] < '0' || text[i] > '9') fail("no number:", whole);
    value = value * 10 + (uint64_t)(text[i] - '0');
  }
  if (value > most) fail("too large a number:", whole);
  return value;
}

static unsigned digit(char letter) {
  if (letter >= '0' && letter <= '9') return (unsigned)(letter - '0');
  if (letter >= 'a' && letter <= 'f') return (unsigned)(letter - 'a' + 10);
  fail("the filter is no text of hexadecimal digits", 0);
}

static struct instruction filter[MOST_INSTRUCTIONS];
static size_t filter_length;

/* Eight bytes each, the lower one of a number first, as both kinds of machine have them. */
static void read_filter(const char *text) {
  size_t length = strlen(text);
  if (length == 0 || length % 16 != 0 || length / 16 > MOST_INSTRUCTIONS) fail("the filter has a wrong length", 0);
  filter_length = length / 16;
  for (size_t i = 0; i < filter_length; i += 1) {
    unsigned char bytes[8];
    for (size_t j = 0; j < 8; j += 1)
      bytes[j] = (unsigned char)(digit(text[i * 16 + j * 2]) << 4 | digit(text[i * 16 + j * 2 + 1]));
    memcpy(&filter[i], bytes, sizeof bytes);
  }
}

void load_filter(const struct instruction *instructions, size_t count) {
  struct {
    unsigned short length;
    const struct instruction *instructions;
  } program = {(unsigned short)count, instructions};
  /* SECCOMP_SET_MODE_FILTER. */
  if (syscall(SYS_seccomp, 1, 0, &program) != 0) fail_by("the filter of system calls cannot be loaded", 0, errno);
}

/* Whoever started this may have left anything open. */
static void close_others(void) {
#ifdef SYS_close_range
  if (syscall(SYS_close_range, 3U, ~0U, 0U) == 0) return;
#endif
  struct rlimit most;
  if (getrlimit(RLIMIT_NOFILE, &most) != 0) fail_by("descriptors cannot be closed", 0, errno);
  rlim_t last = most.rlim_max == RLIM_INFINITY || most.rlim_max > 1048576 ? 1048576 : most.rlim_max;
  for (int fd = 3; (rlim_t)fd < last; fd += 1) close(fd);
}

/* No right of root, now or by starting anything. */
static void give_up_rights(void) {
  /* Not set where walls around this one have closed it off: then there is nothing in it either. */
  for (unsigned long right = 0; right < 64; right += 1)
    if (prctl(PR_CAPBSET_READ, right, 0, 0, 0) == 1) (void)prctl(PR_CAPBSET_DROP, right, 0, 0, 0);
  (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  struct {
    uint32_t version;
    int pid;
  } head = {0x20080522, 0};
  struct {
    uint32_t effective, permitted, inheritable;
  } none[2] = {{0, 0, 0}, {0, 0, 0}};
  if (syscall(SYS_capset, &head, none) != 0) fail_by("rights cannot be given up", 0, errno);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail_by("new rights cannot be ruled out", 0, errno);
}

/* A limit that is lower already stays. */
static void limit(int resource, uint64_t value) {
  struct rlimit now;
  if (getrlimit(resource, &now) != 0) fail_by("a limit cannot be read", 0, errno);
  if (now.rlim_max == RLIM_INFINITY || now.rlim_max > value) now.rlim_max = value;
  if (now.rlim_cur == RLIM_INFINITY || now.rlim_cur > now.rlim_max) now.rlim_cur = now.rlim_max;
  if (setrlimit(resource, &now) != 0) fail_by("a limit cannot be set", 0, errno);
}

static void on_signals(void (*handler)(int), const int *signals, size_t count) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigemptyset(&action.sa_mask);
  action.sa_handler = handler;
  /* Those that cannot be changed are not ours to change. */
  for (size_t i = 0; i < count; i += 1) (void)sigaction(signals[i], &action, 0);
}

static void __attribute__((noreturn)) become(char **program) {
  execvp(program[0], program);
  fail_by("cannot start", program[0], errno);
}

static void __attribute__((noreturn)) before(int count, char *arguments[]) {
  static const int unheard[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};
  int next = 3;
  close_others();
  for (int at = 0; at < count; at += 1) {
    if (strcmp(arguments[at], "--") == 0 && at + 1 < count) become(arguments + at + 1);
    if (strcmp(arguments[at], "--deaf") == 0) on_signals(SIG_IGN, unheard, sizeof unheard / sizeof *unheard);
    else if (strcmp(arguments[at], "--open") == 0 && at + 1 < count) {
      const char *path = arguments[at += 1];
      if (open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK) != next++) fail_by("cannot open", path, errno);
    } else fail("no such option:", arguments[at]);
  }
  fail("no program is named", 0);
}

/* As a program expects to find them, whatever was ignored or blocked on the way here. */
static void hear_all(void) {
  for (int number = 1; number <= 64; number += 1) on_signals(SIG_DFL, &number, 1);
  sigset_t none;
  sigemptyset(&none);
  if (sigprocmask(SIG_SETMASK, &none, 0) != 0) fail_by("signals cannot be heard", 0, errno);
}

static struct forward forwards[MOST_FORWARDS];
static size_t forward_count;
static struct path paths[MOST_PATHS];
static size_t path_count;

static void read_forward(const char *text) {
  const char *colon = strchr(text, ':');
  if (colon == 0 || colon[1] != '/') fail("no port and socket:", text);
  if (forward_count == MOST_FORWARDS) fail("too many ports", 0);
  uint16_t port = (uint16_t)number(text, (size_t)(colon - text), 65535, text);
  if (port == 0) fail("no port:", text);
  forwards[forward_count++] = (struct forward){port, colon + 1, {-1, -1}};
}

static struct same sames[MOST_SAME];
static size_t same_count;

static void read_same(const char *text) {
  const char *first = strchr(text, ':');
  const char *second = first == 0 ? 0 : strchr(first + 1, ':');
  if (second == 0 || second[1] != '/') fail("no numbers of a file and path:", text);
  if (same_count == MOST_SAME) fail("too many paths", 0);
  uint64_t device = number(text, (size_t)(first - text), UINT64_MAX, text);
  uint64_t file = number(first + 1, (size_t)(second - first - 1), UINT64_MAX, text);
  sames[same_count++] = (struct same){second + 1, device, file};
}

void check_same(const char *name, int fd) {
  struct stat is;
  if (fstat(fd, &is) != 0) fail_by("cannot look at", name, errno);
  for (size_t i = 0; i < same_count; i += 1)
    if (strcmp(sames[i].name, name) == 0 && (is.st_dev != sames[i].device || is.st_ino != sames[i].file))
      fail("something else was put in the place of", name);
}

static void check_all(void) {
  for (size_t i = 0; i < same_count; i += 1) {
    int fd = open(sames[i].name, O_PATH | O_CLOEXEC);
    if (fd < 0) fail_by("cannot look at", sames[i].name, errno);
    check_same(sames[i].name, fd);
    close(fd);
  }
}

int main(int count, char *arguments[]) {
  static const struct {
    const char *name;
    int resource;
  } limits[] = {{"--processes", RLIMIT_NPROC}, {"--file", RLIMIT_FSIZE}, {"--data", RLIMIT_DATA}, {"--descriptors", RLIMIT_NOFILE}};
  enum { LIMITS = sizeof limits / sizeof *limits };
  uint64_t values[LIMITS];
  int is_set[LIMITS] = {0};
  int landlock = 0, scope = 0, network = 0;
  const char *folder = 0;
  int at = 1;
  if (count == 2 && strcmp(arguments[1], "--abi") == 0) {
    long abi = landlock_abi();
    if (abi < 0) abi = 0;
    const char line[] = {(char)('0' + abi / 10 % 10), (char)('0' + abi % 10), '\n'};
    const char *text = abi < 10 ? line + 1 : line;
    const size_t length = abi < 10 ? 2 : 3;
    return write(1, text, length) == (ssize_t)length ? 0 : FAILED;
  }
  if (count > 1 && strcmp(arguments[1], "--before") == 0) before(count - 2, arguments + 2);
  for (; at < count && strcmp(arguments[at], "--") != 0; at += 1) {
    const char *name = arguments[at];
    if (strcmp(name, "--landlock") == 0) landlock = 1;
    else if (strcmp(name, "--scope") == 0) scope = 1;
    else if (strcmp(name, "--network") == 0) network = 1;
    else {
      const char *value = at + 1 < count ? arguments[++at] : "--";
      if (strcmp(value, "--") == 0) fail("nothing follows", name);
      size_t known = 0;
      while (known < LIMITS && strcmp(name, limits[known].name) != 0) known += 1;
      if (known < LIMITS) {
        values[known] = number(value, strlen(value), UINT64_C(1) << 50, value);
        is_set[known] = 1;
      } else if (strcmp(name, "--forward") == 0) read_forward(value);
      else if (strcmp(name, "--filter") == 0) read_filter(value);
      else if (strcmp(name, "--same") == 0) read_same(value);
      else if (strcmp(name, "--folder") == 0) folder = value;
      else {
        int kind = strcmp(name, "--read") == 0 ? READ : strcmp(name, "--write") == 0 ? WRITE : strcmp(name, "--device") == 0 ? DEVICE : -1;
        if (kind < 0) fail("no such option:", name);
        if (path_count == MOST_PATHS) fail("too many paths", 0);
        paths[path_count].name = value;
        paths[path_count++].kind = kind == READ ? READ : kind == WRITE ? WRITE : DEVICE;
      }
    }
  }
  if (path_count > 0 && !landlock) fail("paths are named, and nothing holds them", 0);
  if (at + 1 >= count) fail("no program is named", 0);
  char **program = arguments + at + 1;

  close_others();
  hear_all();
  give_up_rights();
  if (folder != 0 && chdir(folder) != 0) fail_by("cannot begin in", folder, errno);
  check_all();
  if (landlock) tended();
  if (forward_count > 0) forward_ports(forwards, forward_count);
  limit(RLIMIT_CORE, 0);
  for (size_t i = 0; i < LIMITS; i += 1)
    if (is_set[i]) limit(limits[i].resource, values[i]);
  if (landlock) landlock_only(paths, path_count, network);
  else if (scope) landlock_scope();
  if (filter_length > 0) load_filter(filter, filter_length);
  become(program);
}
