/* Distributions' own formats: OVAL of Ubuntu, Red Hat and SUSE, Red Hat's CSAF VEX, updateinfo. What is asserted is what would be
 * asked of the database: a line for each package. */
#include "run_feed.h"

/* What is recognised as this part and read as such, in blocks of every size. */
static void expect(const char *path, const char *document, const char *part, const char *want)
{
	assert_string_equal(recognised(path, document, strlen(document)), part);
	assert_feed(part, document, want);
}

#define OVAL_HEAD \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" \
	"<oval_definitions xmlns=\"http://oval.mitre.org/XMLSchema/oval-definitions-5\">" \
	"<generator><oval:timestamp xmlns:oval=\"o\">2024-12-24T07:42:06</oval:timestamp></generator><definitions>"

/* An erratum with a module and a package outside it; signatures, "must be installed" and other architectures' repetition say
 * nothing. A CVE without a fix, with its resolutions; one that does not affect; one of an extended stream. */
static const char redhat[] = OVAL_HEAD
	"<definition class=\"patch\" id=\"oval:com.redhat.rhsa:def:20241\" version=\"1\"><metadata>"
	"<title>RHSA-2024:0001: nodejs:16 security update (Important)</title>"
	"<affected family=\"unix\"><platform>Red Hat Enterprise Linux 9</platform></affected>"
	"<reference ref_id=\"RHSA-2024:0001\" ref_url=\"https://example.test/1\" source=\"RHSA\"/>"
	"<reference ref_id=\"CVE-2024-0001\" ref_url=\"https://example.test/2\" source=\"CVE\"/>"
	"<advisory from=\"x\"><severity>Important</severity><issued date=\"2024-01-02\"/>"
	"<cve cvss3=\"5.1/CVSS:3.1/AV:L/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H\" cwe=\"CWE-20\">CVE-2024-0001</cve>"
	"<cve cvss3=\"8.2/CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:L/A:H\" cwe=\"(CWE-119|CWE-125)\">CVE-2024-0002</cve>"
	"<affected_cpe_list><cpe>cpe:/a:redhat:enterprise_linux:9::appstream</cpe><cpe>cpe:/a:redhat:rhel_eus:9.2</cpe></"
	"affected_cpe_list>"
	"</advisory></metadata><criteria operator=\"OR\">"
	"<criterion comment=\"Red Hat Enterprise Linux must be installed\" test_ref=\"t:must\"/><criteria operator=\"AND\">"
	"<criteria operator=\"OR\"><criterion comment=\"Red Hat Enterprise Linux 9 is installed\" test_ref=\"t:9\"/>"
	"<criterion comment=\"Red Hat CoreOS 4 is installed\" test_ref=\"t:9\"/></criteria>"
	"<criteria operator=\"OR\"><criteria operator=\"AND\">"
	"<criterion comment=\"Module nodejs:16 is enabled\" test_ref=\"t:module\"/><criteria operator=\"OR\"><criteria "
	"operator=\"AND\">"
	"<criterion comment=\"nodejs is earlier than 1:16.20\" test_ref=\"t:nodejs\"/>"
	"<criterion comment=\"nodejs is signed with Red Hat redhatrelease2 key\" "
	"test_ref=\"t:signed\"/></criteria></criteria></criteria>"
	"<criterion comment=\"zlib is earlier than 0:1.2.11-31.el9_0.1\" test_ref=\"t:zlib\"/>"
	"<criterion comment=\"zlib is earlier than 0:1.2.11-31.el9_0.1\" test_ref=\"t:zlib\"/>"
	"<criterion negate=\"true\" comment=\"old is earlier than 1\" test_ref=\"t:lost\"/>"
	"<criteria negate=\"true\"><criterion comment=\"zlib is earlier than 9\" test_ref=\"t:zlib\"/></criteria>"
	"</criteria></criteria></criteria></definition>"

	"<definition class=\"vulnerability\" id=\"oval:com.redhat.cve:def:20242\" version=\"1\"><metadata>"
	"<title>CVE-2024-0003 zlib: something (moderate)</title>"
	"<advisory><severity>Moderate</severity><affected><resolution state=\"Will not "
	"fix\"><component>nodejs:16/nodejs</component>"
	"</resolution><resolution state=\"Fix deferred\"><component>zlib</component></resolution></affected>"
	"<affected_cpe_list><cpe>cpe:/o:redhat:enterprise_linux:9</cpe></affected_cpe_list></advisory></metadata>"
	"<criteria operator=\"AND\"><criterion comment=\"Red Hat Enterprise Linux 9 is installed\" test_ref=\"t:9\"/>"
	"<criteria operator=\"OR\"><criterion comment=\"zlib is installed\" test_ref=\"t:zlib-any\"/>"
	"<criteria operator=\"AND\"><criterion comment=\"Module nodejs:16 is enabled\" test_ref=\"t:module\"/>"
	"<criterion comment=\"nodejs is installed\" test_ref=\"t:nodejs-any\"/></criteria></criteria></criteria></definition>"

	"<definition class=\"vulnerability\" id=\"oval:com.redhat.unaffected:def:20243\" version=\"1\"><metadata>"
	"<title>Unaffected components for: CVE-2024-0004 zlib (low)</title></metadata>"
	"<criteria operator=\"AND\"><criterion comment=\"Red Hat Enterprise Linux 9 is installed\" test_ref=\"t:9\"/>"
	"<criterion comment=\"zlib is installed\" test_ref=\"t:zlib-any\"/></criteria></definition>"

	"<definition class=\"patch\" id=\"oval:com.redhat.rhsa:def:20244\" version=\"1\"><metadata><title>RHSA-2024:0004: x</title>"
	"<advisory><affected_cpe_list><cpe>cpe:/o:redhat:rhel_eus:9.2::baseos</cpe></affected_cpe_list></advisory></metadata>"
	"<criteria><criterion comment=\"Red Hat Enterprise Linux 9 is installed\" test_ref=\"t:9\"/>"
	"<criterion comment=\"zlib is earlier than 3\" test_ref=\"t:zlib\"/></criteria></definition>"

	"<definition class=\"patch\" id=\"oval:com.redhat.rhsa:def:20245\" version=\"1\"><metadata><title>RHSA-2024:0005: "
	"y</title></metadata>"
	"<criteria><criterion comment=\"Red Hat Enterprise Linux 9 is installed\" test_ref=\"t:9\"/>"
	"<criterion comment=\"lost is earlier than 3\" test_ref=\"t:lost\"/></criteria></definition>"
	"</definitions><tests>"
	"<rpmverifyfile_test id=\"t:must\" check=\"none satisfy\"><object object_ref=\"o:file\"/></rpmverifyfile_test>"
	"<rpmverifyfile_test id=\"t:9\" check=\"at least one\"><object object_ref=\"o:file\"/></rpmverifyfile_test>"
	"<textfilecontent54_test id=\"t:module\"><object object_ref=\"o:module\"/></textfilecontent54_test>"
	"<rpminfo_test id=\"t:nodejs\"><object object_ref=\"o:nodejs\"/><state state_ref=\"s:nodejs\"/></rpminfo_test>"
	"<rpminfo_test id=\"t:signed\"><object object_ref=\"o:nodejs\"/><state state_ref=\"s:key\"/></rpminfo_test>"
	"<rpminfo_test id=\"t:zlib\"><object object_ref=\"o:zlib\"/><state state_ref=\"s:key\"/><state "
	"state_ref=\"s:zlib\"/></rpminfo_test>"
	"<rpminfo_test id=\"t:zlib-any\"><object object_ref=\"o:zlib\"/></rpminfo_test>"
	"<rpminfo_test id=\"t:nodejs-any\"><object object_ref=\"o:nodejs\"/></rpminfo_test></tests><objects>"
	"<rpminfo_object id=\"o:nodejs\"><name>nodejs</name></rpminfo_object><rpminfo_object "
	"id=\"o:zlib\"><name>zlib</name></rpminfo_object>"
	"</objects><states>"
	"<rpminfo_state id=\"s:nodejs\"><arch operation=\"pattern match\">aarch64|x86_64</arch><evr operation=\"less "
	"than\">1:16.20-1.el9</evr></rpminfo_state>"
	"<rpminfo_state id=\"s:zlib\"><evr operation=\"less than\">0:1.2.11-31.el9_0.1</evr></rpminfo_state>"
	"<rpminfo_state id=\"s:key\"><signature_keyid operation=\"equals\">199e2f91fd431d51</signature_keyid></rpminfo_state>"
	"</states></oval_definitions>";

