//! Type: metadata of fields. Sources contain one. IBM: "Type Node", `typenode`.
//!
//! Sets measure, role, values, blanks and labels. Values that are missing in the stream are read from the
//! data if a later node uses them (`read`). Values are checked against those of the stream (`check`).

pub(crate) mod check;
pub(crate) mod read;

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use satsuma_columns::{BlankRange, Blanks, DataModel, Field, Scalar, Storage, Values};
use satsuma_engine::{
    Compile, Compiled, DataFault, Inputs, NodeDiagnostics, NodeError, NodeRun, NodeType, Process, Reported,
    Table, one, settings,
};
use satsuma_stream::{Check, FieldType, Measure, Missing, Role, TypeRow, TypeTable, ValueMode};

use self::check::Checked;
pub(crate) use self::check::{CHANGE, LEGAL, WATCH};
use self::read::ValueReader;

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "TypeNode",
    extension: None,
    inputs: Inputs::One,
    settings: TypeSettings::LIST,
    compile,
};

settings! {
    /// Settings of a Type node.
    pub struct TypeSettings {
        /// Measure, values and role of fields.
        table: TypeTable = parsed("typeTable", "type", TypeTable::from_element),
    }
    // Display format of values.
    ignored: ["formattingTable"]
}

/// A Type node, or the types of a source.
#[derive(Debug)]
pub struct Types {
    fields: HashMap<String, FieldSettings>,
    /// Whether values of fields without settings are read.
    reads_others: bool,
    /// Largest number of members of a set, beyond which it is typeless; `None` for no maximum.
    maximum_set_size: Option<u32>,
}

/// Modeler's default for the largest set.
const MAXIMUM_SET_SIZE: u32 = 250;

#[derive(Debug)]
struct FieldSettings {
    measure: Option<Measure>,
    /// `None` where the field keeps its role.
    role: Option<Role>,
    field_type: Option<FieldType>,
    blanks: Option<Arc<Blanks>>,
    label: Option<String>,
    check: Check,
    /// Whether values that are missing in the stream are read.
    reads: bool,
}

/// The possible values of a field.
pub(crate) enum Legal {
    Range(Scalar, Scalar),
    Members(Vec<Scalar>),
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: TypeSettings = compile.settings()?;
    let maximum = compile.stream().properties.maximum_set_size;
    Ok(Compiled::process(Types::new(&settings.table, compile.diagnostics()).limited(maximum)))
}

impl Types {
    /// The types of a table of settings; reports unsupported settings.
    pub fn new(table: &TypeTable, diagnostics: &mut NodeDiagnostics<'_>) -> Self {
        let default = &table.default_value_mode;
        let fields =
            table.rows.iter().map(|row| (row.name.clone(), settings(row, default, diagnostics))).collect();
        Self { fields, reads_others: *default != ValueMode::Pass, maximum_set_size: Some(MAXIMUM_SET_SIZE) }
    }

    /// Sets the stream's maximum for the members of a set.
    #[must_use]
    pub fn limited(self, maximum_set_size: Option<u32>) -> Self {
        Self { maximum_set_size, ..self }
    }

    /// The fields with their metadata.
    ///
    /// # Errors
    /// The values of a checked field do not have its storage.
    pub fn described(&self, input: &DataModel) -> Result<DataModel, NodeError> {
        let fields = input.fields().iter().map(|field| match self.fields.get(&field.name) {
            Some(settings) => settings.describe(field),
            None => Ok(field.clone()),
        });
        Ok(DataModel::new(fields.collect::<Result<_, _>>()?)?)
    }

    /// The table with metadata and checks.
    ///
    /// # Errors
    /// The values of a checked field do not have its storage.
    pub fn typed(&self, input: Table, run: &NodeRun) -> Result<Table, NodeError> {
        let model = self.described(input.model())?;
        let mut checked = Vec::new();
        for field in model.fields() {
            if let Some(settings) =
                self.fields.get(&field.name).filter(|settings| settings.check != Check::None)
            {
                let legal = settings.legal(field)?;
                checked.push(Checked { field: field.clone(), check: settings.check.clone(), legal });
            }
        }
        check::checked(input, checked, run)?.described(model)
    }

