//go:build !linux

package image

func newBuffer(n int) []byte { return make([]byte, n) }
