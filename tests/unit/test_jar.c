/* Java archives: who they are, what is inside them, what happens to damaged and hostile ones. The archives are made here; real ones
 * are in tests/component/java.bats. */
#include "run_stream.h"

#include <isa-l.h>

#include "core/buf.h"
#include "inventory/java_identity.h"
#include "inventory/limits.h"

/* A zip archive being made. */
struct zip {
	struct bolt_buf out, directory;
	unsigned entries;
};

enum how { STORED = 0, DEFLATED = 1, DESCRIBED = 2, ENCRYPTED = 4, WRONG_SUM = 8 };

static void number(struct bolt_buf *out, uint64_t value, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		uint8_t byte = i < 8 ? (uint8_t) (value >> 8 * i) : 0;

		assert_int_equal(bolt_buf_add(out, &byte, 1), 0);
	}
}

static struct bolt_buf deflated(struct bolt_cursor bytes)
{
	struct bolt_buf out = BOLT_BUF_INIT(64 << 20);
	struct isal_zstream stream;

	isal_deflate_stateless_init(&stream);
	assert_int_equal(bolt_buf_reserve(&out, bytes.left + bytes.left / 1000 + 1000), 0);
	stream.next_in = (uint8_t *) (uintptr_t) bytes.p;
	stream.avail_in = (uint32_t) bytes.left;
	stream.end_of_stream = 1;
	stream.next_out = out.data;
	stream.avail_out = (uint32_t) out.room - 1;
	assert_int_equal(isal_deflate_stateless(&stream), COMP_OK);
	out.len = stream.total_out;
	return out;
}

static void facts(struct bolt_buf *out, unsigned how, uint32_t crc, size_t packed, size_t size, bool known)
{
	number(out, (how & DESCRIBED ? 8u : 0u) | (how & ENCRYPTED ? 1u : 0u), 2);
	number(out, how & DEFLATED ? 8 : 0, 2);
	number(out, 0, 4);
	number(out, known ? crc : 0, 4);
	number(out, known ? packed : 0, 4);
	number(out, known ? size : 0, 4);
}

static void entry(struct zip *zip, const char *name, struct bolt_cursor bytes, unsigned how)
{
	struct bolt_buf squeezed = how & DEFLATED ? deflated(bytes) : (struct bolt_buf) BOLT_BUF_INIT(0);
	struct bolt_cursor packed = how & DEFLATED ? bolt_cursor(squeezed.data, squeezed.len) : bytes;
	uint32_t crc = crc32_gzip_refl(0, bytes.p, bytes.left) ^ (how & WRONG_SUM ? 1 : 0);
	size_t at = zip->out.len;

	number(&zip->out, 0x04034b50, 4);
	number(&zip->out, 20, 2);
	facts(&zip->out, how, crc, packed.left, bytes.left, !(how & DESCRIBED));
	number(&zip->out, strlen(name), 2);
	number(&zip->out, 0, 2);
	assert_int_equal(bolt_buf_add(&zip->out, name, strlen(name)), 0);
	assert_int_equal(bolt_buf_add(&zip->out, packed.p, packed.left), 0);
	if (how & DESCRIBED) {
		number(&zip->out, 0x08074b50, 4);
		number(&zip->out, crc, 4);
		number(&zip->out, packed.left, 4);
		number(&zip->out, bytes.left, 4);
	}
	number(&zip->directory, 0x02014b50, 4);
	number(&zip->directory, 20, 2);
	number(&zip->directory, 20, 2);
	facts(&zip->directory, how, crc, packed.left, bytes.left, true);
	number(&zip->directory, strlen(name), 2);
	number(&zip->directory, 0, 12); /* extra, comment, disk, attributes */
	number(&zip->directory, at, 4);
	assert_int_equal(bolt_buf_add(&zip->directory, name, strlen(name)), 0);
	zip->entries++;
	bolt_buf_done(&squeezed);
}

static struct zip zip_new(void)
{
	return (struct zip){ .out = BOLT_BUF_INIT(64 << 20), .directory = BOLT_BUF_INIT(64 << 20) };
}