static void red_hat_errata_modules_and_resolutions(void **state)
{
	(void) state;
	expect("rhel-9-including-unpatched.oval.xml.bz2", redhat, "redhat-oval/rhel-9-including-unpatched",
	       "dated 1735026126\n"
	       "RHSA-2024:0001 <CVE-2024-0001,CVE-2024-0002 CWE-119,CWE-125,CWE-20 at 1704153600,0 -:high"
	       " -:CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:L/A:H\n"
	       "  Red Hat:9 nodejs binary of nodejs:16 [high] 0..1:16.20-1.el9\n"
	       "  Red Hat:9 zlib binary [high] 0..1.2.11-31.el9_0.1\n"
	       "CVE-2024-0003 -:medium\n"
	       "  Red Hat:9 nodejs binary of nodejs:16 (will-not-fix) [medium] 0\n"
	       "  Red Hat:9 zlib binary (deferred) [medium] 0\n"
	       "CVE-2024-0004\n"
	       "  Red Hat:9 zlib binary (not-affected)\n"
	       "damaged RHSA-2024:0005: a criterion refers to a test that the file lacks\n"
	       "skipped 1: definitions of other platforms, such as extended support\n");
}

/* Products of one service pack are one release; "is affected" is any version; a live patch is no version of the kernel. */
static const char suse[] = OVAL_HEAD
	"<definition id=\"oval:org.opensuse.security:def:1\" version=\"1\" "
	"class=\"vulnerability\"><metadata><title>CVE-2018-0202</title>"
	"<affected family=\"unix\"><platform>SUSE Linux Enterprise Server 15 SP5</platform></affected>"
	"<reference ref_id=\"Mitre CVE-2018-0202\" ref_url=\"https://example.test/c\" source=\"CVE\"/>"
	"<reference ref_id=\"SUSE-SU-2018:1-1\" ref_url=\"https://example.test/s\" source=\"SUSE-SU\"/>"
	"<advisory from=\"security@suse.de\"><severity>Moderate</severity>"
	"<cve impact=\"moderate\" "
	"cvss3=\"7.5/CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H\">CVE-2018-0202</cve></advisory></metadata>"
	"<criteria operator=\"OR\"><criteria operator=\"AND\"><criteria operator=\"OR\">"
	"<criterion test_ref=\"t:1\" comment=\"SUSE Linux Enterprise Module for Basesystem 15 SP5 is installed\"/>"
	"<criterion test_ref=\"t:1\" comment=\"SUSE Linux Enterprise Server 15 SP5 is installed\"/>"
	"<criterion test_ref=\"t:1\" comment=\"SUSE Linux Enterprise Server 15 SP4-LTSS is installed\"/></criteria><criteria "
	"operator=\"OR\">"
	"<criterion test_ref=\"t:clamav\" comment=\"clamav-0.100.0-1 is installed\"/>"
	"<criterion test_ref=\"t:old\" comment=\"libclamav7 is affected\"/>"
	"<criterion test_ref=\"t:never\" comment=\"kernel-default is not affected\"/>"
	"<criteria operator=\"AND\"><criterion test_ref=\"t:running\" comment=\"kernel-default 5-1 is installed\"/>"
	"<criterion test_ref=\"t:live\" comment=\"no kernel-livepatch-5_1 is greater or equal than "
	"2-1\"/></criteria></criteria></criteria>"
	"<criteria operator=\"AND\"><criterion test_ref=\"t:1\" comment=\"openSUSE Leap 15.5 is installed\"/>"
	"<criterion test_ref=\"t:clamav\" comment=\"clamav-0.100.0-1 is installed\"/></criteria></criteria></definition>"
	"<definition id=\"oval:org.opensuse.security:def:2\" version=\"1\" class=\"patch\"><metadata>"
	"<title>SUSE-SU-2018:1-1 -- Security update for clamav (Important)</title>"
	"<advisory><severity>Important</severity><cve>CVE-2018-0202</cve></advisory></metadata>"
	"<criteria operator=\"AND\"><criterion test_ref=\"t:1\" comment=\"SUSE Linux Enterprise Server 15 is installed\"/>"
	"<criterion test_ref=\"t:clamav\" comment=\"clamav-0.100.0-1 is installed\"/></criteria></definition>"
	"</definitions><tests>"
	"<rpminfo_test id=\"t:1\" check=\"at least one\"><object object_ref=\"o:release\"/><state "
	"state_ref=\"s:release\"/></rpminfo_test>"
	"<rpminfo_test id=\"t:clamav\" check=\"at least one\"><object object_ref=\"o:clamav\"/><state "
	"state_ref=\"s:clamav\"/></rpminfo_test>"
	"<rpminfo_test id=\"t:old\" check=\"all\"><object object_ref=\"o:lib\"/><state state_ref=\"s:any\"/></rpminfo_test>"
	"<rpminfo_test id=\"t:never\" check=\"at least one\"><object object_ref=\"o:kernel\"/><state "
	"state_ref=\"s:never\"/></rpminfo_test>"
	"<rpminfo_test id=\"t:running\" check=\"at least one\"><object object_ref=\"o:kernel\"/><state "
	"state_ref=\"s:is\"/></rpminfo_test>"
	"<rpminfo_test id=\"t:live\" check=\"none satisfy\"><object object_ref=\"o:live\"/><state "
	"state_ref=\"s:live\"/></rpminfo_test>"
	"</tests><objects><rpminfo_object id=\"o:release\"><name>sle-release</name></rpminfo_object>"
	"<rpminfo_object id=\"o:clamav\"><name>clamav</name></rpminfo_object><rpminfo_object "
	"id=\"o:lib\"><name>libclamav7</name></rpminfo_object>"
	"<rpminfo_object id=\"o:kernel\"><name>kernel-default</name></rpminfo_object></objects><states>"
	"<rpminfo_state id=\"s:release\"><version operation=\"equals\">15.5</version></rpminfo_state>"
	"<rpminfo_state id=\"s:clamav\"><arch operation=\"pattern match\">(x86_64)</arch><evr operation=\"less "
	"than\">0:0.100.0-1</evr></rpminfo_state>"
	"<rpminfo_state id=\"s:any\"><evr operation=\"greater than\">0:0-0</evr></rpminfo_state>"
	"<rpminfo_state id=\"s:never\"><version operation=\"equals\">0</version></rpminfo_state>"
	"<rpminfo_state id=\"s:is\"><evr operation=\"equals\">0:5-1</evr></rpminfo_state>"
	"<rpminfo_state id=\"s:live\"><evr operation=\"greater than or equal\">0:2-1-0</evr></rpminfo_state>"
	"</states></oval_definitions>";

