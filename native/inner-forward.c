/*
 * Carries bytes from ports of the loopback to Unix sockets, in a process of its own. Whoever is inside of the walls can open no Unix
 * socket; this process can, and does nothing else: it is loaded with a list of a few system calls before the program starts, nobody
 * can look into it, and it ends when the program does.
 */
#define _GNU_SOURCE
#include "inner.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_LINKS = 1024, CHUNK = 64 * 1024, RETRY_MS = 10, MOST_WAIT_MS = 10000, TURNS = 8 };

/* One connection: side 0 is the program's, side 1 the socket's. */
struct link {
  int is_open;
  int fds[2];
  const char *socket;
  /* When it was taken: the other one's queue may be full for a while. */
  uint64_t taken;
  /* Bytes that came from this side and could not be handed on yet. */
  size_t at[2], left[2];
  /* Nothing comes from this side any more; nothing can be told to it any more. */
  int ended[2], shut[2];
  uint32_t wanted[2];
};

static struct link links[MOST_LINKS];
static size_t most_links, open_links, waiting_links;
static unsigned char *held;
static unsigned char buffer[CHUNK];
static int events;
static struct forward *ports;
static size_t port_count;
static int is_listening;

static uint64_t now_ms(void) {
  struct timespec now;
  if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) _exit(FAILED);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static unsigned char *held_of(const struct link *link, int side) {
  return held + ((size_t)(link - links) * 2 + (size_t)side) * CHUNK;
}

enum { OF_PROGRAM = 1 << 20, OF_PORT = 1 << 21 };

static void watch(int fd, uint32_t *now, uint32_t wanted, uint32_t tag) {
  if (*now == wanted) return;
  struct epoll_event event = {.events = wanted, .data = {.u32 = tag}};
  /* Nothing wanted of it: a side that hung up would be told of without end. */
  int what = wanted == 0 ? EPOLL_CTL_DEL : *now == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  if (epoll_ctl(events, what, fd, &event) != 0) _exit(FAILED);
  *now = wanted;
}

static void listen_on(int wanted) {
  if (wanted == is_listening) return;
  is_listening = wanted;
  for (size_t i = 0; i < port_count; i += 1)
    for (int family = 0; family < 2; family += 1) {
      uint32_t now = wanted ? 0 : EPOLLIN;
      if (ports[i].listeners[family] >= 0)
        watch(ports[i].listeners[family], &now, wanted ? EPOLLIN : 0, OF_PORT | (uint32_t)(i * 2) | (uint32_t)family);
    }
}

static void end_link(struct link *link) {
  if (link->fds[1] < 0) waiting_links -= 1;
  for (int side = 0; side < 2; side += 1) {
    if (link->fds[side] >= 0) close(link->fds[side]);
    if (link->left[side] > 0) (void)madvise(held_of(link, side), CHUNK, MADV_DONTNEED);
  }
  memset(link, 0, sizeof *link);
  open_links -= 1;
  listen_on(1);
}

/* What came from one side goes to the other, as far as that takes it. False: the connection is over. */
static int carry(struct link *link, int from) {
  int to = !from;
  /* The end is handed on in whichever turn it is found: nothing would come to tell of it again. */
  for (int turn = 0; turn < TURNS || link->ended[from]; turn += 1) {
    if (link->left[from] > 0) {
      ssize_t n = send(link->fds[to], held_of(link, from) + link->at[from], link->left[from], MSG_NOSIGNAL);
      if (n < 0 && (errno == EAGAIN || errno == EINTR)) return 1;
      /* Nobody reads there any more: what that side still says is heard all the same. */
      if (n < 0) link->ended[from] = link->shut[to] = 1;
      link->at[from] += n < 0 ? 0 : (size_t)n;
      link->left[from] = n < 0 ? 0 : link->left[from] - (size_t)n;
      if (link->left[from] > 0) return 1;
      (void)madvise(held_of(link, from), CHUNK, MADV_DONTNEED);
    }
    if (link->ended[from]) {
      if (!link->shut[to]) (void)shutdown(link->fds[to], SHUT_WR);
      link->shut[to] = 1;
      return !link->shut[from];
    }
    ssize_t n = recv(link->fds[from], buffer, sizeof buffer, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return 1;
    if (n < 0) return 0;
    if (n == 0) {
      link->ended[from] = 1;
      continue;
    }
    ssize_t m = send(link->fds[to], buffer, (size_t)n, MSG_NOSIGNAL);
    if (m < 0 && errno != EAGAIN && errno != EINTR) {
      link->ended[from] = link->shut[to] = 1;
      continue;
    }
    if (m < 0) m = 0;
    if (m == n) continue;
    memcpy(held_of(link, from), buffer + m, (size_t)(n - m));
    link->at[from] = 0;
    link->left[from] = (size_t)(n - m);
    return 1;
  }
  return 1;
}

static void settle(struct link *link) {
  for (int side = 0; side < 2; side += 1) {
    uint32_t wanted = 0;
    if (!link->ended[side] && link->left[side] == 0) wanted |= EPOLLIN;
    if (link->left[!side] > 0) wanted |= EPOLLOUT;
    watch(link->fds[side], &link->wanted[side], wanted, (uint32_t)(link - links) * 2 + (uint32_t)side);
  }
}

/* The other one may have a full queue for a moment: asked again a little later. */
static void reach(struct link *link) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = {0}};
  memcpy(address.sun_path, link->socket, strlen(link->socket));
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int said = fd < 0 ? -1 : connect(fd, (struct sockaddr *)&address, sizeof address);
  if (said == 0) {
    link->fds[1] = fd;
    waiting_links -= 1;
    settle(link);
    return;
  }
  int is_full = fd >= 0 && errno == EAGAIN;
  if (fd >= 0) close(fd);
  if (!is_full || now_ms() - link->taken > MOST_WAIT_MS) end_link(link);
}

