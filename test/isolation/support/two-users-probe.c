/* What one user can do to a process of another, by system calls that no shell has. `NAME ok` or `NAME errno N`, a line each. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(const char *name, long result) {
  if (result < 0) printf("%s errno %d\n", name, errno);
  else printf("%s ok\n", name);
}

static long reads(pid_t pid, const char *file) {
  char path[64], byte[64];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
  int fd = open(path, O_RDONLY);
  return fd < 0 ? -1 : read(fd, byte, sizeof byte);
}

static long links(pid_t pid, const char *file) {
  char path[64], to[64];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
  return readlink(path, to, sizeof to);
}

int main(int argc, char **argv) {
  pid_t pid = argc > 1 ? atoi(argv[1]) : 0;
  if (pid == 0) {
    /* The control: the same to a child of one's own. */
    int ready[2];
    if (pipe(ready) != 0) return 1;
    pid = fork();
    if (pid == 0) {
      (void)!write(ready[1], "x", 1);
      pause();
      _exit(0);
    }
    char byte;
    (void)!read(ready[0], &byte, 1);
  }
  const char *files[] = {"environ", "mem", "maps", "auxv", "io", "stack", "syscall", "status"};
  for (size_t i = 0; i < sizeof files / sizeof *files; i += 1) {
    errno = 0;
    long n = reads(pid, files[i]);
    /* Nothing is mapped at zero: that it could be opened is what counts. */
    say(files[i], n < 0 && strcmp(files[i], "mem") == 0 && errno == EIO ? 0 : n);
  }
  const char *names[] = {"exe", "cwd", "root", "fd/0"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i += 1) say(names[i], links(pid, names[i]));
  char here[8];
  struct iovec local = {here, sizeof here}, remote = {(void *)here, sizeof here};
  say("process_vm_readv", process_vm_readv(pid, &local, 1, &remote, 1, 0));
  say("process_vm_writev", process_vm_writev(pid, &local, 1, &remote, 1, 0));
  int held = (int)syscall(SYS_pidfd_open, pid, 0);
  say("pidfd_getfd", held < 0 ? -1 : syscall(SYS_pidfd_getfd, held, 0, 0));
  struct rlimit limit;
  say("prlimit", prlimit(pid, RLIMIT_NOFILE, 0, &limit));
  say("setpriority", setpriority(PRIO_PROCESS, (id_t)pid, 19));
  cpu_set_t cpus;
  sched_getaffinity(0, sizeof cpus, &cpus);
  say("sched_setaffinity", sched_setaffinity(pid, sizeof cpus, &cpus));
  say("kill 0", kill(pid, 0));
  say("kill USR1", kill(pid, argc > 1 ? SIGUSR1 : 0));
  say("pidfd_send_signal", held < 0 ? -1 : syscall(SYS_pidfd_send_signal, held, 0, 0, 0));
  long traced = ptrace(PTRACE_SEIZE, pid, 0, 0);
  say("ptrace", traced);
  if (argc > 1) return 0;
  kill(pid, SIGKILL);
  return 0;
}
