// slow-sync MICROSECONDS PROGRAM...: runs a program that is delayed before each fsync and fdatasync. Unlike a
// preloaded library it holds for programs that call the system themselves, as Go's do. Linux 5.6 or later.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct sock_filter filter[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fsync, 1, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fdatasync, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

static void run(char **argv, int tell, int wait) {
  struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  char ready;
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  int listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
  if (write(tell, &listener, sizeof listener) != sizeof listener || read(wait, &ready, 1) != 1) _exit(126);
  close(listener);
  execvp(argv[0], argv);
  _exit(127);
}

static void delay(int listener, long us) {
  struct seccomp_notif asked = {0};
  struct timespec pause = {us / 1000000, us % 1000000 * 1000};
  if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) != 0) return;
  if (us > 0) nanosleep(&pause, NULL);
  struct seccomp_notif_resp answer = {.id = asked.id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
  ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}

int main(int argc, char **argv) {
  int told[2], go[2], theirs = -1, status = 0;
  if (argc < 3 || pipe(told) != 0 || pipe(go) != 0) return 125;
  pid_t child = fork();
  if (child == 0) run(argv + 2, told[1], go[0]);
  if (read(told[0], &theirs, sizeof theirs) != sizeof theirs || theirs < 0) return 125;
  int handle = syscall(SYS_pidfd_open, child, 0);
  int listener = syscall(SYS_pidfd_getfd, handle, theirs, 0);
  if (listener < 0 || write(go[1], "", 1) != 1) return 125;
  // The listener hangs up when nobody is filtered any more.
  struct pollfd waited = {listener, POLLIN, 0};
  while (poll(&waited, 1, -1) >= 0 || errno == EINTR) {
    if (waited.revents & POLLIN) delay(listener, atol(argv[1]));
    else if (waited.revents & POLLHUP) break;
  }
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
