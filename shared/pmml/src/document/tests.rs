use proptest::prelude::*;

use super::*;
use crate::fixture::{FIELDS, derived, pmml, transformations};

fn refused(document: &str) -> String {
    Document::parse(document.as_bytes()).unwrap_err().to_string()
}

#[test]
fn a_document_tells_its_version_and_writer_whatever_its_namespace() {
    let text = r#"<p:PMML xmlns:p="urn:any" version="4.2.1"><p:Header><p:Application name="IBM SPSS Modeler" version="18.0"/></p:Header>
        <p:DataDictionary><p:DataField name="x" optype="continuous" dataType="double"/></p:DataDictionary></p:PMML>"#;
    let document = Document::parse(text.as_bytes()).unwrap();
    assert_eq!(document.version, "4.2.1");
    let application = document.application.unwrap();
    assert_eq!(
        (application.name.as_str(), application.version.as_deref()),
        ("IBM SPSS Modeler", Some("18.0"))
    );
    assert_eq!(document.data_dictionary.fields[0].data_type, DataType::Double);
}

#[test]
fn extensions_are_kept_where_they_stand() {
    let field = derived("double", r#"<FieldRef field="x"/>"#).replace(
        "<FieldRef",
        r#"<Extension extender="spss.com" name="a" value="b"><UsageType value="enable"/></Extension><FieldRef"#,
    );
    let document = Document::parse(transformations(&field).as_bytes()).unwrap();
    let extension = &document.transformation_dictionary.fields[0].extensions[0];
    assert_eq!(extension.extender.as_deref(), Some("spss.com"));
    assert_eq!((extension.name.as_deref(), extension.value.as_deref()), (Some("a"), Some("b")));
    assert_eq!(extension.content[0].name, "UsageType");
    assert_eq!(extension.content[0].attribute("value"), Some("enable"));
}

