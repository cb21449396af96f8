// This file decodes marshal's strings: UTF-8 in which surrogates may stand
// alone (Python's error handler "surrogatepass"). Go's unicode/utf8 rejects these.

package pyc

import "unicode/utf8"

const (
	surrogateMin = 0xd800
	surrogateMax = 0xdfff
)

// decode returns the first code point of s and its length in bytes; the length
// is 0 if s is empty or does not begin with well-formed UTF-8.
func decode(s string) (rune, int) {
	if s == "" {
		return 0, 0
	}
	if r, n := utf8.DecodeRuneInString(s); r != utf8.RuneError || n == 3 {
		return r, n
	}
	if len(s) >= 3 && s[0] == 0xed && s[1]&0xe0 == 0xa0 && s[2]&0xc0 == 0x80 {
		return 0xd000 | rune(s[1]&0x3f)<<6 | rune(s[2]&0x3f), 3
	}
	return 0, 0
}

// invalid returns the index of the first byte of s that is not well-formed
// UTF-8 with surrogates, -1 if there is none.
func invalid(s string) int {
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			i++
			continue
		}
		_, n := decode(s[i:])
		if n == 0 {
			return i
		}
		i += n
	}
	return -1
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// latin1 returns the text whose code points are the bytes of s.
func latin1(s string) string {
	if isASCII(s) {
		return s
	}
	b := make([]byte, 0, 2*len(s))
	for i := 0; i < len(s); i++ {
		b = utf8.AppendRune(b, rune(s[i]))
	}
	return string(b)
}

// CodePoints returns the code points of a Str's text.
func CodePoints(text string) []rune {
	out := make([]rune, 0, len(text))
	for len(text) > 0 {
		r, n := decode(text)
		if n == 0 {
			// Not from Unmarshal. Keep the number of code points finite.
			r, n = utf8.RuneError, 1
		}
		out = append(out, r)
		text = text[n:]
	}
	return out
}

// AppendCodePoint appends r, which may be a surrogate, in the encoding of a
// Str's text.
func AppendCodePoint(b []byte, r rune) []byte {
	if r >= surrogateMin && r <= surrogateMax {
		return append(b, 0xe0|byte(r>>12), 0x80|byte(r>>6)&0x3f, 0x80|byte(r)&0x3f)
	}
	return utf8.AppendRune(b, r)
}
