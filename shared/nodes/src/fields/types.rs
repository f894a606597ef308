//! Type: what fields mean. Sources have one built in. IBM: "Type Node", `typenode`.
//!
//! Sets measure, role, values, blanks and labels. Of the ways to check values, *nullify* is done: a value
//! outside the field's range or list becomes null. The others are refused.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit, when};
use satsuma_columns::{BlankRange, Blanks, DataModel, Field, Scalar, Storage, Values};
use satsuma_engine::{
    Compile, Compiled, DataFault, Inputs, NodeDiagnostics, NodeError, NodeRun, NodeType, ORDER, Process,
    Reported, Table, column, one, settings,
};
use satsuma_stream::{Check, FieldType, Measure, Missing, Role, TypeRow, TypeTable};

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
    // How values look on a screen.
    ignored: ["formattingTable"]
}

/// A Type node, or the types of a source.
#[derive(Debug)]
pub struct Types {
    fields: HashMap<String, FieldSettings>,
}

#[derive(Debug)]
struct FieldSettings {
    measure: Option<Measure>,
    role: Role,
    field_type: Option<FieldType>,
    blanks: Option<Arc<Blanks>>,
    label: Option<String>,
    check: Check,
}

/// The values that a field may have.
enum Legal {
    Range(Scalar, Scalar),
    Members(Vec<Scalar>),
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: TypeSettings = compile.settings()?;
    Ok(Compiled::process(Types::new(&settings.table, compile.diagnostics())))
}

impl Types {
    /// The types of a table of settings; what it does not support, it reports.
    pub fn new(table: &TypeTable, diagnostics: &mut NodeDiagnostics<'_>) -> Self {
        let fields = table.rows.iter().map(|row| (row.name.clone(), settings(row, diagnostics))).collect();
        Self { fields }
    }

    /// The fields, described.
    ///
    /// # Errors
    /// If the values of a field that is checked are not of its storage.
    pub fn described(&self, input: &DataModel) -> Result<DataModel, NodeError> {
        let fields = input.fields().iter().map(|field| match self.fields.get(&field.name) {
            Some(settings) => settings.describe(field),
            None => Ok(field.clone()),
        });
        Ok(DataModel::new(fields.collect::<Result<_, _>>()?)?)
    }

    /// The table, described and checked.
    ///
    /// # Errors
    /// If the values of a field that is checked are not of its storage.
    pub fn typed(&self, input: Table) -> Result<Table, NodeError> {
        let model = self.described(input.model())?;
        let mut nullified = false;
        let mut expressions = Vec::with_capacity(model.len() + 1);
        for field in model.fields() {
            let value = match self.fields.get(&field.name) {
                Some(settings) if settings.check == Check::Nullify => {
                    nullified = true;
                    settings.nullify(field)?.alias(&field.name)
                }
                _ => column(&field.name),
            };
            expressions.push(value);
        }
        if !nullified {
            return input.described(model);
        }
        expressions.push(column(ORDER));
        input.projected(expressions, model)
    }
}

impl FieldSettings {
    fn describe(&self, field: &Field) -> Result<Field, NodeError> {
        let mut field = field.clone().used_as(self.role.clone());
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
        field.check = self.check.clone();
        if self.check == Check::Nullify {
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

    fn nullify(&self, field: &Field) -> Result<Expr, NodeError> {
        let value = column(&field.name);
        let literal = |value: &Scalar| lit(scalar(value, field.storage));
        let allowed = match self.legal(field)? {
            Legal::Range(low, high) => value.clone().between(literal(&low), literal(&high)),
            Legal::Members(members) => value.clone().in_list(members.iter().map(literal).collect(), false),
        };
        Ok(when(allowed, value).end()?)
    }
}

#[async_trait]
impl Process for Types {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        self.described(one(inputs)?)
    }

    async fn table(&self, inputs: Vec<Table>, _run: &NodeRun) -> Result<Table, NodeError> {
        self.typed(one(inputs)?)
    }

    fn is_free(&self) -> bool {
        true
    }
}

fn settings(row: &TypeRow, diagnostics: &mut NodeDiagnostics<'_>) -> FieldSettings {
    let property = |what: &str| format!("typeTable/{:?}/{what}", row.name);
    for unknown in &row.unknown {
        diagnostics.refuse_value(property(unknown), "…", "this setting of a field is not known");
    }
    let check = row.check.clone().unwrap_or(Check::None);
    match &check {
        Check::None => {}
        Check::Nullify if row.field_type.as_ref().and_then(legal).is_some() => {}
        Check::Nullify => {
            let message = "the field has no stored values to check against";
            diagnostics.refuse_value(property("check"), "nullify", message);
        }
        other => {
            diagnostics.refuse_value(
                property("check"),
                other,
                "only the checks None and Nullify are supported",
            );
        }
    }
    FieldSettings {
        measure: row.effective_measure().cloned(),
        role: row.role(),
        field_type: row.field_type.clone(),
        blanks: row.missing.as_ref().filter(|missing| missing.enabled).map(|missing| Arc::new(blanks(missing))),
        label: row.annotation.clone().filter(|label| !label.is_empty()),
        check,
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

/// The values of a field's type, where they were read and are of its storage.
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
    labels.filter_map(|(value, label)| Some((Scalar::of_stream(value)?.to_storage(storage)?, label.clone()))).collect()
}

/// A value as the query engine has it.
pub fn scalar(value: &Scalar, storage: Storage) -> ScalarValue {
    let null = || ScalarValue::try_from(&storage.arrow()).unwrap_or(ScalarValue::Null);
    match value {
        Scalar::Null => null(),
        Scalar::String(text) => ScalarValue::Utf8(Some(text.to_string())),
        Scalar::Integer(number) => ScalarValue::Int64(Some(*number)),
        Scalar::Real(number) => ScalarValue::Float64(Some(*number)),
        Scalar::Date(days) => ScalarValue::Date32(Some(*days)),
        Scalar::Time(micros) => ScalarValue::Time64Microsecond(Some(*micros)),
        Scalar::Timestamp(micros) => ScalarValue::TimestampMicrosecond(Some(*micros), None),
    }
}
