/*
 * Starts a program as the agent user, on our own three streams, and lives exactly as long as it does.
 *
 *   castellan-enter --socket PATH [--server] [--cwd DIR] [--die-with-parent] -- PROGRAM ARGUMENTS
 *
 * It has no right of its own: it hands its streams, words, environment and folder to castellan-launcher, which asks the kernel who
 * we are. Signals are passed on; the program's exit code or signal becomes ours. INVARIANT: when we end, however that is, the
 * connection closes and the launcher ends every process of that start.
 *
 * Exit 125: the launcher did not start it; one line on stderr says why. 126, 127: the program cannot be run, or is not there.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "launcher.h"

extern char **environ;

static void __attribute__((noreturn)) fail(int code, const char *why, const char *detail) {
  char line[512];
  size_t length = 0;
  const char *parts[] = {"castellan: ", why, detail[0] ? ": " : "", detail, "\n"};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i += 1) {
    size_t n = strlen(parts[i]);
    if (n > sizeof line - 1 - length) n = sizeof line - 1 - length;
    memcpy(line + length, parts[i], n);
    length += n;
  }
  line[length - 1] = '\n';
  if (write(2, line, length) < 0) _exit(code);
  _exit(code);
}

struct words {
  char *at;
  uint32_t length;
};

/* With its closing zero. */
static void add(struct words *to, const char *text) {
  size_t n = strlen(text) + 1;
  if (n > MAX_WORDS - to->length) fail(125, "arguments and environment are too long for another user's program", "");
  memcpy(to->at + to->length, text, n);
  to->length += (uint32_t)n;
}

static int connect_to(const char *path) {
  struct sockaddr_un to;
  memset(&to, 0, sizeof to);
  to.sun_family = AF_UNIX;
  if (strlen(path) >= sizeof to.sun_path) fail(125, "the path of the launcher's socket is too long", path);
  memcpy(to.sun_path, path, strlen(path) + 1);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0) fail(125, "the launcher does not answer", strerror(errno));
  /* Whoever took its place would be handed our streams and environment. */
  struct ucred peer;
  socklen_t size = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || size != sizeof peer || peer.uid != 0)
    fail(125, "the launcher's socket is not root's", path);
  return fd;
}

static void send_start(int fd, const struct start *start, const struct words *words) {
  const int streams[3] = {0, 1, 2};
  union {
    struct cmsghdr aligned;
    char room[CMSG_SPACE(sizeof streams)];
  } control;
  memset(&control, 0, sizeof control);
  struct iovec head = {(void *)(uintptr_t)start, sizeof *start};
  struct msghdr message;
  memset(&message, 0, sizeof message);
  message.msg_iov = &head;
  message.msg_iovlen = 1;
  message.msg_control = control.room;
  message.msg_controllen = sizeof control.room;
  struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof streams);
  memcpy(CMSG_DATA(rights), streams, sizeof streams);
  ssize_t n;
  do n = sendmsg(fd, &message, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  if (n != (ssize_t)sizeof *start) fail(125, "the launcher does not listen", n < 0 ? strerror(errno) : "");
  for (uint32_t at = 0; at < words->length;) {
    n = send(fd, words->at + at, words->length - at, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return; /* It refused early: what it answered says why. */
    at += (uint32_t)n;
  }
}

/* A terminal that is ours alone becomes the program's: it must be nobody's before somebody else can take it. */
static int give_up_terminal(void) {
  if (!isatty(0) || tcgetsid(0) != getpid()) return 0;
  int given = ioctl(0, TIOCNOTTY) == 0;
  /* What that sent us waits, for it is blocked: ignored for a moment, it is forgotten. */
  const int sent[] = {SIGHUP, SIGCONT};
  for (size_t n = 0; n < 2; n += 1) {
    signal(sent[n], SIG_IGN);
    signal(sent[n], SIG_DFL);
  }
  return given;
}

static void tell(int fd, int number) {
  const unsigned char byte = (unsigned char)number;
  /* It has just ended: its answer is on the way. */
  (void)!send(fd, &byte, 1, MSG_NOSIGNAL);
}

/* Stops first what we stand for, then us; both go on together. */
static void pause_both(int fd) {
  tell(fd, SIGSTOP);
  raise(SIGSTOP);
  tell(fd, SIGCONT);
}

static void __attribute__((noreturn)) end_as(struct answer answer, const char *program) {
  if (answer.kind == EXITED) _exit(answer.value & 255);
  if (answer.kind == KILLED) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    signal(answer.value, SIG_DFL);
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_UNBLOCK, &all, 0);
    raise(answer.value);
    _exit(128 + (answer.value & 127));
  }
  if (answer.kind == NO_FOLDER) fail(125, "the agent user may not enter the folder it would start in", strerror(answer.value));
  if (answer.kind == NO_PROGRAM) {
    char text[300] = "";
    strncat(text, program, 200);
    strncat(text, ": ", 3);
    strncat(text, strerror(answer.value), 90);
    fail(answer.value == ENOENT ? 127 : 126, "the agent user cannot run it", text);
  }
  fail(125, "the launcher refused", answer.kind == REFUSED ? strerror(answer.value) : "");
}

