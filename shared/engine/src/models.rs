//! New models written into the stream: the result of builders.

use satsuma_stream::{Delivery, NewNugget, StreamFile};

use crate::error::{EngineError, NodeRef};
use crate::export_names::{ResultNames, without_special_characters};
use crate::outcome::ResultFile;
use crate::request::JobRequest;
use crate::task::RunState;

/// The media type of stream files.
const MEDIA_TYPE: &str = "application/octet-stream";

/// Writes the stream with the models of its builders; `None` without models. All else in the stream stays.
///
/// # Errors
/// If a nugget cannot be made, or the file cannot be written.
pub(crate) fn write(
    models: Vec<(NodeRef, NewNugget)>,
    request: &JobRequest,
    state: &RunState,
    names: &mut ResultNames,
) -> Result<Option<ResultFile>, EngineError> {
    let Some((first, _)) = models.first() else { return Ok(None) };
    let first = first.clone();
    let mut file = StreamFile::clone(&request.stream);
    for (node, nugget) in models {
        let delivered = file.edit(|edit| edit.deliver(&nugget));
        let delivered = delivered
            .map_err(|error| EngineError::Model { node: node.clone(), message: error.to_string() })?;
        if delivered == Delivery::Nowhere {
            let message = "the model is not stored: the builder refreshes no nugget, and the stream does not add \
                           nuggets (Tools > Stream Properties > Options)";
            state.meter.warn(&node, message, 1);
        }
    }
    let written = file.write();
    let bytes =
        written.map_err(|error| EngineError::Model { node: first.clone(), message: error.to_string() })?;
    let path = state.result_path("str");
    std::fs::write(&path, &bytes).map_err(|error| EngineError::io("write", &path, error))?;
    let name = names.next(&file_name(&request.stream.stream().name), &first);
    Ok(Some(ResultFile {
        name,
        path,
        media_type: MEDIA_TYPE,
        rows: 0,
        bytes: bytes.len() as u64,
        node: first.label.clone(),
    }))
}

/// A file name for a stream of this name, which may hold anything.
fn file_name(stream: &str) -> String {
    // In bytes: with the extension it stays an id, by which it is fetched.
    const LONGEST: usize = 190;
    let stem = stream.strip_suffix(".str").unwrap_or(stream);
    let cleaned = without_special_characters(&stem.replace(['/', '\\'], "_"));
    let cut = cleaned.get(..cleaned.floor_char_boundary(LONGEST)).unwrap_or_default();
    match cut.trim().trim_start_matches('.') {
        "" => "stream.str".to_owned(),
        stem => format!("{stem}.str"),
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn names_of_streams_become_safe_file_names() {
        for (stream, file) in
            [("a/b:c", "a_b_c.str"), ("流2019.str", "流2019.str"), ("../..", "_...str"), ("", "stream.str")]
        {
            assert_eq!(file_name(stream), file, "{stream}");
        }
        assert!(file_name(&"香".repeat(100)).len() <= 194);
    }
}
