use proptest::prelude::*;

use super::StreamBuilder;
use crate::nodes::{ModelHeader, OutputField, OutputRole, SvmOptions, TypedNode};
use crate::{
    Field, FieldType, FilterRow, FilterTable, Measure, Role, Storage, StreamFile, TypeRow, TypeTable, Value,
};

/// A text in place of a model: these tests do not read it.
const PMML: &str = "<?xml version=\"1.0\"?>\r\n<PMML version=\"4.2\">caf\u{e9}</PMML>";

fn header(target: &str, prefix: &str) -> ModelHeader {
    let output = |name: String, role, tag: Option<&str>| OutputField {
        name,
        field_type: FieldType::new(Storage::Real, Measure::Range),
        role: Some(role),
        target_field: Some(target.to_owned()),
        tag: tag.map(str::to_owned),
    };
    ModelHeader {
        name: target.to_owned(),
        algorithm_name: "any".to_owned(),
        build_date: Some(1_496_225_538_630),
        record_count: None,
        inputs: vec![Field::new("age", Storage::Integer, Measure::Range)],
        outputs: vec![
            output(format!("${prefix}-{target}"), OutputRole::PredictedValue, None),
            output(format!("${prefix}C-{target}"), OutputRole::Probability, Some("confidence")),
        ],
    }
}

fn types() -> TypeTable {
    let mut target = FieldType::new(Storage::String, Measure::Flag);
    target.values = ["no", "yes"].map(|value| Value::Text(value.to_owned())).to_vec();
    let mut age = FieldType::new(Storage::Real, Measure::Range);
    age.values = vec![Value::Real(18.0), Value::Real(99.5)];
    let row = |name: &str, role: Option<Role>, field_type| TypeRow {
        direction: role,
        field_type: Some(field_type),
        ..TypeRow::new(name)
    };
    TypeTable {
        rows: vec![row("churn", Some(Role::Target), target), row("age", None, age)],
        ..TypeTable::default()
    }
}

fn renames() -> FilterTable {
    let row = |name: &str, drop, rename: Option<&str>| FilterRow {
        name: name.to_owned(),
        drop,
        rename: rename.map(str::to_owned),
    };
    FilterTable {
        rows: vec![row("$S-churn", false, Some("prediction")), row("age", true, None)],
        ..FilterTable::default()
    }
}

/// A stream with every node type that can be built.
fn sample() -> StreamBuilder {
    let mut stream = StreamBuilder::new("sample stream");
    let fields = [
        Field::new("age", Storage::Integer, Measure::Range),
        Field::new("churn", Storage::String, Measure::Discrete),
    ];
    let source = stream.delimited_file("in.csv", &fields);
    let types = stream.type_node(&types());
    let prepared = stream.auto_data_prep(PMML);
    let svm = stream.svm_nugget(PMML, &header("churn", "S"), true).unwrap();
    let parameters = [("scoring.isConfidence", "true"), ("odd", "<&\">")];
    let net = stream.neural_net_nugget(PMML, &header("churn", "N"), &parameters).unwrap();
    let filter = stream.filter(&renames());
    let table = stream.table();
    let export = stream.text_file_export("out.csv");
    let chain = [source, types, prepared, svm, net, filter, table];
    for pair in chain.windows(2) {
        stream.link(pair[0], pair[1]);
    }
    stream.link(filter, export).score_with(table).scoring_model(svm);
    stream
}

