#include "advisory/version.h"

#include "advisory/version_schemes.h"

#define SCHEME(name) \
	{ \
#name, bolt_version_compare_##name, bolt_version_valid_##name \
	}

static const struct {
	const char *text;
	int (*compare)(const char *a, const char *b);
	bool (*valid)(const char *version);
} schemes[] = {
	[BOLT_VERSION_PLAIN] = SCHEME(plain),       [BOLT_VERSION_DPKG] = SCHEME(dpkg),     [BOLT_VERSION_RPM] = SCHEME(rpm),
	[BOLT_VERSION_APK] = SCHEME(apk),           [BOLT_VERSION_PACMAN] = SCHEME(pacman), [BOLT_VERSION_SEMVER] = SCHEME(semver),
	[BOLT_VERSION_PEP440] = SCHEME(pep440),     [BOLT_VERSION_MAVEN] = SCHEME(maven),   [BOLT_VERSION_GEM] = SCHEME(gem),
	[BOLT_VERSION_COMPOSER] = SCHEME(composer), [BOLT_VERSION_NUGET] = SCHEME(nuget),
};

_Static_assert(BOLT_ARRAY_LEN(schemes) == _BOLT_VERSION_SCHEME_MAX, "one row a scheme");

const char *bolt_version_scheme_text(enum bolt_version_scheme scheme)
{
	return schemes[scheme].text;
}

int bolt_version_compare(enum bolt_version_scheme scheme, const char *a, const char *b)
{
	return schemes[scheme].compare(a, b);
}

bool bolt_version_valid(enum bolt_version_scheme scheme, const char *version)
{
	return schemes[scheme].valid(version);
}
