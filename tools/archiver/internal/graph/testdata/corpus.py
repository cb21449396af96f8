# -*- coding: utf-8 -*-
"""Every type of constant and most syntax that CPython 3.11 compiles."""
from __future__ import annotations

import a
import a.b.c
import a.b.c as abc
from . import sibling
from .sibling import one, two as zwei
from .. import above
from ..above.deep import three
from pkg.mod import *

NAMES = {"with space": 1, "identifier": 2, "a.b.c": 3, "os.path": 4, "": 5, "x": 6, "é": 7, "ÿ": 8}
MAYBE = ("importlib_name", "dotted.module.name", ".relative", "..too.relative", "not a module", "1bad", "bad.", "naïve")

INTS = (0, 1, -1, 255, 256, 257, -5, -6, 32767, 32768, 2**30, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1,
        2**60, 2**62, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 2**64, 10**40, -(10**40))
HUGE = 0x123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF
FLOATS = (0.0, -0.0, 1.0, 1.5, 1e308, 1e400, -1e400, 5e-324, 0.1)
NAN = (1e400 * 0, -(1e400 * 0))
COMPLEX = (1j, -1j, 0j, -0.0 + 0j, 1.5 + 2.5j, 1e400j)
MIXED = (1, 1.0, True, 1 + 0j, 0, 0.0, -0.0, False, None, ...)
BYTES = (b"", b"a", b"abc", b"\x00\xff", bytes(3), b"identifier")
STRINGS = ("", "a", "é", "ÿ", "Ā", "abc", "abé", "ab€", "ab\U0001f600", "\ud800", "\udfff tail", "\ud83d\ude00",
           "\x00", "a\x00b", "\uffff", "\U0010ffff", "\ufffd", "line\nbreak", "x" * 300, "é" * 300)
NESTED = ((), ((),), (1, (2, (3, ("deep", b"deep", None)))), ("with space", "identifier"))


def sets(x):
    return (x in {1, 2, 3}, x in {"a", "b c", "identifier"}, x in {1.5, None, "x", b"y", (1, "t u"), 10**30},
            x in {8, 1000, 16, 24, 0}, [y for y in {0, 8, 16, 1024, -8}], x in {b"\x00", b"\xff"})


def twice(x):
    return x in {3, 2, 1}, (1, (2, (3, ("deep", b"deep", None)))), "with space", 10**40, 0.1, -0.0


def arguments(a, b=1, /, c: int = 2, *args: "str", d, e="x", **kwargs) -> None:
    """Doc of arguments."""
    global NAMES
    f = lambda q, *r, s=c: (q, r, s, args, kwargs)
    def inner(u=a):
        nonlocal b
        b = u + c
        return inner, __class_name, f
    __class_name = d
    return inner


class Base:
    """Doc of Base."""
    __slots__ = ("slot", "__private")
    annotated: int = 3
    __private_value = 4

    def __init__(self, é, 名前=None):
        super().__init__()
        self.é = é
        self.名前 = 名前
        self.__mangled = __class__

    @property
    def value(self):
        return self.__mangled

    async def coroutine(self):
        async with self as s, s.t:
            async for i in s:
                yield await i
        [x async for x in s if await x]


class Derived(Base, metaclass=type, keyword=1):
    x = [i for i in range(3)]

    def method(self):
        try:
            import lazily.inner as li
            from lazily.other import (p, q)
        except (ImportError, ValueError) as e:
            raise RuntimeError("chained") from e
        else:
            self.x = li, p, q
        finally:
            self.f = lambda: "in finally"

    def group(self):
        try:
            pass
        except* (KeyError, OSError) as g:
            print(g)


def generator(n):
    got = yield
    while n:
        n -= 1
        if n == 3:
            continue
        elif n == 1:
            break
        got = yield n, got
    else:
        yield from ()
    return {**{1: 2}, "k": n}, {x: y for x, y in got}, {x for x in got}, (x for x in got if x), [*got, 1]


def match(command):
    match command:
        case None | True | 0 | "text" | b"bytes" | -1.5 | 1 + 2j:
            pass
        case [x, y, *rest] if x:
            return rest
        case {"key": v, **others}:
            return v, others
        case Base(value=1, slot=s) as whole:
            return s, whole
        case _:
            pass