static void suse_products_of_a_service_pack_are_one_release(void **state)
{
	(void) state;
	expect("pub/suse.linux.enterprise.server.15-affected.xml.gz", suse, "suse-oval/suse.linux.enterprise.server.15-affected",
	       "dated 1735026126\n"
	       "CVE-2018-0202 -:medium -:CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H\n"
	       "  SUSE:15.4 clamav binary [medium] 0..0.100.0-1\n"
	       "  SUSE:15.4 kernel-default binary (not-affected) [medium]\n"
	       "  SUSE:15.4 libclamav7 binary [medium] 0\n"
	       "  SUSE:15.5 clamav binary [medium] 0..0.100.0-1\n"
	       "  SUSE:15.5 kernel-default binary (not-affected) [medium]\n"
	       "  SUSE:15.5 libclamav7 binary [medium] 0\n"
	       "  openSUSE:15.5 clamav binary [medium] 0..0.100.0-1\n"
	       "SUSE-SU-2018:1-1 <CVE-2018-0202 -:high\n"
	       "  SUSE:15 clamav binary [high] 0..0.100.0-1\n");
}

/* Sentences of the CVE files; names by variable; Ubuntu Pro's apart; the kernel that runs names no package. */
static const char ubuntu[] = OVAL_HEAD
	"<definition class=\"inventory\" id=\"oval:com.ubuntu.jammy:def:100\" "
	"version=\"1\"><metadata><title>x</title></metadata></definition>"
	"<definition class=\"vulnerability\" id=\"oval:com.ubuntu.jammy:def:1\" version=\"1\"><metadata>"
	"<title>CVE-2023-0001 on Ubuntu 22.04 LTS (jammy) - negligible</title>"
	"<advisory><severity>Negligible</severity><public_date>2023-02-03 10:00:00 "
	"UTC</public_date></advisory></metadata><criteria>"
	"<extend_definition definition_ref=\"oval:com.ubuntu.jammy:def:100\" comment=\"Ubuntu 22.04 LTS (jammy) is installed.\"/>"
	"<criteria operator=\"OR\">"
	"<criterion test_ref=\"t:a\" comment=\"a package in jammy was vulnerable but has been fixed (note: '1.2').\"/>"
	"<criterion test_ref=\"t:b\" comment=\"b package in jammy is affected and needs fixing.\"/>"
	"<criterion test_ref=\"t:c\" comment=\"c package in jammy is affected, but a decision has been made to defer addressing it "
	"(note: 'x').\"/>"
	"<criterion test_ref=\"t:d\" comment=\"d package in jammy, while related to the CVE in some way, a decision has been made "
	"to ignore this issue.\"/>"
	"<criterion test_ref=\"t:e\" comment=\"e package in jammy is affected and may need fixing.\"/>"
	"<criterion test_ref=\"t:f\" comment=\"f package in jammy was vulnerable and has been fixed, but no release version "
	"available for it.\"/>"
	"<criterion test_ref=\"t:g\" comment=\"g package in jammy, is related to the CVE in some way and has been fixed (note: "
	"'3').\"/>"
	"</criteria></criteria></definition>"
	"<definition class=\"patch\" id=\"oval:com.ubuntu.jammy:def:2\" version=\"1\"><metadata><title>USN-1-1 -- Linux "
	"kernel</title>"
	"<reference source=\"USN\" ref_id=\"USN-1-1\" ref_url=\"https://example.test/USN-1-1\"/>"
	"<reference source=\"CVE\" ref_id=\"CVE-2023-0002\" ref_url=\"https://example.test/CVE-2023-0002\"/></metadata>"
	"<criteria><extend_definition definition_ref=\"d\" comment=\"Ubuntu 22.04 LTS (jammy) is installed.\"/>"
	"<criteria operator=\"OR\"><criteria operator=\"AND\"><criterion test_ref=\"t:uname\"/><criterion "
	"test_ref=\"t:variable\"/></criteria>"
	"<criterion test_ref=\"t:pro\"/></criteria></criteria></definition>"
	"</definitions><tests>"
	"<linux:dpkginfo_test id=\"t:a\"><linux:object object_ref=\"o:a\"/><linux:state state_ref=\"s:a\"/></linux:dpkginfo_test>"
	"<linux:dpkginfo_test id=\"t:b\"><linux:object object_ref=\"o:b\"/></linux:dpkginfo_test>"
	"<linux:dpkginfo_test id=\"t:c\"><linux:object object_ref=\"o:c\"/></linux:dpkginfo_test>"
	"<linux:dpkginfo_test id=\"t:d\"><linux:object object_ref=\"o:d\"/></linux:dpkginfo_test>"
	"<linux:dpkginfo_test id=\"t:e\"><linux:object object_ref=\"o:e\"/></linux:dpkginfo_test>"
	"<linux:dpkginfo_test id=\"t:f\"><linux:object object_ref=\"o:f\"/></linux:dpkginfo_test>"
	"<linux:dpkginfo_test id=\"t:g\"><linux:object object_ref=\"o:g\"/></linux:dpkginfo_test>"
	"<linux:dpkginfo_test id=\"t:pro\"><linux:object object_ref=\"o:pro\"/><linux:state "
	"state_ref=\"s:pro\"/></linux:dpkginfo_test>"
	"<unix:uname_test id=\"t:uname\"><unix:object object_ref=\"o:u\"/><unix:state state_ref=\"s:u\"/></unix:uname_test>"
	"<ind:variable_test id=\"t:variable\"><ind:object object_ref=\"o:v\"/><ind:state state_ref=\"s:v\"/></ind:variable_test>"
	"</tests><objects>"
	"<linux:dpkginfo_object id=\"o:a\"><linux:name var_ref=\"v:a\" var_check=\"at least one\"/></linux:dpkginfo_object>"
	"<linux:dpkginfo_object id=\"o:b\"><linux:name>b</linux:name></linux:dpkginfo_object>"
	"<linux:dpkginfo_object id=\"o:c\"><linux:name>c</linux:name></linux:dpkginfo_object>"
	"<linux:dpkginfo_object id=\"o:d\"><linux:name>d</linux:name></linux:dpkginfo_object>"
	"<linux:dpkginfo_object id=\"o:e\"><linux:name>e</linux:name></linux:dpkginfo_object>"
	"<linux:dpkginfo_object id=\"o:f\"><linux:name>f</linux:name></linux:dpkginfo_object>"
	"<linux:dpkginfo_object id=\"o:g\"><linux:name>g</linux:name></linux:dpkginfo_object>"
	"<linux:dpkginfo_object id=\"o:pro\" comment=\"Available with Ubuntu Pro: "
	"https://ubuntu.com/pro\"><linux:name>p</linux:name></linux:dpkginfo_object>"
	"</objects><states>"
	"<linux:dpkginfo_state id=\"s:a\"><linux:evr datatype=\"debian_evr_string\" operation=\"less "
	"than\">0:1.2</linux:evr></linux:dpkginfo_state>"
	"<linux:dpkginfo_state id=\"s:pro\"><linux:evr datatype=\"debian_evr_string\" operation=\"less "
	"than\">1:2+esm1</linux:evr></linux:dpkginfo_state>"
	"<unix:uname_state id=\"s:u\"><unix:os_release operation=\"pattern match\">6.8.0-1</unix:os_release></unix:uname_state>"
	"<ind:variable_state id=\"s:v\"><ind:value operation=\"less than\">0:6.8.0-45</ind:value></ind:variable_state>"
	"</states><variables><constant_variable id=\"v:a\"><value>a</value><value>a-dev</value></constant_variable></variables>"
	"</oval_definitions>";

