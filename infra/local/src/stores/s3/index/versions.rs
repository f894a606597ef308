//! Earlier versions of uploaded files. A deletion removes those of its file as well.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Blob, Index, Object, object};

/// How versions are laid out: a number counts them in the order in which they were replaced.
pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS version (
        number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, blob TEXT NOT NULL UNIQUE, bytes INTEGER NOT NULL,
        media_type TEXT, modified INTEGER NOT NULL, replaced INTEGER NOT NULL
    );
    CREATE INDEX IF NOT EXISTS version_by_key ON version (key, number);
";

/// The number of the present version, which has none yet.
const PRESENT: i64 = i64::MAX;

/// Whether versions of this key are kept: `instances/<instance>/files/…`.
pub(super) fn are_kept(key: &str) -> bool {
    let mut parts = key.split('/');
    parts.next() == Some("instances") && parts.nth(1) == Some("files")
}

/// Keeps the present object of a key, before another one replaces it.
pub(super) fn keep(change: &Connection, key: &str) -> rusqlite::Result<()> {
    change
        .prepare_cached(
            "INSERT INTO version (key, blob, bytes, media_type, modified, replaced)
             SELECT key, blob, bytes, media_type, modified, CAST(strftime('%s', 'now') AS INTEGER) FROM object
             WHERE key = ?1",
        )?
        .execute([key])
        .map(|_| ())
}

/// Forgets all versions of a key; their blobs are free then.
pub(super) fn forget(change: &Connection, key: &str) -> rusqlite::Result<Vec<Blob>> {
    let mut query = change.prepare_cached("DELETE FROM version WHERE key = ?1 RETURNING blob, bytes")?;
    query.query_map([key], |row| super::blob(row, 0))?.collect()
}

impl Index {
    /// Forgets versions that were replaced before a time, in seconds since 1970.
    pub(crate) fn forget_versions_before(&self, oldest: i64) -> rusqlite::Result<()> {
        self.lock().execute("DELETE FROM version WHERE replaced < ?1", [oldest]).map(|_| ())
    }

    /// A version of an object, present or earlier.
    pub(crate) fn version(&self, key: &str, version: &str) -> rusqlite::Result<Option<Object>> {
        let connection = self.lock();
        let mut query = connection.prepare_cached(
            "SELECT key, blob, bytes, media_type, modified, (SELECT metadata FROM note WHERE note.blob = found.blob) FROM (
                 SELECT key, blob, bytes, media_type, modified FROM object WHERE key = ?1 AND blob = ?2
                 UNION ALL SELECT key, blob, bytes, media_type, modified FROM version WHERE key = ?1 AND blob = ?2
             ) AS found",
        )?;
        query.query_row(params![key, version], object).optional()
    }

    /// At most `limit` versions of the objects whose keys begin with `prefix`, by key and newest first, after a version
    /// of a key. `None` if there is no such version.
    pub(crate) fn versions(
        &self,
        prefix: &str,
        after: Option<(&str, &str)>,
        limit: usize,
    ) -> rusqlite::Result<Option<Vec<(Object, bool)>>> {
        let connection = self.lock();
        let after = match after {
            None => None,
            Some((key, version)) => {
                let place = "SELECT ?3 FROM object WHERE key = ?1 AND blob = ?2
                             UNION ALL SELECT number FROM version WHERE key = ?1 AND blob = ?2";
                let mut query = connection.prepare_cached(place)?;
                let number: Option<i64> =
                    query.query_row(params![key, version, PRESENT], |row| row.get(0)).optional()?;
                let Some(number) = number else { return Ok(None) };
                Some((key, number))
            }
        };
        let (key, number) = after.unwrap_or(("", PRESENT));
        let mut query = connection.prepare_cached(
            "SELECT key, blob, bytes, media_type, modified, NULL, number FROM (
                 SELECT key, blob, bytes, media_type, modified, ?5 AS number FROM object WHERE key >= ?1
                 UNION ALL SELECT key, blob, bytes, media_type, modified, number FROM version WHERE key >= ?1
             ) WHERE key > ?2 OR (key = ?2 AND number < ?3) ORDER BY key, number DESC LIMIT ?4",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let found = |row: &Row<'_>| Ok((object(row)?, row.get::<_, i64>(6)? == PRESENT));
        let listed = query.query_map(params![prefix, key, number, limit, PRESENT], found)?;
        let mut listed = listed.collect::<rusqlite::Result<Vec<_>>>()?;
        let end = listed.iter().position(|(object, _)| !object.key.starts_with(prefix));
        listed.truncate(end.unwrap_or(listed.len()));
        Ok(Some(listed))
    }
}

#[cfg(test)]
mod tests {
    use super::are_kept;

    #[test]
    fn only_uploaded_files_have_versions() {
        for (key, kept) in [
            ("instances/acme/files/a", true),
            ("instances/files/results/u/1/a", false),
            ("instances/acme/results/u/1/files", false),
            ("uploads/acme/files/a", false),
        ] {
            assert_eq!(are_kept(key), kept, "{key}");
        }
    }
}
