#include "lib/sample.h"

#include <stdbool.h>
#include <string.h>

#include "model/purl.h"

#define DIGEST_A "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DIGEST_B "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define DIGEST_C "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"

/* Lists are written "a|b". */
static const struct row {
	const char *type, *name, *version, *arch, *source_name, *source_version, *modularity, *cataloger, *licenses, *locations;
	int layer, removed_layer;
} rows[] = {
	{ "deb", "zlib1g", "1:1.2.13.dfsg-1+b1", "amd64", "zlib", "1:1.2.13.dfsg-1", NULL, "dpkg", "Zlib|GPL-2+ and Expat",
	  "var/lib/dpkg/status", 0, -1 },
	{ "deb", "bash", "5.2.15-2+b2", "amd64", "bash", "5.2.15-2", NULL, "dpkg", "GPL-3+", "var/lib/dpkg/status", 0, -1 },
	{ "deb", "mawk", "1.3.4", "amd64", "mawk", "1.3.4", NULL, "dpkg", "GPL-2|PD-\"mawk\" </text> terms\nsecond line",
	  "var/lib/dpkg/status", 0, -1 },
	{ "rpm", "nodejs", "1:18.19.0-1.module+el9", "x86_64", "nodejs", "18.19.0-1.module+el9", "nodejs:18:9030020231218:rhel9",
	  "rpm-sqlite", "MIT and ASL 2.0", "var/lib/rpm/rpmdb.sqlite", 1, -1 },
	{ "rpm", "gpg-pubkey", "fd431d51-4ae0493b", NULL, NULL, NULL, NULL, "rpm-sqlite", "", "var/lib/rpm/rpmdb.sqlite", 1, -1 },
	{ "npm", "@babel/core", "7.23.0", NULL, NULL, NULL, NULL, "npm", "MIT", "app/node_modules/@babel/core/package.json", 2,
	  -1 },
	{ "npm", "JSONStream", "1.3.5", NULL, NULL, NULL, NULL, "npm", "(MIT OR Apache-2.0)",
	  "app/node_modules/JSONStream/package.json", 2, -1 },
	{ "npm", "left-pad", "1.3.0", NULL, NULL, NULL, NULL, "npm", "WTFPL", "app/a/node_modules/left-pad/package.json", 2, -1 },
	{ "npm", "left-pad", "1.3.0", NULL, NULL, NULL, NULL, "npm", "WTFPL", "app/b/node_modules/left-pad/package.json", 2, -1 },
	{ "npm", "evil\x1b[31m\n\xff<name>", "0.0.1", NULL, NULL, NULL, NULL, "npm", "SEE LICENSE IN LICENSE.md",
	  "app/x\ny/package.json", 2, -1 },
	{ "pypi", "Zope.Interface", "6.1", NULL, NULL, NULL, NULL, "python", "ZPL-2.1|BSD",
	  "usr/lib/python3/zope.interface-6.1.dist-info/METADATA|usr/lib/python3/zope.interface-6.1.egg-info/PKG-INFO", 1, -1 },
	{ "maven", "org.apache.logging.log4j:log4j-core", "2.17.1", NULL, NULL, NULL, NULL, "java", "Apache-2.0",
	  "app/app.jar!/BOOT-INF/lib/log4j-core-2.17.1.jar", 2, -1 },
	{ "golang", "github.com/BurntSushi/toml", "v1.3.2+incompatible", NULL, NULL, NULL, NULL, "go-binary", "", "usr/bin/tool", 2,
	  -1 },
	{ "cargo", "serde", "", NULL, NULL, NULL, NULL, "rust-audit", "", "usr/bin/rusty", 2, -1 },
	{ "deb", "curl", "7.88.1-10", "amd64", "curl", "7.88.1-10", NULL, "dpkg", "curl", "var/lib/dpkg/status", 0, 2 },
	{ "npm", "left-pad", "1.3.0", NULL, NULL, NULL, NULL, "npm", "WTFPL", "app/c/node_modules/left-pad/package.json", 1, 2 },
};

