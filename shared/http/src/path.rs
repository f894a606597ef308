//! Parses ids in paths.
//!
//! API Gateway's HTTP APIs decode the path before they look up its route, and again before they invoke the
//! function. Other front ends pass it on unchanged. Decoding it once more is correct for both, because ids
//! cannot contain `%`. Behind API Gateway an encoded slash or comma looks like a plain one. Therefore job ids
//! must not contain either; in file ids a slash is part of the id. API Gateway also cuts a path at an encoded
//! `?`, so that a request for `a?b` would apply to `a`. Therefore ids must not contain `?`.

use lambda_http::{Request, RequestExt};
use percent_encoding::percent_decode_str;
use satsuma_domain::{Error, JobId};

use crate::error::ApiError;

/// Possible last parts of a path after a job id.
const PARTS_OF_JOBS: &[&str] = &["/status", "/executions", "/log", "/validate"];

/// The job id of a path `…/v1/jobs/{id}`.
///
/// # Errors
/// `Invalid`, if the id is missing or breaks the rules of ids.
pub fn job_id(request: &Request) -> Result<JobId, ApiError> {
    addressable(&behind(request, "jobs")?)
}

/// The job id of a path with a last part: `…/v1/jobs/{id}/status`. Only operations on that part remove it, so
/// that `a%2Fstatus` never means the job `a`.
///
/// # Errors
/// As [`job_id`].
pub fn job_id_before(request: &Request, last: &str) -> Result<JobId, ApiError> {
    let rest = behind(request, "jobs")?;
    let id = rest.strip_suffix(last).and_then(|rest| rest.strip_suffix('/'));
    addressable(id.unwrap_or(&rest))
}

/// The job id of a path of any operation, for the log.
pub(crate) fn job_of(request: &Request) -> Option<JobId> {
    let rest = behind(request, "jobs").ok()?;
    let id = PARTS_OF_JOBS.iter().find_map(|part| rest.strip_suffix(part)).unwrap_or(&rest);
    addressable(id).ok()
}

fn addressable(id: &str) -> Result<JobId, ApiError> {
    let id = JobId::new(id).map_err(Error::from)?;
    if !id.is_addressable() {
        let message = "a job's id must not contain `/`, `,`, `?` or `%`, which paths cannot contain";
        return Err(Error::invalid("invalid_id", Some("id"), message).into());
    }
    Ok(id)
}

/// The job ids of a path, separated by commas: `…/v1/jobs/{id},{id}`. Blanks around a comma are not part of
/// the ids.
///
/// # Errors
/// `Invalid`, if there is no id or one breaks the rules of ids.
pub fn job_ids(request: &Request) -> Result<Vec<JobId>, ApiError> {
    let rest = behind(request, "jobs")?;
    if !rest.contains(',') {
        return Ok(vec![job_id(request)?]);
    }
    let ids = rest.split(',').map(str::trim).filter(|id| !id.is_empty());
    let ids = ids.map(|id| JobId::new(id).map_err(|error| Error::from(error).into()));
    ids.collect::<Result<Vec<_>, ApiError>>()
}

/// The file id of a path: the whole rest after `…/v1/file/`. Slashes at its beginning and end are ignored,
/// because one client doubles them.
///
/// # Errors
/// `Invalid`, if it is not UTF-8.
pub fn file_id(request: &Request) -> Result<String, ApiError> {
    behind(request, "file")
}

/// The file id of a path `…/v1/file/{id}/upload`, which starts an upload in parts.
///
/// # Errors
/// `Invalid`, if it is not UTF-8.
pub fn upload_file_id(request: &Request) -> Result<String, ApiError> {
    file_id_before(request, "upload")
}

/// The file id and the upload token of a path `…/v1/file/{id}/upload/{upload}`.
///
/// # Errors
/// `Invalid`, if it is not UTF-8.
pub fn upload_of_file(request: &Request) -> Result<(String, String), ApiError> {
    let rest = behind(request, "file")?;
    // File ids may contain `/upload/`; tokens contain no slash.
    let (id, upload) = rest.rsplit_once("/upload/").unwrap_or((&rest, ""));
    Ok((slashed(id), upload.to_owned()))
}