#[test]
fn a_stream_built_here_is_read_back_equal() {
    let stream = sample();
    let file = StreamFile::open(stream.write().unwrap()).unwrap();
    assert_eq!(file.document(), &stream.document());
    assert_eq!(file.main_entry(), "sample stream.xml");
    assert_eq!(file.stream().name, "sample stream");
    let branch = file.stream().scoring_branch().unwrap();
    let names: Vec<_> = branch.nodes.iter().map(|node| node.describe()).collect();
    insta::assert_snapshot!(names.join("\n"), @r#"
    DelimitedFileImportNode "Var. File"
    TypeNode "Type"
    AutoDataPrepNode "Auto Data Prep"
    ExtensionApplyModelNode[applySVM] "churn"
    CFApplyModelNode[neuralnetmodel] "churn"
    FilterNode "Filter"
    TableNode "Table"
    "#);
}

#[test]
fn its_nodes_are_typed_and_nothing_in_them_is_unknown() {
    let file = StreamFile::open(sample().write().unwrap()).unwrap();
    for node in file.stream().diagram.nodes() {
        match node.typed().unwrap() {
            TypedNode::DelimitedFileImport(node) => {
                assert_eq!(node.input_file_name, "in.csv");
                assert_eq!(node.imported_fields.len(), 2);
                assert!(node.delimiters.comma && !node.delimiters.tab);
                assert!(node.unknown.is_empty());
            }
            TypedNode::Type(node) => {
                assert_eq!(node.type_table, types());
                assert_eq!(node.type_table.rows[1].role(), Role::Input);
                assert!(node.unknown.is_empty());
            }
            TypedNode::AutoDataPrep(node) => assert_eq!(node.analysis_pmml.unwrap(), PMML),
            TypedNode::Filter(node) => {
                assert_eq!(node.filter_table, renames());
                assert!(node.unknown.is_empty());
            }
            TypedNode::ExtensionApply(nugget) => {
                let model = nugget.container("model").unwrap();
                assert_eq!(model.header, header("churn", "S"));
                assert_eq!(model.content(&file).unwrap(), PMML.as_bytes());
                assert!(SvmOptions::from_nugget(&nugget).unwrap().raw_propensity);
                assert!(nugget.unknown.is_empty());
            }
            TypedNode::CfApply(nugget) => {
                assert_eq!(nugget.header, header("churn", "N"));
                assert_eq!(nugget.pmml(&file).unwrap(), PMML.as_bytes());
                let parameters = nugget.parameters(&file).unwrap();
                assert_eq!(parameters.text("odd"), Some("<&\">"));
                assert_eq!(parameters.get("scoring.isConfidence").unwrap(), Some(true));
                assert!(nugget.unknown.is_empty());
            }
            TypedNode::Table(node) => assert!(node.unknown.is_empty()),
            TypedNode::TextFileExport(node) => {
                assert_eq!(node.export_file_name, "out.csv");
                assert!(node.unknown.is_empty());
            }
            _ => panic!("{} is of no known type", node.describe()),
        }
    }
}

#[test]
fn labels_and_properties_can_be_set() {
    let mut stream = StreamBuilder::new("a");
    let source = stream.delimited_file("in.csv", &[]);
    stream.label(source, "Customers").set(source, "delimitOnTab", "true").set(source, "brandNew", "1");
    let file = StreamFile::open(stream.write().unwrap()).unwrap();
    let node = file.stream().diagram.find("customers").unwrap();
    let TypedNode::DelimitedFileImport(source) = node.typed().unwrap() else {
        panic!("not a Var. File node");
    };
    assert!(source.delimiters.tab && source.delimiters.comma);
    assert_eq!(source.unknown[0].name, "brandNew");
}

#[test]
fn a_name_that_is_no_entry_is_refused() {
    for name in ["", "a/b", "..\\x", "C:x"] {
        assert!(StreamBuilder::new(name).write().is_err(), "{name:?}");
    }
}

/// Calls everything that the engine may call before a run.
fn use_everything(file: &StreamFile) {
    let _ = file.stream().scoring_branch();
    let _ = file.stream().diagram.in_order();
    for node in file.stream().diagram.all_nodes() {
        match node.typed() {
            Ok(TypedNode::CfApply(nugget)) => {
                let _ = (nugget.pmml(file), nugget.parameters(file));
            }
            Ok(TypedNode::ExtensionApply(nugget)) => {
                let _ = nugget.container("model").and_then(|model| model.content(file));
            }
            _ => {}
        }
    }
}

fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, u8)>> {
    proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..10)
}

fn change(bytes: &mut [u8], changes: &[(prop::sample::Index, u8)]) {
    for (place, byte) in changes {
        let place = place.index(bytes.len());
        bytes[place] = *byte;
    }
}

proptest! {
    #[test]
    fn a_damaged_file_never_panics(changes in changes(), cut in any::<prop::sample::Index>()) {
        let mut bytes = sample().write().unwrap();
        change(&mut bytes, &changes);
        bytes.truncate(cut.index(bytes.len() * 2));
        if let Ok(file) = StreamFile::open(bytes) {
            use_everything(&file);
        }
    }

    /// The checksum of the zip hides most damage to its content, so this test corrects the checksum.
    #[test]
    fn damaged_content_never_panics(changes in changes(), entry in any::<prop::sample::Index>()) {
        let stream = sample();
        let file = StreamFile::open(stream.write().unwrap()).unwrap();
        let names: Vec<_> = file.archive().names().collect();
        let damaged = names[entry.index(names.len())];
        let contents = names.iter().map(|name| {
            let mut content = file.entry(name).unwrap();
            if *name == damaged {
                change(&mut content, &changes);
            }
            (*name, content)
        });
        let contents: Vec<_> = contents.collect();
        let contents = contents.iter().map(|(name, content)| (*name, content.as_slice()));
        let bytes = crate::write_archive(contents).unwrap();
        if let Ok(file) = StreamFile::open(bytes) {
            use_everything(&file);
        }
    }
}
