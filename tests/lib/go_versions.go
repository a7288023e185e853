// Orders Go versions as Go does: lines "A<TAB>B" in, "-1", "0", "1" or "refused" a line out. Modules stand as
// golang.org/x/mod/semver puts them; a release candidate of Go itself ("1.22rc1") as what the vulnerability database calls it
// ("1.22.0-rc.1"), and among Go's releases that has to be the standard library's own order, too.
package main

import (
	"bufio"
	"fmt"
	"go/version"
	"log"
	"os"
	"regexp"
	"strings"

	"golang.org/x/mod/semver"
)

var candidate = regexp.MustCompile(`^(1\.\d+)(rc|beta)(\d+)$`)
var release = regexp.MustCompile(`^1\.\d+(\.\d+|(rc|beta)\d+)$`)

func compare(a, b string) string {
	left, right := "v"+candidate.ReplaceAllString(a, "$1.0-$2.$3"), "v"+candidate.ReplaceAllString(b, "$1.0-$2.$3")
	if !semver.IsValid(left) || !semver.IsValid(right) {
		return "refused"
	}
	order := semver.Compare(left, right)
	if release.MatchString(a) && release.MatchString(b) && version.Compare("go"+a, "go"+b) != order {
		log.Fatalf("%s, %s: go/version says %d, semver %d", a, b, version.Compare("go"+a, "go"+b), order)
	}
	return fmt.Sprint(order)
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		a, b, _ := strings.Cut(lines.Text(), "\t")
		fmt.Println(compare(a, b))
	}
}
