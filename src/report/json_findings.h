/* The part of boltseal.report/1 about findings: the members "findings", "actions" and "advisories". */
#pragma once

#include "core/json_writer.h"
#include "model/report.h"

void bolt_json_findings(struct bolt_json_writer *w, const struct bolt_report *report);
void bolt_json_actions(struct bolt_json_writer *w, const struct bolt_report *report);
void bolt_json_advisories(struct bolt_json_writer *w, const struct bolt_advisories_used *used);

/* A list of texts in which none may become another; paths are written so. */
void bolt_json_texts(struct bolt_json_writer *w, const char *key, const struct bolt_texts *texts);
