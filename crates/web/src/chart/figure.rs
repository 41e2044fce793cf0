//! The frame of every chart: heading, drawing with title and description, table of the same numbers.

use crate::html::{Html, escape};

/// The words of a chart.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    /// Names the chart within the page.
    pub(crate) id: &'static str,
    /// The heading.
    pub(crate) title: String,
    /// What the drawing shows, in a sentence.
    pub(crate) says: String,
    /// Opens the table.
    pub(crate) table: String,
    /// Heads of the table's columns.
    pub(crate) heads: Vec<String>,
}

/// A drawing: its class, its paper and what is on it.
pub(super) struct Drawing {
    pub(super) class: &'static str,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) inside: String,
}

/// Puts drawings of the same numbers (for wide and narrow screens) into one frame. `rows` are the cells of the table,
/// the first of each row its head.
pub(super) fn figure(words: &Words, drawings: &[Drawing], rows: &[Vec<String>]) -> Html {
    let (title, says) = (escape(&words.title), escape(&words.says));
    let mut out = format!("<figure><h2>{title}</h2>");
    for (n, drawing) in drawings.iter().enumerate() {
        let Drawing { class, width, height, inside } = drawing;
        let id = format!("{}-{n}", words.id);
        out.push_str(&format!(
            "<svg class=\"chart{class}\" role=\"img\" viewBox=\"0 0 {width} {height}\" aria-labelledby=\"{id}-title {id}-desc\"><title id=\"{id}-title\">{title}</title><desc id=\"{id}-desc\">{says}</desc>{inside}</svg>"
        ));
    }
    out.push_str(&format!(
        "<details><summary>{}</summary><div class=\"wide\" role=\"group\" aria-label=\"{title}\" tabindex=\"0\"><table><thead><tr>",
        escape(&words.table)
    ));
    for (n, head) in words.heads.iter().enumerate() {
        let class = if n == 0 { "" } else { " class=\"num\"" };
        out.push_str(&format!("<th scope=\"col\"{class}>{}</th>", escape(head)));
    }
    out.push_str("</tr></thead><tbody>");
    for row in rows {
        out.push_str("<tr>");
        for (n, cell) in row.iter().enumerate() {
            if n == 0 {
                out.push_str(&format!("<th scope=\"row\">{}</th>", escape(cell)));
            } else {
                out.push_str(&format!("<td class=\"num\">{}</td>", escape(cell)));
            }
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table></div></details></figure>");
    Html::trusted(out)
}
