//! Reading XML records.

use std::collections::HashMap;
use std::io::{BufReader, Read};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_array::builder::StringBuilder;
use quick_xml::XmlVersion;
use satsuma_columns::{DataModel, Field, Storage};

use super::path::{self, Path};
use crate::error::{FormatError, check_limit};
use crate::reader::{BATCH_ROWS, RecordReader};
use crate::xml_events::{Events, Item};

/// Bytes of text after which a batch ends, and the most of a record.
const BATCH_BYTES: usize = 32 << 20;
const MAX_RECORD_BYTES: u64 = 64 << 20;
/// The most values of a batch.
const BATCH_VALUES: usize = 1 << 20;

/// Options of the XML source node. IBM, "XML Source Node".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmlReadOptions {
    /// The path of the element that is a record, such as `/list/item`.
    pub record_path: String,
    /// The fields.
    pub fields: Vec<XmlField>,
}

/// A field of an XML source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmlField {
    /// The field's name.
    pub name: String,
    /// The path of an element or attribute in the record, such as `/list/item/price` or `/list/item/@id`.
    pub path: String,
}

/// A reader of XML files of records. It reads its input once from front to back and holds one batch.
///
/// All fields are strings; the source node's own storages are conversions of them. A missing element or
/// attribute of a record is null. Refused are paths outside the record, predicates and functions of XPath,
/// names with colons (which the node does not support either), and a field that occurs twice in a record.
pub struct XmlReader<R> {
    model: DataModel,
    record_path: String,
    by_path: HashMap<String, usize>,
    events: Events<BufReader<R>>,
    path: Path,
    text: String,
    /// Values of the current record.
    values: Vec<Value>,
    columns: Vec<StringBuilder>,
    records: u64,
    ended: bool,
}

/// A value of a record; its buffer is reused.
#[derive(Default)]
struct Value {
    text: String,
    is_set: bool,
}

impl<R: Read> XmlReader<R> {
    /// Opens a document in UTF-8.
    ///
    /// # Errors
    /// If a path is not supported, or two fields have the same name.
    pub fn open(input: R, options: &XmlReadOptions) -> Result<Self, FormatError> {
        path::check(&options.record_path)?;
        let mut by_path = HashMap::new();
        for (at, field) in options.fields.iter().enumerate() {
            path::check(&field.path)?;
            let below = field.path.strip_prefix(&options.record_path);
            if below.is_none_or(|below| !below.is_empty() && !below.starts_with('/')) {
                let (field, record) = (&field.path, &options.record_path);
                return Err(FormatError::Unsupported(format!(
                    "the XPath {field:?} outside the record {record:?}"
                )));
            }
            if by_path.insert(field.path.clone(), at).is_some() {
                return Err(FormatError::Setting(format!("two fields have the XPath {:?}", field.path)));
            }
        }
        if options.fields.is_empty() {
            return Err(FormatError::Setting("the XML source has no fields".to_owned()));
        }
        let fields = options.fields.iter().map(|field| Field::new(&field.name, Storage::String));
        let model =
            DataModel::new(fields.collect()).map_err(|twice| FormatError::Setting(twice.to_string()))?;
        Ok(Self {
            record_path: options.record_path.clone(),
            by_path,
            events: Events::new(BufReader::new(input), "XML file", "in its text".to_owned()),
            path: Path::default(),
            text: String::new(),
            values: options.fields.iter().map(|_| Value::default()).collect(),
            columns: options.fields.iter().map(|_| StringBuilder::with_capacity(0, 0)).collect(),
            model,
            records: 0,
            ended: false,
        })
    }

    /// Reads the next record into the columns; the bytes of its text, or `None` at the end.
    fn next_record(&mut self) -> Result<Option<usize>, FormatError> {
        let mut bytes = 0_usize;
        loop {
            self.text.clear();
            let (ends, starts) = match self.events.next(&mut self.text)? {
                Item::Start(start) | Item::Empty(start) if start.name().as_ref().contains(':') => {
                    let name = start.name().as_ref().to_owned();
                    return Err(FormatError::Unsupported(format!("the colon in the XML element {name:?}")));
                }
                Item::Start(start) => {
                    let entered = enter(&mut self.path, &start, &self.by_path, &mut self.values);
                    (entered.map(|()| false), true)
                }
                Item::Empty(start) => {
                    let entered = enter(&mut self.path, &start, &self.by_path, &mut self.values);
                    (entered.map(|()| true), true)
                }
                Item::End(_) => (Ok(true), false),
                Item::Text => (Ok(false), false),
                Item::Eof if self.path.is_outside() => return Ok(None),
                Item::Eof => return Err(self.events.damaged("it ends within an element")),
            };
            let ends = ends.map_err(|problem| {
                self.events.damaged(format!("{problem} in record {}", self.records + 1))
            })?;
            let value = self.by_path.get(self.path.as_str()).filter(|_| !starts && !self.text.is_empty());
            if let Some(value) = value.and_then(|at| self.values.get_mut(*at)) {
                value.text.push_str(&self.text);
                bytes += self.text.len();
                check_limit("bytes in a record of the XML file", bytes as u64, MAX_RECORD_BYTES)?;
            }
            if ends {
                let is_record = self.path.as_str() == self.record_path;
                self.path.leave();
                if is_record {
                    self.end_record();
                    return Ok(Some(bytes));
                }
            }
        }
    }

    fn end_record(&mut self) {
        self.records += 1;
        for (value, column) in self.values.iter_mut().zip(&mut self.columns) {
            column.append_option(value.is_set.then_some(&value.text));
            value.text.clear();
            value.is_set = false;
        }
    }
}

/// Enters an element and reads its attributes.
fn enter(
    path: &mut Path,
    start: &quick_xml::events::BytesStart<'_>,
    by_path: &HashMap<String, usize>,
    values: &mut [Value],
) -> Result<(), String> {
    let name = start.name();
    path.enter(name.as_ref())?;
    let mut set = |path: &str, text: &str| {
        let Some(value) = by_path.get(path).and_then(|at| values.get_mut(*at)) else { return Ok(()) };
        if value.is_set {
            return Err(format!("the field at {path} occurs twice"));
        }
        value.is_set = true;
        value.text.push_str(text);
        Ok(())
    };
    set(path.as_str(), "")?;
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let text = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
        path.with_attribute(attribute.key.as_ref(), |path| set(path, &text))?;
    }
    Ok(())
}

impl<R: Read> RecordReader for XmlReader<R> {
    fn data_model(&self) -> &DataModel {
        &self.model
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>, FormatError> {
        let most = (BATCH_VALUES / self.model.len().max(1)).clamp(1, BATCH_ROWS);
        let (mut rows, mut bytes) = (0, 0);
        while !self.ended && rows < most && bytes < BATCH_BYTES {
            match self.next_record()? {
                Some(record) => {
                    rows += 1;
                    bytes += record;
                }
                None => self.ended = true,
            }
        }
        if rows == 0 {
            return Ok(None);
        }
        let columns = self.columns.iter_mut().map(|column| Arc::new(column.finish()) as _).collect();
        let batch = RecordBatch::try_new(self.model.schema(), columns);
        batch.map(Some).map_err(|error| FormatError::Batch(error.to_string()))
    }
}