/// The file id of a path with a last part: `…/v1/file/{id}/stream`. Clients encode a slash of the id twice
/// here ([`percent_encode_twice`](crate::percent_encode_twice)), because API Gateway decodes once before it
/// looks up the route, and would split the id. Front ends that pass the path on unchanged also accept one
/// encoding.
///
/// # Errors
/// `Invalid`, if it is not UTF-8.
pub fn file_id_before(request: &Request, last: &str) -> Result<String, ApiError> {
    let rest = behind(request, "file")?;
    let id = rest.strip_suffix(last).and_then(|rest| rest.strip_suffix('/')).unwrap_or(&rest);
    Ok(slashed(id))
}

/// Decodes the slashes of an id, however often they are encoded, because the number of previous decodings is
/// unknown.
fn slashed(id: &str) -> String {
    let mut pieces = id.split('%');
    let mut slashed = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let escaped = piece.trim_start_matches("25");
        match escaped.strip_prefix("2F").or_else(|| escaped.strip_prefix("2f")) {
            Some(rest) => slashed.extend(["/", rest]),
            None => slashed.extend(["%", piece]),
        }
    }
    slashed
}

/// The decoded rest of the path after `/v1/<collection>/`. Any prefix is possible (a stage, a mapped base
/// path).
fn behind(request: &Request, collection: &str) -> Result<String, ApiError> {
    let path = match request.raw_http_path() {
        "" => request.uri().path(),
        path => path,
    };
    let rest = path.split_once(&format!("/v1/{collection}/")).map_or("", |(_, rest)| rest);
    let decoded = percent_decode_str(rest).decode_utf8();
    let decoded = decoded
        .map_err(|_| Error::invalid("invalid_id", Some("id"), "the path is not UTF-8, percent-encoded"))?;
    // API Gateway makes encoded slashes plain, so both must be handled alike.
    Ok(decoded.trim_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str) -> Request {
        Request::default().with_raw_http_path(path)
    }

    fn job(path: &str) -> String {
        job_id(&at(path)).map_or_else(|error| error.code().to_owned(), |id| id.to_string())
    }

    #[test]
    fn an_id_is_decoded_once_wherever_the_api_hangs() {
        assert_eq!(job("/pm/v1/jobs/drug_job5"), "drug_job5");
        assert_eq!(job_id_before(&at("/v1/jobs/drug%20job/status"), "status").unwrap().as_str(), "drug job");
        assert_eq!(job_id_before(&at("/v1/jobs/status/log"), "log").unwrap().as_str(), "status");
        assert_eq!(job_of(&at("/v1/jobs/status/log")).unwrap().as_str(), "status");
        assert_eq!(job("/prod/pm/v1/jobs/香水分析"), "香水分析");
        assert_eq!(job("/pm/v1/jobs/%E9%A6%99%E6%B0%B4/"), "香水");
        assert_eq!(job("/pm/v1/jobs/jobs"), "jobs");
        // The form in which API Gateway passes `a%23b%20c`.
        assert_eq!(job("/pm/v1/jobs/a#b c"), "a#b c");
    }

    #[test]
    fn ids_that_paths_cannot_carry_are_refused() {
        for id in ["", "..", "%FF", "a%2Fb", "a,b", "a%3Fb", "100%25", "100%", "a%252Fb"] {
            assert_eq!(job(&format!("/pm/v1/jobs/{id}")), "invalid_id", "{id}");
        }
    }

    #[test]
    fn an_encoded_part_of_a_job_names_no_other_job() {
        for part in PARTS_OF_JOBS {
            let path = format!("/pm/v1/jobs/a{}", part.replace('/', "%2F"));
            assert_eq!(job(&path), "invalid_id", "{path}");
            assert_eq!(job_ids(&at(&path)).unwrap_err().code(), "invalid_id", "{path}");
        }
    }

    #[test]
    fn a_list_of_ids_is_split_at_its_commas() {
        let ids = job_ids(&at("/pm/v1/jobs/a,%20b%2Cc,,d%20e")).unwrap();
        let ids: Vec<&str> = ids.iter().map(JobId::as_str).collect();
        assert_eq!(ids, ["a", "b", "c", "d e"]);
    }

    #[test]
    fn a_files_id_may_hold_slashes_and_bears_one_too_many() {
        for (path, id) in [
            ("/pm/v1/file//stream1", "stream1"),
            ("/pm/v1/file/stream1/", "stream1"),
            ("/pm/v1/file/%2Fstream1%2F", "stream1"),
            ("/pm/v1/file/%2F", ""),
            ("/v1/file/a/b.csv", "a/b.csv"),
            ("/pm/v1/file/a%2Fv1%2Ffile%2Fb", "a/v1/file/b"),
            ("/pm/v1/file/../../x", "../../x"),
            ("/pm/v1/file/", ""),
        ] {
            assert_eq!(file_id(&at(path)).unwrap(), id, "{path}");
        }
    }
    #[test]
    fn an_upload_is_named_behind_its_file_whatever_the_id_holds() {
        for (path, id) in [
            ("/pm/v1/file/big.csv/upload", "big.csv"),
            ("/v1/file/a%2Fb.csv/upload", "a/b.csv"),
            ("/v1/file/a%252Fb.csv/upload", "a/b.csv"),
            ("/v1/file/a%25252Fb.csv/upload", "a/b.csv"),
            ("/v1/file/upload/upload", "upload"),
        ] {
            assert_eq!(upload_file_id(&at(path)).unwrap(), id, "{path}");
            let (file, upload) = upload_of_file(&at(&format!("{path}/abc-_"))).unwrap();
            assert_eq!((file.as_str(), upload.as_str()), (id, "abc-_"), "{path}");
        }
    }

    #[test]
    fn a_files_id_may_stand_before_what_is_asked_of_it() {
        for (path, id) in [
            ("/pm/v1/file/drug%20cap.str/stream", "drug cap.str"),
            ("/v1/file/%E9%A6%99%E6%B0%B4.str/stream/", "香水.str"),
            // As sent, and in the form in which API Gateway passes `a%252Fb.str`.
            ("/v1/file/a%2Fb.str/stream", "a/b.str"),
            ("/v1/file/a%252Fb.str/stream", "a/b.str"),
            ("/v1/file/a%25252fb.str/stream", "a/b.str"),
            ("/v1/file/100%25/stream", "100%"),
            ("/v1/file/stream/stream", "stream"),
            ("/v1/file/bitstream/stream", "bitstream"),
        ] {
            assert_eq!(file_id_before(&at(path), "stream").unwrap(), id, "{path}");
        }
    }

    /// Paths (`rawPath`) of API Gateway from published recordings.
    #[test]
    fn what_api_gateway_hands_over_names_the_file_that_was_meant() {
        for (sent, handed_over, id) in [
            ("space%20value", "space value", "space value"),
            ("hash%23value", "hash#value", "hash#value"),
            ("slash%2Fvalue", "slash/value", "slash/value"),
            ("%E4%B8%96%E7%95%8C", "世界", "世界"),
            ("literal%252Fvalue", "literal/value", "literal/value"),
            ("literal%25252Fvalue", "literal%2Fvalue", "literal/value"),
        ] {
            let event = serde_json::json!({
                "version": "2.0", "routeKey": "GET /pm/v1/file/{id+}", "rawQueryString": "limit=1",
                "rawPath": format!("/pm/v1/file/{handed_over}"), "headers": {"host": "example.org"},
                "requestContext": {"stage": "$default", "http": {"method": "GET"}}, "isBase64Encoded": false,
            });
            let request = lambda_http::request::from_str(&event.to_string()).unwrap();
            assert_eq!(file_id(&request).unwrap(), id, "{sent}");
        }
    }
}
