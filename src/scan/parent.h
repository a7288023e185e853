/* What the parent does for its worker: opens what a name stands for, and waits. */
#pragma once

#include "core/err.h"
#include "core/macros.h"
#include "scan/channel.h"
#include "scan/scan.h"

struct bolt_parent;

/* For oci: and registry: subjects; others ask for nothing. Borrows target and options. 0 | negative errno, err set. */
BOLT_MUST_CHECK int bolt_parent_open(const struct bolt_target *target, const struct bolt_scan_options *options,
				     struct bolt_parent **ret_parent, struct bolt_err *err);

/* Waits for threads that still fetch (their readers are gone: they end at once). */
void bolt_parent_close(struct bolt_parent *parent);

/* What the worker's plan starts from; NULL for subjects that are one file or directory. */
const char *bolt_parent_root(const struct bolt_parent *parent);

/* Answers one BOLT_ASK_OPEN on the socket. 0 | negative errno: the worker cannot be answered. */
BOLT_MUST_CHECK int bolt_parent_answer(struct bolt_parent *parent, int socket, const struct bolt_ask *ask);

/* A daemon's image comes as a stream. The pipe is made before the worker is forked: ret_read_fd is the worker's, ret_write_fd ours,
 * which the worker must close or it would wait for itself. The thread that fills it starts after: starting takes write_fd. 0 |
 * negative errno. */
BOLT_MUST_CHECK int bolt_parent_pipe(int *ret_read_fd, int *ret_write_fd, struct bolt_err *err);
BOLT_MUST_CHECK int bolt_parent_start_engine(struct bolt_parent *parent, int write_fd, struct bolt_err *err);

/* Why a fetch broke off, if one did: a better reason than "truncated" at the worker's end. 0: none did, or there is no
 * parent (NULL). */
int bolt_parent_trouble(struct bolt_parent *parent, struct bolt_err *err);

/* Why a mirror was passed over, or NULL; the caller frees it. */
char *bolt_parent_mirror_trouble(struct bolt_parent *parent);
