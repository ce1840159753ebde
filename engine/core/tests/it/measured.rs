//! The fold that only measures is the fold that counts everything: what they both tell is the same to the bit.

use encours_core::features::{ClientState, Cut, Detail, Horizons, Reading, registry};
use encours_core::ledger::Book;
use encours_core::portfolio::measures::Measures;
use encours_core::portfolio::{ScoringModel, rescore};
use encours_domain::Day;
use proptest::prelude::*;

use crate::support::{START, Wild, book_of, day, plans, rows_of, sample, shape_on};

/// Measures by the fold that counts everything, through a trained model.
fn measures_of_everything(book: &Book, as_of: Day) -> Vec<(u32, Measures)> {
    let lines = rescore(book, &sample().model, as_of, &|_| &[]).unwrap().lines;
    lines.into_iter().map(|line| (line.client, line.measures)).collect()
}

/// The client's late rate by the fold that counts everything, told by a feature.
fn late_rate(book: &Book, client: usize, model: &ScoringModel, as_of: Day) -> f64 {
    let today = as_of.number();
    let week = model.priors().paying_week;
    let mut state = ClientState::with_detail(model.horizons(), week, Detail::Everything);
    state.load(book.client(client)).unwrap();
    state.advance(book.client(client), Cut::end_of(today));
    let reading = Reading::new(&state, model.priors(), 0, shape_on(today), today).unwrap();
    (registry::find("late_rate").unwrap().value)(&reading)
}

fn check(book: &Book, as_of: Day) -> Result<(), TestCaseError> {
    let expected = measures_of_everything(book, as_of);
    for over in [0, 7, 30, 60, 90] {
        let model = ScoringModel::prior_only_over(Horizons::new(vec![over]).unwrap());
        let lines = rescore(book, &model, as_of, &|_| &[]).unwrap().lines;
        let found: Vec<_> = lines.iter().map(|line| (line.client, line.measures.clone())).collect();
        prop_assert_eq!(&found, &expected, "over {}", over);
        for line in &lines {
            let expected = late_rate(book, usize::try_from(line.client).unwrap(), &model, as_of);
            prop_assert_eq!(line.baseline.to_bits(), expected.to_bits(), "client {} over {}", line.client, over);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn measures_do_not_depend_on_what_else_is_counted(
        plans in plans(Wild::RichInDollarsToo, 4, 12),
        evening in 0_i32..260,
    ) {
        check(&book_of(rows_of(&plans)), day(START + evening))?;
    }

    #[test]
    fn nor_in_a_life_without_credit_notes(plans in plans(Wild::Bouncing, 4, 12), evening in 0_i32..260) {
        check(&book_of(rows_of(&plans)), day(START + evening))?;
    }
}

#[test]
fn nor_in_the_sample() {
    check(&sample().book, sample().as_of).unwrap();
}
