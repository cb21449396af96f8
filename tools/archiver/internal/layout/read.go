// This file reads objects back. Every reader takes the memory from the object's
// start to wherever the object may reach and returns the object's size. A reader
// checks what it needs to find the contents, not that the rest is as the writer
// leaves it.

package layout

import (
	"bytes"
	"fmt"
	"math/big"
)

// maxLength is above any length that an archive below 4 GiB can have.
const maxLength = 1 << 32

// ReadInt returns the value of an int, value nil if it is small.
func (l *Layout) ReadInt(mem []byte) (small int64, value *big.Int, size int, err error) {
	if len(mem) < intDigits+4 {
		return 0, nil, 0, tooShort("int", len(mem), intDigits+4)
	}
	n, sign := uint64(0), 1
	if l.IntTag != 0 {
		tag := le.Uint64(mem[l.IntTag:])
		n = tag >> 3
		switch tag & 7 {
		case 0:
		case 1:
			sign = 0
		case 2:
			sign = -1
		default:
			return 0, nil, 0, fmt.Errorf("int has tag %#x, want its low bits 0 to 2", tag)
		}
	} else {
		s := int64(le.Uint64(mem[SizeOffset:]))
		n = uint64(s)
		if s < 0 {
			n, sign = -n, -1
		} else if s == 0 {
			sign = 0
		}
	}
	if (n == 0) != (sign == 0) || n >= maxLength {
		return 0, nil, 0, fmt.Errorf("int has %d digits and sign %d", n, sign)
	}
	size = intDigits + 4*int(max(n, 1))
	if len(mem) < size {
		return 0, nil, 0, tooShort("int", len(mem), size)
	}
	v := new(big.Int)
	for i := int(n) - 1; i >= 0; i-- {
		d := le.Uint32(mem[intDigits+4*i:])
		if d>>digitBits != 0 || i == int(n)-1 && d == 0 {
			return 0, nil, 0, fmt.Errorf("int has digit %#x at %d", d, i)
		}
		v.Lsh(v, digitBits).Or(v, big.NewInt(int64(d)))
	}
	if sign < 0 {
		v.Neg(v)
	}
	if v.IsInt64() {
		return v.Int64(), nil, size, nil
	}
	return 0, v, size, nil
}

// ReadFloat returns the bits of a float.
func (l *Layout) ReadFloat(mem []byte) (bits uint64, size int, err error) {
	if len(mem) < FloatSize {
		return 0, 0, tooShort("float", len(mem), FloatSize)
	}
	return le.Uint64(mem[floatValue:]), FloatSize, nil
}

// ReadComplex returns the bits of a complex.
func (l *Layout) ReadComplex(mem []byte) (real, imag uint64, size int, err error) {
	if len(mem) < ComplexSize {
		return 0, 0, 0, tooShort("complex", len(mem), ComplexSize)
	}
	return le.Uint64(mem[floatValue:]), le.Uint64(mem[floatValue+8:]), ComplexSize, nil
}

// ReadBytes returns the contents of a bytes.
func (l *Layout) ReadBytes(mem []byte) (data string, size int, err error) {
	n, size, err := length(mem, "bytes", SizeOffset, bytesData+1, 1)
	if err != nil {
		return "", 0, err
	}
	return string(mem[bytesData : bytesData+n]), size, nil
}

// ReadStr returns the characters of a str; ascii says that they are below 128,
// and then text has them, else points.
func (l *Layout) ReadStr(mem []byte) (text string, points []rune, ascii bool, size int, err error) {
	if len(mem) < l.StrASCII {
		return "", nil, false, 0, tooShort("str", len(mem), l.StrASCII)
	}
	state := le.Uint32(mem[strState:])
	width := int(state & strKind >> strKindShift)
	ascii = state&strASCII != 0
	if state&^(strKind|strASCII) != l.StrState || width != 1 && (ascii || width != 2 && width != 4) {
		return "", nil, false, 0, fmt.Errorf("str has state %#x, want %#x and the kind of its characters", state, l.StrState)
	}
	data := l.StrCompact
	if ascii {
		data = l.StrASCII
	}
	n, size, err := length(mem, "str", StrLengthOffset, data+width, width)
	if err != nil {
		return "", nil, false, 0, err
	}
	if ascii {
		return string(mem[data : data+n]), nil, true, size, nil
	}
	points = make([]rune, n)
	var top rune
	for i := range points {
		switch at := mem[data+i*width:]; width {
		case 1:
			points[i] = rune(at[0])
		case 2:
			points[i] = rune(le.Uint16(at))
		default:
			points[i] = rune(le.Uint32(at))
		}
		if points[i] < 0 || points[i] > 0x10ffff {
			return "", nil, false, 0, fmt.Errorf("str has character %#x at %d", uint32(points[i]), i)
		}
		top = max(top, points[i])
	}
	if top < 0x80 || strWidth(top) != width {
		return "", nil, false, 0, fmt.Errorf("str has characters of %d bytes, but its largest is %#x", width, top)
	}
	return "", points, false, size, nil
}

// ReadTuple returns the number of items of a tuple.
func (l *Layout) ReadTuple(mem []byte) (n, size int, err error) {
	return length(mem, "tuple", SizeOffset, l.TupleItems, PointerSize)
}

// ReadCode returns the fields of a code object. Kinds is left empty: it is in
// another object.
func (l *Layout) ReadCode(mem []byte) (f *CodeFields, size int, err error) {
	c := &l.Code
	n, size, err := length(mem, "code", SizeOffset, c.Bytecode, 2)
	if err != nil {
		return nil, 0, err
	}
	get := func(offset int) int32 { return int32(le.Uint32(mem[offset:])) }
	f = &CodeFields{
		ArgCount:        get(c.ArgCount),
		PosOnlyArgCount: get(c.PosOnlyArgCount),
		KwOnlyArgCount:  get(c.KwOnlyArgCount),
		StackSize:       get(c.StackSize),
		FirstLineno:     get(c.FirstLineno),
		Flags:           uint32(get(c.Flags)),
		Bytecode:        bytes.Clone(mem[c.Bytecode : c.Bytecode+2*n]),
	}
	if c.Version != 0 {
		f.Version = uint32(get(c.Version))
	}
	c.unquicken(f.Bytecode)
	return f, size, nil
}

// length reads the length of a variable-size object whose size is fixed + unit *
// length.
func length(mem []byte, what string, offset, fixed, unit int) (n, size int, err error) {
	if len(mem) < fixed {
		return 0, 0, tooShort(what, len(mem), fixed)
	}
	v := le.Uint64(mem[offset:])
	if v >= maxLength || fixed+unit*int(v) > len(mem) {
		return 0, 0, fmt.Errorf("%s has length %d, but only %d bytes are left", what, v, len(mem))
	}
	return int(v), fixed + unit*int(v), nil
}

func tooShort(what string, have, want int) error {
	return fmt.Errorf("%s needs %d bytes, but only %d are left", what, want, have)
}
