//! Checks of values. IBM: "Checking type values".
//!
//! A value is legal if it is in the field's range or list; null never is.
//!
//! - *Nullify*: the value becomes null.
//! - *Coerce*: a flag becomes false, a set its first member, a number the nearer end of the range, null the
//!   middle of the range (for integers the next integer below it).
//! - *Discard*: the record is dropped.
//! - *Warn*: a warning has the number of such values.
//! - *Abort*: the run ends.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use datafusion::arrow::compute::kernels::cmp::{gt, gt_eq, lt, lt_eq};
use datafusion::arrow::compute::kernels::zip::zip;
use datafusion::arrow::compute::{and, is_not_null, is_null, prep_null_mask_filter};
use datafusion::arrow::datatypes::Int64Type;
use satsuma_columns::{Field, Scalar, Storage};
use satsuma_engine::{DataFault, Encoded, Kernel, Kind, NodeError, NodeRun, NodeTask, ORDER, Table};
use satsuma_stream::Check;
use serde::{Deserialize, Serialize};

use super::Legal;
use crate::lookup::Lookup;

/// A field with checked values.
pub(crate) struct Checked {
    pub(crate) field: Field,
    pub(crate) check: Check,
    pub(crate) legal: Legal,
}

/// The table with its checks. The metadata of its fields are unchanged.
pub(super) fn checked(input: Table, fields: Vec<Checked>, run: &NodeRun) -> Result<Table, NodeError> {
    let having = |checks: &[Check]| {
        let chosen = fields.iter().filter(|checked| checks.contains(&checked.check));
        chosen.collect::<Vec<_>>()
    };
    let mut table = input;
    let discarding = having(&[Check::Discard]);
    if !discarding.is_empty() {
        let kernel = LegalKernel::new(&LEGAL, tests(&discarding))?;
        table = table.filter(Arc::new(kernel), &names(&discarding), run)?;
    }
    let watching = having(&[Check::Warn, Check::Abort]);
    if !watching.is_empty() {
        let outputs = watching.iter().map(|checked| table.require(&checked.field.name).cloned());
        let outputs = outputs.collect::<Result<Vec<_>, _>>()?;
        let kernel = WatchKernel(LegalKernel::new(&WATCH, tests(&watching))?);
        let inputs = names(&watching).into_iter().chain([ORDER.to_owned()]).collect::<Vec<_>>();
        table = table.compute(Arc::new(kernel), &inputs, outputs, run)?;
    }
    let changing = having(&[Check::Nullify, Check::Coerce]);
    if changing.is_empty() {
        return Ok(table);
    }
    let outputs = changing.iter().map(|checked| table.require(&checked.field.name).cloned());
    let outputs = outputs.collect::<Result<Vec<_>, _>>()?;
    let kernel = ChangeKernel::new(changing.iter().map(|checked| checked.change()).collect())?;
    table.compute(Arc::new(kernel), &names(&changing), outputs, run)
}

fn names(fields: &[&Checked]) -> Vec<String> {
    fields.iter().map(|checked| checked.field.name.clone()).collect()
}

impl Checked {
    /// The change of the field's values by the kernel.
    fn change(&self) -> Change {
        let coerces = self.check == Check::Coerce;
        let instead = match &self.legal {
            Legal::Range(low, high) if coerces => {
                Instead::Nearest { low: low.clone(), high: high.clone(), middle: middle(low, high) }
            }
            Legal::Members(members) if coerces => {
                Instead::Value(members.first().cloned().unwrap_or(Scalar::Null))
            }
            _ => Instead::Value(Scalar::Null),
        };
        Change { tested: tested(self), storage: self.field.storage, instead }
    }
}

/// The middle of a range.
fn middle(low: &Scalar, high: &Scalar) -> Scalar {
    match (low, high) {
        (Scalar::Integer(low), Scalar::Integer(high)) => Scalar::Integer(low.midpoint(*high)),
        (Scalar::Real(low), Scalar::Real(high)) => Scalar::Real(low.midpoint(*high)),
        (Scalar::Date(low), Scalar::Date(high)) => Scalar::Date(low.midpoint(*high)),
        (Scalar::Time(low), Scalar::Time(high)) => Scalar::Time(low.midpoint(*high)),
        (Scalar::Timestamp(low), Scalar::Timestamp(high)) => Scalar::Timestamp(low.midpoint(*high)),
        _ => Scalar::Null,
    }
}

/// Finds legal values. As a filter, it keeps the records with only legal values.
#[derive(Debug)]
struct LegalKernel {
    fields: Vec<Tested>,
    encoded: Encoded,
}

