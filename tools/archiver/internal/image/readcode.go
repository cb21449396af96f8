// This file reads code objects back.

package image

import (
	"github.com/rules-pycds/rules_pycds/tools/archiver/internal/graph"
)

func (r *objectReader) code(at uint32) (*graph.Node, error) {
	mem, err := r.memory(at, SectionCode)
	if err != nil {
		return nil, err
	}
	fields, _, err := r.layout.ReadCode(mem)
	if err != nil {
		return nil, r.bad(at, "%v", err)
	}
	c := &graph.Code{
		ArgCount:        fields.ArgCount,
		PosOnlyArgCount: fields.PosOnlyArgCount,
		KwOnlyArgCount:  fields.KwOnlyArgCount,
		StackSize:       fields.StackSize,
		Flags:           fields.Flags,
		FirstLineno:     fields.FirstLineno,
		Bytecode:        fields.Bytecode,
	}
	slots := r.layout.CodeSlots()
	for i, field := range []struct {
		name string
		kind graph.Kind
		to   **graph.Node
	}{
		{"co_consts", graph.Tuple, &c.Consts},
		{"co_names", graph.Tuple, &c.Names},
		{"co_localsplusnames", graph.Tuple, &c.LocalsPlusNames},
		{"co_localspluskinds", graph.Bytes, &c.LocalsPlusKinds},
		{"co_filename", graph.Str, &c.Filename},
		{"co_name", graph.Str, &c.Name},
		{"co_qualname", graph.Str, &c.Qualname},
		{"co_linetable", graph.Bytes, &c.LineTable},
		{"co_exceptiontable", graph.Bytes, &c.ExceptionTable},
	} {
		slot := at + uint32(slots[i])
		n, err := r.pointer(slot)
		switch {
		case err != nil:
			return nil, err
		case n == nil && field.to != &c.Filename:
			return nil, r.bad(slot, "%s points to the path string", field.name)
		case n != nil && n.Kind != field.kind:
			return nil, r.bad(slot, "%s points to %v, want %v", field.name, n.Kind, field.kind)
		}
		*field.to = n
	}
	for _, tuple := range []*graph.Node{c.Names, c.LocalsPlusNames} {
		for _, n := range tuple.Elems {
			if n.Kind != graph.Str {
				return nil, r.bad(at, "a name of the code object is %v, want str", n.Kind)
			}
		}
	}
	if len(c.LocalsPlusKinds.Data) != len(c.LocalsPlusNames.Elems) {
		return nil, r.bad(at, "code object has %d local variables with %d kinds", len(c.LocalsPlusNames.Elems), len(c.LocalsPlusKinds.Data))
	}
	n := &graph.Node{Kind: graph.CodeKind, Code: c}
	if isFunction(n) && r.file.isHot(at) {
		r.written[n] = true
	}
	return n, nil
}
