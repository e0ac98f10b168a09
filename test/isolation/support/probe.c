/*
 * An attacker inside of walls: tries each thing once, in a process of its own, and says how it went: `NAME ok`, `NAME ERRNO` or
 * `NAME signal N`. Started outside it is the positive control of the same tries.
 *
 *   probe victim              what is attacked: says `SEGMENT` (shared memory) and waits
 *   probe NAME=VALUE...       only (one of the tries, or all), home, project, outside (a folder), victim (a process), segment, pathname and abstract (sockets), tcp, udp
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <termios.h>
#include <unistd.h>

static const char *only, *home, *project, *outside, *pathname, *abstract;
static int victim, segment, tcp, udp;
/* In the victim: what others would like to read. */
static char secret[] = "the-secret-of-somebody";

static const char *below(const char *folder, const char *name) {
  static char text[4][4096];
  static int turn;
  turn = (turn + 1) % 4;
  snprintf(text[turn], sizeof text[turn], "%s/%s", folder, name);
  return text[turn];
}
static const char *of_victim(const char *name) {
  static char text[4096];
  snprintf(text, sizeof text, "/proc/%d/%s", victim, name);
  return text;
}

static int can_read(const char *path) {
  char buffer[64];
  int fd = open(path, O_RDONLY | O_NONBLOCK);
  if (fd < 0) return -1;
  return (int)read(fd, buffer, sizeof buffer);
}
static int can_write(const char *path, int flags) {
  int fd = open(path, O_WRONLY | O_NONBLOCK | flags, 0600);
  return fd < 0 ? -1 : (int)write(fd, "x", 1);
}
static int reached(int fd, const void *address, socklen_t length) {
  char buffer[64];
  struct timeval most = {5, 0};
  if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most) != 0) return -1;
  if (connect(fd, address, length) != 0) return -1;
  return recv(fd, buffer, sizeof buffer, 0) > 0 ? 0 : -1;
}

/* --- files --- */
static int read_key(void) { return can_read(below(home, ".ssh/id_ed25519")); }
static int read_aws(void) { return can_read(below(home, ".aws/credentials")); }
static int read_state(void) { return can_read(below(home, ".config/castellan/vault/sealed")); }
static int read_other_project(void) { return can_read(below(home, "other/.env")); }
static int read_by_link(void) {
  const char *link = below(project, "a-link");
  unlink(link);
  if (symlink(below(home, ".ssh/id_ed25519"), link) != 0) return -1;
  return can_read(link);
}
static int list_home(void) { return open(below(home, ".ssh"), O_RDONLY | O_DIRECTORY); }
static int write_outside(void) { return can_write(below(outside, "file"), 0); }
static int truncate_outside(void) { return truncate(below(outside, "file"), 0); }
static int make_outside(void) { return can_write(below(outside, "made"), O_CREAT); }
static int make_folder_outside(void) { return mkdir(below(outside, "folder"), 0700); }
static int remove_outside(void) { return unlink(below(outside, "removable")); }
static int rename_out(void) {
  if (can_write(below(project, "to-rename"), O_CREAT) < 0) return -1;
  return rename(below(project, "to-rename"), below(outside, "renamed"));
}
static int rename_in(void) { return rename(below(outside, "renamable"), below(project, "renamed-in")); }
static int link_in(void) {
  unlink(below(project, "linked"));
  return link(below(outside, "file"), below(project, "linked"));
}
static int modes_outside(void) { return chmod(below(outside, "file"), 0666); }
static int times_outside(void) { return utimensat(AT_FDCWD, below(outside, "file"), 0, 0); }
static int attribute_outside(void) { return setxattr(below(outside, "file"), "user.mine", "x", 1, 0); }
static int watch_outside(void) {
  int fd = inotify_init1(0);
  return fd < 0 ? -1 : inotify_add_watch(fd, outside, IN_ALL_EVENTS);
}
static int by_handle(void) {
  struct {
    struct file_handle head;
    char rest[128];
  } handle = {.head = {.handle_bytes = 128}};
  int mount;
  if (name_to_handle_at(AT_FDCWD, project, &handle.head, &mount, 0) != 0) return -1;
  int fd = open(project, O_RDONLY);
  return open_by_handle_at(fd, &handle.head, O_RDONLY);
}
static int write_kept(void) { return can_write(below(project, "kept/config"), 0); }
static int make_in_kept(void) { return can_write(below(project, "kept/made"), O_CREAT); }
static int rename_kept(void) { return rename(below(project, "kept"), below(project, "moved")); }
static int rename_over_kept(void) {
  if (can_write(below(project, "fresh"), O_CREAT) < 0) return -1;
  return rename(below(project, "fresh"), below(project, "kept/config"));
}
/* Of the machine: opened to be written, and nothing written. */
static int write_system(void) { return open("/usr/bin", O_TMPFILE | O_WRONLY, 0600); }
static int write_sysctl(void) { return open("/proc/sys/kernel/core_pattern", O_WRONLY); }
static int write_interrupts(void) { return open("/proc/irq/default_smp_affinity", O_WRONLY); }
static int press_keys(void) { return open("/proc/sysrq-trigger", O_WRONLY); }
static int read_timers(void) { return can_read("/proc/timer_list"); }
static int make_device(void) {
  unlink(below(project, "device"));
  return mknod(below(project, "device"), S_IFCHR | 0666, makedev(1, 8)) != 0 ? -1 : can_read(below(project, "device"));
}
static int read_kernel_log(void) { return open("/dev/kmsg", O_RDONLY | O_NONBLOCK); }
/* How much of it has not been read: nothing is taken away. */
static int ask_kernel_log(void) { return (int)syscall(SYS_syslog, 10, 0, 0); }
static int read_inherited(void) {
  char buffer[8];
  return (int)pread(50, buffer, sizeof buffer, 0);
}

