"""Work on a table."""

import io

import pandas

table = pandas.DataFrame({"name": ["a", "b", "a"], "value": [1, 2, 3]})
stored = io.BytesIO()
table.to_parquet(stored, engine="pyarrow")
print(pandas.read_parquet(stored).groupby("name").value.sum().to_dict())
