//! A table before it is written in any format.

use crate::summary::Estimate;
use corrkd_metrics::Interval;
use corrkd_record::RunId;

/// Rows in groups, under a header.
pub(crate) struct Table {
    /// What it is called in files' names.
    pub(crate) name: &'static str,
    /// What it shows.
    pub(crate) caption: String,
    /// The column names; the first is that of the row labels.
    pub(crate) header: Vec<String>,
    /// The rows, each as long as the header, in groups that are set apart.
    pub(crate) groups: Vec<Vec<Vec<Cell>>>,
    /// What a reader must know to read it.
    pub(crate) notes: Vec<String>,
}

impl Table {
    /// The groups for a format that has no room in its cells: where the paper prints figures for a row's, these and the
    /// differences from them are lines beneath, with an indented label.
    pub(crate) fn lines(&self) -> Vec<Vec<Vec<Cell>>> {
        let of_row = |row: &Vec<Cell>| {
            let beneath = |label: &str, cell: &dyn Fn(&Cell) -> Option<Cell>| {
                let mut line: Vec<Cell> = row.iter().map(|own| cell(own).unwrap_or_default()).collect();
                line[0] = Cell::words(format!("{INDENT}{label}"));
                line
            };
            let printed = row.iter().any(|cell| cell.paper.is_some());
            let paper = printed.then(|| beneath("paper", &|cell| Some(Cell::plain(cell.paper?, 2))));
            let difference = printed.then(|| beneath("difference", &Cell::difference_from_paper));
            [Some(row.clone()), paper, difference].into_iter().flatten().collect::<Vec<_>>()
        };
        self.groups.iter().map(|group| group.iter().flat_map(of_row).collect()).collect()
    }
}

/// In front of the label of a line that belongs to the one above.
pub(crate) const INDENT: &str = "  ";

/// A cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Cell {
    /// What it shows.
    pub(crate) content: Content,
    /// What is said of it beside that.
    pub(crate) mark: Option<Mark>,
    /// The figure that the paper prints for it, in the same unit.
    pub(crate) paper: Option<f64>,
    /// The runs that a number comes from; none for one that no run has a share in.
    pub(crate) runs: Vec<RunId>,
}

/// What a cell shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Content {
    /// Nothing.
    #[default]
    Blank,
    /// Words, or a count.
    Text(String),
    /// A mean, with its spread where there is one.
    Number {
        /// The mean, as shown.
        mean: f64,
        /// The spread, as shown.
        sd: Option<f64>,
        /// Digits after the point.
        decimals: usize,
        /// Whether a plus is shown.
        signed: bool,
    },
}

/// How a score stands among those of its column, or whether a difference can be told from none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// The best of the sweep's rows.
    Best,
    /// Not significantly different from the best.
    Tie,
    /// A significant difference.
    Significant,
}

impl Mark {
    /// The sign behind the number; the best is set in bold where there is bold.
    pub(crate) const fn sign(self) -> &'static str {
        match self {
            Self::Best => "*",
            Self::Tie => "≈",
            Self::Significant => "†",
        }
    }
}

impl Cell {
    /// Words.
    pub(crate) fn words(text: impl ToString) -> Self {
        Self { content: Content::Text(text.to_string()), ..Self::default() }
    }

    /// A share in percent.
    pub(crate) fn percent(estimate: Option<Estimate>) -> Self {
        Self::scaled(estimate, 100.0, 2)
    }

    /// A difference of shares in percentage points.
    pub(crate) fn points(estimate: Option<Estimate>) -> Self {
        Self::percent(estimate).signed()
    }

    /// The same, with a plus where it is above 0.
    pub(crate) fn signed(mut self) -> Self {
        if let Content::Number { signed, .. } = &mut self.content {
            *signed = true;
        }
        self
    }

    /// A mean times a factor.
    pub(crate) fn scaled(estimate: Option<Estimate>, factor: f64, decimals: usize) -> Self {
        let number = |Estimate { mean, sd, .. }| Content::Number {
            mean: mean * factor,
            sd: sd.map(|sd| sd * factor),
            decimals,
            signed: false,
        };
        Self { content: estimate.map_or(Content::Blank, number), ..Self::default() }
    }

    /// From one end of an interval of shares to the other, in percent or, with signs, in percentage points.
    pub(crate) fn interval(interval: Interval, signed: bool) -> Self {
        let [low, high] = [interval.low, interval.high].map(|end| 100.0 * end);
        Self::words(if signed { format!("{low:+.2} to {high:+.2}") } else { format!("{low:.2} to {high:.2}") })
    }

    /// A probability.
    pub(crate) fn probability(p: f64) -> Self {
        if p < 0.0001 { Self::words("< 0.0001") } else { Self::words(format!("{p:.4}")) }
    }

    /// A number that is known without spread.
    pub(crate) fn plain(mean: f64, decimals: usize) -> Self {
        Self { content: Content::Number { mean, sd: None, decimals, signed: false }, ..Self::default() }
    }

    /// The same, with the runs it comes from.
    pub(crate) fn of(self, runs: &[RunId]) -> Self {
        Self { runs: runs.to_vec(), ..self }
    }

    /// The mean that is shown, where it is a number.
    pub(crate) fn mean(&self) -> Option<f64> {
        match self.content {
            Content::Number { mean, .. } => Some(mean),
            _ => None,
        }
    }

    /// How far the mean is from the paper's figure.
    pub(crate) fn difference_from_paper(&self) -> Option<Self> {
        let mean = self.mean()? - self.paper?;
        Some(Self { content: Content::Number { mean, sd: None, decimals: 2, signed: true }, ..Self::default() })
    }

    /// What it shows in words, without its mark; `between` stands between mean and spread.
    pub(crate) fn text(&self, between: &str) -> String {
        match &self.content {
            Content::Text(text) => text.clone(),
            Content::Blank => String::new(),
            Content::Number { mean, sd, decimals, signed } => {
                let mean = if *signed { format!("{mean:+.decimals$}") } else { format!("{mean:.decimals$}") };
                let sd = sd.map_or_else(String::new, |sd| format!("{between}{sd:.decimals$}"));
                mean + &sd
            }
        }
    }
}
