//! Common behaviour of all readers.

use std::fs::File;

use satsuma_formats::RecordReader;
use satsuma_formats::excel::ExcelReader;
use satsuma_formats::json::JsonReader;
use satsuma_formats::sav::SavReader;
use satsuma_formats::xml::XmlReader;

fn is_reader<T: RecordReader + Send>() {}

#[test]
fn readers_can_go_to_other_threads() {
    is_reader::<SavReader<File>>();
    is_reader::<ExcelReader>();
    is_reader::<JsonReader>();
    is_reader::<XmlReader<File>>();
}
