/*
 * kill-at-call N PROGRAM [ARGUMENT...]
 * kill-at-call N=FILE PROGRAM [ARGUMENT...]
 *
 * Runs the program and kills it with SIGKILL when one of its threads is about to make the Nth system call
 * that changes a file. Exits with 137 then, with 99 where this machine doesn't let it, else with the
 * program's own exit code. The kernel reports every such call; a preloaded library would miss those that
 * Bun makes without libc.
 *
 * With a file, it isn't killed: when it is about to open this file for the Nth time, it stands still while
 * the shell runs the line in the variable MEANWHILE.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/ptrace.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KILLED = 137, UNUSABLE = 99 };

static const long CALLS[] = {
#ifdef SYS_open
  SYS_open, SYS_rename, SYS_link, SYS_unlink, SYS_mkdir,
#endif
#ifdef SYS_renameat
  SYS_renameat,
#endif
  SYS_openat, SYS_renameat2, SYS_linkat, SYS_unlinkat, SYS_mkdirat,
  SYS_write, SYS_writev, SYS_pwrite64, SYS_ftruncate, SYS_fsync, SYS_fdatasync,
};
enum { COUNT = sizeof CALLS / sizeof *CALLS };

/* The headers of libc and of the kernel can't be had together. */
static long trace(long request, pid_t thread, long address, void *data) {
  return syscall(SYS_ptrace, request, thread, address, data);
}

/* Has the kernel stop this process and what it becomes at those calls only. */
static int report_calls(void) {
  struct sock_filter filter[COUNT + 3];
  unsigned n = 0;
  filter[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  for (unsigned i = 0; i < COUNT; i++)
    filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CALLS[i], COUNT - i, 0);
  filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
  struct sock_fprog program = {(unsigned short)n, filter};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) | prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* Threads talk to one another by writing to event descriptors; only files and stdout count. */
static int is_file(pid_t thread, int fd) {
  char path[64];
  struct stat s;
  snprintf(path, sizeof path, "/proc/%d/fd/%d", thread, fd);
  return fd == 1 || (stat(path, &s) == 0 && S_ISREG(s.st_mode));
}

static int changes_file(pid_t thread) {
  struct ptrace_syscall_info call;
  if (trace(PTRACE_GET_SYSCALL_INFO, thread, sizeof call, &call) <= 0) return 0;
  switch (call.seccomp.nr) {
#ifdef SYS_open
    case SYS_open:
      return (call.seccomp.args[1] & O_CREAT) != 0;
#endif
    case SYS_openat:
      return (call.seccomp.args[2] & O_CREAT) != 0;
    case SYS_write:
    case SYS_writev:
      return is_file(thread, (int)call.seccomp.args[0]);
    default:
      return 1;
  }
}

static int opens(pid_t thread, const char *file) {
  struct ptrace_syscall_info call;
  if (trace(PTRACE_GET_SYSCALL_INFO, thread, sizeof call, &call) <= 0) return 0;
  int name = call.seccomp.nr == SYS_openat;
#ifdef SYS_open
  if (!name && call.seccomp.nr != SYS_open) return 0;
#endif
  char path[PATH_MAX] = "";
  struct iovec to = {path, strlen(file) + 1};
  struct iovec from = {(void *)(long)call.seccomp.args[name], to.iov_len};
  return process_vm_readv(thread, &to, 1, &from, 1, 0) == (ssize_t)to.iov_len && strcmp(path, file) == 0;
}

int main(int argc, char **argv) {
  if (argc < 3) return UNUSABLE;
  char *file;
  long left = strtol(argv[1], &file, 10);
  if (*file++ != '=') file = NULL;
  pid_t program = fork();
  if (program < 0) return UNUSABLE;
  if (program == 0) {
    if (trace(PTRACE_TRACEME, 0, 0, 0) != 0) _exit(UNUSABLE);
    raise(SIGSTOP);
    if (report_calls() == 0) execv(argv[2], argv + 2);
    _exit(UNUSABLE);
  }
  int status;
  if (waitpid(program, &status, 0) < 0 || !WIFSTOPPED(status)) return UNUSABLE;
  long options = PTRACE_O_EXITKILL | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;
  if (trace(PTRACE_SETOPTIONS, program, 0, (void *)options) != 0) return UNUSABLE;
  trace(PTRACE_CONT, program, 0, 0);
  for (;;) {
    pid_t thread = waitpid(-1, &status, __WALL);
    if (thread < 0) return UNUSABLE;
    if (WIFEXITED(status) || WIFSIGNALED(status)) {
      if (thread != program) continue;
      return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    if (status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8) &&
        (file ? opens(thread, file) : changes_file(thread)) && --left == 0) {
      if (file) {
        if (system(getenv("MEANWHILE")) != 0) return UNUSABLE;
      } else {
        kill(program, SIGKILL);
        continue;
      }
    }
    int signal = WSTOPSIG(status);
    int is_own = signal == SIGTRAP || signal == SIGSTOP;
    trace(PTRACE_CONT, thread, 0, (void *)(long)(is_own ? 0 : signal));
  }
}
