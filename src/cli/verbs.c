/* The verbs: one row each. */
#include <string.h>

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
static const char *const rescan_examples[] = {
	"boltseal rescan",
	"what is new about all images that were scanned here, after the database was updated",
	"boltseal rescan --format json --fail-on critical,high",
	"for a machine, which sees by the exit code that something bad is new",
	"boltseal rescan --dry-run",
	"only look: the next rescan tells the same",
	NULL,
};
static const char *const diff_examples[] = {
	"boltseal diff app:1.4 app:1.5",
	"packages and findings that came, went and were fixed between two images",
	"boltseal diff --format markdown sbom:before.cdx.json sbom:after.cdx.json",
	"for a comment on a change",
	"boltseal diff --fail-on critical,high registry:example.org/app:stable archive:app.tar",
	"fail when the new image has what the old one has not",
	NULL,
};
static const char *const db_import_examples[] = {
	"boltseal db import /media/usb/advisories",
	"every feed that the directory holds",
	"boltseal db import --db ./advisories.db osv/npm/all.zip kev.json",
	"single files into a database of one's own",
	"boltseal db import --bundle advisories.bundle --trust-key team.pub",
	"what db export wrote elsewhere",
	NULL,
};
static const char *const db_update_examples[] = {
	"boltseal db update",
	"fetch what has changed in the feeds that most need, from their publishers",
	"boltseal db update osv/npm osv/PyPI kev epss",
	"some parts alone",
	"boltseal db update --mirror https://mirror.example/advisories",
	"from a copy of the publishers' files",
	"boltseal db update --from https://mirror.example/boltseal --trust-key team.pub",
	"from what db export --publish wrote: a day's change is some hundred kilobytes",
	NULL,
};
static const char *const db_export_examples[] = {
	"boltseal db export --sign-key team.key --output advisories.bundle",
	"everything in one signed file, for a machine without a network",
	"boltseal db export --sign-key team.key --since 41 --output day.bundle",
	"what changed since generation 41",
	"boltseal db export --sign-key team.key --publish /srv/www/boltseal",
	"everything and the differences, for a web server",
	NULL,
};
static const char *const db_keygen_examples[] = {
	"boltseal db keygen --output team",
	"team.key to sign bundles with, team.pub to trust them by",
	NULL,
};
static const char *const db_status_examples[] = { "boltseal db status", "feeds, their age and size", NULL };
static const char *const db_explain_examples[] = {
	"boltseal db explain CVE-2022-0778",
	"every record of it, and what it says of which packages",
	"boltseal db explain 'pkg:deb/debian/openssl@1.1.1n-0+deb11u1?distro=debian-11'",
	"which records, ranges and comparisons decide about a package",
	NULL,
};
static const char *const version_examples[] = { "boltseal version --features", "what this build is made of", NULL };

const struct cli_verb cli_verbs[] = {
	{ "scan", VERB_SCAN, "SUBJECT", 1,
	  "find out what is in an image, a root file system or a source tree, and what is wrong with it", scan_examples, cli_scan },
	{ "sbom", VERB_SBOM, "SUBJECT", 1, "write a bill of materials", sbom_examples, cli_sbom },
	{ "rescan", VERB_RESCAN, NULL, 0, "judge images that were scanned before again, without them, and tell what changed",
	  rescan_examples, cli_rescan },
	{ "diff", VERB_DIFF, "SUBJECT SUBJECT", 2, "tell what changed between two images, trees or bills of materials",
	  diff_examples, cli_diff },
	{ "db update", VERB_DB_UPDATE, "PART...", CLI_ARGUMENTS_MOST, "fetch advisories that are new or changed",
	  db_update_examples, cli_db_update },
	{ "db import", VERB_DB_IMPORT, "FILE|DIR...", CLI_ARGUMENTS_MOST,
	  "bring publishers' advisories from files into the database", db_import_examples, cli_db_import },
	{ "db export", VERB_DB_EXPORT, NULL, 0, "write the database as a bundle for other machines", db_export_examples,
	  cli_db_export },
	{ "db keygen", VERB_DB_KEYGEN, NULL, 0, "make a pair of keys for bundles", db_keygen_examples, cli_db_keygen },
	{ "db status", VERB_DB_STATUS, NULL, 0, "show what is in the database, and how old it is", db_status_examples,
	  cli_db_status },
	{ "db explain", VERB_DB_EXPLAIN, "ID|PURL", 1, "show what is known of a vulnerability, or why a package has which",
	  db_explain_examples, cli_db_explain },
	{ "version", VERB_VERSION, NULL, 0, "show the version", version_examples, cli_version },
};
const size_t cli_verbs_len = BOLT_ARRAY_LEN(cli_verbs);

size_t cli_verb_first(const struct cli_verb *verb)
{
	return strcspn(verb->name, " ");
}

const struct cli_verb *cli_verb_of(int argc, char **argv, int *ret_words)
{
	for (size_t i = 0; argc > 0 && i < cli_verbs_len; i++) {
		const struct cli_verb *verb = &cli_verbs[i];
		size_t first = cli_verb_first(verb);
		bool two = verb->name[first] == ' ';

		if (strlen(argv[0]) == first && strncmp(verb->name, argv[0], first) == 0 &&
		    (!two || (argc > 1 && strcmp(verb->name + first + 1, argv[1]) == 0))) {
			*ret_words = two ? 2 : 1;
			return verb;
		}
	}
	return NULL;
}
