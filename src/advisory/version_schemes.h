/* Private to version*.c: one file and one pair of functions a scheme, for the table in version.c. What version.h promises holds for
 * each of them: any two texts, no allocation, linear, a total order. */
#pragma once

#include <stdbool.h>

int bolt_version_compare_plain(const char *a, const char *b);
bool bolt_version_valid_plain(const char *version);
int bolt_version_compare_dpkg(const char *a, const char *b);
bool bolt_version_valid_dpkg(const char *version);
int bolt_version_compare_rpm(const char *a, const char *b);
bool bolt_version_valid_rpm(const char *version);
int bolt_version_compare_apk(const char *a, const char *b);
bool bolt_version_valid_apk(const char *version);
int bolt_version_compare_pacman(const char *a, const char *b);
bool bolt_version_valid_pacman(const char *version);
int bolt_version_compare_semver(const char *a, const char *b);
bool bolt_version_valid_semver(const char *version);
int bolt_version_compare_pep440(const char *a, const char *b);
bool bolt_version_valid_pep440(const char *version);
int bolt_version_compare_maven(const char *a, const char *b);
bool bolt_version_valid_maven(const char *version);
int bolt_version_compare_gem(const char *a, const char *b);
bool bolt_version_valid_gem(const char *version);
int bolt_version_compare_composer(const char *a, const char *b);
bool bolt_version_valid_composer(const char *version);
int bolt_version_compare_nuget(const char *a, const char *b);
bool bolt_version_valid_nuget(const char *version);
