/* What no field of CycloneDX or SPDX holds, as names and values: CycloneDX writes them as properties, SPDX as lines of a comment.
 * Both ways are read from one table, so that what is written comes back. */
#pragma once

#include "core/macros.h"
#include "model/report.h"

typedef void bolt_fact_put(void *context, const char *name, const char *value);

/* Calls put for each fact, always in the same order. `value` is valid during the call. */
void bolt_facts_of_package(const struct bolt_package *package, const struct bolt_report *report, bolt_fact_put *put, void *context);
void bolt_facts_of_subject(const struct bolt_report *report, bolt_fact_put *put, void *context); /* with layers and warnings */
/* The packages that a later layer removed, each one fact of the subject. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_facts_of_removed(const struct bolt_report *report, bolt_fact_put *put, void *context);
void bolt_facts_of_os(const struct bolt_os *os, bolt_fact_put *put, void *context);

struct bolt_sbom_entry;
struct bolt_sbom_builder;

/* The reverse. Names that are not ours, and of ours those that make no sense (indexes past their bounds), are passed over. Texts
 * are copied. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_fact_take_package(struct bolt_sbom_builder *builder, struct bolt_sbom_entry *entry, const char *name,
					   const char *value);
BOLT_MUST_CHECK int bolt_fact_take_subject(struct bolt_sbom_builder *builder, const char *name, const char *value);
/* Adds the removed packages that the subject's facts told, once layers are known. 0 | -E2BIG (err says so) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_fact_take_removed(struct bolt_sbom_builder *builder, struct bolt_err *err);
BOLT_MUST_CHECK int bolt_fact_take_os(struct bolt_sbom_builder *builder, const char *name, const char *value);
