/* The options: one setter and one row each. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"
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
DEFINE_TEXT(database)
DEFINE_TEXT(vex_out)
DEFINE_TEXT(ignore_file)
DEFINE_TEXT(store)
DEFINE_TEXT(feed_mirror)
DEFINE_TEXT(from)
DEFINE_TEXT(bundle)
DEFINE_TEXT(trust_key)
DEFINE_TEXT(sign_key)
DEFINE_TEXT(publish)

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
DEFINE_FLAG(ignore_unfixed)
DEFINE_FLAG(allow_shrink)
DEFINE_FLAG(no_store)
DEFINE_FLAG(dry_run)
DEFINE_FLAG(allow_unsigned)
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

static int set_url(struct cli_options *o, const char *value, struct bolt_err *err)
{
	if (o->urls_len == CLI_URLS_MOST)
		return bolt_err_set(err, -EINVAL, "more than %d of them", CLI_URLS_MOST);
	o->urls[o->urls_len++] = value;
	return 0;
}

static int set_generation(const char *value, uint64_t *ret_generation, struct bolt_err *err)
{
	if (bolt_parse_u64(value, UINT32_MAX, ret_generation) < 0 || *ret_generation == 0)
		return bolt_err_set(err, -EINVAL, "'%s' is not a whole number from 1 on", value);
	return 0;
}

static int set_since(struct cli_options *o, const char *value, struct bolt_err *err)
{
	return set_generation(value, &o->since, err);
}

static int set_keep(struct cli_options *o, const char *value, struct bolt_err *err)
{
	return set_generation(value, &o->keep, err);
}

/* One word of a list separated by commas, without the blanks around it. False at the end. */
static bool next_word(const char **at, char *word, size_t room)
{
	while (**at == ' ' || **at == ',')
		(*at)++;
	size_t len = strcspn(*at, ","), used = len;

	if (len == 0)
		return false;
	while (used > 0 && (*at)[used - 1] == ' ')
		used--;
	(void) snprintf(word, room, "%.*s", (int) used, *at);
	*at += len;
	return true;
}

static int set_scanners(struct cli_options *o, const char *value, struct bolt_err *err)
{
	static const struct {
		const char *name;
		enum cli_scanner bit;
	} known[] = { { "package", SCANNER_PACKAGE }, { "vuln", SCANNER_VULN } };
	unsigned scanners = 0;
	char word[32];

	while (next_word(&value, word, sizeof(word))) {
		unsigned bit = 0;

		for (size_t i = 0; i < BOLT_ARRAY_LEN(known); i++)
			bit |= strcmp(known[i].name, word) == 0 ? known[i].bit : 0;
		if (!bit)
			return bolt_err_set(err, -EINVAL, "no scanner '%s' yet; there are: package, vuln", word);
		scanners |= bit;
	}
	if (!scanners)
		return bolt_err_set(err, -EINVAL, "the list is empty; there are: package, vuln");
	o->scanners = scanners;
	return 0;
}

static int parse_severities(const char *value, unsigned *ret_mask, struct bolt_err *err)
{
	enum bolt_severity severity;
	unsigned mask = 0;
	char word[32];

	while (next_word(&value, word, sizeof(word))) {
		if (bolt_severity_parse(word, &severity) < 0)
			return bolt_err_set(err, -EINVAL,
					    "no severity '%s'; there are: critical, high, medium, low, negligible, unknown", word);
		mask |= 1u << severity;
	}
	if (!mask)
		return bolt_err_set(err, -EINVAL, "the list is empty; write for example critical,high");
	*ret_mask = mask;
	return 0;
}

static int set_severity(struct cli_options *o, const char *value, struct bolt_err *err)
{
	return parse_severities(value, &o->severities, err);
}

static int set_fail_on(struct cli_options *o, const char *value, struct bolt_err *err)
{
	return parse_severities(value, &o->fail_on, err);
}

