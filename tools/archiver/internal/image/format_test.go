package image

import (
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// header returns the text of loader/format.h without comments.
func header(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../../../loader/format.h")
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(string(text), "")
}

// TestConstants compares the #defines of loader/format.h with this package.
func TestConstants(t *testing.T) {
	want := map[string]uint64{
		"MAGIC_SIZE": uint64(len(Magic)), "FORMAT_VERSION": FormatVersion, "PAGE_SIZE": PageSize, "HUGE_PAGE_SIZE": HugePageSize,
		"FOLD_SEED": foldSeed, "FOLD_MULTIPLIER": foldMultiplier,
		"ABI_FREE_THREADED": AbiFreeThreaded, "ABI_DEBUG": AbiDebug, "ABI_EXACT_BUILD": AbiExactBuild,
		"SECTION_HEAD": SectionHead, "SECTION_BIND": SectionBind, "SECTION_RELOC": SectionReloc,
		"SECTION_CONST": SectionConst, "SECTION_STR": SectionStr, "SECTION_PATCHED": SectionPatched,
		"SECTION_CODE": SectionCode, "SECTION_MEMO": SectionMemo,
		"SYM_LAST":      SymLast,
		"MODULE_SOURCE": ModuleSource, "MODULE_EXTENSION": ModuleExtension,
		"MODULE_NAMESPACE": ModuleNamespace, "MODULE_MISSING": ModuleMissing,
		"MODULE_GENERATED": ModuleGenerated, "MODULE_FROZEN": ModuleFrozen, "FLAG_PACKAGE": FlagPackage,
		"MEMO_REGEX": MemoRegex, "MEMO_SOURCE": MemoSource,
		"MODE_EXEC": ModeExec, "MODE_EVAL": ModeEval, "MODE_SINGLE": ModeSingle,
		"ROOT_RUNFILES": RootRunfiles, "ROOT_STDLIB": RootStdlib,
		"RELOC_BASE": RelocBase,
	}
	for kind, name := range symbolNames {
		if name != "" {
			want["SYM_"+strings.ToUpper(name)] = uint64(kind)
		}
	}
	seen := 0
	for _, m := range regexp.MustCompile(`(?m)^#define PYCDS_(\w+)[ \t]+(\S.*)$`).FindAllStringSubmatch(header(t), -1) {
		name, value := m[1], strings.TrimSpace(m[2])
		if name == "FORMAT_H" {
			continue
		}
		seen++
		if name == "MAGIC" {
			if have, err := strconv.Unquote(value); err != nil || have != Magic {
				t.Errorf("PYCDS_MAGIC is %s, package has %q", value, Magic)
			}
			continue
		}
		have, err := strconv.ParseUint(value, 0, 64)
		if err != nil {
			t.Errorf("PYCDS_%s: %v", name, err)
		}
		if w, ok := want[name]; !ok || w != have {
			t.Errorf("PYCDS_%s is %#x, package has %#x (known: %t)", name, have, w, ok)
		}
	}
	if seen != len(want)+1 {
		t.Errorf("header has %d constants, package %d", seen, len(want)+1)
	}
}

// TestStructs compares the structs of loader/format.h with those of this package:
// names, order, offsets and sizes of fields.
func TestStructs(t *testing.T) {
	structs := map[string]reflect.Type{
		"prefix":     reflect.TypeFor[Prefix](),
		"table":      reflect.TypeFor[Table](),
		"header":     reflect.TypeFor[Header](),
		"section":    reflect.TypeFor[Section](),
		"symbol":     reflect.TypeFor[Symbol](),
		"module":     reflect.TypeFor[ModuleEntry](),
		"memo":       reflect.TypeFor[MemoEntry](),
		"regex":      reflect.TypeFor[RegexBlock](),
		"group_name": reflect.TypeFor[GroupName](),
		"source":     reflect.TypeFor[SourceBlock](),
		"frozenset":  reflect.TypeFor[Frozenset](),
	}
	sizes := map[string]uintptr{"uint8_t": 1, "uint32_t": 4, "int32_t": 4, "uint64_t": 8, "pycds_table": 8}
	kinds := map[string]reflect.Kind{"uint8_t": reflect.Uint8, "uint32_t": reflect.Uint32, "int32_t": reflect.Int32, "uint64_t": reflect.Uint64, "pycds_table": reflect.Struct}
	field := regexp.MustCompile(`(\w+)\s+(\w+)(?:\[(\d+)\])?;`)
	found := regexp.MustCompile(`(?s)typedef struct \{(.*?)\} pycds_(\w+);`).FindAllStringSubmatch(header(t), -1)
	if len(found) != len(structs) {
		t.Errorf("header has %d structs, package %d", len(found), len(structs))
	}
	for _, m := range found {
		name, have := m[2], structs[m[2]]
		if have == nil {
			t.Errorf("package has no struct for pycds_%s", name)
			continue
		}
		offset := uintptr(0)
		fields := field.FindAllStringSubmatch(m[1], -1)
		if len(fields) != have.NumField() {
			t.Errorf("pycds_%s has %d fields, package %d", name, len(fields), have.NumField())
			continue
		}
		for i, c := range fields {
			f := have.Field(i)
			size := sizes[c[1]]
			elem := f.Type
			if c[3] != "" {
				n, _ := strconv.Atoi(c[3])
				size *= uintptr(n)
				elem = f.Type.Elem()
			}
			if camel(c[2]) != f.Name || f.Offset != offset || f.Type.Size() != size || elem.Kind() != kinds[c[1]] {
				t.Errorf("pycds_%s: field %d is %s %s at %d with %d bytes, package has %s %s at %d with %d", name, i,
					c[1], c[2], offset, size, f.Type, f.Name, f.Offset, f.Type.Size())
			}
			offset += size
		}
		if have.Size() != offset {
			t.Errorf("pycds_%s has %d bytes, package %d", name, offset, have.Size())
		}
	}
}

// camel turns a C name into a Go name.
func camel(name string) string {
	var b strings.Builder
	for _, part := range strings.Split(name, "_") {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}

func TestFold(t *testing.T) {
	// One step by hand: the seed is xored with the length and the padded word.
	h := uint64(foldSeed ^ 1 ^ 'a')
	h *= foldMultiplier
	h ^= h >> 32
	if have := fold([]byte("a")); have != h {
		t.Errorf("fold(a) = %#x, want %#x", have, h)
	}
	if fold(nil) != foldSeed {
		t.Errorf("fold of nothing is %#x, want the seed", fold(nil))
	}
	seen := map[uint64]string{}
	for _, s := range []string{"", "a", "a\x00", "ab", "12345678", "12345678\x00", "123456789"} {
		if other, ok := seen[fold([]byte(s))]; ok {
			t.Errorf("fold(%q) = fold(%q)", s, other)
		}
		seen[fold([]byte(s))] = s
	}
}
