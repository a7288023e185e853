#include "inventory/cataloger.h"

#include <string.h>

/* One line a row, in the order of documentation. */
extern const struct bolt_cataloger bolt_cataloger_os_release;
extern const struct bolt_cataloger bolt_cataloger_os_older;
extern const struct bolt_cataloger bolt_cataloger_dpkg;
extern const struct bolt_cataloger bolt_cataloger_dpkg_files;
extern const struct bolt_cataloger bolt_cataloger_dpkg_copyright;
extern const struct bolt_cataloger bolt_cataloger_apk;
extern const struct bolt_cataloger bolt_cataloger_rpm_sqlite;
extern const struct bolt_cataloger bolt_cataloger_rpm_ndb;
extern const struct bolt_cataloger bolt_cataloger_rpm_bdb;
extern const struct bolt_cataloger bolt_cataloger_rpm_manifest;
extern const struct bolt_cataloger bolt_cataloger_elf;
extern const struct bolt_cataloger bolt_cataloger_java_archive;
extern const struct bolt_cataloger bolt_cataloger_npm;
extern const struct bolt_cataloger bolt_cataloger_npm_lock;
extern const struct bolt_cataloger bolt_cataloger_yarn_lock;
extern const struct bolt_cataloger bolt_cataloger_pnpm_lock;
extern const struct bolt_cataloger bolt_cataloger_python;
extern const struct bolt_cataloger bolt_cataloger_python_files;
extern const struct bolt_cataloger bolt_cataloger_python_requirements;
extern const struct bolt_cataloger bolt_cataloger_pipfile_lock;
extern const struct bolt_cataloger bolt_cataloger_python_lock;
extern const struct bolt_cataloger bolt_cataloger_cargo_lock;

const struct bolt_cataloger *const bolt_catalogers[] = {
	&bolt_cataloger_os_release,
	&bolt_cataloger_os_older,
	&bolt_cataloger_dpkg,
	&bolt_cataloger_dpkg_files,
	&bolt_cataloger_dpkg_copyright,
	&bolt_cataloger_apk,
	&bolt_cataloger_rpm_sqlite,
	&bolt_cataloger_rpm_ndb,
	&bolt_cataloger_rpm_bdb,
	&bolt_cataloger_rpm_manifest,
	&bolt_cataloger_elf,
	&bolt_cataloger_java_archive,
	&bolt_cataloger_npm,
	&bolt_cataloger_npm_lock,
	&bolt_cataloger_yarn_lock,
	&bolt_cataloger_pnpm_lock,
	&bolt_cataloger_python,
	&bolt_cataloger_python_files,
	&bolt_cataloger_python_requirements,
	&bolt_cataloger_pipfile_lock,
	&bolt_cataloger_python_lock,
	&bolt_cataloger_cargo_lock,
};
const size_t bolt_catalogers_len = BOLT_ARRAY_LEN(bolt_catalogers);

const struct bolt_cataloger *bolt_cataloger_named(const char *name)
{
	for (size_t i = 0; i < bolt_catalogers_len; i++) {
		if (strcmp(bolt_catalogers[i]->name, name) == 0)
			return bolt_catalogers[i];
	}
	return NULL;
}
