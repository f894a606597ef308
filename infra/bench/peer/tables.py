"""One measurement of Polars or DuckDB: the same work as `satsuma-bench measure`, and the same output."""

import argparse
import json
import os

from timing import timed


def polars_work(work, csv, lookup, results):
    import polars as pl

    def read(path):
        return pl.scan_csv(path, try_parse_dates=True)

    records = read(csv)
    if work == "compute":
        records = (
            records.filter((pl.col("amount") > 1000) & (pl.col("flag") == "T"))
            .with_columns(
                total=pl.col("amount") * pl.col("count"),
                level=pl.when(pl.col("score") > 0.5).then(1).otherwise(0),
                root=pl.col("ratio").abs().sqrt() + pl.col("amount").log(),
            )
            .group_by("region", "code", maintain_order=True)
            .agg(
                pl.col("total").sum().alias("total_Sum"),
                pl.col("level").sum().alias("level_Sum"),
                pl.col("root").mean().alias("root_Mean"),
                pl.col("amount").max().alias("amount_Max"),
                pl.len().alias("Record_Count"),
            )
        )
    elif work == "sort":
        records = records.sort("region", "amount", descending=[False, True], maintain_order=True)
    elif work == "merge":
        records = records.join(read(lookup), on="code", how="inner", maintain_order="left")
    elif work == "distinct":
        records = records.unique(subset=["code", "region"], keep="first", maintain_order=True)
    records.sink_csv(results)


def duckdb_work(work, csv, lookup, results):
    import duckdb

    table = f"read_csv('{csv}')"
    query = {
        "copy": f"from {table}",
        "compute": f"""
            select region, code, sum(amount * count) as "total_Sum",
                sum(case when score > 0.5 then 1 else 0 end) as "level_Sum",
                avg(sqrt(abs(ratio)) + ln(amount)) as "root_Mean", max(amount) as "amount_Max",
                count(*) as "Record_Count"
            from {table} where amount > 1000 and flag = 'T' group by region, code""",
        "sort": f"from {table} order by region, amount desc",
        "merge": f"select * from {table} records join read_csv('{lookup}') titles using (code)",
        "distinct": f"select distinct on (code, region) * from {table} order by code, region, id",
    }[work]
    connection = duckdb.connect()
    connection.execute(f"SET threads={os.cpu_count()}")
    connection.execute(f"copy ({query}) to '{results}' (header)")


def agreement(ours, theirs):
    """Whether two results have the same records: counts of records, and sums of all numbers to 1e-9."""
    import polars as pl

    def summary(path):
        records = pl.scan_csv(path, try_parse_dates=False)
        numbers = records.select(pl.col(pl.Int64, pl.Float64).sum()).collect()
        return records.select(pl.len()).collect().item(), dict(zip(numbers.columns, numbers.row(0)))

    (our_rows, our_sums), (their_rows, their_sums) = summary(ours), summary(theirs)
    if our_rows != their_rows:
        return f"{our_rows} and {their_rows} records"
    apart = [
        name
        for name, number in our_sums.items()
        if abs(number - their_sums.get(name, float("nan"))) > 1e-9 * max(abs(number), 1) or name not in their_sums
    ]
    return f"other sums of {', '.join(apart)}" if apart else "yes"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("library", choices=["polars", "duckdb"])
    parser.add_argument("work", choices=["copy", "compute", "sort", "merge", "distinct"])
    parser.add_argument("csv")
    parser.add_argument("lookup")
    parser.add_argument("results")
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--compare", required=True)
    arguments = parser.parse_args()
    work = polars_work if arguments.library == "polars" else duckdb_work

    def run():
        work(arguments.work, arguments.csv, arguments.lookup, arguments.results)

    run()
    measured = timed(run, arguments.runs)
    measured["agreement"] = agreement(arguments.compare, arguments.results)
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
