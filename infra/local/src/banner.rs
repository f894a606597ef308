//! The banner of the started service.

use std::path::Path;

use crate::sample;

/// The base URL, the key, and three lines to paste into a shell.
pub(crate) fn ready(base_url: &str, key: &str, data: &Path, samples: &Path) -> String {
    let [stream, table] = sample::FILES;
    let put = |name: &str| {
        let path = shell_quoted(&format!("file=@\"{}\"", samples.join(name).display()));
        format!("-X PUT -F {path} '{base_url}/pm/v1/file/{name}?accesskey={key}'")
    };
    // Answers end without a newline: `-w` keeps the prompt off their line.
    let samples =
        format!("curl -sS -w '\\n' {} \\\n    --next -sS -w '\\n' {}", put(stream.name), put(table.name));
    format!(
        "Satsuma is ready.\n\n  API         {base_url}/pm/v1\n  access key  {key}\n  data        {}\n\nTry \
         it: upload a stream and its data, submit a job, look at its status.\n\n  {samples}\n\n  curl -sS \
         -w '\\n' -X PUT -H 'Content-Type: application/json' '{base_url}/pm/v1/jobs/late?accesskey={key}' \
         \\\n    -d '{}'\n\n  curl -sS -w '\\n' '{base_url}/pm/v1/jobs/late/status?accesskey={key}'\n\nThe \
         status has a dataUrl once the job succeeded: fetch it with ?accesskey={key} at its end.\nCtrl-C \
         stops the service; its data are kept for the next start.\n",
        data.display(),
        sample::DEFINITION,
    )
}

/// Quotes a text as one word for a shell.
fn shell_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
