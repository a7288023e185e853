/* The command line as tables: verbs, and options with what they mean. Parsing, help, the man page and the shells' completions
 * all read the same rows. Every option also has a variable: --memory-limit is BOLTSEAL_MEMORY_LIMIT. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/macros.h"

enum { CLI_OUTPUTS_MOST = 16, CLI_MIRRORS_MOST = 16, CLI_URLS_MOST = 64, CLI_VEX_MOST = 64, CLI_ARGUMENTS_MOST = 256 };

enum cli_verb_bit {
	VERB_SCAN = 1,
	VERB_SBOM = 2,
	VERB_VERSION = 4,
	VERB_DB_IMPORT = 8,
	VERB_DB_STATUS = 16,
	VERB_DB_EXPLAIN = 32,
	VERB_DB_UPDATE = 64,
	VERB_DB_EXPORT = 128,
	VERB_DB_KEYGEN = 256,
	VERB_RESCAN = 512,
	VERB_DIFF = 1024,
};

enum cli_scanner { SCANNER_PACKAGE = 1, SCANNER_VULN = 2 };

struct cli_output {
	const char *format; /* NULL: the verb's own */
	const char *path;   /* NULL: standard output */
};

struct cli_options {
	const char *arguments[CLI_ARGUMENTS_MOST]; /* what is no option, in order */
	size_t arguments_len;
	struct cli_output outputs[CLI_OUTPUTS_MOST];
	size_t outputs_len;
	uint64_t memory_limit_bytes, bounds;
	const char *platform, *base, *ca_file, *username, *password_file, *engine_socket;
	const char *database, *ignore_file, *vex_out; /* NULL: the usual place, or none */
	unsigned scanners;                            /* enum cli_scanner; 0: not said */
	unsigned severities, fail_on;                 /* bits 1 << enum bolt_severity; 0: not said */
	int64_t max_db_age_seconds;                   /* 0: any */
	unsigned timeout_seconds;                     /* 0: none */
	const char *vex[CLI_VEX_MOST];
	size_t vex_len;
	const char *feed_mirror, *from, *bundle, *trust_key, *sign_key, *publish; /* of db update, import, export; or NULL */
	const char *urls[CLI_URLS_MOST];
	size_t urls_len;
	uint64_t since, keep;               /* generations; since 0: all, keep 0: the usual number */
	const char *store;                  /* NULL: the usual place */
	uint64_t store_images, store_bytes; /* 0: the usual limit */
	const char *mirrors[CLI_MIRRORS_MOST];
	size_t mirrors_len;
	bool strict, plain_http, insecure, quiet, no_color, no_progress, list_catalogers, features, ignore_unfixed, allow_shrink,
		allow_unsigned, no_store, dry_run, since_said, help;
};

struct cli_option {
	const char *name;     /* without the dashes */
	char letter;          /* or 0 */
	const char *argument; /* its name in help, or NULL: a flag */
	unsigned verbs;       /* enum cli_verb_bit */
	const char *help;
	const char *complete; /* what a shell offers: "file", "dir", "format", or words separated by blanks; NULL: nothing */
	/* `value` is NULL for flags. 0 | -EINVAL, err set (without the option's name). */
	int (*set)(struct cli_options *options, const char *value, struct bolt_err *err);
};
extern const struct cli_option cli_option_rows[];
extern const size_t cli_option_rows_len;

struct cli_verb {
	const char *name; /* one word, or two: "db import" */
	enum cli_verb_bit bit;
	const char *arguments; /* "SUBJECT", "FILE|DIR..."; NULL: takes none */
	size_t arguments_most;
	const char *summary;
	const char *const *examples; /* NULL-terminated pairs: command, what it does */
	int (*run)(const struct cli_options *options);
};
extern const struct cli_verb cli_verbs[];
extern const size_t cli_verbs_len;
/* The verb that the first one or two words name, and how many those are. NULL: none. */
const struct cli_verb *cli_verb_of(int argc, char **argv, int *ret_words);
/* How many characters the first word of its name has. */
size_t cli_verb_first(const struct cli_verb *verb);

/* Exit codes that scripts rely on. */
enum { CLI_OK = 0, CLI_FINDINGS = 1, CLI_USAGE = 2, CLI_FAILED = 3 };

/* Environment first, then the arguments after the verb. 0 | -EINVAL (err says what is wrong and what to do). */
BOLT_MUST_CHECK int cli_parse(const struct cli_verb *verb, int argc, char **argv, struct cli_options *ret_options,
			      struct bolt_err *err);

/* "BOLTSEAL_MEMORY_LIMIT" for "memory-limit". */
void cli_variable_name(const char *option, char *buf, size_t len);
