package main

import (
	"bufio"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

const someSuite = "hello\tpbs_3.14\tstock\tws/hello\n" +
	"hello\tpbs_3.14\tpy_cds_binary\tws/ours\tA=1\tB=2\n" +
	"hello\tpbs_3.14\tzipapp\t-\ttoo plain\n" +
	"hello\tpbs_3.11\tstock\tws/hello11\n" +
	"numpy\tpbs_3.12\tall\t-\tno numpy\n" +
	"scale 10000\t-\n"

func parse(text string) ([]program, []string, error) {
	return parseSuite(bufio.NewScanner(strings.NewReader(text)), "suite.tsv", func(file string) (string, error) {
		if !strings.HasPrefix(file, "ws/") {
			return "", fmt.Errorf("no file %q", file)
		}
		return "/" + file, nil
	})
}

func TestParseSuite(t *testing.T) {
	programs, unbuilt, err := parse(someSuite)
	want := []program{
		{"hello", "pbs_3.14", []contender{
			{Name: "stock", Path: "/ws/hello", Env: []string{}},
			{Name: "py_cds_binary", Path: "/ws/ours", Env: []string{"A=1", "B=2"}},
		}, []skip{{"zipapp", "too plain"}}},
		{"hello", "pbs_3.11", []contender{{Name: "stock", Path: "/ws/hello11", Env: []string{}}}, nil},
		{"numpy", "pbs_3.12", nil, []skip{{"all", "no numpy"}}},
	}
	if err != nil || !reflect.DeepEqual(programs, want) || !reflect.DeepEqual(unbuilt, []string{"scale 10000"}) {
		t.Errorf("parseSuite = %+v, %q, %v, want %+v", programs, unbuilt, err, want)
	}
	for _, bad := range []string{"hello\tpbs_3.14\tstock\n", "hello\tpbs_3.14\tstock\telsewhere\n"} {
		if _, _, err := parse(bad); err == nil || !strings.Contains(err.Error(), "suite.tsv:1") {
			t.Errorf("parseSuite(%q): %v, want an error that names line 1", bad, err)
		}
	}
}

func TestChoose(t *testing.T) {
	programs, unbuilt, err := parse(someSuite)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ only, compare, want string }{
		{"", "", "hello pbs_3.14: stock py_cds_binary -zipapp; hello pbs_3.11: stock; numpy pbs_3.12: -all"},
		{"3.14$", "py_cds", "hello pbs_3.14: stock py_cds_binary"},
		{"^hello ", "^zipapp$", "hello pbs_3.14: stock -zipapp; hello pbs_3.11: stock"},
	} {
		chosen, err := choose(programs, unbuilt, c.only, c.compare)
		var got []string
		for _, p := range chosen {
			line := p.String() + ":"
			for _, c := range p.Contenders {
				line += " " + c.Name
			}
			for _, s := range p.Skipped {
				line += " -" + s.Contender
			}
			got = append(got, line)
		}
		if text := strings.Join(got, "; "); err != nil || text != c.want {
			t.Errorf("choose(%q, %q) = %q, %v, want %q", c.only, c.compare, text, err, c.want)
		}
	}
	if _, err := choose(programs, unbuilt, "^scale", ""); err == nil || !strings.Contains(err.Error(), "Not built: scale 10000") {
		t.Errorf("choose(^scale): %v, want an error that names what is not built", err)
	}
	for _, bad := range [][2]string{{"(", ""}, {"", "("}} {
		if _, err := choose(programs, unbuilt, bad[0], bad[1]); err == nil {
			t.Errorf("choose(%q, %q) takes it, want an error", bad[0], bad[1])
		}
	}
}
