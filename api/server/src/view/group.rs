//! Other clients of the same group, line by line.

use super::Line;
use crate::answer::{Answer, GroupMember, GroupTie};
use crate::words::Lang;

/// What all owe together, then each member; none where the client stands alone.
pub(super) fn group_of(answer: &Answer, lang: Lang) -> Vec<Line> {
    let Some(group) = &answer.group else { return Vec::new() };
    let whole = Line::new(lang.pick("Encours brut du groupe", "Gross exposure of the group"), lang.amount(group.gross));
    std::iter::once(whole).chain(group.members.iter().map(|member| line(member, lang))).collect()
}

/// `€12,000, of which €3,000 overdue; in receivership (same group in the client file)`.
fn line(member: &GroupMember, lang: Lang) -> Line {
    let mut text = lang.amount(member.gross);
    if member.overdue.minor() > 0 {
        let overdue = lang.amount(member.overdue);
        text.push_str(lang.pick(&format!(", dont {overdue} échus"), &format!(", of which {overdue} overdue")));
    }
    if let Some(why) = &member.failing {
        text.push_str(lang.pick("\u{a0}; ", "; "));
        text.push_str(lang.of(why));
    }
    let tie = match &member.tie {
        GroupTie::Siren(_) => lang.pick("même SIREN", "same SIREN"),
        GroupTie::Declared(_) => lang.pick("même groupe au fichier des clients", "same group in the client file"),
        GroupTie::Parent(_) => lang.pick("même tête de groupe", "same parent"),
    };
    Line::new(&member.client, format!("{text} ({tie})"))
}
