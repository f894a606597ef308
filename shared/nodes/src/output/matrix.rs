//! Matrix: a table of the values of two fields. IBM: "Matrix Node", `matrixnode`.
//!
//! Cells hold counts (with percentages, expected counts and residuals) or a function of a third field. Below a table of
//! counts stands Pearson's chi-square test. The order *unsorted* is that of the field's type, other values after them.

use async_trait::async_trait;
use datafusion::arrow::array::Array;
use satsuma_columns::{DataModel, Field};
use satsuma_documents::{Block, Cell, Table as Shown};
use satsuma_engine::{
    Compile, Compiled, DataFault, Inputs, NodeError, NodeRun, NodeType, Reported, Table, require,
};
use satsuma_stream::text_enum;
use satsuma_stream::{Element, StreamError};

use crate::report::{self, Categories, Moments, Report, batches, in_order, numbers, report_settings};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "MatrixNode",
    extension: None,
    inputs: Inputs::One,
    settings: MatrixSettings::LIST,
    compile,
};

text_enum! {
    /// The content of cells.
    Contents {
        /// Counts.
        Counts = "coincidences",
        /// A function of a field.
        Function = "function",
    }
}

text_enum! {
    /// A function of a field.
    Function {
        /// The mean.
        Mean = "mean",
        /// The sum.
        Sum = "sum",
        /// The standard deviation.
        Deviation = "sdev",
        /// The lowest value.
        Min = "min",
        /// The highest value.
        Max = "max",
    }
}

text_enum! {
    /// The order of rows and columns.
    Order {
        /// That of the field's type.
        Unsorted = "unsorted",
        /// From low to high.
        Ascending = "ascending",
        /// From high to low.
        Descending = "descending",
    }
}

report_settings! {
    /// Settings of a Matrix node.
    pub struct MatrixSettings {
        /// How rows and columns are chosen.
        fields: String = value("matrixType", "fields", "specified".to_owned()),
        /// The field whose values make rows.
        row: String = text("rowField", "row"),
        /// The field whose values make columns.
        column: String = text("columnField", "column"),
        /// Whether missing values have rows and columns.
        includes_missing: bool = value("includeMissingValues", "include_missing_values", true),
        /// The content of cells.
        contents: Contents = value("cellContents", "cell_contents", Contents::Counts),
        /// The field of the function.
        function_field: String = text("parameterField", "function_field"),
        /// The function.
        function: Function = value("parameterFunction", "function", Function::Mean),
        /// The order of rows and columns.
        order: Order = value("rowColumnSort", "sort_mode", Order::Unsorted),
        /// Whether sums of rows and columns are shown.
        totals: bool = value("showTotals", "include_totals", false),
        /// The displayed forms of counts.
        shows: Vec<String> = parsed("coincidenceFunction", "", members),
    }
    // Colours of the highest and lowest cells.
    ignored: ["highlightTop", "highlightBottom", "useHighlightTop", "useHighlightBottom"]
}

/// The members of a set.
pub(super) fn members(element: &Element) -> Result<Vec<String>, StreamError> {
    Ok(element.children("setElement").map(|member| member.text().trim().to_owned()).collect())
}

struct Matrix {
    row: String,
    column: String,
    includes_missing: bool,
    function: Option<(String, Function)>,
    order: Order,
    totals: bool,
    shows: Vec<Shows>,
    text: report::Shown,
}

/// The displayed forms of a cell's count.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Shows {
    Counts,
    Expected,
    Residuals,
    RowPercent,
    ColumnPercent,
    TotalPercent,
}