static void ubuntu_sentences_pro_and_running_kernels(void **state)
{
	(void) state;
	expect("com.ubuntu.jammy.oval.xml.bz2", ubuntu, "ubuntu-oval/jammy.usn",
	       "dated 1735026126\n"
	       "CVE-2023-0001 at 1675382400,0 -:negligible\n"
	       "  Ubuntu:22.04 a binary [negligible] 0..1.2\n"
	       "  Ubuntu:22.04 a-dev binary [negligible] 0..1.2\n"
	       "  Ubuntu:22.04 b binary [negligible] 0\n"
	       "  Ubuntu:22.04 c binary (deferred) [negligible] 0\n"
	       "  Ubuntu:22.04 d binary (will-not-fix) [negligible] 0\n"
	       "  Ubuntu:22.04 e binary (under-investigation) [negligible] 0\n"
	       "  Ubuntu:22.04 g binary (not-affected) [negligible]\n"
	       "USN-1-1 <CVE-2023-0002\n"
	       "  Ubuntu:Pro:22.04 p binary 0..1:2+esm1\n");
}

/* Two architectures and two repositories of one fix, an epoch, a module by purl, by qualifier and by relationship, every status
 * with its resolution, another product, an extended stream, a group, a workaround (which says nothing). */
#define PRODUCT(id, helper) \
	"{\"category\":\"x\",\"name\":\"n\",\"product\":{\"name\":\"n\",\"product_id\":\"" id \
	"\",\"product_identification_helper\":{" helper "}}}"
