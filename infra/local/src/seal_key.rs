//! The key that passwords are sealed under, in a file that only its owner reads. KMS keeps it where the
//! service is deployed.

use std::io::ErrorKind;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use satsuma_domain::secret::WrappingKey;
use zeroize::Zeroizing;

use crate::data::{data_error, keep_private, write_private};
use crate::error::LocalError;

/// The file's name in the data folder.
pub(crate) const SEAL_KEY_FILE: &str = "seal-key";

/// The key in the file, or a new one that is written there.
pub(crate) fn kept_seal_key(file: &Path) -> Result<WrappingKey, LocalError> {
    match std::fs::read(file).map(Zeroizing::new) {
        Ok(text) => {
            keep_private(file)?;
            read_key(&text).ok_or_else(|| {
                let detail = "32 bytes in base64 are expected".to_owned();
                LocalError::SealKeyFile { path: file.to_owned(), detail }
            })
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let key = WrappingKey::draw()
                .map_err(|fault| LocalError::System { what: "a random key", detail: fault.detail })?;
            let text = Zeroizing::new(format!("{}\n", STANDARD.encode(key.reveal())));
            write_private(file, text.as_bytes())?;
            Ok(key)
        }
        Err(error) => Err(data_error(file)(error)),
    }
}

fn read_key(text: &[u8]) -> Option<WrappingKey> {
    let key = Zeroizing::new(STANDARD.decode(text.trim_ascii()).ok()?);
    WrappingKey::new(&key)
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_first_key_stays_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("seal-key");
        let first = kept_seal_key(&file).unwrap();
        assert_eq!(kept_seal_key(&file).unwrap().reveal(), first.reveal());
        let mode = || file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(), 0o600);
        // Copied, or unpacked from a backup.
        std::fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        assert_eq!(kept_seal_key(&file).unwrap().reveal(), first.reveal());
        assert_eq!(mode(), 0o600);
    }

    #[test]
    fn a_file_without_a_key_is_named_and_neither_shown_nor_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("seal-key");
        std::fs::write(&file, "hunter2").unwrap();
        let error = kept_seal_key(&file).unwrap_err().to_string();
        assert!(error.contains("seal-key") && !error.contains("hunter2"), "{error}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "hunter2");
    }
}
