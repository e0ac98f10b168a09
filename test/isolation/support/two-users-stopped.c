/*
 * Whether the last resort of castellan-launcher ends a user whose programs stop whatever of theirs they find: the moment between
 * becoming that user and asking the kernel is made long enough that they always find it.
 *
 *   two-users-stopped UID        prints `ended` or `hangs`
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int slow_kill(pid_t pid, int number) {
  if (pid == -1) usleep(300000);
  return kill(pid, number);
}
#define kill slow_kill
#include "../../../native/launcher-keeper.c"
#undef kill

static void hangs(int number) {
  (void)number;
  (void)!write(1, "hangs\n", 6);
  _exit(1);
}

int main(int argc, char **argv) {
  if (argc != 2) return 64;
  uid_t uid = (uid_t)atoi(argv[1]);
  struct user user = {uid, uid};
  pid_t victim = fork();
  if (victim == 0) {
    if (setgroups(0, 0) != 0 || setresgid(uid, uid, uid) != 0 || setresuid(uid, uid, uid) != 0) _exit(1);
    alarm(60);
    for (;; usleep(1000)) kill(-1, SIGSTOP);
  }
  usleep(50000);
  signal(SIGALRM, hangs);
  alarm(10);
  kill_user(user);
  int status;
  waitpid(victim, &status, 0);
  puts(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? "ended" : "something else");
  return 0;
}
