//! Files: streams, data, results.

use satsuma_batch::start_upload::PlanView;
use satsuma_batch::view::VersionView;
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
            "Stores a stream or a data file, and replaces an existing file with this id. A running job \
             keeps the version that it started with. If the id or the file name ends in `.str`, the content \
             must be a readable stream; otherwise the request fails and nothing is stored. A request \
             carries at most 4,400,000 bytes; `startUpload` accepts larger files in parts.",
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
            "Returns the bytes of an upload, or of the result in a job's `dataUrl`. For more than 4,400,000 \
             bytes, the response is a short-lived link to the store, which supports `Range` requests.",
        )
        .answers_bytes(200, "The bytes.", "application/octet-stream", RESULTS)
        .with_header("Content-Disposition", "File name for saving it (RFC 6266).")
        .answers_empty(307, "The file is at `Location`. Fetch it without the access key.")
        .with_header("Location", "URL of the file, valid for a few minutes. It grants access to its bearer.")
        .refuses(&[400, 404]),
        Operation::new(
            "list-files",
            "Files",
            "Lists uploaded files",
            "Lists the ids of the instance's uploads, sorted by encoded id. With `results=true` it lists \
             the ids of results, including those of deleted jobs. The path may end in a slash.",
        )
        .query("results", "`true` lists results instead of uploads.", parameters::flag)
        .query("limit", parameters::LIMIT, parameters::limit)
        .query("after", parameters::AFTER, parameters::after_file)
        .answers::<Vec<satsuma_domain::FileId>>(
            200,
            "The ids.",
            json!(["drug_batch_data.csv", "drug_cap_stream"]),
        )
        .with_header("Link", "URL of the next page with `rel=\"next\"`, if there is one.")
        .refuses(&[400]),
        Operation::new(
            "delete-file",
            "Files",
            "Deletes a file",
            "Deletes an upload or a result. A pending job that needs the file fails when it runs, with an \
             error that names the file.",
        )
        .answers::<u32>(200, "Number of deleted files, always 1.", 1)
        .refuses(&[400, 404]),
        Operation::new(
            "list-versions",
            "Files",
            "Lists the versions of a file",
            "Lists the stored versions of an upload, newest first, each with its maker: an upload, an \
             `AUTO_REFRESH` job, or a rollback. Replaced versions are kept for a limited time, 30 days by default, and \
             do not count as stored bytes. Encode a slash in the id twice here, as `%252F`.",
        )
        .query("limit", "Maximum number of entries in the page; a page has at most 100.", parameters::limit)
        .query("after", parameters::AFTER, parameters::after_file)
        .answers::<Vec<VersionView>>(200, "The versions.", example_versions())
        .with_header("Link", "URL of the next page with `rel=\"next\"`, if there is one.")
        .refuses(&[400, 404]),
        Operation::new(
            "rollback-file",
            "Files",
            "Brings an earlier version of a file back",
            "Makes a copy of an earlier version the current one: the version before, or `version`. No version is \
             lost, so that a second rollback undoes the first. With `version`, a repeated request changes nothing more. \
             409 means that there is no earlier version, or that the file was changed at the same time. Encode a slash \
             in the id twice here, as `%252F`.",
        )
        .query("version", "Id of a version, as `listVersions` returns it.", parameters::version)
        .answers::<VersionView>(200, "The new current version.", example_versions()[0].clone())
        .refuses(&[400, 404, 409]),
        Operation::new(
            "start-upload",
            "Files",
            "Starts an upload in parts",
            "Starts the upload of a file of up to 5 GB. The response has a URL of the store for each part. \
             PUT each part to its URL, with exactly the planned size, in any order and in parallel. Then \
             complete the upload; the content is not checked before. Encode a slash in the id twice here, \
             as `%252F`. The URLs grant access to their bearer. To continue an upload within a day, send \
             the request again with `upload`; the new plan has new URLs for the missing parts. A stream has \
             at most 256 MB.",
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
            "Assembles the file from its parts. A stream is checked before it is stored. Missing parts \
             cause 409, and the message names them. A repeated request gets the same response.",
        )
        .path("upload", "Token of the upload, from the plan.", parameters::token)
        .answers_text(
            200,
            "The file's URL, without quotes and without a key.",
            "https://satsuma.example/pm/v1/file/customers.csv",
        )
        .refuses(&[400, 404, 409]),
    ]
}

fn example_versions() -> serde_json::Value {
    json!([
        {
            "version": "UIORUnfndfiufdisojhr398493jfdkjFJjkndnqUifhnw89493jJFJ", "bytes": 183_204,
            "createdAt": 1_496_312_293_000_i64, "current": true, "madeBy": "ROLLBACK",
            "restored": "3HL4kqtJvjVBH40Nrjfkd", "replaced": "nx0C1sQBvXKu",
        },
        {
            "version": "nx0C1sQBvXKu", "bytes": 183_377, "createdAt": 1_496_225_918_000_i64, "current": false,
            "madeBy": "JOB", "job": "nightly-refresh", "execution": 4,
        },
        {
            "version": "3HL4kqtJvjVBH40Nrjfkd", "bytes": 183_204, "createdAt": 1_496_139_493_000_i64,
            "current": false, "madeBy": "UPLOAD",
        },
    ])
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
