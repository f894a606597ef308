//! Streams and jobs for tests, here and in the crates that stand on this one.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)] // in tests a panic is the answer

use std::path::Path;
use std::sync::Arc;

use satsuma_stream::{StreamFile, write_archive};

use crate::{Action, FileFormat, JobRequest, Limits, SourceOverride};

/// A stream as XML, for properties that no builder would write.
#[derive(Default)]
pub struct Sketch {
    nodes: String,
    links: String,
    pub properties: String,
    /// Children of the stream beside its properties, as XML.
    pub children: String,
    count: usize,
}

impl Sketch {
    /// Adds a node; `properties` and `children` are XML.
    pub fn node(&mut self, class: &str, label: &str, properties: &str, children: &str) -> usize {
        let id = self.count;
        self.count += 1;
        self.nodes += &format!(
            r#"<node id="{id}" class="com.spss.clementine.component.node.{class}" saveVersion="18.0" uid="id{id}">
            <properties><name>{class}</name><label>{label}</label><autoLabel>false</autoLabel>{properties}</properties>
            {children}</node>"#
        );
        id
    }

    /// Adds a Var. File node that reads commas, with more or other properties.
    pub fn var_file(&mut self, label: &str, path: &str, fields: &[(&str, &str)], properties: &str) -> usize {
        let fields = fields.iter().map(|(name, storage)| {
            format!("<field><name>{name}</name><type><storage>{storage}</storage><measure>range</measure><values/></type></field>")
        });
        let fields = fields.collect::<String>();
        self.node(
            "DelimitedFileImportNode",
            label,
            &format!("<inputFileName>{path}</inputFileName>{properties}"),
            &format!("<importedFields>{fields}</importedFields>"),
        )
    }

    pub fn link(&mut self, from: usize, to: usize) -> &mut Self {
        self.links += &format!(r#"<link srcId="{from}" dstId="{to}"/>"#);
        self
    }

    pub fn chain(&mut self, nodes: &[usize]) -> &mut Self {
        for pair in nodes.windows(2) {
            self.link(pair[0], pair[1]);
        }
        self
    }

    /// Adds properties of the stream, as XML.
    pub fn properties(&mut self, xml: &str) -> &mut Self {
        self.properties += xml;
        self
    }

    pub fn score_with(&mut self, terminal: usize) -> &mut Self {
        self.properties(&format!("<scnScoringTerminalNode>id{terminal}</scnScoringTerminalNode>"))
    }

    pub fn file(&self) -> Arc<StreamFile> {
        Arc::new(StreamFile::open(self.bytes()).unwrap())
    }

    /// The bytes of the `.str` file.
    pub fn bytes(&self) -> Vec<u8> {
        let Self { properties, children, nodes, links, .. } = self;
        let xml = format!(
            r#"<?xml version="1.0" encoding="UTF-8"?><clementineStream version="18.0"><stream saveVersion="18.0">
            <properties><name>sketch</name>{properties}</properties>{children}
            <diagram><nodes>{nodes}</nodes><links>{links}</links><terminalNodeOrder/></diagram></stream></clementineStream>"#
        );
        write_archive([("sketch.xml", xml.as_bytes())]).unwrap()
    }

    /// A scoring job of this stream.
    pub fn job(&self, work_dir: &Path) -> JobRequest {
        JobRequest {
            action: Action::BatchScore,
            stream: self.file(),
            sources: Vec::new(),
            exports: Vec::new(),
            format: FileFormat::Csv,
            parameters: Vec::new(),
            system_encoding: "UTF-8".to_owned(),
            work_dir: work_dir.to_owned(),
            limits: Limits::default(),
        }
    }
}

/// Writes a data file into the folder and gives the override that makes `node` read it.
pub fn data(folder: &Path, node: &str, text: &str) -> SourceOverride {
    let path = folder.join(format!("{node}.csv"));
    std::fs::write(&path, text).unwrap();
    SourceOverride {
        node: node.to_owned(),
        path,
        file_name: "data.csv".to_owned(),
        format: None,
        encoding: None,
    }
}
