#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"

static const char *const scan_examples[] = {
	"boltseal scan debian:12",
	"an image, from the Docker daemon if it has it, else from its registry",
	"boltseal scan archive:image.tar.gz",
	"what docker save or an OCI exporter wrote, in any compression",
	"boltseal scan --format json --output report.json registry:localhost:5000/app:1",
	"the whole report for a machine",
	"boltseal scan --base debian:12 app:latest",
	"tell the base image's layers from the application's",
	"boltseal scan rootfs:/mnt/root",
	"a root file system",
	NULL,
};
static const char *const sbom_examples[] = {
	"boltseal sbom --output app.cdx.json app:latest",
	"a CycloneDX bill of materials",
	"boltseal sbom --format spdx-json --output app.spdx.json oci:build/app",
	"SPDX, from an OCI layout",
	"boltseal sbom --format purls dir:.",
	"the packages of a source tree, a package URL a line",
	NULL,
};
static const char *const version_examples[] = { "boltseal version --features", "what this build is made of", NULL };

const struct cli_verb cli_verbs[] = {
	{ "scan", VERB_SCAN, "SUBJECT", "find out what is in an image, a root file system or a source tree", scan_examples,
	  cli_scan },
	{ "sbom", VERB_SBOM, "SUBJECT", "write a bill of materials", sbom_examples, cli_sbom },
	{ "version", VERB_VERSION, NULL, "show the version", version_examples, cli_version },
};
const size_t cli_verbs_len = BOLT_ARRAY_LEN(cli_verbs);

const struct cli_verb *cli_verb_named(const char *name)
{
	for (size_t i = 0; i < cli_verbs_len; i++) {
		if (strcmp(cli_verbs[i].name, name) == 0)
			return &cli_verbs[i];
	}
	return NULL;
}

static int unknown_verb(const char *name)
{
	(void) fprintf(stderr, "boltseal: no verb '%.80s'; see boltseal --help\n", name);
	return CLI_USAGE;
}

static int help_with(const char *name)
{
	const struct cli_verb *verb = cli_verb_named(name);

	if (!verb)
		return unknown_verb(name);
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

	hold_standard_files();
	if (strcmp(name, "help") == 0 && argc > 2)
		return help_with(argv[2]);
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
		name = "version";
	const struct cli_verb *verb = cli_verb_named(name);
	if (!verb)
		return unknown_verb(name);
	if (cli_parse(verb, argc - 2, argv + 2, &options, &err) < 0) {
		(void) fprintf(stderr, "boltseal: %s\n", err.msg);
		return CLI_USAGE;
	}
	if (options.help) {
		cli_help(verb);
		return CLI_OK;
	}
	return verb->run(&options);
}
