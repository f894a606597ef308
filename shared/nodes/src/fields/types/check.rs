//! Checks of values. IBM: "Checking type values".
//!
//! A value is legal if it is in the field's range or list; null never is.
//!
//! - *Nullify*: it becomes null.
//! - *Coerce*: a flag becomes false, a set its first member, a number the nearer end of the range, null the middle
//!   of the range (of integers the whole number below it).
//! - *Discard*: the record is dropped.
//! - *Warn*: a warning counts it.
//! - *Abort*: the run ends.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray};
use datafusion::arrow::compute::kernels::cmp::{gt_eq, lt_eq};
use datafusion::arrow::compute::{and, is_not_null};
use datafusion::logical_expr::{Expr, lit, when};
use satsuma_columns::{Field, Scalar, Storage};
use satsuma_engine::{Encoded, Kernel, NodeError, NodeRun, ORDER, Table, column};
use satsuma_stream::Check;

use super::{Legal, scalar};
use crate::lookup::Lookup;

/// A field whose values are checked.
pub(crate) struct Checked {
    pub(crate) field: Field,
    pub(crate) check: Check,
    pub(crate) legal: Legal,
}

/// The table with its checks done. What is known about its fields stays.
pub(super) fn checked(input: Table, fields: Vec<Checked>, run: &NodeRun) -> Result<Table, NodeError> {
    let having = |checks: &[Check]| {
        let chosen = fields.iter().filter(|checked| checks.contains(&checked.check));
        chosen.collect::<Vec<_>>()
    };
    let mut table = input;
    let discarding = having(&[Check::Discard]);
    if !discarding.is_empty() {
        let kernel = LegalKernel::new(&discarding, run)?;
        table = table.filter(Arc::new(kernel), &names(&discarding), run)?;
    }
    let watching = having(&[Check::Warn, Check::Abort]);
    if !watching.is_empty() {
        let outputs = watching.iter().map(|checked| table.require(&checked.field.name).cloned());
        let outputs = outputs.collect::<Result<Vec<_>, _>>()?;
        let kernel = WatchKernel(LegalKernel::new(&watching, run)?);
        table = table.compute(Arc::new(kernel), &names(&watching), outputs, run)?;
    }
    let changing = having(&[Check::Nullify, Check::Coerce]);
    if changing.is_empty() {
        return Ok(table);
    }
    let changing = changing.iter().map(|checked| (checked.field.name.as_str(), *checked));
    let changing = changing.collect::<HashMap<_, _>>();
    let model = table.model().clone();
    let mut expressions = Vec::with_capacity(model.len() + 1);
    for field in model.fields() {
        match changing.get(field.name.as_str()) {
            Some(checked) => expressions.push(checked.changed()?.alias(&field.name)),
            None => expressions.push(column(&field.name)),
        }
    }
    expressions.push(column(ORDER));
    table.projected(expressions, model)
}

fn names(fields: &[&Checked]) -> Vec<String> {
    fields.iter().map(|checked| checked.field.name.clone()).collect()
}

impl Checked {
    /// The value that takes the place of the field's.
    fn changed(&self) -> Result<Expr, NodeError> {
        let value = column(&self.field.name);
        let literal = |value: &Scalar| lit(scalar(value, self.field.storage));
        Ok(match (&self.legal, &self.check) {
            (Legal::Range(low, high), Check::Coerce) => {
                let middle = literal(&middle(low, high));
                when(value.clone().is_null(), middle)
                    .when(value.clone().lt(literal(low)), literal(low))
                    .when(value.clone().gt(literal(high)), literal(high))
                    .otherwise(value)?
            }
            (Legal::Range(low, high), _) => {
                when(value.clone().between(literal(low), literal(high)), value).end()?
            }
            (Legal::Members(members), check) => {
                let is_legal = value.clone().in_list(members.iter().map(literal).collect(), false);
                match (check, members.first()) {
                    (Check::Coerce, Some(first)) => when(is_legal, value).otherwise(literal(first))?,
                    _ => when(is_legal, value).end()?,
                }
            }
        })
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

/// Finds legal values. As a filter, it keeps the records all of whose values are legal.
#[derive(Debug)]
struct LegalKernel {
    fields: Vec<(String, Check, Test)>,
    encoded: Encoded,
    run: NodeRun,
}

#[derive(Debug)]
enum Test {
    Range(ArrayRef, ArrayRef),
    Members(Lookup),
}

impl LegalKernel {
    fn new(fields: &[&Checked], run: &NodeRun) -> Result<Self, NodeError> {
        let texts = fields.iter().map(|Checked { field, check, legal }| {
            let values = match legal {
                Legal::Range(low, high) => format!("{low:?} {high:?}"),
                Legal::Members(members) => format!("{members:?}"),
            };
            (&field.name, check.as_str(), values)
        });
        let encoded = Encoded::json("type-check", 1, &texts.collect::<Vec<_>>())?;
        let fields = fields.iter().map(|Checked { field, check, legal }| {
            let end = |value: &Scalar, storage: Storage| Scalar::column([value], storage);
            let test = match legal {
                Legal::Range(low, high) => Test::Range(end(low, field.storage), end(high, field.storage)),
                Legal::Members(members) => Test::Members(Lookup::new(members)),
            };
            (field.name.clone(), check.clone(), test)
        });
        Ok(Self { fields: fields.collect(), encoded, run: run.clone() })
    }

    /// Where the values of each column are legal.
    fn legal(&self, inputs: &[ArrayRef]) -> Result<Vec<BooleanArray>, NodeError> {
        let legal = self.fields.iter().zip(inputs).map(|((_, _, test), column)| {
            Ok(match test {
                Test::Members(lookup) => is_not_null(&lookup.find(column)?)?,
                Test::Range(low, high) => {
                    let low = datafusion::arrow::array::Scalar::new(Arc::clone(low));
                    let high = datafusion::arrow::array::Scalar::new(Arc::clone(high));
                    let inside = and(&gt_eq(column, &low)?, &lt_eq(column, &high)?)?;
                    and(&is_not_null(column)?, &inside)?
                }
            })
        });
        legal.collect()
    }
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

/// Passes columns on and reports values that are not legal.
#[derive(Debug)]
struct WatchKernel(LegalKernel);

impl Kernel for WatchKernel {
    fn encoded(&self) -> Encoded {
        Encoded { kind: "type-watch", ..self.0.encoded.clone() }
    }

    fn compute(&self, inputs: &[ArrayRef], rows: usize) -> Result<Vec<ArrayRef>, NodeError> {
        for (((name, check, _), legal), column) in self.0.fields.iter().zip(self.0.legal(inputs)?).zip(inputs)
        {
            let illegal = rows.saturating_sub(legal.iter().flatten().filter(|legal| *legal).count());
            if illegal == 0 {
                continue;
            }
            if *check == Check::Abort {
                let row = legal.iter().position(|legal| legal != Some(true)).unwrap_or_default();
                let value = Scalar::at(column, row);
                let message = format!(
                    "field {name:?} has the value {value:?}, which is not among the values of its type; the check \
                     of the field is Abort"
                );
                return Err(NodeError::Model(message));
            }
            let message = format!("field {name:?} has a value that is not among the values of its type");
            self.0.run.warn(message, illegal as u64);
        }
        Ok(inputs.to_vec())
    }
}

/// They rest on IBM's rules for checks.
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
    async fn every_check_does_what_it_is_called() {
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
