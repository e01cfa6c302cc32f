// with-descendants FILE PROGRAM...: runs a program, and writes how many seconds it took and how many seconds of
// processor time it took with all that it has started, also with what outlasts it: that has a while to end by itself.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const unsigned int LONGEST_SECONDS = 5;

static volatile sig_atomic_t is_over = 0;

static void stop(int signal) {
  (void)signal;
  is_over = 1;
  alarm(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static double seconds(struct timeval time) { return time.tv_sec + time.tv_usec / 1e6; }

// Those whose parents have ended are children of this process.
static void kill_children(void) {
  char name[64];
  int child;
  snprintf(name, sizeof name, "/proc/self/task/%d/children", (int)getpid());
  FILE *file = fopen(name, "r");
  if (file == NULL) _exit(1);
  while (fscanf(file, "%d", &child) == 1) kill(child, SIGKILL);
  fclose(file);
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  double start = now(), wall = 0;
  pid_t program = fork(), ended;
  if (program == 0) {
    execvp(argv[2], argv + 2);
    _exit(127);
  }
  sigaction(SIGALRM, &(struct sigaction){.sa_handler = stop}, NULL);
  int status, code = 1;
  while ((ended = wait(&status)) > 0 || is_over) {
    if (ended < 0 && errno == ECHILD) break;
    if (is_over) kill_children();
    if (ended != program) continue;
    wall = now() - start;
    code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    alarm(LONGEST_SECONDS);
  }
  struct rusage all;
  getrusage(RUSAGE_CHILDREN, &all);
  FILE *file = fopen(argv[1], "w");
  if (file == NULL) return 1;
  fprintf(file, "%f %f\n", wall, seconds(all.ru_utime) + seconds(all.ru_stime));
  return fclose(file) == 0 ? code : 1;
}