/* --- other processes --- */
static int see_environment(void) { return can_read(of_victim("environ")); }
static int see_memory(void) { return open(of_victim("mem"), O_RDONLY); }
static int see_descriptors(void) {
  char name[32], target[256];
  int seen = -1;
  for (int fd = 0; fd < 32 && seen < 0; fd += 1) {
    snprintf(name, sizeof name, "fd/%d", fd);
    seen = (int)readlink(of_victim(name), target, sizeof target);
  }
  return seen;
}
static int pass_by_root(void) {
  char path[8192];
  snprintf(path, sizeof path, "/proc/%d/root%s", victim, below(home, ".ssh/id_ed25519"));
  return can_read(path);
}
static int signal_it(void) { return kill(victim, SIGURG); }
static int signal_thread(void) { return (int)syscall(SYS_tgkill, victim, victim, SIGURG); }
static int signal_by_descriptor(void) {
  int fd = (int)syscall(SYS_pidfd_open, victim, 0);
  return fd < 0 ? -1 : (int)syscall(SYS_pidfd_send_signal, fd, SIGURG, 0, 0);
}
static int take_descriptor(void) {
  int fd = (int)syscall(SYS_pidfd_open, victim, 0);
  return fd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, fd, 1, 0);
}
static int trace(void) {
  if (ptrace(PTRACE_SEIZE, victim, 0, 0) != 0) return -1;
  return 0;
}
static int read_memory(void) {
  char buffer[sizeof secret];
  struct iovec here = {buffer, sizeof buffer}, there = {secret, sizeof secret};
  return (int)process_vm_readv(victim, &here, 1, &there, 1, 0);
}
static int write_memory(void) {
  char buffer[] = "t";
  struct iovec here = {buffer, 1}, there = {secret, 1};
  return (int)process_vm_writev(victim, &here, 1, &there, 1, 0);
}
static int limit_it(void) {
  struct rlimit now;
  return prlimit(victim, RLIMIT_CORE, 0, &now);
}
static int slow_it(void) { return setpriority(PRIO_PROCESS, (id_t)victim, 0); }
/* A group and a user are named by 0 as well: of these the smallest, and alone in it, for the control does it. */
static int slow_group(void) { return setpgid(0, 0) != 0 ? -1 : setpriority(PRIO_PGRP, 0, getpriority(PRIO_PROCESS, 0)); }
static int schedule_it(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return -1;
  return sched_setaffinity(victim, sizeof set, &set);
}
static int share_memory(void) { return shmat(segment, 0, SHM_RDONLY) == (void *)-1 ? -1 : 0; }