/* Ends the archive; its bytes stay in zip->out. */
static struct bolt_cursor zip_end(struct zip *zip)
{
	size_t at = zip->out.len;

	assert_int_equal(bolt_buf_add(&zip->out, zip->directory.data, zip->directory.len), 0);
	number(&zip->out, 0x06054b50, 4);
	number(&zip->out, 0, 4);
	number(&zip->out, zip->entries & 0xffff, 2);
	number(&zip->out, zip->entries & 0xffff, 2);
	number(&zip->out, zip->directory.len, 4);
	number(&zip->out, at, 4);
	number(&zip->out, 0, 2);
	return bolt_cursor(zip->out.data, zip->out.len);
}

static void zip_done(struct zip *zip)
{
	bolt_buf_done(&zip->out);
	bolt_buf_done(&zip->directory);
}

static struct bolt_cursor text(const char *s)
{
	return bolt_cursor(s, strlen(s));
}

static struct run run_jar(const char *path, struct bolt_cursor bytes)
{
	return run_stream("java-archive", path, bytes, 0, bytes.left);
}

/* As when the file were too large for memory: forwards, by local headers. */
static struct run run_forwards(const char *path, struct bolt_cursor bytes, size_t block_len)
{
	return run_stream("java-archive", path, bytes, block_len, BOLT_JAR_BUFFERED_MAX + 1ull);
}

#define PROPERTIES(group, artifact, version) "#Generated\ngroupId=" group "\nartifactId=" artifact "\nversion: " version "\n"

static const char fat_found[] = "org.example:app 1.0\n"
				"org.shaded:thing 2.0 @opt/app-1.0.jar!/META-INF/maven/org.shaded/thing/pom.properties\n";

static struct zip make_fat(unsigned how)
{
	struct zip zip = zip_new();

	entry(&zip, "META-INF/", text(""), how & DESCRIBED);
	entry(&zip, "META-INF/MANIFEST.MF", text("Manifest-Version: 1.0\r\nImplementation-Title: no matter\r\n"), how);
	entry(&zip, "META-INF/maven/org.example/app/pom.properties", text(PROPERTIES("org.example", "app", "1.0")), how);
	entry(&zip, "META-INF/maven/org.example/app/pom.xml", text("<project/>"), how);
	entry(&zip, "META-INF/maven/org.shaded/thing/pom.properties", text(PROPERTIES("org.shaded", "thing", "2.0")), how);
	entry(&zip, "org/example/App.class", text("\xca\xfe\xba\xbe and so on"), how);
	return zip;
}

static void an_archive_and_what_is_shaded_into_it(void **state)
{
	(void) state;
	static const unsigned ways[] = { STORED, DEFLATED, DEFLATED | DESCRIBED };
	static const size_t block_lens[] = { 0, 1, 100 };

	for (size_t i = 0; i < BOLT_ARRAY_LEN(ways); i++) {
		struct zip zip = make_fat(ways[i]);
		struct bolt_cursor bytes = zip_end(&zip);
		struct run run = run_jar("opt/app-1.0.jar", bytes);

		assert_int_equal(run.r, 0);
		assert_names(&run, fat_found);
		assert_string_equal(run.sink->found[0].type, "maven");
		run_done(&run);
		for (size_t k = 0; k < BOLT_ARRAY_LEN(block_lens); k++) {
			run = run_forwards("opt/app-1.0.jar", bytes, block_lens[k]);
			assert_int_equal(run.r, 0);
			assert_names(&run, fat_found);
			run_done(&run);
		}
		zip_done(&zip);
	}
}

static void an_executable_archive_behind_a_script(void **state)
{
	(void) state;
	struct zip zip = make_fat(DEFLATED);
	struct bolt_buf file = BOLT_BUF_INIT(1 << 20);
	struct bolt_cursor bytes = zip_end(&zip);

	assert_int_equal(bolt_buf_addf(&file, "#!/bin/sh\nexec java -jar \"$0\"\n"), 0);
	assert_int_equal(bolt_buf_add(&file, bytes.p, bytes.left), 0);
	bytes = bolt_cursor(file.data, file.len);
	struct run run = run_jar("opt/app-1.0.jar", bytes);
	assert_names(&run, fat_found);
	run_done(&run);
	run = run_forwards("opt/app-1.0.jar", bytes, 0);
	assert_names(&run, fat_found);
	run_done(&run);
	bolt_buf_done(&file);
	zip_done(&zip);
}