/// The words of streams, in the order in which cells show them.
const SHOWS: [(&str, Shows, &str); 6] = [
    ("counts", Shows::Counts, "Count"),
    ("expected", Shows::Expected, "Expected"),
    ("residuals", Shows::Residuals, "Residual"),
    ("row", Shows::RowPercent, "Row %"),
    ("column", Shows::ColumnPercent, "Column %"),
    ("total", Shows::TotalPercent, "Total %"),
];

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: MatrixSettings = compile.settings()?;
    if settings.fields != "specified" {
        let message = "only a chosen row and column field are supported";
        return Err(compile.refuse_value("matrixType", &settings.fields, message));
    }
    if let Some(unknown) = settings.shows.iter().find(|name| !SHOWS.iter().any(|(known, _, _)| known == name))
    {
        return Err(compile.refuse_value(
            "coincidenceFunction",
            unknown,
            "this content of cells is not known",
        ));
    }
    let function = match (&settings.contents, &settings.function) {
        (Contents::Counts, _) => None,
        (Contents::Function, Function::Other(_)) => {
            let message = "mean, sum, sdev, min and max are supported";
            return Err(compile.refuse_value("parameterFunction", &settings.function, message));
        }
        (Contents::Function, function) => Some((settings.function_field.clone(), function.clone())),
        (other, _) => {
            let message = "coincidences and function are supported";
            return Err(compile.refuse_value("cellContents", other, message));
        }
    };
    if let Order::Other(_) = settings.order {
        let message = "unsorted, ascending and descending are supported";
        return Err(compile.refuse_value("rowColumnSort", &settings.order, message));
    }
    let mut shows = SHOWS.iter().filter(|(name, _, _)| settings.shows.iter().any(|wanted| wanted == name));
    let mut shown = shows.by_ref().map(|(_, shows, _)| *shows).collect::<Vec<_>>();
    if shown.is_empty() {
        shown.push(Shows::Counts);
    }
    let matrix = Matrix {
        row: settings.row.clone(),
        column: settings.column.clone(),
        includes_missing: settings.includes_missing,
        function,
        order: settings.order.clone(),
        totals: settings.totals,
        shows: shown,
        text: report::Shown::new(compile)?,
    };
    report::terminal(matrix, settings.naming(), compile)
}

/// The counts.
#[derive(Default)]
struct Counted {
    rows: Categories,
    columns: Categories,
    cells: std::collections::HashMap<(usize, usize), (u64, Moments)>,
}

#[async_trait]
impl Report for Matrix {
    fn kind(&self) -> &'static str {
        "matrix"
    }

    fn check(&self, input: &DataModel) -> Result<(), NodeError> {
        require(input, &self.row)?;
        require(input, &self.column)?;
        if let Some((name, _)) = &self.function {
            let field = require(input, name)?;
            if !field.storage.is_numeric() {
                let (field, found) = (field.name.clone(), field.storage.name().to_owned());
                return Err(DataFault::Storage { field, found, wanted: "a number".to_owned() }.into());
            }
        }
        Ok(())
    }

    async fn blocks(&self, input: Table, run: &NodeRun) -> Result<Vec<Block>, NodeError> {
        let model = input.model().clone();
        let (row, column) = (require(&model, &self.row)?, require(&model, &self.column)?);
        let mut names = vec![self.row.as_str(), self.column.as_str()];
        names.extend(self.function.as_ref().map(|(name, _)| name.as_str()));
        let mut counted = Counted::default();
        batches(input, &names, run, |columns, _| {
            let [of_row, of_column, rest @ ..] = columns else { return Ok(()) };
            let values = rest.first().map(numbers).transpose()?;
            let (rows, columns) = (counted.rows.places(of_row), counted.columns.places(of_column));
            counted.rows.bounded(&self.row)?;
            counted.columns.bounded(&self.column)?;
            for (at, cell) in rows.into_iter().zip(columns).enumerate() {
                let (count, moments) = counted.cells.entry(cell).or_default();
                *count += 1;
                if let Some(values) = values.as_ref().filter(|values| values.is_valid(at)) {
                    moments.add(values.value(at));
                }
            }
            Ok(())
        })
        .await?;
        Ok(self.shown(row, column, &counted))
    }
}

impl Matrix {
    fn order(&self, field: &Field, categories: &Categories) -> Vec<usize> {
        let value = |place: &usize| categories.values().get(*place);
        let mut order = in_order(field, categories);
        if !self.includes_missing {
            order
                .retain(|place| value(place).is_some_and(|value| !field.is_blank(value) && !value.is_null()));
        }
        if self.order != Order::Unsorted {
            order.sort_by(|one, two| match (value(one), value(two)) {
                (Some(one), Some(two)) => one.order(two),
                _ => one.cmp(two),
            });
        }
        if self.order == Order::Descending {
            order.reverse();
        }
        order
    }

