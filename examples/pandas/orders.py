"""Tables with pandas: reading, joining, grouping, time series and writing, all in memory."""

import io

import pandas as pd

ORDERS = """order,customer,when,amount
1,ann,2024-03-30 22:15,12.50
2,bob,2024-03-31 00:30,7.25
3,ann,2024-03-31 03:05,30.00
4,cid,2024-04-01 09:00,
5,bob,2024-04-02 18:45,4.75
"""

CUSTOMERS = {"customer": ["ann", "bob", "cid"], "town": ["Ulm", "Oslo", "Ulm"]}


def read():
    """Returns the orders with their customers' towns, times in Berlin's summer and winter time."""
    orders = pd.read_csv(io.StringIO(ORDERS), parse_dates=["when"], index_col="order")
    orders["when"] = orders["when"].dt.tz_localize("UTC").dt.tz_convert("Europe/Berlin")
    return orders.merge(pd.DataFrame(CUSTOMERS), on="customer", how="left")


def main():
    orders = read()
    print("hours", orders["when"].dt.hour.tolist(), orders["when"].iloc[0].utcoffset(), orders["when"].iloc[4].utcoffset())
    print("missing", int(orders["amount"].isna().sum()))
    totals = orders.groupby(["town", "customer"])["amount"].agg(["count", "sum"])
    print(totals.to_string())
    print("pivot", orders.pivot_table(index="town", columns="customer", values="amount", aggfunc="sum", fill_value=0).to_dict())
    days = orders.set_index("when")["amount"].resample("D").sum()
    print("days", [(day.isoformat(), float(amount)) for day, amount in days.items()])
    print("rolling", days.rolling(2).mean().round(3).tolist())
    print("cut", pd.cut(orders["amount"], [0, 5, 10, 50]).astype(str).tolist())
    print("periods", [str(period) for period in pd.period_range("2024-11", periods=3, freq="M")])
    print("interval", pd.Interval(0, 5).overlaps(pd.Interval(4, 6)), pd.Timedelta("1h30min") * 2)
    print("text", orders["town"].str.upper().value_counts().sort_index().to_dict())
    print(orders.drop(columns="when").to_json(orient="records"))
    reader = pd.read_csv(io.StringIO(ORDERS), chunksize=2)
    print("left open", next(reader).shape)
    return reader


if __name__ == "__main__":
    KEPT = main()
