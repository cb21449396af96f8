"""pandas works, its extension modules and time zones too."""

import unittest

import pandas


class PandasTest(unittest.TestCase):
    def test_groupby(self):
        frame = pandas.DataFrame({"kind": ["a", "b", "a"], "value": [1, 2, 3]})
        self.assertEqual(frame.groupby("kind")["value"].sum().to_dict(), {"a": 4, "b": 2})

    def test_time_zone(self):
        moment = pandas.Timestamp("2024-07-01 12:00", tz="UTC").tz_convert("Europe/Paris")
        self.assertEqual(moment.utcoffset(), pandas.Timedelta(hours=2))


if __name__ == "__main__":
    unittest.main()
