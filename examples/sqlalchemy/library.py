"""A lending library on SQLite: SQLAlchemy's ORM for the loans, its core for the report."""

from __future__ import annotations

import datetime

from sqlalchemy import ForeignKey, String, create_engine, event, func, insert, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "author"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    books: Mapped[list[Book]] = relationship(back_populates="author", order_by="Book.title")


class Book(Base):
    __tablename__ = "book"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    year: Mapped[int | None]
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author] = relationship(back_populates="books")
    loans: Mapped[list[Loan]] = relationship(back_populates="book", cascade="all, delete-orphan")


class Loan(Base):
    __tablename__ = "loan"

    id: Mapped[int] = mapped_column(primary_key=True)
    reader: Mapped[str]
    day: Mapped[datetime.date]
    book_id: Mapped[int] = mapped_column(ForeignKey("book.id"))
    book: Mapped[Book] = relationship(back_populates="loans")


def fill(session):
    leguin = Author(name="Ursula K. Le Guin")
    lem = Author(name="Stanisław Lem")
    solaris = Book(title="Solaris", year=1961, author=lem)
    leguin.books += [
        Book(title="The Dispossessed", year=1974),
        Book(title="The Lathe of Heaven", year=1971),
    ]
    for number, reader in enumerate(["ann", "bob", "ann"]):
        solaris.loans.append(Loan(reader=reader, day=datetime.date(2024, 5, 1 + number)))
    leguin.books[0].loans.append(Loan(reader="cid", day=datetime.date(2024, 6, 1)))
    session.add_all([leguin, lem])
    session.commit()


def main():
    engine = create_engine("sqlite://")
    statements = []
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    Base.metadata.create_all(engine)
    print("tables", inspect(engine).get_table_names())

    with Session(engine) as session:
        fill(session)
        authors = select(Author).options(selectinload(Author.books)).order_by(Author.name)
        for author in session.scalars(authors):
            print(author.name, [(book.title, book.year) for book in author.books])
        session.add(Author(name="Stanisław Lem"))
        try:
            session.commit()
        except IntegrityError as error:
            session.rollback()
            print("refused:", error.orig)
        session.delete(session.scalars(select(Book).where(Book.title == "Solaris")).one())
        session.commit()

    loans = (
        select(Author.name, func.count(Loan.id).label("loans"), func.max(Loan.day).label("last"))
        .outerjoin(Author.books)
        .outerjoin(Book.loans)
        .group_by(Author.name)
        .order_by(Author.name)
    )
    print(str(loans.compile(engine)))
    with engine.begin() as connection:
        connection.execute(insert(Author.__table__), [{"name": "A"}, {"name": "B"}])
        for row in connection.execute(loans):
            print(tuple(row))
        print("authors", connection.scalar(select(func.count()).select_from(Author)))
    print("statements", len(statements), sorted({text.split()[0] for text in statements}))
    engine.dispose()


if __name__ == "__main__":
    main()