    fn shown(&self, row: &Field, column: &Field, counted: &Counted) -> Vec<Block> {
        let (rows, columns) = (self.order(row, &counted.rows), self.order(column, &counted.columns));
        let name = |categories: &Categories, place: &usize| {
            categories.values().get(*place).map(|value| self.text.text(value)).unwrap_or_default()
        };
        let column_names = columns.iter().map(|place| name(&counted.columns, place));
        match &self.function {
            Some((field, function)) => {
                let caption = format!("{function} of {field}: {} by {}", row.name, column.name);
                let headings = std::iter::once(row.name.clone()).chain(column_names);
                let mut table = Shown::new(caption, headings).with_row_headings(1);
                for at in &rows {
                    let cells = columns.iter().map(|to| {
                        let value =
                            counted.cells.get(&(*at, *to)).and_then(|(_, moments)| of(function, moments));
                        Cell::real(value, 3)
                    });
                    table.push(std::iter::once(Cell::text(name(&counted.rows, at))).chain(cells));
                }
                vec![Block::Table(table)]
            }
            None => {
                let grid = Grid::new(&rows, &columns, counted);
                let names = rows.iter().map(|place| name(&counted.rows, place)).collect::<Vec<_>>();
                let mut blocks = vec![Block::Table(self.counts(row, column, &names, column_names, &grid))];
                blocks.extend(grid.chi_square().map(Block::Text));
                blocks
            }
        }
    }

    fn counts(
        &self,
        row: &Field,
        column: &Field,
        names: &[String],
        column_names: impl Iterator<Item = String>,
        grid: &Grid,
    ) -> Shown {
        let several = self.shows.len() > 1;
        let mut headings = vec![row.name.clone()];
        headings.extend(several.then(String::new));
        headings.extend(column_names);
        headings.extend(self.totals.then(|| "Total".to_owned()));
        let caption = format!("{} by {}", row.name, column.name);
        let mut table = Shown::new(caption, headings).with_row_headings(if several { 2 } else { 1 });
        let totals = self.totals.then(|| "Total".to_owned());
        for (at, name) in names.iter().chain(&totals).enumerate() {
            let at = (at < names.len()).then_some(at);
            for shows in &self.shows {
                let label = SHOWS.iter().find(|(_, known, _)| known == shows).map(|(_, _, label)| *label);
                let mut cells = vec![Cell::text(name.clone())];
                cells.extend(several.then(|| Cell::text(label.unwrap_or_default())));
                cells.extend((0..grid.columns.len()).map(|to| grid.cell(at, Some(to), *shows)));
                cells.extend(self.totals.then(|| grid.cell(at, None, *shows)));
                table.push(cells);
            }
        }
        table
    }
}

fn of(function: &Function, moments: &Moments) -> Option<f64> {
    match function {
        Function::Mean => moments.average(),
        Function::Sum => moments.total(),
        Function::Deviation => moments.deviation(),
        Function::Min => moments.min(),
        Function::Max => moments.max(),
        Function::Other(_) => None,
    }
}

/// Counts in the order of rows and columns, with their sums.
struct Grid {
    counts: Vec<Vec<u64>>,
    rows: Vec<u64>,
    columns: Vec<u64>,
    total: u64,
}

impl Grid {
    fn new(rows: &[usize], columns: &[usize], counted: &Counted) -> Self {
        let count = |at: &usize, to: &usize| counted.cells.get(&(*at, *to)).map_or(0, |(count, _)| *count);
        let counts = rows.iter().map(|at| columns.iter().map(|to| count(at, to)).collect::<Vec<u64>>());
        let counts = counts.collect::<Vec<_>>();
        let of_columns = (0..columns.len()).map(|to| counts.iter().filter_map(|row| row.get(to)).sum());
        let of_columns = of_columns.collect::<Vec<u64>>();
        let total = of_columns.iter().sum();
        Self { rows: counts.iter().map(|row| row.iter().sum()).collect(), columns: of_columns, counts, total }
    }

