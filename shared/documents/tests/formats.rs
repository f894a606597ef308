//! A document with everything that there is, in each format.

#![allow(clippy::unwrap_used)] // in tests a panic is the answer

use quick_xml::Reader;
use quick_xml::events::Event;
use satsuma_documents::{
    Axis, Block, Cell, Chart, Document, Format, Mark, Paint, Panel, Scale, Shape, Symbol, Table,
};

fn table() -> Table {
    Table::new("Counts & <shares>", ["薬 \"x\"", "Count", "Mean"])
        .with_row_headings(1)
        .with_row([Cell::text("drug\tA"), Cell::Integer(23), Cell::Real(1.0 / 3.0, 3)])
        .with_row([Cell::text("\u{1}"), Cell::Integer(-1), Cell::Empty])
}

fn chart() -> Chart {
    let marks = vec![
        Mark::rectangle((0.0, 20.0), (0.1, 0.9), Paint::Series(0), "drugA: 20"),
        Mark::point(5.0, 1.5, 3.0, Paint::Series(11), ""),
        Mark::new(Shape::Point { x: 6.0, y: 1.5, radius: 3.0, symbol: Symbol::Cross }, Paint::Ink, "<b>"),
        Mark::line(vec![(0.0, 0.0), (20.0, 2.0)], Paint::Shade(0.5), ""),
        Mark::new(Shape::Slice { from: 0.0, to: 1.0 }, Paint::Series(1), "all"),
        Mark::new(Shape::Label { x: 1.0, y: 1.0, text: "here".to_owned(), anchor: 0.0 }, Paint::Ink, ""),
    ];
    Chart {
        title: "Drugs".to_owned(),
        note: "A sample.".to_owned(),
        x: Axis::linear("Count", 0.0, 25.0),
        y: Axis::categories("Drug", vec!["drugA".to_owned(), "drug & B".to_owned()]),
        series_title: "BP".to_owned(),
        series: vec!["HIGH".to_owned(), "LOW".to_owned()],
        panels: vec![Panel { title: String::new(), marks }],
        data: table(),
    }
}

/// A format that is text.
fn text(format: Format, document: &Document) -> String {
    String::from_utf8(format.write(document).unwrap()).unwrap()
}

fn document() -> Document {
    let mut with_chart = Table::new("", ["Field", "Graph"]).with_row_headings(1);
    with_chart.push([Cell::text("Age"), Cell::Chart(Box::new(chart()))]);
    Document::new("Results of <$R-Drug>", "analysis")
        .with(Block::Heading("One & all".to_owned()))
        .with(Block::Text("5 > 4".to_owned()))
        .with(Block::Table(table()))
        .with(Block::Chart(chart()))
        .with(Block::Table(with_chart))
}

/// Whether a text is well-formed XML, by an independent reader.
fn is_xml(text: &str) -> bool {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => return true,
            Ok(_) => {}
            Err(error) => {
                eprintln!("{error} at {}", reader.buffer_position());
                return false;
            }
        }
    }
}

#[test]
fn tab_parts_several_tables_by_captions() {
    insta::assert_snapshot!(text(Format::Tab, &document()).replace('\r', "\\r"));
}

#[test]
fn xml_is_well_formed_and_holds_all_digits() {
    let text = self::text(Format::Xml, &document());
    assert!(is_xml(&text));
    insta::assert_snapshot!(text);
}

#[test]
fn a_page_and_its_pictures_are_well_formed() {
    let text = self::text(Format::Html, &document());
    let body = &text[text.find("<main>").unwrap()..text.find("</body>").unwrap()];
    assert!(is_xml(body), "{body}");
    let outside = text.replace("http://www.w3.org/2000/svg", "");
    assert!(!outside.contains("<script") && !outside.contains("://"));
    insta::assert_snapshot!(body);
}

#[test]
fn hostile_scales_give_finite_places() {
    let mut chart = chart();
    for (low, high) in [(f64::NAN, 1.0), (1.0, 1.0), (f64::NEG_INFINITY, f64::INFINITY), (1e300, -1e300)] {
        chart.x.scale = Scale::Linear { low, high };
        let text = self::text(Format::Html, &Document::new("", "plot").with(Block::Chart(chart.clone())));
        assert!(!text.contains("NaN") && !text.contains("inf\"") && !text.contains("inf "), "{low} {high}");
    }
}

/// Evidence: a library of pictures.
#[test]
fn a_picture_has_two_pixels_for_each_of_the_chart() {
    for format in [Format::Png, Format::Jpg] {
        let picture = image::load_from_memory(&format.write(&document()).unwrap()).unwrap().into_rgb8();
        assert_eq!(picture.width(), 2 * 752, "{format}");
        let colors = picture.pixels().collect::<std::collections::HashSet<_>>().len();
        assert!(colors > 50 && picture.get_pixel(0, 0).0 == [255; 3], "{format}: {colors}");
    }
}

#[test]
fn a_picture_of_a_document_without_charts_is_refused() {
    let error = Format::Png.write(&Document::new("t", "table").with(Block::Table(table()))).unwrap_err();
    assert_eq!(error.to_string(), "a PNG file shows charts, and this document has none; ask for HTML");
}

/// A histogram of a field without values says so.
#[test]
fn a_picture_shows_the_text_in_place_of_a_chart() {
    let document = Document::new("Histogram", "histogram").with(Block::Text("No values.".to_owned()));
    let picture = image::load_from_memory(&Format::Png.write(&document).unwrap()).unwrap();
    assert!(picture.height() < 200, "{}", picture.height());
}

/// A chart without end is drawn smaller, not refused.
#[test]
fn a_picture_of_many_categories_fits_the_limits() {
    let mut tall = chart();
    tall.y = Axis::categories("", (0..900).map(|place| format!("category {place}")).collect());
    let document = Document::new("", "distribution").with(Block::Chart(tall));
    let picture = image::load_from_memory(&Format::Png.write(&document).unwrap()).unwrap();
    assert!(picture.height() <= 65_000 && picture.width() > 300, "{} {}", picture.width(), picture.height());
}

/// RTF 1.9.1: groups are closed, rows have as many cells as ends of cells.
#[test]
fn rich_text_closes_its_groups_and_rows() {
    let text = self::text(Format::Rtf, &document());
    assert!(text.is_ascii() && text.starts_with("{\\rtf1"));
    let (mut depth, mut is_escaped) = (0_i32, false);
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        assert!(depth >= 0);
    }
    assert_eq!(depth, 0);
    for row in text.split("\\trowd").skip(1) {
        let row = row.split("\\row\n").next().unwrap();
        assert_eq!(
            row.matches("\\cellx").count(),
            row.matches("\\cell\n").count() + row.matches("\\cell\\").count()
        );
    }
    let small = Document::new("薬", "table").with(Block::Table(table()));
    insta::assert_snapshot!(self::text(Format::Rtf, &small));
}
