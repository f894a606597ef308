//! Records of a table with all storages, made from a fixed seed.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use fastrand::Rng;

use crate::Result;
use crate::documents::SEED;

/// The fields and their storages.
pub(super) const FIELDS: [(&str, &str); 12] = [
    ("id", "integer"),
    ("code", "integer"),
    ("amount", "real"),
    ("score", "real"),
    ("ratio", "real"),
    ("count", "integer"),
    ("day", "date"),
    ("flag", "string"),
    ("region", "string"),
    ("name", "string"),
    ("city", "string"),
    ("note", "string"),
];

/// The fields of the table that merges look up.
pub(super) const LOOKUP_FIELDS: [(&str, &str); 2] = [("code", "integer"), ("title", "string")];

/// Different values of the field `code`.
const CODES: i32 = 1_000;

const REGIONS: [&str; 6] = ["north", "south", "east", "west", "centre", "islands"];
const CITIES: [&str; 8] =
    ["Thessaloniki", "Osaka", "Bologna", "Porto", "Leipzig", "Valparaiso", "Aarhus", "Kyoto"];
const NOTES: [&str; 4] = ["none", "called back, twice", "paid in full", "moved, see the new address"];

/// Writes both tables, and gives the size of the first in bytes.
pub(super) fn write(csv: &Path, lookup: &Path, rows: usize) -> Result<u64> {
    let mut rng = Rng::with_seed(SEED);
    let mut file = BufWriter::new(File::create(csv)?);
    writeln!(file, "{}", FIELDS.map(|(name, _)| name).join(","))?;
    for id in 0..rows {
        let (code, count) = (rng.i32(0..CODES), rng.i32(0..50));
        let (amount, score, ratio) = (rng.f64() * 10_000.0, rng.f64(), rng.f64() * 2.0 - 1.0);
        let (year, month, day) = (rng.u16(2000..2026), rng.u8(1..13), rng.u8(1..29));
        let flag = if rng.bool() { "T" } else { "F" };
        let (region, city, note) =
            (pick(&mut rng, &REGIONS), pick(&mut rng, &CITIES), pick(&mut rng, &NOTES));
        let name = rng.u64(..);
        writeln!(
            file,
            "{id},{code},{amount:.2},{score:.6},{ratio:.9},{count},{year}-{month:02}-{day:02},{flag},{region},\
             {name:016x},{city},\"{note}\""
        )?;
    }
    file.flush()?;
    let mut titles = BufWriter::new(File::create(lookup)?);
    writeln!(titles, "code,title")?;
    for code in 0..CODES {
        writeln!(titles, "{code},title of {code}")?;
    }
    titles.flush()?;
    Ok(std::fs::metadata(csv)?.len())
}

fn pick<'a>(rng: &mut Rng, values: &[&'a str]) -> &'a str {
    rng.choice(values).copied().unwrap_or_default()
}
