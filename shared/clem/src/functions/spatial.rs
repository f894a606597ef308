//! Spatial functions: all refused.

use super::{Function, function};

const REASON: &str = "geospatial fields are not supported";

pub(super) const SPATIAL: &[Function] = &[
    function!("close_to(SHAPE, SHAPE, NUM)", "close_to", "Boolean", "Whether two shapes are within a distance.", refused REASON),
    function!("crosses(SHAPE, SHAPE)", "crosses", "Boolean", "Whether two shapes cross.", refused REASON),
    function!("overlap(SHAPE, SHAPE)", "overlap", "Boolean", "Whether two polygons overlap.", refused REASON),
    function!("within(SHAPE, SHAPE)", "within", "Boolean", "Whether a shape is within a polygon.", refused REASON),
    function!("area(SHAPE)", "area", "Real", "The area of a polygon.", refused REASON),
    function!("num_points(SHAPE, LIST)", "num_points", "Integer", "The number of points within a polygon.", refused REASON),
    function!("distance(SHAPE, SHAPE)", "distance", "Real", "The distance between two shapes.", refused REASON),
];
