#include "cli/options.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/bound.h"
#include "core/text.h"
#include "report/format.h"
#include "scan/limits.h"

#define DEFINE_TEXT(field) \
	static int set_##field(struct cli_options *o, const char *value, struct bolt_err *err) \
	{ \
		(void) err; \
		o->field = value; \
		return 0; \
	}
DEFINE_TEXT(base)
DEFINE_TEXT(ca_file)
DEFINE_TEXT(username)
DEFINE_TEXT(password_file)
DEFINE_TEXT(engine_socket)

#define DEFINE_FLAG(field) \
	static int set_##field(struct cli_options *o, const char *value, struct bolt_err *err) \
	{ \
		(void) value; \
		(void) err; \
		o->field = true; \
		return 0; \
	}
DEFINE_FLAG(strict)
DEFINE_FLAG(plain_http)
DEFINE_FLAG(insecure)
DEFINE_FLAG(quiet)
DEFINE_FLAG(no_color)
DEFINE_FLAG(no_progress)
DEFINE_FLAG(list_catalogers)
DEFINE_FLAG(features)
DEFINE_FLAG(help)

static int set_platform(struct cli_options *o, const char *value, struct bolt_err *err)
{
	const char *slash = strchr(value, '/');

	if (!slash || slash == value || !slash[1])
		return bolt_err_set(err, -EINVAL, "'%s': write OS/ARCH or OS/ARCH/VARIANT, such as linux/arm64", value);
	o->platform = value;
	return 0;
}

/* "--format a --output f --format b": an output file belongs to the format before it. */
static int set_format(struct cli_options *o, const char *value, struct bolt_err *err)
{
	if (!bolt_report_format_named(value)) {
		char known[512] = "";

		for (size_t i = 0; i < bolt_report_formats_len; i++) {
			size_t used = strlen(known);
			(void) snprintf(known + used, sizeof(known) - used, "%s%s", i ? ", " : "", bolt_report_formats[i].name);
		}
		return bolt_err_set(err, -EINVAL, "no format '%s'; there are: %s", value, known);
	}
	if (o->outputs_len == CLI_OUTPUTS_MOST)
		return bolt_err_set(err, -EINVAL, "more than %d outputs", CLI_OUTPUTS_MOST);
	if (o->outputs_len == 1 && !o->outputs[0].format) { /* --output came first */
		o->outputs[0].format = value;
		return 0;
	}
	o->outputs[o->outputs_len++] = (struct cli_output){ .format = value };
	return 0;
}

static int set_output(struct cli_options *o, const char *value, struct bolt_err *err)
{
	if (!*value)
		return bolt_err_set(err, -EINVAL, "the file name is empty");
	if (o->outputs_len == 0)
		o->outputs[o->outputs_len++] = (struct cli_output){ .format = NULL };
	if (o->outputs[o->outputs_len - 1].path)
		return bolt_err_set(err, -EINVAL, "a second file for one --format");
	o->outputs[o->outputs_len - 1].path = strcmp(value, "-") == 0 ? NULL : value;
	return 0;
}

static int set_memory_limit(struct cli_options *o, const char *value, struct bolt_err *err)
{
	if (bolt_parse_size(value, &o->memory_limit_bytes) < 0)
		return bolt_err_set(err, -EINVAL, "'%s' is not a size: write 256M or 1G", value);
	if (o->memory_limit_bytes < BOLT_MEMORY_LIMIT_LEAST)
		return bolt_err_set(err, -EINVAL, "a scan needs at least %uM", BOLT_MEMORY_LIMIT_LEAST >> 20);
	return 0;
}

static int set_bounds(struct cli_options *o, const char *value, struct bolt_err *err)
{
	if (bolt_parse_u64(value, BOLT_BOUNDS_FACTOR_MAX, &o->bounds) < 0 || o->bounds == 0)
		return bolt_err_set(err, -EINVAL, "'%s' is not a whole number from 1 to %d", value, BOLT_BOUNDS_FACTOR_MAX);
	return 0;
}

static int set_mirror(struct cli_options *o, const char *value, struct bolt_err *err)
{
	if (!strchr(value, '='))
		return bolt_err_set(err, -EINVAL, "'%s': write REGISTRY=URL", value);
	if (o->mirrors_len == CLI_MIRRORS_MOST)
		return bolt_err_set(err, -EINVAL, "more than %d mirrors", CLI_MIRRORS_MOST);
	o->mirrors[o->mirrors_len++] = value;
	return 0;
}

static int set_scanners(struct cli_options *o, const char *value, struct bolt_err *err)
{
	if (strcmp(value, "package") != 0)
		return bolt_err_set(err, -EINVAL, "no scanner '%s' yet; there is: package", value);
	o->scanners = value;
	return 0;
}

