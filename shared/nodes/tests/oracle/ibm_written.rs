//! Files that Modeler wrote, against what we make of the same stream and data.

use std::path::Path;
use std::sync::Arc;

use satsuma_columns::Scalar;
use satsuma_engine::{Action, Environment, FileFormat, JobRequest, Limits};
use satsuma_formats::RecordReader;
use satsuma_formats::excel::{ExcelReadOptions, ExcelReader};

use crate::probe::{Real, real_stream, streams};

/// The files that the stream's terminal nodes write.
async fn written(real: &Real, folder: &Path) -> Vec<(String, Vec<u8>)> {
    let job = JobRequest {
        action: Action::RunStream,
        stream: Arc::new(real.file.clone()),
        sources: Vec::new(),
        exports: Vec::new(),
        format: FileFormat::Csv,
        documents: satsuma_engine::DocumentFormat::Html,
        parameters: Vec::new(),
        // Both streams were run on a Japanese Windows.
        system_encoding: "windows-31j".to_owned(),
        work_dir: folder.to_owned(),
        limits: Limits::default(),
    };
    let environment = Environment { data: real.data.clone(), ..Environment::default() };
    let outcome = satsuma_nodes::engine().run(&job, &environment).await;
    let files = outcome.unwrap_or_else(|error| panic!("{}: {error}", real.name)).files;
    files.into_iter().map(|file| (file.name, std::fs::read(file.path).unwrap())).collect()
}

/// A Flat File node of 18.1 wrote market baskets in UTF-8.
#[tokio::test]
async fn a_flat_file_is_the_one_that_modeler_wrote() {
    let Some(real) = real_stream("hkwd+spsssample/utf8/utf8test.str") else { return };
    let folder = tempfile::tempdir().unwrap();
    let files = written(&real, folder.path()).await;
    let ours = &files.iter().find(|(name, _)| name == "BASKETS1nu1.csv").unwrap().1;
    let theirs = std::fs::read(streams().unwrap().join("hkwd+spsssample/utf8/BASKETS1nu1.csv")).unwrap();
    let (ours, theirs) = (String::from_utf8_lossy(ours), String::from_utf8_lossy(&theirs));
    let different = ours.lines().zip(theirs.lines()).enumerate().find(|(_, (one, two))| one != two);
    assert_eq!(different, None);
    // The server was a Windows: its lines end with CR LF.
    assert!(ours == theirs.replace("\r\n", "\n"));
}

/// C23. The file was written by an earlier form of the stream's expression, which gave ages two digits and ended
/// lines with LF: its cells are those of ours, its text is not.
#[tokio::test]
async fn c23_a_flat_file_of_fixed_width_has_the_cells_that_modeler_wrote() {
    let Some(real) = real_stream("hkwd+spsssample/230711固定長ノード/fixednode.str") else { return };
    let folder = tempfile::tempdir().unwrap();
    let files = written(&real, folder.path()).await;
    let ours = &files.iter().find(|(name, _)| name == "ASCIIOUT.txt").unwrap().1;
    let theirs = streams().unwrap().join("hkwd+spsssample/230711固定長ノード/ASCIIOUT.txt");
    let theirs = std::fs::read(theirs).unwrap();
    let cells = |bytes: &[u8], age: usize| {
        let (text, _, _) = encoding_rs::SHIFT_JIS.decode(bytes);
        let lines = text.lines().map(|line| line.trim_matches('"').to_owned()).collect::<Vec<_>>();
        let cut = lines.into_iter().filter(|line| !line.is_empty()).map(|line| {
            let letters = line.chars().collect::<Vec<_>>();
            let part = |from: usize, to: usize| {
                letters.get(from..to.min(letters.len())).unwrap_or_default().iter().collect::<String>()
            };
            let age_cell = part(8, 8 + age).trim_start_matches('0').to_owned();
            [part(0, 3), part(3, 8).trim().to_owned(), age_cell, part(8 + age, 11 + age)]
        });
        cut.collect::<Vec<_>>()
    };
    println!("{:?}", String::from_utf8_lossy(ours));
    let found = cells(ours, 3);
    let wanted = cells(&theirs, 2);
    assert!(!wanted.is_empty());
    assert_eq!(found, wanted, "{:?}", String::from_utf8_lossy(ours));
}

/// C15 and all nodes before it: 5,000 records, partitioned by chance with a seed, selected, typed and filtered, as
/// Modeler 18.6 exported them.
#[tokio::test]
async fn workbooks_are_those_that_modeler_wrote_cell_by_cell() {
    let Some(real) = real_stream("nausahadali+SPSS-PROJECT/Project.str") else { return };
    let folder = streams().unwrap().join("nausahadali+SPSS-PROJECT");
    for (name, uid, rows) in
        [("Train_data.xlsx", "id6YA1ZL71HDN1", 4_063), ("test_data.xlsx", "id2891Z78RXIWZ", 937)]
    {
        let seen = real.table(uid).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(seen.rows(), rows, "{name}");
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let mut reader = ExcelReader::open(bytes, &ExcelReadOptions::default()).unwrap();
        let names = reader.fields().iter().map(|field| field.name.clone()).collect::<Vec<_>>();
        let mut columns = vec![Vec::new(); names.len()];
        while let Some(batch) = reader.next_batch().unwrap() {
            for (column, values) in batch.columns().iter().zip(&mut columns) {
                values.extend((0..batch.num_rows()).map(|row| Scalar::at(column, row)));
            }
        }
        let ours = seen.fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>();
        assert_eq!(ours, names, "{name}");
        for (at, wanted) in columns.iter().enumerate() {
            let found = seen.values(at).collect::<Vec<_>>();
            let same = |one: &Scalar, two: &Scalar| {
                one.as_f64().zip(two.as_f64()).map_or(one == two, |(a, b)| a == b)
            };
            let different = (0..rows).find(|row| !same(&found[*row], &wanted[*row]));
            let cells = different.map(|row| (row, &found[row], &wanted[row]));
            assert_eq!(cells, None, "{name}, field {:?}: record, ours, Modeler's", names[at]);
        }
    }
}
