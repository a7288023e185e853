#include "scan/judgement.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>

#include "core/reader.h"
#include "detect/actions.h"
#include "detect/ignore_file.h"
#include "detect/priority.h"
#include "detect/suppression.h"
#include "detect/vex.h"
#include "detect/vulnerability.h"
#include "scan/limits.h"

static bool is_told(const struct bolt_finding *finding, const struct bolt_judgement *judgement)
{
	if (judgement->only_fixed && finding->status != BOLT_STATUS_FIXED)
		return false;
	return judgement->severities == 0 || (judgement->severities & (1u << finding->severity)) != 0;
}

static void leave_out(struct bolt_report *report, const struct bolt_judgement *judgement)
{
	size_t kept = 0;

	for (size_t i = 0; i < report->findings_len; i++) {
		if (is_told(&report->findings[i], judgement))
			report->findings[kept++] = report->findings[i];
	}
	report->findings_len = kept;
}

static int put_in_order(struct bolt_report *report)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < report->findings_len; i++)
		r = bolt_priority_of(&report->findings[i], report);
	return r == 0 ? bolt_actions_of(report) : r;
}

static int read_document(const struct bolt_document *document, const struct bolt_report *report,
			 struct bolt_suppressions *suppressions, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *reader = bolt_reader_fd(dup(document->fd));
	uint8_t *bytes = NULL;
	size_t len = 0, elsewhere;
	int r = reader ? bolt_reader_slurp(reader, BOLT_DOCUMENT_MAX, document->name, &bytes, &len, err) : -ENOMEM;

	if (r == 0 && document->ignore_file)
		r = bolt_ignore_file_read(suppressions, document->name, bytes, len, err);
	else if (r == 0)
		r = bolt_vex_read(suppressions, report, document->name, bytes, len, &elsewhere, err);
	free(bytes);
	return r;
}

static int suppress(struct bolt_report *report, const struct bolt_judgement *judgement, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_suppressions_freep) struct bolt_suppressions *suppressions = NULL;
	time_t now = (time_t) judgement->now_unix;
	struct tm tm;
	char today[16] = "";
	int r = judgement->documents_len > 0 ? bolt_suppressions_new(&suppressions) : 0;

	for (size_t i = 0; r == 0 && i < judgement->documents_len; i++)
		r = read_document(&judgement->documents[i], report, suppressions, err);
	if (r < 0 || !suppressions)
		return r;
	if (!gmtime_r(&now, &tm) || strftime(today, sizeof(today), "%Y-%m-%d", &tm) == 0)
		return bolt_err_set(err, -EINVAL, "the clock shows no date");
	return bolt_suppressions_apply(suppressions, report, today);
}

int bolt_judge(struct bolt_report *report, const struct bolt_judgement *judgement, struct bolt_err *err)
{
	const struct bolt_vulnerability_options options = {
		.database = judgement->database,
		.now_unix = judgement->now_unix,
		.max_age_seconds = judgement->max_age_seconds,
	};

	if (!judgement->database)
		return bolt_report_warn(
			report, "database-missing", NULL, -1,
			"there is no advisory database: no vulnerabilities were looked for; boltseal db update fetches it");
	return bolt_detect_vulnerabilities(report, &options, err);
}

int bolt_judgement_tell(struct bolt_report *report, const struct bolt_judgement *judgement, struct bolt_err *err)
{
	if (!judgement->database)
		return 0;
	leave_out(report, judgement);
	int r = suppress(report, judgement, err);
	return r == 0 ? put_in_order(report) : r;
}

/* Feeds about vulnerabilities alone: whether they are there changes nothing about whose word on a package counts. */
static bool speaks_of_packages(const char *part)
{
	return strcmp(part, "kev") != 0 && strcmp(part, "epss") != 0;
}

int bolt_stamp_of(struct bolt_database *database, struct bolt_stamp *ret_stamp)
{
	struct bolt_stamp stamp = { .generation = bolt_database_generation(database) };
	int r = bolt_database_mark(database, stamp.generation, &stamp.mark);

	for (size_t i = 0; r == 0 && i < bolt_database_parts_len(database); i++) {
		const char *part = bolt_database_part(database, i)->part;

		if (speaks_of_packages(part))
			stamp.parts = XXH3_64bits_withSeed(part, strlen(part), stamp.parts);
	}
	if (r == 0)
		*ret_stamp = stamp;
	return r;
}

uint64_t bolt_judgement_failing(const struct bolt_report *report, const struct bolt_judgement *judgement)
{
	uint64_t n = 0;

	for (size_t i = 0; i < report->findings_len; i++)
		n += !report->findings[i].suppressed.by && (judgement->failing & (1u << report->findings[i].severity));
	return n;
}
