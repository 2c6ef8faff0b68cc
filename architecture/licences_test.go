package architecture

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const licences = "docs/licences.md"

// permissive are the licences that what we ship may be under. Others may ask something of
// whoever runs or changes Latchkey, and need more thought than a row.
var permissive = []string{"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "Bitstream-Vera", "Unlicense"}

// unstated modules say nothing of a licence, and the list says why they are there all the same.
var unstated = []string{"github.com/nexus-rpc/nexus-proto-annotations"}

// noneStated is the licence of their rows.
const noneStated = "none stated"

// marks tell the texts of licences apart, in lower case and with single blanks.
var marks = []struct{ licence, has string }{
	{"Apache-2.0", "apache license version 2.0"},
	{"Apache-2.0", "licensed under the apache license, version 2.0"},
	{"MIT", "permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation"},
	{"BSD-3-Clause", "redistribution and use in source and binary forms"},
	{"ISC", "permission to use, copy, modify, and/or distribute this software for any purpose with or without fee"},
	{"GPL, LGPL or AGPL", "gnu general public license"},
	{"GPL, LGPL or AGPL", "gnu lesser general public license"},
	{"GPL, LGPL or AGPL", "gnu affero general public license"},
	{"MPL", "mozilla public license"},
	{"EPL", "eclipse public license"},
	{"CDDL", "common development and distribution license"},
}

// licencesIn are the licences whose texts lie in a module's folder.
func licencesIn(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	var found []string
	for _, entry := range entries {
		if entry.IsDir() || !regexp.MustCompile(`(?i)^(licen[cs]e|copying|unlicense)`).MatchString(entry.Name()) {
			continue
		}
		content, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		require.NoError(t, err)
		found = append(found, recognised(string(content))...)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func recognised(content string) (found []string) {
	text := strings.Join(strings.Fields(strings.ToLower(content)), " ")
	for _, mark := range marks {
		if strings.Contains(text, mark.has) {
			found = append(found, mark.licence)
		}
	}
	if i := slices.Index(found, "BSD-3-Clause"); i >= 0 && !regexp.MustCompile(`neither the names? of|may not be used to endorse`).MatchString(text) {
		found[i] = "BSD-2-Clause"
	}
	return found
}

// linked is a module that is compiled into the binary.
type linked struct{ Path, Dir string }

// shipped are the modules of the binary as it is built for an image, whatever machine the
// test runs on.
func shipped(t *testing.T) []linked {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=Module", "./cmd/latchkey")
	list.Dir = root
	list.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	output, err := list.Output()
	require.NoError(t, err)
	modules := map[string]linked{}
	for decoder := json.NewDecoder(strings.NewReader(string(output))); ; {
		var p struct {
			Module *struct {
				linked
				Main bool
			}
		}
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		if p.Module != nil && !p.Module.Main {
			modules[p.Module.Path] = p.Module.linked
		}
	}
	var all []linked
	for _, of := range modules {
		all = append(all, of)
	}
	slices.SortFunc(all, func(a, b linked) int { return strings.Compare(a.Path, b.Path) })
	return all
}

// licenceRows are the rows of a section of the list: what, and its licences.
func licenceRows(t *testing.T, heading string) map[string][]string {
	t.Helper()
	_, section, found := strings.Cut(read(t, licences), "\n## "+heading+"\n")
	require.True(t, found, "%s has no section %s", licences, heading)
	section, _, _ = strings.Cut(section, "\n## ")
	rows := map[string][]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([^|]+) \\|").FindAllStringSubmatch(section, -1) {
		require.NotContains(t, rows, row[1], "%s is there twice", row[1])
		rows[row[1]] = strings.Split(strings.TrimSpace(row[2]), " and ")
	}
	return rows
}

func TestLicences_NameEveryModuleOfTheBinary(t *testing.T) {
	t.Parallel()
	rows := licenceRows(t, "Modules")
	modules := shipped(t)
	require.Greater(t, len(modules), 50)
	for _, of := range modules {
		want := licencesIn(t, of.Dir)
		if slices.Contains(unstated, of.Path) {
			assert.Empty(t, want, "%s has a licence by now", of.Path)
			want = []string{noneStated}
		}
		assert.NotEmpty(t, want, "%s has no licence that this test knows; look at it before it is shipped", of.Path)
		assert.Equal(t, want, rows[of.Path], "%s needs the row\n%s", licences, fmt.Sprintf("| `%s` | %s |", of.Path, strings.Join(want, " and ")))
		delete(rows, of.Path)
	}
	assert.Empty(t, rows, "%s names modules that are not in the binary", licences)
}

// embedded are the folders with files of others that are compiled in.
var embedded = []string{"portal/static/vendor", "api/docs/elements-9.0.25", "letter/fonts", "onboarding", "onboarding/places"}

func TestLicences_NameEveryFileOfOthersInTheBinary(t *testing.T) {
	t.Parallel()
	rows := licenceRows(t, "Files")
	for _, folder := range embedded {
		entries, err := os.ReadDir(filepath.Join(root, folder))
		require.NoError(t, err)
		for _, entry := range entries {
			if entry.IsDir() || !slices.Contains([]string{".js", ".css", ".wasm", ".ttf", ".txt"}, filepath.Ext(entry.Name())) || strings.Contains(entry.Name(), "LICENSE") {
				continue
			}
			path := folder + "/" + entry.Name()
			assert.Contains(t, rows, path, "%s has no row for %s", licences, path)
			delete(rows, path)
		}
	}
	assert.Empty(t, rows, "%s names files that are not there", licences)
}

func TestLicences_AllowWhatLatchkeysOwnAllows(t *testing.T) {
	t.Parallel()
	for _, heading := range []string{"Modules", "Files"} {
		for what, under := range licenceRows(t, heading) {
			if slices.Contains(unstated, what) {
				continue
			}
			for _, licence := range under {
				assert.Contains(t, permissive, licence, "%s is under %s", what, licence)
			}
		}
	}
}

func TestLicences_AreKnownByTheirTexts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"GNU LESSER GENERAL PUBLIC\n  LICENSE Version 3":                                     {"GPL, LGPL or AGPL"},
		"Mozilla Public License Version 2.0":                                                 {"MPL"},
		"Redistribution and use in source and binary forms, with or without modification":    {"BSD-2-Clause"},
		"Redistribution and use in source and binary forms … Neither the name of the holder": {"BSD-3-Clause"},
		"All rights reserved": nil,
	} {
		assert.Equal(t, want, recognised(text), text)
	}
}
