//! Connections to databases.

use std::borrow::Cow;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::password::Password;
use super::words::words;
use crate::json::whole_of;

words! {
    /// The database types of the original API.
    DbType: "database type" {
        /// Apache Hive.
        ApacheHive = "ApacheHive",
        /// IBM dashDB, today Db2 Warehouse on Cloud.
        DashDb = "DashDB",
        /// IBM Db2.
        Db2 = "DB2",
        /// Greenplum.
        Greenplum = "Greenplum",
        /// Apache Impala.
        Impala = "Impala",
        /// IBM Informix.
        Informix = "Informix",
        /// MySQL and compatible databases.
        MySql = "MySQL",
        /// Oracle Database.
        Oracle = "Oracle",
        /// PostgreSQL.
        PostgreSql = "PostgreSQL",
        /// Progress OpenEdge.
        ProgressOpenEdge = "ProgressOpenEdge",
        /// Salesforce.
        Salesforce = "Salesforce",
        /// Microsoft SQL Server.
        SqlServer = "SQLServer",
        /// Sybase ASE.
        Sybase = "Sybase",
        /// Sybase IQ.
        SybaseIq = "SybaseIQ",
        /// Teradata.
        Teradata = "Teradata",
    }
}

impl DbType {
    /// The required fields of a database of this type. If IBM's documentation does not say that a field is
    /// required (a driver's own port, logins without a password), it is optional.
    #[must_use]
    pub fn needs(self) -> &'static [&'static str] {
        match self {
            // A web service with one address; the login determines the account.
            Self::Salesforce => &["username"],
            // Open clusters have no logins, and databases have a default.
            Self::ApacheHive | Self::Impala => &["host"],
            // The user's own database is the default.
            Self::Teradata | Self::Sybase | Self::SybaseIq => &["host", "username"],
            _ => &["host", "db", "username"],
        }
    }
}

/// A connection to a database.
// `P` is the representation of the password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "DbDefinition", transform = super::schema::needs)
)]
#[serde(deny_unknown_fields, expecting = "an object with the connection to a database")]
pub struct DbDefinition<P = Password> {
    /// Type of the database.
    #[serde(rename = "type")]
    pub db_type: DbType,
    /// Name or address of the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(length(max = super::MAX_NAME_BYTES), regex(pattern = super::schema::HOST))
    )]
    pub host: Option<String>,
    /// Its port, as number or text. The default is that of the driver.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "port")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub port: Option<u16>,
    /// Name of the database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(length(max = super::MAX_NAME_BYTES), regex(pattern = super::schema::PLAIN))
    )]
    pub db: Option<String>,
    /// User name of the login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(length(max = super::MAX_NAME_BYTES), regex(pattern = super::schema::PLAIN))
    )]
    pub username: Option<String>,
    /// The password, or a reference to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<P>,
    /// Additional options of the driver, such as `Security=SSL`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(length(max = super::MAX_NAME_BYTES), regex(pattern = super::schema::PLAIN))
    )]
    pub options: Option<String>,
}

impl<P> DbDefinition<P> {
    /// Replaces the password by another representation, and returns the former one.
    pub(crate) fn split<Q>(self, password: Option<Q>) -> (DbDefinition<Q>, Option<P>) {
        let Self { db_type, host, port, db, username, password: was, options } = self;
        (DbDefinition { db_type, host, port, db, username, password, options }, was)
    }

    /// The texts, by the names of their fields.
    pub(crate) fn texts(&self) -> [(&'static str, Option<&str>); 4] {
        [
            ("host", self.host.as_deref()),
            ("db", self.db.as_deref()),
            ("username", self.username.as_deref()),
            ("options", self.options.as_deref()),
        ]
    }

    /// All fields that determine where a password is sent, and to whose account, so that different
    /// connections never have the same. A sealed password is bound to them. The options are included,
    /// because they can name another server.
    #[must_use]
    pub fn connection(&self) -> Vec<Cow<'_, str>> {
        let port = self.port.map_or_else(String::new, |port| port.to_string());
        let texts =
            self.texts().map(|(_, text)| text.map_or(Cow::Borrowed("-"), |text| format!("+{text}").into()));
        let mut parts = vec![Cow::Borrowed(self.db_type.as_str()), Cow::Owned(port)];
        parts.extend(texts);
        parts
    }
}

/// A port: 1 to 65535, as number or text.
fn port<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    deserializer.deserialize_any(PortVisitor)
}

struct PortVisitor;

impl Visitor<'_> for PortVisitor {
    type Value = Option<u16>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a port: a number from 1 to 65535")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
        match u16::try_from(number) {
            Ok(port @ 1..) => Ok(Some(port)),
            _ => Err(E::custom("a port is a number from 1 to 65535")),
        }
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
        self.visit_u64(u64::try_from(number).unwrap_or_default())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Self::Value, E> {
        self.visit_u64(whole_of(number).unwrap_or_default())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        self.visit_u64(text.trim().parse().unwrap_or_default())
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}
