// Preloaded into programs that run under valgrind: sigsuspend with a mask that may be written to. valgrind 3.19 puts the mask
// right in place, and libdispatch, whose main thread sleeps in it, has its mask in memory that is read only.
#define _GNU_SOURCE
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

int sigsuspend(const sigset_t *mask)
{
    sigset_t copy = *mask;
    // The kernel's sets are smaller than those of libc.
    return (int)syscall(SYS_rt_sigsuspend, &copy, _NSIG / 8);
}
