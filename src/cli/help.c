/* The tables as text for people: --help and the man page. */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "inventory/cataloger.h"
#include "inventory/sbom.h"
#include "report/format.h"

static const struct {
	const char *form, *what;
} subjects[] = {
	{ "docker:NAME", "an image of the Docker daemon (podman:NAME: of Podman)" },
	{ "registry:REF", "an image of a registry, by tag or digest" },
	{ "oci:DIR[:TAG]", "an OCI layout directory" },
	{ "archive:FILE[:TAG]", "a docker save or OCI archive, plain or compressed; - is standard input" },
	{ "rootfs:DIR", "a root file system" },
	{ "dir:DIR", "a source tree (lock files are read too)" },
	{ "sbom:FILE", "a bill of materials: CycloneDX, SPDX, package URLs, or our own report" },
};

static const struct {
	int code;
	const char *what;
} exits[] = {
	{ CLI_OK, "done, nothing found at or over the threshold" },
	{ CLI_FINDINGS, "findings at or over the threshold" },
	{ CLI_USAGE, "wrong usage" },
	{ CLI_FAILED, "could not do it; standard error says what failed, on what, why, and what to do" },
};

static void option_form(const struct cli_option *row, char *buf, size_t len)
{
	char letter[8] = "    ";

	if (row->letter)
		(void) snprintf(letter, sizeof(letter), "-%c, ", row->letter);
	(void) snprintf(buf, len, "%s--%s%s%s", letter, row->name, row->argument ? " " : "", row->argument ? row->argument : "");
}

static void print_formats(void)
{
	printf("\nFormats:\n");
	for (size_t i = 0; i < bolt_report_formats_len; i++)
		printf("  %-20s %s\n", bolt_report_formats[i].name, bolt_report_formats[i].summary);
}

static void help_all(void)
{
	printf("boltseal: what is in a container image, and is it still the image that was built?\n\n"
	       "Usage: boltseal VERB [OPTIONS] [SUBJECT]\n\nVerbs:\n");
	for (size_t i = 0; i < cli_verbs_len; i++)
		printf("  %-20s %s\n", cli_verbs[i].name, cli_verbs[i].summary);
	printf("  %-20s %s\n  %-20s %s\n", "man", "write the manual page (boltseal man | man -l -)", "completion SHELL",
	       "write completions for bash, zsh or fish");
	printf("\nSubjects (without a scheme the obvious one is found):\n");
	for (size_t i = 0; i < BOLT_ARRAY_LEN(subjects); i++)
		printf("  %-20s %s\n", subjects[i].form, subjects[i].what);
	printf("\nExit codes:\n");
	for (size_t i = 0; i < BOLT_ARRAY_LEN(exits); i++)
		printf("  %-20d %s\n", exits[i].code, exits[i].what);
	printf("\nboltseal VERB --help tells more about a verb.\n");
}

void cli_help(const struct cli_verb *verb)
{
	char form[96];

	if (!verb) {
		help_all();
		return;
	}
	printf("Usage: boltseal %s [OPTIONS]%s%s\n\n%s.\n\nOptions:\n", verb->name, verb->arguments ? " " : "",
	       verb->arguments ? verb->arguments : "", verb->summary);
	for (size_t i = 0; i < cli_option_rows_len; i++) {
		if (!(cli_option_rows[i].verbs & verb->bit))
			continue;
		option_form(&cli_option_rows[i], form, sizeof(form));
		printf("  %-34s %s\n", form, cli_option_rows[i].help);
	}
	if (verb->bit & (VERB_SCAN | VERB_SBOM))
		print_formats();
	printf("\nExamples:\n");
	for (size_t i = 0; verb->examples[i]; i += 2)
		printf("  %s\n      %s\n", verb->examples[i], verb->examples[i + 1]);
	printf("\nEvery option is also a variable: --memory-limit is BOLTSEAL_MEMORY_LIMIT, and --strict is BOLTSEAL_STRICT=1 (or "
	       "0).\n");
}

/* roff: a backslash starts an escape, a dash is a hyphen unless escaped, a dot at the start of a line a request. */
static void roff(const char *text)
{
	for (; *text; text++) {
		if (*text == '\\' || *text == '-')
			putchar('\\');
		putchar(*text);
	}
}

static void roff_item(const char *form, const char *what)
{
	printf(".TP\n.B ");
	roff(form);
	printf("\n\\&");
	roff(what);
	printf("\n");
}

static void man_options(const struct cli_verb *verb)
{
	char form[96], variable[64], what[512];

	for (size_t i = 0; i < cli_option_rows_len; i++) {
		const struct cli_option *row = &cli_option_rows[i];

		if (!(row->verbs & verb->bit))
			continue;
		option_form(row, form, sizeof(form));
		cli_variable_name(row->name, variable, sizeof(variable));
		(void) snprintf(what, sizeof(what), "%s (%s)", row->help, variable);
		roff_item(form + strspn(form, " "), strcmp(row->name, "help") == 0 ? row->help : what);
	}
}

void cli_man(void)
{
	printf(".TH BOLTSEAL 1 \"\" \"boltseal %s\" \"User Commands\"\n.SH NAME\nboltseal \\- what is in a container image\n"
	       ".SH SYNOPSIS\n.B boltseal\nVERB [OPTIONS] [SUBJECT]\n.SH SUBJECTS\n",
	       BOLT_VERSION);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(subjects); i++)
		roff_item(subjects[i].form, subjects[i].what);
	for (size_t i = 0; i < cli_verbs_len; i++) {
		printf(".SH BOLTSEAL %s\n", cli_verbs[i].name);
		roff(cli_verbs[i].summary);
		printf(".\n.SS Options\n");
		man_options(&cli_verbs[i]);
		printf(".SS Examples\n");
		for (size_t k = 0; cli_verbs[i].examples[k]; k += 2)
			roff_item(cli_verbs[i].examples[k], cli_verbs[i].examples[k + 1]);
	}
	printf(".SH FORMATS\n");
	for (size_t i = 0; i < bolt_report_formats_len; i++)
		roff_item(bolt_report_formats[i].name, bolt_report_formats[i].summary);
	printf(".SH CATALOGERS\n");
	for (size_t i = 0; i < bolt_catalogers_len; i++)
		roff_item(bolt_catalogers[i]->name, bolt_catalogers[i]->summary);
	printf(".SH EXIT STATUS\n");
	for (size_t i = 0; i < BOLT_ARRAY_LEN(exits); i++) {
		char code[8];

		(void) snprintf(code, sizeof(code), "%d", exits[i].code);
		roff_item(code, exits[i].what);
	}
}

int cli_version(const struct cli_options *options)
{
	printf("boltseal %s\n", BOLT_VERSION);
	if (!options->features)
		return CLI_OK;
	printf("catalogers: %zu\nformats: %zu written, %zu read\n", bolt_catalogers_len, bolt_report_formats_len,
	       bolt_sbom_formats_len);
	printf("compiler: %s\n", __VERSION__);
	return CLI_OK;
}
