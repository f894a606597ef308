//! The sample that the repository ships: whether a parcel arrives late.
//!
//! The data are invented, and so are the network's weights: `examples/make-sample.rs` writes both.

use std::path::PathBuf;

use crate::data::DataFolder;
use crate::error::LocalError;

/// A file of the sample.
pub(crate) struct SampleFile {
    /// Its name, and its id once it is uploaded.
    pub(crate) name: &'static str,
    /// Its content.
    pub(crate) bytes: &'static [u8],
}

/// The stream and what it reads.
pub(crate) const FILES: [SampleFile; 2] = [
    SampleFile { name: "late-parcels.str", bytes: include_bytes!("../sample/late-parcels.str") },
    SampleFile { name: "parcels.csv", bytes: include_bytes!("../sample/parcels.csv") },
];

/// The job that scores it. The stream's source node reads `parcels.csv`, which is the id of the uploaded
/// file, so that the definition need not mention it.
pub(crate) const DEFINITION: &str = r#"{"action":"BATCH_SCORE","model":{"id":"late-parcels.str"},"setting":{"outputType":"DATA_URL","reportFormat":"TAB"}}"#;

/// Writes the files to the data folder, for users without a clone of the repository.
pub(crate) fn unpack(data: &DataFolder) -> Result<PathBuf, LocalError> {
    let folder = data.folder("sample")?;
    for file in FILES {
        let path = folder.join(file.name);
        std::fs::write(&path, file.bytes).map_err(crate::data::data_error(&path))?;
    }
    Ok(folder)
}