/* --- the kernel --- */
static int new_users(void) { return unshare(CLONE_NEWUSER); }
static int clone_users(void) {
  long child = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
  if (child == 0) _exit(0);
  return (int)child;
}
static int clone3_users(void) {
  struct clone_args args = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};
  long child = syscall(SYS_clone3, &args, sizeof args);
  if (child == 0) _exit(0);
  return (int)child;
}
static int enter_space(void) {
  int fd = open("/proc/self/ns/user", O_RDONLY);
  /* Its own is none to enter: so says the kernel to whoever gets as far as to ask. */
  return fd >= 0 && (setns(fd, 0) == 0 || errno == EINVAL) ? 0 : -1;
}
/* The control changes nothing of the machine: it has its own mounts first. Inside that cannot be had, and is not needed. */
static int apart(void) { return unshare(CLONE_NEWNS) == 0 ? mount(0, "/", 0, MS_REC | MS_PRIVATE, 0) : 0; }
static int mount_it(void) { return apart() != 0 ? -1 : mount("none", project, "tmpfs", 0, 0); }
static int remount(void) { return apart() != 0 ? -1 : mount(0, "/", 0, MS_REMOUNT | MS_BIND, 0); }
static int change_root(void) { return chroot(project); }
static int ring(void) {
  struct io_uring_params params = {0};
  return (int)syscall(SYS_io_uring_setup, 4, &params);
}
static int kernel_program(void) {
  union bpf_attr attr;
  memset(&attr, 0, sizeof attr);
  attr.map_type = BPF_MAP_TYPE_ARRAY;
  attr.key_size = attr.value_size = 4;
  attr.max_entries = 1;
  return (int)syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof attr);
}
static int keys(void) { return (int)syscall(SYS_keyctl, 0, -3, 1); }
static int add_a_key(void) { return (int)syscall(SYS_add_key, "user", "castellan-probe", "x", 1, -2); }
static int performance(void) {
  struct perf_event_attr attr = {.type = PERF_TYPE_SOFTWARE, .size = sizeof attr, .exclude_kernel = 1};
  return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
}
static int page_faults(void) { return (int)syscall(SYS_userfaultfd, 1); }
static int type_into_terminal(void) {
  int fd = posix_openpt(O_RDWR | O_NOCTTY);
  if (fd < 0 || grantpt(fd) != 0 || unlockpt(fd) != 0) return -1;
  setsid();
  int slave = open(ptsname(fd), O_RDWR);
  return slave < 0 || ioctl(slave, TIOCSCTTY, 0) != 0 ? -1 : ioctl(slave, TIOCSTI, "x");
}
#ifdef __x86_64__
static int other_numbers(void) { return (int)syscall(0x40000000 | SYS_getuid); }
/* getpid of 32-bit programs. */
static int old_numbers(void) {
  int result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory", "r8", "r9", "r10", "r11");
  return result > 0 ? 0 : (errno = -result, -1);
}
#endif

/* --- sockets --- */
static int by_name(const char *name, size_t length) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = {0}};
  memcpy(address.sun_path, name, length);
  return reached(socket(AF_UNIX, SOCK_STREAM, 0), &address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
}
static int by_path(void) { return by_name(pathname, strlen(pathname)); }
static int by_abstract_name(void) {
  char name[108] = {0};
  memcpy(name + 1, abstract, strlen(abstract));
  return by_name(name, strlen(abstract) + 1);
}
static struct sockaddr_in loopback(int port) {
  return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
}
static int by_tcp(void) {
  struct sockaddr_in address = loopback(tcp);
  return reached(socket(AF_INET, SOCK_STREAM, 0), &address, sizeof address);
}
static int by_udp(void) {
  struct sockaddr_in address = loopback(udp);
  char buffer[8];
  struct timeval most = {5, 0};
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most) != 0) return -1;
  if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0 || send(fd, "x", 1, 0) != 1) return -1;
  return recv(fd, buffer, sizeof buffer, 0) > 0 ? 0 : -1;
}
static int raw(void) { return socket(AF_INET, SOCK_RAW, IPPROTO_ICMP); }
static int packets(void) { return socket(AF_PACKET, SOCK_RAW, 0); }
static int cryptography(void) { return socket(AF_ALG, SOCK_SEQPACKET, 0); }
static int of_devices(void) { return socket(16 /* AF_NETLINK */, SOCK_RAW, 15 /* NETLINK_KOBJECT_UEVENT */); }
static int of_firewall(void) { return socket(16, SOCK_RAW, 12 /* NETLINK_NETFILTER */); }
static int machines(void) { return socket(AF_VSOCK, SOCK_STREAM, 0); }

/* --- what must go on working --- */
static int work_in_project(void) {
  if (can_write(below(project, "mine"), O_CREAT | O_TRUNC) < 0 || can_read(below(project, "mine")) < 0) return -1;
  mkdir(below(project, "sub"), 0700);
  if (rename(below(project, "mine"), below(project, "sub/mine")) != 0) return -1;
  int fd = open(below(project, "sub/mine"), O_RDONLY);
  if (fd < 0 || fchmod(fd, 0644) != 0 || futimens(fd, 0) != 0) return -1;
  mkfifo(below(project, "sub/pipe"), 0600);
  return unlink(below(project, "sub/mine"));
}
static int work_in_temp(void) {
  const char *temp = getenv("TMPDIR");
  return can_write(below(temp == 0 ? "/tmp" : temp, "mine"), O_CREAT);
}
static int talk_inside(void) {
  int pair[2];
  return socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0 || write(pair[0], "x", 1) != 1 ? -1 : 0;
}
static int start_programs(void) { return system("exec /bin/true") == 0 ? 0 : -1; }

