#include "detect/end_of_life.h"

#include <stdio.h>
#include <string.h>

/* Publishers' own release pages: debian.org/releases and wiki.debian.org/LTS, ubuntu.com/about/release-cycle,
 * alpinelinux.org/releases, access.redhat.com/support/policy/updates/errata, wiki.almalinux.org, wiki.rockylinux.org,
 * aws.amazon.com/amazon-linux-2/faqs, suse.com/lifecycle, en.opensuse.org/Lifetime. */
static const struct {
	const char *id, *version; /* os-release; the version matches as a whole or up to a '.' */
	struct bolt_end_of_life end;
} rows[] = {
	{ "debian", "7", { "Debian 7", "2018-05-31", "Freexian ELTS" } },
	{ "debian", "8", { "Debian 8", "2020-06-30", "Freexian ELTS" } },
	{ "debian", "9", { "Debian 9", "2022-06-30", "Freexian ELTS" } },
	{ "debian", "10", { "Debian 10", "2024-06-30", "Freexian ELTS" } },
	{ "debian", "11", { "Debian 11", "2026-08-31", "Freexian ELTS" } },
	{ "debian", "12", { "Debian 12", "2028-06-30", NULL } },
	{ "debian", "13", { "Debian 13", "2030-06-30", NULL } },
	{ "ubuntu", "14.04", { "Ubuntu 14.04", "2019-04-25", "Ubuntu Pro" } },
	{ "ubuntu", "16.04", { "Ubuntu 16.04", "2021-04-30", "Ubuntu Pro" } },
	{ "ubuntu", "18.04", { "Ubuntu 18.04", "2023-05-31", "Ubuntu Pro" } },
	{ "ubuntu", "19.10", { "Ubuntu 19.10", "2020-07-17", NULL } },
	{ "ubuntu", "20.04", { "Ubuntu 20.04", "2025-05-29", "Ubuntu Pro" } },
	{ "ubuntu", "20.10", { "Ubuntu 20.10", "2021-07-22", NULL } },
	{ "ubuntu", "21.04", { "Ubuntu 21.04", "2022-01-20", NULL } },
	{ "ubuntu", "21.10", { "Ubuntu 21.10", "2022-07-14", NULL } },
	{ "ubuntu", "22.04", { "Ubuntu 22.04", "2027-06-01", "Ubuntu Pro" } },
	{ "ubuntu", "22.10", { "Ubuntu 22.10", "2023-07-20", NULL } },
	{ "ubuntu", "23.04", { "Ubuntu 23.04", "2024-01-25", NULL } },
	{ "ubuntu", "23.10", { "Ubuntu 23.10", "2024-07-11", NULL } },
	{ "ubuntu", "24.10", { "Ubuntu 24.10", "2025-07-10", NULL } },
	{ "ubuntu", "24.04", { "Ubuntu 24.04", "2029-05-31", "Ubuntu Pro" } },
	{ "ubuntu", "25.04", { "Ubuntu 25.04", "2026-01-15", NULL } },
	{ "ubuntu", "25.10", { "Ubuntu 25.10", "2026-07-09", NULL } },
	{ "alpine", "3.10", { "Alpine 3.10", "2021-05-01", NULL } },
	{ "alpine", "3.11", { "Alpine 3.11", "2021-11-01", NULL } },
	{ "alpine", "3.12", { "Alpine 3.12", "2022-05-01", NULL } },
	{ "alpine", "3.13", { "Alpine 3.13", "2022-11-01", NULL } },
	{ "alpine", "3.14", { "Alpine 3.14", "2023-05-01", NULL } },
	{ "alpine", "3.15", { "Alpine 3.15", "2023-11-01", NULL } },
	{ "alpine", "3.16", { "Alpine 3.16", "2024-05-23", NULL } },
	{ "alpine", "3.17", { "Alpine 3.17", "2024-11-22", NULL } },
	{ "alpine", "3.18", { "Alpine 3.18", "2025-05-09", NULL } },
	{ "alpine", "3.19", { "Alpine 3.19", "2025-11-01", NULL } },
	{ "alpine", "3.20", { "Alpine 3.20", "2026-04-01", NULL } },
	{ "alpine", "3.21", { "Alpine 3.21", "2026-11-01", NULL } },
	{ "alpine", "3.22", { "Alpine 3.22", "2027-05-01", NULL } },
	{ "centos", "6", { "CentOS 6", "2020-11-30", NULL } },
	{ "centos", "7", { "CentOS 7", "2024-06-30", NULL } },
	{ "centos", "8", { "CentOS 8", "2021-12-31", NULL } },
	{ "rhel", "6", { "Red Hat Enterprise Linux 6", "2020-11-30", "Extended Life Cycle Support" } },
	{ "rhel", "7", { "Red Hat Enterprise Linux 7", "2024-06-30", "Extended Life Cycle Support" } },
	{ "rhel", "8", { "Red Hat Enterprise Linux 8", "2029-05-31", NULL } },
	{ "rhel", "9", { "Red Hat Enterprise Linux 9", "2032-05-31", NULL } },
	{ "almalinux", "8", { "AlmaLinux 8", "2029-03-01", NULL } },
	{ "almalinux", "9", { "AlmaLinux 9", "2032-05-31", NULL } },
	{ "rocky", "8", { "Rocky Linux 8", "2029-05-31", NULL } },
	{ "rocky", "9", { "Rocky Linux 9", "2032-05-31", NULL } },
	{ "amzn", "2018.03", { "Amazon Linux 1", "2023-12-31", NULL } },
	{ "amzn", "2", { "Amazon Linux 2", "2026-06-30", NULL } },
	{ "opensuse-leap", "15.3", { "openSUSE Leap 15.3", "2022-12-31", NULL } },
	{ "opensuse-leap", "15.4", { "openSUSE Leap 15.4", "2023-12-07", NULL } },
	{ "opensuse-leap", "15.5", { "openSUSE Leap 15.5", "2024-12-31", NULL } },
	{ "opensuse-leap", "15.6", { "openSUSE Leap 15.6", "2026-04-30", NULL } },
	{ "sles", "12.5", { "SUSE Linux Enterprise Server 12 SP5", "2024-10-31", "LTSS" } },
	{ "sles", "15.3", { "SUSE Linux Enterprise Server 15 SP3", "2022-12-31", "LTSS" } },
	{ "sles", "15.4", { "SUSE Linux Enterprise Server 15 SP4", "2023-12-31", "LTSS" } },
	{ "sles", "15.5", { "SUSE Linux Enterprise Server 15 SP5", "2024-12-31", "LTSS" } },
	{ "sles", "15.6", { "SUSE Linux Enterprise Server 15 SP6", "2025-12-31", "LTSS" } },
};

const struct bolt_end_of_life *bolt_end_of_life_of(const struct bolt_os *os, const char *today)
{
	for (size_t i = 0; os->id && os->version_id && i < BOLT_ARRAY_LEN(rows); i++) {
		size_t len = strlen(rows[i].version);

		if (strcmp(os->id, rows[i].id) == 0 && strncmp(os->version_id, rows[i].version, len) == 0 &&
		    (os->version_id[len] == '\0' || os->version_id[len] == '.'))
			return strcmp(rows[i].end.date, today) < 0 ? &rows[i].end : NULL;
	}
	return NULL;
}
