//! Records for a document, made from a fixed seed: every category that the document lists, and
//! numbers from the range that it scales.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow_schema::ArrowError;
use fastrand::Rng;
use satsuma_pmml::Input;
use satsuma_pmml::document::{DataField, DataType, Document, Expression};

use crate::documents::SEED;

/// Rows of a batch, as the engine cuts them.
const BATCH_ROWS: usize = 8_192;

/// Random values for the fields of a document.
pub(crate) struct Records {
    fields: Vec<Field>,
}

struct Field {
    name: String,
    values: Values,
}

enum Values {
    Texts(Vec<String>),
    Numbers(Vec<f64>),
    Range(f64, f64),
}

/// A value of a record.
enum Value<'a> {
    Text(&'a str),
    Number(f64),
}

/// Reads columns of numbers from the first records of a CSV file, in batches.
pub(crate) fn read_numbers(path: &Path, names: &[&str], rows: usize) -> crate::Result<Vec<RecordBatch>> {
    let text = std::fs::read_to_string(path)?;
    let mut lines = text.lines();
    let header = lines.next().unwrap_or_default().split(',').collect::<Vec<_>>();
    let places = names.iter().map(|name| header.iter().position(|found| found == name));
    let places = places.collect::<Option<Vec<_>>>().ok_or("a column is missing")?;
    let lines = lines.take(rows).map(|line| line.split(',').collect()).collect::<Vec<Vec<_>>>();
    let batch = |lines: &[Vec<&str>]| {
        let column = |place: &usize| {
            let numbers = lines.iter().map(|cells| cells.get(*place)?.parse::<f64>().ok());
            Arc::new(numbers.collect::<Float64Array>()) as ArrayRef
        };
        RecordBatch::try_from_iter(names.iter().copied().zip(places.iter().map(column)))
    };
    Ok(lines.chunks(BATCH_ROWS).map(batch).collect::<Result<_, _>>()?)
}

impl Records {
    /// Records for the inputs of a document's model.
    pub(crate) fn new(document: &Document, inputs: &[Input]) -> Result<Self, String> {
        let field = |input: &Input| {
            let name = &input.name;
            let field =
                document.data_dictionary.field(name).ok_or_else(|| format!("no data field {name}"))?;
            Ok(Field { name: name.clone(), values: Values::of(field, document)? })
        };
        let fields = inputs.iter().map(field).collect::<Result<_, String>>()?;
        Ok(Self { fields })
    }

    /// The fields' names, and whether they hold text, in order.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, bool)> {
        self.fields.iter().map(|field| (field.name.as_str(), matches!(field.values, Values::Texts(_))))
    }

    /// Writes `rows` records, with a header.
    pub(crate) fn write_csv(&self, path: &Path, rows: usize) -> std::io::Result<()> {
        let mut file = BufWriter::new(File::create(path)?);
        let names: Vec<_> = self.fields().map(|(name, _)| name).collect();
        writeln!(file, "{}", names.join(","))?;
        let mut rng = Rng::with_seed(SEED);
        let mut line = String::new();
        for _ in 0..rows {
            line.clear();
            for field in &self.fields {
                let _ = match field.values.draw(&mut rng) {
                    Value::Text(text) => write!(line, "{text},"),
                    Value::Number(number) => write!(line, "{number},"),
                };
            }
            line.pop();
            writeln!(file, "{line}")?;
        }
        file.flush()
    }

    /// The same records as columns.
    pub(crate) fn batches(&self, rows: usize) -> Result<Vec<RecordBatch>, ArrowError> {
        let mut rng = Rng::with_seed(SEED);
        let starts = (0..rows).step_by(BATCH_ROWS);
        starts.map(|start| self.batch(BATCH_ROWS.min(rows - start), &mut rng)).collect()
    }

    fn batch(&self, rows: usize, rng: &mut Rng) -> Result<RecordBatch, ArrowError> {
        let mut drawn: Vec<Vec<Value<'_>>> = self.fields.iter().map(|_| Vec::with_capacity(rows)).collect();
        for _ in 0..rows {
            for (column, field) in drawn.iter_mut().zip(&self.fields) {
                column.push(field.values.draw(rng));
            }
        }
        let names = self.fields.iter().map(|field| field.name.as_str());
        RecordBatch::try_from_iter(names.zip(drawn.iter().map(|column| array(column))))
    }
}

fn array(values: &[Value<'_>]) -> ArrayRef {
    let texts = values.iter().map(|value| match value {
        Value::Text(text) => Some(*text),
        Value::Number(_) => None,
    });
    if let Some(texts) = texts.collect::<Option<Vec<_>>>() {
        return Arc::new(StringArray::from(texts));
    }
    let numbers = values.iter().map(|value| match value {
        Value::Text(_) => None,
        Value::Number(number) => Some(*number),
    });
    Arc::new(Float64Array::from_iter(numbers))
}

impl Values {
    fn of(field: &DataField, document: &Document) -> Result<Self, String> {
        let listed = field.values.iter().map(|value| value.value.clone());
        match field.data_type {
            DataType::String if !field.values.is_empty() => Ok(Self::Texts(listed.collect())),
            DataType::Double if !field.values.is_empty() => {
                let numbers = listed.map(|text| text.parse().map_err(|error| format!("{text}: {error}")));
                numbers.collect::<Result<_, String>>().map(Self::Numbers)
            }
            DataType::Double => range(&field.name, document),
            _ => Err(format!("no values are known for the field {}", field.name)),
        }
    }

    /// Numbers have six decimals at most, so that text represents them exactly and no side rounds.
    fn draw(&self, rng: &mut Rng) -> Value<'_> {
        match self {
            Self::Texts(texts) => {
                texts.get(rng.usize(..texts.len())).map_or(Value::Text(""), |text| Value::Text(text))
            }
            Self::Numbers(numbers) => {
                Value::Number(numbers.get(rng.usize(..numbers.len())).copied().unwrap_or_default())
            }
            Self::Range(low, high) => {
                let number = low + rng.f64() * (high - low);
                Value::Number((number * 1e6).round() / 1e6)
            }
        }
    }
}

/// The range that the document scales a number from.
fn range(name: &str, document: &Document) -> Result<Values, String> {
    let scaling =
        document.transformation_dictionary.fields.iter().find_map(|derived| match &derived.expression {
            Expression::NormContinuous { field, points, .. } if field == name => Some(points),
            _ => None,
        });
    let ends = scaling.and_then(|points| Some((points.first()?.0, points.last()?.0)));
    let (low, high) = ends.ok_or_else(|| format!("no range is known for the field {name}"))?;
    Ok(Values::Range(low, high))
}
