// This file is the inline caches of each CPython version's instructions: those
// of Include/internal/pycore_opcode_metadata.h (up to 3.12 pycore_opcode.h),
// _PyOpcode_Caches, with what Python/specialize.c, _PyCode_Quicken, writes into
// them when a code object is made.

package layout

type cache struct {
	opcode  byte
	units   uint8  // code units of the cache
	counter uint16 // initial value of the first of them
}

// 3.11 does not write them before the code is quickened.
var caches311 = []cache{
	{25, 4, 0},   // BINARY_SUBSCR
	{60, 1, 0},   // STORE_SUBSCR
	{92, 1, 0},   // UNPACK_SEQUENCE
	{95, 4, 0},   // STORE_ATTR
	{106, 4, 0},  // LOAD_ATTR
	{107, 2, 0},  // COMPARE_OP
	{116, 5, 0},  // LOAD_GLOBAL
	{122, 1, 0},  // BINARY_OP
	{160, 10, 0}, // LOAD_METHOD
	{166, 1, 0},  // PRECALL
	{171, 4, 0},  // CALL
}

var caches312 = []cache{
	{25, 1, adaptive312},  // BINARY_SUBSCR
	{60, 1, adaptive312},  // STORE_SUBSCR
	{92, 1, adaptive312},  // UNPACK_SEQUENCE
	{93, 1, adaptive312},  // FOR_ITER
	{95, 4, adaptive312},  // STORE_ATTR
	{106, 9, adaptive312}, // LOAD_ATTR
	{107, 1, adaptive312}, // COMPARE_OP
	{116, 4, adaptive312}, // LOAD_GLOBAL
	{122, 1, adaptive312}, // BINARY_OP
	{123, 1, adaptive312}, // SEND
	{141, 1, adaptive312}, // LOAD_SUPER_ATTR
	{171, 3, adaptive312}, // CALL
}

var caches313 = []cache{
	{5, 1, adaptive312},   // BINARY_SUBSCR
	{39, 1, adaptive312},  // STORE_SUBSCR
	{40, 3, adaptive312},  // TO_BOOL
	{45, 1, adaptive312},  // BINARY_OP
	{53, 3, adaptive312},  // CALL
	{58, 1, adaptive312},  // COMPARE_OP
	{59, 1, adaptive312},  // CONTAINS_OP
	{72, 1, adaptive312},  // FOR_ITER
	{77, 1, jump313},      // JUMP_BACKWARD
	{82, 9, adaptive312},  // LOAD_ATTR
	{91, 4, adaptive312},  // LOAD_GLOBAL
	{93, 1, adaptive312},  // LOAD_SUPER_ATTR
	{97, 1, branches},     // POP_JUMP_IF_FALSE
	{98, 1, branches},     // POP_JUMP_IF_NONE
	{99, 1, branches},     // POP_JUMP_IF_NOT_NONE
	{100, 1, branches},    // POP_JUMP_IF_TRUE
	{104, 1, adaptive312}, // SEND
	{108, 4, adaptive312}, // STORE_ATTR
	{117, 1, adaptive312}, // UNPACK_SEQUENCE
}

var caches314 = []cache{
	{38, 1, adaptive312},  // STORE_SUBSCR
	{39, 3, adaptive312},  // TO_BOOL
	{44, 5, adaptive312},  // BINARY_OP
	{52, 3, adaptive312},  // CALL
	{55, 3, adaptive312},  // CALL_KW
	{56, 1, adaptive312},  // COMPARE_OP
	{57, 1, adaptive312},  // CONTAINS_OP
	{70, 1, adaptive312},  // FOR_ITER
	{75, 1, jump314},      // JUMP_BACKWARD
	{80, 9, adaptive312},  // LOAD_ATTR
	{92, 4, adaptive312},  // LOAD_GLOBAL
	{96, 1, adaptive312},  // LOAD_SUPER_ATTR
	{100, 1, branches},    // POP_JUMP_IF_FALSE
	{101, 1, branches},    // POP_JUMP_IF_NONE
	{102, 1, branches},    // POP_JUMP_IF_NOT_NONE
	{103, 1, branches},    // POP_JUMP_IF_TRUE
	{106, 1, adaptive312}, // SEND
	{110, 4, adaptive312}, // STORE_ATTR
	{119, 1, adaptive312}, // UNPACK_SEQUENCE
}

var caches315 = []cache{
	{4, 1, adaptive315},   // CALL_FUNCTION_EX
	{36, 1, adaptive315},  // STORE_SUBSCR
	{37, 3, adaptive315},  // TO_BOOL
	{42, 5, adaptive315},  // BINARY_OP
	{50, 3, adaptive315},  // CALL
	{53, 3, adaptive315},  // CALL_KW
	{54, 1, adaptive315},  // COMPARE_OP
	{55, 1, adaptive315},  // CONTAINS_OP
	{68, 1, adaptive315},  // FOR_ITER
	{70, 1, adaptive315},  // GET_ITER
	{74, 1, jump315},      // JUMP_BACKWARD
	{79, 9, adaptive315},  // LOAD_ATTR
	{91, 4, adaptive315},  // LOAD_GLOBAL
	{95, 1, adaptive315},  // LOAD_SUPER_ATTR
	{99, 1, branches},     // POP_JUMP_IF_FALSE
	{100, 1, branches},    // POP_JUMP_IF_NONE
	{101, 1, branches},    // POP_JUMP_IF_NOT_NONE
	{102, 1, branches},    // POP_JUMP_IF_TRUE
	{105, 1, adaptive315}, // SEND
	{109, 4, adaptive315}, // STORE_ATTR
	{118, 1, adaptive315}, // UNPACK_SEQUENCE
	{128, 1, resume315},   // RESUME
}
