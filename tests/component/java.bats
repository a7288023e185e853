#!/usr/bin/env bats
# Archives made by jar, zip and Python, and real ones with known coordinates. BOLT_BUILD names the build directory.

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir -p app/META-INF/maven/org.example/app app/org/example
	printf 'groupId=org.example\nartifactId=app\nversion=1.0\n' > app/META-INF/maven/org.example/app/pom.properties
	echo class > app/org/example/App.class
	printf 'Implementation-Title: my lib\nAutomatic-Module-Name: org.example.lib\n' > lib.mf
}

# name, version and location of each package
cataloged() {
	"$BOLT_BUILD/tests/catalog" java-archive "$@" | cut -f 2,3,9
}

@test "archives made by jar, plain and stored, and a jar in a war" {
	command -v jar > /dev/null || skip "jar is not installed"
	jar -c -f app-1.0.jar -C app .
	diff <(printf 'org.example:app\t1.0\tapp-1.0.jar\n') <(cataloged app-1.0.jar)
	jar -c -0 -f stored.jar -C app .
	diff <(printf 'org.example:app\t1.0\tstored.jar\n') <(cataloged stored.jar)
	mkdir -p war/WEB-INF/lib && cp app-1.0.jar war/WEB-INF/lib
	jar -c -f site-2.1.war -C war .
	diff <(printf 'org.example:app\t1.0\tsite-2.1.war!/WEB-INF/lib/app-1.0.jar\nsite\t2.1\tsite-2.1.war\n') <(cataloged site-2.1.war)
	jar -c -m lib.mf -f my-lib-3.2.1.jar -C app org
	diff <(printf 'org.example:my-lib\t3.2.1\tmy-lib-3.2.1.jar\n') <(cataloged my-lib-3.2.1.jar)
	# a last label that is the whole artifact belongs to the group, as in com.google.guava:guava
	mv my-lib-3.2.1.jar lib-3.2.1.jar
	diff <(printf 'org.example.lib:lib\t3.2.1\tlib-3.2.1.jar\n') <(cataloged lib-3.2.1.jar)
}

@test "an archive made by zip, and behind a script" {
	command -v zip > /dev/null || skip "zip is not installed"
	(cd app && zip -q -r ../app.jar .)
	diff <(printf 'org.example:app\t1.0\tapp.jar\n') <(cataloged app.jar)
	(printf '#!/bin/sh\nexec java -jar "$0"\n' && cat app.jar) > run.jar
	diff <(printf 'org.example:app\t1.0\trun.jar\n') <(cataloged run.jar)
	zip -q -A run.jar
	diff <(printf 'org.example:app\t1.0\trun.jar\n') <(cataloged run.jar)
	(cd app && zip -q -r -P secret ../locked.jar .)
	run --separate-stderr "$BOLT_BUILD/tests/catalog" java-archive locked.jar
	[[ "$stderr" == *java-archive-unreadable*encrypted* ]]
}

@test "an archive too large for memory is read as a stream, in little memory" {
	command -v python3 > /dev/null || skip "python3 is not installed"
	python3 - <<- 'END'
		import io, os, zipfile
		inner = io.BytesIO()
		with zipfile.ZipFile(inner, 'w', zipfile.ZIP_DEFLATED) as z:
		    z.writestr('META-INF/maven/org.example/in/pom.properties', 'groupId=org.example\nartifactId=in\nversion=5\n')
		class Pipe(io.RawIOBase):  # cannot seek, so lengths follow the content
		    def __init__(self, file): self.file = file
		    def writable(self): return True
		    def write(self, bytes): return self.file.write(bytes)
		with open('big.war', 'wb') as file, zipfile.ZipFile(Pipe(file), 'w', zipfile.ZIP_DEFLATED) as z:
		    z.writestr('WEB-INF/lib/first.jar', inner.getvalue())
		    z.writestr('pad', os.urandom(200 << 20))
		    z.writestr('WEB-INF/lib/last.jar', inner.getvalue())
	END
	diff <(printf 'org.example:in\t5\tbig.war!/WEB-INF/lib/first.jar\norg.example:in\t5\tbig.war!/WEB-INF/lib/last.jar\n') \
		<(ulimit -v 60000 2> /dev/null; cataloged big.war)
}

@test "Maven's own archives, by their coordinates" {
	command -v mvn > /dev/null || skip "mvn is not installed"
	repository=$PWD/repository
	for artifact in org.apache.logging.log4j:log4j-core:2.17.1 org.springframework:spring-core:5.3.13 \
		com.google.guava:guava:31.1-jre org.junit.jupiter:junit-jupiter-api:5.7.2 com.fasterxml.jackson.core:jackson-databind:2.13.0; do
		timeout 200 mvn -q -Dmaven.repo.local="$repository" dependency:get -Dtransitive=false -Dartifact=$artifact > mvn.log 2>&1 ||
			skip "archives cannot be fetched: $(grep -m 1 ERROR mvn.log)"
		IFS=: read -r group name version <<< "$artifact"
		file=$repository/${group//.//}/$name/$version/$name-$version.jar
		cataloged "$file" "$name-$version.jar" | grep -qxF "$group:$name	$version	$name-$version.jar"
	done
}
