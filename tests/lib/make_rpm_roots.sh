#!/bin/sh
# make_rpm_roots.sh DIRECTORY: root file systems of a small Fedora-like system, as root (rpm changes its root directory).
#   DIRECTORY/sqlite           usr/lib/sysimage/rpm/rpmdb.sqlite, written by rpm; var/lib/rpm is a link to it, as in Fedora
#   DIRECTORY/ndb              usr/lib/sysimage/rpm/Packages.db, as in openSUSE
#   DIRECTORY/bdb-SIZE-ORDER   var/lib/rpm/Packages: Berkeley DB hash with pages of SIZE bytes, integers little- or big-endian
#   DIRECTORY/expected.tsv     what `rpm -qa` says: NAME, EPOCH:VERSION-RELEASE, ARCH, SOURCERPM, MODULARITYLABEL
set -eu

here=$(cd "$(dirname "$0")" && pwd)
out=${1:?a new directory}
if [ -e "$out/sqlite" ]; then
	echo "$0: $out/sqlite is there already" >&2
	exit 1
fi
mkdir -p "$out/build/SPECS"
out=$(cd "$out" && pwd)

cat > "$out/build/SPECS/alpha.spec" <<'SPEC'
Name: alpha
Version: 1.2.3
Release: 4.fc40
Summary: A package with parts that differ from it
License: GPL-2.0-or-later AND (MIT OR BSD-3-Clause)
%description
%{summary}.
%package libs
Summary: A part with an epoch of its own
Epoch: 2
%description libs
%{summary}.
%package data
Summary: A part with many files, so that its header is long
BuildArch: noarch
License: CC0-1.0
%description data
%{summary}.
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/usr/lib64
echo alpha > %{buildroot}/usr/bin/alpha
echo alpha > %{buildroot}/usr/lib64/libalpha.so.1
for directory in $(seq 40); do
	mkdir -p %{buildroot}/usr/share/alpha/directory-number-$directory
	for file in $(seq 40); do
		: > %{buildroot}/usr/share/alpha/directory-number-$directory/a-file-with-a-long-name-$file
	done
done
%files
/usr/bin/alpha
%files libs
/usr/lib64/libalpha.so.1
%files data
/usr/share/alpha
SPEC

cat > "$out/build/SPECS/bravo.spec" <<'SPEC'
Name: bravo
Epoch: 1
Version: 2.0~rc1^git20240101
Release: 0.1.module_f40+1+abc
Summary: A module's package, before its release
License: MIT
ModularityLabel: bravo:2:4020240101:deadbeef
BuildArch: noarch
%description
%{summary}.
%package -n python3-bravo
Summary: A part with another name
%description -n python3-bravo
%{summary}.
%install
mkdir -p %{buildroot}/usr/share/bravo %{buildroot}/usr/share/python3-bravo
echo bravo > %{buildroot}/usr/share/bravo/file
echo bravo > %{buildroot}/usr/share/python3-bravo/file
%files
/usr/share/bravo
%files -n python3-bravo
/usr/share/python3-bravo
SPEC

# Two versions of one package side by side, as kernels are; sources that may not be given away (.nosrc.rpm); no files.
cat > "$out/build/SPECS/kernel.spec" <<'SPEC'
Name: kernel
Version: %{wanted}
Release: 300.fc40
Epoch: 0
Summary: A package of which several versions are installed
License: GPL-2.0-only
Source0: secret.tar
NoSource: 0
%description
%{summary}.
%files
SPEC
mkdir -p "$out/build/SOURCES"
: > "$out/build/SOURCES/secret.tar"

build() {
	rpmbuild -bb --quiet --nodeps --target x86_64 --define "_topdir $out/build" --define "_build_id_links none" \
		--define "debug_package %{nil}" --define "__os_install_post %{nil}" "$@" > "$out/build/log" 2>&1 || {
		cat "$out/build/log" >&2
		exit 1
	}
}
build "$out/build/SPECS/alpha.spec"
build "$out/build/SPECS/bravo.spec"
build --define "wanted 6.8.5" "$out/build/SPECS/kernel.spec"
build --define "wanted 6.8.9" "$out/build/SPECS/kernel.spec"

rpm_in() {
	root=$1
	shift
	rpm --root "$root" --dbpath /usr/lib/sysimage/rpm --define "_db_backend sqlite" "$@"
}

root=$out/sqlite
mkdir -p "$root/etc" "$root/usr/lib/sysimage/rpm" "$root/var/lib"
ln -sfn ../../usr/lib/sysimage/rpm "$root/var/lib/rpm"
cat > "$root/etc/os-release" <<'TEXT'
NAME="Fedora Linux"
VERSION="40 (Container Image)"
ID=fedora
VERSION_ID=40
PLATFORM_ID="platform:f40"
PRETTY_NAME="Fedora Linux 40 (Container Image)"
VARIANT="Container Image"
VARIANT_ID=container
TEXT
rpm_in "$root" --initdb
rpm_in "$root" --import "$here/rpm_test_key.asc"
rpm_in "$root" -i --force-debian --nodeps --noscripts --ignoreos --ignorearch --nosignature --oldpackage "$out"/build/RPMS/*/*.rpm
rpm_in "$root" -qa --qf '%{NAME}\t%{EPOCHNUM}:%{VERSION}-%{RELEASE}\t%{ARCH}\t%{SOURCERPM}\t%{MODULARITYLABEL}\n' |
	LC_ALL=C sort > "$out/expected.tsv"
database=$root/usr/lib/sysimage/rpm/rpmdb.sqlite

cp -a "$root" "$out/ndb"
rm "$out"/ndb/usr/lib/sysimage/rpm/*
python3 "$here/rpm_databases.py" "$database" ndb "$out/ndb/usr/lib/sysimage/rpm/Packages.db"

for form in 512-little 4096-little 65536-little 4096-big; do
	to=$out/bdb-$form
	cp -a "$root" "$to"
	rm -r "$to/usr/lib/sysimage" "$to/var/lib/rpm"
	mkdir "$to/var/lib/rpm"
	python3 "$here/rpm_databases.py" "$database" bdb "${form%-*}" "${form#*-}" | db5.3_load "$to/var/lib/rpm/Packages"
done
rm -r "$out/build"
