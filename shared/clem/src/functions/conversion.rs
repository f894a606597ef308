//! Information and conversion functions.

use super::{Function, function};

pub(super) const INFORMATION: &[Function] = &[
    function!(
        "@BLANK(FIELD)",
        "@BLANK",
        "Boolean",
        "True for records whose value is blank by the definition of missing values in a Type or source node.",
        special
    ),
    function!(
        "@NULL(ITEM)",
        "@NULL",
        "Boolean",
        "True for records whose value is undefined, `$null$`.",
        special
    ),
    function!("is_date(ITEM)", "is_date", "Boolean", "True if the storage is date.", special),
    function!(
        "is_datetime(ITEM)",
        "is_datetime",
        "Boolean",
        "True if the storage is date, time or timestamp.",
        special
    ),
    function!("is_integer(ITEM)", "is_integer", "Boolean", "True if the storage is integer.", special),
    function!("is_number(ITEM)", "is_number", "Boolean", "True if the storage is integer or real.", special),
    function!("is_real(ITEM)", "is_real", "Boolean", "True if the storage is real.", special),
    function!("is_string(ITEM)", "is_string", "Boolean", "True if the storage is string.", special),
    function!("is_time(ITEM)", "is_time", "Boolean", "True if the storage is time.", special),
    function!("is_timestamp(ITEM)", "is_timestamp", "Boolean", "True if the storage is timestamp.", special),
];

pub(super) const CONVERSION: &[Function] = &[
    function!(
        "to_integer(ITEM)",
        "to_integer",
        "Integer",
        "Converts to integer. A real loses its fraction; text that is not a whole number becomes null.",
        special
    ),
    function!(
        "to_real(ITEM)",
        "to_real",
        "Real",
        "Converts to real. Text that is not a number becomes null.",
        special
    ),
    function!("to_number(ITEM)", "to_number", "Number", "Converts to a number: text to a real.", special),
    function!(
        "to_string(ITEM)",
        "to_string",
        "String",
        "Converts to string: a real with 6 digits after the point, dates and times in the stream's formats.",
        special
    ),
    function!(
        "to_time(ITEM)",
        "to_time",
        "Time",
        "Converts to time, text by the stream's time format.",
        special
    ),
    function!(
        "to_date(ITEM)",
        "to_date",
        "Date",
        "Converts to date, text by the stream's date format.",
        special
    ),
    function!(
        "to_timestamp(ITEM)",
        "to_timestamp",
        "Timestamp",
        "Converts to timestamp, text by the stream's formats.",
        special
    ),
    function!(
        "to_datetime(ITEM)",
        "to_datetime",
        "Datetime",
        "Leaves dates, times and timestamps; converts anything else to timestamp.",
        special
    ),
    function!("stb_centroid_latitude(ITEM)", "stb_centroid_latitude", "Integer", "The latitude of the centroid of a geohash.", refused "space-time boxes are not supported"),
    function!("stb_centroid_longitude(ITEM)", "stb_centroid_longitude", "Integer", "The longitude of the centroid of a geohash.", refused "space-time boxes are not supported"),
    function!("to_geohash(LATITUDE, LONGITUDE, BITS)", "to_geohash", "String", "The geohash of a place.", refused "space-time boxes are not supported"),
];