static void archives_without_pom_tell_by_manifest_and_name(void **state)
{
	(void) state;
	static const struct {
		const char *path, *manifest, *class, *want; /* name version|licences */
	} rows[] = {
		{ "guava-31.1-jre.jar", "Bundle-SymbolicName: com.google.guava\nBundle-Version: 31.1.0.jre\n", "com/google/A.class",
		  "com.google.guava:guava 31.1-jre" },
		{ "commons-lang3-3.12.0.jar", "Bundle-SymbolicName: org.apache.commons.lang3\n", "x/A.class",
		  "org.apache.commons:commons-lang3 3.12.0" },
		{ "jackson-core-2.13.0.jar", "Bundle-SymbolicName: com.fasterxml.jackson.core.jackson-core;singleton:=true\n", "",
		  "com.fasterxml.jackson.core:jackson-core 2.13.0" },
		{ "protobuf-java-3.0.jar", "Bundle-SymbolicName: com.google.protobuf\n", "",
		  "com.google.protobuf:protobuf-java 3.0" },
		{ "spring-core-5.3.13.jar", "Automatic-Module-Name: spring.core\n", "org/springframework/core/A.class",
		  "org.springframework:spring-core 5.3.13" },
		{ "tool.jar",
		  "Implementation-Title: tool\nImplementation-Vendor-Id: org.example\nImplementation-Version: 1.2\n .3\n", "",
		  "org.example:tool 1.2.3" },
		{ "git.jpi", "Group-Id: org.jenkins-ci.plugins\nShort-Name: git\nPlugin-Version: 4.8\n", "",
		  "org.jenkins-ci.plugins:git 4.8" },
		{ "lib-1.jar", "bundle-license: \"MIT\";link=\"https://example.org/,\", Apache License, Version 2.0\n", "",
		  "lib 1|Apache License, Version 2.0,MIT" },
		{ "unknown.jar", "Manifest-Version: 1.0\n", "org/x/A.class", NULL },
		{ "junit.jar", "Implementation-Title: JUnit\nImplementation-Version: 4.13\n", "", "junit:junit 4.13" },
		{ "objenesis.jar", "Implementation-Title: Objenesis\nBundle-Version: 3.2\nBundle-SymbolicName: org.objenesis\n", "",
		  "org.objenesis:objenesis 3.2" },
		{ "commons-text-1.9.jar", "Bundle-SymbolicName: org.apache.commons.commons-text\n", "",
		  "org.apache.commons:commons-text 1.9" },
		{ "commons-compress-1.20.jar", "Bundle-SymbolicName: org.apache.commons.compress\n", "",
		  "org.apache.commons:commons-compress 1.20" },
		{ "commons-csv-1.8.jar", "X: y\n", "", "org.apache.commons:commons-csv 1.8" },
		{ "commons-ours-1.8.jar", "Bundle-SymbolicName: org.example.commons-ours\n", "", "org.example:commons-ours 1.8" },
		{ "commons-io-2.11.0.jar", "Bundle-SymbolicName: org.apache.commons.io\n", "", "commons-io:commons-io 2.11.0" },
		{ "commons-collections-3.2.1.jar", "X: y\n", "", "commons-collections:commons-collections 3.2.1" },
		{ "commons-collections4-4.4.jar", "X: y\n", "", "org.apache.commons:commons-collections4 4.4" },
		{ "asm-3.3.1.jar", "Bundle-SymbolicName: org.objectweb.asm\n", "", "asm:asm 3.3.1" },
		{ "asm-tree-3.3.jar", "X: y\n", "", "asm:asm-tree 3.3" },
		{ "asm-4.0.jar", "X: y\n", "", "org.ow2.asm:asm 4.0" },
		{ "asm-tree-9.2.jar", "X: y\n", "", "org.ow2.asm:asm-tree 9.2" },
		{ "asm-util-9.2.jar", "Bundle-SymbolicName: org.objectweb.asm.util\n", "", "org.ow2.asm:asm-util 9.2" },
		{ "kotlin-stdlib-1.9.0.jar", "Automatic-Module-Name: kotlin.stdlib\n", "kotlin/A.class",
		  "org.jetbrains.kotlin:kotlin-stdlib 1.9.0" },
		{ "kotlin-logging-2.0.jar", "Bundle-SymbolicName: org.example.kotlin-logging;x=y\n", "",
		  "org.example:kotlin-logging 2.0" },
		{ "okhttp-2.7.5.jar", "X: y\n", "", "com.squareup.okhttp:okhttp 2.7.5" },
		{ "okhttp-3.14.9.jar", "Automatic-Module-Name: okhttp3\n", "", "com.squareup.okhttp3:okhttp 3.14.9" },
		{ "okhttp-10.0.jar", "X: y\n", "", "com.squareup.okhttp3:okhttp 10.0" },
		{ "later-2.jar", "X: y\n\nName: a.class\nImplementation-Vendor-Id: org.of-one-class\n", "", "later 2" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct zip zip = zip_new();

		if (*rows[i].class)
			entry(&zip, rows[i].class, text(""), STORED);
		entry(&zip, "META-INF/versions/9/module-info.class", text(""), STORED);
		entry(&zip, "META-INF/MANIFEST.MF", text(rows[i].manifest), DEFLATED);
		struct run run = run_jar(rows[i].path, zip_end(&zip));
		assert_int_equal(run.r, 0);
		assert_int_equal(run.sink->found_len, rows[i].want != NULL);
		if (rows[i].want) {
			char want[256], *bar;

			(void) snprintf(want, sizeof(want), "%s", rows[i].want);
			bar = strchr(want, '|');
			if (bar) {
				*bar = '\0';
				assert_int_equal(run.sink->found[0].licenses.len, 2);
				assert_string_equal(run.sink->found[0].licenses.items[0], "Apache License, Version 2.0");
				assert_string_equal(run.sink->found[0].licenses.items[1], "MIT");
			}
			(void) strncat(want, "\n", 2);
			assert_names(&run, want);
		}
		run_done(&run);
		zip_done(&zip);
	}
}

static void names_are_split_where_the_version_begins(void **state)
{
	(void) state;
	static const struct {
		const char *stem, *artifact, *version;
	} rows[] = {
		{ "commons-lang3-3.12.0", "commons-lang3", "3.12.0" },
		{ "log4j-1.2-api-2.17.1", "log4j-1.2-api", "2.17.1" },
		{ "guava-31.1-jre", "guava", "31.1-jre" },
		{ "app-1.0-20230101.123456-1", "app", "1.0-20230101.123456-1" },
		{ "lib-1.0-beta-2", "lib", "1.0-beta-2" },
		{ "netty-all-4.1.0.Final-linux-x86_64", "netty-all", "4.1.0.Final-linux-x86_64" },
		{ "plain", "plain", "" },
		{ "-1", "-1", "" },
		{ "", "", "" },
		{ "ends-", "ends-", "" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_cursor artifact, version;

		bolt_java_split_name(text(rows[i].stem), &artifact, &version);
		assert_true(bolt_cursor_is(artifact, rows[i].artifact));
		assert_true(bolt_cursor_is(version, rows[i].version));
	}
}

static void a_pom_without_properties(void **state)
{
	(void) state;
	static const struct {
		const char *pom, *want;
	} rows[] = {
		{ "<?xml version=\"1.0\"?>\n<!-- <groupId>no</groupId> -->\n<project "
		  "xmlns='x'><parent><groupId>org.parent</groupId>"
		  "<artifactId>p</artifactId><version> 7 </version></parent><artifactId>a</artifactId><dependencies><dependency>"
		  "<groupId>d</groupId><version>9</version></dependency></dependencies><licenses><license><name>MIT</name></"
		  "license>"
		  "</licenses></project>",
		  "org.parent:a 7\n" },
		{ "<project><groupId>g</groupId><artifactId>a</artifactId><version>${revision}</version></project>", "g:a 1.5\n" },
		{ "<project><version>3</version><groupId>${x}</groupId>", "org.dir:a 3\n" },
		{ "<project><profiles/><version>4<", "org.dir:a 4\n" },
		{ "not XML at all", "org.dir:a 1.5\n" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct zip zip = zip_new();

		entry(&zip, "META-INF/maven/org.dir/a/pom.xml", text(rows[i].pom), DEFLATED);
		struct run run = run_jar("a-1.5.jar", zip_end(&zip));
		assert_int_equal(run.r, 0);
		assert_names(&run, rows[i].want);
		assert_int_equal(run.sink->found[0].licenses.len, i == 0);
		run_done(&run);
		zip_done(&zip);
	}
}

static void archives_in_archives(void **state)
{
	(void) state;
	static const unsigned ways[] = { STORED, DEFLATED, DEFLATED | DESCRIBED };

	for (size_t i = 0; i < BOLT_ARRAY_LEN(ways); i++) {
		struct zip inner = zip_new(), middle = zip_new(), outer = zip_new();

		entry(&inner, "META-INF/maven/g/in/pom.properties", text(PROPERTIES("g", "in", "1")), ways[i]);
		entry(&middle, "WEB-INF/lib/in-1.JAR", zip_end(&inner), ways[i]);
		entry(&outer, "mid-2.war", zip_end(&middle), ways[i]);
		struct bolt_cursor bytes = zip_end(&outer);
		for (int forwards = 0; forwards < 2; forwards++) {
			struct run run = forwards ? run_forwards("out.ear", bytes, 10) : run_jar("out.ear", bytes);

			assert_int_equal(run.r, 0);
			assert_names(&run, "g:in 1 @out.ear!/mid-2.war!/WEB-INF/lib/in-1.JAR\nmid 2 @out.ear!/mid-2.war\n");
			run_done(&run);
		}
		zip_done(&inner);
		zip_done(&middle);
		zip_done(&outer);
	}
}

static void nesting_deeper_than_the_bound_is_told(void **state)
{
	(void) state;
	struct zip levels[16];
	struct bolt_cursor bytes = text("");

	for (size_t i = 0; i < BOLT_ARRAY_LEN(levels); i++) {
		levels[i] = zip_new();
		if (i > 0)
			entry(&levels[i], "n-1.jar", bytes, DEFLATED);
		bytes = zip_end(&levels[i]);
	}
	struct run run = run_jar("n-1.jar", bytes);
	assert_int_equal(run.r, 0);
	assert_int_equal(run.sink->found_len, BOLT_JAR_DEPTH_MAX);
	assert_warned(&run, "limit-java-archive", "deeper than the bound of 6");
	run_done(&run);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(levels); i++)
		zip_done(&levels[i]);
}

static void unreadable_entries_are_told_and_passed_over(void **state)
{
	(void) state;
	struct zip zip = zip_new();
	char *zeros = calloc(1, BOLT_JAR_TEXT_MAX + 1);

	assert_non_null(zeros);
	entry(&zip, "META-INF/maven/g/secret/pom.properties", text("locked"), ENCRYPTED);
	entry(&zip, "META-INF/maven/g/flipped/pom.properties", text(PROPERTIES("g", "flipped", "1")), DEFLATED | WRONG_SUM);
	entry(&zip, "META-INF/MANIFEST.MF", bolt_cursor(zeros, BOLT_JAR_TEXT_MAX + 1), DEFLATED);
	entry(&zip, "broken.jar", text("PK, but no more"), DEFLATED);
	entry(&zip, "META-INF/maven/g/a/pom.properties", text(PROPERTIES("g", "a", "1")), DEFLATED);
	struct bolt_cursor bytes = zip_end(&zip);
	for (int forwards = 0; forwards < 2; forwards++) {
		struct run run = forwards ? run_forwards("a-1.jar", bytes, 0) : run_jar("a-1.jar", bytes);

		assert_int_equal(run.r, 0);
		assert_names(&run, "g:a 1\n");
		assert_warned(&run, "java-archive-unreadable", "secret/pom.properties' is encrypted");
		assert_warned(&run, "java-archive-damaged", "checksum");
		assert_warned(&run, "limit-java-archive", "larger than the bound");
		assert_warned(&run, "java-archive-damaged", "a-1.jar!/broken.jar");
		run_done(&run);
	}
	free(zeros);
	zip_done(&zip);
}

static void what_stands_before_the_damage_is_kept(void **state)
{
	(void) state;
	struct zip zip = make_fat(DEFLATED);
	size_t directory_at = zip.out.len;
	struct bolt_cursor bytes = zip_end(&zip);
	struct run run = run_forwards("opt/app-1.0.jar", bolt_cursor(bytes.p, directory_at - 10), 0);

	assert_int_equal(run.r, -EBADMSG);
	assert_says(&run, "cut off");
	assert_names(&run, fat_found);
	run_done(&run);
	run = run_jar("opt/app-1.0.jar", bolt_cursor(bytes.p, bytes.left - 30));
	assert_int_equal(run.r, -EBADMSG);
	assert_says(&run, "cut off");
	run_done(&run);
	zip.out.data[zip.out.len - 22 - (46 + strlen("org/example/App.class"))] ^= 0xff; /* the directory's last signature */
	run = run_jar("opt/app-1.0.jar", bolt_cursor(zip.out.data, zip.out.len));
	assert_int_equal(run.r, -EBADMSG);
	assert_names(&run, fat_found);
	run_done(&run);
	zip_done(&zip);
}

static void files_that_are_no_zip(void **state)
{
	(void) state;
	static const struct {
		const char *bytes;
		int want;
	} rows[] = { { "", -EBADMSG }, { "PK", -EBADMSG }, { "just text", -EBADMSG }, { "Rar!\x1a\x07", 0 } };

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct run run = run_jar("x.rar", text(rows[i].bytes));

		assert_int_equal(run.r, rows[i].want);
		if (run.r < 0)
			assert_says(&run, "not a zip archive");
		run_done(&run);
	}
}

/* Thousands of entries that all are the same archive: the work is bounded, not the count of the outer one alone. */
static void many_ways_to_the_same_archive_end_at_the_bound(void **state)
{
	(void) state;
	struct zip inner = make_fat(STORED), zip = zip_new();

	entry(&zip, "x.jar", zip_end(&inner), STORED);
	uint8_t one[64];
	size_t n = zip.directory.len;
	assert_in_range(n, 46, sizeof(one));
	memcpy(one, zip.directory.data, n);
	for (unsigned i = 0; i < 6000; i++)
		assert_int_equal(bolt_buf_add(&zip.directory, one, n), 0);
	struct run run = run_jar("many.jar", zip_end(&zip));
	assert_int_equal(run.r, 0);
	assert_true(run.sink->found_len < 2 * 6000);
	assert_warned(&run, "limit-java-archive", "too many archives");
	run_done(&run);
	zip_done(&inner);
	zip_done(&zip);
}

struct pom_row {
	const char *group, *artifact, *version;
};

static void a_pom_is_the_archives_own_when_it_fits(void **state)
{
	(void) state;
	static const struct {
		const char *path, *manifest, *class;
		struct pom_row poms[2];
		const char *want;
	} rows[] = {
		{ "guice.jar",
		  "Bundle-SymbolicName: com.google.inject\nAutomatic-Module-Name: com.google.guice\nBundle-Version: 4.2.3\n",
		  "com/google/inject/A.class",
		  { { "cglib", "cglib", "3.2.12" } },
		  "com.google.inject:guice 4.2.3\ncglib:cglib 3.2.12 @guice.jar!/META-INF/maven/cglib/cglib/pom.properties\n" },
		{ "geronimo-annotation-1.3-spec.jar",
		  "Bundle-SymbolicName: org.apache.geronimo.specs.geronimo-annotation_1.3_spec;x=y\nBundle-Version: 1.3.0\n",
		  "javax/annotation/A.class",
		  { { "org.apache.geronimo.specs", "geronimo-annotation_1.3_spec", "1.3" } },
		  "org.apache.geronimo.specs:geronimo-annotation_1.3_spec 1.3\n" },
		{ "geronimo-interceptor-3.0-spec-1.0.1.jar",
		  "X: y\n",
		  "javax/interceptor/A.class",
		  { { "org.apache.geronimo.specs", "geronimo-interceptor_3.0_spec", "1.0.1" } },
		  "org.apache.geronimo.specs:geronimo-interceptor_3.0_spec 1.0.1\n" },
		{ "maven3-slf4j-provider.jar",
		  "Implementation-Title: Maven SLF4J Simple Provider\nImplementation-Version: 3.8.7\n",
		  "org/slf4j/impl/A.class",
		  { { "org.slf4j", "slf4j-simple", "1.7.36" }, { "org.apache.maven", "maven-slf4j-provider", "3.8.7" } },
		  "org.apache.maven:maven-slf4j-provider 3.8.7\n"
		  "org.slf4j:slf4j-simple 1.7.36 "
		  "@maven3-slf4j-provider.jar!/META-INF/maven/org.slf4j/slf4j-simple/pom.properties\n" },
		{ "sisu-inject.jar",
		  "X: y\n",
		  "org/eclipse/sisu/A.class",
		  { { "org.eclipse.sisu", "org.eclipse.sisu.inject", "0.3.4" } },
		  "org.eclipse.sisu:org.eclipse.sisu.inject 0.3.4\n" },
		{ "org.slf4j.slf4j-api-1.7.jar",
		  "X: y\n",
		  "",
		  { { "org.slf4j", "slf4j-api", "1.7" } },
		  "org.slf4j:slf4j-api 1.7\n" },
		{ "renamed.jar", "X: y\n", "org/example/A.class", { { "org.example", "app", "1" } }, "org.example:app 1\n" },
		{ "ROOT.war", "X: y\n", "WEB-INF/classes/A.class", { { "org.example", "app", "1" } }, "org.example:app 1\n" },
		{ "our-lib-2.0.jar",
		  "Bundle-SymbolicName: org.example.our-lib\n",
		  "org/example/A.class",
		  { { "org.example", "shaded", "1.0" } },
		  "org.example:our-lib 2.0\norg.example:shaded 1.0 "
		  "@our-lib-2.0.jar!/META-INF/maven/org.example/shaded/pom.properties\n" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct zip zip = zip_new();

		entry(&zip, "META-INF/MANIFEST.MF", text(rows[i].manifest), DEFLATED);
		if (*rows[i].class)
			entry(&zip, rows[i].class, text(""), STORED);
		for (size_t k = 0; k < BOLT_ARRAY_LEN(rows[i].poms) && rows[i].poms[k].group; k++) {
			const struct pom_row *pom = &rows[i].poms[k];
			char name[256], content[256];

			(void) snprintf(name, sizeof(name), "META-INF/maven/%s/%s/pom.properties", pom->group, pom->artifact);
			(void) snprintf(content, sizeof(content), "groupId=%s\nartifactId=%s\nversion=%s\n", pom->group,
					pom->artifact, pom->version);
			entry(&zip, name, text(content), STORED);
		}
		struct run run = run_jar(rows[i].path, zip_end(&zip));
		assert_int_equal(run.r, 0);
		assert_names(&run, rows[i].want);
		assert_int_equal(run.sink->warnings_len, 0);
		run_done(&run);
		zip_done(&zip);
	}
}

static void code_that_nothing_names_is_told(void **state)
{
	(void) state;
	struct zip inner = zip_new(), zip = zip_new(), container = zip_new();
	char name[64];

	entry(&inner, "org/x/A.class", text(""), STORED);
	struct bolt_cursor bytes = zip_end(&inner);
	struct run run = run_jar("unknown.jar", bytes);
	assert_int_equal(run.r, 0);
	assert_int_equal(run.sink->found_len, 0);
	assert_int_equal(run.sink->warnings_len, 1);
	assert_warned(&run, "java-archive-unidentified", "unknown.jar: ");
	run_done(&run);

	for (unsigned i = 0; i < 25; i++) {
		(void) snprintf(name, sizeof(name), "lib/n%c.jar", 'a' + (int) i);
		entry(&zip, name, bytes, STORED);
	}
	run = run_jar("many.ear", zip_end(&zip)); /* no code of its own, so nothing is said of itself */
	assert_int_equal(run.sink->warnings_len, 20 + 1);
	assert_warned(&run, "java-archive-unidentified", "many.ear!/lib/nt.jar: ");
	assert_warned(&run, "java-archive-unidentified", "many.ear: 5 more archives");
	run_done(&run);

	entry(&container, "images/a.png", text("png"), STORED);
	run = run_jar("images.jar", zip_end(&container));
	assert_int_equal(run.sink->warnings_len, 0);
	run_done(&run);
	zip_done(&inner);
	zip_done(&zip);
	zip_done(&container);
}

/* Each record is found again among thousands, by its pom.xml and its pom.properties; those past the bound cost one warning. */
static void as_many_poms_as_the_bound_and_more(void **state)
{
	(void) state;
	static const char *const files[] = { "pom.xml", "pom.properties" };
	struct zip zip = zip_new();
	char name[128], content[128];
	unsigned n = BOLT_JAR_POMS_MAX + 1000;

	for (unsigned i = 0; i < 2 * n; i++) {
		(void) snprintf(name, sizeof(name), "META-INF/maven/g/a%u/%s", i % n, files[i / n]);
		(void) snprintf(content, sizeof(content), i < n ? "<project/>" : "version=%u\n", i % n);
		entry(&zip, name, text(content), STORED);
	}
	struct run run = run_jar("n.jar", zip_end(&zip));
	assert_int_equal(run.r, 0);
	assert_int_equal(run.sink->found_len, BOLT_JAR_POMS_MAX);
	for (unsigned i = 0; i < BOLT_JAR_POMS_MAX; i++) {
		(void) snprintf(name, sizeof(name), "g:a%u", i);
		(void) snprintf(content, sizeof(content), "%u", i);
		assert_string_equal(run.sink->found[i].name, name);
		assert_string_equal(run.sink->found[i].version, content);
	}
	assert_int_equal(run.sink->warnings_len, 1);
	assert_warned(&run, "limit-java-archive", "more than the bound");
	run_done(&run);
	zip_done(&zip);
}

/* run_stream takes the path away before the records are looked at. */
static void locations_outlive_the_path_that_was_lent(void **state)
{
	(void) state;
	struct zip zip = make_fat(DEFLATED);
	struct run run = run_jar("opt/app-1.0.jar", zip_end(&zip));

	assert_int_equal(run.sink->found_len, 2);
	assert_string_equal(run.sink->found[0].location, "opt/app-1.0.jar");
	assert_string_equal(run.sink->found[1].location, "opt/app-1.0.jar!/META-INF/maven/org.shaded/thing/pom.properties");
	run_done(&run);
	zip_done(&zip);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_archive_and_what_is_shaded_into_it),
		cmocka_unit_test(an_executable_archive_behind_a_script),
		cmocka_unit_test(archives_without_pom_tell_by_manifest_and_name),
		cmocka_unit_test(names_are_split_where_the_version_begins),
		cmocka_unit_test(a_pom_without_properties),
		cmocka_unit_test(archives_in_archives),
		cmocka_unit_test(nesting_deeper_than_the_bound_is_told),
		cmocka_unit_test(unreadable_entries_are_told_and_passed_over),
		cmocka_unit_test(what_stands_before_the_damage_is_kept),
		cmocka_unit_test(files_that_are_no_zip),
		cmocka_unit_test(many_ways_to_the_same_archive_end_at_the_bound),
		cmocka_unit_test(a_pom_is_the_archives_own_when_it_fits),
		cmocka_unit_test(code_that_nothing_names_is_told),
		cmocka_unit_test(as_many_poms_as_the_bound_and_more),
		cmocka_unit_test(locations_outlive_the_path_that_was_lent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