enum { SCANS = VERB_SCAN | VERB_SBOM, ALL = VERB_SCAN | VERB_SBOM | VERB_VERSION };

const struct cli_option cli_option_rows[] = {
	{ "format", 'f', "FORMAT", SCANS, "how to write the report; may be given several times, each with its own --output",
	  "format", set_format },
	{ "output", 'o', "FILE", SCANS, "where to write it; without it, standard output. The file appears whole or not at all",
	  "file", set_output },
	{ "scanners", 0, "LIST", VERB_SCAN, "what to look for: package", "package", set_scanners },
	{ "platform", 0, "OS/ARCH[/VARIANT]", SCANS, "which image of a multi-platform index; without it, this machine's",
	  "linux/amd64 linux/arm64 linux/arm/v7 linux/386 linux/ppc64le linux/s390x linux/riscv64", set_platform },
	{ "base", 0, "SUBJECT", SCANS, "the image this one was built on: its layers are told apart from yours", NULL, set_base },
	{ "memory-limit", 0, "SIZE", SCANS, "memory of the scanning process (default 256M, or less in a smaller cgroup)",
	  "128M 256M 512M 1G", set_memory_limit },
	{ "bounds", 0, "FACTOR", SCANS,
	  "multiply the bounds on what an input may hold, 1 to 8: for honest inputs larger than any known", "1 2 4 8", set_bounds },
	{ "strict", 0, NULL, SCANS, "a damaged layer or package record is an error, not a warning", NULL, set_strict },
	{ "plain-http", 0, NULL, SCANS, "speak HTTP to the registry (localhost may always be HTTP)", NULL, set_plain_http },
	{ "insecure", 0, NULL, SCANS, "do not verify the registry's certificate", NULL, set_insecure },
	{ "ca-file", 0, "FILE", SCANS, "certificates (PEM) to trust beside the system's", "file", set_ca_file },
	{ "username", 0, "NAME", SCANS, "registry user, instead of the one docker login stored", NULL, set_username },
	{ "password-file", 0, "FILE", SCANS, "file with that user's password (- is standard input)", "file", set_password_file },
	{ "mirror", 0, "REGISTRY=URL", SCANS, "ask this mirror first; may be given several times", NULL, set_mirror },
	{ "engine-socket", 0, "PATH", SCANS, "unix socket of Docker or Podman, when not in its usual place", "file",
	  set_engine_socket },
	{ "list-catalogers", 0, NULL, VERB_SCAN, "show what kinds of package records are read, and stop", NULL,
	  set_list_catalogers },
	{ "features", 0, NULL, VERB_VERSION, "show what this build is made of", NULL, set_features },
	{ "quiet", 'q', NULL, ALL, "no progress and no notes on standard error", NULL, set_quiet },
	{ "no-progress", 0, NULL, SCANS, "no progress bar", NULL, set_no_progress },
	{ "no-color", 0, NULL, ALL, "no colours (NO_COLOR does the same)", NULL, set_no_color },
	{ "help", 'h', NULL, ALL, "this text", NULL, set_help },
};
const size_t cli_option_rows_len = BOLT_ARRAY_LEN(cli_option_rows);

void cli_variable_name(const char *option, char *buf, size_t len)
{
	(void) snprintf(buf, len, "BOLTSEAL_%s", option);
	for (char *p = buf; *p; p++)
		*p = *p == '-' ? '_' : (char) toupper((unsigned char) *p);
}

/* A variable's value for a flag. Nothing is guessed: BOLTSEAL_INSECURE=flase must not turn anything on or off. */
static int read_switch(const char *value, bool *ret_on, struct bolt_err *err)
{
	static const struct {
		const char *word;
		bool on;
	} words[] = { { "1", true },      { "true", true }, { "yes", true },  { "on", true }, { "0", false },
		      { "false", false }, { "no", false },  { "off", false }, { "", false } };

	for (size_t i = 0; i < BOLT_ARRAY_LEN(words); i++) {
		if (strcasecmp(value, words[i].word) == 0) {
			*ret_on = words[i].on;
			return 0;
		}
	}
	return bolt_err_set(err, -EINVAL, "'%s' is neither 1, true, yes, on nor 0, false, no, off", value);
}

static int from_variable(const struct cli_option *row, const char *value, struct cli_options *o, struct bolt_err *err)
{
	bool on = *value != '\0';
	int r = row->argument ? 0 : read_switch(value, &on, err);

	return r == 0 && on ? row->set(o, row->argument ? value : NULL, err) : r;
}

