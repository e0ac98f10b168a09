/*
 * castellan-launcher, one start: reads the request, starts the program with every right dropped, and ends all that came of it.
 *
 * INVARIANT: nothing of a request is more than bytes with a checked length until the kernel has it, and no word of it is acted on as root.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
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
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "launcher-keeper.h"
#include "launcher.h"

enum { MAX_PROCESSES = 65536, REQUEST_MS = 5000, LAST_RESORT_MS = 2000 };

/* As the kernel has them: its headers are not everywhere. */
enum { CAP_OF_KILL = 5, CAP_OF_SETGID = 6, CAP_OF_SETUID = 7, CAPABILITIES_OF_64_BITS = 0x20080522 };

static const struct told *told;

void say(const char *what, const char *more) {
  char line[300];
  size_t length = 0;
  const char *parts[] = {"castellan: launcher: ", what, more[0] ? ": " : "", more, "\n"};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i += 1) {
    size_t n = strlen(parts[i]);
    if (n > sizeof line - 1 - length) n = sizeof line - 1 - length;
    memcpy(line + length, parts[i], n);
    length += n;
  }
  (void)!write(2, line, length);
}

int close_above(unsigned int first) {
  if (syscall(SYS_close_range, first, ~0U, 0) == 0) return 1;
  struct rlimit most;
  if (getrlimit(RLIMIT_NOFILE, &most) != 0) return 0;
  for (rlim_t fd = first; fd < most.rlim_cur && fd < 1048576; fd += 1) close((int)fd);
  return 1;
}

static void set_limit(int which, rlim_t value) {
  if (value == RLIM_INFINITY) return;
  /* Not more than we may have ourselves: to raise that is a right of its own, which a container has not. */
  struct rlimit limit;
  if (getrlimit((__typeof__(RLIMIT_CORE))which, &limit) != 0) _exit(125);
  limit.rlim_max = limit.rlim_cur = value < limit.rlim_max ? value : limit.rlim_max;
  if (setrlimit((__typeof__(RLIMIT_CORE))which, &limit) != 0) _exit(125);
}

/* --- What a program of another user is before it begins --- */

static int clear_capabilities(uint32_t kept) {
  const uint32_t header[2] = {CAPABILITIES_OF_64_BITS, 0};
  /* Effective, permitted, inheritable; and the same of the upper half. */
  const uint32_t data[6] = {kept, kept, 0, 0, 0, 0};
  return (int)syscall(SYS_capset, header, data);
}