static const struct {
  const char *name;
  int (*attempt)(void);
} attempts[] = {
#define TRY(name) {#name, name}
    TRY(read_key), TRY(read_aws), TRY(read_state), TRY(read_other_project), TRY(read_by_link), TRY(list_home), TRY(write_outside),
    TRY(make_outside), TRY(make_folder_outside), TRY(remove_outside), TRY(rename_out), TRY(rename_in), TRY(link_in), TRY(modes_outside),
    TRY(times_outside), TRY(attribute_outside), TRY(watch_outside), TRY(by_handle), TRY(write_kept), TRY(make_in_kept), TRY(rename_over_kept),
    TRY(rename_kept), TRY(write_system), TRY(write_sysctl), TRY(write_interrupts), TRY(press_keys), TRY(read_timers), TRY(make_device), TRY(read_kernel_log), TRY(ask_kernel_log), TRY(read_inherited), TRY(see_environment),
    TRY(see_memory), TRY(see_descriptors), TRY(pass_by_root), TRY(signal_it), TRY(signal_thread), TRY(signal_by_descriptor),
    TRY(take_descriptor), TRY(trace), TRY(read_memory), TRY(write_memory), TRY(limit_it), TRY(slow_it), TRY(slow_group), TRY(schedule_it), TRY(share_memory),
    TRY(new_users), TRY(clone_users), TRY(clone3_users), TRY(enter_space), TRY(mount_it), TRY(remount), TRY(change_root), TRY(ring),
    TRY(kernel_program), TRY(keys), TRY(add_a_key), TRY(performance), TRY(page_faults), TRY(type_into_terminal),
#ifdef __x86_64__
    TRY(other_numbers), TRY(old_numbers),
#endif
    TRY(by_path), TRY(by_abstract_name), TRY(by_tcp), TRY(by_udp), TRY(raw), TRY(packets), TRY(cryptography), TRY(machines), TRY(of_devices), TRY(of_firewall),
    TRY(truncate_outside), TRY(work_in_project), TRY(work_in_temp), TRY(talk_inside), TRY(start_programs),
};

static int wait_as_victim(void) {
  int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
  if (id < 0 || shmat(id, 0, 0) == (void *)-1) return 1;
  /* It goes with this process. */
  printf("%d %p\n", id, (void *)secret);
  fflush(stdout);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  char byte;
  while (read(0, &byte, 1) > 0) continue;
  shmctl(id, IPC_RMID, 0);
  return 0;
}

int main(int count, char *arguments[]) {
  if (count == 2 && strcmp(arguments[1], "victim") == 0) return wait_as_victim();
  for (int i = 1; i < count; i += 1) {
    char *value = strchr(arguments[i], '=');
    if (value == 0) return 64;
    *value++ = 0;
    const char *name = arguments[i];
    if (strcmp(name, "only") == 0) only = value;
    else if (strcmp(name, "home") == 0) home = value;
    else if (strcmp(name, "project") == 0) project = value;
    else if (strcmp(name, "outside") == 0) outside = value;
    else if (strcmp(name, "pathname") == 0) pathname = value;
    else if (strcmp(name, "abstract") == 0) abstract = value;
    else if (strcmp(name, "victim") == 0) victim = atoi(value);
    else if (strcmp(name, "segment") == 0) segment = atoi(value);
    else if (strcmp(name, "tcp") == 0) tcp = atoi(value);
    else if (strcmp(name, "udp") == 0) udp = atoi(value);
    else return 64;
  }
  for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i += 1) {
    if (only != 0 && strcmp(only, attempts[i].name) != 0) continue;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
      int said = attempts[i].attempt();
      _exit(said >= 0 ? 0 : errno == 0 ? 255 : errno);
    }
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child) return 1;
    if (WIFSIGNALED(status)) printf("%s signal %d\n", attempts[i].name, WTERMSIG(status));
    else if (WEXITSTATUS(status) == 0) printf("%s ok\n", attempts[i].name);
    else printf("%s %d\n", attempts[i].name, WEXITSTATUS(status));
  }
  return 0;
}
