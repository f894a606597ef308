//! Small inputs that each target accepts, to start from: made here, or taken out of real files.

use std::fs;
use std::io;
use std::path::Path;

use satsuma_stream::nodes::ModelHeader;
use satsuma_stream::{
    Archive, Limits, RecordColumn, RecordTable, RecordValues, Result, ScfContainer, ScfEntry, StreamBuilder,
    wrap_content, write_archive, write_pairs,
};

use crate::infoset::mutate;

/// A target and an input for it.
pub type Seed = (&'static str, Vec<u8>);

/// Real files larger than this would make runs slow without adding paths.
const LARGEST: usize = 16 << 10;

const NETWORK: &[u8] = include_bytes!("../../../infra/local/examples/late-parcels.pmml");

const SVM: &str = r#"<PMML version="4.2"><Header/><DataDictionary>
<DataField name="x" optype="continuous" dataType="double"/>
<DataField name="s" optype="categorical" dataType="string"><Value value="a"/></DataField>
<DataField name="late" optype="categorical" dataType="string"><Value value="no"/><Value value="yes"/></DataField>
</DataDictionary><TransformationDictionary><DerivedField name="n" optype="continuous" dataType="double">
<Apply function="+"><FieldRef field="x"/><Constant dataType="double">1</Constant></Apply></DerivedField>
<DerivedField name="c" optype="categorical" dataType="double"><NormDiscrete field="s" value="a"/></DerivedField>
</TransformationDictionary><SupportVectorMachineModel functionName="classification" maxWins="true"><MiningSchema>
<MiningField name="x"/><MiningField name="s"/><MiningField name="late" usageType="predicted"/></MiningSchema>
<RadialBasisKernelType gamma="0.1"/><VectorDictionary numberOfVectors="1"><VectorFields numberOfFields="2">
<FieldRef field="n"/><FieldRef field="c"/></VectorFields><VectorInstance id="v"><Array n="2" type="real">0 2</Array>
</VectorInstance></VectorDictionary><SupportVectorMachine targetCategory="yes" alternateTargetCategory="no">
<SupportVectors numberOfSupportVectors="1" numberOfAttributes="2"><SupportVector vectorId="v"/></SupportVectors>
<Coefficients numberOfCoefficients="1" absoluteValue="0.5"><Coefficient value="1"/></Coefficients>
</SupportVectorMachine></SupportVectorMachineModel></PMML>"#;

const SERIES: &str = r#"<PMML version="4.3" xmlns="http://www.dmg.org/PMML-4_3"><Header/><DataDictionary>
<DataField dataType="double" optype="continuous" name="0"/><DataField dataType="double" optype="continuous" name="1"/>
</DataDictionary><TimeSeriesModel functionName="timeSeries" bestFit="ARIMA"><MiningSchema>
<MiningField name="0" usageType="predicted"/><MiningField name="1"/></MiningSchema><Extension extender="spss.com">
<ARIMA transformation="none" constantTerm="0" seasonLength="3"><NonseasonalComponent p="1" d="1" q="1">
<AR><Array n="1" type="real">0.5</Array></AR><MA><Array n="1" type="real">0.6</Array></MA></NonseasonalComponent>
<SeasonalComponent seasonalP="0" seasonalD="1" seasonalQ="1" period="3"><MA><Array n="1" type="real">0.9</Array></MA>
</SeasonalComponent><PredicterEffect field="1" transformation="none" delay="0" nonSeasonalDiff="1" seasonalDiff="1">
<Numerator><NonseasonFactor maximumOrder="1"><Array n="1" type="real">2</Array></NonseasonFactor></Numerator>
</PredicterEffect></ARIMA></Extension><Extension extender="spss.com" name="errVariance" value="5"/>
<Extension extender="spss.com" name="degreesOfFreedom" value="8"/></TimeSeriesModel></PMML>"#;

const PREPARATION: &str = r#"<PMML version="4.2"><Header/><DataDictionary>
<DataField name="x" optype="continuous" dataType="double"/><DataField name="s" optype="categorical" dataType="string"/>
</DataDictionary><TransformationDictionary><DerivedField name="m" optype="categorical" dataType="string">
<MapValues outputColumn="out" defaultValue="z"><FieldColumnPair field="s" column="in"/><InlineTable>
<row><in>a</in><out>b</out></row></InlineTable></MapValues></DerivedField><DerivedField name="d" optype="ordinal"
dataType="integer"><Discretize field="x"><DiscretizeBin binValue="1"><Interval closure="openClosed" leftMargin="0"
rightMargin="5"/></DiscretizeBin></Discretize></DerivedField></TransformationDictionary></PMML>"#;

const PARAMETERS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Parameters xmlns="http://xml.spss.com/pasw/extension" debug="false" version="8.0">
<Parameter name="a" value="1"/><Parameter name="list"><ListValue><Value value="x"/></ListValue></Parameter>
<Parameter name="structure"><StructuredValue><Attribute name="prediction" value="y"/></StructuredValue></Parameter>
</Parameters>"#;

const AUTO_NUGGET: &str = r#"<node id="1" uid="id1" class="com.spss.clementine.component.node.ApplyAutoClassifierNode">
<properties><name>auto</name><builderNodeId>id2</builderNodeId><viPmml>x</viPmml></properties>
<GraphOutput><data file="data/0001.dat"/></GraphOutput><resultItem modelName="C5 1" buildTime="1" nrModelInputs="3"
useModel="true"><modelOutput class="x.C5Output"/><trainPartitionStats accuracy="0.9" auc="0.8" tp="4" tn="5" fp="1"
fn="0" p="4" n="6"><Tile nr="1" count="2" hit="1" cost="0.5" benefit="1" ms="0"/></trainPartitionStats></resultItem>
<bestTrainingResultItem accuracy="0.9"/></node>"#;

const SUPER_NODE: &str = r#"<node id="1" class="com.spss.clementine.component.node.MutableSuperNode"><properties>
<name>inner</name><superNodeType>manipulation</superNodeType></properties><diagram><nodes><node id="0"
class="com.spss.clementine.component.SuperNodeInputConnectorNode"/></nodes><links/></diagram></node>"#;

const TYPES: &str = r#"<node id="2" uid="id3" class="com.spss.clementine.component.node.TypeNode"><properties>
<typeTable><defaultValueMode>read</defaultValueMode><rows><row><name>AGE</name><direction>out</direction><type>
<storage>integer</storage><measure>range</measure><values><value type="I">1</value><value type="I">9</value></values>
<univariateStats><numericalStats minimumValue="1" maximumValue="9"/></univariateStats></type></row></rows></typeTable>
</properties></node>"#;

const DEFINITION: &str = r#"{"action":"BATCH_SCORE","model":{"id":"stream1","name":"drug.str"},"setting":{"inputs":
[{"node":"Var. File","file":{"id":"in.csv","format":"CSV"},"attributes":[]}],"exports":[{"node":"Table",
"s3":{"bucket":"data","key":"out.sav"}}],"parameterOverride":[{"name":"p","value":0.5}],"reportFormat":"TAB",
"outputType":"DATA_URL"}}"#;

