package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	results := twoSeries()
	results[0].Program = "flask"
	results[0].Skipped = []skip{{"pex", "no -contenders"}, {"zipapp", "has extension modules"}}
	results = append(results, result{Program: "numpy", Version: "3.13", Skipped: []skip{{"pex", "no -contenders"}}})
	var w strings.Builder
	writeTable(&w, results, 10)
	for _, want := range []string{
		"flask 3.14  stock          104.5",
		"flask 3.14  py_cds_binary  52.2",
		"2.00x (of 1)",
		"pex: no -contenders (all)",
		"zipapp: has extension modules (flask 3.14)",
	} {
		if !strings.Contains(w.String(), want) {
			t.Errorf("the table has no %q:\n%s", want, w.String())
		}
	}
}

func TestTableRow(t *testing.T) {
	r := twoSeries()[0]
	if stock, header := tableRow(r, r.Series[0]), tableHeader(); len(stock) != len(header) {
		t.Errorf("%d cells under %d headings", len(stock), len(header))
	}
	row := tableRow(r, r.Series[1])
	if i := slices.Index(tableHeader(), "import ms"); row[i] != "-" || row[i+2] != "" {
		t.Errorf("import cells %q, want none: it was not measured", row[i:i+3])
	}
	if i := slices.Index(tableHeader(), "page faults"); row[i] != "5" || row[i+1] != "~" {
		t.Errorf("page faults %q, want 5 and no difference", row[i:i+2])
	}
}

func TestOneLine(t *testing.T) {
	if got := oneLine(twoSeries()[0]); got != "stock 104.5 ms, py_cds_binary 2.00x" {
		t.Errorf("oneLine = %q", got)
	}
	if got := oneLine(result{}); got != "skipped" {
		t.Errorf("oneLine of nothing = %q", got)
	}
}

func TestJSON(t *testing.T) {
	results := twoSeries()
	results[0].Program = "flask"
	file := filepath.Join(t.TempDir(), "out.json")
	if err := writeJSON(file, results, 10); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Programs []struct {
			Contenders []struct{ Metrics map[string]summary }
		}
		Means []mean
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	ours := doc.Programs[0].Contenders[1].Metrics
	if _, ok := ours["import"]; ok || *ours["wall"].Ratio != 2 || ours["faults"].Ratio != nil {
		t.Errorf("metrics %+v, want wall 2x, faults without a ratio, no import", ours)
	}
	if len(doc.Means) != 1 || doc.Means[0].Whole.Value != 2 {
		t.Errorf("means %+v, want one of 2", doc.Means)
	}
}
