//! Functions that begin with `@`.

use super::{Function, function};

pub(super) const SEQUENCE: &[Function] = &[
    function!(
        "@MEAN(FIELD)",
        "@MEAN",
        "Real",
        "The mean over all records so far; nulls are ignored.",
        special
    ),
    function!(
        "@MEAN(FIELD, EXPR)",
        "@MEAN",
        "Real",
        "The mean over the last EXPR records, the current one included.",
        special
    ),
    function!("@MEAN(FIELD, EXPR, INT)", "@MEAN", "Real", "The same; INT bounds the look-back.", special),
    function!(
        "@SUM(FIELD)",
        "@SUM",
        "Number",
        "The sum over all records so far; nulls are ignored.",
        special
    ),
    function!("@SUM(FIELD, EXPR)", "@SUM", "Number", "The sum over the last EXPR records.", special),
    function!("@SUM(FIELD, EXPR, INT)", "@SUM", "Number", "The same; INT bounds the look-back.", special),
    function!("@SDEV(FIELD)", "@SDEV", "Real", "The standard deviation over all records so far.", special),
    function!(
        "@SDEV(FIELD, EXPR)",
        "@SDEV",
        "Real",
        "The standard deviation over the last EXPR records.",
        special
    ),
    function!("@SDEV(FIELD, EXPR, INT)", "@SDEV", "Real", "The same; INT bounds the look-back.", special),
    function!("@MAX(FIELD)", "@MAX", "Number", "The greatest value of all records so far.", special),
    function!("@MAX(FIELD, EXPR)", "@MAX", "Number", "The greatest value of the last EXPR records.", special),
    function!("@MAX(FIELD, EXPR, INT)", "@MAX", "Number", "The same; INT bounds the look-back.", special),
    function!("@MIN(FIELD)", "@MIN", "Number", "The least value of all records so far.", special),
    function!("@MIN(FIELD, EXPR)", "@MIN", "Number", "The least value of the last EXPR records.", special),
    function!("@MIN(FIELD, EXPR, INT)", "@MIN", "Number", "The same; INT bounds the look-back.", special),
    function!(
        "@DIFF1(FIELD)",
        "@DIFF1",
        "Real",
        "The difference to the value of the record before.",
        special
    ),
    function!(
        "@DIFF1(FIELD1, FIELD2)",
        "@DIFF1",
        "Real",
        "The difference of FIELD1 divided by that of FIELD2.",
        special
    ),
    function!("@DIFF2(FIELD)", "@DIFF2", "Real", "The difference of the differences.", special),
    function!(
        "@DIFF2(FIELD1, FIELD2)",
        "@DIFF2",
        "Real",
        "The first differential with respect to FIELD2, twice.",
        special
    ),
    function!("@INDEX", "@INDEX", "Integer", "The number of the record, from 1.", special),
    function!(
        "@LAST_NON_BLANK(FIELD)",
        "@LAST_NON_BLANK",
        "Any",
        "The last value that was not blank; null before the first.",
        special
    ),
    function!(
        "@OFFSET(FIELD, EXPR)",
        "@OFFSET",
        "Any",
        "The value EXPR records before; of a later record if EXPR is negative.",
        special
    ),
    function!(
        "@OFFSET(FIELD, EXPR, INT)",
        "@OFFSET",
        "Any",
        "The same; INT bounds how far EXPR may look. Beyond it the value is null.",
        special
    ),
    function!(
        "@SINCE(EXPR)",
        "@SINCE",
        "Integer",
        "How many records ago EXPR was true, without the current record; @INDEX + 1 where it never was.",
        special
    ),
    function!("@SINCE(EXPR, INT)", "@SINCE", "Integer", "The same; at most INT records back.", special),
    function!(
        "@SINCE0(EXPR)",
        "@SINCE0",
        "Integer",
        "How many records ago EXPR was true, the current record included.",
        special
    ),
    function!("@SINCE0(EXPR, INT)", "@SINCE0", "Integer", "The same; at most INT records back.", special),
    function!("@THIS(FIELD)", "@THIS", "Any", "Within @SINCE: the value of the current record.", special),
];

pub(super) const GLOBAL: &[Function] = &[
    function!(
        "@GLOBAL_SUM(FIELD)",
        "@GLOBAL_SUM",
        "Number",
        "The sum of a field that a Set Globals node computed.",
        special
    ),
    function!(
        "@GLOBAL_MIN(FIELD)",
        "@GLOBAL_MIN",
        "Number",
        "The minimum that a Set Globals node computed.",
        special
    ),
    function!(
        "@GLOBAL_MAX(FIELD)",
        "@GLOBAL_MAX",
        "Number",
        "The maximum that a Set Globals node computed.",
        special
    ),
    function!(
        "@GLOBAL_SDEV(FIELD)",
        "@GLOBAL_SDEV",
        "Number",
        "The standard deviation that a Set Globals node computed.",
        special
    ),
    function!(
        "@GLOBAL_MEAN(FIELD)",
        "@GLOBAL_MEAN",
        "Number",
        "The mean that a Set Globals node computed.",
        special
    ),
];

pub(super) const BLANKS: &[Function] = &[function!("undef", "undef", "Any", "Null, `$null$`.", special)];

pub(super) const FIELDS: &[Function] = &[
    function!(
        "@FIELD",
        "@FIELD",
        "Any",
        "Each field in turn that a Filler or Derive node works on.",
        special
    ),
    function!(
        "@TARGET",
        "@TARGET",
        "Any",
        "The target of the model that an Analysis node examines.",
        special
    ),
    function!("@PREDICTED", "@PREDICTED", "Any", "The prediction that an Analysis node examines.", special),
    function!("@PARTITION_FIELD", "@PARTITION_FIELD", "Any", "The partition field.", special),
    function!(
        "@TRAINING_PARTITION",
        "@TRAINING_PARTITION",
        "Any",
        "The value of the partition field for training.",
        special
    ),
    function!(
        "@TESTING_PARTITION",
        "@TESTING_PARTITION",
        "Any",
        "The value of the partition field for testing.",
        special
    ),
    function!(
        "@VALIDATION_PARTITION",
        "@VALIDATION_PARTITION",
        "Any",
        "The value of the partition field for validation.",
        special
    ),
    function!(
        "@FIELDS_BETWEEN(FIELD1, FIELD2)",
        "@FIELDS_BETWEEN",
        "List",
        "The fields from one to another, both included, in the order of the data.",
        special
    ),
    function!(
        "@FIELDS_MATCHING(PATTERN)",
        "@FIELDS_MATCHING",
        "List",
        "The fields whose names match a pattern of `?` and `*`, in the order of the data.",
        special
    ),
    function!("@MULTI_RESPONSE_SET(NAME)", "@MULTI_RESPONSE_SET", "List", "The fields of a multiple response set.", refused "data \
        models have no multiple response sets; list the fields instead"),
];
