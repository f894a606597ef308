//! Record and field nodes against slow references that work row by row, on random tables with nulls and blanks.
//!
//! The references rest on IBM's documentation of each node, in the words of which they are written.

use std::cmp::Ordering;
use std::fmt::Write;

use proptest::prelude::*;
use satsuma_engine::testing::{Sketch, data};
use satsuma_engine::{Environment, Limits};

/// A value: null, a whole number or a text. Nulls are lower than all values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cell {
    Null,
    Integer(i64),
    Text(String),
}

pub(crate) use Cell::{Integer, Null};

impl Cell {
    pub(crate) fn number(&self) -> Option<i64> {
        if let Integer(number) = self { Some(*number) } else { None }
    }

    fn shown(&self) -> String {
        match self {
            Null => "$null$".to_owned(),
            Integer(number) => number.to_string(),
            Cell::Text(text) => text.clone(),
        }
    }
}

/// A record: `k`, a text; `n`, a number; `r`, the number of the record.
pub(crate) type Row = Vec<Cell>;

const FIELDS: [(&str, &str); 3] = [("k", "string"), ("n", "integer"), ("r", "integer")];

pub(crate) fn tables() -> impl Strategy<Value = Vec<Row>> {
    let text = prop_oneof![
        Just(Null),
        Just(Cell::Text(String::new())),
        prop::sample::select(vec!["a", "b", "B", " ", "é"]).prop_map(|text| Cell::Text(text.to_owned())),
    ];
    let number = prop_oneof![1 => Just(Null), 4 => (-3_i64..4).prop_map(Integer)];
    prop::collection::vec((text, number), 0..24).prop_map(|rows| {
        let rows = rows.into_iter().enumerate();
        rows.map(|(at, (text, number))| vec![text, number, Integer(at as i64)]).collect()
    })
}

pub(crate) fn csv(names: &[&str], rows: &[Row]) -> String {
    let mut text = names.join(",");
    text.push('\n');
    for row in rows {
        let cells = row.iter().map(Cell::shown).collect::<Vec<_>>();
        writeln!(text, "{}", cells.join(",")).unwrap();
    }
    text
}

/// No text of a file is null: a Filler node makes nulls of this one.
const NO_TEXT: &str = "no text";

fn nulls(field: &str) -> String {
    format!(
        "{}<fillerReplaceMode>conditional</fillerReplaceMode><fillerCondition>@FIELD = \"{NO_TEXT}\"</fillerCondition>\
         <fillerReplaceExpression>undef</fillerReplaceExpression>",
        field_list("fillerSelectedFields", &[field])
    )
}

/// The table as a file.
fn file(names: &[&str], rows: &[Row]) -> String {
    let with_texts = rows.iter().map(|row| {
        let mut row = row.clone();
        if row[0] == Null {
            row[0] = Cell::Text(NO_TEXT.to_owned());
        }
        row
    });
    csv(names, &with_texts.collect::<Vec<_>>())
}

/// What a node makes of tables, which has to be the same for one part and for three.
pub(crate) fn made(class: &str, properties: &str, inputs: &[(&[&str; 3], &[Row])]) -> String {
    let mut sketch = Sketch::default();
    let node = sketch.node(class, "node", properties, "");
    for (at, (names, _)) in inputs.iter().enumerate() {
        let fields = [(names[0], "string"), (names[1], "integer"), (names[2], "integer")];
        let source = sketch.var_file(&format!("in{at}"), "in.csv", &fields, "");
        let nulls = sketch.node("FillerNode", "nulls", &nulls(names[0]), "");
        sketch.link(source, nulls).link(nulls, node);
    }
    let table = sketch.node("TableNode", "out", "", "");
    sketch.link(node, table).score_with(table);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut results = [1, 3].into_iter().map(|partitions| {
        let folder = tempfile::tempdir().unwrap();
        let mut job = sketch.job(folder.path());
        job.limits = Limits { partitions, ..Limits::default() };
        let texts = inputs.iter().enumerate();
        job.sources = texts
            .map(|(at, (names, rows))| data(folder.path(), &format!("in{at}"), &file(*names, rows)))
            .collect();
        let outcome = runtime.block_on(satsuma_nodes::engine().run(&job, &Environment::default()));
        let outcome = outcome.unwrap_or_else(|error| panic!("{error}"));
        std::fs::read_to_string(&outcome.files[0].path).unwrap()
    });
    let one = results.next().unwrap();
    assert_eq!(results.next().unwrap(), one, "one part and three");
    one
}

pub(crate) const NAMES: [&str; 3] = [FIELDS[0].0, FIELDS[1].0, FIELDS[2].0];

pub(crate) fn one(class: &str, properties: &str, rows: &[Row]) -> String {
    made(class, properties, &[(&NAMES, rows)])
}