static void take(int listener, const char *socket) {
  while (open_links < most_links) {
    int fd = accept4(listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    int yes = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    struct link *link = links;
    while (link->is_open) link += 1;
    *link = (struct link){.is_open = 1, .fds = {fd, -1}, .socket = socket, .taken = now_ms()};
    open_links += 1;
    waiting_links += 1;
    reach(link);
  }
  listen_on(0);
}

static void __attribute__((noreturn)) carry_on(void) {
  uint64_t asked = 0;
  for (;;) {
    struct epoll_event found[64];
    int count = epoll_wait(events, found, 64, waiting_links > 0 ? RETRY_MS : -1);
    if (count < 0 && errno != EINTR) _exit(FAILED);
    for (int i = 0; i < count; i += 1) {
      uint32_t tag = found[i].data.u32;
      if (tag & OF_PROGRAM) _exit(0);
      if (tag & OF_PORT) {
        struct forward *port = &ports[(tag & ~(uint32_t)OF_PORT) / 2];
        take(port->listeners[tag & 1], port->socket);
        continue;
      }
      struct link *link = &links[tag / 2];
      if (!link->is_open || link->fds[1] < 0) continue;
      if (carry(link, 0) && carry(link, 1)) settle(link);
      else end_link(link);
    }
    /* By the clock, not by turns: while others are busy there are many of those. */
    if (waiting_links == 0 || now_ms() - asked < RETRY_MS) continue;
    asked = now_ms();
    for (size_t i = 0; waiting_links > 0 && i < MOST_LINKS; i += 1)
      if (links[i].is_open && links[i].fds[1] < 0) reach(&links[i]);
  }
}

#if defined(__x86_64__)
#define AUDIT_ARCH 0xc000003eU
#elif defined(__aarch64__)
#define AUDIT_ARCH 0xc00000b7U
#else
#error no such machine
#endif

/* What is called from here on, and nothing else; of sockets none but those of this machine. */
static void only_these_calls(void) {
  static const uint32_t calls[] = {
      SYS_recvfrom, SYS_sendto, SYS_accept4,   SYS_connect,     SYS_shutdown,   SYS_setsockopt,      SYS_close,
      SYS_write,    SYS_epoll_ctl, SYS_epoll_pwait, SYS_madvise, SYS_exit_group, SYS_exit, SYS_rt_sigreturn, SYS_restart_syscall, SYS_clock_gettime,
#ifdef SYS_epoll_wait
      SYS_epoll_wait,
#endif
  };
  enum { CALLS = sizeof calls / sizeof *calls, LOAD = 0x20, EQUAL = 0x15, RETURN = 0x06 };
  const uint32_t kill_all = 0x80000000U, allow = 0x7fff0000U;
  struct instruction list[8 + 2 * CALLS + 1];
  size_t n = 0;
  list[n++] = (struct instruction){LOAD, 0, 0, 4};
  list[n++] = (struct instruction){EQUAL, 1, 0, AUDIT_ARCH};
  list[n++] = (struct instruction){RETURN, 0, 0, kill_all};
  list[n++] = (struct instruction){LOAD, 0, 0, 0};
  for (size_t i = 0; i < CALLS; i += 1) {
    list[n++] = (struct instruction){EQUAL, 0, 1, calls[i]};
    list[n++] = (struct instruction){RETURN, 0, 0, allow};
  }
  list[n++] = (struct instruction){EQUAL, 0, 3, SYS_socket};
  list[n++] = (struct instruction){LOAD, 0, 0, 16};
  list[n++] = (struct instruction){EQUAL, 0, 1, AF_UNIX};
  list[n++] = (struct instruction){RETURN, 0, 0, allow};
  list[n++] = (struct instruction){RETURN, 0, 0, kill_all};
  load_filter(list, n);
}

static int bound(int family, uint16_t port) {
  int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  int yes = 1;
  struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  int said = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (said == 0 && family == AF_INET) said = bind(fd, (struct sockaddr *)&four, sizeof four);
  if (said == 0 && family == AF_INET6) said = bind(fd, (struct sockaddr *)&six, sizeof six);
  if (said == 0) said = listen(fd, 4096);
  if (said == 0) return fd;
  int error = errno;
  close(fd);
  errno = error;
  return -1;
}

/* The one that stays: of no terminal, without the three streams, for whoever reads them must see their end. */
static void __attribute__((noreturn)) stay(int program, int ready) {
  struct rlimit most;
  if (getrlimit(RLIMIT_NOFILE, &most) != 0) fail_by("a limit cannot be read", 0, errno);
  most.rlim_cur = most.rlim_max;
  (void)setrlimit(RLIMIT_NOFILE, &most);
  most_links = MOST_LINKS;
  if (most.rlim_max != RLIM_INFINITY && most.rlim_max < 2 * MOST_LINKS + 32) most_links = (size_t)(most.rlim_max - 32) / 2;
  held = mmap(0, (size_t)MOST_LINKS * 2 * CHUNK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (held == MAP_FAILED) fail_by("there is no memory", 0, errno);
  events = epoll_create1(EPOLL_CLOEXEC);
  if (events < 0) fail_by("connections cannot be carried", 0, errno);
  uint32_t none = 0;
  watch(program, &none, EPOLLIN, OF_PROGRAM);
  listen_on(1);
  only_these_calls();
  char done = 1;
  if (write(ready, &done, 1) != 1) _exit(FAILED);
  close(ready);
  for (int fd = 0; fd < 3; fd += 1) close(fd);
  carry_on();
}

void forward_ports(struct forward *forwards, size_t count) {
  ports = forwards;
  port_count = count;
  for (size_t i = 0; i < count; i += 1) {
    struct sockaddr_un address;
    if (strlen(forwards[i].socket) >= sizeof address.sun_path) fail("too long a name for a socket:", forwards[i].socket);
    forwards[i].listeners[0] = bound(AF_INET, forwards[i].port);
    if (forwards[i].listeners[0] < 0) fail_by("nothing can listen for", forwards[i].socket, errno);
    forwards[i].listeners[1] = bound(AF_INET6, forwards[i].port);
    /* A machine without it is one; a port that somebody else has is none. */
    if (forwards[i].listeners[1] < 0 && errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL)
      fail_by("nothing can listen for", forwards[i].socket, errno);
  }
  int ready[2];
  int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
  if (self < 0 || pipe(ready) != 0) fail_by("connections cannot be carried", 0, errno);
  /* Nobody looks into who carries; the program that this becomes can be looked at again. */
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) fail_by("connections cannot be carried", 0, errno);
  pid_t child = fork();
  if (child < 0) fail_by("connections cannot be carried", 0, errno);
  if (child == 0) {
    /* Of nobody: the program waits for its own children only. */
    close(ready[0]);
    if (setsid() < 0) fail_by("connections cannot be carried", 0, errno);
    pid_t carrier = fork();
    if (carrier < 0) fail_by("connections cannot be carried", 0, errno);
    if (carrier > 0) _exit(0);
    stay(self, ready[1]);
  }
  close(ready[1]);
  close(self);
  for (size_t i = 0; i < count; i += 1)
    for (int family = 0; family < 2; family += 1)
      if (forwards[i].listeners[family] >= 0) close(forwards[i].listeners[family]);
  while (waitpid(child, 0, 0) < 0 && errno == EINTR) continue;
  char done = 0;
  ssize_t n;
  do n = read(ready[0], &done, 1);
  while (n < 0 && errno == EINTR);
  close(ready[0]);
  if (n != 1 || done != 1) fail("connections cannot be carried", 0);
}
