/* A disk that goes bad: preloaded, writing below BAD_DISK_PLACE fails with the errno that stands in the file BAD_DISK.

   With ENOSPC what is there can still be written over, as on a full disk. With any other nothing can be written, made or
   removed: EROFS is a disk that the system has made read-only after an error, EIO one that is broken. 0 is a good disk. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static volatile int *error;
static const char *place;

__attribute__((constructor)) static void look(void) {
    const char *path = getenv("BAD_DISK");
    int file = path ? open(path, O_RDWR) : -1;
    place = getenv("BAD_DISK_PLACE");
    if (file < 0 || !place) return;
    void *page = mmap(NULL, sizeof *error, PROT_READ, MAP_SHARED, file, 0);
    if (page != MAP_FAILED) error = page;
    close(file);
}

static int is_here(const char *path) { return !strncmp(path, place, strlen(place)); }

static int refused(int found) {
    if (found) errno = found;
    return found;
}

/* The error that stands against changing a file by its name. */
static int of_path(const char *path) {
    return refused(error && *error && *error != ENOSPC && is_here(path) ? *error : 0);
}

/* The error that stands against writing to an open file, up to an end; -1 where it grows. */
static int of_file(int file, off_t end) {
    char link[64], path[4096];
    struct stat now;
    if (!error || !*error) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) return 0;
    path[size] = 0;
    if (!is_here(path)) return 0;
    if (*error == ENOSPC && end >= 0 && !fstat(file, &now) && end <= now.st_size) return 0;
    return refused(*error);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void *bytes, size_t count) {
    return of_file(file, -1) ? -1 : REAL(write)(file, bytes, count);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) {
    return of_file(file, at + (off_t)count) ? -1 : REAL(pwrite)(file, bytes, count, at);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
    return of_file(file, at + (off_t)count) ? -1 : REAL(pwrite64)(file, bytes, count, at);
}

int ftruncate(int file, off_t size) { return of_file(file, size) ? -1 : REAL(ftruncate)(file, size); }

int ftruncate64(int file, off64_t size) { return of_file(file, size) ? -1 : REAL(ftruncate64)(file, size); }

int fsync(int file) { return of_file(file, 0) ? -1 : REAL(fsync)(file); }

int fdatasync(int file) { return of_file(file, 0) ? -1 : REAL(fdatasync)(file); }

int unlink(const char *path) { return of_path(path) ? -1 : REAL(unlink)(path); }

int link(const char *from, const char *to) { return of_path(to) ? -1 : REAL(link)(from, to); }

int linkat(int at, const char *from, int into, const char *to, int how) {
    return of_path(to) ? -1 : REAL(linkat)(at, from, into, to, how);
}

#define OPENS(name)                                                                   \
    int name(const char *path, int how, ...) {                                        \
        va_list rest;                                                                 \
        va_start(rest, how);                                                          \
        mode_t mode = how & O_CREAT ? va_arg(rest, mode_t) : 0;                       \
        va_end(rest);                                                                 \
        if (how & (O_CREAT | O_WRONLY | O_RDWR) && of_path(path)) return -1;          \
        return REAL(name)(path, how, mode);                                           \
    }

OPENS(open)
OPENS(open64)