    /// The table with the values of all fields whose values must be read and are missing in the stream. Reads
    /// the table once for them.
    ///
    /// # Errors
    /// A failure in reading.
    pub async fn instantiated(&self, table: Table, run: &NodeRun) -> Result<Table, NodeError> {
        let reads = |field: &Field| {
            let settings = self.fields.get(&field.name);
            let is_wanted = settings.map_or(self.reads_others, |settings| settings.reads);
            is_wanted && field.values == Values::Unread && field.measure != Measure::Typeless
        };
        let wanted = table.fields().iter().enumerate().filter(|(_, field)| reads(field));
        let wanted = wanted.map(|(at, field)| (at, ValueReader::new(field, self.maximum_set_size)));
        let mut readers = wanted.filter_map(|(at, reader)| Some((at, reader?))).collect::<Vec<_>>();
        if readers.is_empty() {
            return Ok(table);
        }
        let columns = readers.iter().filter_map(|(at, _)| table.fields().get(*at)).cloned();
        let narrow = table.clone().select(columns.map(|field| (field.name.clone(), field)).collect())?;
        let mut batches = narrow.records(run).await?;
        while let Some(batch) = futures::StreamExt::next(&mut batches).await {
            let batch = batch?;
            run.check_canceled()?;
            for ((_, reader), column) in readers.iter_mut().zip(batch.columns()) {
                reader.add(column)?;
            }
        }
        let mut fields = table.fields().to_vec();
        for (at, reader) in readers {
            if let Some(field) = fields.get_mut(at) {
                reader.describe(field);
            }
        }
        table.described(DataModel::new(fields)?)
    }
}

impl FieldSettings {
    fn describe(&self, field: &Field) -> Result<Field, NodeError> {
        let role = self.role.clone().unwrap_or_else(|| field.role.clone());
        let mut field = field.clone().used_as(role);
        if let Some(measure) = &self.measure {
            field.measure = measure.clone();
        }
        if let Some(field_type) = &self.field_type {
            field.values = values(field_type, &field.measure, field.storage).unwrap_or(field.values);
            field.value_labels = labels(field_type, field.storage);
        }
        if self.blanks.is_some() {
            field.blanks = self.blanks.clone();
        }
        if self.label.is_some() {
            field.label = self.label.clone();
        }
        if field.measure == Measure::Typeless && field.role == Role::Input {
            // IBM: the role of a typeless field is None.
            field.role = Role::None;
        }
        field.check = self.check.clone();
        if self.check != Check::None {
            self.legal(&field)?;
        }
        Ok(field)
    }

    fn legal(&self, field: &Field) -> Result<Legal, NodeError> {
        let legal = self.field_type.as_ref().and_then(legal);
        let fits = |value: &Scalar| {
            value.to_storage(field.storage).ok_or_else(|| {
                let wanted = format!("the storage of its value {value:?}");
                let (name, found) = (field.name.clone(), field.storage.name().to_owned());
                NodeError::Data(DataFault::Storage { field: name, found, wanted })
            })
        };
        Ok(match legal {
            Some(Legal::Range(low, high)) => Legal::Range(fits(&low)?, fits(&high)?),
            Some(Legal::Members(members)) => {
                Legal::Members(members.iter().map(fits).collect::<Result<_, _>>()?)
            }
            None => return Err(NodeError::unsupported("the field has no stored values to check against")),
        })
    }
}

#[async_trait]
impl Process for Types {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        self.described(one(inputs)?)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let typed = self.typed(one(inputs)?, run)?;
        if run.wants_values() { self.instantiated(typed, run).await } else { Ok(typed) }
    }

    fn is_free(&self) -> bool {
        true
    }
}