static bool add_texts(struct bolt_report *report, struct bolt_texts *texts, const char *list)
{
	while (*list) {
		size_t n = strcspn(list, "|");
		const char *text = bolt_arena_text(report->arena, list, n);

		if (!text || bolt_texts_add(texts, report->arena, text) < 0)
			return false;
		list += n + (list[n] == '|');
	}
	return true;
}

static bool add_row(struct bolt_report *report, const struct row *row)
{
	struct bolt_package package = { .type = row->type,
					.name = row->name,
					.version = row->version,
					.arch = row->arch,
					.source_name = row->source_name,
					.source_version = row->source_version,
					.modularity = row->modularity,
					.cataloger = row->cataloger,
					.layer = row->layer,
					.removed_layer = row->removed_layer };

	if (strcmp(row->type, "pypi") == 0)
		package.owner = "pkg:deb/debian/python3-zope.interface@6.1-1?arch=amd64&distro=debian-12";
	if (!add_texts(report, &package.licenses, row->licenses) || !add_texts(report, &package.locations, row->locations))
		return false;
	package.purl = bolt_purl_make(report->arena, &package, &report->os);
	if (row->removed_layer >= 0)
		report->removed_packages[report->removed_packages_len++] = package;
	else
		report->packages[report->packages_len++] = package;
	return package.purl != NULL;
}

static bool add_layers(struct bolt_report *report)
{
	static const struct bolt_layer layers[] = {
		{ DIGEST_A, DIGEST_B, 29150000, "/bin/sh -c #(nop) ADD file:1234 in / ", BOLT_ORIGIN_BASE,
		  "it holds the os-release file" },
		{ DIGEST_B, DIGEST_C, 1048576, "RUN /bin/sh -c apt-get install -y nodejs # buildkit\n\tsecond line",
		  BOLT_ORIGIN_RUNTIME, "it installs a language runtime" },
		{ NULL, DIGEST_A, 512, NULL, BOLT_ORIGIN_APPLICATION, NULL },
	};

	report->subject.layers = bolt_arena_alloc(report->arena, sizeof(layers));
	if (!report->subject.layers)
		return false;
	memcpy(report->subject.layers, layers, sizeof(layers));
	report->subject.layers_len = BOLT_ARRAY_LEN(layers);
	return true;
}

struct bolt_report *sample_report_of_packages(void)
{
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = bolt_report_new(16 << 20);

	if (!report)
		return NULL;
	report->subject.kind = "archive";
	report->subject.name = "shop/web:1.4";
	report->subject.digest = DIGEST_C;
	report->subject.image_id = DIGEST_A;
	report->subject.platform = "linux/amd64";
	report->os = (struct bolt_os){ .id = "debian",
				       .version_id = "12",
				       .version_codename = "bookworm",
				       .name = "Debian GNU/Linux 12 (bookworm)",
				       .location = "etc/os-release" };
	report->stats = (struct bolt_stats){ .elapsed_usec = 1234567, .files = 8412, .directories = 611, .bytes_read = 30199088 };
	report->packages = bolt_arena_alloc(report->arena, sizeof(struct bolt_package) * BOLT_ARRAY_LEN(rows));
	report->removed_packages = bolt_arena_alloc(report->arena, sizeof(struct bolt_package) * BOLT_ARRAY_LEN(rows));
	if (!report->packages || !report->removed_packages || !add_layers(report) ||
	    !add_texts(report, &report->subject.tags, "shop/web:1.4|shop/web:latest"))
		return NULL;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		if (!add_row(report, &rows[i]))
			return NULL;
	}
	if (bolt_report_warn(report, "package-database-damaged", "var/lib/dpkg/status", 0,
			     "3 lines are neither a field nor a continuation") < 0 ||
	    bolt_report_warn(report, "limit-file-index", NULL, -1, "the index of files is full; raise --memory-limit") < 0)
		return NULL;
	bolt_report_sort(report);
	return BOLT_TAKE(report);
}

struct bolt_report *sample_report(void)
{
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = sample_report_of_packages();

	if (!report || !sample_add_findings(report))
		return NULL;
	bolt_report_sort(report);
	return BOLT_TAKE(report);
}