#[test]
fn what_is_not_known_is_refused_by_name_and_place() {
    let with = |expression: &str| refused(&transformations(&derived("double", expression)));
    let mut reasons = String::new();
    for reason in [
        refused("<html/>"),
        refused("<PMML/>"),
        refused(r#"<PMML version="2.0"/>"#),
        refused(r#"<PMML version="4.4"/>"#),
        refused(&pmml(&format!("{FIELDS}<FancyModel/>"))),
        refused(&pmml(&FIELDS.replace("integer", "quaternion"))),
        refused(&pmml(&FIELDS.replace(r#"optype="ordinal""#, ""))),
        with(r#"<TextIndex textField="s"/>"#),
        with(r#"<Aggregate field="x" function="sum"/>"#),
        with(r#"<Lag field="x" n="1"/>"#),
        with(""),
        with(r#"<Constant>1</Constant><Constant>2</Constant>"#),
        with(r#"<NormDiscrete field="s" value="a" method="thermometer"/>"#),
        with(r#"<FieldRef field="x" scale="2"/>"#),
        with(
            r#"<MapValues outputColumn="o"><FieldColumnPair field="x" column="i"/><TableLocator/></MapValues>"#,
        ),
        with(
            r#"<Discretize field="x"><DiscretizeBin binValue="a"><Interval closure="half"/></DiscretizeBin></Discretize>"#,
        ),
        with(
            r#"<Discretize field="x"><DiscretizeBin binValue="a"><Interval closure="openOpen" leftMargin="2" rightMargin="1"/></DiscretizeBin></Discretize>"#,
        ),
        with(r#"<NormContinuous field="x"><LinearNorm orig="1e999" norm="0"/></NormContinuous>"#),
    ] {
        reasons += &reason;
        reasons.push('\n');
    }
    insta::assert_snapshot!(reasons, @r#"
    html (line 1, column 1): the document is a html, not PMML
    PMML (line 1, column 1): no attribute version
    PMML (line 1, column 1): PMML version "2.0" is not supported
    PMML (line 1, column 1): no DataDictionary element
    PMML (line 1, column 1): element FancyModel is not supported
    PMML/DataDictionary/DataField[3] (line 4, column 5): dataType="quaternion" is not supported
    PMML/DataDictionary/DataField[7] (line 8, column 5): no attribute optype
    PMML/TransformationDictionary/DerivedField[1] (line 9, column 46): element TextIndex (line 9) is not supported
    PMML/TransformationDictionary/DerivedField[1] (line 9, column 46): element Aggregate (line 9) is not supported
    PMML/TransformationDictionary/DerivedField[1] (line 9, column 46): element Lag (line 9) is not supported
    PMML/TransformationDictionary/DerivedField[1] (line 9, column 46): no expression
    PMML/TransformationDictionary/DerivedField[1] (line 9, column 46): more than one expression
    PMML/TransformationDictionary/DerivedField[1]/NormDiscrete (line 9, column 109): method="thermometer" is not supported
    PMML/TransformationDictionary/DerivedField[1]/FieldRef (line 9, column 109): attribute scale="2" is not supported
    PMML/TransformationDictionary/DerivedField[1]/MapValues (line 9, column 109): element TableLocator (line 9) is not supported
    PMML/TransformationDictionary/DerivedField[1]/Discretize/DiscretizeBin[1]/Interval (line 9, column 159): closure="half" is not supported
    PMML/TransformationDictionary/DerivedField[1]/Discretize/DiscretizeBin[1]/Interval (line 9, column 159): the margins 2 and 1 are out of order
    PMML/TransformationDictionary/DerivedField[1]/NormContinuous/LinearNorm[1] (line 9, column 135): orig="1e999" is not a number
    "#);
}

/// A document with all features, for damage tests.
fn everything() -> String {
    pmml(&format!(
        r#"{FIELDS}<TransformationDictionary>
          <DefineFunction name="f" optype="continuous"><ParameterField name="p"/><Apply function="sqrt"><FieldRef field="p"/></Apply></DefineFunction>
          <DerivedField name="g" optype="continuous" dataType="double"><Apply function="f"><FieldRef field="x"/></Apply></DerivedField>
          <DerivedField name="h" optype="continuous" dataType="double"><NormContinuous field="y"><LinearNorm orig="0" norm="0"/><LinearNorm orig="1" norm="2"/></NormContinuous></DerivedField>
          <DerivedField name="m" optype="continuous" dataType="double"><MapValues outputColumn="o"><FieldColumnPair field="s" column="i"/><InlineTable><row><i>a</i><o>1</o></row></InlineTable></MapValues></DerivedField>
        </TransformationDictionary>
        <SupportVectorMachineModel functionName="classification" maxWins="true"><MiningSchema><MiningField name="x"/><MiningField name="y"/><MiningField name="s"/><MiningField name="t" usageType="target"/></MiningSchema>
          <RadialBasisKernelType gamma="0.5"/>
          <VectorDictionary numberOfVectors="1"><VectorFields numberOfFields="3"><FieldRef field="g"/><FieldRef field="h"/><FieldRef field="m"/></VectorFields>
            <VectorInstance id="v"><REAL-SparseArray n="3"><Indices>1 3</Indices><REAL-Entries>0.5 1</REAL-Entries></REAL-SparseArray></VectorInstance></VectorDictionary>
          <SupportVectorMachine targetCategory="a" alternateTargetCategory="b"><SupportVectors><SupportVector vectorId="v"/></SupportVectors><Coefficients absoluteValue="1"><Coefficient value="2"/></Coefficients></SupportVectorMachine>
        </SupportVectorMachineModel>"#
    ))
}

/// Reads, compiles and scores; any result is accepted.
fn try_all(bytes: &[u8]) {
    use crate::fixture::{batch, doubles, texts};
    let Ok(document) = Document::parse(bytes) else { return };
    let data = batch([
        ("x", doubles(&[Some(4.0), None, Some(-1.0)])),
        ("y", doubles(&[Some(0.5), Some(f64::INFINITY), Some(1e308)])),
        ("s", texts(&[Some("a"), Some("b"), None])),
    ]);
    if let Ok(scorer) = document.compile() {
        let _ = scorer.score(&data);
    }
    if let Ok(transformer) = document.transformer() {
        let _ = transformer.transform(&data);
    }
}

#[test]
fn the_document_to_be_damaged_is_sound() {
    let document = Document::parse(everything().as_bytes()).unwrap();
    document.compile().unwrap();
    document.transformer().unwrap();
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        try_all(&bytes);
    }

    #[test]
    fn no_damage_to_a_sound_document_makes_it_panic(
        from in 0_usize..3000,
        length in 0_usize..40,
        with in prop::sample::select(vec!["", "0", "-1", "1e308", "99999999999999999999", "x", "\"", "<a/>", "&lt;", "é"]),
    ) {
        let mut bytes = everything().into_bytes();
        let from = from.min(bytes.len());
        let to = (from + length).min(bytes.len());
        bytes.splice(from..to, with.bytes());
        try_all(&bytes);
    }
}
