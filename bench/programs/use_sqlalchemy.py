"""A table of SQLAlchemy's ORM in memory, written and read once."""

import os
import time

start = time.perf_counter_ns()

from sqlalchemy import String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

end = time.perf_counter_ns()


class Base(DeclarativeBase):
    pass


class Book(Base):
    __tablename__ = "book"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(80))


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add(Book(title="Middlemarch"))
    session.commit()
    print(session.scalars(select(Book.title)).all())

if os.environ.get("BENCH_IMPORT_FD"):
    os.write(int(os.environ["BENCH_IMPORT_FD"]), b"%d" % (end - start))
