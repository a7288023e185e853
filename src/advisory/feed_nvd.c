/* NVD, the National Vulnerability Database, in its JSON 2.0 files: one for each year of CVEs, and one of what changed lately. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "advisory/json_items.h"
#include "advisory/nvd_cpe.h"
#include "core/json.h"
#include "core/json_pull.h"
#include "core/text.h"

/* "nvd" itself, CISA's enrichment (its UUID), or the authority that assigned the CVE. */
static const char *source_name(const char *source)
{
	if (source && strcmp(source, "nvd@nist.gov") == 0)
		return "nvd";
	if (source && strcmp(source, "134c704f-9b21-4f2e-91b3-4a467353bcc0") == 0)
		return "cisa";
	return "cna";
}

static int add_ratings(const json_t *metrics, struct bolt_draft *draft)
{
	static const char *const versions[] = { "cvssMetricV40", "cvssMetricV31", "cvssMetricV30", "cvssMetricV2" };
	const json_t *metric;
	int r = 0;

	for (size_t v = 0; v < BOLT_ARRAY_LEN(versions); v++) {
		const json_t *list = json_object_get(metrics, versions[v]);

		for (size_t i = 0; r == 0 && (metric = json_array_get(list, i)) != NULL; i++) {
			const char *vector = bolt_json_text(json_object_get(metric, "cvssData"), "vectorString");

			if (bolt_feed_is_version(vector))
				r = bolt_draft_rating(draft, source_name(bolt_json_text(metric, "source")), vector,
						      BOLT_SEVERITY_UNKNOWN);
		}
	}
	return r;
}

static const char *english(const json_t *list)
{
	const json_t *item;

	for (size_t i = 0; (item = json_array_get(list, i)) != NULL; i++) {
		const char *language = bolt_json_text(item, "lang");

		if (language && strcmp(language, "en") == 0)
			return bolt_json_text(item, "value");
	}
	return NULL;
}

static int add_links(const json_t *cve, struct bolt_draft *draft)
{
	const json_t *list = json_object_get(cve, "weaknesses"), *item, *description;
	int r = 0;

	for (size_t i = 0; r == 0 && (item = json_array_get(list, i)) != NULL; i++) {
		const json_t *descriptions = json_object_get(item, "description");

		for (size_t k = 0; r == 0 && (description = json_array_get(descriptions, k)) != NULL; k++)
			r = bolt_draft_cwe(draft, bolt_json_text(description, "value"));
	}
	list = json_object_get(cve, "references");
	for (size_t i = 0; r == 0 && (item = json_array_get(list, i)) != NULL; i++)
		r = bolt_draft_reference(draft, bolt_json_text(item, "url"));
	return r;
}

static int draft_cve(const json_t *cve, struct bolt_draft *draft)
{
	const char *id = bolt_json_text(cve, "id"), *status = bolt_json_text(cve, "vulnStatus");

	if (!bolt_feed_is_cve(id))
		return bolt_err_set(&draft->why, -EBADMSG, "its id is no CVE");
	draft->advisory.id = id;
	draft->advisory.details = english(json_object_get(cve, "descriptions"));
	draft->advisory.published_unix = bolt_feed_time(bolt_json_text(cve, "published"));
	draft->advisory.modified_unix = bolt_feed_time(bolt_json_text(cve, "lastModified"));
	draft->advisory.withdrawn = status && strcmp(status, "Rejected") == 0;
	int r = add_ratings(json_object_get(cve, "metrics"), draft);
	if (r == 0)
		r = add_links(cve, draft);
	if (r == 0)
		r = bolt_nvd_affected(json_object_get(cve, "configurations"), draft);
	return r;
}

static int read_entry(struct bolt_cursor value, struct bolt_feed_sink *sink, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_json_decrefp) json_t *entry = NULL;
	struct bolt_draft draft;
	int r = bolt_draft_init(&draft);

	if (r < 0)
		return r;
	r = bolt_feed_load(value, &entry, &draft.why);
	const json_t *cve = json_object_get(entry, "cve");
	if (r == 0)
		r = draft_cve(cve, &draft);
	r = bolt_draft_hand(&draft, r, bolt_json_text(cve, "id") ? bolt_json_text(cve, "id") : "an entry", sink, err);
	bolt_draft_done(&draft);
	return r;
}

static int read_nvd(struct bolt_reader *reader, const char *part, struct bolt_feed_sink *sink, struct bolt_err *err)
{
	struct bolt_json_items items;
	struct bolt_json_item item;
	char text[64];
	bool format = false;
	int r;

	(void) part;
	bolt_json_items_init(&items, reader);
	while ((r = bolt_json_items_next(&items, &item, err)) > 0) {
		bool is_text = bolt_json_item_text(&item, text, sizeof(text));

		if (strcmp(item.outer, "timestamp") == 0 && is_text && bolt_feed_time(text) > 0)
			sink->dated(sink, bolt_feed_time(text));
		if (strcmp(item.outer, "format") == 0)
			format = is_text && strcmp(text, "NVD_CVE") == 0;
		if (strcmp(item.outer, "vulnerabilities") != 0 || item.inner)
			continue;
		r = read_entry(item.value, sink, err);
		if (r < 0)
			break;
	}
	bolt_json_items_done(&items);
	return r == 0 && !format ? bolt_err_set(err, -EBADMSG, "not NVD's JSON 2.0: its format is not NVD_CVE") : r;
}

/* The year of the first CVE in the list, where the file's name does not tell. */
static bool part_of_first(struct bolt_cursor head, char part[BOLT_PART_NAME])
{
	static const char mark[] = "\"CVE-";
	const uint8_t *at = memmem(head.p, head.left, mark, sizeof(mark) - 1);
	struct bolt_cursor year;

	if (!at || bolt_cursor_at(&head, (uint64_t) (at - head.p) + sizeof(mark) - 1, 4, &year) < 0)
		return false;
	for (size_t i = 0; i < year.left; i++) {
		if (year.p[i] < '0' || year.p[i] > '9')
			return false;
	}
	return bolt_feed_part(part, "nvd/%.4s", (const char *) year.p);
}

/* nvdcve-2.0-2023.json, nvdcve-2.0-modified.json */
static bool recognise_nvd(const char *path, struct bolt_cursor head, char part[BOLT_PART_NAME])
{
	const char *name = bolt_basename(path);
	char format[16];

	if (!bolt_feed_head_text(head, "format", format, sizeof(format)) || strcmp(format, "NVD_CVE") != 0)
		return false;
	if (!bolt_starts_with(name, "nvdcve-2.0-"))
		return part_of_first(head, part);
	name += strlen("nvdcve-2.0-");
	return bolt_feed_part(part, "nvd/%.*s", (int) strcspn(name, "."), name);
}

static const struct bolt_feed_source sources[] = {
	{ "nvd/{}", "https://nvd.nist.gov/feeds/json/cve/2.0/nvdcve-2.0-{}.json.gz",
	  "2002 2003 2004 2005 2006 2007 2008 2009 2010 2011 2012 2013 2014 2015 2016 2017 2018 2019 2020 2021 2022 2023 2024 2025 "
	  "2026 "
	  "modified",
	  true, "nvd/nvdcve-2.0-{}.json.gz" },
};

const struct bolt_feed bolt_feed_nvd = {
	.name = "nvd",
	.publisher = "NIST",
	.summary = "CVSS vectors of CVEs, and the programs they are about as CPEs",
	.sources = sources,
	.sources_len = BOLT_ARRAY_LEN(sources),
	.recognise = recognise_nvd,
	.read = read_nvd,
};
