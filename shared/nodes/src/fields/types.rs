//! Type: what fields mean. Sources have one built in.
//!
//! Sets measure and role. Of the ways to check values, *nullify* is done: a value outside the field's
//! range or list becomes null. The others are refused, as are declared blanks, which change what
//! later nodes take for missing.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit, when};
use satsuma_stream::nodes;
use satsuma_stream::{
    Check, FieldType, Measure as StreamMeasure, Node, Role as StreamRole, TypeRow, TypeTable, Value,
};

use crate::error::{DataFault, EngineError, NodeRef};
use crate::node_work::NodeCounter;
use crate::refusals::NodeRefusals;
use crate::step::Process;
use crate::step::Run;
use crate::table::{FieldInfo, Measure, Role, Storage, Table, column};

/// A Type node, or the types of a source.
#[derive(Debug)]
pub(crate) struct Types {
    node: NodeRef,
    fields: HashMap<String, FieldSettings>,
}

#[derive(Debug)]
struct FieldSettings {
    measure: Option<Measure>,
    role: Role,
    nullify: Option<Legal>,
}

/// The values that a field may have.
#[derive(Debug)]
enum Legal {
    Range(Value, Value),
    Members(Vec<Value>),
}

impl Types {
    pub(crate) fn new(table: &TypeTable, refusals: &mut NodeRefusals<'_>) -> Self {
        let fields = table.rows.iter().map(|row| (row.name.clone(), settings(row, refusals))).collect();
        Self { node: refusals.node.clone(), fields }
    }

    pub(crate) fn typed(&self, input: Table) -> Result<Table, EngineError> {
        let mut fields: Vec<FieldInfo> = Vec::with_capacity(input.fields.len());
        let mut expressions: Vec<Expr> = Vec::with_capacity(input.fields.len());
        let mut nullified = false;
        for field in input.fields.iter() {
            let (mut field, mut value) = (field.clone(), column(&field.name));
            if let Some(settings) = self.fields.get(&field.name) {
                field.role = settings.role;
                field.measure = settings.measure.unwrap_or(field.measure);
                if let Some(legal) = &settings.nullify {
                    value = self.nullify(&field, legal)?.alias(&field.name);
                    nullified = true;
                }
            }
            fields.push(field);
            expressions.push(value);
        }
        let plan = if nullified { input.plan.select(expressions)? } else { input.plan };
        Ok(Table::new(plan, fields))
    }

    fn nullify(&self, field: &FieldInfo, legal: &Legal) -> Result<Expr, EngineError> {
        let literal = |value: &Value| {
            let scalar = scalar(value, field.storage).ok_or_else(|| {
                let wanted = format!("the storage of its value {}", value.text());
                let fault = DataFault::Storage {
                    field: field.name.clone(),
                    found: field.storage.name().to_owned(),
                    wanted,
                };
                EngineError::data(&self.node, fault)
            })?;
            Ok(lit(scalar))
        };
        let value = column(&field.name);
        let allowed = match legal {
            Legal::Range(low, high) => value.clone().between(literal(low)?, literal(high)?),
            Legal::Members(members) => {
                value.clone().in_list(members.iter().map(literal).collect::<Result<_, EngineError>>()?, false)
            }
        };
        Ok(when(allowed, value).end()?)
    }
}

/// Understands a Type node.
pub(crate) fn understand(node: &Node, refusals: &mut NodeRefusals<'_>) -> Result<Types, EngineError> {
    let settings = nodes::Type::from_node(node).map_err(|error| refusals.damaged(&error))?;
    refusals.unknown(&settings.unknown);
    Ok(Types::new(&settings.type_table, refusals))
}

impl Process for Types {
    fn apply(&self, input: Table, _run: &Run, _counter: Arc<NodeCounter>) -> Result<Table, EngineError> {
        self.typed(input)
    }
}

fn settings(row: &TypeRow, refusals: &mut NodeRefusals<'_>) -> FieldSettings {
    let property = |what: &str| format!("typeTable/{:?}/{what}", row.name);
    for unknown in &row.unknown {
        refusals.value(property(unknown), "…", "this setting of a field is not known");
    }
    let blanks =
        row.missing_enabled == Some(true) || row.missing.as_ref().is_some_and(|missing| missing.enabled);
    if blanks {
        refusals.value(property("missing"), "true", "declared blanks (missing values) are not supported");
    }
    let nullify = match &row.check {
        None | Some(Check::None) => None,
        Some(Check::Nullify) => {
            let legal = row.field_type.as_ref().and_then(legal);
            if legal.is_none() {
                refusals.value(
                    property("check"),
                    "nullify",
                    "the field has no stored values to check against",
                );
            }
            legal
        }
        Some(check) => {
            refusals.value(property("check"), check, "values are checked by none or nullify so far");
            None
        }
    };
    FieldSettings { measure: row.effective_measure().map(measure), role: role(&row.role()), nullify }
}

fn legal(field_type: &FieldType) -> Option<Legal> {
    if field_type.truncated {
        return None;
    }
    match (&field_type.measure, field_type.values.as_slice()) {
        (StreamMeasure::Range, [low, high]) => Some(Legal::Range(low.clone(), high.clone())),
        (StreamMeasure::Flag | StreamMeasure::Set | StreamMeasure::OrderedSet, [_, ..]) => {
            Some(Legal::Members(field_type.values.clone()))
        }
        _ => None,
    }
}

fn scalar(value: &Value, storage: Storage) -> Option<ScalarValue> {
    Some(match (storage, value) {
        (Storage::String, Value::Text(text)) => ScalarValue::Utf8(Some(text.clone())),
        (Storage::Integer, Value::Long(number)) => ScalarValue::Int64(Some(*number)),
        (Storage::Integer, Value::Integer(number)) => ScalarValue::Int64(Some(i64::from(*number))),
        (Storage::Real, value) => ScalarValue::Float64(Some(value.as_f64()?)),
        _ => return None,
    })
}

/// The stream's word for a measure as ours.
pub(crate) fn measure(measure: &StreamMeasure) -> Measure {
    match measure {
        StreamMeasure::Range => Measure::Continuous,
        StreamMeasure::Flag => Measure::Flag,
        StreamMeasure::Set => Measure::Nominal,
        StreamMeasure::OrderedSet => Measure::Ordinal,
        StreamMeasure::Discrete => Measure::Categorical,
        StreamMeasure::Typeless => Measure::Typeless,
        _ => Measure::Unknown,
    }
}

fn role(role: &StreamRole) -> Role {
    match role {
        StreamRole::Input => Role::Input,
        StreamRole::Target => Role::Target,
        StreamRole::Both => Role::Both,
        StreamRole::None => Role::None,
        _ => Role::Other,
    }
}

/// The stream's word for a storage as ours, where it is one that a table can have.
pub(crate) fn storage(storage: &satsuma_stream::Storage) -> Option<Storage> {
    Some(match storage {
        satsuma_stream::Storage::String => Storage::String,
        satsuma_stream::Storage::Integer => Storage::Integer,
        satsuma_stream::Storage::Real => Storage::Real,
        satsuma_stream::Storage::Date => Storage::Date,
        satsuma_stream::Storage::Time => Storage::Time,
        satsuma_stream::Storage::Timestamp => Storage::Timestamp,
        _ => return None,
    })
}