/// A field and how its values are tested.
#[derive(Debug, Serialize, Deserialize)]
struct Tested {
    name: String,
    /// Whether a value that is not legal ends the run.
    aborts: bool,
    test: Test,
}

#[derive(Debug, Serialize, Deserialize)]
enum Test {
    Range(Scalar, Scalar, Storage),
    Members(Lookup),
}

/// The kind of kernels that find legal values.
pub(crate) static LEGAL: Kind =
    Kind::kernel("type-check", 1, |found| Ok(Arc::new(LegalKernel::new(&LEGAL, found.settings()?)?)));

/// The kind of kernels that report values that are not legal.
pub(crate) static WATCH: Kind = Kind::kernel("type-watch", 1, |found| {
    Ok(Arc::new(WatchKernel(LegalKernel::new(&WATCH, found.settings()?)?)))
});

fn tests(fields: &[&Checked]) -> Vec<Tested> {
    fields.iter().map(|checked| tested(checked)).collect()
}

fn tested(Checked { field, check, legal }: &Checked) -> Tested {
    let test = match legal {
        Legal::Range(low, high) => Test::Range(low.clone(), high.clone(), field.storage),
        Legal::Members(members) => Test::Members(Lookup::new(members)),
    };
    Tested { name: field.name.clone(), aborts: *check == Check::Abort, test }
}

impl LegalKernel {
    fn new(kind: &Kind, fields: Vec<Tested>) -> Result<Self, NodeError> {
        let encoded = kind.encode(&fields)?;
        Ok(Self { fields, encoded })
    }

    /// Marks the legal values of each column.
    fn legal(&self, inputs: &[ArrayRef]) -> Result<Vec<BooleanArray>, NodeError> {
        self.fields.iter().zip(inputs).map(|(tested, column)| tested.legal(column)).collect()
    }
}

impl Tested {
    /// Marks the legal values of a column.
    fn legal(&self, column: &ArrayRef) -> Result<BooleanArray, NodeError> {
        Ok(match &self.test {
            Test::Members(lookup) => is_not_null(&lookup.find(column)?)?,
            Test::Range(low, high, storage) => {
                let (low, high) = (datum(low, *storage), datum(high, *storage));
                let inside = and(&gt_eq(column, &low)?, &lt_eq(column, &high)?)?;
                and(&is_not_null(column)?, &inside)?
            }
        })
    }
}

/// The mask with false for null.
fn known(mask: &BooleanArray) -> BooleanArray {
    if mask.null_count() == 0 { mask.clone() } else { prep_null_mask_filter(mask) }
}

/// One value as Arrow's kernels take it.
fn datum(value: &Scalar, storage: Storage) -> datafusion::arrow::array::Scalar<ArrayRef> {
    datafusion::arrow::array::Scalar::new(Scalar::column([value], storage))
}

impl Kernel for LegalKernel {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn compute(&self, inputs: &[ArrayRef], rows: usize) -> Result<Vec<ArrayRef>, NodeError> {
        let mut kept = BooleanArray::from(vec![true; rows]);
        for legal in self.legal(inputs)? {
            kept = and(&kept, &legal)?;
        }
        Ok(vec![Arc::new(kept)])
    }
}

/// The change of a field's values.
#[derive(Debug, Serialize, Deserialize)]
struct Change {
    tested: Tested,
    storage: Storage,
    instead: Instead,
}

/// The replacement of a value that is not legal.
#[derive(Debug, Serialize, Deserialize)]
enum Instead {
    /// One value.
    Value(Scalar),
    /// The nearer end of a range; for null its middle.
    Nearest { low: Scalar, high: Scalar, middle: Scalar },
}

impl Change {
    fn changed(&self, column: &ArrayRef) -> Result<ArrayRef, NodeError> {
        let choose = |mask: &BooleanArray, instead: &Scalar, column: &ArrayRef| {
            zip(&known(mask), &datum(instead, self.storage), column)
        };
        match &self.instead {
            Instead::Value(value) => {
                let legal = known(&self.tested.legal(column)?);
                Ok(zip(&legal, column, &datum(value, self.storage))?)
            }
            Instead::Nearest { low, high, middle } => {
                let raised = choose(&lt(column, &datum(low, self.storage))?, low, column)?;
                let lowered = choose(&gt(column, &datum(high, self.storage))?, high, &raised)?;
                Ok(choose(&is_null(column)?, middle, &lowered)?)
            }
        }
    }
}

