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

/* One more report, beside whatever is asked for. */
static int add_vex_out(struct cli_options *o, struct bolt_err *err)
{
	if (!o->vex_out)
		return 0;
	if (o->outputs_len + 2 > CLI_OUTPUTS_MOST)
		return bolt_err_set(err, -EINVAL, "more than %d outputs", CLI_OUTPUTS_MOST);
	if (o->outputs_len == 0)
		o->outputs[o->outputs_len++] = (struct cli_output){ .format = NULL };
	o->outputs[o->outputs_len++] = (struct cli_output){ .format = "openvex", .path = o->vex_out };
	return 0;
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
		} else if (!verb->arguments) {
			r = bolt_err_set(err, -EINVAL, "%s takes no '%s'; see boltseal %s --help", verb->name, argv[i], verb->name);
		} else if (o.arguments_len == verb->arguments_most && o.arguments_len == 1) {
			r = bolt_err_set(err, -EINVAL, "one %s at a time: '%s' and '%s'", verb->arguments, o.arguments[0], argv[i]);
		} else if (o.arguments_len == verb->arguments_most) {
			r = bolt_err_set(err, -EINVAL, "'%s' is one too many; see boltseal %s --help", argv[i], verb->name);
		} else {
			o.arguments[o.arguments_len++] = argv[i];
		}
	}
	if (r == 0)
		r = add_vex_out(&o, err);
	if (r == 0)
		r = judge_outputs(&o, err);
	if (r == 0)
		*ret_options = o;
	return r;
}
