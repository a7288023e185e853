/* The vocabulary of a scan's result: subject, layers, os, packages, findings, warnings. Everything a report points to lives in its
 * arena (or is static), so a report is freed in one go. The JSON form is boltseal.report/1 (docs/schema/report-1.schema.json). */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/macros.h"
#include "model/finding.h"
#include "model/texts.h"

enum bolt_origin { BOLT_ORIGIN_UNKNOWN = 0, BOLT_ORIGIN_BASE, BOLT_ORIGIN_RUNTIME, BOLT_ORIGIN_APPLICATION };
const char *bolt_origin_text(enum bolt_origin origin); /* "unknown" "base" "runtime" "application" */

struct bolt_layer {
	const char *digest; /* of the stored blob; NULL when the source does not store it as a blob (docker save of plain layers) */
	const char *diff_id;    /* of the uncompressed tar */
	uint64_t size_bytes;    /* of the stored blob */
	const char *created_by; /* from the config's history, or NULL */
	enum bolt_origin origin;
	const char *origin_reason; /* why, one clause for people; NULL when unknown */
};

struct bolt_subject {
	const char *kind;          /* "archive" "oci" "docker" "registry" "rootfs" "dir" "sbom" */
	const char *name;          /* as the user gave it, without the scheme */
	const char *digest;        /* of the manifest, or NULL (docker save has none) */
	const char *image_id;      /* digest of the config, or NULL */
	const char *platform;      /* "linux/amd64", "linux/arm64/v8", or NULL */
	struct bolt_texts tags;    /* references the source knows it by */
	struct bolt_layer *layers; /* index 0 is the lowest */
	size_t layers_len;
};

/* os-release(5) names. Any may be NULL but id and name when os is known at all (id != NULL). */
struct bolt_os {
	const char *id, *version_id, *version_codename, *variant_id, *id_like, *name; /* name: PRETTY_NAME, or NAME VERSION */
	const char *location;                                                         /* file it was read from */
};

struct bolt_package {
	const char *purl;    /* canonical; the unique name of the package in this report */
	const char *type;    /* purl type: "deb" "apk" "rpm" "npm" "pypi" "golang" "cargo" "maven" ... */
	const char *name;    /* as the ecosystem writes it: "@scope/name", "group:artifact", "golang.org/x/net" */
	const char *version; /* whole: rpm "1:2.3-4", deb "1:2.3-4+b1"; "" when unknown */
	const char *arch;    /* or NULL */
	const char *source_name, *source_version; /* source package, where the ecosystem has one; else NULL */
	const char *modularity;                   /* rpm modularity label, or NULL */
	const char *owner; /* purl of the distribution's package whose files record this one; NULL: none. Judged with its owner */
	const char *cataloger;       /* the row that found it first, "dpkg"; or NULL (read from an SBOM) */
	struct bolt_texts licenses;  /* as declared: SPDX expressions or the distribution's own short names */
	struct bolt_texts locations; /* files that record it, paths without a leading slash */
	int layer;                   /* index of the layer that introduced it, -1 without layers */
	int removed_layer;           /* index of the layer that took it away, -1 when it is still there */
};

struct bolt_warning {
	const char *code;    /* stable, kebab-case: "package-database-damaged", "limit-file-index" ... */
	const char *message; /* one sentence for people, with the name and what to do */
	const char *path;    /* or NULL */
	int layer;           /* or -1 */
};

struct bolt_stats {
	uint64_t elapsed_usec, files, directories, bytes_read, bytes_uncompressed, peak_rss_bytes;
};

struct bolt_file_index; /* inventory/file_index.h; NULL when the subject had no files (sbom:) */

struct bolt_report {
	struct bolt_arena *arena;
	struct bolt_subject subject;
	struct bolt_os os;
	struct bolt_package *packages; /* what the subject holds; sorted by purl (bolt_report_sort) */
	size_t packages_len;
	struct bolt_package *removed_packages; /* what a lower layer still carries but a later one removed; same order */
	size_t removed_packages_len;
	struct bolt_finding *findings; /* most urgent first (bolt_report_sort); suppressed ones last */
	size_t findings_len;
	struct bolt_action *actions; /* what removes most risk first; three at most */
	size_t actions_len;
	struct bolt_advisories_used advisories;
	struct bolt_warning *warnings;
	size_t warnings_len, warnings_room;
	struct bolt_stats stats;
	struct bolt_file_index *files; /* borrowed */
};

/* An empty report with its own arena of at most max_bytes. NULL when out of memory. */
struct bolt_report *bolt_report_new(size_t max_bytes);
void bolt_report_free(struct bolt_report *report);
BOLT_DEFINE_CLEANUP(struct bolt_report *, bolt_report_free)

/* Sorts packages by purl, then location, findings by priority, then id and package, and warnings by layer, path, code, message:
 * two runs give the same bytes. Packages that findings point to must be sorted before findings are made: they stay where they are
 * then. */
void bolt_report_sort(struct bolt_report *report);

/* Only findings and warnings: after judging packages that were sorted before. */
void bolt_report_sort_findings(struct bolt_report *report);

/* Appends one warning; its texts are copied. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_report_warn(struct bolt_report *report, const char *code, const char *path, int layer,
				     const char *message);