/// Changes values that are not legal.
#[derive(Debug)]
struct ChangeKernel {
    changes: Vec<Change>,
    encoded: Encoded,
}

/// The kind of kernels that change values that are not legal.
pub(crate) static CHANGE: Kind =
    Kind::kernel("type-change", 1, |found| Ok(Arc::new(ChangeKernel::new(found.settings()?)?)));

impl ChangeKernel {
    fn new(changes: Vec<Change>) -> Result<Self, NodeError> {
        let encoded = CHANGE.encode(&changes)?;
        Ok(Self { changes, encoded })
    }
}

impl Kernel for ChangeKernel {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn compute(&self, inputs: &[ArrayRef], _rows: usize) -> Result<Vec<ArrayRef>, NodeError> {
        self.changes.iter().zip(inputs).map(|(change, column)| change.changed(column)).collect()
    }
}

/// Passes columns on, except the last, which is the record order, and reports values that are not legal.
#[derive(Debug)]
struct WatchKernel(LegalKernel);

impl Kernel for WatchKernel {
    fn encoded(&self) -> Encoded {
        self.0.encoded.clone()
    }

    fn compute(&self, inputs: &[ArrayRef], _rows: usize) -> Result<Vec<ArrayRef>, NodeError> {
        Ok(inputs.get(..self.0.fields.len()).unwrap_or_default().to_vec())
    }

    fn compute_in(
        &self,
        inputs: &[ArrayRef],
        rows: usize,
        task: &NodeTask,
    ) -> Result<Vec<ArrayRef>, NodeError> {
        let orders = inputs.last().and_then(|orders| orders.as_primitive_opt::<Int64Type>());
        for ((tested, legal), column) in self.0.fields.iter().zip(self.0.legal(inputs)?).zip(inputs) {
            let name = &tested.name;
            let illegal = rows.saturating_sub(legal.iter().flatten().filter(|legal| *legal).count());
            if illegal == 0 {
                continue;
            }
            let row = legal.iter().position(|legal| legal != Some(true)).unwrap_or_default();
            let value = Scalar::at(column, row);
            if tested.aborts {
                let message = format!(
                    "field {name:?} has the value {value:?}, which is not among the values of its type; the check \
                     of the field is Abort"
                );
                return Err(DataFault::Unreadable(message).into());
            }
            let message = format!("field {name:?} has a value that is not among the values of its type");
            let order = orders.and_then(|orders| u64::try_from(orders.value(row)).ok()).unwrap_or(u64::MAX);
            task.warn_first(message, illegal as u64, order, || format!("{value:?}"));
        }
        self.compute(inputs, rows)
    }
}

/// Evidence: IBM's rules for checks.
#[cfg(test)]
mod tests {
    use crate::testing_fields::{chain, refusal};

    fn types(check: &str) -> String {
        let row = |name: &str, ty: &str| {
            format!(
                "<row><name>{name}</name><valueMode>local</valueMode>\
            <check>{check}</check><type>{ty}<truncated>false</truncated></type></row>"
            )
        };
        let range = row(
            "n",
            "<storage>integer</storage><measure>range</measure><values><value type=\"J\">1</value>\
            <value type=\"J\">6</value></values>",
        );
        let set = row(
            "s",
            "<storage>string</storage><measure>set</measure><values><value type=\"A\">a</value>\
            <value type=\"A\">b</value></values>",
        );
        format!("<typeTable><defaultValueMode>read</defaultValueMode><rows>{range}{set}</rows></typeTable>")
    }

    const FIELDS: [(&str, &str); 2] = [("n", "integer"), ("s", "string")];
    const DATA: &str = "n,s\n1,a\n0,b\n9,x\n,b\n6,b\n";

    #[tokio::test]
    async fn every_check_treats_illegal_values() {
        for (check, wanted) in [
            ("none", vec!["1,a", "0,b", "9,x", "$null$,b", "6,b"]),
            ("nullify", vec!["1,a", "$null$,b", "$null$,$null$", "$null$,b", "6,b"]),
            ("coerce", vec!["1,a", "1,b", "6,a", "3,b", "6,b"]),
            ("discard", vec!["1,a", "6,b"]),
            ("warn", vec!["1,a", "0,b", "9,x", "$null$,b", "6,b"]),
        ] {
            let types = types(check);
            let lines = chain(&[("TypeNode", &types, "")], &FIELDS, DATA).await;
            assert_eq!(lines[1..], wanted, "{check}");
        }
        let message = refusal(&[("TypeNode", &types("abort"), "")], &FIELDS, DATA).await;
        assert!(message.contains("\"n\""), "{message}");
    }
}
