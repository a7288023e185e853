/* Texts that every feed has: times, dates, ids, names of parts. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "advisory/feed_private.h"
#include "advisory/limits.h"

/* `n` digits. */
static bool take_number(const char **at, int n, int max, int *ret_value)
{
	int value = 0;

	for (int i = 0; i < n; i++) {
		if (!isdigit((unsigned char) (*at)[i]))
			return false;
		value = value * 10 + ((*at)[i] - '0');
	}
	*at += n;
	*ret_value = value;
	return value <= max;
}

static bool take_char(const char **at, const char *any_of)
{
	if (!**at || !strchr(any_of, **at))
		return false;
	(*at)++;
	return true;
}

static int days_of_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

/* Days from 1970-01-01 to a day of the Gregorian calendar, by years that begin in March, so that leap days come last. */
static int64_t days_since_1970(int year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1, m = month > 2 ? month - 3 : month + 9;

	return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + (day - 1) - 719468;
}

static bool take_date(const char **at, int64_t *ret_days)
{
	int year, month, day;

	if (!take_number(at, 4, 9999, &year) || !take_char(at, "-") || !take_number(at, 2, 12, &month) || !take_char(at, "-") ||
	    !take_number(at, 2, 31, &day) || month < 1 || day < 1 || day > days_of_month(year, month))
		return false;
	*ret_days = days_since_1970(year, month, day);
	return true;
}

/* "Z", "+02:00", "-0700", or nothing. */
static bool take_zone(const char **at, int64_t *ret_seconds)
{
	int hours, minutes;
	bool west = **at == '-';

	*ret_seconds = 0;
	if (!**at || take_char(at, "Zz"))
		return true;
	if (!take_char(at, "+-") || !take_number(at, 2, 23, &hours))
		return false;
	(void) take_char(at, ":");
	if (!take_number(at, 2, 59, &minutes))
		return false;
	*ret_seconds = (hours * 60 + minutes) * (west ? -60 : 60);
	return true;
}

int64_t bolt_feed_time(const char *text)
{
	const char *at = text;
	int64_t days, zone = 0, seconds;
	int hour = 0, minute = 0, second = 0;

	if (!text || !take_date(&at, &days))
		return 0;
	if (*at && (!take_char(&at, "Tt ") || !take_number(&at, 2, 23, &hour) || !take_char(&at, ":") ||
		    !take_number(&at, 2, 59, &minute)))
		return 0;
	if (take_char(&at, ":") && !take_number(&at, 2, 60, &second))
		return 0;
	if (take_char(&at, ".,"))
		at += strspn(at, "0123456789");
	if (!take_zone(&at, &zone) || *at)
		return 0;
	seconds = days * 86400 + hour * 3600 + minute * 60 + second - zone;
	return seconds > 0 ? seconds : 0;
}

bool bolt_feed_is_date(const char *text)
{
	const char *at = text;
	int64_t days;

	return text && take_date(&at, &days) && !*at;
}

bool bolt_feed_is_cve(const char *id)
{
	const char *at = id;
	int year;

	if (!id || strncmp(at, "CVE-", 4) != 0)
		return false;
	at += 4;
	if (!take_number(&at, 4, 9999, &year) || !take_char(&at, "-"))
		return false;
	size_t digits = strspn(at, "0123456789");
	return digits >= 4 && digits <= 19 && !at[digits];
}

bool bolt_feed_is_id(const char *id)
{
	size_t len = id ? strnlen(id, BOLT_ADVISORY_ID_MAX + 1) : 0;

	if (len == 0 || len > BOLT_ADVISORY_ID_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (id[i] <= ' ' || id[i] > '~')
			return false;
	}
	return true;
}

bool bolt_feed_is_version(const char *version)
{
	size_t len = version ? strnlen(version, BOLT_ADVISED_VERSION_MAX + 1) : 0;

	if (len == 0 || len > BOLT_ADVISED_VERSION_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char) version[i] < ' ' || version[i] == 0x7f)
			return false;
	}
	return true;
}

bool bolt_feed_part(char part[BOLT_PART_NAME], const char *format, ...)
{
	char name[BOLT_PART_NAME];
	va_list args;

	va_start(args, format);
	int n = vsnprintf(name, sizeof(name), format, args);
	va_end(args);
	if (n <= 0 || (size_t) n >= sizeof(name) || name[0] == '/' || name[n - 1] == '/' || strstr(name, "//"))
		return false;
	for (char *p = name; *p; p++) {
		if (!isalnum((unsigned char) *p) && !strchr("._+:-/", *p))
			*p = '-';
	}
	memcpy(part, name, (size_t) n + 1);
	return true;
}

void bolt_feed_debian_urgency(const char *urgency, enum bolt_severity *severity, enum bolt_status *status)
{
	static const struct {
		const char *word;
		enum bolt_severity severity;
	} words[] = {
		{ "unimportant", BOLT_SEVERITY_NEGLIGIBLE },
		{ "low", BOLT_SEVERITY_LOW },
		{ "medium", BOLT_SEVERITY_MEDIUM },
		{ "high", BOLT_SEVERITY_HIGH },
	};
	size_t len = urgency ? strcspn(urgency, "*") : 0;

	if (len == strlen("end-of-life") && strncmp(urgency, "end-of-life", len) == 0)
		*status = BOLT_STATUS_END_OF_LIFE;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(words); i++) {
		if (strlen(words[i].word) == len && strncmp(words[i].word, urgency, len) == 0)
			*severity = words[i].severity;
	}
}
