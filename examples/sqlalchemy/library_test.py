"""Tests the library's mapping and its queries."""

import unittest

from examples.sqlalchemy import library
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session


class LibraryTest(unittest.TestCase):
    def setUp(self):
        self.engine = create_engine("sqlite://")
        library.Base.metadata.create_all(self.engine)
        self.session = Session(self.engine)
        library.fill(self.session)

    def tearDown(self):
        self.session.close()
        self.engine.dispose()

    def test_relationships(self):
        author = self.session.scalars(select(library.Author).filter_by(name="Stanisław Lem")).one()
        self.assertEqual([book.title for book in author.books], ["Solaris"])
        self.assertEqual([loan.reader for loan in author.books[0].loans], ["ann", "bob", "ann"])

    def test_loans_go_with_their_book(self):
        solaris = self.session.scalars(select(library.Book).where(library.Book.year == 1961)).one()
        self.session.delete(solaris)
        self.session.commit()
        self.assertEqual(self.session.scalar(select(func.count(library.Loan.id))), 1)

    def test_core(self):
        query = select(library.Book.__table__.c.title).where(library.Book.__table__.c.year.between(1970, 1972))
        with self.engine.connect() as connection:
            self.assertEqual(connection.execute(query).scalars().all(), ["The Lathe of Heaven"])


if __name__ == "__main__":
    unittest.main()
