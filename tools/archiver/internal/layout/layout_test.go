package layout

import (
	"bytes"
	"strings"
	"testing"
)

func TestFor(t *testing.T) {
	for _, test := range []struct{ minor, micro, wantMicro int }{
		{11, 0, 0}, {12, 6, 0}, {12, 7, 7}, {12, 13, 7}, {13, 1, 0}, {15, 0, 0},
	} {
		l, err := For(test.minor, test.micro)
		if err != nil || l.Minor != test.minor || l.MinMicro != test.wantMicro {
			t.Errorf("For(%d, %d) = %+v, %v", test.minor, test.micro, l, err)
		}
	}
	for _, minor := range []int{10, 16} {
		if _, err := For(minor, 0); err == nil || !strings.Contains(err.Error(), "have 3.11 to 3.15") {
			t.Errorf("For(%d): %v", minor, err)
		}
	}
}

// TestTable checks what holds for all versions.
func TestTable(t *testing.T) {
	for _, l := range layouts {
		c := &l.Code
		seen := map[int]string{}
		for name, offset := range map[string]int{
			"consts": c.Consts, "names": c.Names, "exceptiontable": c.ExceptionTable,
			"localsplusnames": c.LocalsPlusNames, "localspluskinds": c.LocalsPlusKinds,
			"filename": c.Filename, "name": c.Name, "qualname": c.Qualname, "linetable": c.LineTable,
			"flags": c.Flags, "argcount": c.ArgCount, "posonlyargcount": c.PosOnlyArgCount,
			"kwonlyargcount": c.KwOnlyArgCount, "stacksize": c.StackSize, "firstlineno": c.FirstLineno,
			"nlocalsplus": c.NLocalsPlus, "nlocals": c.NLocals, "ncellvars": c.NCellVars,
			"nfreevars": c.NFreeVars, "firsttraceable": c.FirstTraceable,
		} {
			if offset < SizeOffset+8 || offset >= c.Bytecode {
				t.Errorf("3.%d: %s at %d", l.Minor, name, offset)
			}
			if other, ok := seen[offset]; ok {
				t.Errorf("3.%d: %s and %s at %d", l.Minor, name, other, offset)
			}
			seen[offset] = name
		}
		if c.Bytecode%8 != 0 || l.TupleItems%8 != 0 {
			t.Errorf("3.%d: bytecode at %d, tuple items at %d", l.Minor, c.Bytecode, l.TupleItems)
		}
		for pair, super := range c.Super {
			if c.Caches[pair[0]] != 0 || c.Caches[super] != 0 {
				t.Errorf("3.%d: superinstruction %d of %v has a cache", l.Minor, super, pair)
			}
		}
	}
}

func TestQuicken(t *testing.T) {
	for _, l := range layouts {
		c := &l.Code
		var code []byte
		for op, n := range c.Caches {
			if n != 0 {
				code = append(code, byte(op), 1)
				code = append(code, make([]byte, 2*int(n))...)
			}
		}
		for pair := range c.Super {
			code = append(code, pair[0], 1, pair[1], 2)
		}
		have := bytes.Clone(code)
		c.quicken(have)
		if l.Minor > 11 == bytes.Equal(have, code) {
			t.Errorf("3.%d: quickened code is %x", l.Minor, have)
		}
		c.unquicken(have)
		if !bytes.Equal(have, code) {
			t.Errorf("3.%d: quickened and back:\n%x, want\n%x", l.Minor, have, code)
		}
		for n := range code { // cut off anywhere
			c.quicken(bytes.Clone(code[:n]))
			c.unquicken(bytes.Clone(code[:n]))
		}
	}
}

func TestReadErrors(t *testing.T) {
	for _, l := range layouts {
		for n := range 40 {
			short := make([]byte, n)
			for i := range short {
				short[i] = 0xff
			}
			if _, _, _, err := l.ReadInt(short); err == nil {
				t.Errorf("3.%d: int in %d bytes", l.Minor, n)
			}
			if _, _, err := l.ReadBytes(short); err == nil {
				t.Errorf("3.%d: bytes in %d bytes", l.Minor, n)
			}
			if _, _, _, _, err := l.ReadStr(short); err == nil {
				t.Errorf("3.%d: str in %d bytes", l.Minor, n)
			}
			if _, _, err := l.ReadTuple(short); err == nil {
				t.Errorf("3.%d: tuple in %d bytes", l.Minor, n)
			}
			if _, _, err := l.ReadCode(short); err == nil {
				t.Errorf("3.%d: code in %d bytes", l.Minor, n)
			}
		}
	}
}
