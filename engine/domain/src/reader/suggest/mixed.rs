//! Columns that write some days with the day first and others with the month first: no form of a map is safe there, and
//! a day such as `05/01/2026` may be either.

use super::Found;
use crate::day::Day;
use crate::fault::Fault;
use crate::reader::dates::DateForm;
use crate::reader::field::Field;
use crate::text::Bilingual;

/// Rows that are told one by one of each file, then counted.
const TOLD: usize = 20;

/// Asks about columns in which both orders stand, and gives the rows that are read wrongly or may be.
pub(super) fn told(found: &mut Found, file: &str, form: &str) -> Vec<Fault> {
    let other = swapped(form);
    let (Ok(first), Ok(second)) = (DateForm::new(form), DateForm::new(&other)) else { return Vec::new() };
    if other == form {
        return Vec::new();
    }
    let (mut notes, mut questions) = (Vec::new(), Vec::new());
    for (column, guess) in found.columns.iter().zip(&found.guesses) {
        if !guess.ours.is_some_and(Field::is_date) {
            continue;
        }
        let pairs = column.profile.days(&first).into_iter().zip(column.profile.days(&second));
        let rows: Vec<Seen> = pairs.map(Seen::of).collect();
        let count = |wanted: &dyn Fn(&Seen) -> bool| rows.iter().filter(|seen| wanted(seen)).count();
        let (only_other, either) = (count(&|seen| *seen == Seen::OnlyOther), count(&|seen| seen.is_either()));
        let only_own = count(&|seen| *seen == Seen::OnlyOwn);
        if only_other == 0 || only_own + either == 0 {
            continue;
        }
        let name = &column.name;
        questions.push(Bilingual::new(
            format!(
                "`{name}` mélange deux formes : {only_own} dates sont en `{form}`, {only_other} en `{other}`, et {either} \
                 peuvent être l'une ou l'autre. Corrigez le fichier ; aucune carte ne le lit juste."
            ),
            format!(
                "`{name}` mixes two forms: {only_own} days are `{form}`, {only_other} are `{other}`, and {either} may be \
                 either. Mend the file; no map reads it rightly."
            ),
        ));
        for (seen, ((value, _), line)) in rows.iter().zip(column.profile.values.iter().zip(&found.lines)) {
            let reason = match seen {
                Seen::OnlyOther => {
                    format!("is no day as `{form}`, which most of the column are; it is one as `{other}`")
                }
                Seen::Either(own, other) => {
                    format!("may be {own} or {other}, as the column writes days in both orders; read as {own}")
                }
                Seen::OnlyOwn | Seen::Clear => continue,
            };
            notes.push(Fault::of_value(file, *line, name, value, reason));
        }
    }
    found.questions.extend(questions);
    let more = notes.len().saturating_sub(TOLD);
    notes.truncate(TOLD);
    if more > 0 {
        notes.push(Fault::of_file(file, format!("{more} more days may be read wrongly")));
    }
    notes
}

/// What one value is in the two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    OnlyOwn,
    OnlyOther,
    /// Two different days.
    Either(Day, Day),
    /// The same day in both, or a day in neither.
    Clear,
}

impl Seen {
    fn of(pair: (Option<Day>, Option<Day>)) -> Self {
        match pair {
            (Some(own), Some(other)) if own != other => Seen::Either(own, other),
            (Some(_), None) => Seen::OnlyOwn,
            (None, Some(_)) => Seen::OnlyOther,
            _ => Seen::Clear,
        }
    }

    fn is_either(self) -> bool {
        matches!(self, Seen::Either(..))
    }
}

/// The form with day and month in each other's place.
fn swapped(form: &str) -> String {
    form.replace("%d", "%\u{0}").replace("%m", "%d").replace("%\u{0}", "%m")
}
