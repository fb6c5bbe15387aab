// Command tema is a tool for thematic analysis of interview transcripts.
package main

import (
	"os"

	"github.com/tema-qda/tema/cmd"
)

func main() { os.Exit(cmd.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
