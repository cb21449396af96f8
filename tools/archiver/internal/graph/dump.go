// This file writes a graph as text, for people and golden files.

package graph

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode"

	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/pyc"
)

// Dump writes every node of m, one a line, in the order of m.Nodes:
//
//	#12 tuple #3 #4
//	#3 str interned 'spam'
//
// where "#N" is the node with Index N. The fields of a code object follow it,
// one a line and indented. The text is the same for the same graph.
func Dump(w io.Writer, m *Module) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "module of CPython %v\n", m.Version)
	for _, n := range m.Nodes {
		fmt.Fprintf(out, "#%d %v", n.Index, n.Kind)
		switch n.Kind {
		case CodeKind:
			dumpCode(out, n.Code)
			continue
		case Tuple, FrozenSet, Slice:
			for _, e := range n.Elems {
				fmt.Fprintf(out, " #%d", e.Index)
			}
		case None, True, False, Ellipsis, StopIteration:
		default:
			if n.Interned {
				out.WriteString(" interned")
			}
			out.WriteByte(' ')
			out.WriteString(Repr(n))
		}
		out.WriteByte('\n')
	}
	return out.Flush()
}

func dumpCode(out *bufio.Writer, c *Code) {
	fmt.Fprintf(out, " argcount %d posonlyargcount %d kwonlyargcount %d stacksize %d flags %#x firstlineno %d\n",
		c.ArgCount, c.PosOnlyArgCount, c.KwOnlyArgCount, c.StackSize, c.Flags, c.FirstLineno)
	fmt.Fprintf(out, "  bytecode %x\n", c.Bytecode)
	for i, n := range c.Refs() {
		if n == nil {
			fmt.Fprintf(out, "  %s module's\n", refNames[i])
			continue
		}
		fmt.Fprintf(out, "  %s #%d\n", refNames[i], n.Index)
	}
}

// reprLimit is the number of elements Repr shows of a group.
const reprLimit = 8

// Repr returns n as Python source, on one line. Large and nested groups are
// abbreviated.
func Repr(n *Node) string { return repr(n, 0) }

func repr(n *Node, depth int) string {
	if n == nil {
		return "the module's"
	}
	switch n.Kind {
	case Int:
		if n.Big != nil {
			return n.Big.String()
		}
		return fmt.Sprint(n.Small)
	case Float:
		return reprFloat(n.Real)
	case Complex:
		return "complex(" + reprFloat(n.Real) + ", " + reprFloat(n.Imag) + ")"
	case Bytes:
		return "b" + quote(n.Data, false)
	case Str:
		return quote(n.Data, true)
	case Tuple, FrozenSet, Slice:
		if depth > 2 {
			return n.Kind.String() + "(...)"
		}
		var parts []string
		for i, e := range n.Elems {
			if i == reprLimit {
				parts = append(parts, "...")
				break
			}
			parts = append(parts, repr(e, depth+1))
		}
		s := strings.Join(parts, ", ")
		if n.Kind == Tuple {
			if len(n.Elems) == 1 {
				s += ","
			}
			return "(" + s + ")"
		}
		return n.Kind.String() + "(" + s + ")"
	case CodeKind:
		return "<code " + n.Code.Qualname.Data + ", line " + fmt.Sprint(n.Code.FirstLineno) + ">"
	}
	return n.Kind.String()
}

// reprFloat adds the bits of a NaN, since NaNs differ.
func reprFloat(bits uint64) string {
	f := math.Float64frombits(bits)
	if math.IsNaN(f) {
		return fmt.Sprintf("nan(%#x)", bits)
	}
	return fmt.Sprint(f)
}

// quote returns the text of a Str or the contents of a Bytes as a Python
// literal without prefix.
func quote(data string, text bool) string {
	var units []rune
	if text {
		units = pyc.CodePoints(data)
	} else {
		for i := 0; i < len(data); i++ {
			units = append(units, rune(data[i]))
		}
	}
	var b strings.Builder
	b.WriteByte('\'')
	for _, r := range units {
		switch {
		case r == '\'' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r < 0x80 && r >= ' ' && r != 0x7f, text && r >= 0xa0 && unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	b.WriteByte('\'')
	return b.String()
}
