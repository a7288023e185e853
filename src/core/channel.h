/* Two processes on the ends of a socketpair (SOCK_SEQPACKET) talk in whole messages, each a struct of fixed size: nothing in them
 * is parsed. A file descriptor may travel along. */
#pragma once

#include <stddef.h>

#include "core/macros.h"

/* Each sends or receives exactly one message, blocking. fd -1: none. ret_fd NULL: none is taken; a message with one, or with more
 * than one in any case, is -EPROTO, like one of another length, and every descriptor in it is closed. 0 | negative errno (-EPIPE:
 * the other end is gone). */
BOLT_MUST_CHECK int bolt_channel_send(int socket, const void *message, size_t len, int fd);
BOLT_MUST_CHECK int bolt_channel_receive(int socket, void *message, size_t len, int *ret_fd);
