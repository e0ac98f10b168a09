/* What the two halves of castellan-launcher share: its arguments, and one start from its request to its end. */
#ifndef CASTELLAN_LAUNCHER_KEEPER_H
#define CASTELLAN_LAUNCHER_KEEPER_H
#include <signal.h>
#include <sys/resource.h>
#include <sys/types.h>

struct user {
  uid_t uid;
  gid_t gid;
};

/* Everything it was told. */
struct told {
  struct user system, agent, server;
  int has_server;
  gid_t shared;
  rlim_t processes, files, file_bytes, data_bytes;
};

void say(const char *what, const char *more);
long now_ms(void);
int close_above(unsigned int first);
void default_signals(void);
/* What castellan-enter is told; it may have gone. */
void answer_with(int connection, int kind, int value);
/* Every process of that user, in one step. */
void kill_user(struct user user);
/* One start, in a process of its own. INVARIANT: it ends only when nothing that came of that start is left. */
void __attribute__((noreturn)) keep(int connection, pid_t launcher, const struct told *told, const sigset_t *watched);
#endif
