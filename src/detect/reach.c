#include "detect/reach.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

/* "os:SOURCE" without the version at its end ("openjdk-17", "gnutls28", "python3.11"), or "TYPE:NAME". Sorted by bytes. */
static const struct row {
	const char *key;
	enum bolt_reach reach;
} rows[] = {
	{ "cargo:actix-web", BOLT_REACH_SERVER },
	{ "cargo:h2", BOLT_REACH_HTTP },
	{ "cargo:hyper", BOLT_REACH_SERVER },
	{ "cargo:openssl", BOLT_REACH_TLS },
	{ "cargo:ring", BOLT_REACH_TLS },
	{ "cargo:rustls", BOLT_REACH_TLS },
	{ "gem:nokogiri", BOLT_REACH_PARSER },
	{ "gem:puma", BOLT_REACH_SERVER },
	{ "gem:rack", BOLT_REACH_SERVER },
	{ "gem:rails", BOLT_REACH_SERVER },
	{ "golang:github.com/gin-gonic/gin", BOLT_REACH_SERVER },
	{ "golang:golang.org/x/crypto", BOLT_REACH_TLS },
	{ "golang:golang.org/x/net", BOLT_REACH_HTTP },
	{ "golang:google.golang.org/grpc", BOLT_REACH_SERVER },
	{ "golang:stdlib", BOLT_REACH_RUNTIME },
	{ "maven:com.fasterxml.jackson.core:jackson-databind", BOLT_REACH_PARSER },
	{ "maven:com.thoughtworks.xstream:xstream", BOLT_REACH_PARSER },
	{ "maven:io.netty:netty-codec-http", BOLT_REACH_SERVER },
	{ "maven:io.undertow:undertow-core", BOLT_REACH_SERVER },
	{ "maven:org.apache.commons:commons-text", BOLT_REACH_PARSER },
	{ "maven:org.apache.httpcomponents:httpclient", BOLT_REACH_HTTP },
	{ "maven:org.apache.logging.log4j:log4j-core", BOLT_REACH_PARSER },
	{ "maven:org.apache.tomcat.embed:tomcat-embed-core", BOLT_REACH_SERVER },
	{ "maven:org.bouncycastle:bcprov-jdk18on", BOLT_REACH_TLS },
	{ "maven:org.eclipse.jetty:jetty-server", BOLT_REACH_SERVER },
	{ "maven:org.springframework:spring-web", BOLT_REACH_SERVER },
	{ "maven:org.springframework:spring-webmvc", BOLT_REACH_SERVER },
	{ "maven:org.yaml:snakeyaml", BOLT_REACH_PARSER },
	{ "npm:axios", BOLT_REACH_HTTP },
	{ "npm:body-parser", BOLT_REACH_HTTP },
	{ "npm:express", BOLT_REACH_SERVER },
	{ "npm:fastify", BOLT_REACH_SERVER },
	{ "npm:follow-redirects", BOLT_REACH_HTTP },
	{ "npm:js-yaml", BOLT_REACH_PARSER },
	{ "npm:jsonwebtoken", BOLT_REACH_TLS },
	{ "npm:koa", BOLT_REACH_SERVER },
	{ "npm:next", BOLT_REACH_SERVER },
	{ "npm:node-fetch", BOLT_REACH_HTTP },
	{ "npm:node-forge", BOLT_REACH_TLS },
	{ "npm:qs", BOLT_REACH_HTTP },
	{ "npm:sharp", BOLT_REACH_PARSER },
	{ "npm:undici", BOLT_REACH_HTTP },
	{ "npm:ws", BOLT_REACH_HTTP },
	{ "npm:xml2js", BOLT_REACH_PARSER },
	{ "os:apache", BOLT_REACH_SERVER },
	{ "os:apr", BOLT_REACH_HTTP },
	{ "os:apr-util", BOLT_REACH_HTTP },
	{ "os:autoconf", BOLT_REACH_NOT_RUN },
	{ "os:automake", BOLT_REACH_NOT_RUN },
	{ "os:avahi", BOLT_REACH_SERVER },
	{ "os:bind", BOLT_REACH_SERVER },
	{ "os:binutils", BOLT_REACH_NOT_RUN },
	{ "os:bison", BOLT_REACH_NOT_RUN },
	{ "os:brotli", BOLT_REACH_PARSER },
	{ "os:build-essential", BOLT_REACH_NOT_RUN },
	{ "os:bzip", BOLT_REACH_PARSER },
	{ "os:c-ares", BOLT_REACH_HTTP },
	{ "os:caddy", BOLT_REACH_SERVER },
	{ "os:cairo", BOLT_REACH_PARSER },
	{ "os:cargo", BOLT_REACH_NOT_RUN },
	{ "os:chrony", BOLT_REACH_SERVER },
	{ "os:cmake", BOLT_REACH_NOT_RUN },
	{ "os:cups", BOLT_REACH_SERVER },
	{ "os:curl", BOLT_REACH_HTTP },
	{ "os:cyrus-sasl", BOLT_REACH_TLS },
	{ "os:dnsmasq", BOLT_REACH_SERVER },
	{ "os:dotnet", BOLT_REACH_RUNTIME },
	{ "os:dovecot", BOLT_REACH_SERVER },
	{ "os:envoy", BOLT_REACH_SERVER },
	{ "os:erlang", BOLT_REACH_RUNTIME },
	{ "os:etcd", BOLT_REACH_SERVER },
	{ "os:exim", BOLT_REACH_SERVER },
	{ "os:expat", BOLT_REACH_PARSER },
	{ "os:ffmpeg", BOLT_REACH_PARSER },
	{ "os:file", BOLT_REACH_PARSER },
	{ "os:flex", BOLT_REACH_NOT_RUN },
	{ "os:fontconfig", BOLT_REACH_PARSER },
	{ "os:freetype", BOLT_REACH_PARSER },
	{ "os:gcc", BOLT_REACH_NOT_RUN },
	{ "os:gdb", BOLT_REACH_NOT_RUN },
	{ "os:gdk-pixbuf", BOLT_REACH_PARSER },
	{ "os:ghostscript", BOLT_REACH_PARSER },
	{ "os:giflib", BOLT_REACH_PARSER },
	{ "os:glibc", BOLT_REACH_RUNTIME },
	{ "os:gnupg", BOLT_REACH_TLS },
	{ "os:gnutls", BOLT_REACH_TLS },
	{ "os:go", BOLT_REACH_NOT_RUN },
	{ "os:golang", BOLT_REACH_NOT_RUN },
	{ "os:groff", BOLT_REACH_NOT_RUN },
	{ "os:gzip", BOLT_REACH_PARSER },
	{ "os:haproxy", BOLT_REACH_SERVER },
	{ "os:harfbuzz", BOLT_REACH_PARSER },
	{ "os:httpd", BOLT_REACH_SERVER },
	{ "os:icu", BOLT_REACH_PARSER },
	{ "os:imagemagick", BOLT_REACH_PARSER },
	{ "os:jansson", BOLT_REACH_PARSER },
	{ "os:java-1.8.0-openjdk", BOLT_REACH_RUNTIME },
	{ "os:java-11-openjdk", BOLT_REACH_RUNTIME },
	{ "os:java-17-openjdk", BOLT_REACH_RUNTIME },
	{ "os:java-21-openjdk", BOLT_REACH_RUNTIME },
	{ "os:jbigkit", BOLT_REACH_PARSER },
	{ "os:json-c", BOLT_REACH_PARSER },
	{ "os:krb", BOLT_REACH_TLS },
	{ "os:libarchive", BOLT_REACH_PARSER },
	{ "os:libde", BOLT_REACH_PARSER },
	{ "os:libevent", BOLT_REACH_HTTP },
	{ "os:libexif", BOLT_REACH_PARSER },
	{ "os:libgcrypt", BOLT_REACH_TLS },
	{ "os:libheif", BOLT_REACH_PARSER },
	{ "os:libidn", BOLT_REACH_PARSER },
	{ "os:libjpeg-turbo", BOLT_REACH_PARSER },
	{ "os:libmicrohttpd", BOLT_REACH_HTTP },
	{ "os:libpng", BOLT_REACH_PARSER },
	{ "os:libressl", BOLT_REACH_TLS },
	{ "os:librsvg", BOLT_REACH_PARSER },
	{ "os:libsndfile", BOLT_REACH_PARSER },
	{ "os:libsoup", BOLT_REACH_HTTP },
	{ "os:libssh", BOLT_REACH_TLS },
	{ "os:libtiff", BOLT_REACH_PARSER },
	{ "os:libtool", BOLT_REACH_NOT_RUN },
	{ "os:libvpx", BOLT_REACH_PARSER },
	{ "os:libwebp", BOLT_REACH_PARSER },
	{ "os:libxml", BOLT_REACH_PARSER },
	{ "os:libxslt", BOLT_REACH_PARSER },
	{ "os:libyaml", BOLT_REACH_PARSER },
	{ "os:libzip", BOLT_REACH_PARSER },
	{ "os:libzstd", BOLT_REACH_PARSER },
	{ "os:lighttpd", BOLT_REACH_SERVER },
	{ "os:llvm-toolchain", BOLT_REACH_NOT_RUN },
	{ "os:lua", BOLT_REACH_RUNTIME },
	{ "os:m", BOLT_REACH_NOT_RUN },
	{ "os:make", BOLT_REACH_NOT_RUN },
	{ "os:make-dfsg", BOLT_REACH_NOT_RUN },
	{ "os:man-db", BOLT_REACH_NOT_RUN },
	{ "os:manpages", BOLT_REACH_NOT_RUN },
	{ "os:mariadb", BOLT_REACH_SERVER },
	{ "os:mbedtls", BOLT_REACH_TLS },
	{ "os:memcached", BOLT_REACH_SERVER },
	{ "os:mono", BOLT_REACH_RUNTIME },
	{ "os:mosquitto", BOLT_REACH_SERVER },
	{ "os:musl", BOLT_REACH_RUNTIME },
	{ "os:mysql", BOLT_REACH_SERVER },
	{ "os:net-snmp", BOLT_REACH_SERVER },
	{ "os:nettle", BOLT_REACH_TLS },
	{ "os:nghttp", BOLT_REACH_HTTP },
	{ "os:nginx", BOLT_REACH_SERVER },
	{ "os:ngtcp", BOLT_REACH_HTTP },
	{ "os:node", BOLT_REACH_RUNTIME },
	{ "os:nodejs", BOLT_REACH_RUNTIME },
	{ "os:nss", BOLT_REACH_TLS },
	{ "os:ntp", BOLT_REACH_SERVER },
	{ "os:ntpsec", BOLT_REACH_SERVER },
	{ "os:openjdk", BOLT_REACH_RUNTIME },
	{ "os:openjpeg", BOLT_REACH_PARSER },
	{ "os:openldap", BOLT_REACH_SERVER },
	{ "os:openssh", BOLT_REACH_SERVER },
	{ "os:openssl", BOLT_REACH_TLS },
	{ "os:openvpn", BOLT_REACH_SERVER },
	{ "os:pango", BOLT_REACH_PARSER },
	{ "os:patch", BOLT_REACH_NOT_RUN },
	{ "os:pcre", BOLT_REACH_PARSER },
	{ "os:perl", BOLT_REACH_RUNTIME },
	{ "os:php", BOLT_REACH_RUNTIME },
	{ "os:pkg-config", BOLT_REACH_NOT_RUN },
	{ "os:pkgconf", BOLT_REACH_NOT_RUN },
	{ "os:poppler", BOLT_REACH_PARSER },
	{ "os:postfix", BOLT_REACH_SERVER },
	{ "os:postgresql", BOLT_REACH_SERVER },
	{ "os:proftpd-dfsg", BOLT_REACH_SERVER },
	{ "os:protobuf", BOLT_REACH_PARSER },
	{ "os:python", BOLT_REACH_RUNTIME },
	{ "os:rabbitmq-server", BOLT_REACH_SERVER },
	{ "os:redis", BOLT_REACH_SERVER },
	{ "os:rsync", BOLT_REACH_SERVER },
	{ "os:rtmpdump", BOLT_REACH_HTTP },
	{ "os:ruby", BOLT_REACH_RUNTIME },
	{ "os:rust", BOLT_REACH_NOT_RUN },
	{ "os:rustc", BOLT_REACH_NOT_RUN },
	{ "os:samba", BOLT_REACH_SERVER },
	{ "os:sendmail", BOLT_REACH_SERVER },
	{ "os:sqlite", BOLT_REACH_PARSER },
	{ "os:squid", BOLT_REACH_SERVER },
	{ "os:strace", BOLT_REACH_NOT_RUN },
	{ "os:strongswan", BOLT_REACH_SERVER },
	{ "os:tar", BOLT_REACH_PARSER },
	{ "os:tcl", BOLT_REACH_RUNTIME },
	{ "os:texinfo", BOLT_REACH_NOT_RUN },
	{ "os:tiff", BOLT_REACH_PARSER },
	{ "os:tomcat", BOLT_REACH_SERVER },
	{ "os:traefik", BOLT_REACH_SERVER },
	{ "os:unbound", BOLT_REACH_SERVER },
	{ "os:unzip", BOLT_REACH_PARSER },
	{ "os:valgrind", BOLT_REACH_NOT_RUN },
	{ "os:valkey", BOLT_REACH_SERVER },
	{ "os:varnish", BOLT_REACH_SERVER },
	{ "os:vsftpd", BOLT_REACH_SERVER },
	{ "os:wget", BOLT_REACH_HTTP },
	{ "os:wolfssl", BOLT_REACH_TLS },
	{ "os:xz", BOLT_REACH_PARSER },
	{ "os:xz-utils", BOLT_REACH_PARSER },
	{ "os:zlib", BOLT_REACH_PARSER },
	{ "os:zstd", BOLT_REACH_PARSER },
	{ "pypi:aiohttp", BOLT_REACH_SERVER },
	{ "pypi:cryptography", BOLT_REACH_TLS },
	{ "pypi:django", BOLT_REACH_SERVER },
	{ "pypi:flask", BOLT_REACH_SERVER },
	{ "pypi:gunicorn", BOLT_REACH_SERVER },
	{ "pypi:httpx", BOLT_REACH_HTTP },
	{ "pypi:jinja2", BOLT_REACH_PARSER },
	{ "pypi:lxml", BOLT_REACH_PARSER },
	{ "pypi:paramiko", BOLT_REACH_TLS },
	{ "pypi:pillow", BOLT_REACH_PARSER },
	{ "pypi:pyopenssl", BOLT_REACH_TLS },
	{ "pypi:pyyaml", BOLT_REACH_PARSER },
	{ "pypi:requests", BOLT_REACH_HTTP },
	{ "pypi:starlette", BOLT_REACH_SERVER },
	{ "pypi:tornado", BOLT_REACH_SERVER },
	{ "pypi:twisted", BOLT_REACH_SERVER },
	{ "pypi:urllib", BOLT_REACH_HTTP },
	{ "pypi:werkzeug", BOLT_REACH_SERVER },
};

