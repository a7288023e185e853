// One line a tar file: its entries as Go's archive/tar, which container runtimes use, reads them, in tar_list's form.
package main

import (
	"archive/tar"
	"fmt"
	"io"
	"os"
	"strings"
)

var kinds = map[byte]int{'0': 1, '7': 1, 'S': 1, 0: 1, '1': 2, '2': 3, '5': 4, '3': 5, '4': 5, '6': 6}

func printEntry(reader *tar.Reader, header *tar.Header) error {
	kind := kinds[header.Typeflag]
	switch kind {
	case 0: // not extracted
	case 1:
		content, err := io.ReadAll(io.LimitReader(reader, 1<<22))
		if err != nil {
			return err
		}
		var sum uint32
		for _, byte := range content {
			sum = sum*31 + uint32(byte)
		}
		fmt.Printf(" %s|%d|%d|%d", header.Name, kind, len(content), sum)
	case 2, 3:
		fmt.Printf(" %s|%d|%s", header.Name, kind, header.Linkname)
	default:
		fmt.Printf(" %s|%d|", header.Name, kind)
	}
	return nil
}

func main() {
	for _, name := range os.Args[1:] {
		file, err := os.Open(name)
		if err != nil {
			panic(err)
		}
		reader := tar.NewReader(file)
		fmt.Print(name, ":")
		for err == nil {
			var header *tar.Header
			if header, err = reader.Next(); err == nil {
				err = printEntry(reader, header)
			}
		}
		if err == io.EOF {
			fmt.Print("\t\n")
		} else {
			fmt.Print(" ERR\t", strings.ReplaceAll(err.Error(), "\n", " "), "\n")
		}
		file.Close()
	}
}
