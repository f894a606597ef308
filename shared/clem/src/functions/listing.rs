//! Functions of lists, and random functions.

use super::{Function, function};

pub(super) const COMPARISON: &[Function] = &[
    function!(
        "count_equal(ITEM, LIST)",
        "count_equal",
        "Integer",
        "The number of fields of a list that equal ITEM; null if ITEM is null.",
        special
    ),
    function!(
        "count_greater_than(ITEM, LIST)",
        "count_greater_than",
        "Integer",
        "The number of fields of a list that are greater than ITEM; null if ITEM is null.",
        special
    ),
    function!(
        "count_less_than(ITEM, LIST)",
        "count_less_than",
        "Integer",
        "The number of fields of a list that are less than ITEM; null if ITEM is null.",
        special
    ),
    function!(
        "count_not_equal(ITEM, LIST)",
        "count_not_equal",
        "Integer",
        "The number of fields of a list that do not equal ITEM; null if ITEM is null.",
        special
    ),
    function!(
        "count_nulls(LIST)",
        "count_nulls",
        "Integer",
        "The number of fields of a list that are null.",
        special
    ),
    function!(
        "count_non_nulls(LIST)",
        "count_non_nulls",
        "Integer",
        "The number of fields of a list that are not null.",
        special
    ),
    function!(
        "first_index(ITEM, LIST)",
        "first_index",
        "Integer",
        "The index of the first field that equals ITEM, or 0.",
        special
    ),
    function!(
        "first_non_null(LIST)",
        "first_non_null",
        "Any",
        "The first value of a list that is not null.",
        special
    ),
    function!(
        "first_non_null_index(LIST)",
        "first_non_null_index",
        "Integer",
        "The index of the first field that is not null, or 0.",
        special
    ),
    function!(
        "last_index(ITEM, LIST)",
        "last_index",
        "Integer",
        "The index of the last field that equals ITEM, or 0.",
        special
    ),
    function!(
        "last_non_null(LIST)",
        "last_non_null",
        "Any",
        "The last value of a list that is not null.",
        special
    ),
    function!(
        "last_non_null_index(LIST)",
        "last_non_null_index",
        "Integer",
        "The index of the last field that is not null, or 0.",
        special
    ),
    function!(
        "max(ITEM1, ITEM2)",
        "max",
        "Any",
        "The greater of two items; null if either is null.",
        special
    ),
    function!("max_n(LIST)", "max_n", "Any", "The greatest value of a list; null if all are null.", special),
    function!("member(ITEM, LIST)", "member", "Boolean", "True if ITEM equals a member of a list.", special),
    function!("min(ITEM1, ITEM2)", "min", "Any", "The lesser of two items; null if either is null.", special),
    function!("min_n(LIST)", "min_n", "Any", "The least value of a list; null if all are null.", special),
    function!(
        "value_at(INTEGER, LIST)",
        "value_at",
        "Any",
        "The value of the field at an index of a list; null if there is none.",
        special
    ),
];

pub(super) const RANDOM: &[Function] = &[
    function!(
        "oneof(LIST)",
        "oneof",
        "Any",
        "A member of a list by chance. Our generator, not Modeler's.",
        special
    ),
    function!(
        "random(NUM)",
        "random",
        "Number",
        "A number of NUM's storage by chance, from 1 to NUM. Our generator, not Modeler's.",
        special
    ),
    function!(
        "random0(NUM)",
        "random0",
        "Number",
        "A number of NUM's storage by chance, from 0 to below NUM. Our generator, not Modeler's.",
        special
    ),
    function!(
        "norm_random(MEAN, SDEV)",
        "norm_random",
        "Real",
        "A normally distributed number by chance; the Data Audit node writes it. Our generator, not Modeler's.",
        special
    ),
];