static int become(struct user user, int is_agent) {
  for (unsigned long each = 0; prctl(PR_CAPBSET_READ, each, 0, 0, 0) >= 0; each += 1)
    if (prctl(PR_CAPBSET_DROP, each, 0, 0, 0) != 0) return 0;
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  /* The keys of root's session are not the agent's. A kernel without keys has none to give. */
  (void)syscall(SYS_keyctl, 1 /* KEYCTL_JOIN_SESSION_KEYRING */, 0);
  if (setgroups(is_agent ? 1 : 0, &told->shared) != 0) return 0;
  if (setresgid(user.gid, user.gid, user.gid) != 0 || setresuid(user.uid, user.uid, user.uid) != 0) return 0;
  if (clear_capabilities(0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return 0;
  /* It must not be able to go back: believed only when it was tried. */
  return setresuid(0, 0, 0) != 0 && setgid(0) != 0 && setgroups(0, 0) != 0;
}

void default_signals(void) {
  for (int each = 1; each < NSIG; each += 1) signal(each, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, 0);
}

struct request {
  struct start head;
  int streams[3];
  char *cwd;
  char **arguments;
  char **variables;
};

static void __attribute__((noreturn)) give_up(int report, int kind, int error) {
  const struct answer answer = {kind, error};
  (void)!write(report, &answer, sizeof answer);
  _exit(125);
}

/* Where memory ends, what an agent started goes before the daemon does. A machine that does not let us say so goes by size. */
static void goes_first(void) {
  int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  (void)!write(fd, "500", 3);
  close(fd);
}

static void __attribute__((noreturn)) run(const struct request *request, int report, pid_t keeper) {
  int is_agent = (request->head.flags & AS_SERVER) == 0;
  for (int i = 0; i < 3; i += 1)
    if (dup2(request->streams[i], i) != i) give_up(report, REFUSED, errno);
  if (report != 3 && dup3(report, 3, O_CLOEXEC) != 3) give_up(report, REFUSED, errno);
  report = 3;
  if (!close_above(4) || setsid() < 0) give_up(report, REFUSED, errno);
  if (request->head.flags & TAKE_TERMINAL) (void)ioctl(0, TIOCSCTTY, 0);
  goes_first();
  set_limit(RLIMIT_CORE, 0);
  set_limit(RLIMIT_NPROC, told->processes);
  set_limit(RLIMIT_NOFILE, told->files);
  set_limit(RLIMIT_FSIZE, told->file_bytes);
  set_limit(RLIMIT_DATA, told->data_bytes);
  umask(0007);
  if (!become(is_agent ? told->agent : told->server, is_agent)) give_up(report, REFUSED, EPERM);
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != keeper) _exit(125);
  default_signals();
  if (chdir(request->cwd) != 0) give_up(report, NO_FOLDER, errno);
  environ = request->variables;
  execvp(request->arguments[0], request->arguments);
  give_up(report, NO_PROGRAM, errno);
}

/* --- The end of a start: everything that came of it --- */

static pid_t known_pid[MAX_PROCESSES], known_parent[MAX_PROCESSES];
static unsigned char is_below[MAX_PROCESSES];

static pid_t parent_of(const char *pid) {
  char path[64] = "/proc/", text[512];
  strncat(path, pid, 20);
  strncat(path, "/stat", 6);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t n = read(fd, text, sizeof text - 1);
  close(fd);
  if (n <= 0) return -1;
  text[n] = 0;
  /* `PID (NAME) STATE PARENT`: the name may hold anything, a bracket too. */
  char *after = strrchr(text, ')');
  return after == 0 || strlen(after) < 5 ? -1 : (pid_t)strtol(after + 4, 0, 10);
}

/* Sends a signal to all that descend from us: nobody leaves a subreaper. How many there were. */
static int signal_below(int number_of_signal) {
  DIR *all = opendir("/proc");
  size_t count = 0;
  if (all == 0) return 0;
  for (struct dirent *each = readdir(all); each && count < MAX_PROCESSES; each = readdir(all)) {
    if (each->d_name[0] < '1' || each->d_name[0] > '9') continue;
    pid_t parent = parent_of(each->d_name);
    if (parent < 0) continue;
    known_pid[count] = (pid_t)strtol(each->d_name, 0, 10);
    known_parent[count] = parent;
    is_below[count] = parent == getpid();
    count += 1;
  }
  closedir(all);
  for (int changed = 1; changed;) {
    changed = 0;
    for (size_t i = 0; i < count; i += 1)
      for (size_t j = 0; j < count && !is_below[i]; j += 1)
        if (is_below[j] && known_parent[i] == known_pid[j]) is_below[i] = 1, changed = 1;
  }
  int found = 0;
  for (size_t i = 0; i < count; i += 1)
    if (is_below[i] && kill(known_pid[i], number_of_signal) == 0) found += 1;
  return found;
}

long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/*
 * Of every start of that user: for what forks faster than it can be looked for. The kernel does it in one step. Who does it has that
 * user's number for asking alone (effective), and one of nobody's for being asked: were it that user altogether, it could be stopped by
 * those it is about to end, and would be waited for without end.
 */
void kill_user(struct user user) {
  const uid_t nobodys = 0x7ffffffe;
  pid_t child = fork();
  if (child == 0) {
    if (setgroups(0, 0) != 0 || setresgid(user.gid, user.gid, user.gid) != 0) _exit(1);
    /* In a container's own numbers there may be no such one. */
    if (setresuid(nobodys, user.uid, nobodys) == 0 || setresuid(user.uid, user.uid, user.uid) == 0) kill(-1, SIGKILL);
    _exit(0);
  }
  const struct timespec pause = {0, 1000000};
  for (long begin = now_ms(); child > 0 && waitpid(child, 0, WNOHANG) == 0; nanosleep(&pause, 0))
    if (now_ms() - begin > LAST_RESORT_MS / 2) kill(child, SIGKILL);
}

static int reap(pid_t leader, int *status) {
  for (;;) {
    int one;
    pid_t gone = waitpid(-1, &one, WNOHANG);
    if (gone == leader && leader > 0) *status = one;
    if (gone < 0 && errno == ECHILD) return 0;
    if (gone <= 0) return 1;
  }
}

static void end_all(pid_t leader, int *status, struct user user) {
  /* Without a child there is nothing below: whoever loses its parent becomes ours. */
  if (!reap(leader, status)) return;
  long begin = now_ms();
  /* What stands still forks nothing: until no round finds more than the one before it. */
  for (int found = -1, before = -2; found != before && now_ms() - begin < LAST_RESORT_MS / 2;) {
    before = found;
    found = signal_below(SIGSTOP);
  }
  while (signal_below(SIGKILL) > 0 || reap(leader, status)) {
    if (now_ms() - begin > LAST_RESORT_MS) {
      say("something of a start forks faster than it can be ended", "every program of that user ends");
      kill_user(user);
      begin = now_ms();
    }
    const struct timespec pause = {0, 1000000};
    nanosleep(&pause, 0);
    if (!reap(leader, status)) break;
  }
}

/* --- A keeper: one for each start --- */

static int receive(int fd, void *to, size_t wanted, long until) {
  for (size_t at = 0; at < wanted;) {
    struct pollfd wait = {fd, POLLIN, 0};
    long left = until - now_ms();
    if (left <= 0 || poll(&wait, 1, (int)left) <= 0) return 0;
    ssize_t n = recv(fd, (char *)to + at, wanted - at, MSG_DONTWAIT);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n <= 0) return 0;
    at += (size_t)n;
  }
  return 1;
}

