//! XML files of records.

#![allow(clippy::unwrap_used)]

mod support;

use arrow_array::RecordBatch;
use proptest::prelude::*;
use satsuma_columns::{DataModel, Scalar};
use satsuma_formats::xml::{XmlField, XmlReadOptions, XmlReader};
use satsuma_formats::{FormatError, RecordReader};
use support::{batches, values};

fn read(text: &str, record: &str, fields: &[&str]) -> Result<(DataModel, Vec<RecordBatch>), FormatError> {
    let field = |path: &&str| XmlField { name: (*path).to_owned(), path: (*path).to_owned() };
    let options =
        XmlReadOptions { record_path: record.to_owned(), fields: fields.iter().map(field).collect() };
    let mut reader = XmlReader::open(text.as_bytes(), &options)?;
    let batches = batches(&mut reader)?;
    Ok((reader.data_model().clone(), batches))
}

const LIST: &str = r#"<?xml version="1.0"?>
<list><item id="1"><name>a &lt; b</name><price/></item>
<other><name>no record</name></other>
<item><name><![CDATA[x]]>y</name></item></list>"#;

#[test]
fn elements_and_attributes_are_fields() {
    let fields = ["/list/item/@id", "/list/item/name", "/list/item/price"];
    let (model, read) = read(LIST, "/list/item", &fields).unwrap();
    assert_eq!(values(&model, &read, fields[0]), [Scalar::text("1"), Scalar::Null]);
    assert_eq!(values(&model, &read, fields[1]), [Scalar::text("a < b"), Scalar::text("xy")]);
    assert_eq!(values(&model, &read, fields[2]), [Scalar::text(""), Scalar::Null]);
}

#[test]
fn unsupported_features_are_named() {
    let errors = [
        read(LIST, "/list/item[1]", &["/list/item/name"]),
        read(LIST, "/list/item", &["/list/other/name"]),
        read("<l><r><a/><a/></r></l>", "/l/r", &["/l/r/a"]),
        read("<l><x:r/></l>", "/l/r", &["/l/r/a"]),
        read("<!DOCTYPE l [<!ENTITY e 'x'>]><l><r><a>&e;</a></r></l>", "/l/r", &["/l/r/a"]),
        read("<?xml version='1.0' encoding='utf-16'?><l/>", "/l/r", &["/l/r/a"]),
        read("<l><r></l>", "/l/r", &["/l/r/a"]),
        read("<l><r/>", "/l/r", &["/l/r/a"]),
    ];
    let errors = errors.map(|result| result.unwrap_err().to_string());
    insta::assert_snapshot!(errors.join("\n"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_panics(text in r#"[<>/&;lra="' !\[\]-]{0,60}"#) {
        let _ = read(&text, "/l/r", &["/l/r/a", "/l/r/@a"]);
        let _ = read(&format!("<l><r>{text}"), "/l/r", &["/l/r/a", "/l/r/@a"]);
    }
}
