//go:build linux && cgo

package ocihooks

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"strings"
	"testing"
)

// TestEveryBuildHasTheSameAPI compares the exported API with cgo, without cgo and on other platforms. A program that
// compiles in one build must compile in all of them.
func TestEveryBuildHasTheSameAPI(t *testing.T) {
	with := exported(t, "linux", true)
	if len(with) < 100 {
		t.Fatalf("only %d declarations were found", len(with))
	}
	for _, other := range []struct {
		system string
		cgo    bool
	}{{"linux", false}, {"darwin", true}, {"windows", false}} {
		without := exported(t, other.system, other.cgo)
		for declaration := range with {
			if !without[declaration] {
				t.Errorf("missing on %s, cgo %v: %s", other.system, other.cgo, declaration)
			}
		}
		for declaration := range without {
			if !with[declaration] {
				t.Errorf("on %s, cgo %v, only: %s", other.system, other.cgo, declaration)
			}
		}
	}
}

// exported returns the exported declarations of a build without comments and bodies.
func exported(t *testing.T, system string, cgo bool) map[string]bool {
	context := build.Default
	context.GOOS, context.CgoEnabled = system, cgo
	entries, err := os.ReadDir(".")
	must(t, err)
	found := map[string]bool{}
	for _, entry := range entries {
		name := entry.Name()
		matched, err := context.MatchFile(".", name)
		must(t, err)
		if !matched || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		must(t, err)
		ast.FileExports(file)
		for _, declaration := range file.Decls {
			collect(t, found, declaration)
		}
	}
	return found
}

func collect(t *testing.T, found map[string]bool, declaration ast.Decl) {
	switch declaration := declaration.(type) {
	case *ast.FuncDecl:
		declaration.Body = nil
		found[source(t, declaration)] = true
	case *ast.GenDecl:
		for _, spec := range declaration.Specs {
			if declaration.Tok != token.IMPORT {
				found[fmt.Sprint(declaration.Tok, " ", source(t, spec))] = true
			}
		}
	}
}

func source(t *testing.T, node ast.Node) string {
	var text bytes.Buffer
	must(t, printer.Fprint(&text, token.NewFileSet(), node))
	return text.String()
}