const DATABASES: &str = r#"{"action":"BATCH_SCORE","model":{"id":"m"},"dbDefinitions":{"db1":{"type":"DashDB","host":
"dash.example","port":"50001","db":"BLUDB","username":"u","password":"p\u0061ss","options":"Security=SSL"},"db2":
{"type":"salesforce","username":"u","password":{"secret":"satsuma/acme/x"}},"db3":{"type":"Impala","host":"h","password":
"********"}},"setting":{"inputs":[{"odbc":{"dbRef":"db1","table":"T"},"node":"a"}],"exports":[{"odbc":{"dbRef":"db2",
"table":"T","insertMode":"refresh"},"node":"b"}]}}"#;

const MESSAGE: &str = r#"{"instance":"acme","id":"job1","revision":1}"#;

const NOTICE: &str = r#"{"instance":"acme","id":"job1","uuid":"0190b4f6-0000-7000-8000-000000000000",
    "execution":1,"state":"SUCCESS","only":"webhook"}"#;

const UPLOAD: &str = r#"{"bytes":5000000,"fileName":"a.str","upload":"x"}"#;

const TOKEN: &str =
    r#"{"u":"2~abc","m":"0190b4f6-0000-7000-8000-000000000000","b":5000,"p":16777216,"s":true}"#;

const FORM: &str = "multipart/form-data; boundary=X\n--X\r\nContent-Disposition: form-data; name=\"model_file\"; \
filename=\"a.str\"\r\n\r\nbytes\r\n--X--\r\n";

