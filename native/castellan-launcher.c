/*
 * The only process of an installation with two users that stays root: it starts the daemon, and programs as the agent user for it.
 *
 *   castellan-launcher --system UID:GID --agent UID:GID [--server UID:GID] --shared GID --socket PATH
 *     [--processes N] [--files N] [--file-bytes N] [--data-bytes N] [--env NAME=VALUE]... -- NODE MAIN...
 *
 * No network, no configuration, no environment: everything it knows is in its arguments. The daemon is started as root and told to
 * become the system user itself (`--become`), so that nobody of that user can look into it. A start is asked for over the socket
 * by castellan-enter (launcher.h); only the system user is listened to (SO_PEERCRED). For each a keeper is forked: it reads
 * the request, starts the program with every right dropped, and ends all that came of it when the program ends, when the
 * connection closes, or when the launcher does. INVARIANT: nothing of a request is more than bytes with a checked length until the
 * kernel has it, and no word of it is acted on as root.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "launcher-keeper.h"
#include "launcher.h"

enum { MAX_STARTS = 256, MAX_ENV = 32 };

static struct told told = {{0, 0}, {0, 0}, {0, 0}, 0, 0, 4096, 4096, RLIM_INFINITY, RLIM_INFINITY};
static sigset_t watched;
static int alive;

static void __attribute__((noreturn)) stop(int code, const char *what, const char *more) {
  say(what, more);
  _exit(code);
}

/* Digits only; stops at what is none. Never root, where `least` is 1. */
static unsigned long number(const char *text, char end, unsigned long least, unsigned long most, const char **rest) {
  unsigned long value = 0;
  const char *at = text;
  for (; *at >= '0' && *at <= '9' && at - text < 19; at += 1) value = value * 10 + (unsigned long)(*at - '0');
  if (at == text || *at != end || value < least || value > most) stop(64, "an argument is no number that it could be", text);
  if (rest) *rest = at + 1;
  return value;
}

static struct user user_of(const char *text) {
  const char *rest;
  uid_t uid = (uid_t)number(text, ':', 1, 0x7fffffff, &rest);
  return (struct user){uid, (gid_t)number(rest, 0, 1, 0x7fffffff, 0)};
}

static int listen_at(const char *path) {
  struct sockaddr_un at;
  memset(&at, 0, sizeof at);
  at.sun_family = AF_UNIX;
  char folder[sizeof at.sun_path];
  if (path[0] != '/' || strlen(path) >= sizeof at.sun_path) stop(64, "the socket's path is not absolute, or too long", path);
  memcpy(at.sun_path, path, strlen(path) + 1);
  memcpy(folder, path, strlen(path) + 1);
  char *slash = strrchr(folder, '/');
  slash[slash == folder] = 0;
  struct stat is;
  if (lstat(folder, &is) != 0 || !S_ISDIR(is.st_mode) || is.st_uid != 0 || (is.st_mode & 022) != 0)
    stop(78, "the folder of the socket is not root's alone", folder);
  if (lstat(path, &is) == 0 && (!S_ISSOCK(is.st_mode) || unlink(path) != 0)) stop(78, "something else lies at the socket's path", path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  umask(0777);
  if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0) stop(71, "the socket cannot be made", strerror(errno));
  umask(0077);
  if (chown(path, 0, told.system.gid) != 0 || chmod(path, 0660) != 0 || listen(fd, 64) != 0)
    stop(71, "the socket cannot be made", strerror(errno));
  return fd;
}

/*
 * Its standard input ends when we do, however that is: the signal of the kernel for that (PDEATHSIG) is forgotten as soon as it becomes
 * another user.
 */
static pid_t start_daemon(char **program, char *const *environment) {
  int life[2];
  if (pipe2(life, O_CLOEXEC) != 0) stop(71, "the daemon cannot be started", strerror(errno));
  pid_t launcher = getpid(), child = fork();
  if (child < 0) stop(71, "the daemon cannot be started", strerror(errno));
  if (child > 0) {
    close(life[0]);
    alive = life[1];
    return child;
  }
  if (dup2(life[0], 0) != 0 || !close_above(3)) _exit(125);
  if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != launcher || chdir("/") != 0) _exit(125);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) _exit(125);
  default_signals();
  execve(program[0], program, environment);
  stop(125, "the daemon cannot be started", strerror(errno));
}

static void take_start(int fd, pid_t *keepers) {
  int connection = accept4(fd, 0, 0, SOCK_CLOEXEC);
  if (connection < 0) return;
  struct ucred peer;
  socklen_t size = sizeof peer;
  int free_at = 0;
  while (free_at < MAX_STARTS && keepers[free_at] != 0) free_at += 1;
  if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || size != sizeof peer || peer.uid != told.system.uid)
    say("somebody other than the system user asked for a start", "refused");
  else if (free_at == MAX_STARTS) answer_with(connection, REFUSED, EAGAIN);
  else {
    pid_t launcher = getpid(), child = fork();
    if (child == 0) {
      close(fd);
      close(alive);
      keep(connection, launcher, &told, &watched);
    }
    if (child > 0) keepers[free_at] = child;
    else answer_with(connection, REFUSED, errno);
  }
  close(connection);
}

