/*
 * What is asked of whoever carries bytes into walls (native/inner-forward.c), at the moments that a load of connections meets by chance:
 *
 *   carrier INNER FOLDER ends    sixteen connections that say 1, 2, ... 16 pieces and then nothing more, all before the carrier looks:
 *                                everybody hears all pieces and the end
 *   carrier INNER FOLDER queue   a connection that finds the socket's queue full for a second, while another one is busy: it is answered
 *
 * A line each. A piece that comes with a descriptor is read by itself: so the carrier finds exactly as many pieces as were sent.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 16, PATIENCE_MS = 15000 };

static void must(int is_so, const char *what) {
  if (is_so) return;
  perror(what);
  exit(2);
}

static int port;

static int client(void) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  must(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0, "connect");
  return fd;
}

static int listening(const char *path, int queue) {
  struct sockaddr_un at = {.sun_family = AF_UNIX};
  strncpy(at.sun_path, path, sizeof at.sun_path - 1);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  must(fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(fd, queue) == 0, "listen");
  return fd;
}

/* The program within is a `cat` that ends when this one closes its stream. Who carries loses its parent and becomes a child of this. */
static pid_t started(char *inner, const char *path) {
  struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t length = sizeof any;
  int free_one = socket(AF_INET, SOCK_STREAM, 0);
  must(bind(free_one, (struct sockaddr *)&any, sizeof any) == 0, "bind");
  must(getsockname(free_one, (struct sockaddr *)&any, &length) == 0, "getsockname");
  close(free_one);
  port = ntohs(any.sin_port);
  char forward[240], word[2] = "";
  snprintf(forward, sizeof forward, "%d:%s", port, path);
  int in[2], out[2];
  must(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0, "pipe");
  must(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0, "subreaper");
  pid_t program = fork();
  must(program >= 0, "fork");
  if (program == 0) {
    dup2(in[0], 0);
    dup2(out[1], 1);
    execl(inner, inner, "--forward", forward, "--", "cat", (char *)0);
    _exit(127);
  }
  must(write(in[1], "x", 1) == 1 && read(out[0], word, 1) == 1, "start");
  FILE *children = fopen("/proc/thread-self/children", "r");
  int one = 0, carrier = 0;
  while (children != 0 && fscanf(children, "%d", &one) == 1)
    if (one != program) carrier = one;
  must(carrier > 0, "carrier");
  return carrier;
}

static void piece(int fd) {
  char byte = 'p', room[CMSG_SPACE(sizeof(int))] = {0};
  struct iovec bytes = {&byte, 1};
  struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
  struct cmsghdr *with = CMSG_FIRSTHDR(&message);
  with->cmsg_level = SOL_SOCKET;
  with->cmsg_type = SCM_RIGHTS;
  with->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(with), &fd, sizeof fd);
  must(sendmsg(fd, &message, 0) == 1, "sendmsg");
}

/* How many bytes come until the end; -1: there is no end; -2: it was torn. */
static int heard(int fd) {
  char bytes[4096];
  int all = 0;
  for (;;) {
    struct pollfd on = {fd, POLLIN, 0};
    if (poll(&on, 1, PATIENCE_MS) == 0) return -1;
    ssize_t n = read(fd, bytes, sizeof bytes);
    if (n < 0) return -2;
    if (n == 0) return all;
    all += (int)n;
  }
}

static void ends(int listener, pid_t carrier) {
  int clients[MOST], servers[MOST];
  for (int i = 0; i < MOST; i += 1) {
    clients[i] = client();
    servers[i] = accept(listener, 0, 0);
  }
  must(kill(carrier, SIGSTOP) == 0 && waitpid(carrier, 0, WUNTRACED) == carrier, "stop");
  for (int i = 0; i < MOST; i += 1) {
    for (int count = 0; count <= i; count += 1) piece(servers[i]);
    close(servers[i]);
  }
  must(kill(carrier, SIGCONT) == 0, "go on");
  printf("ends");
  for (int i = 0; i < MOST; i += 1) printf(" %d", heard(clients[i]));
  printf("\n");
}


static void queue(int listener) {
  int talker = client(), there = accept(listener, 0, 0);
  pid_t talking = fork();
  if (talking == 0) {
    /* One byte there and back, as fast as it goes: the carrier has always something to do. */
    char byte = 'b';
    for (;;)
      if (write(talker, &byte, 1) != 1 || read(there, &byte, 1) != 1) _exit(0);
  }
  /* A queue of one: two wait in it, and one before it. */
  int clients[3];
  for (int i = 0; i < 3; i += 1) clients[i] = client();
  struct timespec second = {1, 500000000};
  nanosleep(&second, 0);
  printf("queue");
  fflush(stdout);
  for (int i = 0; i < 3; i += 1) {
    struct pollfd on = {listener, POLLIN, 0};
    if (poll(&on, 1, PATIENCE_MS) == 0) break;
    int server = accept(listener, 0, 0);
    must(server >= 0 && write(server, "answer", 6) == 6, "answer");
    close(server);
  }
  for (int i = 0; i < 3; i += 1) printf(" %d", heard(clients[i]));
  printf("\n");
  kill(talking, SIGKILL);
  waitpid(talking, 0, 0);
}

int main(int count, char *arguments[]) {
  if (count != 4) return 64;
  char path[200];
  snprintf(path, sizeof path, "%s/s", arguments[2]);
  int is_queue = strcmp(arguments[3], "queue") == 0;
  int listener = listening(path, is_queue ? 1 : 64);
  pid_t carrier = started(arguments[1], path);
  if (is_queue) queue(listener);
  else ends(listener, carrier);
  return 0;
}