/// Seeds for all targets.
///
/// # Errors
/// None is known.
pub fn made() -> Result<Vec<Seed>> {
    let stream = sample()?;
    let zip = stream.write()?;
    let document = stream.document();
    let table = table()?;
    let mut scf = ScfContainer { entries: vec![ScfEntry::pmml("<PMML/>".repeat(5))] };
    scf.entries.push(ScfEntry { keys: vec!["k".to_owned()], properties: None, payload: vec![3; 50] });
    let pairs = write_pairs(&[("name".to_owned(), "model".to_owned())])?;
    let inner = write_archive([(".meta", pairs.as_slice()), ("PMML.xml", b"<PMML/>")])?;
    let palette = b"<clementineModelPalette><model/></clementineModelPalette>".as_slice();
    let output = b"<clementineOutput><output class=\"a.b\" data=\"data/0001.dat\"><name>n</name></output>\
        </clementineOutput>";
    let node = format!("<clementineNode>{TYPES}</clementineNode>");
    let text = |target, texts: &[&str]| -> Vec<Seed> {
        texts.iter().map(|text| (target, text.as_bytes().to_vec())).collect()
    };
    let mut seeds = vec![
        ("stream", document.to_fast_infoset()?),
        ("stream", document.to_xml()?),
        ("archive", zip.clone()),
        ("archive", inner.clone()),
        ("modeler_file", two(palette, b"")),
        ("modeler_file", two(node.as_bytes(), b"")),
        ("modeler_file", two(output, &table)),
        (
            "container",
            [two(b"\0\0\0\0<PMML/>", b""), two(b"\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0", b"")].concat(),
        ),
        ("container", keyed_container()),
        ("container_bytes", scf.write()?),
        ("record_table", table),
        ("extension", wrap_content(&inner)?),
        ("extension", pairs),
        ("pmml_document", NETWORK.to_vec()),
    ];
    seeds.extend(mutate::documents().into_iter().map(|document| ("fast_infoset", document)));
    seeds.extend(text("node", &[AUTO_NUGGET, SUPER_NODE, TYPES]));
    seeds.extend(text("parameters", &[PARAMETERS]));
    seeds.extend(text("pmml_document", &[SVM, PREPARATION, SERIES]));
    seeds.extend(text("definition", &[DEFINITION, DATABASES]));
    seeds.extend(text("message", &[MESSAGE, NOTICE]));
    seeds.extend(text("multipart", &[FORM]));
    seeds.extend(text("upload", &[UPLOAD, TOKEN]));
    let result = "result~0190b4f6-0000-7000-8000-000000000000~1~out.csv";
    seeds.extend(text("ids", &["drug_job5", "a/b.csv", result, ".."]));
    seeds.extend(text("path", &["/pm/v1/jobs/a%20b,c/status?limit=5&after=x", "/v1/file/a%2Fb", result]));
    Ok(seeds)
}

/// A stream with nodes of all types that can be built.
fn sample() -> Result<StreamBuilder> {
    let header = ModelHeader {
        name: "late".to_owned(),
        algorithm_name: "SVM".to_owned(),
        build_date: Some(1),
        record_count: None,
        inputs: Vec::new(),
        outputs: Vec::new(),
    };
    let mut stream = StreamBuilder::new("seed");
    let source = stream.delimited_file("in.csv", &[]);
    let svm = stream.svm_nugget(SVM, &header, true)?;
    let net = stream.neural_net_nugget(SVM, &header, &[("scoring.isConfidence", "true")])?;
    let table = stream.table();
    stream.link(source, svm).link(svm, net).link(net, table).score_with(table).label(table, "Out");
    Ok(stream)
}

fn table() -> Result<Vec<u8>> {
    let texts = (0..9).map(|row| (row % 3 > 0).then(|| format!("row {row}"))).collect();
    let numbers = (0..9).map(|row| (row % 5 > 0).then_some(row)).collect();
    let column = |name: &str, letter, values| RecordColumn { name: name.to_owned(), letter, values };
    let columns =
        vec![column("a", 'A', RecordValues::Text(texts)), column("b", 'J', RecordValues::Long(numbers))];
    RecordTable { columns }.write()
}

/// A container with an entry that has properties and one that has a key, as
/// [`container`](crate::files::container) wants it: numbers of blocks instead of offsets.
fn keyed_container() -> Vec<u8> {
    let (plain, keyed) = (b"\0\0\0\0\x03\0\x03a=b", b"\0\0\0\x01\x03\0\x01k");
    let first = [plain.as_slice(), b"<PMML/>"].concat();
    let second = [keyed.as_slice(), b"payload"].concat();
    let numbers = [0_u64, 1].map(u64::to_be_bytes);
    let directory = [b"\0\0\0\x02".as_slice(), &numbers[0], plain, &numbers[1], keyed].concat();
    [two(&first, b""), two(&second, b""), two(&directory, b"")].concat()
}

/// An input of two parts, as [`modeler_file`](crate::files::modeler_file) cuts it.
fn two(first: &[u8], second: &[u8]) -> Vec<u8> {
    let length = u16::try_from(first.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes(), first, second].concat()
}

/// Takes real files in a folder apart into seeds.
///
/// # Errors
/// If the folder cannot be read.
pub fn gathered(folder: &Path, seeds: &mut Vec<Seed>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gathered(&path, seeds)?;
            continue;
        }
        let suffix = path.extension().and_then(|suffix| suffix.to_str());
        if !matches!(suffix, Some("str" | "cou" | "gen" | "nod")) {
            continue;
        }
        let bytes = fs::read(&path)?;
        let Ok(archive) = Archive::open(bytes.clone(), &Limits::default()) else { continue };
        for name in archive.names() {
            let Ok(content) = archive.read(name) else { continue };
            let is_main = !name.contains('/') && suffix == Some("str");
            let target = match () {
                () if content.len() > LARGEST => continue,
                () if ScfContainer::is_scf(&content) => "container_bytes",
                () if RecordTable::is_table(&content) => "record_table",
                () if content.starts_with(b"<?xml") && !is_main => "parameters",
                () if is_main => "stream",
                () => "extension",
            };
            seeds.push((target, content));
        }
        if bytes.len() <= LARGEST {
            seeds.push(("archive", bytes));
        }
    }
    Ok(())
}