/* "36h": a number and one of the units; without one, the first of them. */
static bool parse_duration(const char *value, const char *units, uint64_t *ret_seconds)
{
	static const struct {
		char unit;
		uint64_t seconds;
	} known[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 7 * 86400 } };
	char number[16], unit = units[0];
	size_t len = strlen(value);
	uint64_t count;

	if (len > 1 && strchr(units, value[len - 1]))
		unit = value[--len];
	(void) snprintf(number, sizeof(number), "%.*s", (int) len, value);
	if (len >= sizeof(number) || bolt_parse_u64(number, 100000, &count) < 0 || count == 0)
		return false;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(known); i++) {
		if (known[i].unit == unit)
			*ret_seconds = count * known[i].seconds;
	}
	return true;
}

static int set_max_db_age(struct cli_options *o, const char *value, struct bolt_err *err)
{
	uint64_t seconds;

	if (!parse_duration(value, "dhw", &seconds))
		return bolt_err_set(err, -EINVAL, "'%s' is not an age: write 36h, 5d or 2w", value);
	o->max_db_age_seconds = (int64_t) seconds;
	return 0;
}

static int set_timeout(struct cli_options *o, const char *value, struct bolt_err *err)
{
	uint64_t seconds;

	if (!parse_duration(value, "smh", &seconds))
		return bolt_err_set(err, -EINVAL, "'%s' is not a duration: write 30s, 5m or 1h", value);
	o->timeout_seconds = (unsigned) seconds;
	return 0;
}

static int set_vex(struct cli_options *o, const char *value, struct bolt_err *err)
{
	if (o->vex_len == CLI_VEX_MOST)
		return bolt_err_set(err, -EINVAL, "more than %d VEX documents: name their directory", CLI_VEX_MOST);
	o->vex[o->vex_len++] = value;
	return 0;
}

static int set_rescan_since(struct cli_options *o, const char *value, struct bolt_err *err)
{
	if (bolt_parse_u64(value, UINT64_MAX - 1, &o->since) < 0)
		return bolt_err_set(err, -EINVAL, "'%s' is not a number of a generation; 0 judges everything", value);
	o->since_said = true;
	return 0;
}

/* "5000", "5000,500M" */
static int set_store_limit(struct cli_options *o, const char *value, struct bolt_err *err)
{
	uint64_t images, bytes = o->store_bytes;
	char word[32];

	if (!next_word(&value, word, sizeof(word)) || bolt_parse_u64(word, BOLT_STORE_IMAGES_MAX, &images) < 0 || images == 0 ||
	    (next_word(&value, word, sizeof(word)) && (bolt_parse_size(word, &bytes) < 0 || bytes < BOLT_STORE_BYTES_LEAST)) ||
	    next_word(&value, word, sizeof(word)))
		return bolt_err_set(err, -EINVAL, "write IMAGES or IMAGES,SIZE such as 5000,500M; the size at least %lluM",
				    BOLT_STORE_BYTES_LEAST >> 20);
	o->store_images = images;
	o->store_bytes = bytes;
	return 0;
}

enum {
	SCANS = VERB_SCAN | VERB_SBOM,
	CHANGES_DB = VERB_DB_IMPORT | VERB_DB_UPDATE,
	LOOKS = SCANS | VERB_DIFF, /* at subjects */
	DB = CHANGES_DB | VERB_DB_STATUS | VERB_DB_EXPLAIN | VERB_DB_EXPORT,
	ALL = ~0,
};

