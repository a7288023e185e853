/* Ends of life, held against Debian's distro-info-data where that is installed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "detect/end_of_life.h"

static void a_release_is_over_the_day_after_its_last(void **state)
{
	static const struct {
		const char *id, *version, *today, *want; /* NULL: not over, or not known */
	} rows[] = {
		{ "debian", "10", "2024-06-30", NULL },
		{ "debian", "10", "2024-07-01", "2024-06-30" },
		{ "debian", "100", "2099-01-01", NULL },
		{ "debian", "11", "2026-01-01", NULL },
		{ "ubuntu", "20.04", "2026-01-01", "2025-05-29" },
		{ "alpine", "3.18.4", "2026-01-01", "2025-05-09" },
		{ "alpine", "3.1", "2026-01-01", NULL },
		{ "rhel", "7.9", "2026-01-01", "2024-06-30" },
		{ "amzn", "2023", "2026-12-01", NULL },
		{ "amzn", "2", "2026-12-01", "2026-06-30" },
		{ "haiku", "1", "2099-01-01", NULL },
		{ NULL, "1", "2099-01-01", NULL },
		{ "debian", NULL, "2099-01-01", NULL },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		const struct bolt_os os = { .id = rows[i].id, .version_id = rows[i].version };
		const struct bolt_end_of_life *end = bolt_end_of_life_of(&os, rows[i].today);

		assert_int_equal(end != NULL, rows[i].want != NULL);
		if (end)
			assert_string_equal(end->date, rows[i].want);
	}
}

/* Column `column` (from 0) of a line of CSV without quotes; "" when there is none. */
static const char *column_of(char *line, unsigned column, char *buf, size_t len)
{
	char *at = line;

	while (column-- > 0 && at)
		at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL;
	(void) snprintf(buf, len, "%.*s", at ? (int) strcspn(at, ",\r\n") : 0, at ? at : "");
	return buf;
}

static unsigned compare_file(const char *path, const char *id, unsigned end_column)
{
	FILE *file = fopen(path, "re");
	char line[512], version[64], date[64];
	unsigned compared = 0;

	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file)) {
		struct bolt_os os = { .id = id, .version_id = column_of(line, 0, version, sizeof(version)) };
		const struct bolt_end_of_life *end;

		version[strcspn(version, " ")] = '\0'; /* "22.04 LTS" */
		end = bolt_end_of_life_of(&os, "9999-12-31");
		if (!end || strlen(column_of(line, end_column, date, sizeof(date))) != 10)
			continue;
		assert_string_equal(end->date, date);
		compared++;
	}
	(void) fclose(file);
	return compared;
}

static void the_dates_of_debian_and_ubuntu_are_those_of_distro_info(void **state)
{
	unsigned debian = compare_file("/usr/share/distro-info/debian.csv", "debian", 6);
	unsigned ubuntu = compare_file("/usr/share/distro-info/ubuntu.csv", "ubuntu", 5);

	(void) state;
	if (debian + ubuntu == 0)
		skip();
	assert_true(debian >= 5);
	assert_true(ubuntu >= 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_release_is_over_the_day_after_its_last),
		cmocka_unit_test(the_dates_of_debian_and_ubuntu_are_those_of_distro_info),
	};

	return cmocka_run_group_tests_name("end_of_life", tests, NULL, NULL);
}