    /// The count of a row or of all, in a column or in all.
    fn count(&self, row: Option<usize>, column: Option<usize>) -> f64 {
        let count = match (row, column) {
            (Some(row), Some(column)) => self.counts.get(row).and_then(|row| row.get(column)).copied(),
            (Some(row), None) => self.rows.get(row).copied(),
            (None, Some(column)) => self.columns.get(column).copied(),
            (None, None) => Some(self.total),
        };
        count.unwrap_or_default() as f64
    }

    fn cell(&self, row: Option<usize>, column: Option<usize>, shows: Shows) -> Cell {
        let count = self.count(row, column);
        let (of_row, of_column, all) =
            (self.count(row, None), self.count(None, column), self.count(None, None));
        let percent = |whole: f64| (whole > 0.0).then(|| 100.0 * count / whole);
        let expected = (all > 0.0).then(|| of_row * of_column / all);
        match shows {
            Shows::Counts => Cell::Integer(count as i64),
            Shows::Expected => Cell::real(expected, 3),
            Shows::Residuals => Cell::real(expected.map(|expected| count - expected), 3),
            Shows::RowPercent => Cell::real(percent(of_row), 3),
            Shows::ColumnPercent => Cell::real(percent(of_column), 3),
            Shows::TotalPercent => Cell::real(percent(all), 3),
        }
    }

    /// Pearson's test of independence, over the rows and columns that have records.
    fn chi_square(&self) -> Option<String> {
        let filled = |sums: &[u64]| sums.iter().filter(|sum| **sum > 0).count();
        let freedom = filled(&self.rows).checked_sub(1)? * filled(&self.columns).checked_sub(1)?;
        if freedom == 0 {
            return None;
        }
        let mut statistic = 0.0;
        for row in 0..self.rows.len() {
            for column in 0..self.columns.len() {
                let expected =
                    self.count(Some(row), None) * self.count(None, Some(column)) / self.total as f64;
                if expected > 0.0 {
                    let difference = self.count(Some(row), Some(column)) - expected;
                    statistic += difference * difference / expected;
                }
            }
        }
        let probability = 1.0 - satsuma_clem::distributions::chi_square(statistic, freedom as f64)?;
        Some(format!(
            "Chi-square = {statistic:.3}, df = {freedom}, probability = {:.3}",
            probability.max(0.0)
        ))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing_report::report;

    const FIELDS: [(&str, &str); 3] = [("a", "string"), ("b", "string"), ("x", "real")];
    const DATA: &str = "a,b,x\nu,p,1\nu,q,2\nv,p,3\nu,p,5\nv,q,\n";

    /// Counted by hand.
    #[tokio::test]
    async fn counts_stand_with_percentages_and_totals() {
        let properties = "<rowField>a</rowField><columnField>b</columnField><showTotals>true</showTotals>\
            <coincidenceFunction><setElement>row</setElement><setElement>counts</setElement></coincidenceFunction>";
        let lines = report("MatrixNode", properties, "", &FIELDS, DATA).await;
        assert_eq!(
            lines,
            [
                "a\t\tp\tq\tTotal",
                "u\tCount\t2\t1\t3",
                "u\tRow %\t66.66666666666667\t33.333333333333336\t100",
                "v\tCount\t1\t1\t2",
                "v\tRow %\t50\t50\t100",
                "Total\tCount\t3\t2\t5",
                "Total\tRow %\t60\t40\t100",
            ]
        );
    }

    #[tokio::test]
    async fn a_function_leaves_nulls_out() {
        let properties = "<rowField>a</rowField><columnField>b</columnField><cellContents>function</cellContents>\
            <parameterField>x</parameterField><parameterFunction>mean</parameterFunction>\
            <rowColumnSort>descending</rowColumnSort>";
        let lines = report("MatrixNode", properties, "", &FIELDS, DATA).await;
        assert_eq!(lines, ["a\tq\tp", "v\t\t3", "u\t2\t3"]);
    }
}
