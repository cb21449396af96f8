// This file writes objects other than code.

package layout

import (
	"encoding/binary"
	"math/big"
	"unicode/utf8"
)

// What all versions have in common.
const (
	PointerSize = 8
	TypeOffset  = 8  // of ob_type
	SizeOffset  = 16 // of ob_size

	// GCHeadSize is the size of the PyGC_Head in front of a tuple and a slice
	// (Include/internal/pycore_gc.h). It is zero: the object is not tracked.
	GCHeadSize = 16

	FloatSize   = 24
	ComplexSize = 32
	SliceSize   = 40

	bytesHash = 24
	bytesData = 32

	floatValue = 16

	StrLengthOffset = 16
	strHash         = 24
	strState        = 32

	digitBits = 30 // PYLONG_BITS_IN_DIGIT
)

// SliceSlots are the offsets of a slice's start, stop and step.
var SliceSlots = [3]int{16, 24, 32}

// noHash is the hash of an object whose hash was not computed.
const noHash = 1<<64 - 1

var le = binary.LittleEndian

// digits returns the magnitude of an int in digits of 30 bits, at least one.
// big is nil if small is the value.
func digits(small int64, value *big.Int) (d []uint32, sign int) {
	if value == nil {
		u := uint64(small)
		switch {
		case small == 0:
			return []uint32{0}, 0
		case small < 0:
			u, sign = -u, -1
		default:
			sign = 1
		}
		for ; u != 0; u >>= digitBits {
			d = append(d, uint32(u&(1<<digitBits-1)))
		}
		return d, sign
	}
	rest := new(big.Int).Abs(value)
	mask := big.NewInt(1<<digitBits - 1)
	for rest.Sign() != 0 {
		d = append(d, uint32(new(big.Int).And(rest, mask).Uint64()))
		rest.Rsh(rest, digitBits)
	}
	return d, value.Sign()
}

// IntSize returns the size of an int; value is nil if small is its value.
func (l *Layout) IntSize(small int64, value *big.Int) int {
	n := 1
	if value != nil {
		n = (value.BitLen() + digitBits - 1) / digitBits
	} else if small != 0 {
		u := uint64(small)
		if small < 0 {
			u = -u
		}
		for n = 0; u != 0; u >>= digitBits {
			n++
		}
	}
	return intDigits + 4*n
}

const intDigits = 24 // offset of the first digit

// PutInt writes an int; value is nil if small is its value.
func (l *Layout) PutInt(dst []byte, small int64, value *big.Int) {
	l.putHead(dst)
	d, sign := digits(small, value)
	n := len(d)
	if sign == 0 {
		n = 0
	}
	if l.IntTag != 0 {
		le.PutUint64(dst[l.IntTag:], uint64(1-sign)|uint64(n)<<3)
	} else {
		le.PutUint64(dst[SizeOffset:], uint64(int64(sign*n)))
	}
	for i, v := range d {
		le.PutUint32(dst[intDigits+4*i:], v)
	}
}

// PutFloat writes a float of these IEEE 754 bits, of size FloatSize.
func (l *Layout) PutFloat(dst []byte, bits uint64) {
	l.putHead(dst)
	le.PutUint64(dst[floatValue:], bits)
}

// PutComplex writes a complex of these IEEE 754 bits, of size ComplexSize.
func (l *Layout) PutComplex(dst []byte, real, imag uint64) {
	l.PutFloat(dst, real)
	le.PutUint64(dst[floatValue+8:], imag)
}

// BytesSize returns the size of a bytes of length n.
func (l *Layout) BytesSize(n int) int { return bytesData + n + 1 }

// PutBytes writes a bytes.
func (l *Layout) PutBytes(dst []byte, data string) {
	l.putVarHead(dst, len(data))
	le.PutUint64(dst[bytesHash:], noHash)
	copy(dst[bytesData:], data)
}

// strWidth returns the bytes for each character of a str whose largest is top
// (PEP 393).
func strWidth(top rune) int {
	switch {
	case top < 1<<8:
		return 1
	case top < 1<<16:
		return 2
	}
	return 4
}

// StrSize returns the size of a str of n characters of which top is the largest.
func (l *Layout) StrSize(n int, top rune) int {
	if top < utf8.RuneSelf {
		return l.StrASCII + n + 1
	}
	return l.StrCompact + (n+1)*strWidth(top)
}

// PutASCII writes a str of characters below 128.
func (l *Layout) PutASCII(dst []byte, text string) {
	l.putStrHead(dst, len(text), 1<<strKindShift|strASCII)
	copy(dst[l.StrASCII:], text)
}

// PutStr writes a str of which top, at least 128, is the largest character.
func (l *Layout) PutStr(dst []byte, text []rune, top rune) {
	w := strWidth(top)
	l.putStrHead(dst, len(text), uint32(w)<<strKindShift)
	data := dst[l.StrCompact:]
	for i, r := range text {
		switch w {
		case 1:
			data[i] = byte(r)
		case 2:
			le.PutUint16(data[2*i:], uint16(r))
		default:
			le.PutUint32(data[4*i:], uint32(r))
		}
	}
}

// putStrHead leaves the cached UTF-8 form of a str that is not ASCII empty, and
// likewise the wchar_t form that 3.11 has; CPython makes them when asked.
func (l *Layout) putStrHead(dst []byte, n int, state uint32) {
	l.putHead(dst)
	le.PutUint64(dst[StrLengthOffset:], uint64(n))
	le.PutUint64(dst[strHash:], noHash)
	le.PutUint32(dst[strState:], l.StrState|state)
}

// TupleSize returns the size of a tuple of n items, without its GC head.
func (l *Layout) TupleSize(n int) int { return l.TupleItems + PointerSize*n }

// PutTuple writes a tuple of n items but for the items.
func (l *Layout) PutTuple(dst []byte, n int) {
	l.putVarHead(dst, n)
	if l.TupleHash != 0 {
		le.PutUint64(dst[l.TupleHash:], noHash)
	}
}

// PutSlice writes a slice of size SliceSize but for its SliceSlots.
func (l *Layout) PutSlice(dst []byte) { l.putHead(dst) }

func (l *Layout) putHead(dst []byte) { le.PutUint64(dst, l.Head) }

func (l *Layout) putVarHead(dst []byte, n int) {
	l.putHead(dst)
	le.PutUint64(dst[SizeOffset:], uint64(n))
}