const struct cli_option cli_option_rows[] = {
	{ "format", 'f', "FORMAT", LOOKS | VERB_RESCAN | VERB_DB_STATUS,
	  "how to write the report; may be given several times, each with its own --output", "format", set_format },
	{ "output", 'o', "FILE", LOOKS | VERB_RESCAN | VERB_DB_EXPORT,
	  "where to write it; without it, standard output. The file appears whole or not at all", "file", set_output },
	{ "scanners", 0, "LIST", VERB_SCAN, "what to look for: package, vuln (default: both)", "package vuln package,vuln",
	  set_scanners },
	{ "db", 0, "PATH", VERB_SCAN | VERB_RESCAN | VERB_DIFF | DB,
	  "the advisory database (default: /var/lib/boltseal/advisories.db as root, else "
	  "$XDG_STATE_HOME/boltseal/advisories.db)",
	  "file", set_database },
	{ "severity", 0, "LIST", VERB_SCAN, "tell only vulnerabilities of these severities: critical,high,...",
	  "critical critical,high critical,high,medium", set_severity },
	{ "ignore-unfixed", 0, NULL, VERB_SCAN, "tell only vulnerabilities that have a fix", NULL, set_ignore_unfixed },
	{ "only-fixed", 0, NULL, VERB_SCAN, "the same as --ignore-unfixed", NULL, set_ignore_unfixed },
	{ "fail-on", 0, "LIST", VERB_SCAN, "exit with 1 when a vulnerability of these severities is told and not suppressed",
	  "critical critical,high critical,high,medium", set_fail_on },
	{ "fail-on", 0, "LIST", VERB_RESCAN | VERB_DIFF, "exit with 1 when there is a new vulnerability of these severities",
	  "critical critical,high critical,high,medium", set_fail_on },
	{ "store", 0, "PATH", VERB_SCAN | VERB_RESCAN,
	  "where what was scanned is kept for boltseal rescan (default: /var/lib/boltseal/images.db as root, else "
	  "$XDG_STATE_HOME/boltseal/images.db)",
	  "file", set_store },
	{ "no-store", 0, NULL, VERB_SCAN, "do not keep what is scanned", NULL, set_no_store },
	{ "store-limit", 0, "IMAGES[,SIZE]", VERB_SCAN,
	  "how much is kept (default 10000,1G); what was not scanned for longest goes first", "10000,1G 1000,100M",
	  set_store_limit },
	{ "since", 0, "GENERATION", VERB_RESCAN,
	  "go by what changed after this generation of the database, if an image was not judged by an older one; 0 judges "
	  "everything",
	  NULL, set_rescan_since },
	{ "dry-run", 0, NULL, VERB_RESCAN, "tell what changed, and tell it again next time", NULL, set_dry_run },
	{ "max-db-age", 0, "AGE", VERB_SCAN, "advisories older than this (36h, 5d, 2w) are an error, not a warning", "1d 5d 2w",
	  set_max_db_age },
	{ "vex", 0, "FILE|DIR", VERB_SCAN,
	  "OpenVEX or CSAF VEX documents: what they rule out is suppressed; may be given several times", "file", set_vex },
	{ "ignore-file", 0, "FILE", VERB_SCAN, "what to suppress, with reasons (default: .boltsealignore, where there is one)",
	  "file", set_ignore_file },
	{ "vex-out", 0, "FILE", VERB_SCAN, "write what is suppressed, fixed and affected as OpenVEX", "file", set_vex_out },
	{ "allow-shrink", 0, NULL, CHANGES_DB, "take a feed even if it lost more than a third of its advisories", NULL,
	  set_allow_shrink },
	{ "mirror", 0, "URL", VERB_DB_UPDATE, "fetch the feeds from below this address, not from their publishers", NULL,
	  set_feed_mirror },
	{ "url", 0, "PART=URL", VERB_DB_UPDATE, "fetch this part from there; may be given several times", NULL, set_url },
	{ "from", 0, "URL", VERB_DB_UPDATE, "fetch a signed bundle, or the difference to one, that db export --publish put there",
	  NULL, set_from },
	{ "bundle", 0, "FILE", VERB_DB_IMPORT, "bring in what db export wrote", "file", set_bundle },
	{ "trust-key", 0, "FILE", CHANGES_DB, "the public key (PEM) by which a bundle must be signed", "file", set_trust_key },
	{ "allow-unsigned", 0, NULL, VERB_DB_IMPORT, "take a bundle from whomever it may be", NULL, set_allow_unsigned },
	{ "since", 0, "GENERATION", VERB_DB_EXPORT, "only what changed after this generation", NULL, set_since },
	{ "sign-key", 0, "FILE", VERB_DB_EXPORT, "sign with this private key (PEM, Ed25519)", "file", set_sign_key },
	{ "publish", 0, "DIR", VERB_DB_EXPORT,
	  "write for a web server: everything, the differences to generations published before, and their index", "file",
	  set_publish },
	{ "keep", 0, "N", VERB_DB_EXPORT, "with --publish: differences to so many generations (default 14)", NULL, set_keep },
	{ "output", 'o', "PREFIX", VERB_DB_KEYGEN, "make PREFIX.key and PREFIX.pub", "file", set_output },
	{ "plain-http", 0, NULL, VERB_DB_UPDATE, "allow http:// to other machines than this one", NULL, set_plain_http },
	{ "platform", 0, "OS/ARCH[/VARIANT]", LOOKS, "which image of a multi-platform index; without it, this machine's",
	  "linux/amd64 linux/arm64 linux/arm/v7 linux/386 linux/ppc64le linux/s390x linux/riscv64", set_platform },
	{ "base", 0, "SUBJECT", SCANS, "the image this one was built on: its layers are told apart from yours", NULL, set_base },
	{ "memory-limit", 0, "SIZE", LOOKS, "memory of the scanning process (default 256M, or less in a smaller cgroup)",
	  "128M 256M 512M 1G", set_memory_limit },
	{ "bounds", 0, "FACTOR", LOOKS | CHANGES_DB,
	  "multiply the bounds on what an input may hold, 1 to 8: for honest inputs larger than any known", "1 2 4 8", set_bounds },
	{ "timeout", 0, "DURATION", LOOKS, "give up after this long (30s, 5m, 1h), with nothing written", "30s 5m 1h",
	  set_timeout },
	{ "strict", 0, NULL, LOOKS, "a damaged layer or package record is an error, not a warning", NULL, set_strict },
	{ "plain-http", 0, NULL, LOOKS, "speak HTTP to the registry (localhost may always be HTTP)", NULL, set_plain_http },
	{ "insecure", 0, NULL, LOOKS, "do not verify the registry's certificate", NULL, set_insecure },
	{ "ca-file", 0, "FILE", LOOKS | VERB_DB_UPDATE, "certificates (PEM) to trust beside the system's", "file", set_ca_file },
	{ "username", 0, "NAME", LOOKS, "registry user, instead of the one docker login stored", NULL, set_username },
	{ "password-file", 0, "FILE", LOOKS, "file with that user's password (- is standard input)", "file", set_password_file },
	{ "mirror", 0, "REGISTRY=URL", LOOKS, "ask this mirror first; may be given several times", NULL, set_mirror },
	{ "engine-socket", 0, "PATH", LOOKS, "unix socket of Docker or Podman, when not in its usual place", "file",
	  set_engine_socket },
	{ "list-catalogers", 0, NULL, VERB_SCAN, "show what kinds of package records are read, and stop", NULL,
	  set_list_catalogers },
	{ "features", 0, NULL, VERB_VERSION, "show what this build is made of", NULL, set_features },
	{ "quiet", 'q', NULL, ALL, "no progress and no notes on standard error", NULL, set_quiet },
	{ "no-progress", 0, NULL, LOOKS | CHANGES_DB, "no progress bar", NULL, set_no_progress },
	{ "no-color", 0, NULL, ALL, "no colours (NO_COLOR does the same)", NULL, set_no_color },
	{ "help", 'h', NULL, ALL, "this text", NULL, set_help },
};
const size_t cli_option_rows_len = BOLT_ARRAY_LEN(cli_option_rows);
