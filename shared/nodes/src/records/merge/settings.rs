//! Settings of Merge nodes.

use satsuma_engine::{SortKey, settings};
use satsuma_stream::{Element, FilterTable, StreamError, text_enum};

use crate::records::sort::keys as sort_keys;
use crate::records::tags::TagTable;

text_enum! {
    /// The matching of records.
    Method {
        /// By position.
        Order = "order",
        /// By the values of fields.
        Keys = "key",
        /// By a condition.
        Condition = "condition",
    }
}

text_enum! {
    /// The treatment of records without a partner.
    JoinType {
        /// They are dropped.
        Inner = "inner",
        /// They are kept.
        FullOuter = "fullOuter",
        /// Those of some inputs are kept.
        PartialOuter = "partialOuter",
        /// Only those of the first input are kept.
        Anti = "anti",
        /// The same under its longer name.
        AntiJoin = "antiJoin",
    }
}

settings! {
    /// Settings of a Merge node.
    pub(super) struct MergeSettings {
        /// The matching of records.
        method: Method = value("mergeMode", "method", Method::Order),
        /// The keys.
        keys: Vec<String> = fields("keyFields", "key_fields"),
        /// Whether a key is one field for all inputs.
        common_keys: bool = value("mergeCommonKeys", "common_keys", true),
        /// The treatment of records without a partner.
        join: JoinType = value("joinType", "join", JoinType::Inner),
        /// The inputs whose records are kept in a partial outer join.
        outer_tags: Vec<String> = parsed("includeIncompleteRecords", "outer_join_tag", outer_tags),
        /// The condition, a CLEM expression.
        condition: String = text("mergeCondition", "condition"),
        /// The output fields of each input, and their names.
        filters: FilterGroup = parsed("filterTableGroup", "", FilterGroup::read),
        /// Whether fields with the same name get the tag of their input.
        rename_duplicates: bool = value("mergeRenameDuplicateFields", "rename_duplicate_fields", false),
        /// Whether the inputs are sorted already.
        presorted: bool = value("mergePreSortedInput", "use_existing_sort_keys", false),
        /// The existing sort order.
        existing: Vec<SortKey> = parsed("existingSortKeys", "existing_sort_keys", sort_keys),
        /// Names and order of the inputs.
        tags: TagTable = parsed("tagTable", "", TagTable::read),
    }
    // Ranked conditions, which are a method of their own; execution settings; defaults of the dialog.
    ignored: [
        "mergePrimaryDataset",
        "mergeRankConditions",
        "mergeSingleLargeInput",
        "mergeSingleLargeInputTag",
        "sortDefaultOrder",
    ]
}

fn outer_tags(element: &Element) -> Result<Vec<String>, StreamError> {
    let lists = element.children("includeIncompleteRecordsList");
    let entries = lists.flat_map(|list| list.children("includeIncompleteRecords"));
    entries.map(|entry| entry.require_value("inputNodeTagName")).collect()
}

/// The filters of all inputs.
#[derive(Debug, Clone, Default)]
pub(super) struct FilterGroup {
    pub(super) default_drop: bool,
    /// Tags and their filters.
    pub(super) entries: Vec<(String, FilterTable)>,
    /// An unsupported setting.
    pub(super) problem: Option<&'static str>,
}

impl FilterGroup {
    /// Reads `entries/entry(tag, filterTable)`.
    fn read(element: &Element) -> Result<Self, StreamError> {
        let mut group = Self { default_drop: element.get_or("defaultDrop", false)?, ..Self::default() };
        for entry in element.children("entries").flat_map(|entries| entries.children("entry")) {
            let table = FilterTable::from_element(entry.require("filterTable")?)?;
            if table.has_groups {
                group.problem = Some("field groups are not supported");
            }
            match entry.text_of("tag") {
                Some(tag) => group.entries.push((tag.into_owned(), table)),
                None if table.rows.is_empty() => {}
                None => group.problem = Some("a filter without the tag of an input is not supported"),
            }
        }
        Ok(group)
    }
}
