//! The command line.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};

use crate::child::RunJob;
use crate::front::Front;
use crate::inspect::Inspect;
use crate::run::Run;
use crate::service::Choices;
use crate::survey::SurveyFolder;
use crate::tenants::{InstanceCommand, KeyCommand};

/// The default port.
pub(crate) const DEFAULT_PORT: u16 = 8080;

/// Lets the system choose.
pub(crate) const FREE_PORT: u16 = 0;

/// The default data folder.
pub(crate) const DEFAULT_DATA: &str = "satsuma-data";

/// Shortest access key: shorter ones can be guessed.
const MIN_KEY_LENGTH: usize = 8;

/// Longest access key.
const MAX_KEY_LENGTH: usize = 128;

/// Runs IBM SPSS Modeler streams as batch jobs: the whole service in one process.
#[derive(Debug, Parser)]
#[command(name = "satsuma", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Options {
    /// A command, in place of serving.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    /// Port of the API; 0 chooses a free one. [default: 8080]
    #[arg(long)]
    pub(crate) port: Option<u16>,

    /// Address to listen on. Anything but a loopback address opens the service to the network,
    /// without encryption.
    #[arg(long, default_value = "127.0.0.1")]
    pub(crate) bind: IpAddr,

    /// Folder of jobs, files and results; created if it is missing. [default: satsuma-data]
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,

    /// Access key for this run. By default it is the one in the data folder's file `access-key`, which the
    /// first start creates. Every user of the machine can see the arguments of programs: on a shared machine
    /// write the key into that file instead.
    #[arg(long, value_parser = access_key)]
    pub(crate) access_key: Option<String>,

    /// URL under which callers reach the service, without `/pm/v1`: the URLs in responses begin with it.
    /// SATSUMA_PUBLIC_URL does the same. By default they begin with the address that the caller used.
    #[arg(long, value_name = "URL", value_parser = public_url)]
    pub(crate) public_url: Option<String>,

    /// Address of a proxy in front of the service. Its X-Forwarded-Proto and X-Forwarded-Host are trusted;
    /// repeat the option for several.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) trusted_proxy: Vec<IpAddr>,

    /// Origin of web pages that may call the API from a browser, such as <https://reports.example>, or `*`;
    /// repeat the option for several.
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    pub(crate) allow_origin: Vec<String>,

    /// Free space in MB below which no data are taken and jobs wait, so that deletions still work.
    #[arg(long, value_name = "MB", default_value_t = 64)]
    pub(crate) keep_free: u64,

    /// Scores the sample through the API, shows the first predictions, and exits. Uses a temporary data
    /// folder and a free port by default.
    #[arg(long)]
    pub(crate) demo: bool,
}

/// The commands of `satsuma`, one file each.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Run(Run),
    Inspect(Inspect),
    Survey(SurveyFolder),
    Instance(InstanceCommand),
    Key(KeyCommand),
    #[command(hide = true)]
    RunJob(RunJob),
}

impl Options {
    /// Whether the screen belongs to a command. The process of a job logs as its service does.
    pub(crate) fn is_quiet(&self) -> bool {
        let is_command = self.command.as_ref().is_some_and(|command| !matches!(command, Command::RunJob(_)));
        self.demo || is_command
    }

    /// The chosen values, with these defaults.
    pub(crate) fn choices(self, port: u16, data: Option<&Path>) -> Choices {
        let data = self.data.or_else(|| data.map(Path::to_owned));
        Choices {
            address: SocketAddr::new(self.bind, self.port.unwrap_or(port)),
            data: data.unwrap_or_else(|| DEFAULT_DATA.into()),
            access_key: self.access_key,
            keep_free: self.keep_free.saturating_mul(1 << 20),
            front: Front {
                public_url: self.public_url,
                trusted: self.trusted_proxy,
                origins: self.allow_origin,
                base_url: String::new(),
            },
        }
    }
}

/// A key travels in query strings and is pasted into shells: only characters that mean nothing there.
fn access_key(text: &str) -> Result<String, String> {
    if !(MIN_KEY_LENGTH..=MAX_KEY_LENGTH).contains(&text.len()) {
        return Err(format!("a key has {MIN_KEY_LENGTH} to {MAX_KEY_LENGTH} characters"));
    }
    if !text.bytes().all(is_key_byte) {
        return Err(
            "a key is made of the letters a to z and A to Z, digits, `-`, `_`, `.` and `~`".to_owned()
        );
    }
    Ok(text.to_owned())
}

/// A URL with a scheme and a host, without anything behind its path.
fn public_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#@\\\"<>".contains(&byte));
    if host.is_empty() || !plain {
        return Err("a URL such as https://spss.example is expected, without a user, `?` and `#`".to_owned());
    }
    let url = text.trim_end_matches('/');
    Ok(url.strip_suffix("/pm/v1").unwrap_or(url).to_owned())
}

/// A scheme, a host and perhaps a port, as browsers write them.
fn origin(text: &str) -> Result<String, String> {
    if text == "*" {
        return Ok(text.to_owned());
    }
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let is_lower = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:[]".contains(&byte);
    if rest.is_empty() || !rest.bytes().all(is_lower) {
        return Err(
            "an origin such as https://reports.example is expected, in lower case and without a path"
                .to_owned(),
        );
    }
    Ok(text.to_owned())
}

fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_accepted_without_the_api_prefix() {
        for text in ["https://a.example", "https://a.example/", "https://a.example/pm/v1/"] {
            assert_eq!(public_url(text), Ok("https://a.example".to_owned()), "{text}");
        }
        for text in ["a.example", "https://", "ftp://a", "https://u@a", "https://a?b", "https://a b"] {
            assert!(public_url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_origin_is_as_browsers_write_it() {
        for text in ["*", "https://a.example", "http://localhost:3000", "http://[::1]:3000"] {
            assert_eq!(origin(text), Ok(text.to_owned()));
        }
        for text in ["a.example", "https://a.example/", "https://A.example", "null", "https://"] {
            assert!(origin(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_key_that_a_url_or_a_shell_would_change_is_refused() {
        assert_eq!(access_key("correct-horse_7"), Ok("correct-horse_7".to_owned()));
        for key in ["short", "two words", "a&b=c#d%20", "schlüssel", "$(reboot)", &"x".repeat(129)] {
            assert!(access_key(key).is_err(), "{key}");
        }
    }
}
