//! The card as Markdown: tables in place of pictures.

use encours_services::ModelCard;

use super::{CardView, Section};
use crate::words::Lang;

/// Writes a card as Markdown.
pub fn markdown(card: &ModelCard, lang: Lang) -> String {
    let view = CardView::of(card, lang);
    let mut text = format!("# {} `{}`\n\n{}\n\n", lang.pick("Modèle", "Model"), view.id, view.sentence);
    for fact in &view.facts {
        text.push_str(&format!("- {}{} {}\n", fact.label, lang.pick(" :", ":"), escaped(&fact.value)));
    }
    for section in &view.sections {
        text.push_str(&table(section));
    }
    text.push_str(&format!("\n## {}\n\n", lang.pick("Ce qu’il ne fait pas", "What it doesn’t do")));
    for limit in &view.limits {
        text.push_str(&format!("- {limit}\n"));
    }
    text
}

fn table(section: &Section) -> String {
    let mut text = format!("\n## {}\n", section.title);
    if !section.note.is_empty() {
        text.push_str(&format!("\n{}\n", section.note));
    }
    if section.rows.is_empty() {
        return text;
    }
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rules: Vec<&str> =
        section.header.iter().enumerate().map(|(place, _)| if place == 0 { "---" } else { "---:" }).collect();
    text.push('\n');
    text.push_str(&line(&section.header));
    text.push_str(&format!("|{}|\n", rules.join("|")));
    section.rows.iter().for_each(|row| text.push_str(&line(row)));
    text
}

/// What a ledger names may hold a sign that Markdown would follow.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in encours_domain::text::on_one_line(text).chars() {
        if matches!(letter, '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '<') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_a_table() {
        let section = Section {
            title: "Kinds".into(),
            note: String::new(),
            header: vec!["Kind".into(), "Invoices".into()],
            rows: vec![vec!["a|b\n<i>".into(), "3".into()]],
        };
        assert_eq!(table(&section), "\n## Kinds\n\n| Kind | Invoices |\n|---|---:|\n| a\\|b \\<i> | 3 |\n");
    }
}
