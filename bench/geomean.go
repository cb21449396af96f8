// One figure for several programs: the geometric mean of their ratios, per interpreter and contender.

package main

import (
	"math"
	"slices"
)

// thirdParty are the programs that the means are taken over.
var thirdParty = []string{"requests", "flask", "boto3", "sqlalchemy", "django", "numpy"}

// A mean is what the programs together say of one contender under one interpreter.
type mean struct {
	Version, Contender string
	Import, Whole      *ratio `json:",omitempty"` // stock's time over this one's
	OursOver           *ratio `json:",omitempty"` // this one's time over py_cds_binary's, whole process
}

// A ratio is a geometric mean over programs.
type ratio struct {
	Value  float64 // of the programs' ratios, which are medians over the rounds
	Q1, Q3 float64 // of the rounds' geometric means
	// Certain says that Value is on its side of 1 beyond noise, by the rounds' geometric means.
	Certain  bool
	Programs []string
}

// text is "~" where nothing may be claimed, and says how many programs if not all.
func (r *ratio) text() string {
	if r == nil {
		return ""
	}
	if !r.Certain {
		return "~"
	}
	return ratioText(&r.Value)
}

// means has one element for each version and contender but stock, in the order of the results.
func means(results []result) []mean {
	var out []mean
	type key struct{ version, contender string }
	var seen []key
	for _, r := range results {
		if !slices.Contains(thirdParty, r.Program) {
			continue
		}
		for _, s := range r.Series[min(1, len(r.Series)):] {
			if k := (key{r.Version, s.Contender}); !slices.Contains(seen, k) {
				seen = append(seen, k)
			}
		}
	}
	for _, r := range results {
		for _, k := range seen {
			if k.version != r.Version || slices.ContainsFunc(out, func(m mean) bool { return m.Version == k.version && m.Contender == k.contender }) {
				continue
			}
			m := mean{Version: k.version, Contender: k.contender}
			first := func(r result) *series { return &r.Series[0] }
			this := func(r result) *series { return r.find(k.contender) }
			m.Import = geomean(results, k.version, importTime, first, this)
			m.Whole = geomean(results, k.version, wallTime, first, this)
			if k.contender != oursName {
				m.OursOver = geomean(results, k.version, wallTime, this, func(r result) *series { return r.find(oursName) })
			}
			out = append(out, m)
		}
	}
	return out
}

// geomean is the mean ratio of a's metric over b's, over the third-party programs under a
// version that have both; nil if none has.
func geomean(results []result, version string, m metric, a, b func(result) *series) *ratio {
	var out ratio
	sum := 0.0
	var rounds []float64 // sums of logarithms
	for _, r := range results {
		if r.Version != version || len(r.Series) == 0 || !slices.Contains(thirdParty, r.Program) {
			continue
		}
		over, under := a(r), b(r)
		if over == nil || under == nil || !over.measured(m) || !under.measured(m) {
			continue
		}
		x, y := over.column(m.of), under.column(m.of)
		pairs := ratios(x, y)
		sum += math.Log(median(pairs))
		if rounds == nil {
			rounds = make([]float64, len(pairs))
		}
		rounds = rounds[:min(len(pairs), len(rounds))]
		for i := range rounds {
			rounds[i] += math.Log(pairs[i])
		}
		out.Programs = append(out.Programs, r.Program)
	}
	n := float64(len(out.Programs))
	if n == 0 {
		return nil
	}
	out.Value = math.Exp(sum / n)
	out.Certain = differ(rounds, make([]float64, len(rounds)))
	out.Q1, out.Q3 = math.Exp(quantile(rounds, 0.25)/n), math.Exp(quantile(rounds, 0.75)/n)
	return &out
}
