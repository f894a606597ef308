//! Field nodes, and what is left of the record nodes, against slow references that work row by row.
//!
//! The references rest on IBM's documentation of each node, in the words of which they are written.

use proptest::prelude::*;

use crate::reference::{Cell, Integer, NAMES, Null, Row, csv, field_list, made, one, sorted_groups, tables};

fn text(value: &str) -> Cell {
    Cell::Text(value.to_owned())
}

fn is(cell: &Cell, value: &str) -> bool {
    *cell == text(value)
}

/// The records with a new last field, and the names.
fn with(rows: &[Row], name: &str, value: impl FnMut(&Row) -> Cell) -> String {
    let values = rows.iter().map(value).collect::<Vec<_>>();
    let rows = rows.iter().zip(values).map(|(row, value)| [row.as_slice(), &[value]].concat());
    csv(&[NAMES[0], NAMES[1], NAMES[2], name], &rows.collect::<Vec<_>>())
}

fn derived(properties: &str) -> String {
    format!("<deriveMode>single</deriveMode><deriveSingleFieldName>d</deriveSingleFieldName>{properties}")
}

fn members(list: &str, values: &[&str]) -> String {
    let members = values.iter().map(|value| {
        format!(
            "<persistentObjectListMember><srcFieldName>k</srcFieldName><srcFieldValue>{value}</srcFieldValue>\
             <includeFieldNames>true</includeFieldNames></persistentObjectListMember>"
        )
    });
    format!("<{list}>{}</{list}>", members.collect::<String>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// IBM, "Derive Node", "Flag": the false value unless the condition is true.
    #[test]
    fn a_flag_is_false_unless_its_condition_is_true(rows in tables()) {
        let properties = derived("<deriveType>flag</deriveType><deriveFlagFieldCondition>n &gt; 0</deriveFlagFieldCondition>\
            <deriveFlagTrueValue>yes</deriveFlagTrueValue><deriveFlagFalseValue>no</deriveFlagFalseValue>");
        let flag = |row: &Row| text(if row[1].number().is_some_and(|number| number > 0) { "yes" } else { "no" });
        prop_assert_eq!(one("DeriveNode", &properties, &rows), with(&rows, "d", flag));
    }

    /// IBM, "Derive Node", "Nominal": the value of the first condition that holds, or the default.
    #[test]
    fn a_nominal_value_is_that_of_the_first_condition(rows in tables()) {
        let table = [("low", "n &lt; 0"), ("a", "k = \"a\""), ("high", "n &gt; 1")].into_iter().enumerate();
        let table = table.map(|(at, (name, condition))| {
            format!("<row><index>{at}</index><name>{name}</name><condition>{condition}</condition></row>")
        });
        let properties = derived(&format!(
            "<deriveType>set</deriveType><deriveSetTable><rows>{}</rows></deriveSetTable>\
             <deriveSetDefaultValue>mid</deriveSetDefaultValue>",
            table.collect::<String>()
        ));
        let value = |row: &Row| text(match row[1].number() {
            Some(number) if number < 0 => "low",
            _ if is(&row[0], "a") => "a",
            Some(number) if number > 1 => "high",
            _ => "mid",
        });
        prop_assert_eq!(one("DeriveNode", &properties, &rows), with(&rows, "d", value));
    }

    /// IBM, "Derive Node", "Count": grows where one condition holds, starts anew where the other holds.
    #[test]
    fn a_count_grows_and_starts_anew(rows in tables()) {
        let properties = derived("<deriveType>count</deriveType><deriveCountInitialValue>5</deriveCountInitialValue>\
            <deriveCountIncrementCondition>k = \"a\"</deriveCountIncrementCondition>\
            <deriveCountIncrementByExpression>2</deriveCountIncrementByExpression>\
            <deriveCountResetCondition>n = 3</deriveCountResetCondition>");
        let mut count = 5;
        let value = |row: &Row| {
            if row[1] == Integer(3) {
                count = 5;
            } else if is(&row[0], "a") {
                count += 2;
            }
            Integer(count)
        };
        prop_assert_eq!(one("DeriveNode", &properties, &rows), with(&rows, "d", value));
    }

    /// IBM, "Derive Node", "State": switches on where one condition holds, and off where the other holds.
    #[test]
    fn a_state_stays_until_a_condition_switches_it(rows in tables()) {
        let properties = derived("<deriveType>state</deriveType><deriveStateInitialState>off</deriveStateInitialState>\
            <deriveStateOnValue>On</deriveStateOnValue><deriveStateOffValue>Off</deriveStateOffValue>\
            <deriveStateOnCondition>n = 1</deriveStateOnCondition><deriveStateOffCondition>k = \"a\"</deriveStateOffCondition>");
        let mut state = "Off";
        let value = |row: &Row| {
            if state == "Off" && row[1] == Integer(1) {
                state = "On";
            } else if state == "On" && is(&row[0], "a") {
                state = "Off";
            }
            text(state)
        };
        prop_assert_eq!(one("DeriveNode", &properties, &rows), with(&rows, "d", value));
    }

    /// IBM, "Reclassify Node": other values, null too, are kept or become the default.
    #[test]
    fn reclassify_equals_a_loop_over_values(rows in tables(), has_default in any::<bool>()) {
        let properties = format!(
            "<reclassifyMode>single</reclassifyMode><reclassifyReplaceField>false</reclassifyReplaceField>\
             <singleFieldSelection>k</singleFieldSelection><singleFieldName>c</singleFieldName>\
             <reclassifyTable><rows><row><oldValue>a</oldValue><newValue>first</newValue></row>\
             <row><oldValue>é</oldValue><newValue>last</newValue></row></rows></reclassifyTable>\
             <useDefault>{has_default}</useDefault><defaultValue>other</defaultValue>"
        );
        let value = |row: &Row| match &row[0] {
            old if is(old, "a") => text("first"),
            old if is(old, "é") => text("last"),
            _ if has_default => text("other"),
            old => old.clone(),
        };
        prop_assert_eq!(one("ReclassifyNode", &properties, &rows), with(&rows, "c", value));
    }

    /// IBM, "Set to Flag Node": without keys, and with them: true where one record of the group is true.
    #[test]
    fn flags_of_groups_are_true_where_one_record_is(rows in tables(), grouped in any::<bool>()) {
        let properties = format!(
            "{}<trueValue>T</trueValue><falseValue>F</falseValue><useAggregateKeyFields>{grouped}</useAggregateKeyFields>{}",
            members("createFlagFields", &["a", "é"]),
            field_list("aggregateKeyFields", &["n"])
        );
        let flags = |group: &[Row]| {
            ["a", "é"].map(|value| text(if group.iter().any(|row| is(&row[0], value)) { "T" } else { "F" }))
        };
        let expected = if grouped {
            let groups = sorted_groups(&rows, 1).into_iter();
            let groups = groups.map(|(key, group)| [&[key], flags(&group).as_slice()].concat());
            csv(&["n", "k_a", "k_é"], &groups.collect::<Vec<_>>())
        } else {
            let flagged = rows.iter().map(|row| [row, flags(std::slice::from_ref(row)).as_slice()].concat());
            csv(&["k", "n", "r", "k_a", "k_é"], &flagged.collect::<Vec<_>>())
        };
        prop_assert_eq!(one("SetToFlagNode", &properties, &rows), expected);
    }

    /// IBM, "Restructure Node": a field for a value holds another field where the value is, and null elsewhere.
    #[test]
    fn restructured_fields_hold_values_of_another_field(rows in tables(), flags in any::<bool>()) {
        let mode = if flags { "Flags" } else { "OtherFields" };
        let properties = format!(
            "{}<restructureValuesMode>{mode}</restructureValuesMode>{}",
            members("createRestructuredFields", &["a"]),
            field_list("restructureValueFields", &["n"])
        );
        let value = |row: &Row| match (flags, is(&row[0], "a")) {
            (true, matches) => Integer(i64::from(matches)),
            (false, true) => row[1].clone(),
            (false, false) => Null,
        };
        let name = if flags { "k_a" } else { "k_a_n" };
        prop_assert_eq!(one("RestructureNode", &properties, &rows), with(&rows, name, value));
    }

    /// IBM, "Binning Node", "Tiles": the desired number of records of each, with ties in the next tile.
    #[test]
    fn tiles_equal_a_walk_over_sorted_values(rows in tables()) {
        let properties = format!(
            "{}<binningMethod>equalFreq</binningMethod><binTile4>true</binTile4><binTile10>false</binTile10>",
            field_list("binningFields", &["n"])
        );
        let numbers = rows.iter().filter_map(|row| row[1].number()).collect::<Vec<_>>();
        let up_to = |value: i64| numbers.iter().filter(|number| **number <= value).count();
        let mut tiles = std::collections::BTreeMap::new();
        let mut tile = 1;
        for value in -3..4 {
            let (passed, desired) = (up_to(value) as f64, numbers.len() as f64 / 4.0);
            if numbers.contains(&value) && passed > f64::from(tile) * desired && tile < 4 {
                tile += 1;
            }
            tiles.insert(value, tile);
        }
        let value = |row: &Row| row[1].number().map_or(Null, |number| Integer(tiles[&number].into()));
        prop_assert_eq!(one("BinningNode", &properties, &rows), with(&rows, "n_TILE4", value));
    }

    /// IBM, "Sample Node": every nth record, or all others.
    #[test]
    fn samples_are_every_third_record_or_all_others(rows in tables(), discard in any::<bool>()) {
        let mode = if discard { "discard" } else { "pass" };
        let properties = format!(
            "<sampleMethod>oneInN</sampleMethod><sampleOneInN>3</sampleOneInN><sampleMode>{mode}</sampleMode>"
        );
        let kept = rows.iter().zip(1..).filter(|(_, number)| (number % 3 == 0) != discard);
        let kept = kept.map(|(row, _)| row.clone()).collect::<Vec<_>>();
        prop_assert_eq!(one("SampleNode", &properties, &rows), csv(&NAMES, &kept));
    }

    /// Modeler 19.0, Lag and Lead: the record before or behind within a group, in the order of a key. Nulls are a
    /// group, as two nulls are equal.
    #[test]
    fn lags_are_of_the_same_group(rows in tables(), lead in any::<bool>()) {
        let properties = format!(
            "{}{}<offsetValue>{}</offsetValue><fixedOffsetExtensionName>_2</fixedOffsetExtensionName>\
             <fixedOffsetExtensionPosition>suffix</fixedOffsetExtensionPosition>\
             <sortKeys><rows><row><field>r</field><direction>0</direction></row></rows></sortKeys>",
            field_list("offsetFields", &["r"]),
            field_list("offsetGroupField", &["n"]),
            if lead { 1 } else { -1 }
        );
        let mut expected = Vec::new();
        for (_, group) in sorted_groups(&rows, 1) {
            for (at, row) in group.iter().enumerate() {
                let other = if lead { Some(at + 1) } else { at.checked_sub(1) };
                let value = other.and_then(|other| group.get(other)).map_or(Null, |other| other[2].clone());
                expected.push([row.as_slice(), &[value]].concat());
            }
        }
        prop_assert_eq!(one("OffsetNode", &properties, &rows), csv(&["k", "n", "r", "r_2"], &expected));
    }

    /// IBM, "Filter Node": fields are dropped, renamed or kept.
    #[test]
    fn filters_drop_and_rename_fields(rows in tables()) {
        let properties = "<filterTable><defaultDrop>false</defaultDrop><rows><row><name>n</name><drop>true</drop></row>\
            <row><name>r</name><rename>number</rename></row></rows></filterTable>";
        let kept = rows.iter().map(|row| vec![row[0].clone(), row[2].clone()]).collect::<Vec<_>>();
        prop_assert_eq!(one("FilterNode", properties, &rows), csv(&["k", "number"], &kept));
    }

    /// The published generator of `java.util.Random`, whose draws are Modeler's: one number for each record.
    #[test]
    fn partitions_equal_one_draw_for_each_record(rows in tables(), seed in any::<i32>(), training in 1_u32..100) {
        let properties = format!(
            "<partitionFieldName>p</partitionFieldName><partitionRandomSeed>{seed}</partitionRandomSeed>\
             <trainingPartitionSize>{training}</trainingPartitionSize>\
             <testingPartitionSize>{}</testingPartitionSize>",
            100 - training
        );
        let mut state = i128::from(seed).rem_euclid(1 << 48) ^ 0x5_DEEC_E66D;
        let value = |_: &Row| loop {
            state = (state * 0x5_DEEC_E66D + 11) % (1 << 48);
            let drawn = state >> 17;
            if drawn - drawn % 100 + 99 < 1 << 31 {
                break text(if drawn % 100 < training.into() { "1_Training" } else { "2_Testing" });
            }
        };
        prop_assert_eq!(one("PartitionNode", &properties, &rows), with(&rows, "p", value));
    }

    /// IBM, "Type Node", "Checking type values": illegal values become null, or their records are discarded. Null is
    /// illegal where it is not declared as missing.
    #[test]
    fn checks_nullify_or_discard_illegal_values(rows in tables(), discard in any::<bool>()) {
        let check = if discard { "discard" } else { "nullify" };
        let properties = format!(
            "<typeTable><defaultValueMode>pass</defaultValueMode><rows><row><name>n</name><valueMode>local</valueMode>\
             <check>{check}</check><type><storage>integer</storage><measure>range</measure><values>\
             <value type=\"J\">-1</value><value type=\"J\">2</value></values><truncated>false</truncated></type></row>\
             </rows></typeTable>"
        );
        let is_legal = |row: &&Row| row[1].number().is_some_and(|number| (-1..=2).contains(&number));
        let expected = if discard {
            rows.iter().filter(is_legal).cloned().collect::<Vec<_>>()
        } else {
            let null = |row: &Row| vec![row[0].clone(), Null, row[2].clone()];
            rows.iter().map(|row| if is_legal(&row) { row.clone() } else { null(row) }).collect()
        };
        prop_assert_eq!(one("TypeNode", &properties, &rows), csv(&NAMES, &expected));
    }

    /// IBM, "Field Reorder Node": the chosen fields first, the others behind them.
    #[test]
    fn chosen_fields_come_first(rows in tables()) {
        let properties = "<fieldReorderTable><dividerIndex>1</dividerIndex><fieldName>r</fieldName></fieldReorderTable>\
            <autoOrderType>custom</autoOrderType>";
        let turned = rows.iter().map(|row| vec![row[2].clone(), row[0].clone(), row[1].clone()]);
        prop_assert_eq!(one("FieldReorderNode", properties, &rows), csv(&["r", "k", "n"], &turned.collect::<Vec<_>>()));
    }

    /// IBM, "Append Node", "Match fields by position": the names are those of the first input.
    #[test]
    fn append_by_position_keeps_the_first_names(first in tables(), second in tables()) {
        let others = &["a", "b", "c"];
        let found = made("AppendNode", "<appendMode>position</appendMode>", &[(&NAMES, &first), (others, &second)]);
        prop_assert_eq!(found, csv(&NAMES, &[first, second].concat()));
    }

    /// IBM, "Merge Node", "Order": the nth records of both, up to the end of the shorter input, whatever the kind of join.
    #[test]
    fn merge_by_order_pairs_records_by_number(left in tables(), right in tables(), outer in any::<bool>()) {
        let join = if outer { "fullOuter" } else { "inner" };
        let properties = format!("<mergeMode>order</mergeMode><joinType>{join}</joinType>");
        let pairs = left.iter().zip(&right).map(|(one, two)| [one.as_slice(), two.as_slice()].concat());
        let expected = csv(&["k", "n", "r", "k2", "n2", "r2"], &pairs.collect::<Vec<_>>());
        let found = made("MergeNode", &properties, &[(&NAMES, &left), (&["k2", "n2", "r2"], &right)]);
        prop_assert_eq!(found, expected);
    }

    /// IBM, "Distinct Node", "Composite": one record for each key, in the order of the keys, of all records of the group.
    #[test]
    fn composite_records_equal_a_loop_over_groups(rows in tables(), of in 0_usize..5) {
        let of = ["FIRST_RECORD", "LAST_RECORD", "TOTAL", "MIN", "MAX"][of];
        let fill = |field: &str, of: &str| format!("<node><field>{field}</field><opType>{of}</opType></node>");
        let properties = format!(
            "{}<distinctMode>Composite</distinctMode><compositeValuesTable><compositeTable>{}{}</compositeTable>\
             </compositeValuesTable>",
            field_list("distinctFieldSelection", &["k"]),
            fill("n", of),
            fill("r", "LAST_RECORD")
        );
        let composite = |(key, group): (Cell, Vec<Row>)| {
            let numbers = group.iter().filter_map(|row| row[1].number()).collect::<Vec<_>>();
            let value = match of {
                "FIRST_RECORD" => group[0][1].number(),
                "LAST_RECORD" => group[group.len() - 1][1].number(),
                "TOTAL" => (!numbers.is_empty()).then(|| numbers.iter().sum()),
                "MIN" => numbers.iter().min().copied(),
                _ => numbers.iter().max().copied(),
            };
            let last = group[group.len() - 1][2].clone();
            vec![key, value.map_or(Null, Integer), last, Integer(group.len() as i64)]
        };
        let expected = sorted_groups(&rows, 0).into_iter().map(composite).collect::<Vec<_>>();
        prop_assert_eq!(one("DistinctNode", &properties, &rows), csv(&["k", "n", "r", "Record_Count"], &expected));
    }

    /// The published generator of `java.util.Random`: a record is in the sample if its fraction is below the share.
    #[test]
    fn random_samples_equal_one_draw_for_each_record(rows in tables(), seed in any::<u16>(), percent in 1_u32..100) {
        let properties = format!(
            "<sampleMethod>random</sampleMethod><sampleRandom>{percent}.0</sampleRandom>\
             <sampleUseRandomSeed>true</sampleUseRandomSeed><sampleRandomSeed>{seed}</sampleRandomSeed>"
        );
        let mut state = u128::from(seed) ^ 0x5_DEEC_E66D;
        let mut bits = |count: u32| {
            state = (state * 0x5_DEEC_E66D + 11) % (1 << 48);
            state >> (48 - count)
        };
        let mut drawn = || (bits(26) * (1 << 27) + bits(27)) as f64 / (1_u64 << 53) as f64;
        let kept = rows.iter().filter(|_| drawn() < f64::from(percent) / 100.0).cloned().collect::<Vec<_>>();
        prop_assert_eq!(one("SampleNode", &properties, &rows), csv(&NAMES, &kept));
    }
}
