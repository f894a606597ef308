//! The cases of the scoring benchmark.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use satsuma_pmml::Document;
use satsuma_stream::StreamFile;
use satsuma_stream::nodes::ExtensionApply;

use crate::documents::{Inputs, network, svm};
use crate::records::Records;
use crate::{Result, stream};

/// IBM's sample stream, among the real streams, and its data.
const REAL_STREAM: &str =
    "IBM/cloud/models/spss/customer_satisfaction/model/customer-satisfaction-prediction.str";
const REAL_DATA: &str = "IBM/cloud/data/customer_churn/scoreInput.csv";

/// A model and how many records it scores.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) rows: usize,
    pmml: String,
}

/// A case as files.
pub(crate) struct Files {
    pub(crate) pmml: PathBuf,
    pub(crate) csv: PathBuf,
    stream: PathBuf,
    rows: String,
    /// Where our scores go.
    pub(crate) ours: PathBuf,
    /// Where the peer's scores go.
    pub(crate) theirs: PathBuf,
}

/// A stream that is measured unchanged.
pub(crate) struct Real {
    pub(crate) case: Case,
    pub(crate) files: Files,
}

/// Documents of the sizes that Modeler writes, and IBM's own if the real streams are available.
pub(crate) fn made() -> Result<Vec<Case>> {
    let like_churn = Inputs { amounts: 3, kinds: &[2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 2, 4] };
    let like_drug = Inputs { amounts: 6, kinds: &[2, 2, 3, 3, 4, 5] };
    let mut cases = vec![
        Case {
            name: "SVM, RBF, 400 vectors of 46".to_owned(),
            rows: 20_000,
            pmml: svm::make(&like_churn, 400),
        },
        Case {
            name: "network, 25 + 20 + 5 neurons".to_owned(),
            rows: 100_000,
            pmml: network::make(&like_drug, 20),
        },
    ];
    match real_document() {
        Ok(pmml) => {
            cases.push(Case { name: "IBM's churn SVM, 2,484 vectors of 46".to_owned(), rows: 5_000, pmml })
        }
        Err(reason) => println!("Skipped, IBM's churn SVM: {reason}.\n"),
    }
    Ok(cases)
}

impl Case {
    /// Writes the document, records for it, and a stream around it.
    pub(crate) fn write(&self, folder: &Path) -> Result<Files> {
        let files = Files::new(folder, self.rows);
        fs::write(&files.pmml, &self.pmml)?;
        let document = Document::parse(self.pmml.as_bytes())?;
        let scorer = document.compile()?;
        let records = Records::new(&document, scorer.inputs())?;
        records.write_csv(&files.csv, self.rows)?;
        stream::write(&files.stream, &self.pmml, &scorer, &records)?;
        Ok(files)
    }
}

impl Files {
    fn new(folder: &Path, rows: usize) -> Self {
        Self {
            pmml: folder.join("model.pmml"),
            csv: folder.join("records.csv"),
            stream: folder.join("bench.str"),
            rows: rows.to_string(),
            ours: folder.join("ours.csv"),
            theirs: folder.join("theirs.csv"),
        }
    }

    /// The arguments of our own measurement.
    pub(crate) fn arguments(&self, work: &str) -> [&OsStr; 3] {
        match work {
            "columns" => ["columns".as_ref(), self.pmml.as_os_str(), self.rows.as_ref()],
            _ => ["job".as_ref(), self.stream.as_os_str(), self.csv.as_os_str()],
        }
    }
}

/// The real stream with its ten records repeated, or why it is not measured.
pub(crate) fn real_stream(folder: &Path) -> Result<Result<Real, String>> {
    let (stream, data) = (real(REAL_STREAM), real(REAL_DATA));
    let (stream, data) = match (stream, data) {
        (Ok(stream), Ok(data)) => (stream, data),
        (Err(reason), _) | (_, Err(reason)) => return Ok(Err(reason)),
    };
    let text = fs::read_to_string(data)?;
    let (header, records) = text.split_once('\n').ok_or("the data have no records")?;
    let records: Vec<_> = records.lines().filter(|line| !line.is_empty()).collect();
    let case = Case { name: "IBM's churn stream as it is".to_owned(), rows: 10_000, pmml: String::new() };
    let files = Files { stream, ..Files::new(folder, case.rows) };
    let mut csv = BufWriter::new(fs::File::create(&files.csv)?);
    writeln!(csv, "{}", header.trim_end())?;
    for record in records.iter().cycle().take(case.rows) {
        writeln!(csv, "{record}")?;
    }
    csv.flush()?;
    Ok(Ok(Real { case, files }))
}

fn real_document() -> Result<String, String> {
    let path = real(REAL_STREAM)?;
    let read = || -> Result<String> {
        let file = StreamFile::open(fs::read(&path)?)?;
        let nodes = file.stream().scoring_branch()?.nodes;
        let mut nuggets = nodes.iter().filter_map(|node| ExtensionApply::from_node(node).ok());
        let nugget = nuggets.next().ok_or("no nugget of an extension")?;
        Ok(String::from_utf8(nugget.container("model")?.content(&file)?)?)
    };
    read().map_err(|error| format!("{}: {error}", path.display()))
}

/// A file among the real streams: in `SATSUMA_STREAMS`, or beside the workspace.
fn real(name: &str) -> Result<PathBuf, String> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/streams");
    let folder = std::env::var_os("SATSUMA_STREAMS").map_or_else(beside, PathBuf::from);
    let path = folder.join(name);
    match path.exists() {
        true => Ok(path),
        false => Err(format!("{} is not there (SATSUMA_STREAMS names the folder)", path.display())),
    }
}