fn settings(row: &TypeRow, default: &ValueMode, diagnostics: &mut NodeDiagnostics<'_>) -> FieldSettings {
    let property = |what: &str| format!("typeTable/{:?}/{what}", row.name);
    for unknown in &row.unknown {
        diagnostics.refuse_value(property(unknown), "…", "this setting of a field is not known");
    }
    let check = row.check.clone().unwrap_or(Check::None);
    let mode = row.value_mode.as_ref();
    if let Some(ValueMode::Other(other)) = mode {
        diagnostics.refuse_value(
            property("valueMode"),
            other,
            "read, pass, computed and local are supported",
        );
    }
    let mut field_type = row.field_type.clone();
    if mode == Some(&ValueMode::Read)
        && let Some(stored) = &mut field_type
    {
        // They are read again.
        stored.values.clear();
    }
    match &check {
        Check::None => {}
        Check::Other(other) => {
            diagnostics.refuse_value(property("check"), other, "the type of check is unknown");
        }
        known if field_type.as_ref().and_then(legal).is_none() => {
            let message = "the field has no stored values to check against";
            diagnostics.refuse_value(property("check"), known, message);
        }
        _ => {}
    }
    FieldSettings {
        measure: measure(row),
        // A row without a role passes on that of the field: behind a Partition node, a partition stays one.
        role: row.direction.clone(),
        field_type,
        blanks: row
            .missing
            .as_ref()
            .filter(|missing| missing.enabled)
            .map(|missing| Arc::new(blanks(missing))),
        label: row.annotation.clone().filter(|label| !label.is_empty()),
        check,
        reads: mode.unwrap_or(default) != &ValueMode::Pass,
    }
}

/// The measure of a field from its row. For *categorical* and *default*, the values determine it.
fn measure(row: &TypeRow) -> Option<Measure> {
    let read = row.field_type.as_ref().map(|read| &read.measure);
    match (&row.measure, read) {
        (Some(Measure::Auto), None) => None,
        (Some(Measure::Discrete | Measure::Auto), Some(read)) => Some(read.clone()),
        _ => row.effective_measure().cloned(),
    }
}

fn blanks(missing: &Missing) -> Blanks {
    let values = missing.values.iter().filter_map(Scalar::of_stream).collect::<Vec<_>>();
    let (range, values) = match (missing.range_included, values.as_slice()) {
        (true, [low, high, others @ ..]) => {
            let range = BlankRange { low: Some(low.clone()), high: Some(high.clone()) };
            (Some(range), others.to_vec())
        }
        _ => (None, values),
    };
    Blanks { null: missing.null_included, white_space: missing.whitespace_included, values, range }
}

fn legal(field_type: &FieldType) -> Option<Legal> {
    if field_type.truncated {
        return None;
    }
    let values = field_type.values.iter().map(Scalar::of_stream).collect::<Option<Vec<_>>>()?;
    match (&field_type.measure, values.as_slice()) {
        (Measure::Range, [low, high]) => Some(Legal::Range(low.clone(), high.clone())),
        (Measure::Flag | Measure::Set | Measure::OrderedSet, [_, ..]) => Some(Legal::Members(values)),
        _ => None,
    }
}

/// The values of a field's type, if they were read and have its storage.
pub fn values(field_type: &FieldType, measure: &Measure, storage: Storage) -> Option<Values> {
    if field_type.truncated {
        return None;
    }
    let stored = field_type.values.iter().map(|value| Scalar::of_stream(value)?.to_storage(storage));
    let stored = stored.collect::<Option<Vec<_>>>()?;
    match (measure, stored.as_slice()) {
        (Measure::Range, [low, high]) => Some(Values::Range(low.clone(), high.clone())),
        (Measure::Flag, [no, yes]) => Some(Values::Flag(no.clone(), yes.clone())),
        (Measure::Set | Measure::OrderedSet | Measure::Flag, [_, ..]) => Some(Values::Members(stored)),
        _ => None,
    }
}

fn labels(field_type: &FieldType, storage: Storage) -> Arc<[(Scalar, String)]> {
    let labels = field_type.labels.iter();
    labels
        .filter_map(|(value, label)| Some((Scalar::of_stream(value)?.to_storage(storage)?, label.clone())))
        .collect()
}
