/*
 * Where no name space of processes ends with its first one, somebody has to end what a program leaves behind. Three processes: the
 * first (whoever started it knows this one) hands signals on and ends as the program does; the second, which the program cannot
 * reach, is handed every process that loses its parent, and ends them all when the program or the first is gone; the third
 * becomes the program.
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
#include <sys/wait.h>
#include <unistd.h>

static const int HANDED_ON[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCONT};
enum { HANDED_COUNT = sizeof HANDED_ON / sizeof *HANDED_ON };

/* Every child that there is, until there is none: whoever of them had children has handed them over by then. */
static void end_all(void) {
  char text[4096];
  for (;;) {
    int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    if (fd < 0) _exit(FAILED);
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    /* The last one may be cut off in its middle: it is seen the next time. */
    if (n == (ssize_t)sizeof text - 1) while (n > 0 && text[n - 1] != ' ') n -= 1;
    text[n < 0 ? 0 : n] = 0;
    for (char *at = text; *at != 0;) {
      char *end = at;
      long pid = strtol(at, &end, 10);
      if (end == at) break;
      if (pid > 1) kill((pid_t)pid, SIGKILL);
      at = end;
      while (*at == ' ') at += 1;
    }
    if (waitpid(-1, 0, 0) < 0 && errno == ECHILD) return;
    while (waitpid(-1, 0, WNOHANG) > 0) continue;
  }
}

static void __attribute__((noreturn)) end_as(int status) {
  if (WIFEXITED(status)) _exit(WEXITSTATUS(status));
  int number = WTERMSIG(status);
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  signal(number, SIG_DFL);
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, number);
  sigprocmask(SIG_UNBLOCK, &one, 0);
  kill(getpid(), number);
  _exit(128 + number);
}

/* The second. SIGUSR1 comes from the kernel, when the first is gone. */
static void __attribute__((noreturn)) keep(pid_t program, const sigset_t *heard) {
  for (;;) {
    siginfo_t about;
    if (sigwaitinfo(heard, &about) < 0) continue;
    if (about.si_signo == SIGUSR1) {
      end_all();
      _exit(FAILED);
    }
    if (about.si_signo != SIGCHLD) continue;
    for (;;) {
      int status;
      pid_t ended = waitpid(-1, &status, WNOHANG);
      if (ended <= 0) break;
      if (ended != program) continue;
      end_all();
      end_as(status);
    }
  }
}

/* The first. A signal of the terminal has come to the program by itself. */
static void __attribute__((noreturn)) front(pid_t keeper, pid_t program, const sigset_t *heard) {
  for (;;) {
    siginfo_t about;
    if (sigwaitinfo(heard, &about) < 0) continue;
    if (about.si_signo != SIGCHLD) {
      if (about.si_code <= 0) kill(program, about.si_signo);
      continue;
    }
    int status;
    if (waitpid(keeper, &status, WNOHANG) == keeper) end_as(status);
  }
}

void tended(void) {
  sigset_t heard, before;
  sigemptyset(&heard);
  sigaddset(&heard, SIGCHLD);
  for (size_t i = 0; i < HANDED_COUNT; i += 1) sigaddset(&heard, HANDED_ON[i]);
  sigprocmask(SIG_BLOCK, &heard, &before);
  if (access("/proc/thread-self/children", R_OK) != 0) fail_by("what a program leaves behind cannot be ended here", 0, errno);
  pid_t first = getpid();
  pid_t group = getpgrp();
  int told[2];
  if (pipe2(told, O_CLOEXEC) != 0) fail_by("a process cannot be started", 0, errno);
  pid_t keeper = fork();
  if (keeper < 0) fail_by("a process cannot be started", 0, errno);
  if (keeper > 0) {
    pid_t program = 0;
    close(told[1]);
    ssize_t n;
    do n = read(told[0], &program, sizeof program);
    while (n < 0 && errno == EINTR);
    close(told[0]);
    if (n != (ssize_t)sizeof program) program = 0;
    if (program <= 0) fail("a process cannot be started", 0);
    for (int fd = 0; fd < 3; fd += 1) close(fd);
    front(keeper, program, &heard);
  }
  /* Nobody looks into it or reaches it with its group: the first may be ended with that. */
  if (setpgid(0, 0) != 0 || prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
      prctl(PR_SET_PDEATHSIG, SIGUSR1, 0, 0, 0) != 0)
    fail_by("what a program leaves behind cannot be ended here", 0, errno);
  if (getppid() != first) _exit(FAILED);
  pid_t program = fork();
  if (program < 0) fail_by("a process cannot be started", 0, errno);
  if (program > 0) {
    ssize_t n = write(told[1], &program, sizeof program);
    if (n != (ssize_t)sizeof program) {
      end_all();
      _exit(FAILED);
    }
    close(told[1]);
    for (int fd = 0; fd < 3; fd += 1) close(fd);
    keep(program, &heard);
  }
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || setpgid(0, group) != 0) fail_by("a process cannot be started", 0, errno);
  sigprocmask(SIG_SETMASK, &before, 0);
}
