#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"

/* A family such as "db" is known by the verbs in it. */
static bool tell_family(FILE *out, const char *name)
{
	bool any = false;

	for (size_t i = 0; i < cli_verbs_len; i++) {
		size_t first = cli_verb_first(&cli_verbs[i]);

		if (cli_verbs[i].name[first] != ' ' || strlen(name) != first || strncmp(cli_verbs[i].name, name, first) != 0)
			continue;
		if (!any)
			(void) fprintf(out, "Usage: boltseal %s VERB [OPTIONS]\n\nVerbs:\n", name);
		(void) fprintf(out, "  %-20s %s\n", cli_verbs[i].name, cli_verbs[i].summary);
		any = true;
	}
	if (any)
		(void) fprintf(out, "\nboltseal %s VERB --help tells more about a verb.\n", name);
	return any;
}

static int unknown_verb(int argc, char **argv)
{
	bool asked = argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);

	if (argc > 1 && !asked)
		(void) fprintf(stderr, "boltseal: no verb '%.80s %.80s'; see boltseal --help\n", argv[0], argv[1]);
	else if (!tell_family(asked ? stdout : stderr, argv[0]))
		(void) fprintf(stderr, "boltseal: no verb '%.80s'; see boltseal --help\n", argv[0]);
	else if (asked)
		return CLI_OK;
	return CLI_USAGE;
}

static int help_with(int argc, char **argv)
{
	int words;
	const struct cli_verb *verb = cli_verb_of(argc, argv, &words);

	if (!verb && argc == 1 && tell_family(stdout, argv[0]))
		return CLI_OK;
	if (!verb)
		return unknown_verb(argc, argv);
	cli_help(verb);
	return CLI_OK;
}

/* Files opened later must not become standard output or error because those were closed: reports or errors would be written into
 * them. Opened the wrong way round, so that using them is still an error. */
static void hold_standard_files(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
			_exit(CLI_FAILED);
	}
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "--help";
	struct cli_options options;
	struct bolt_err err = { .msg = "" };
	char version[] = "version";
	int words;

	hold_standard_files();
	if (strcmp(name, "help") == 0 && argc > 2)
		return help_with(argc - 2, argv + 2);
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
		cli_help(NULL);
		return argc > 1 ? CLI_OK : CLI_USAGE;
	}
	if (strcmp(name, "man") == 0) {
		cli_man();
		return CLI_OK;
	}
	if (strcmp(name, "completion") == 0) {
		if (argc == 3 && cli_completion(argv[2]) == 0)
			return CLI_OK;
		(void) fprintf(stderr, "boltseal: completion wants the name of a shell: bash, zsh or fish\n");
		return CLI_USAGE;
	}
	if (strcmp(name, "--version") == 0)
		argv[1] = version;
	const struct cli_verb *verb = cli_verb_of(argc - 1, argv + 1, &words);
	if (!verb)
		return unknown_verb(argc - 1, argv + 1);
	if (cli_parse(verb, argc - 1 - words, argv + 1 + words, &options, &err) < 0) {
		(void) fprintf(stderr, "boltseal: %s\n", err.msg);
		return CLI_USAGE;
	}
	if (options.help) {
		cli_help(verb);
		return CLI_OK;
	}
	return verb->run(&options);
}
