//! The workbook part: sheets, named ranges and the epoch.

use std::collections::HashMap;

use bytes::Bytes;

use super::super::EXCEL;
use super::super::range::Area;
use super::super::serial::Epoch;
use super::events;
use super::package::Package;
use super::shared_strings::SharedStrings;
use super::sheet::SheetRows;
use super::styles;
use crate::error::{FormatError, check_limit};
use crate::xml_events::{Item, attribute};

/// Sheets and named ranges of a workbook. Excel's bound is memory; real ones have some hundreds.
const MAX_NAMES: usize = 100_000;

/// A workbook, its sheets not read.
pub(in crate::excel) struct Workbook {
    package: Package,
    sheets: Vec<(String, String)>,
    names: Vec<(String, String)>,
    relations: Vec<Relation>,
    epoch: Epoch,
}

/// A link from one part to another.
struct Relation {
    id: String,
    kind: String,
    target: String,
}

impl Workbook {
    /// Reads the list of sheets.
    pub(in crate::excel) fn open(bytes: Bytes) -> Result<Self, FormatError> {
        let package = Package::open(bytes)?;
        let root = relations(&package, "_rels/.rels", "")?;
        let office = root.into_iter().find(|relation| relation.kind == "officeDocument");
        let path = office.map_or_else(|| "xl/workbook.xml".to_owned(), |relation| relation.target);
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", &path));
        let relations = relations(&package, &format!("{folder}/_rels/{file}.rels"), folder)?;
        let mut workbook =
            Self { package, sheets: Vec::new(), names: Vec::new(), relations, epoch: Epoch::Of1900 };
        workbook.read(&path)?;
        Ok(workbook)
    }

    fn read(&mut self, path: &str) -> Result<(), FormatError> {
        let part = self.package.part(path).ok_or_else(|| {
            FormatError::damaged_in(
                EXCEL,
                "in its zip",
                "it has no workbook; the Excel node reads .xlsx and .xls files",
            )
        })?;
        let worksheets: HashMap<&str, &str> = self
            .relations
            .iter()
            .filter(|relation| relation.kind == "worksheet")
            .map(|relation| (relation.id.as_str(), relation.target.as_str()))
            .collect();
        let mut document = events(part, path);
        let mut text = String::new();
        let mut name = None;
        loop {
            match document.next(&mut text)? {
                Item::Start(start) | Item::Empty(start) => match start.local_name().as_ref() {
                    "sheet" => {
                        let target =
                            attribute(&start, "id").and_then(|id| worksheets.get(id.as_str()).copied());
                        if let (Some(name), Some(target)) = (attribute(&start, "name"), target) {
                            self.sheets.push((name, target.to_owned()));
                        }
                    }
                    "workbookPr" => {
                        let is_1904 = attribute(&start, "date1904")
                            .is_some_and(|value| value == "1" || value == "true");
                        self.epoch = if is_1904 { Epoch::Of1904 } else { Epoch::Of1900 };
                    }
                    "definedName" => {
                        name = attribute(&start, "name");
                        text.clear();
                    }
                    _ => {}
                },
                Item::End(end) if end.local_name().as_ref() == "definedName" => {
                    if let Some(name) = name.take() {
                        self.names.push((name, std::mem::take(&mut text)));
                    }
                }
                Item::End(_) | Item::Text => {}
                Item::Eof => return Ok(()),
            }
            let found = self.sheets.len().max(self.names.len());
            check_limit("sheets or names in the Excel workbook", found as u64, MAX_NAMES as u64)?;
        }
    }

    pub(in crate::excel) fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// Names of the worksheets, in order.
    pub(in crate::excel) fn sheet_names(&self) -> impl Iterator<Item = &str> {
        self.sheets.iter().map(|sheet| sheet.0.as_str())
    }

    /// The sheet and the area of a named range; `None` if there is no such name or it is not an area.
    pub(in crate::excel) fn named_range(&self, name: &str) -> Option<(String, Area)> {
        let found = self.names.iter().find(|known| known.0.eq_ignore_ascii_case(name))?;
        Area::parse_named(&found.1)
    }

    /// The rows of a worksheet by its place.
    pub(in crate::excel) fn rows(&self, sheet: usize) -> Result<SheetRows, FormatError> {
        let target = self.sheets.get(sheet).map(|sheet| sheet.1.as_str()).unwrap_or_default();
        let missing =
            || FormatError::damaged_in(EXCEL, "in its zip", format!("the part {target} is missing"));
        let part = self.package.part(target).ok_or_else(missing)?;
        let other = |kind: &str| self.relations.iter().find(|relation| relation.kind == kind);
        let open = |relation: &Relation| {
            self.package.part(&relation.target).map(|part| events(part, &relation.target))
        };
        let strings = other("sharedStrings").and_then(open).map(SharedStrings::read).transpose()?;
        let formats = other("styles").and_then(open).map(styles::read).transpose()?;
        Ok(SheetRows::new(events(part, target), strings.unwrap_or_default(), formats.unwrap_or_default()))
    }
}

/// The links of a part in a folder.
fn relations(package: &Package, path: &str, folder: &str) -> Result<Vec<Relation>, FormatError> {
    let mut relations = Vec::new();
    if !package.has(path) {
        return Ok(relations);
    }
    let Some(part) = package.part(path) else { return Ok(relations) };
    let mut document = events(part, path);
    let mut text = String::new();
    loop {
        text.clear();
        match document.next(&mut text)? {
            Item::Start(start) | Item::Empty(start) if start.local_name().as_ref() == "Relationship" => {
                let (id, kind, target) =
                    (attribute(&start, "Id"), attribute(&start, "Type"), attribute(&start, "Target"));
                if let (Some(id), Some(kind), Some(target)) = (id, kind, target) {
                    // Strict and transitional workbooks have different types, except for the last part.
                    let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                    relations.push(Relation { id, kind, target: resolve(folder, &target) });
                }
                check_limit("links in the Excel workbook", relations.len() as u64, MAX_NAMES as u64)?;
            }
            Item::Eof => return Ok(relations),
            _ => {}
        }
    }
}

/// Resolves a target relative to a folder, or to the root if it begins with a slash.
fn resolve(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut path: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                path.pop();
            }
            part => path.push(part),
        }
    }
    path.join("/")
}
