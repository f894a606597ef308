//! Files: streams, data, results.

use satsuma_batch::start_upload::PlanView;
use satsuma_domain::uploads::UploadRequest;
use serde_json::json;

use crate::{Operation, parameters};

/// The form of an upload.
#[derive(schemars::JsonSchema)]
#[expect(dead_code, reason = "it is described, not read: the form's reader takes the part whatever its name")]
struct UploadForm {
    /// The file. The part may have any name.
    #[schemars(extend("format" = "binary"))]
    file: String,
}

/// The media types of results; uploads are `application/octet-stream`.
const RESULTS: &[&str] = &[
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/x-spss-sav",
    "application/zip",
    "text/csv",
    "text/tab-separated-values",
];

pub(super) fn all() -> Vec<Operation> {
    vec![
        Operation::new(
            "put-file",
            "Files",
            "Uploads a file",
            "Stores a stream or a data file, replacing what its id named before; a job that runs keeps the \
             file that it began with. Where the id or the file's own name ends in `.str`, the bytes must be \
             a readable stream, or nothing is stored. At most 4,400,000 bytes; what is larger goes in parts: see \
             `startUpload`.",
        )
        .takes_form::<UploadForm>()
        .answers_text(
            200,
            "The file's URL, without quotes and without a key.",
            "https://satsuma.example/pm/v1/file/drug_cap_stream",
        )
        .refuses(&[400, 413, 415]),
        Operation::new(
            "get-file",
            "Files",
            "Fetches a file",
            "The bytes of an upload, or of the result that a job's `dataUrl` names. More than 4,400,000 bytes \
             are answered with a short-lived link to the store, which answers `Range` requests.",
        )
        .answers_bytes(200, "The bytes.", "application/octet-stream", RESULTS)
        .with_header("Content-Disposition", "The name to save it under (RFC 6266).")
        .answers_empty(307, "It is to be fetched elsewhere, without the access key.")
        .with_header("Location", "Where; it admits whoever holds it, for a few minutes.")
        .refuses(&[400, 404]),
        Operation::new(
            "list-files",
            "Files",
            "Lists uploaded files",
            "The ids of the instance's uploads, in the order of their encoded ids; with `results=true` the ids of \
             its results, those of deleted jobs included. The path may end in a slash.",
        )
        .query("results", "`true` lists results in place of uploads.", parameters::flag)
        .query("limit", parameters::LIMIT, parameters::limit)
        .query("after", parameters::AFTER, parameters::after_file)
        .answers::<Vec<satsuma_domain::FileId>>(
            200,
            "The ids.",
            json!(["drug_batch_data.csv", "drug_cap_stream"]),
        )
        .with_header("Link", "The next page, `rel=\"next\"`, where there is one.")
        .refuses(&[400]),
        Operation::new(
            "delete-file",
            "Files",
            "Deletes a file",
            "An upload, or a result. A pending job that needs the file fails saying so when it runs.",
        )
        .answers::<u32>(200, "How many files were deleted: one.", 1)
        .refuses(&[400, 404]),
        Operation::new(
            "start-upload",
            "Files",
            "Starts an upload in parts",
            "For files of up to 5 GB: a URL of the store for every part. PUT each part to its URL, exactly as \
             long as the plan says, in any order and any number at a time; then complete the upload. Nothing \
             of the file is seen before. A slash in the id is encoded twice here, as `%252F`. The URLs admit \
             whoever holds them; asked again with `upload`, within a day, the plan has new URLs for the parts \
             that have not arrived. A file that must be a readable stream has at most 256 MB.",
        )
        .takes::<UploadRequest>(vec![(
            "a file of 40 million bytes",
            json!({"bytes": 40_000_000, "fileName": "customers.csv"}),
        )])
        .answers::<PlanView>(200, "The plan.", example_plan())
        .refuses(&[400, 404, 413, 415]),
        Operation::new(
            "complete-upload",
            "Files",
            "Completes an upload in parts",
            "Makes the file of its parts. A stream is read before it is stored. 409 names the parts that are \
             missing. Repeated because an answer was lost, it answers the same.",
        )
        .path("upload", "The upload, as the plan names it.", parameters::token)
        .answers_text(
            200,
            "The file's URL, without quotes and without a key.",
            "https://satsuma.example/pm/v1/file/customers.csv",
        )
        .refuses(&[400, 404, 409]),
    ]
}

fn example_plan() -> serde_json::Value {
    let url = |part: u32| format!("https://store.example/customers.csv?partNumber={part}&X-Amz-Signature=…");
    json!({
        "upload": "eyJ1IjoiMn5…",
        "partBytes": 16_777_216,
        "parts": [
            {"number": 1, "bytes": 16_777_216, "url": url(1)},
            {"number": 2, "bytes": 16_777_216, "url": url(2)},
            {"number": 3, "bytes": 6_445_568, "url": url(3)},
        ],
        "complete": {
            "method": "POST",
            "url": "https://satsuma.example/pm/v1/file/customers.csv/upload/eyJ1IjoiMn5…",
        },
        "expiresAt": 1_496_247_493_369_i64,
    })
}