/* The head, in one message with exactly three descriptors; whatever else comes along is closed by the kernel. */
static int receive_head(int fd, struct request *request, long until) {
  union {
    struct cmsghdr aligned;
    char room[CMSG_SPACE(3 * sizeof(int))];
  } control;
  struct iovec into = {&request->head, sizeof request->head};
  struct msghdr message;
  memset(&message, 0, sizeof message);
  message.msg_iov = &into;
  message.msg_iovlen = 1;
  message.msg_control = control.room;
  message.msg_controllen = sizeof control.room;
  struct pollfd wait = {fd, POLLIN, 0};
  long left = until - now_ms();
  if (left <= 0 || poll(&wait, 1, (int)left) <= 0) return 0;
  ssize_t n = recvmsg(fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  const struct cmsghdr *rights = n > 0 ? CMSG_FIRSTHDR(&message) : 0;
  if (n != (ssize_t)sizeof request->head || (message.msg_flags & (MSG_CTRUNC | MSG_TRUNC)) != 0 || rights == 0) return 0;
  if (rights->cmsg_level != SOL_SOCKET || rights->cmsg_type != SCM_RIGHTS || rights->cmsg_len != CMSG_LEN(3 * sizeof(int))) return 0;
  memcpy(request->streams, CMSG_DATA(rights), sizeof request->streams);
  return 1;
}

/* The next word of the rest; null: it does not end within it. */
static char *word(char **rest, const char *end) {
  char *at = *rest;
  char *zero = at < end ? memchr(at, 0, (size_t)(end - at)) : 0;
  if (zero == 0) return 0;
  *rest = zero + 1;
  return at;
}

static int receive_request(int fd, struct request *request) {
  long until = now_ms() + REQUEST_MS;
  if (!receive_head(fd, request, until)) return 0;
  const struct start *head = &request->head;
  const uint32_t known = TAKE_TERMINAL | (told->has_server ? (uint32_t)AS_SERVER : 0);
  if (head->magic != START_MAGIC || (head->flags & ~known) != 0) return 0;
  if (head->arguments < 1 || head->arguments > MAX_ARGUMENTS || head->variables > MAX_VARIABLES) return 0;
  if (head->length < 1 || head->length > MAX_WORDS) return 0;
  char *words = malloc(head->length);
  request->arguments = calloc(head->arguments + 1, sizeof(char *));
  request->variables = calloc(head->variables + 1, sizeof(char *));
  if (words == 0 || request->arguments == 0 || request->variables == 0) return 0;
  if (!receive(fd, words, head->length, until)) return 0;
  char *rest = words;
  const char *end = words + head->length;
  request->cwd = word(&rest, end);
  if (request->cwd == 0 || request->cwd[0] != '/') return 0;
  for (uint32_t i = 0; i < head->arguments; i += 1)
    if ((request->arguments[i] = word(&rest, end)) == 0) return 0;
  for (uint32_t i = 0; i < head->variables; i += 1)
    if ((request->variables[i] = word(&rest, end)) == 0 || strchr(request->variables[i], '=') == 0) return 0;
  return rest == end && request->arguments[0][0] != 0;
}

void answer_with(int fd, int kind, int value) {
  const struct answer answer = {kind, value};
  (void)!send(fd, &answer, sizeof answer, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Only these, and only for the program's group. */
static int may_send(unsigned char given) {
  static const unsigned char known[] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT, SIGWINCH, SIGCONT,
                                        SIGUSR1, SIGUSR2, SIGTSTP, SIGSTOP, SIGKILL};
  return memchr(known, given, sizeof known) != 0;
}

void keep(int fd, pid_t launcher, const struct told *from, const sigset_t *watched) {
  told = from;
  /* Ended by name, it still ends what it keeps. */
  if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != launcher || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) _exit(1);
  prctl(PR_SET_DUMPABLE, 0);
  int signals = signalfd(-1, watched, SFD_CLOEXEC | SFD_NONBLOCK);
  struct request request;
  memset(&request, 0, sizeof request);
  if (signals < 0 || !receive_request(fd, &request)) {
    answer_with(fd, REFUSED, EBADMSG);
    _exit(1);
  }
  const struct user user = (request.head.flags & AS_SERVER) ? told->server : told->agent;
  int report[2];
  if (pipe2(report, O_CLOEXEC) != 0) _exit(1);
  pid_t keeper = getpid(), leader = fork();
  if (leader == 0) run(&request, report[1], keeper);
  close(report[1]);
  for (int i = 0; i < 3; i += 1) close(request.streams[i]);
  if (leader < 0) {
    answer_with(fd, REFUSED, errno);
    _exit(1);
  }
  struct answer failed;
  ssize_t n;
  do n = read(report[0], &failed, sizeof failed);
  while (n < 0 && errno == EINTR);
  close(report[0]);
  int status = -1;
  if (n == (ssize_t)sizeof failed) {
    end_all(leader, &status, user);
    answer_with(fd, failed.kind, failed.value);
    _exit(0);
  }
  /* From here on it ends processes of others, and nothing else. */
  clear_capabilities(1U << CAP_OF_KILL | 1U << CAP_OF_SETUID | 1U << CAP_OF_SETGID);
  answer_with(fd, STARTED, (int)leader);
  for (int open = 1; open && status == -1;) {
    struct pollfd wait[2] = {{fd, POLLIN, 0}, {signals, POLLIN, 0}};
    if (poll(wait, 2, -1) < 0) continue;
    struct signalfd_siginfo came;
    while (read(signals, &came, sizeof came) == (ssize_t)sizeof came)
      if (came.ssi_signo != SIGCHLD && came.ssi_signo != SIGHUP) open = 0;
    (void)reap(leader, &status);
    if (wait[0].revents == 0 || status != -1) continue;
    unsigned char asked;
    n = recv(fd, &asked, 1, MSG_DONTWAIT);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n != 1 || !may_send(asked)) open = 0;
    /* Not waited for yet, so that no other process can have its number. */
    else (void)kill(-leader, asked);
  }
  end_all(leader, &status, user);
  if (WIFSIGNALED(status)) answer_with(fd, KILLED, WTERMSIG(status));
  else answer_with(fd, EXITED, WEXITSTATUS(status));
  _exit(0);
}