def strings(x, y):
    a = f"{x} and {y!r:>{x}} and {{}} {x=}"
    b = "folded " "together" + "!" * 3
    assert x, f"message {y}"
    del x
    with open(a) as f, open(b) as (g, h):
        (walrus := f.read()), print(walrus, file=g, end="")
    a[1:2], a[1:2:3], a["x y":"k"], a[:], a[1:2, ...] = a[::2], a[None:5], 1, 2, 3
    return (-7 // 2, 2 ** 10, 7 % 3, 1 << 70, not 0, ~5, "abc"[1], (1, 2)[0], (1, 2) + (3,), "%s" % 1)


def 変数(é):
    return é, "é", "変数", "naïve", Base.é


def deep():
    def one():
        def two():
            return deep, one, two
        return two
    return one


x: int
y: list[str] = []
if __debug__:
    z = 1


def extended():
    # More than 256 names and constants: the imports need EXTENDED_ARG.
    name0 = 1000.5; g.attr0; name1 = 1001.5; g.attr1; name2 = 1002.5; g.attr2; name3 = 1003.5; g.attr3
    name4 = 1004.5; g.attr4; name5 = 1005.5; g.attr5; name6 = 1006.5; g.attr6; name7 = 1007.5; g.attr7
    name8 = 1008.5; g.attr8; name9 = 1009.5; g.attr9; name10 = 1010.5; g.attr10; name11 = 1011.5; g.attr11
    name12 = 1012.5; g.attr12; name13 = 1013.5; g.attr13; name14 = 1014.5; g.attr14; name15 = 1015.5; g.attr15
    name16 = 1016.5; g.attr16; name17 = 1017.5; g.attr17; name18 = 1018.5; g.attr18; name19 = 1019.5; g.attr19
    name20 = 1020.5; g.attr20; name21 = 1021.5; g.attr21; name22 = 1022.5; g.attr22; name23 = 1023.5; g.attr23
    name24 = 1024.5; g.attr24; name25 = 1025.5; g.attr25; name26 = 1026.5; g.attr26; name27 = 1027.5; g.attr27
    name28 = 1028.5; g.attr28; name29 = 1029.5; g.attr29; name30 = 1030.5; g.attr30; name31 = 1031.5; g.attr31
    name32 = 1032.5; g.attr32; name33 = 1033.5; g.attr33; name34 = 1034.5; g.attr34; name35 = 1035.5; g.attr35
    name36 = 1036.5; g.attr36; name37 = 1037.5; g.attr37; name38 = 1038.5; g.attr38; name39 = 1039.5; g.attr39
    name40 = 1040.5; g.attr40; name41 = 1041.5; g.attr41; name42 = 1042.5; g.attr42; name43 = 1043.5; g.attr43
    name44 = 1044.5; g.attr44; name45 = 1045.5; g.attr45; name46 = 1046.5; g.attr46; name47 = 1047.5; g.attr47
    name48 = 1048.5; g.attr48; name49 = 1049.5; g.attr49; name50 = 1050.5; g.attr50; name51 = 1051.5; g.attr51
    name52 = 1052.5; g.attr52; name53 = 1053.5; g.attr53; name54 = 1054.5; g.attr54; name55 = 1055.5; g.attr55
    name56 = 1056.5; g.attr56; name57 = 1057.5; g.attr57; name58 = 1058.5; g.attr58; name59 = 1059.5; g.attr59
    name60 = 1060.5; g.attr60; name61 = 1061.5; g.attr61; name62 = 1062.5; g.attr62; name63 = 1063.5; g.attr63
    name64 = 1064.5; g.attr64; name65 = 1065.5; g.attr65; name66 = 1066.5; g.attr66; name67 = 1067.5; g.attr67
    name68 = 1068.5; g.attr68; name69 = 1069.5; g.attr69; name70 = 1070.5; g.attr70; name71 = 1071.5; g.attr71
    name72 = 1072.5; g.attr72; name73 = 1073.5; g.attr73; name74 = 1074.5; g.attr74; name75 = 1075.5; g.attr75
    name76 = 1076.5; g.attr76; name77 = 1077.5; g.attr77; name78 = 1078.5; g.attr78; name79 = 1079.5; g.attr79
    name80 = 1080.5; g.attr80; name81 = 1081.5; g.attr81; name82 = 1082.5; g.attr82; name83 = 1083.5; g.attr83
    name84 = 1084.5; g.attr84; name85 = 1085.5; g.attr85; name86 = 1086.5; g.attr86; name87 = 1087.5; g.attr87
    name88 = 1088.5; g.attr88; name89 = 1089.5; g.attr89; name90 = 1090.5; g.attr90; name91 = 1091.5; g.attr91
    name92 = 1092.5; g.attr92; name93 = 1093.5; g.attr93; name94 = 1094.5; g.attr94; name95 = 1095.5; g.attr95
    name96 = 1096.5; g.attr96; name97 = 1097.5; g.attr97; name98 = 1098.5; g.attr98; name99 = 1099.5; g.attr99
    name100 = 1100.5; g.attr100; name101 = 1101.5; g.attr101; name102 = 1102.5; g.attr102; name103 = 1103.5; g.attr103
    name104 = 1104.5; g.attr104; name105 = 1105.5; g.attr105; name106 = 1106.5; g.attr106; name107 = 1107.5; g.attr107
    name108 = 1108.5; g.attr108; name109 = 1109.5; g.attr109; name110 = 1110.5; g.attr110; name111 = 1111.5; g.attr111
    name112 = 1112.5; g.attr112; name113 = 1113.5; g.attr113; name114 = 1114.5; g.attr114; name115 = 1115.5; g.attr115
    name116 = 1116.5; g.attr116; name117 = 1117.5; g.attr117; name118 = 1118.5; g.attr118; name119 = 1119.5; g.attr119
    name120 = 1120.5; g.attr120; name121 = 1121.5; g.attr121; name122 = 1122.5; g.attr122; name123 = 1123.5; g.attr123
    name124 = 1124.5; g.attr124; name125 = 1125.5; g.attr125; name126 = 1126.5; g.attr126; name127 = 1127.5; g.attr127
    name128 = 1128.5; g.attr128; name129 = 1129.5; g.attr129; name130 = 1130.5; g.attr130; name131 = 1131.5; g.attr131
    name132 = 1132.5; g.attr132; name133 = 1133.5; g.attr133; name134 = 1134.5; g.attr134; name135 = 1135.5; g.attr135
    name136 = 1136.5; g.attr136; name137 = 1137.5; g.attr137; name138 = 1138.5; g.attr138; name139 = 1139.5; g.attr139
    name140 = 1140.5; g.attr140; name141 = 1141.5; g.attr141; name142 = 1142.5; g.attr142; name143 = 1143.5; g.attr143
    name144 = 1144.5; g.attr144; name145 = 1145.5; g.attr145; name146 = 1146.5; g.attr146; name147 = 1147.5; g.attr147
    name148 = 1148.5; g.attr148; name149 = 1149.5; g.attr149; name150 = 1150.5; g.attr150; name151 = 1151.5; g.attr151
    name152 = 1152.5; g.attr152; name153 = 1153.5; g.attr153; name154 = 1154.5; g.attr154; name155 = 1155.5; g.attr155
    name156 = 1156.5; g.attr156; name157 = 1157.5; g.attr157; name158 = 1158.5; g.attr158; name159 = 1159.5; g.attr159
    name160 = 1160.5; g.attr160; name161 = 1161.5; g.attr161; name162 = 1162.5; g.attr162; name163 = 1163.5; g.attr163
    name164 = 1164.5; g.attr164; name165 = 1165.5; g.attr165; name166 = 1166.5; g.attr166; name167 = 1167.5; g.attr167
    name168 = 1168.5; g.attr168; name169 = 1169.5; g.attr169; name170 = 1170.5; g.attr170; name171 = 1171.5; g.attr171
    name172 = 1172.5; g.attr172; name173 = 1173.5; g.attr173; name174 = 1174.5; g.attr174; name175 = 1175.5; g.attr175
    name176 = 1176.5; g.attr176; name177 = 1177.5; g.attr177; name178 = 1178.5; g.attr178; name179 = 1179.5; g.attr179
    name180 = 1180.5; g.attr180; name181 = 1181.5; g.attr181; name182 = 1182.5; g.attr182; name183 = 1183.5; g.attr183
    name184 = 1184.5; g.attr184; name185 = 1185.5; g.attr185; name186 = 1186.5; g.attr186; name187 = 1187.5; g.attr187
    name188 = 1188.5; g.attr188; name189 = 1189.5; g.attr189; name190 = 1190.5; g.attr190; name191 = 1191.5; g.attr191
    name192 = 1192.5; g.attr192; name193 = 1193.5; g.attr193; name194 = 1194.5; g.attr194; name195 = 1195.5; g.attr195
    name196 = 1196.5; g.attr196; name197 = 1197.5; g.attr197; name198 = 1198.5; g.attr198; name199 = 1199.5; g.attr199
    name200 = 1200.5; g.attr200; name201 = 1201.5; g.attr201; name202 = 1202.5; g.attr202; name203 = 1203.5; g.attr203
    name204 = 1204.5; g.attr204; name205 = 1205.5; g.attr205; name206 = 1206.5; g.attr206; name207 = 1207.5; g.attr207
    name208 = 1208.5; g.attr208; name209 = 1209.5; g.attr209; name210 = 1210.5; g.attr210; name211 = 1211.5; g.attr211
    name212 = 1212.5; g.attr212; name213 = 1213.5; g.attr213; name214 = 1214.5; g.attr214; name215 = 1215.5; g.attr215
    name216 = 1216.5; g.attr216; name217 = 1217.5; g.attr217; name218 = 1218.5; g.attr218; name219 = 1219.5; g.attr219
    name220 = 1220.5; g.attr220; name221 = 1221.5; g.attr221; name222 = 1222.5; g.attr222; name223 = 1223.5; g.attr223
    name224 = 1224.5; g.attr224; name225 = 1225.5; g.attr225; name226 = 1226.5; g.attr226; name227 = 1227.5; g.attr227
    name228 = 1228.5; g.attr228; name229 = 1229.5; g.attr229; name230 = 1230.5; g.attr230; name231 = 1231.5; g.attr231
    name232 = 1232.5; g.attr232; name233 = 1233.5; g.attr233; name234 = 1234.5; g.attr234; name235 = 1235.5; g.attr235
    name236 = 1236.5; g.attr236; name237 = 1237.5; g.attr237; name238 = 1238.5; g.attr238; name239 = 1239.5; g.attr239
    name240 = 1240.5; g.attr240; name241 = 1241.5; g.attr241; name242 = 1242.5; g.attr242; name243 = 1243.5; g.attr243
    name244 = 1244.5; g.attr244; name245 = 1245.5; g.attr245; name246 = 1246.5; g.attr246; name247 = 1247.5; g.attr247
    name248 = 1248.5; g.attr248; name249 = 1249.5; g.attr249; name250 = 1250.5; g.attr250; name251 = 1251.5; g.attr251
    name252 = 1252.5; g.attr252; name253 = 1253.5; g.attr253; name254 = 1254.5; g.attr254; name255 = 1255.5; g.attr255
    name256 = 1256.5; g.attr256; name257 = 1257.5; g.attr257; name258 = 1258.5; g.attr258; name259 = 1259.5; g.attr259
    name260 = 1260.5; g.attr260; name261 = 1261.5; g.attr261; name262 = 1262.5; g.attr262; name263 = 1263.5; g.attr263
    name264 = 1264.5; g.attr264; name265 = 1265.5; g.attr265; name266 = 1266.5; g.attr266; name267 = 1267.5; g.attr267
    name268 = 1268.5; g.attr268; name269 = 1269.5; g.attr269; name270 = 1270.5; g.attr270; name271 = 1271.5; g.attr271
    import extended.package.module
    from extended.other import thing
    from .extended_sibling import other
