//! The index of objects: their keys in order, and the files with their bytes.

mod versions;

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::blobs::Blob;

/// How the index is laid out. A key's order is that of its bytes, as in S3.
const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS object (
        key TEXT PRIMARY KEY, blob TEXT NOT NULL, bytes INTEGER NOT NULL, media_type TEXT, modified INTEGER NOT NULL
    ) WITHOUT ROWID;
    -- What is noted on an object, as JSON. It goes with the bytes: what replaces them does not bear it.
    CREATE TABLE IF NOT EXISTS note (blob TEXT PRIMARY KEY, metadata TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS upload (
        id TEXT PRIMARY KEY, key TEXT NOT NULL, media_type TEXT, metadata TEXT, begun INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS part (
        upload TEXT NOT NULL, number INTEGER NOT NULL, blob TEXT NOT NULL, bytes INTEGER NOT NULL,
        PRIMARY KEY (upload, number)
    ) WITHOUT ROWID;
";

/// How long a statement waits for another one.
const BUSY: Duration = Duration::from_secs(10);

/// Metadata of an object. Its ETag is the name of its blob: a new one for every content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) key: String,
    pub(super) blob: Blob,
    pub(super) media_type: Option<String>,
    /// Its user metadata, as JSON; not part of lists.
    pub(super) metadata: Option<String>,
    /// Seconds since 1970.
    pub(super) modified: i64,
}

/// An upload in parts that is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Upload {
    pub(super) key: String,
    pub(super) media_type: Option<String>,
    pub(super) metadata: Option<String>,
}

/// The condition of a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    /// Nothing.
    Always,
    /// There is no object of this key.
    Absent,
    /// The object exists, with this ETag if one is given.
    Present(Option<String>),
}

/// Result of a write.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Put {
    /// It is done; the blob of the object that it replaced is free, unless it is kept as a version.
    Done(Option<Blob>),
    /// Its condition does not hold.
    Refused,
}

/// The index.
pub(super) struct Index(Mutex<Connection>);

impl Index {
    pub(super) fn open(file: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(file)?;
        connection.busy_timeout(BUSY)?;
        connection.execute_batch(SCHEMA)?;
        connection.execute_batch(versions::SCHEMA)?;
        Ok(Self(Mutex::new(connection)))
    }

    /// Removes results that were stored before a time, in seconds since 1970.
    pub(super) fn forget_results_before(&self, oldest: i64) -> rusqlite::Result<()> {
        let results = "instances/*/results/*";
        let statement = "DELETE FROM object WHERE key GLOB ?1 AND modified < ?2";
        self.lock().execute(statement, params![results, oldest]).map(|_| ())
    }

    /// Removes uploads in parts that began before a time, in seconds since 1970.
    pub(super) fn forget_uploads_before(&self, oldest: i64) -> rusqlite::Result<()> {
        let mut connection = self.lock();
        let change = connection.transaction()?;
        let old = "SELECT id FROM upload WHERE begun < ?1";
        change.execute(&format!("DELETE FROM part WHERE upload IN ({old})"), [oldest])?;
        change.execute("DELETE FROM upload WHERE begun < ?1", [oldest])?;
        change.commit()
    }

    /// The names of all blobs that are in use.
    pub(super) fn blobs(&self) -> rusqlite::Result<HashSet<String>> {
        let connection = self.lock();
        let mut query = connection.prepare(
            "SELECT blob FROM object UNION ALL SELECT blob FROM part UNION ALL SELECT blob FROM version",
        )?;
        query.query_map([], |row| row.get(0))?.collect()
    }

    pub(super) fn get(&self, key: &str) -> rusqlite::Result<Option<Object>> {
        let connection = self.lock();
        let mut query = connection
            .prepare_cached("SELECT key, blob, bytes, media_type, modified, (SELECT metadata FROM note WHERE note.blob = object.blob) FROM object WHERE key = ?1")?;
        query.query_row([key], object).optional()
    }

