/* Does the report hold what it should, given the operating system? */
#pragma once

#include "core/macros.h"
#include "model/report.h"

/* Adds the warning `package-database-missing` when the system is one whose packages dpkg, apk or rpm record, and no such package
 * was found: an emptied image, a database at an unknown place, or one hidden from scanners. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_coverage_check(struct bolt_report *report);
