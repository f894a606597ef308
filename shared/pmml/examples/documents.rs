//! Writes the PMML documents of a stream into a folder, for other programs:
//!
//! `cargo run -p satsuma-pmml --example documents -- STREAM.str FOLDER`

use std::error::Error;
use std::path::PathBuf;

use satsuma_stream::StreamFile;
use satsuma_stream::nodes::TypedNode;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [stream, folder] = arguments.as_slice() else {
        return Err("usage: documents STREAM.str FOLDER".into());
    };
    let file = StreamFile::open(std::fs::read(stream)?)?;
    for node in file.stream().diagram.all_nodes() {
        let (kind, document) = match node.typed() {
            Ok(TypedNode::AutoDataPrep(prep)) => match prep.analysis_pmml {
                Some(text) => ("preparation", text.into_bytes()),
                None => continue,
            },
            Ok(TypedNode::CfApply(nugget)) => ("model", nugget.pmml(&file)?),
            Ok(TypedNode::ExtensionApply(nugget)) => ("model", nugget.container("model")?.content(&file)?),
            _ => continue,
        };
        let path = folder.join(format!("{}-{kind}.pmml", node.id));
        std::fs::write(&path, document)?;
        println!("{}\t{}", node.describe(), path.display());
    }
    Ok(())
}
