//! Benchmarks of scoring and start-up beside peers: prints the tables of `docs/performance.md`.
//! `infra/bench/run` installs and builds everything that they need.

mod documents;
mod measure;
mod models;
mod records;
mod scoring;
mod sizes;
mod startup;
mod stream;
mod tables;
mod usage;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

type Error = Box<dyn std::error::Error + Send + Sync>;
type Result<T, E = Error> = std::result::Result<T, E>;

/// Measures the service and its peers.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Prints all tables as Markdown.
    Report(Report),
    /// Prints the times of scoring on one core and on all cores.
    Cores,
    /// Writes the tables and the streams of the table of data work, to run them by hand.
    Files {
        /// The folder.
        folder: PathBuf,
        /// The number of records.
        #[arg(long, default_value_t = 5_000_000)]
        rows: usize,
    },
    /// Makes one measurement of our own side; the report runs this in processes of their own.
    Measure {
        /// How often.
        #[arg(long)]
        runs: usize,
        /// Where the scores go.
        #[arg(long)]
        results: PathBuf,
        #[command(subcommand)]
        work: measure::Work,
    },
}

/// Options of the report.
#[derive(Debug, clap::Args)]
struct Report {
    /// The Python that has the packages of `peer/requirements.txt`.
    #[arg(long)]
    python: PathBuf,
    /// The folder of the peers' programs.
    #[arg(long)]
    peer: PathBuf,
    /// The Lambda runtime interface emulator.
    #[arg(long)]
    emulator: PathBuf,
    /// The folder into which cargo-lambda built the functions.
    #[arg(long)]
    functions: PathBuf,
    /// Only these tables.
    #[arg(long, value_enum)]
    only: Vec<Table>,
    /// The records of the table of data work.
    #[arg(long, default_value_t = 5_000_000)]
    rows: usize,
}

/// A table of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Table {
    /// Rows per second.
    Scoring,
    /// Rows per second of models of other libraries.
    Models,
    /// Reading, computing, sorting, merging.
    Tables,
    /// Time to the first answer.
    Startup,
    /// Sizes of the functions.
    Sizes,
}

fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Report(report) => report.print(),
        Command::Cores => scoring::cores::print(),
        Command::Files { folder, rows } => tables::write(&folder, rows),
        Command::Measure { runs, results, work } => measure::run(&work, runs, &results),
    }
}

impl Report {
    fn print(&self) -> Result<()> {
        for table in [Table::Scoring, Table::Models, Table::Tables, Table::Startup, Table::Sizes] {
            if !self.only.is_empty() && !self.only.contains(&table) {
                continue;
            }
            match table {
                Table::Scoring => scoring::print(&self.python, &self.peer)?,
                Table::Models => models::print(&self.python, &self.peer)?,
                Table::Tables => tables::print(&self.python, &self.peer, self.rows)?,
                Table::Startup => startup::print(self)?,
                Table::Sizes => sizes::print(&self.functions)?,
            }
        }
        Ok(())
    }
}