const char *bolt_reach_text(enum bolt_reach reach)
{
	static const char *const texts[_BOLT_REACH_MAX] = {
		[BOLT_REACH_SERVER] = "a server",
		[BOLT_REACH_TLS] = "TLS and cryptography",
		[BOLT_REACH_HTTP] = "it speaks to the network for others",
		[BOLT_REACH_PARSER] = "it takes apart what others send",
		[BOLT_REACH_RUNTIME] = "what programs run on",
		[BOLT_REACH_NOT_RUN] = "headers, documentation or build tools",
	};

	return texts[reach];
}

bool bolt_package_is_system(const struct bolt_package *package)
{
	static const char *const types[] = { "deb", "apk", "rpm", "alpm" };

	for (size_t i = 0; i < BOLT_ARRAY_LEN(types); i++) {
		if (strcmp(types[i], package->type) == 0)
			return true;
	}
	return false;
}

static int compare_key(const void *key, const void *row)
{
	return strcmp(key, ((const struct row *) row)->key);
}

static bool ends_as_not_run(const char *name)
{
	static const char *const ends[] = { "-dev", "-devel", "-headers", "-doc",       "-docs",
					    "-man", "-dbg",   "-dbgsym",  "-debuginfo", "-debugsource" };

	for (size_t i = 0; i < BOLT_ARRAY_LEN(ends); i++) {
		if (bolt_ends_with(name, ends[i]))
			return true;
	}
	return false;
}

enum bolt_reach bolt_reach_of(const struct bolt_package *package)
{
	bool system = bolt_package_is_system(package);
	const char *name = system && package->source_name ? package->source_name : package->name;
	char key[128];

	if (system && ends_as_not_run(package->name))
		return BOLT_REACH_NOT_RUN;
	int n = snprintf(key, sizeof(key), "%s:%s", system ? "os" : package->type, name);
	if (n < 0 || (size_t) n >= sizeof(key))
		return BOLT_REACH_UNKNOWN; /* longer than any name in the table */
	for (; system && n > 0 && strchr("0123456789.-", key[n - 1]); n--)
		key[n - 1] = '\0';
	const struct row *row = bsearch(key, rows, BOLT_ARRAY_LEN(rows), sizeof(*rows), compare_key);
	return row ? row->reach : BOLT_REACH_UNKNOWN;
}
