//! Feature Selection: real streams, and a nugget that filters by its own selection.

use super::*;

/// A ranked field: its name, its level, its probability and its importance.
fn ranked(nugget: &Element) -> Vec<(String, String, f64, f64)> {
    let list = nugget.path(["properties", "model", "ranked"]).unwrap();
    let of = |field: &Arc<Element>| {
        let number = |name: &str| field.text_of(name).unwrap().parse().unwrap();
        let name = field.child("field").unwrap().text_of("name").unwrap().into_owned();
        (name, field.text_of("level").unwrap().into_owned(), number("pvalue"), number("ivalue"))
    };
    list.children("rankedField").map(of).collect()
}

fn selected(nugget: &Element, list: &str) -> Vec<String> {
    let list = nugget.path(["properties", list]).unwrap();
    let mut names: Vec<String> = list.children("value").map(|value| value.text().into_owned()).collect();
    names.sort();
    names
}

/// Proof: models that Modeler stored, with categorical and continuous targets. Fields, their order, levels and
/// selection are equal; probabilities agree to 2e-12 (the order in which Modeler
/// adds squares is not known) and the rounding of one minus a number. The heights and weights of
/// one stream are of another version of its file: they are not compared.
#[tokio::test]
async fn feature_selection_rebuilds_the_ranks_of_real_streams() {
    let Some(folder) = streams() else { return };
    let (mut compared, mut fields) = (0, 0);
    for entry in &manifest(&folder) {
        let name = entry["stream"].as_str().unwrap();
        let path = folder.join(name);
        let Ok(file) = StreamFile::open(std::fs::read(&path).unwrap()) else { continue };
        for tied in tied(&file, "ApplyFeatureSelectionNode") {
            let old = file.stream().node_by_uid(&tied.nugget).unwrap().element().clone();
            let trained = train(&prepared(&path, &tied), &Data::of(entry, &folder), &tied.nugget).await;
            let new = match trained {
                Ok((_, new)) => new,
                Err(reason) => {
                    println!("{name} {}: {reason}", tied.nugget);
                    continue;
                }
            };
            let is_other = |field: &String| {
                name.starts_with("aalabort")
                    && ["height", "weight", "BMI"].iter().any(|other| field.starts_with(other))
            };
            let same = |nugget: &Element| {
                ranked(nugget).into_iter().filter(|(field, ..)| !is_other(field)).collect::<Vec<_>>()
            };
            let (old_ranked, new_ranked) = (same(&old), same(&new));
            println!("{name} {}: {} fields, {} stored", tied.nugget, new_ranked.len(), old_ranked.len());
            assert_eq!(new_ranked.len(), old_ranked.len(), "{name}");
            for (place, old) in old_ranked.iter().enumerate() {
                let at = new_ranked.iter().position(|new| new.0 == old.0).unwrap();
                let new = &new_ranked[at];
                // Two fields of a stream are as important, but for rounding.
                let is_tied = |other: &(String, String, f64, f64)| (other.2 - old.2).abs() < 1e-12;
                assert!(at == place || is_tied(&new_ranked[place]), "{name} {}", new.0);
                assert_eq!(new.1, old.1, "{name} {}", new.0);
                let tolerance = 2e-12 * old.2 + 4.0 * f64::EPSILON;
                assert!((new.2 - old.2).abs() <= tolerance, "{name} {}: {} {}", new.0, new.2, old.2);
                assert!((new.3 - old.3).abs() <= tolerance, "{name} {}", new.0);
                fields += 1;
            }
            for list in ["rankedFieldSelection", "screenedFieldSelection"] {
                assert_eq!(selected(&new, list), selected(&old, list), "{name}");
            }
            compared += 1;
        }
    }
    assert!(compared >= 4 && fields >= 38, "{compared} models, {fields} fields");
}

/// Documented behaviour (IBM, "Feature Selection Options"): a new nugget keeps the important fields and the target; a
/// second training refreshes its selection.
#[tokio::test]
async fn a_trained_selection_filters_fields_and_is_refreshed() {
    let folder = tempfile::tempdir().unwrap();
    let mut sketch = Sketch::default();
    let source = sketch.var_file(
        "in",
        "in.csv",
        &[("x", "real"), ("y", "real"), ("one", "string"), ("t", "string")],
        "",
    );
    let rows = "<row><name>t</name><direction>out</direction></row>";
    let types = sketch.node(
        "TypeNode",
        "types",
        &format!("<typeTable><defaultValueMode>read</defaultValueMode><rows>{rows}</rows></typeTable>"),
        "",
    );
    let builder = sketch.node("BuildFeatureSelectionNode", "Feature Selection", "", "");
    sketch.chain(&[source, types, builder]);
    let mut job = sketch.job(folder.path());
    job.action = Action::Training;
    let rows = |swap: bool| {
        let row = |at: usize| {
            let (good, bad) = (at % 2 * 10 + at / 2 % 2, at / 2 % 2);
            let (x, y) = if swap { (bad, good) } else { (good, bad) };
            format!("{x},{y},a,{}\n", ["no", "yes"][at % 2])
        };
        format!("x,y,one,t\n{}", (0..20).map(row).collect::<String>())
    };
    job.sources = vec![data(folder.path(), "in", &rows(false))];
    let outcome = satsuma_nodes::engine().run(&job, &Environment::default()).await.unwrap();
    let first = std::fs::read(&outcome.files[0].path).unwrap();
    let mut trained = StreamFile::open(first).unwrap();
    let nugget = trained.stream().ties().first().unwrap().nugget.clone();
    assert_eq!(selected(nugget.element(), "rankedFieldSelection"), ["x"]);
    let screened = nugget.element().path(["properties", "model", "screened", "rankedField"]).unwrap();
    assert_eq!(screened.attr("reason"), Some("Single category too large"));

    job.stream = Arc::new(trained.clone());
    job.sources = vec![data(folder.path(), "in", &rows(true))];
    let outcome = satsuma_nodes::engine().run(&job, &Environment::default()).await.unwrap();
    let again = StreamFile::open(std::fs::read(&outcome.files[0].path).unwrap()).unwrap();
    let refreshed = again.stream().node_by_uid(&nugget.uid).unwrap();
    assert_eq!(selected(refreshed.element(), "rankedFieldSelection"), ["y"]);

    add_behind(&mut trained, &nugget.id.0.to_string(), "TableNode", |_| {});
    (job.action, job.stream) = (Action::BatchScore, Arc::new(trained));
    let outcome = satsuma_nodes::engine().run(&job, &Environment::default()).await.unwrap();
    let scores = std::fs::read_to_string(&outcome.files[0].path).unwrap();
    assert_eq!(scores.lines().next(), Some("x,t"), "{scores}");
}
