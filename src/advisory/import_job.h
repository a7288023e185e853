/* One change of the database, whatever it is made from: lock, private copy, sandboxed process, rename. import.c reads feeds this
 * way; what else brings advisories (bundles) does the same with its own two ends. */
#pragma once

#include "advisory/import.h"
#include "core/channel.h"

/* What the sandboxed process says. Anything below BOLT_IMPORT_ASK is the job's own. */
enum { BOLT_IMPORT_DONE = 1, BOLT_IMPORT_PART = 2, BOLT_IMPORT_ASK = 16 };

struct bolt_import_message {
	uint32_t kind;
	int32_t status;             /* DONE: 0 or negative errno */
	uint64_t number;            /* of ASK messages, what they say; DONE: the generation */
	uint8_t changed, compacted; /* DONE */
	uint8_t padding[6];
	char name[BOLT_PART_NAME];    /* of ASK messages, what they say */
	struct bolt_part_result part; /* PART */
	struct bolt_err err;          /* DONE */
};

struct bolt_import_answer { /* to an ASK; a file descriptor may come with it */
	int32_t status;     /* what the asker takes it for */
	uint32_t padding;
	uint64_t number;
	char part[BOLT_PART_NAME];
	struct bolt_err err;
};

struct bolt_import_job {
	const struct bolt_import_options *options;
	struct bolt_import_progress *progress; /* the job's own */
	/* In the caller's process: answers a message of kind BOLT_IMPORT_ASK or above. Fills *answer and *fd (closed after it was
	 * sent; -1: none). Negative: the asker broke the rules, the job ends. */
	int (*answer)(struct bolt_import_job *job, const struct bolt_import_message *message, struct bolt_import_answer *answer,
		      int *fd, struct bolt_err *err);
	/* In the sandbox: reads, and writes with `writer`. Tells parts by bolt_import_tell, asks by bolt_import_ask. */
	int (*work)(struct bolt_import_job *job, struct bolt_writer *writer, struct bolt_err *err);
	void *context;
	/* Descriptors that work needs and that were open before. */
	const int *work_fds;
	size_t work_fds_len;
	int channel; /* of this process */
};

/* Fills ret_result's parts, changed and generation. As bolt_import. */
BOLT_MUST_CHECK int bolt_import_run(struct bolt_import_job *job, struct bolt_import_result *ret_result, struct bolt_err *err);

/* In the sandbox. ret_fd NULL: none is wanted. 0 | negative errno (the caller's process is gone). */
BOLT_MUST_CHECK int bolt_import_tell(struct bolt_import_job *job, const struct bolt_part_result *part);
BOLT_MUST_CHECK int bolt_import_ask(struct bolt_import_job *job, const struct bolt_import_message *message,
				    struct bolt_import_answer *ret_answer, int *ret_fd);

/* import_child.c: what the new process does. Never returns. */
struct bolt_import_place { /* open files and paths of the new database */
	const char *path_new;
	int spool_fd, compact_fd;
	int parent;
};
_Noreturn void bolt_import_child(struct bolt_import_job *job, const struct bolt_import_place *place);