#define PART_OF(id, part, whole) \
	"{\"category\":\"default_component_of\",\"full_product_name\":{\"name\":\"n\",\"product_id\":\"" id \
	"\"},\"product_reference\":\"" part "\",\"relates_to_product_reference\":\"" whole "\"}"
static const char csaf
	[] = "{\"document\":{\"category\":\"csaf_vex\",\"aggregate_severity\":{\"text\":\"Moderate\"},\"publisher\":{\"namespace\":"
	     "\"https://www.redhat.com\"},"
	     "\"title\":\"nodejs: a "
	     "title\",\"tracking\":{\"current_release_date\":\"2024-12-18T09:14:23+00:00\",\"id\":\"CVE-2024-2\"}},"
	     "\"product_tree\":{\"branches\":[{\"category\":\"vendor\",\"name\":\"Red Hat\",\"branches\":[" PRODUCT(
		     "Base-9", "\"cpe\":\"cpe:/o:redhat:enterprise_linux:9::baseos\"") "," PRODUCT("App-9", "\"cpe\":\"cpe:/"
													    "a:redhat:enterprise_"
													    "linux:9::appstream\"") "," PRODUCT("App-9.2.EUS",
																		"\"cpe\":\"cpe:/a:redhat:rhel_eus:9.2::appstream\"") "," PRODUCT("rhel_8", "\"cpe\":\"cpe:/o:redhat:enterprise_linux:8\"") "," PRODUCT("storage_3", "\"cpe\":\"cpe:/a:redhat:storage:3\"") ","
																																									   "{\"branches\":[" PRODUCT("a-1:1.0-1.el9.x86_64", "\"purl\":\"pkg:rpm/redhat/a@1.0-1.el9?arch=x86_64&epoch=1\"") "," PRODUCT("a-1:1.0-1.el9.src", "\"purl\":\"pkg:rpm/redhat/a@1.0-1.el9?arch=src&epoch=1\"") "],\"category\":\"architecture\"}," PRODUCT("a-1:1.0-1.el9.aarch64",
																																																																								     "\"purl\":\"pkg:rpm/redhat/a@1.0-1.el9?arch=aarch64&epoch=1\"") "," PRODUCT("m",
																																																																																		 "\"purl\":\"pkg:rpm/redhat/m@2-65.module%2Bel8?arch=aarch64&rpmmod=httpd:2.4:8100:489197e6\"") "," PRODUCT("nodejs:16:8060:ad00", "\"purl\":\"pkg:rpmmod/redhat/nodejs@16:8060:ad00\"") "," PRODUCT("nodejs-16.x86_64",
																																																																																																										     "\"purl\":\"pkg:rpm/redhat/nodejs@16.1-1.module?arch=x86_64&epoch=0\"") "," PRODUCT("ruby:2.6/ruby", "\"purl\":\"pkg:rpmmod/redhat/ruby:2.6/ruby\"") "," PRODUCT("b",
																																																																																																																														      "\"purl\":\"pkg:rpm/redhat/b\"") "," PRODUCT("c.src",
																																																																																																																																				   "\"purl\":\"pkg:rpm/redhat/c?arch=src\"") "," PRODUCT("d",
																																																																																																																																											 "\"purl\":\"pkg:rpm/redhat/d\"") "," PRODUCT("e", "\"purl\":\"pkg:rpm/redhat/e\"") "," PRODUCT("img", "\"purl\":\"pkg:oci/img@1\"") "]}],\"relationships\":[" PART_OF("Base-9:a.x86_64", "a-1:1.0-1.el9.x86_64", "Base-9") "," PART_OF("Base-9:a.aarch64",
																																																																																																																																																																								"a-1:1.0-1.el9.aarch64",
																																																																																																																																																																								"Base-9") "," PART_OF("Base-9:a.src", "a-1:1.0-1.el9.src", "Base-9") "," PART_OF("App-9:a",
																																																																																																																																																																																		 "a-1:1.0-1.el9.x86_64", "App-9") "," PART_OF("EUS:a", "a-1:1.0-1.el9.x86_64", "App-9.2.EUS") "," PART_OF("App-9:m",
																																																																																																																																																																																															  "m",
																																																																																																																																																																																															  "App-9") "," PART_OF("App-9:nodejs:16",
																																																																																																																																																																																																	       "nodejs:16:8060:ad00",
																																																																																																																																																																																																	       "App-9") "," PART_OF("App-9:nodejs:16:nodejs", "nodejs-16.x86_64", "App-9:nodejs:16") "," PART_OF("rhel_8:ruby",
																																																																																																																																																																																																														 "ruby:2.6/ruby", "rhel_8") "," PART_OF("rhel_8:b",
																																																																																																																																																																																																																			"b", "rhel_8") "," PART_OF("rhel_8:c",
																																																																																																																																																																																																																						   "c.src",
																																																																																																																																																																																																																						   "rhel_8") "," PART_OF("rhel_8:d",
																																																																																																																																																																																																																									 "d", "rhel_8") "," PART_OF("rhel_8:e", "e", "rhel_8") "," PART_OF("storage_3:b", "b", "storage_3") "," PART_OF("loop",
																																																																																																																																																																																																																																							"loop",
																																																																																																																																																																																																																																							"loop") "," PART_OF("Base-9:img",
																																																																																																																																																																																																																																									    "img",
																																																																																																																																																																																																																																									    "Base-9") "],"
																																																																																																																																																																																																																																										      "\"product_groups\":[{\"group_id\":\"g\",\"product_ids\":[\"rhel_8:b\"]}]},"
																																																																																																																																																																																																																																										      "\"vulnerabilities\":[{\"cve\":\"CVE-2024-2\",\"cwe\":{\"id\":\"CWE-22\"},\"notes\":[{\"category\":\"description\",\"text\":\"d\"}],"
																																																																																																																																																																																																																																										      "\"product_status\":{\"fixed\":[\"Base-9:a.x86_64\",\"Base-9:a.aarch64\",\"Base-9:a.src\",\"App-9:a\",\"EUS:a\",\"App-9:m\","
																																																																																																																																																																																																																																										      "\"App-9:nodejs:16:nodejs\",\"loop\",\"unheard\",\"Base-9:img\"],\"known_affected\":[\"rhel_8:ruby\",\"rhel_8:b\",\"rhel_8:c\",\"storage_3:b\"],"
																																																																																																																																																																																																																																										      "\"known_not_affected\":[\"rhel_8:d\",\"Base-9:a.x86_64\"],\"under_investigation\":[\"rhel_8:e\"]},"
																																																																																																																																																																																																																																										      "\"remediations\":[{\"category\":\"vendor_fix\",\"details\":\"x\",\"product_ids\":[\"Base-9:a.x86_64\"]},"
																																																																																																																																																																																																																																										      "{\"category\":\"workaround\",\"details\":\"y\",\"product_ids\":[\"rhel_8:b\",\"rhel_8:c\",\"rhel_8:ruby\"]},"
																																																																																																																																																																																																																																										      "{\"category\":\"none_available\",\"details\":\"Fix deferred\",\"group_ids\":[\"g\"]},"
																																																																																																																																																																																																																																										      "{\"category\":\"no_fix_planned\",\"details\":\"Out of support scope\",\"product_ids\":[\"rhel_8:c\"]},"
																																																																																																																																																																																																																																										      "{\"category\":\"no_fix_planned\",\"details\":\"Will not fix\",\"product_ids\":[\"rhel_8:ruby\"]}],"
																																																																																																																																																																																																																																										      "\"scores\":[{\"cvss_v3\":{\"baseScore\":7.5,\"vectorString\":\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H\"},\"products\":[]},"
																																																																																																																																																																																																																																										      "{\"cvss_v3\":{\"vectorString\":\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H\"}}],"
																																																																																																																																																																																																																																										      "\"threats\":[{\"category\":\"impact\",\"details\":\"Low\",\"product_ids\":[\"rhel_8:b\"]},"
																																																																																																																																																																																																																																										      "{\"category\":\"exploit_status\",\"details\":\"Critical\",\"product_ids\":[\"rhel_8:c\"]}]}]}";

