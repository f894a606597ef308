//! New models written into the stream: the result of builders.

use std::path::PathBuf;

use satsuma_stream::nodes::ModelHeader;
use satsuma_stream::{Delivery, Element, NewNugget, StreamFile, Value};

use crate::error::{EngineError, NodeRef, list};
use crate::export_names::{ResultNames, without_special_characters};
use crate::outcome::ResultFile;
use crate::task::RunState;

/// The media type of stream files.
const MEDIA_TYPE: &str = "application/octet-stream";

/// The warning about a model without a nugget.
const NO_PLACE: &str = "the model is not stored: the builder refreshes no nugget, and the stream does not add nuggets \
                        (Tools > Stream Properties > Options)";

/// A stream with one more model.
pub(crate) struct Delivered {
    pub(crate) file: StreamFile,
    pub(crate) delivery: Delivery,
    pub(crate) warnings: Vec<String>,
}

/// The stream with the new models so far. All else in it is as it was uploaded: overrides of the job are not in it.
pub(crate) struct NewModels {
    file: StreamFile,
    /// The first builder that made a model.
    first: Option<NodeRef>,
}

impl NewModels {
    /// No new models yet.
    pub(crate) fn of(file: StreamFile) -> Self {
        Self { file, first: None }
    }

    /// The stream with the new models so far.
    pub(crate) fn stream(&self) -> &StreamFile {
        &self.file
    }

    /// The stream with one more model. A nugget that cannot take the model keeps its old one.
    ///
    /// # Errors
    /// If a new nugget cannot be made.
    pub(crate) fn with(&self, builder: &NodeRef, nugget: &NewNugget) -> Result<Delivered, EngineError> {
        let mut file = self.file.clone();
        let ties = self.file.stream().ties();
        let tied = ties.iter().filter(|tie| tie.builder_uid == nugget.model.builder);
        let (mut refreshed, mut warnings) = (Vec::new(), Vec::new());
        let mut is_tied = false;
        for tie in tied {
            let of_nugget = NodeRef::of(tie.nugget);
            if !tie.is_active() {
                warnings.push(format!("{of_nugget} keeps its model: its link to this node is not active"));
                continue;
            }
            is_tied = true;
            let uid = &tie.nugget.uid;
            let replaced = file.edit(|edit| {
                edit.replace_model(uid, &nugget.model)?;
                edit.renew(std::slice::from_ref(uid), nugget)
            });
            match replaced {
                Ok(()) => {
                    warnings.extend(changed_values(tie.nugget.element(), &nugget.model.header, &of_nugget));
                    refreshed.push(tie.nugget.uid.clone());
                }
                Err(error) => warnings.push(format!("{of_nugget} keeps its model: {error}")),
            }
        }
        let delivery = if is_tied {
            if refreshed.is_empty() { Delivery::Nowhere } else { Delivery::Refreshed(refreshed) }
        } else {
            let delivered = file.edit(|edit| edit.deliver(nugget));
            let delivered = delivered
                .map_err(|error| EngineError::Model { node: builder.clone(), message: error.to_string() })?;
            if delivered == Delivery::Nowhere {
                warnings.push(NO_PLACE.to_owned());
            }
            delivered
        };
        Ok(Delivered { file, delivery, warnings })
    }

    /// A builder has made a model; `file` is the stream with it, unless the old one stays.
    pub(crate) fn add(&mut self, builder: &NodeRef, file: Option<StreamFile>) {
        self.first.get_or_insert_with(|| builder.clone());
        if let Some(file) = file {
            self.file = file;
        }
    }

    /// Writes the stream; `None` if no builder made a model.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(crate) fn write(
        self,
        name: Option<&str>,
        state: &RunState,
        names: &mut ResultNames,
    ) -> Result<Option<ResultFile>, EngineError> {
        let Some(first) = self.first else { return Ok(None) };
        let written = self.file.write();
        let bytes = written
            .map_err(|error| EngineError::Model { node: first.clone(), message: error.to_string() })?;
        let path = state.result_path("str");
        std::fs::write(&path, &bytes).map_err(|error| EngineError::io("write", &path, error))?;
        let name = name.unwrap_or(&self.file.stream().name);
        let name = names.next(&file_name(name), &first);
        Ok(Some(ResultFile {
            name,
            path,
            media_type: MEDIA_TYPE,
            rows: 0,
            bytes: bytes.len() as u64,
            node: first.label.clone(),
        }))
    }
}

/// The warning about a refreshed nugget whose outputs have other values than before: names of fields stay, but nodes
/// behind the nugget may list its old values.
fn changed_values(old: &Element, new: &ModelHeader, nugget: &NodeRef) -> Option<String> {
    let old = ModelHeader::from_element(old.path(["properties", "model"])?).ok()?;
    let changed = new.outputs.iter().filter(|output| {
        let before = old.outputs.iter().find(|before| before.name == output.name);
        let is_known = |value: &Value| before.is_some_and(|before| before.field_type.values.contains(value));
        before.is_some_and(|before| !before.field_type.values.is_empty())
            && !output.field_type.values.iter().all(is_known)
    });
    let names = changed.map(|output| output.name.clone()).collect::<Vec<_>>();
    (!names.is_empty()).then(|| {
        let fields = list(&names);
        format!("{nugget} has new values of {fields}; Type nodes behind it may list the old ones only")
    })
}

/// A stream as a result of a job: under the name of the stream.
pub fn stream_result(name: &str, path: PathBuf, bytes: u64) -> ResultFile {
    let (name, node) = (file_name(name), String::new());
    ResultFile { name, path, media_type: MEDIA_TYPE, rows: 0, bytes, node }
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
