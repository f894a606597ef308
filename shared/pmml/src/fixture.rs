//! Small documents and batches for tests.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};

use crate::{Document, PmmlError, Transformer};

/// Fields of all types: numbers x, y; integer n; texts s, t; boolean b; date d.
pub(crate) const FIELDS: &str = r#"<DataDictionary>
    <DataField name="x" optype="continuous" dataType="double"/>
    <DataField name="y" optype="continuous" dataType="double"/>
    <DataField name="n" optype="continuous" dataType="integer"/>
    <DataField name="s" optype="categorical" dataType="string"/>
    <DataField name="t" optype="categorical" dataType="string"/>
    <DataField name="b" optype="categorical" dataType="boolean"/>
    <DataField name="d" optype="ordinal" dataType="date"/>
  </DataDictionary>"#;

/// A document of PMML 4.4.
pub(crate) fn pmml(content: &str) -> String {
    format!(r#"<PMML version="4.4" xmlns="http://www.dmg.org/PMML-4_4"><Header/>{content}</PMML>"#)
}

/// A document with [`FIELDS`] and transformations.
pub(crate) fn transformations(content: &str) -> String {
    pmml(&format!("{FIELDS}<TransformationDictionary>{content}</TransformationDictionary>"))
}

/// A derived field with the name `out`.
pub(crate) fn derived(data_type: &str, expression: &str) -> String {
    format!(
        r#"<DerivedField name="out" optype="continuous" dataType="{data_type}">{expression}</DerivedField>"#
    )
}

pub(crate) fn compile(document: &str) -> Result<Transformer, PmmlError> {
    Document::parse(document.as_bytes())?.transformer()
}

/// The result of an expression for a batch.
pub(crate) fn evaluate(data_type: &str, expression: &str, batch: &RecordBatch) -> ArrayRef {
    let transformer = compile(&transformations(&derived(data_type, expression))).unwrap();
    transformer.transform(batch).unwrap().remove(0)
}

/// The results of an expression for numbers in x.
pub(crate) fn numbers(expression: &str, x: &[Option<f64>]) -> Vec<Option<f64>> {
    let found = evaluate("double", expression, &batch([("x", doubles(x))]));
    found.as_any().downcast_ref::<Float64Array>().unwrap().iter().collect()
}

/// The error of a refused expression.
pub(crate) fn refused(expression: &str) -> String {
    compile(&transformations(&derived("double", expression))).unwrap_err().to_string()
}

pub(crate) fn batch<const N: usize>(columns: [(&str, ArrayRef); N]) -> RecordBatch {
    RecordBatch::try_from_iter(columns).unwrap()
}

pub(crate) fn doubles(cells: &[Option<f64>]) -> ArrayRef {
    Arc::new(Float64Array::from(cells.to_vec()))
}

pub(crate) fn integers(cells: &[Option<i64>]) -> ArrayRef {
    Arc::new(Int64Array::from(cells.to_vec()))
}

pub(crate) fn texts(cells: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(cells.to_vec()))
}

pub(crate) fn truths(cells: &[Option<bool>]) -> ArrayRef {
    Arc::new(BooleanArray::from(cells.to_vec()))
}

pub(crate) fn dates(cells: &[Option<i32>]) -> ArrayRef {
    Arc::new(Date32Array::from(cells.to_vec()))
}

/// A column as text, for comparison: `–` is null.
pub(crate) fn cells(array: &ArrayRef) -> Vec<String> {
    use arrow_array::Array;
    let cell = |row| match array.is_null(row) {
        true => "–".to_owned(),
        false => match array.data_type() {
            arrow_schema::DataType::Utf8 => {
                array.as_any().downcast_ref::<StringArray>().unwrap().value(row).to_owned()
            }
            arrow_schema::DataType::Int64 => {
                array.as_any().downcast_ref::<Int64Array>().unwrap().value(row).to_string()
            }
            arrow_schema::DataType::Boolean => {
                array.as_any().downcast_ref::<BooleanArray>().unwrap().value(row).to_string()
            }
            arrow_schema::DataType::Date32 => {
                array.as_any().downcast_ref::<Date32Array>().unwrap().value(row).to_string()
            }
            _ => array.as_any().downcast_ref::<Float64Array>().unwrap().value(row).to_string(),
        },
    };
    (0..array.len()).map(cell).collect()
}
