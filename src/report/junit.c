/* JUnit XML as CI systems read it (the Jenkins xUnit schema junit-10.xsd is the strictest of them): a suite for each type of
 * package, a failed case for each finding, a skipped one for each suppressed finding, a passed one where nothing is known. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/counts.h"
#include "report/findings.h"
#include "report/markup.h"
#include "report/writers.h"

static void put_attribute(struct bolt_out *out, const char *name, const char *value)
{
	bolt_outf(out, " %s=\"", name);
	bolt_put_xml_attribute(out, value);
	bolt_out_char(out, '"');
}

static void begin_case(struct bolt_out *out, const char *type, const char *package)
{
	bolt_out_text(out, "    <testcase classname=\"");
	bolt_put_xml_attribute(out, type);
	if (package)
		bolt_out_char(out, '.');
	bolt_put_xml_attribute(out, package);
	bolt_out_text(out, "\" name=\"");
}

static void write_failure(struct bolt_out *out, const struct bolt_report *report, const struct bolt_finding *finding)
{
	const char *origin = bolt_finding_origin(report, finding), *url = bolt_finding_url(finding);

	bolt_out_text(out, "      <failure");
	put_attribute(out, "type", bolt_severity_text(finding->severity));
	put_attribute(out, "message", bolt_finding_title(finding));
	bolt_out_text(out, ">");
	bolt_put_xml(out, finding->package->purl);
	bolt_out_text(out, "\nfix: ");
	bolt_put_xml(out, bolt_finding_fix(finding));
	bolt_outf(out, "\npriority: %u%s\n", finding->priority.score, finding->kev.known ? ", known to be exploited" : "");
	if (origin)
		bolt_outf(out, "layer: %s\n", origin);
	for (size_t i = 0; i < finding->evidence_len; i++) {
		bolt_put_xml(out, finding->evidence[i].advisory);
		bolt_out_text(out, ": ");
		bolt_put_xml(out, finding->evidence[i].why);
		bolt_out_char(out, '\n');
	}
	if (url) {
		bolt_put_xml(out, url);
		bolt_out_char(out, '\n');
	}
	bolt_out_text(out, "</failure>\n");
}

static void write_skipped(struct bolt_out *out, const struct bolt_suppression *suppressed)
{
	bolt_out_text(out, "      <skipped message=\"suppressed by ");
	bolt_put_xml_attribute(out, suppressed->by);
	if (suppressed->reason || suppressed->justification)
		bolt_out_text(out, ": ");
	bolt_put_xml_attribute(out, suppressed->reason ? suppressed->reason : suppressed->justification);
	bolt_out_text(out, "\"/>\n");
}

static void write_case(struct bolt_out *out, const struct bolt_report *report, const struct bolt_finding *finding)
{
	begin_case(out, finding->package->type, finding->package->name);
	bolt_put_xml_attribute(out, finding->id);
	bolt_out_text(out, " in ");
	bolt_put_xml_attribute(out, finding->package->name);
	if (*finding->package->version)
		bolt_out_char(out, ' ');
	bolt_put_xml_attribute(out, finding->package->version);
	bolt_out_text(out, "\">\n");
	if (finding->suppressed.by)
		write_skipped(out, &finding->suppressed);
	else
		write_failure(out, report, finding);
	bolt_out_text(out, "    </testcase>\n");
}

static void begin_suite(struct bolt_out *out, const char *name, size_t tests, size_t failures, size_t skipped)
{
	bolt_out_text(out, "  <testsuite");
	put_attribute(out, "name", name);
	bolt_outf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n", tests, failures, skipped);
}

/* The findings of one type of package stand together in `order`. Returns how many there are. */
static size_t write_suite(struct bolt_out *out, const struct bolt_report *report, const struct bolt_type_count *type,
			  const size_t *order, size_t left)
{
	size_t n = 0, skipped = 0;

	while (n < left && strcmp(report->findings[order[n]].package->type, type->type) == 0)
		skipped += report->findings[order[n++]].suppressed.by != NULL;
	begin_suite(out, type->type, n ? n : 1, n - skipped, skipped);
	if (n == 0) {
		begin_case(out, type->type, NULL);
		bolt_outf(out, "%zu package%s without a known vulnerability\"/>\n", type->count, type->count == 1 ? "" : "s");
	}
	for (size_t i = 0; i < n; i++)
		write_case(out, report, &report->findings[order[i]]);
	bolt_out_text(out, "  </testsuite>\n");
	return n;
}

/* A build must not go green because nobody looked. */
static void write_not_judged(struct bolt_out *out)
{
	begin_suite(out, "vulnerabilities", 1, 0, 1);
	begin_case(out, "boltseal", NULL);
	bolt_out_text(out, "known vulnerabilities\">\n      <skipped message=\"nobody looked for vulnerabilities\"/>\n"
			   "    </testcase>\n  </testsuite>\n");
}

/* What could not be seen, where the reader of a green build finds it. */
static void write_warnings(struct bolt_out *out, const struct bolt_report *report)
{
	if (report->warnings_len == 0)
		return;
	begin_suite(out, "warnings", report->warnings_len, 0, report->warnings_len);
	for (size_t i = 0; i < report->warnings_len; i++) {
		begin_case(out, "boltseal", report->warnings[i].code);
		bolt_put_xml_attribute(out, report->warnings[i].path ? report->warnings[i].path : report->warnings[i].code);
		bolt_out_text(out, "\">\n      <skipped message=\"");
		bolt_put_xml_attribute(out, report->warnings[i].message);
		bolt_out_text(out, "\"/>\n    </testcase>\n");
	}
	bolt_out_text(out, "  </testsuite>\n");
}

/* Types without findings have one passed case each. */
static size_t passed_types(const struct bolt_report *report, const struct bolt_type_count *types, size_t n, const size_t *order)
{
	size_t passed = 0, at = 0;

	for (size_t i = 0; i < n; i++) {
		size_t before = at;

		while (at < report->findings_len && strcmp(report->findings[order[at]].package->type, types[i].type) == 0)
			at++;
		passed += at == before;
	}
	return passed;
}

int bolt_write_junit(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out)
{
	const struct bolt_finding_counts counts = bolt_count_findings(report);
	struct bolt_type_count *types = NULL;
	size_t *order = NULL, n = 0, at = 0;
	bool judged = bolt_report_judged(report);
	int r = bolt_count_types(report, &types, &n);

	(void) style; /* for machines */
	if (r == 0)
		r = bolt_findings_order(report, bolt_finding_key_type, &order);
	if (r == 0) {
		size_t passed = judged ? passed_types(report, types, n, order) : 1;

		bolt_out_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
		put_attribute(out, "name", report->subject.name ? report->subject.name : "boltseal");
		bolt_outf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"0\">\n",
			  report->findings_len + passed + report->warnings_len, counts.total);
		for (size_t i = 0; i < n && judged; i++)
			at += write_suite(out, report, &types[i], order + at, report->findings_len - at);
		if (!judged)
			write_not_judged(out);
		write_warnings(out, report);
		bolt_out_text(out, "</testsuites>\n");
	}
	free(types);
	free(order);
	return r;
}