static void csaf_products_are_packages_of_modules_of_platforms(void **state)
{
	(void) state;
	expect("2024/cve-2024-2.json", csaf, "redhat-vex/cve-2024-2.json",
	       "CVE-2024-2 CWE-22 at 0,1734513263 -:CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H -:medium\n"
	       "  Red Hat:8 b binary (deferred) [low] 0\n"
	       "  Red Hat:8 c binary (end-of-life) [medium] 0\n"
	       "  Red Hat:8 d binary (not-affected) [medium]\n"
	       "  Red Hat:8 e binary (under-investigation) [medium] 0\n"
	       "  Red Hat:8 ruby binary of ruby:2.6 (will-not-fix) [medium] 0\n"
	       "  Red Hat:9 a binary [medium] 0..1:1.0-1.el9\n"
	       "  Red Hat:9 m binary of httpd:2.4 [medium] 0..2-65.module+el8\n"
	       "  Red Hat:9 nodejs binary of nodejs:16 [medium] 0..16.1-1.module\n"
	       "dated 1734513263\n");
}

static const char updateinfo[] =
	"<?xml version=\"1.0\" ?>\n<updates>"
	"<update author=\"l\" from=\"linux-security@amazon.com\" status=\"final\" type=\"security\" "
	"version=\"1.4\"><id>ALAS2-2018-939</id>"
	"<title>Amazon Linux 2 2017.12 - ALAS2-2018-939: critical priority package update for kernel</title><issued "
	"date=\"2018-01-04 21:36\"/>"
	"<severity>critical</severity><references><reference href=\"https://example.test/c\" id=\"CVE-2017-5754\" title=\"\" "
	"type=\"cve\"/></references>"
	"<pkglist><collection short=\"amazon-linux-2\"><name>Amazon Linux 2</name>"
	"<package arch=\"x86_64\" epoch=\"0\" name=\"kernel\" release=\"46.32.amzn2\" "
	"version=\"4.9.75\"><filename>f</filename></package>"
	"<package arch=\"aarch64\" epoch=\"0\" name=\"kernel\" release=\"46.32.amzn2\" version=\"4.9.75\"/>"
	"<package arch=\"x86_64\" epoch=\"2\" name=\"perf\" release=\"46.32.amzn2\" version=\"4.9.75\"/>"
	"<package arch=\"src\" epoch=\"0\" name=\"kernel-src\" release=\"1\" version=\"4\"/></collection></pkglist></update>"
	"<update type=\"bugfix\"><id>ALAS2-2018-940</id></update>"
	"<update type=\"security\"><id>RLSA-2019:1972</id><title>Important: ruby:2.5 security update</title><release>Rocky Linux "
	"8</release>"
	"<severity>Important</severity><pkglist><collection short=\"x\"><name>x</name><module name=\"ruby\" stream=\"2.6\" "
	"version=\"8\"/>"
	"<package name=\"ruby\" arch=\"x86_64\" epoch=\"0\" version=\"2.6\" release=\"4\"/></collection>"
	"<collection short=\"y\"><name>y</name><package name=\"plain\" arch=\"x86_64\" version=\"1\" "
	"release=\"1\"/></collection></pkglist></update>"
	"<update type=\"security\"><id>openSUSE-2023-1</id><title>t</title><release>openSUSE Leap 15.5 Update</release><issued "
	"date=\"1563869411\"/>"
	"<pkglist><collection short=\"x\"><package name=\"p\" arch=\"noarch\" epoch=\"0\" version=\"1\" "
	"release=\"1\"/></collection></pkglist></update>"
	"<update type=\"security\"><id>XLSA-1</id><title>Exotic Linux 9</title><pkglist><collection>"
	"<package name=\"p\" arch=\"noarch\" epoch=\"0\" version=\"1\" release=\"1\"/></collection></pkglist></update>"
	"<update type=\"security\"><id>ALAS2023-2023-1</id><pkglist><collection><package name=\"p\" "
	"version=\"1\"/></collection></pkglist></update>"
	"</updates>";

