/* Sends what is on stdin to the launcher's socket as one message with as many descriptors as it is told, and says what came back. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static char bytes[2 * 1024 * 1024];

int main(int argc, char **argv) {
  if (argc < 4) return 64;
  size_t length = 0;
  ssize_t n;
  while (length < sizeof bytes && (n = read(0, bytes + length, sizeof bytes - length)) > 0) length += (size_t)n;
  int count = atoi(argv[2]);
  size_t head = (size_t)atoi(argv[3]);
  if (head > length) head = length;
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  strncpy(to.sun_path, argv[1], sizeof to.sun_path - 1);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) return 1;
  struct timeval patience = {8, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  union {
    struct cmsghdr aligned;
    char room[CMSG_SPACE(64 * sizeof(int))];
  } control;
  memset(&control, 0, sizeof control);
  struct iovec into = {bytes, head};
  struct msghdr message = {.msg_iov = &into, .msg_iovlen = 1};
  if (count > 0) {
    message.msg_control = control.room;
    message.msg_controllen = CMSG_SPACE((size_t)count * sizeof(int));
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN((size_t)count * sizeof(int));
    for (int i = 0; i < count; i += 1) memcpy(CMSG_DATA(rights) + (size_t)i * sizeof(int), &(int){2}, sizeof(int));
  }
  if (head > 0 && sendmsg(fd, &message, MSG_NOSIGNAL) < 0) return 2;
  for (size_t at = head; at < length;) {
    n = send(fd, bytes + at, length - at, MSG_NOSIGNAL);
    if (n <= 0) break;
    at += (size_t)n;
  }
  shutdown(fd, SHUT_WR);
  int answer[2];
  while (recv(fd, answer, sizeof answer, MSG_WAITALL) == (ssize_t)sizeof answer) printf("%d %d\n", answer[0], answer[1]);
  return 0;
}
