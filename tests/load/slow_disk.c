/* A disk that takes its time: preloaded, every fsync and fdatasync sleeps 5 ms before it does its work.

   The calls are counted in the file that SLOW_DISK_CALLS names, eight bytes that outlive a kill -9. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static long *calls;

__attribute__((constructor)) static void count_calls(void) {
    const char *path = getenv("SLOW_DISK_CALLS");
    int file = path ? open(path, O_RDWR) : -1;
    if (file < 0) return;
    void *page = mmap(NULL, sizeof *calls, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (page != MAP_FAILED) calls = page;
    close(file);
}

static int slowly(const char *name, int file) {
    struct timespec pause = {.tv_nsec = 5 * 1000 * 1000};
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    if (calls) __atomic_add_fetch(calls, 1, __ATOMIC_RELAXED);
    nanosleep(&pause, NULL);
    return real(file);
}

int fsync(int file) { return slowly("fsync", file); }

int fdatasync(int file) { return slowly("fdatasync", file); }