static void updateinfo_names_its_distribution_in_many_ways(void **state)
{
	(void) state;
	expect("amazon/core/repodata/updateinfo.xml.gz", updateinfo, "updateinfo/Amazon-Linux-2/core",
	       "ALAS2-2018-939 <CVE-2017-5754 at 1515024000,0 -:critical\n"
	       "  Amazon Linux:2 kernel binary [critical] 0..4.9.75-46.32.amzn2\n"
	       "  Amazon Linux:2 perf binary [critical] 0..2:4.9.75-46.32.amzn2\n"
	       "RLSA-2019:1972 -:high\n"
	       "  Rocky Linux:8 plain binary [high] 0..1-1\n"
	       "  Rocky Linux:8 ruby binary of ruby:2.6 [high] 0..2.6-4\n"
	       "openSUSE-2023-1 at 1563869411,0\n"
	       "  openSUSE:15.5 p binary 0..1-1\n"
	       "damaged ALAS2023-2023-1: a package without a name, version or release\n"
	       "skipped 1: updates that are not about security\n"
	       "skipped 1: updates of distributions we do not know\n");
}

static void documents_that_are_none_are_refused(void **state)
{
	static const struct {
		const char *part, *text;
		int want;
		const char *why;
	} rows[] = {
		{ "redhat-oval/x", "", -EBADMSG, "not well-formed XML" },
		{ "redhat-oval/x", "<oval_definitions/>", -EBADMSG, "no definition" },
		{ "redhat-oval/x", "<a><b></a>", -EBADMSG, "not well-formed XML" },
		{ "redhat-oval/x", "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", -EBADMSG, "document type" },
		{ "ubuntu-oval/x", OVAL_HEAD "<definition id=\"oval:com.redhat.x\"/></definitions></oval_definitions>", -EBADMSG,
		  "no definition of this publisher" },
		{ "updateinfo/x", "<updates></updates>", -EBADMSG, "no update" },
		{ "updateinfo/x", "{}", -EBADMSG, "not well-formed XML" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++)
		assert_refused(rows[i].part, rows[i].text, rows[i].want, rows[i].why);
}

static int length_refused(const char *part, const char *text, size_t len)
{
	struct feed_run run = run_feed(part, text, len, 0);

	free(run.text);
	return run.r;
}

/* Not a byte may be missing at the end. */
static void files_that_were_cut_off_are_refused(void **state)
{
	static const struct {
		const char *part, *text;
	} rows[] = {
		{ "redhat-oval/x", redhat }, { "suse-oval/x", suse }, { "ubuntu-oval/x", ubuntu }, { "updateinfo/x", updateinfo }
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		size_t whole = strlen(rows[i].text);

		for (size_t len = 0; len < whole; len = len + 1 + len / 97 < whole ? len + 1 + len / 97 : whole) {
			assert_int_equal(length_refused(rows[i].part, rows[i].text, len), -EBADMSG);
		}
		assert_int_equal(length_refused(rows[i].part, rows[i].text, whole - 1), -EBADMSG);
	}
}

static void deep_and_wide_xml_meets_a_bound(void **state)
{
	enum { LEN = 3 << 20 };
	char *text = malloc(LEN);

	(void) state;
	assert_non_null(text);
	for (size_t i = 0; i < 300; i += 3)
		memcpy(text + i, "<a>", 3);
	assert_int_equal(length_refused("suse-oval/x", text, 300), -E2BIG);
	memset(text, 'a', LEN);
	text[0] = '<';
	assert_int_equal(length_refused("suse-oval/x", text, LEN), -E2BIG);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(red_hat_errata_modules_and_resolutions),
		cmocka_unit_test(suse_products_of_a_service_pack_are_one_release),
		cmocka_unit_test(ubuntu_sentences_pro_and_running_kernels),
		cmocka_unit_test(csaf_products_are_packages_of_modules_of_platforms),
		cmocka_unit_test(updateinfo_names_its_distribution_in_many_ways),
		cmocka_unit_test(documents_that_are_none_are_refused),
		cmocka_unit_test(files_that_were_cut_off_are_refused),
		cmocka_unit_test(deep_and_wide_xml_meets_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