/// Records in groups of equal keys, the groups in the order of their first records.
fn groups(rows: &[Row], key: usize) -> Vec<(Cell, Vec<Row>)> {
    let mut groups: Vec<(Cell, Vec<Row>)> = Vec::new();
    for row in rows {
        match groups.iter_mut().find(|(known, _)| *known == row[key]) {
            Some((_, group)) => group.push(row.clone()),
            None => groups.push((row[key].clone(), vec![row.clone()])),
        }
    }
    groups
}

pub(crate) fn sorted_groups(rows: &[Row], key: usize) -> Vec<(Cell, Vec<Row>)> {
    let mut groups = groups(rows, key);
    groups.sort_by(|(one, _), (two, _)| one.cmp(two));
    groups
}

pub(crate) fn field_list(property: &str, names: &[&str]) -> String {
    let fields = names.iter().map(|name| format!("<field>{name}</field>")).collect::<String>();
    format!("<{property}>{fields}</{property}>")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// IBM, "Sort Node".
    #[test]
    fn sort_equals_a_stable_sort(rows in tables(), down in any::<[bool; 2]>()) {
        let keys = ["k", "n"].into_iter().zip(down).map(|(field, down)| {
            format!("<row><field>{field}</field><direction>{}</direction></row>", i32::from(down))
        });
        let keys = format!("<sortKeys><rows>{}</rows></sortKeys>", keys.collect::<String>());
        let mut sorted = rows.clone();
        let turned = |order: Ordering, down: bool| if down { order.reverse() } else { order };
        sorted.sort_by(|one, two| {
            turned(one[0].cmp(&two[0]), down[0]).then(turned(one[1].cmp(&two[1]), down[1]))
        });
        prop_assert_eq!(one("SortNode", &keys, &rows), csv(&NAMES, &sorted));
    }

    /// IBM, "Select Node": records whose condition is null are in neither mode.
    #[test]
    fn select_equals_a_loop_over_records(rows in tables(), discard in any::<bool>()) {
        let holds = |row: &Row| {
            let greater = row[1].number().map(|number| number > 0);
            let is_a = (row[0] != Null).then(|| row[0] == Cell::Text("a".to_owned()));
            match (greater, is_a) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            }
        };
        let mode = if discard { "discard" } else { "include" };
        let properties = format!("<selectCondition>n &gt; 0 or k = \"a\"</selectCondition><selectMode>{mode}</selectMode>");
        let kept = rows.iter().filter(|row| holds(row) == Some(!discard)).cloned().collect::<Vec<_>>();
        prop_assert_eq!(one("SelectNode", &properties, &rows), csv(&NAMES, &kept));
    }

    /// IBM, "Distinct Node": sorted by the key, the first record of each group or all others.
    #[test]
    fn distinct_equals_a_loop_over_groups(rows in tables(), discard in any::<bool>()) {
        let mode = if discard { "Discard" } else { "Include" };
        let keys = field_list("distinctFieldSelection", &["n"]);
        let groups = sorted_groups(&rows, 1).into_iter();
        let kept = groups.flat_map(|(_, group)| if discard { group[1..].to_vec() } else { group[..1].to_vec() });
        let kept = kept.collect::<Vec<_>>();
        let properties = format!("{keys}<distinctMode>{mode}</distinctMode>");
        prop_assert_eq!(one("DistinctNode", &properties, &rows), csv(&NAMES, &kept));
    }

    /// IBM, "Aggregate Node": statistics leave nulls out; a group without values has none but its counts.
    #[test]
    fn aggregate_equals_a_loop_over_groups(rows in tables()) {
        let statistics = "<sum>true</sum><min>true</min><max>true</max><count>true</count>";
        let properties = format!(
            "{}<aggregateFields><rows><row><field>n</field>{statistics}</row></rows></aggregateFields>",
            field_list("aggregateKeyFields", &["k"])
        );
        let of_group = |(key, group): (Cell, Vec<Row>)| {
            let numbers = group.iter().filter_map(|row| row[1].number()).collect::<Vec<_>>();
            let of = |number: Option<i64>| number.map_or(Null, Integer);
            let sum = of((!numbers.is_empty()).then(|| numbers.iter().sum()));
            let (least, most) = (of(numbers.iter().min().copied()), of(numbers.iter().max().copied()));
            let counts = [numbers.len(), group.len()].map(|count| Integer(count as i64));
            [key, sum, least, most].into_iter().chain(counts).collect::<Row>()
        };
        let expected = groups(&rows, 0).into_iter().map(of_group).collect::<Vec<_>>();
        let names = ["k", "n_Sum", "n_Min", "n_Max", "n_Count", "Record_Count"];
        prop_assert_eq!(one("AggregateNode", &properties, &rows), csv(&names, &expected));
    }

    /// IBM, "Merge Node", "Types of Joins": by a key, in the order of the key; nulls find no partner.
    #[test]
    fn merge_equals_a_loop_over_pairs(left in tables(), right in tables(), join in 0_usize..3) {
        let kind = ["inner", "fullOuter", "anti"][join];
        let properties = format!(
            "<mergeMode>key</mergeMode>{}<joinType>{kind}</joinType>",
            field_list("keyFields", &["n"])
        );
        let mut keys = left.iter().chain(&right).map(|row| row[1].clone()).collect::<Vec<_>>();
        keys.sort();
        keys.dedup();
        let mut expected = Vec::new();
        let joined = |key: &Cell, one: Option<&Row>, two: Option<&Row>| {
            let of = |row: Option<&Row>, at: usize| row.map_or(Null, |row: &Row| row[at].clone());
            vec![of(one, 0), key.clone(), of(one, 2), of(two, 0), of(two, 2)]
        };
        for key in &keys {
            let of_key = |rows: &[Row]| rows.iter().filter(|row| row[1] == *key).cloned().collect::<Vec<_>>();
            let (ones, twos) = (of_key(&left), of_key(&right));
            let partners = *key != Null && !ones.is_empty() && !twos.is_empty();
            if kind != "anti" && partners {
                for one in &ones {
                    expected.extend(twos.iter().map(|two| joined(key, Some(one), Some(two))));
                }
            }
            if kind != "inner" && !partners {
                expected.extend(ones.iter().map(|one| joined(key, Some(one), None)));
            }
            if kind == "fullOuter" && !partners {
                expected.extend(twos.iter().map(|two| joined(key, None, Some(two))));
            }
        }
        let all = ["k", "n", "r", "k2", "r2"];
        let found = made("MergeNode", &properties, &[(&NAMES, &left), (&["k2", "n", "r2"], &right)]);
        prop_assert_eq!(found, csv(&all, &expected));
    }

    /// IBM, "Append Node": by name; fields that an input lacks are null.
    #[test]
    fn append_equals_one_table_after_the_other(first in tables(), second in tables()) {
        let properties = "<appendMode>name</appendMode><appendIncludeAllFields>true</appendIncludeAllFields>";
        let found = made("AppendNode", properties, &[(&NAMES, &first), (&["k", "m", "r"], &second)]);
        let firsts = first.iter().map(|row| [row.as_slice(), &[Null]].concat());
        let seconds = second.iter().map(|row| vec![row[0].clone(), Null, row[2].clone(), row[1].clone()]);
        let expected = firsts.chain(seconds).collect::<Vec<_>>();
        prop_assert_eq!(found, csv(&["k", "n", "r", "m"], &expected));
    }

    /// IBM, "Filler Node": nulls, or records that meet a condition.
    #[test]
    fn filler_equals_a_loop_over_values(rows in tables(), conditional in any::<bool>()) {
        let mode = if conditional { "conditional" } else { "nulls" };
        let properties = format!(
            "{}<fillerReplaceMode>{mode}</fillerReplaceMode><fillerCondition>@FIELD &gt; 1</fillerCondition>\
             <fillerReplaceExpression>r * 10</fillerReplaceExpression>",
            field_list("fillerSelectedFields", &["n"])
        );
        let replaced = rows.iter().map(|row| {
            let is_meant = match conditional {
                true => row[1].number().is_some_and(|number| number > 1),
                false => row[1] == Null,
            };
            let value = if is_meant { Integer(row[2].number().unwrap() * 10) } else { row[1].clone() };
            vec![row[0].clone(), value, row[2].clone()]
        });
        let expected = replaced.collect::<Vec<_>>();
        prop_assert_eq!(one("FillerNode", &properties, &rows), csv(&NAMES, &expected));
    }

    /// IBM, "Derive Node": a formula; null in, null out. `@OFFSET` looks at records before.
    #[test]
    fn derive_equals_a_loop_over_records(rows in tables()) {
        let properties = "<deriveType>formula</deriveType><deriveMode>single</deriveMode>\
            <deriveSingleFieldName>d</deriveSingleFieldName>\
            <deriveFormulaExpression>n - @OFFSET(n, 1)</deriveFormulaExpression>";
        let expected = rows.iter().enumerate().map(|(at, row)| {
            let before = at.checked_sub(1).and_then(|before| rows[before][1].number());
            let difference = row[1].number().zip(before).map_or(Null, |(one, two)| Integer(one - two));
            [row.as_slice(), &[difference]].concat()
        });
        let expected = expected.collect::<Vec<_>>();
        prop_assert_eq!(one("DeriveNode", properties, &rows), csv(&["k", "n", "r", "d"], &expected));
    }
}
