//! Days that must not be missed.

use super::Line;
use crate::answer::Answer;
use crate::words::Lang;

/// Day and what, the earliest first.
pub(super) fn deadlines(answer: &Answer, lang: Lang) -> Vec<Line> {
    answer.deadlines.iter().map(|deadline| Line::new(lang.date(deadline.on), lang.of(&deadline.says))).collect()
}