/* Each keeper ends what it keeps; the daemon has ended, so that nothing begins any more. */
static void end_keepers(pid_t *keepers) {
  int left = 0;
  for (int i = 0; i < MAX_STARTS; i += 1)
    if (keepers[i] != 0 && kill(keepers[i], SIGTERM) == 0) left = 1;
  for (long begin = now_ms(); left && now_ms() - begin < 10000;) {
    left = 0;
    for (int i = 0; i < MAX_STARTS; i += 1) {
      if (keepers[i] != 0 && waitpid(keepers[i], 0, WNOHANG) == 0) left = 1;
      else keepers[i] = 0;
    }
    const struct timespec pause = {0, 2000000};
    nanosleep(&pause, 0);
  }
  if (!left) return;
  kill_user(told.agent);
  if (told.has_server) kill_user(told.server);
}

int main(int argc, char **argv) {
  const char *socket_path = 0;
  char *environment[MAX_ENV + 1] = {0};
  int variables = 0, i = 1, given = 0;
  for (; i + 1 < argc && strcmp(argv[i], "--") != 0; i += 2) {
    char *value = argv[i + 1];
    if (strcmp(argv[i], "--system") == 0) told.system = user_of(value), given |= 1;
    else if (strcmp(argv[i], "--agent") == 0) told.agent = user_of(value), given |= 2;
    else if (strcmp(argv[i], "--server") == 0) told.server = user_of(value), told.has_server = 1;
    else if (strcmp(argv[i], "--shared") == 0) told.shared = (gid_t)number(value, 0, 1, 0x7fffffff, 0), given |= 4;
    else if (strcmp(argv[i], "--socket") == 0) socket_path = value;
    else if (strcmp(argv[i], "--processes") == 0) told.processes = number(value, 0, 8, 1000000, 0);
    else if (strcmp(argv[i], "--files") == 0) told.files = number(value, 0, 16, 1048576, 0);
    else if (strcmp(argv[i], "--file-bytes") == 0) told.file_bytes = number(value, 0, 1048576, 1UL << 50, 0);
    else if (strcmp(argv[i], "--data-bytes") == 0) told.data_bytes = number(value, 0, 1UL << 26, 1UL << 50, 0);
    else if (strcmp(argv[i], "--env") == 0 && variables < MAX_ENV && strchr(value, '=')) environment[variables++] = value;
    else stop(64, "it is called in a way it does not know", argv[i]);
  }
  if (given != 7 || socket_path == 0 || i + 2 >= argc || argv[i + 1][0] != '/') stop(64, "users, socket or daemon are missing", "");
  if (told.agent.uid == told.system.uid || told.agent.gid == told.system.gid || told.shared == told.system.gid ||
      (told.has_server && (told.server.uid == told.system.uid || told.server.uid == told.agent.uid || told.server.gid == told.shared)))
    stop(64, "two of the users are the same one", "");
  if (getuid() != 0 || geteuid() != 0) stop(77, "it is not started as root", "");
  for (int fd = 0; fd <= 2; fd += 1)
    if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd) _exit(125);
  if (!close_above(3) || chdir("/") != 0) _exit(125);
  umask(0077);
  sigemptyset(&watched);
  const int of_ours[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP};
  for (size_t n = 0; n < sizeof of_ours / sizeof *of_ours; n += 1) sigaddset(&watched, of_ours[n]);
  sigprocmask(SIG_SETMASK, &watched, 0);
  signal(SIGPIPE, SIG_IGN);
  int signals = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
  int fd = listen_at(socket_path);
  if (signals < 0) stop(71, "signals cannot be heard", "");
  pid_t daemon = start_daemon(argv + i + 1, environment);
  static pid_t keepers[MAX_STARTS];
  int code = -1;
  while (code == -1) {
    struct pollfd wait[2] = {{fd, POLLIN, 0}, {signals, POLLIN, 0}};
    if (poll(wait, 2, -1) < 0) continue;
    struct signalfd_siginfo came;
    while (read(signals, &came, sizeof came) == (ssize_t)sizeof came)
      if (came.ssi_signo != SIGCHLD) (void)kill(daemon, SIGTERM);
    int status;
    for (pid_t gone = waitpid(-1, &status, WNOHANG); gone > 0; gone = waitpid(-1, &status, WNOHANG)) {
      if (gone == daemon) code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      for (int k = 0; k < MAX_STARTS; k += 1)
        if (keepers[k] == gone) keepers[k] = 0;
    }
    if (code == -1 && wait[0].revents & POLLIN) take_start(fd, keepers);
  }
  close(fd);
  unlink(socket_path);
  end_keepers(keepers);
  return code;
}
