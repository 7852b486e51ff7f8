/* The floor under every figure: what this machine's kernel asks of any server, with nothing on top.

   Speaks just enough Engine.IO 4 / Socket.IO 5 over WebSocket for the phones of tests/load: lets everyone in,
   acknowledges every vote without storing it, and answers a POST by writing one ready frame to every phone.

   floor PORT FILE: FILE holds the payload of a `state` event whose revision is ten characters wide. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST_PHONES 65536
#define ROOM 4096

/* The phones send the key of RFC 6455's example, so the answer to it is the example's as well. */
static const char UPGRADED[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                               "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
static const char OPENED[] = "0{\"sid\":\"floor\",\"upgrades\":[],\"pingInterval\":20000,\"pingTimeout\":20000}";
static const char CONNECTED[] = "40{\"sid\":\"floor\"}";
static const char SEAT[] = "42[\"seat\",{\"seat\":\"own\",\"voted\":[],\"round\":\"R1\",\"moved\":false}]";

typedef struct {
    int fd, upgraded, inside;
    size_t held;
    unsigned char bytes[ROOM];
} Phone;

static Phone *phones[MOST_PHONES];
static unsigned char state[ROOM]; /* the ready frame */
static size_t state_size;
static char *digits; /* where its revision stands */
static long revision = 1;

static void stop(const char *why) {
    perror(why);
    exit(1);
}

static void send_all(int fd, const void *bytes, size_t size) {
    ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);
    if (sent >= 0 && (size_t)sent != size) stop("a phone does not read");
}

static size_t framed(unsigned char *into, const char *text, size_t size) {
    size_t head = size < 126 ? 2 : 4;
    into[0] = 0x81;
    into[1] = size < 126 ? size : 126;
    if (head == 4) into[2] = size >> 8, into[3] = size & 255;
    memcpy(into + head, text, size);
    return head + size;
}

static void number_state(void) {
    char written[24];
    snprintf(written, sizeof written, "%10ld", revision);
    memcpy(digits, written, 10);
}

static void read_state(const char *path) {
    char text[ROOM - 4];
    FILE *file = fopen(path, "r");
    if (!file) stop(path);
    size_t size = fread(text, 1, sizeof text, file);
    fclose(file);
    state_size = framed(state, text, size);
    digits = memmem(state, state_size, "\"revision\":", 11);
    if (!digits) stop("no revision in the snapshot");
    digits += 11;
    number_state();
}

static void broadcast(int asker) {
    char answer[256], body[64];
    revision++;
    number_state();
    for (int fd = 0; fd < MOST_PHONES; fd++)
        if (phones[fd] && phones[fd]->inside) send_all(fd, state, state_size);
    int size = snprintf(body, sizeof body, "{\"ok\":true,\"state\":{\"revision\":%ld}}", revision);
    size = snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", size, body);
    send_all(asker, answer, size);
}

static void welcome(Phone *phone) {
    unsigned char out[ROOM + 256];
    size_t size = framed(out, CONNECTED, sizeof CONNECTED - 1);
    memcpy(out + size, state, state_size);
    size += state_size;
    size += framed(out + size, SEAT, sizeof SEAT - 1);
    phone->inside = 1;
    send_all(phone->fd, out, size);
}

/* `42<id>["vote",…` is answered with `43<id>[{"ok":true}]`. */
static void acknowledge(Phone *phone, const char *text, size_t size) {
    unsigned char out[64];
    char answer[48];
    size_t digits_end = 2;
    while (digits_end < size && digits_end < 20 && text[digits_end] != '[') digits_end++;
    int length = snprintf(answer, sizeof answer, "43%.*s[{\"ok\":true}]", (int)digits_end - 2, text + 2);
    send_all(phone->fd, out, framed(out, answer, length));
}

/* Take one masked frame off the front; returns its size, 0 if it is not whole yet. */
static size_t take_frame(Phone *phone, unsigned char *bytes, size_t held) {
    if (held < 2) return 0;
    size_t size = bytes[1] & 127, head = 6;
    if (size == 126) {
        if (held < 4) return 0;
        size = bytes[2] << 8 | bytes[3], head = 8;
    }
    if (held < head + size) return 0;
    for (size_t at = 0; at < size; at++) bytes[head + at] ^= bytes[head - 4 + at % 4];
    char *text = (char *)bytes + head;
    if (size >= 2 && text[0] == '4' && text[1] == '0') welcome(phone);
    if (size >= 2 && text[0] == '4' && text[1] == '2') acknowledge(phone, text, size);
    return head + size;
}

static size_t take_request(Phone *phone, unsigned char *bytes, size_t held) {
    unsigned char *end = memmem(bytes, held, "\r\n\r\n", 4);
    if (!end) return 0;
    if (memcmp(bytes, "POST", 4) == 0) {
        broadcast(phone->fd);
        return held;
    }
    unsigned char out[512];
    memcpy(out, UPGRADED, sizeof UPGRADED - 1);
    send_all(phone->fd, out, sizeof UPGRADED - 1 + framed(out + sizeof UPGRADED - 1, OPENED, sizeof OPENED - 1));
    phone->upgraded = 1;
    return end + 4 - bytes;
}

static void hear(Phone *phone) {
    ssize_t got = recv(phone->fd, phone->bytes + phone->held, ROOM - phone->held, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
        phones[phone->fd] = NULL;
        close(phone->fd);
        free(phone);
        return;
    }
    phone->held += got;
    size_t at = 0, taken;
    while (at < phone->held) {
        unsigned char *rest = phone->bytes + at;
        taken = phone->upgraded ? take_frame(phone, rest, phone->held - at) : take_request(phone, rest, phone->held - at);
        if (!taken) break;
        at += taken;
    }
    phone->held -= at;
    memmove(phone->bytes, phone->bytes + at, phone->held);
}

static void let_in(int listener, int poll) {
    int fd, one = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        if (fd >= MOST_PHONES) stop("too many phones");
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        Phone *phone = phones[fd] = calloc(1, sizeof *phone);
        phone->fd = fd;
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
        epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
    }
}

int main(int count, char **arguments) {
    if (count != 3) return 2;
    read_state(arguments[2]);
    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), poll = epoll_create1(0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(arguments[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) stop("listen");
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[256];
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    puts("ready");
    fflush(stdout);
    for (;;) {
        int ready = epoll_wait(poll, events, 256, -1);
        for (int at = 0; at < ready; at++) {
            int fd = events[at].data.fd;
            if (fd == listener) let_in(listener, poll);
            else if (phones[fd]) hear(phones[fd]);
        }
    }
}
