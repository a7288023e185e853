/* The functions behind the table of formats. */
#pragma once

#include "report/format.h"

int bolt_write_table(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out);
int bolt_write_json(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out);
int bolt_write_cyclonedx_1_7(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out);
int bolt_write_cyclonedx_1_6(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out);
int bolt_write_spdx_json(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out);
int bolt_write_spdx_tags(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out);
int bolt_write_purls(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out);
int bolt_write_files(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out);
int bolt_write_sarif(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out);
int bolt_write_junit(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out);
int bolt_write_gitlab(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out);
int bolt_write_markdown(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out);
int bolt_write_html(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out);
int bolt_write_openvex(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out);