static int from_environment(const struct cli_verb *verb, struct cli_options *o, struct bolt_err *err)
{
	char name[64];

	for (size_t i = 0; i < cli_option_rows_len; i++) {
		const struct cli_option *row = &cli_option_rows[i];

		if (!(row->verbs & verb->bit) || strcmp(row->name, "help") == 0)
			continue;
		cli_variable_name(row->name, name, sizeof(name));
		const char *value = getenv(name);
		int r = value ? from_variable(row, value, o, err) : 0;
		if (r < 0)
			return bolt_err_wrap(err, r, "%s", name);
	}
	return 0;
}

static const struct cli_option *find(const struct cli_verb *verb, const char *name, size_t len, char letter)
{
	for (size_t i = 0; i < cli_option_rows_len; i++) {
		const struct cli_option *row = &cli_option_rows[i];

		if ((row->verbs & verb->bit) &&
		    (letter ? row->letter == letter : strlen(row->name) == len && strncmp(row->name, name, len) == 0))
			return row;
	}
	return NULL;
}

static int take_option(const struct cli_verb *verb, char **argv, int argc, int *at, struct cli_options *o, struct bolt_err *err)
{
	const char *text = argv[*at], *value = NULL;
	bool is_long = text[1] == '-';
	const char *equals = is_long ? strchr(text, '=') : NULL;
	size_t len = equals ? (size_t) (equals - text - 2) : strlen(text + 2);
	const struct cli_option *row = is_long ? find(verb, text + 2, len, 0) : find(verb, NULL, 0, text[1]);

	if (!row)
		return bolt_err_set(err, -EINVAL, "no option '%s' for %s; see boltseal %s --help", text, verb->name, verb->name);
	if (equals)
		value = equals + 1;
	else if (!is_long && text[2])
		value = text + 2;
	if (!row->argument && value)
		return bolt_err_set(err, -EINVAL, "--%s takes no value", row->name);
	if (row->argument && !value) {
		if (*at + 1 >= argc)
			return bolt_err_set(err, -EINVAL, "--%s wants a value: --%s %s", row->name, row->name, row->argument);
		value = argv[++*at];
	}
	int r = row->set(o, value, err);
	return r < 0 ? bolt_err_wrap(err, r, "--%s", row->name) : 0;
}

static bool names_option(int argc, char **argv, const char *name, const char *letter)
{
	for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (bolt_starts_with(argv[i], name) || bolt_starts_with(argv[i], letter))
			return true;
	}
	return false;
}

/* A format or file that the arguments name is instead of the environment's, not beside it. */
static void forget_outputs(int argc, char **argv, struct cli_options *o)
{
	if (names_option(argc, argv, "--format", "-f"))
		o->outputs[0].format = NULL;
	if (names_option(argc, argv, "--output", "-o"))
		o->outputs[0].path = NULL;
	if (!o->outputs[0].format && !o->outputs[0].path)
		o->outputs_len = 0;
}

static int judge_outputs(const struct cli_options *o, struct bolt_err *err)
{
	for (size_t i = 0; i < o->outputs_len; i++) {
		for (size_t k = 0; k < i; k++) {
			const char *one = o->outputs[i].path, *other = o->outputs[k].path;

			if (!one && !other)
				return bolt_err_set(err, -EINVAL, "two formats for standard output: give one an --output");
			if (one && other && strcmp(one, other) == 0)
				return bolt_err_set(err, -EINVAL, "--output: '%s' is named twice", one);
		}
	}
	return 0;
}

int cli_parse(const struct cli_verb *verb, int argc, char **argv, struct cli_options *ret_options, struct bolt_err *err)
{
	struct cli_options o = { .memory_limit_bytes = 256u << 20, .bounds = 1 };
	bool only_subjects = false;
	int r = from_environment(verb, &o, err);

	if (r == 0)
		forget_outputs(argc, argv, &o);
	for (int i = 0; r == 0 && i < argc; i++) {
		if (!only_subjects && strcmp(argv[i], "--") == 0) {
			only_subjects = true;
		} else if (!only_subjects && argv[i][0] == '-' && argv[i][1]) {
			r = take_option(verb, argv, argc, &i, &o, err);
		} else if (!verb->subject) {
			r = bolt_err_set(err, -EINVAL, "%s takes no '%s'; see boltseal %s --help", verb->name, argv[i], verb->name);
		} else if (o.subject) {
			r = bolt_err_set(err, -EINVAL, "one %s at a time: '%s' and '%s'", verb->subject, o.subject, argv[i]);
		} else {
			o.subject = argv[i];
		}
	}
	if (r == 0)
		r = judge_outputs(&o, err);
	if (r == 0)
		*ret_options = o;
	return r;
}