    pub(super) fn put(&self, object: &Object, condition: &Condition) -> rusqlite::Result<Put> {
        let mut connection = self.lock();
        let change = connection.transaction()?;
        let held: Option<Blob> = change
            .prepare_cached("SELECT blob, bytes FROM object WHERE key = ?1")?
            .query_row([&object.key], |row| blob(row, 0))
            .optional()?;
        let holds = match (condition, &held) {
            (Condition::Always, _) | (Condition::Absent, None) | (Condition::Present(None), Some(_)) => true,
            (Condition::Present(Some(e_tag)), Some(held)) => *e_tag == held.name,
            _ => false,
        };
        if !holds {
            return Ok(Put::Refused);
        }
        let keeps = versions::are_kept(&object.key);
        if keeps {
            versions::keep(&change, &object.key)?;
        }
        change
            .prepare_cached("INSERT OR REPLACE INTO object (key, blob, bytes, media_type, modified) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![object.key, object.blob.name, object.blob.bytes, object.media_type, object.modified])?;
        if let Some(held) = held.as_ref().filter(|_| !keeps) {
            change.execute("DELETE FROM note WHERE blob = ?1", [&held.name])?;
        }
        if let Some(metadata) = &object.metadata {
            change.execute(
                "INSERT INTO note (blob, metadata) VALUES (?1, ?2)",
                [&object.blob.name, metadata],
            )?;
        }
        change.commit()?;
        Ok(Put::Done(held.filter(|_| !keeps)))
    }

    /// Removes an object where a condition holds, with its versions; their blobs are free then. Nothing where it does not
    /// hold.
    pub(super) fn remove_if(&self, key: &str, condition: &Condition) -> rusqlite::Result<Option<Vec<Blob>>> {
        if *condition == Condition::Always {
            return self.remove(key).map(Some);
        }
        let Condition::Present(e_tag) = condition else { return Ok(None) };
        let mut connection = self.lock();
        let change = connection.transaction()?;
        let removed = change
            .prepare_cached(
                "DELETE FROM object WHERE key = ?1 AND (?2 IS NULL OR blob = ?2) RETURNING blob, bytes",
            )?
            .query_row(params![key, e_tag], |row| blob(row, 0))
            .optional()?;
        let Some(removed) = removed else { return Ok(None) };
        let free = with_versions(&change, key, Some(removed))?;
        change.commit()?;
        Ok(Some(free))
    }

    /// Removes an object with its versions; their blobs are free then.
    pub(super) fn remove(&self, key: &str) -> rusqlite::Result<Vec<Blob>> {
        let mut connection = self.lock();
        let change = connection.transaction()?;
        let removed = change
            .prepare_cached("DELETE FROM object WHERE key = ?1 RETURNING blob, bytes")?
            .query_row([key], |row| blob(row, 0))
            .optional()?;
        let free = with_versions(&change, key, removed)?;
        change.commit()?;
        Ok(free)
    }

    /// At most `limit` objects whose keys begin with `prefix` and follow `after`.
    pub(super) fn list(&self, prefix: &str, after: &str, limit: usize) -> rusqlite::Result<Vec<Object>> {
        let connection = self.lock();
        // Keys with a prefix are adjacent: begin there, and stop after them.
        let mut query = connection.prepare_cached(
            "SELECT key, blob, bytes, media_type, modified, NULL FROM object WHERE key >= ?1 AND key > ?2 ORDER BY key LIMIT ?3",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut listed: Vec<Object> =
            query.query_map(params![prefix, after, limit], object)?.collect::<rusqlite::Result<_>>()?;
        let end = listed.iter().position(|object| !object.key.starts_with(prefix));
        listed.truncate(end.unwrap_or(listed.len()));
        Ok(listed)
    }

    pub(super) fn begin_upload(&self, id: &str, upload: &Upload, now: i64) -> rusqlite::Result<()> {
        let connection = self.lock();
        let mut insert = connection.prepare_cached(
            "INSERT INTO upload (id, key, media_type, metadata, begun) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        insert.execute(params![id, upload.key, upload.media_type, upload.metadata, now]).map(|_| ())
    }

    /// An upload that is under way.
    pub(super) fn upload(&self, id: &str) -> rusqlite::Result<Option<Upload>> {
        let connection = self.lock();
        let mut query =
            connection.prepare_cached("SELECT key, media_type, metadata FROM upload WHERE id = ?1")?;
        let read =
            |row: &Row<'_>| Ok(Upload { key: row.get(0)?, media_type: row.get(1)?, metadata: row.get(2)? });
        query.query_row([id], read).optional()
    }

    /// The ids of the uploads that were begun before a time.
    pub(super) fn uploads_before(&self, time: i64) -> rusqlite::Result<Vec<String>> {
        let connection = self.lock();
        let mut query = connection.prepare_cached("SELECT id FROM upload WHERE begun < ?1")?;
        query.query_map([time], |row| row.get(0))?.collect()
    }

    /// Adds a part; the blob of the part that it replaces is free then.
    pub(super) fn put_part(&self, upload: &str, number: i32, part: &Blob) -> rusqlite::Result<Option<Blob>> {
        let mut connection = self.lock();
        let change = connection.transaction()?;
        let held = change
            .prepare_cached("DELETE FROM part WHERE upload = ?1 AND number = ?2 RETURNING blob, bytes")?
            .query_row(params![upload, number], |row| blob(row, 0))
            .optional()?;
        change
            .prepare_cached("INSERT INTO part (upload, number, blob, bytes) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![upload, number, part.name, part.bytes])?;
        change.commit()?;
        Ok(held)
    }

    /// The parts of an upload in order.
    pub(super) fn parts(&self, upload: &str) -> rusqlite::Result<Vec<(i32, Blob)>> {
        let connection = self.lock();
        let mut query = connection
            .prepare_cached("SELECT number, blob, bytes FROM part WHERE upload = ?1 ORDER BY number")?;
        query.query_map([upload], |row| Ok((row.get(0)?, blob(row, 1)?)))?.collect()
    }

    /// Forgets an upload; the blobs of its parts are free then.
    pub(super) fn end_upload(&self, id: &str) -> rusqlite::Result<()> {
        let mut connection = self.lock();
        let change = connection.transaction()?;
        change.execute("DELETE FROM part WHERE upload = ?1", [id])?;
        change.execute("DELETE FROM upload WHERE id = ?1", [id])?;
        change.commit()
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The blobs of a removed object and of its versions, whose notes go with them.
fn with_versions(change: &Connection, key: &str, removed: Option<Blob>) -> rusqlite::Result<Vec<Blob>> {
    let mut free = versions::forget(change, key)?;
    free.extend(removed);
    for blob in &free {
        change.execute("DELETE FROM note WHERE blob = ?1", [&blob.name])?;
    }
    Ok(free)
}

fn object(row: &Row<'_>) -> rusqlite::Result<Object> {
    Ok(Object {
        key: row.get(0)?,
        blob: blob(row, 1)?,
        media_type: row.get(3)?,
        modified: row.get(4)?,
        metadata: row.get(5)?,
    })
}

fn blob(row: &Row<'_>, column: usize) -> rusqlite::Result<Blob> {
    Ok(Blob { name: row.get(column)?, bytes: row.get(column + 1)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Index {
        Index::open(Path::new(":memory:")).unwrap()
    }

    fn object_of(key: &str, blob: &str) -> Object {
        let blob = Blob { name: blob.to_owned(), bytes: 1 };
        Object { key: key.to_owned(), blob, media_type: None, metadata: None, modified: 0 }
    }

    #[test]
    fn a_list_is_in_the_order_of_bytes_and_stays_within_its_prefix() {
        let index = index();
        for key in ["a/1", "a/é", "a/B", "a", "b/1", "a/2", "a0"] {
            index.put(&object_of(key, key), &Condition::Always).unwrap();
        }
        let keys = |prefix: &str, after: &str, limit| -> Vec<String> {
            index.list(prefix, after, limit).unwrap().into_iter().map(|object| object.key).collect()
        };
        assert_eq!(keys("a/", "", 10), ["a/1", "a/2", "a/B", "a/é"]);
        assert_eq!(keys("a/", "a/1", 2), ["a/2", "a/B"]);
        assert_eq!(keys("a/", "b", 10), [""; 0]);
        assert_eq!(keys("", "", 10).len(), 7);
    }

    #[test]
    fn only_old_results_are_forgotten() {
        let index = index();
        let results = ["instances/a/results/j/1/old", "instances/a/results/j/1/new"];
        for (key, modified) in [(results[0], 9), (results[1], 10), ("instances/a/files/old", 9)] {
            let object = Object { modified, ..object_of(key, key) };
            index.put(&object, &Condition::Always).unwrap();
        }
        index.forget_results_before(10).unwrap();
        assert!(index.get(results[0]).unwrap().is_none());
        assert!(index.get(results[1]).unwrap().is_some());
        assert!(index.get("instances/a/files/old").unwrap().is_some());
    }

    #[test]
    fn a_conditional_write_loses_to_the_one_before_it() {
        let index = index();
        assert_eq!(index.put(&object_of("k", "1"), &Condition::Absent).unwrap(), Put::Done(None));
        assert_eq!(index.put(&object_of("k", "2"), &Condition::Absent).unwrap(), Put::Refused);
        let on_first = Condition::Present(Some("1".to_owned()));
        assert!(matches!(index.put(&object_of("k", "3"), &on_first).unwrap(), Put::Done(Some(_))));
        assert_eq!(index.put(&object_of("k", "4"), &on_first).unwrap(), Put::Refused);
        assert_eq!(index.get("k").unwrap().unwrap().blob.name, "3");
        assert_eq!(index.put(&object_of("other", "5"), &Condition::Present(None)).unwrap(), Put::Refused);
    }
}
