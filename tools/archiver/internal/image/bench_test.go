package image

import (
	"testing"
)

// BenchmarkBuild builds an archive of the whole standard library of the first of
// PYCDS_TEST_PYTHONS.
func BenchmarkBuild(b *testing.B) {
	python := pythons(b)[0]
	a := readABI(b, python)
	s := findStdlib(b, python, true)
	in := Input{ABI: a, Modules: s.modules(b, a)}
	data, err := Build(in)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.Run("build", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Build(in); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(in.Modules)*b.N)/b.Elapsed().Seconds(), "modules/s")
	})
	b.Run("verify", func(b *testing.B) {
		for b.Loop() {
			if _, err := Verify(data); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(in.Modules)*b.N)/b.Elapsed().Seconds(), "modules/s")
	})
}
