"""Databases that a program leaves open at its end: quiet_* leave nothing that their being
closed would show, all others something that it may."""

import os
import sqlite3
import sys

KEPT = []  # until the finalization
PATH = os.environ.get("LEFT", "")


def in_memory():
    connection = sqlite3.connect(":memory:")
    connection.execute("create table t (a)")
    connection.executemany("insert into t values (?)", [(1,), (2,), (3,)])
    KEPT.append(connection)
    return connection


def in_file():
    """A file and a log that become one when it is closed."""
    connection = sqlite3.connect(PATH)
    connection.execute("pragma journal_mode=wal")
    connection.execute("create table if not exists t (a)")
    connection.commit()
    directory, name = os.path.split(PATH)
    print(sorted(entry[len(name):] for entry in os.listdir(directory) if entry.startswith(name)))
    return connection


def quiet_in_memory():
    in_memory()


def quiet_in_memory_beside_a_log():
    in_memory()
    KEPT.append(os.open(PATH, os.O_WRONLY | os.O_CREAT | os.O_APPEND))


def quiet_closed():
    connection = in_memory()
    KEPT.append(connection.execute("select 1"))
    connection.close()


def quiet_closed_file():
    in_file().close()


def file():
    KEPT.append(in_file())


def file_not_in_modules():
    file()
    for name in [name for name in sys.modules if "sqlite3" in name]:
        del sys.modules[name]


def attached_file():
    in_file().close()
    connection = in_memory()
    connection.commit()
    connection.execute("attach ? as other", (PATH,))
    connection.execute("insert into other.t values (4)")
    connection.commit()


class Total:
    def __init__(self):
        self.total = 0

    def step(self, value):
        self.total += value

    def finalize(self):
        os.write(1, b"finalize\n")
        return self.total


def statement():
    connection = in_memory()
    connection.create_aggregate("total_of", 1, Total)
    cursor = connection.execute("select total_of(a) from t group by a")
    print(cursor.fetchone())
    KEPT.insert(0, cursor)


def traced():
    """A transaction that the connection ends."""
    connection = in_memory()
    connection.set_trace_callback(lambda text: os.write(1, b"%s\n" % text.encode()))
    if sys.version_info >= (3, 12):
        connection.commit()
        connection.autocommit = False
    else:
        file()


def shows_itself():
    class Shown(sqlite3.Connection):
        def __repr__(self):
            os.write(1, b"Shown\n")
            return "Shown"
    KEPT.append(sqlite3.connect(":memory:", factory=Shown))


def extensions():
    connection = in_memory()
    if hasattr(connection, "enable_load_extension"):
        connection.enable_load_extension(True)
        connection.enable_load_extension(False)
    else:
        file()


if __name__ == "__main__":
    globals()[sys.argv[1]]()