int main(int argc, char **argv) {
  const char *socket_path = 0, *cwd = 0;
  struct start start = {START_MAGIC, 0, 0, 0, 0};
  pid_t parent = getppid();
  int i = 1, bound = 0;
  for (; i < argc && strcmp(argv[i], "--") != 0; i += 1) {
    if (strcmp(argv[i], "--socket") == 0 && i + 1 < argc) socket_path = argv[++i];
    else if (strcmp(argv[i], "--cwd") == 0 && i + 1 < argc) cwd = argv[++i];
    else if (strcmp(argv[i], "--server") == 0) start.flags |= AS_SERVER;
    else if (strcmp(argv[i], "--die-with-parent") == 0) bound = 1;
    else fail(64, "usage: castellan-enter --socket PATH [--server] [--cwd DIR] [--die-with-parent] -- PROGRAM ARGUMENTS", "");
  }
  char **program = argv + i + 1;
  if (socket_path == 0 || i + 1 >= argc) fail(64, "usage: castellan-enter --socket PATH -- PROGRAM ARGUMENTS", "");
  /* The thread that started us is the one this is about. */
  if (bound && (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)) _exit(125);
  for (int fd = 0; fd <= 2; fd += 1)
    if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd) _exit(125);

  struct words words = {malloc(MAX_WORDS), 0};
  if (words.at == 0) fail(125, "there is no memory left", "");
  char here[MAX_PATH];
  if (cwd == 0) cwd = getcwd(here, sizeof here);
  if (cwd == 0 || cwd[0] != '/') fail(125, "the folder to start in is no absolute path", cwd == 0 ? "" : cwd);
  add(&words, cwd);
  for (char **each = program; *each; each += 1, start.arguments += 1) add(&words, *each);
  for (char **each = environ; *each; each += 1, start.variables += 1) add(&words, *each);
  if (start.arguments > MAX_ARGUMENTS || start.variables > MAX_VARIABLES) fail(125, "it has too many arguments or variables", "");
  start.length = words.length;

  const int passed[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGCONT, SIGUSR1, SIGUSR2, SIGTSTP};
  sigset_t watched;
  sigemptyset(&watched);
  for (size_t n = 0; n < sizeof passed / sizeof *passed; n += 1) sigaddset(&watched, passed[n]);
  sigprocmask(SIG_BLOCK, &watched, 0);
  signal(SIGPIPE, SIG_IGN);
  int signals = signalfd(-1, &watched, SFD_CLOEXEC);
  int fd = connect_to(socket_path);
  if (signals < 0) fail(125, "signals cannot be passed on", strerror(errno));
  if (give_up_terminal()) start.flags |= TAKE_TERMINAL;
  send_start(fd, &start, &words);
  free(words.at);

  struct answer answer;
  size_t got = 0;
  for (;;) {
    struct pollfd wait[2] = {{fd, POLLIN, 0}, {signals, POLLIN, 0}};
    if (poll(wait, 2, -1) < 0) continue;
    if (wait[1].revents & POLLIN) {
      struct signalfd_siginfo came;
      if (read(signals, &came, sizeof came) == (ssize_t)sizeof came) {
        if (came.ssi_signo == SIGTSTP) pause_both(fd);
        else tell(fd, (int)came.ssi_signo);
      }
    }
    if (wait[0].revents == 0) continue;
    ssize_t n = read(fd, (char *)&answer + got, sizeof answer - got);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) fail(125, "the launcher has ended", "");
    got += (size_t)n;
    if (got < sizeof answer) continue;
    got = 0;
    if (answer.kind != STARTED) end_as(answer, program[0]);
  }
}
