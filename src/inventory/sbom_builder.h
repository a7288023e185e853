/* Puts a report together while an SBOM is read: readers hand in entries in any order, finish() sorts out layers and identity. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/macros.h"
#include "model/report.h"

struct bolt_text_list {
	const char **items; /* malloc'ed array of arena texts */
	size_t len, room;
};

/* One package as the document tells it. Reset by bolt_sbom_entry_reset; texts live in the report's arena. */
struct bolt_sbom_entry {
	const char *purl, *name, *version; /* the document's own fields; or NULL */
	struct bolt_package facts;         /* what facts said: arch, source_*, modularity, cataloger, owner, layer, removed_layer */
	const char *layer_diff_id;
	const char *source_release, *source_epoch; /* Trivy gives a source version in three parts */
	struct bolt_text_list locations, licenses;
	struct bolt_text_list exact_licenses; /* when there are any they replace `licenses` */
};

struct bolt_sbom_package {
	struct bolt_package package;
	const char *layer_diff_id;
};

struct bolt_sbom_builder {
	struct bolt_report *report; /* borrowed; texts go to its arena */
	bool ours;                  /* the document says that this program wrote it: facts are complete */
	struct bolt_sbom_package *packages;
	size_t packages_len, packages_room;
	size_t layers_room;
	struct bolt_text_list tags, removed; /* removed: packages, each as one text (sbom_removed.c) */
	struct bolt_warning *warnings;
	size_t warnings_len, warnings_room;
	struct bolt_os purl_os; /* the first one that a package's purl told */
	size_t unusable;        /* entries without a package URL that can be read */
	char unusable_names[256];
};

void bolt_sbom_builder_done(struct bolt_sbom_builder *builder);

void bolt_sbom_entry_reset(struct bolt_sbom_entry *entry);
void bolt_sbom_entry_done(struct bolt_sbom_entry *entry);

/* Copies into the arena. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_sbom_keep(struct bolt_sbom_builder *builder, const char *text, const char **ret_text);
BOLT_MUST_CHECK int bolt_sbom_list_add(struct bolt_sbom_builder *builder, struct bolt_text_list *list, const char *text);

/* The layer of that index, made (with those below it) when it is new. 0 | -E2BIG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_sbom_layer(struct bolt_sbom_builder *builder, size_t index, struct bolt_layer **ret_layer);
BOLT_MUST_CHECK int bolt_sbom_warning(struct bolt_sbom_builder *builder, size_t index, struct bolt_warning **ret_warning);

/* 0 (an entry without identity is counted, not refused) | -E2BIG (BOLT_PACKAGES_MAX; err says so) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_sbom_add(struct bolt_sbom_builder *builder, struct bolt_sbom_entry *entry, struct bolt_err *err);

/* Moves everything into the report and sorts it. 0 | -E2BIG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_sbom_finish(struct bolt_sbom_builder *builder, struct bolt_err *err);
